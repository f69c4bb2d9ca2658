import json

from producer_studio.sandbox.response_corruption import (
    change_optional_field_types,
    change_value_types,
    replace_price,
    truncate_body,
)


def test_every_value_gets_another_type() -> None:
    answer = {"a": "x", "b": 1, "c": None, "d": True, "e": [1, 2], "f": {"g": 1}}
    spoilt = json.loads(change_value_types(json.dumps(answer).encode()))
    assert spoilt.keys() == answer.keys()
    assert all(type(spoilt[name]) is not type(answer[name]) for name in answer)


def test_half() -> None:
    assert truncate_body(b"abcdef") == b"abc"


def test_optional_fields_get_another_type_and_the_others_stay() -> None:
    song = {"clip_id": "c1", "audio_url": "https://x/a.m4a", "title": "Low tide", "duration": 6.5}
    spoilt = json.loads(
        change_optional_field_types(json.dumps({"code": 200, "data": [song]}).encode())
    )
    (odd,) = spoilt["data"]
    assert spoilt["code"] == 200
    assert (odd["clip_id"], odd["audio_url"]) == ("c1", "https://x/a.m4a")
    assert type(odd["title"]) is not str
    assert type(odd["duration"]) is not float


def test_a_price_takes_the_place_of_the_true_one() -> None:
    assert json.loads(replace_price(b'{"creditCost": 10, "id": "t"}', 1e300)) == {
        "creditCost": 1e300,
        "id": "t",
    }

import json

from producer_studio.sandbox.spoiling import half_of, of_other_types


def test_every_value_gets_another_type() -> None:
    answer = {"a": "x", "b": 1, "c": None, "d": True, "e": [1, 2], "f": {"g": 1}}
    spoilt = json.loads(of_other_types(json.dumps(answer).encode()))
    assert spoilt.keys() == answer.keys()
    assert all(type(spoilt[name]) is not type(answer[name]) for name in answer)


def test_half() -> None:
    assert half_of(b"abcdef") == b"abc"

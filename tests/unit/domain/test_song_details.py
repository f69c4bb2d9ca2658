"""Statements about songs in tags and in JSON beside them."""

import json
import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest

from producer_studio.domain.song_details import (
    SongDetails,
    parse_song_date,
    read_details,
    read_json_details,
)

SOUND = "warm lofi piano with brushed drums"
LYRICS = "[Verse]\nSlow rain on the window"
MUSICAPI = {
    "code": 200,
    "data": [
        {"clip_id": "0f3c77aa-1", "title": "High tide", "lyrics": "no", "seed": "1"},
        {"clip_id": "9b21d0ee-2", "title": "Low tide", "lyrics": LYRICS, "sound": SOUND,
         "seed": 77, "mv": "FUZZ-2.0", "created_at": "2026-02-03T04:05:06Z"},
    ],
}  # fmt: skip
ACEDATA = {
    "request": {"prompt": "", "lyric": LYRICS, "model": "FUZZ-2.0", "seed": "77"},
    "response": {"success": True, "data": [
        {"id": "9b21d0ee-2", "title": "Low tide", "sound": SOUND, "audio_url": "https://x/y.mp3"},
    ]},
    "created_at": 1_770_091_506.5,
}  # fmt: skip
APIFRAME = {
    "jobId": "j", "prompt": SOUND, "model": "producer", "createdAt": "2026-02-03T04:05:06Z",
    "producerParams": {"model_version": "FUZZ_2_PRO", "lyrics": LYRICS, "seed": "77"},
    "result": {"tracks": [
        {"id": "t1", "title": "High tide", "audioUrl": "https://cdn.example/a/track-one-77.mp3"},
        {"id": "t2", "title": "Low tide", "audioUrl": "https://cdn.example/a/track-two-77.mp3?x=1"},
    ]},
}  # fmt: skip
OTHER_TOOL = {
    "id": "9b21d0ee-2", "title": "Low tide", "display_name": "Ada", "model_name": "chirp-v4",
    "created_at": "2026-02-03T04:05:06.000Z", "metadata": {"tags": SOUND, "prompt": LYRICS},
}  # fmt: skip


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (MUSICAPI, "Low tide 9b21d0ee-2.mp3", {"seed": "77", "model": "FUZZ-2.0"}),
        (MUSICAPI, "Low tide.mp3", {"seed": "77", "model": "FUZZ-2.0"}),
        (ACEDATA, "anything.wav", {"seed": "77", "model": "FUZZ-2.0"}),
        (APIFRAME, "track-two-77.mp3", {"seed": "77", "model": "FUZZ_2_PRO"}),
        (OTHER_TOOL, "song.mp3", {"artist": "Ada", "model": "chirp-v4"}),
        ([OTHER_TOOL], "song.mp3", {"artist": "Ada"}),
        ({"response": ACEDATA["response"], "data": "text"}, "song.mp3", {"lyrics": ""}),
    ],
)  # fmt: skip
def test_responses_of_services_and_tools_are_read(
    data: object, name: str, expected: dict[str, Any]
) -> None:
    details = read_json_details(json.dumps(data), name)
    wanted = {"title": "Low tide", "sound": SOUND, "lyrics": LYRICS} | expected
    assert {name: getattr(details, name) for name in wanted} == wanted
    if "seed" in expected and data is not ACEDATA:
        assert details.made_at == datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)


def test_a_list_tells_nothing_of_a_song_that_it_does_not_contain() -> None:
    assert read_json_details(json.dumps(MUSICAPI), "Another.mp3") == SongDetails()


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_title_is_found_in_a_name_from_a_mac(form: str) -> None:
    data = [{"title": "Über Élan", "model": "one"}, {"title": "Low tide", "model": "two"}]
    text = json.dumps([{**one, "title": unicodedata.normalize(form, one["title"])} for one in data])
    for other in ("NFC", "NFD"):
        name = unicodedata.normalize(other, "01 Über Élan.mp3")
        assert unicodedata.normalize("NFC", read_json_details(text, name).title) == "Über Élan"


@pytest.mark.parametrize(
    "text",
    [
        "", "no JSON", "[" * 100_000, "[]", "7", '{"title": {"a": 1}, "seed": true, "lyrics": []}',
        json.dumps({"data": [[[[[[[[{"title": "deep"}]]]]]]]]}), '{"bpm": "1e999", "date": "soon"}',
    ],
)  # fmt: skip
def test_odd_json_tells_nothing(text: str) -> None:
    assert read_json_details(text, "song.mp3") == SongDetails()


def test_tags_go_before_what_lies_beside_the_file() -> None:
    tags = read_details({"TITLE": "Mine", "bpm": "84", "initialkey": "Fm", "tags": ["calm"]})
    whole = tags.with_missing(read_json_details(json.dumps(OTHER_TOOL), "song.mp3"))
    assert (whole.title, whole.artist, whole.bpm, whole.key) == ("Mine", "Ada", 84.0, "Fm")
    assert whole.sound == SOUND
    recipe = whole.build_recipe()
    assert (recipe.sound, recipe.model, recipe.lyrics) == (SOUND, "chirp-v4", LYRICS)


def test_a_comment_of_json_is_read() -> None:
    details = read_details({"title": "Mine", "comment": json.dumps({"title": "No", "seed": "7"})})
    assert (details.title, details.seed) == ("Mine", "7")


def test_texts_are_limited_and_of_one_line() -> None:
    details = read_details({"title": "a\nb" * 1000, "seed": "7" * 1000, "bpm": "9000"})
    assert "\n" not in details.title
    assert (len(details.title), len(details.seed), details.bpm) == (500, 200, None)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024", datetime(2024, 1, 1, tzinfo=UTC)),
        ("2024-05", datetime(2024, 5, 1, tzinfo=UTC)),
        ("2024-05-06 junk", datetime(2024, 5, 6, tzinfo=UTC)),
        ("1770091506.5", datetime(2026, 2, 3, 4, 5, 6, 500_000, tzinfo=UTC)),
        ("0", None), ("99999", None), ("2024-13", None), ("9" * 400, None), ("", None),
    ],
)  # fmt: skip
def test_dates_of_tags(text: str, moment: datetime | None) -> None:
    assert parse_song_date(text) == moment


@pytest.mark.parametrize(
    ("track", "number"),
    [("7", 7), ("7/12", 7), (7, 7), ("0", None), ("1000", None), ("A1", None), ("9" * 400, None)],
)
def test_track_numbers(track: object, number: int | None) -> None:
    assert read_details({"TRACKNUMBER": track}).track_number == number


@pytest.mark.parametrize("blank", ["\n", "\n ", "\n\t\u00a0"])
def test_a_prompt_of_many_blank_lines_is_read(blank: str) -> None:
    """A pattern that follows each of them to the last would take hours."""
    details = read_details({"prompt": f"a{blank * 500_000}[Verse]"})
    assert details.lyrics.startswith("a\n")


@pytest.mark.parametrize("depth", [1, 10, 900, 950, 962, 980])
def test_comments_inside_comments_are_not_followed(depth: int) -> None:
    """A JSON file beside one song of many stopped the import of all of them."""
    text = '{"title": "Low tide", "comment": ' * depth + "{}" + "}" * depth
    assert read_json_details(text, "song.wav").title in {"Low tide", ""}
    for levels in range(1, 1_500, 7):
        nested: dict[str, object] = {"seed": "7"}
        for _ in range(levels):
            nested = {"comment": nested}
        assert read_details(nested).seed == ("7" if levels == 1 else "")

"""Bodies of `/producer/…`: what is accepted, what is refused, and which field is named."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.sandbox.profiles.acedata import requests
from producer_studio.sandbox.profiles.fields import FieldError
from producer_studio.sandbox.profiles.musicapi.requests import ContentModerated
from producer_studio.sandbox.records import SandboxClip

MADE, UPLOADED = "0a297cd4-ee91-4fb5-ab34-ebcebbe8ef00", "3f17f21b-8a8d-418d-8a69-5c2e71741e60"
CLIPS = {
    clip_id: SandboxClip(
        id=clip_id,
        account="a",
        title="Harbour",
        sound="indie rock",
        lyrics="",
        model="FUZZ-2.0",
        seed="1",
        duration_s=90.0,
        created_at=0.0,
        uploaded=clip_id == UPLOADED,
    )
    for clip_id in (MADE, UPLOADED)
}
GENERATE = {"action": "generate", "prompt": "smooth jazz lounge with saxophone", "lyric": ""}
CUSTOM = {"action": "generate", "custom": True, "lyric": "[Verse]\nStars above me", "prompt": ""}
EXTEND = {"action": "extend", "audio_id": MADE, "prompt": "soaring strings"}
REPLACE = {"action": "replace_section", "audio_id": MADE, "replace_section_start": 4}
NUMBERS = (
    "continue_at", "replace_section_start", "replace_section_end", "lyrics_strength",
    "sound_strength", "cover_strength", "weirdness",
)  # fmt: skip


def find(clip_id: str) -> SandboxClip | None:
    return CLIPS.get(clip_id)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**GENERATE, "action": None}, "action"),
        ({**GENERATE, "action": "sing"}, "action"),
        ({**GENERATE, "prompt": None}, "prompt"),
        ({**GENERATE, "prompt": "  "}, "prompt"),
        ({**GENERATE, "prompt": "x" * 201}, "prompt"),
        ({**GENERATE, "prompt": "", "lyric": "[Verse]\nStars above me"}, "prompt"),
        ({**CUSTOM, "lyric": ""}, "lyric"),
        ({**CUSTOM, "instrumental": True}, "lyric"),
        ({**GENERATE, "model": "FUZZ-3-Demo"}, "model"),
        ({**GENERATE, "model": "Lyria 3 preview"}, "model"),
        ({**GENERATE, "seed": 7}, "seed"),
        ({**GENERATE, "custom": "yes"}, "custom"),
        ({**GENERATE, "async": 1}, "async"),
        ({**GENERATE, "lyrics_strength": 1.1}, "lyrics_strength"),
        ({**GENERATE, "sound_strength": 0.1}, "sound_strength"),
        ({**GENERATE, "cover_strength": 0.1}, "cover_strength"),
        ({**GENERATE, "weirdness": -0.1}, "weirdness"),
        ({**GENERATE, "weirdness": True}, "weirdness"),
        ({**GENERATE, "callback_url": "file:///etc/passwd"}, "callback_url"),
        ({**EXTEND, "audio_id": None}, "audio_id"),
        ({**EXTEND, "audio_id": "nobody's"}, "audio_id"),
        ({**EXTEND, "continue_at": 92}, "continue_at"),
        ({**EXTEND, "action": "upload_extend"}, "audio_id"),
        ({**EXTEND, "action": "upload_cover"}, "audio_id"),
        ({**REPLACE, "action": "upload_replace_section"}, "audio_id"),
        ({**REPLACE, "replace_section_start": False}, "replace_section_start"),
        ({**REPLACE, "replace_section_end": 4}, "replace_section_end"),
        ({"action": "stems"}, "audio_id"),
    ],
)
def test_audios_refuses_and_names_the_field(body: dict[str, Any], field: str) -> None:
    with pytest.raises(FieldError, match=f"'{field}'") as refused:
        requests.parse_audios(body, find)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (GENERATE, "create_music"),
        (CUSTOM, "create_music"),
        ({**GENERATE, "prompt": "x" * 200, "custom": True, "instrumental": True}, "create_music"),
        ({"action": "generate", "prompt": "slow waltz"}, "create_music"),
        ({**EXTEND, "continue_at": 90}, "extend_music"),
        ({**EXTEND, "action": "upload_extend", "audio_id": UPLOADED}, "extend_music"),
        ({**EXTEND, "audio_id": UPLOADED}, "extend_music"),
        ({"action": "cover", "audio_id": MADE, "cover_strength": 0.2}, "cover_music"),
        ({"action": "upload_cover", "audio_id": UPLOADED}, "cover_music"),
        ({**REPLACE, "replace_section_start": 0}, "replace_music"),
        (
            {**REPLACE, "action": "upload_replace_section", "audio_id": UPLOADED},
            "replace_music",
        ),
        ({"action": "swap_vocals", "audio_id": MADE}, "swap_music_vocals"),
        ({"action": "swap_instrumentals", "audio_id": MADE}, "swap_music_sound"),
        ({"action": "variation", "audio_id": MADE}, "music_variation"),
        ({"action": "stems", "audio_id": UPLOADED, "prompt": "", "lyric": ""}, "stems"),
    ],
)
def test_audios_accepts(body: dict[str, Any], kind: str) -> None:
    order = requests.parse_audios(body, find)
    assert (order.kind, order.price, order.asked) == (kind, 10, body)
    assert order.details.get("clip_id") == body.get("audio_id")
    assert order.places == {"submit", "stems" if kind == "stems" else "create"}


def test_defaults_are_those_of_seed_001() -> None:
    details = requests.parse_audios(GENERATE, find).details
    given = (details["lyrics_strength"], details["sound_strength"], details["weirdness"])
    assert given == (0.7, 0.7, 0.5)
    assert details["cover_strength"] == 1
    assert details["mv"] == "FUZZ-2.0"
    assert details["make_instrumental"] is False


def test_what_clients_send_for_nothing_counts_as_not_given() -> None:
    empty = {**dict.fromkeys(NUMBERS, False), "callback_url": None, "title": None, "lyric": None}
    bare = requests.parse_audios({"action": "generate", "prompt": "slow waltz"}, find)
    full = requests.parse_audios({"action": "generate", "prompt": "slow waltz", **empty}, find)
    assert full.details == bare.details
    assert full.webhook is None


@pytest.mark.parametrize(
    ("body", "lyrics", "theme"),
    [
        ({**GENERATE, "lyric": "[Verse]\nStars"}, None, GENERATE["prompt"]),
        ({**GENERATE, "instrumental": True}, None, None),
        ({**CUSTOM, "prompt": "slow waltz"}, CUSTOM["lyric"], None),
    ],
    ids=["from the prompt", "without words", "from the lyric"],
)
def test_custom_says_where_the_words_come_from(
    body: dict[str, Any], lyrics: str | None, theme: str | None
) -> None:
    details = requests.parse_audios(body, find).details
    assert (details["lyrics"], details.get("theme")) == (lyrics, theme)


def test_times_that_are_not_given() -> None:
    assert requests.parse_audios(EXTEND, find).details["starts_at"] == 90
    details = requests.parse_audios(REPLACE, find).details
    assert (details["starts_at"], details["ends_at"]) == (4, None)
    until = {**REPLACE, "replace_section_start": False, "replace_section_end": 9.5}
    details = requests.parse_audios(until, find).details
    assert (details["starts_at"], details["ends_at"]) == (0, 9.5)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({**CUSTOM, "lyric": "all Copyrighted words"}, "copyrighted content"),
        ({**GENERATE, "prompt": "a ballad like artistname"}, "artist names"),
        ({**EXTEND, "lyric": "invalidformat"}, "format is invalid"),
    ],
)
def test_moderation(body: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ContentModerated, match=sentence):
        requests.parse_audios(body, find)


@pytest.mark.parametrize(
    ("read", "body", "kind", "price", "details"),
    [
        (requests.parse_lyrics, {"prompt": "x" * 999}, "lyrics", 1, {"prompt": "x" * 999}),
        (
            requests.parse_upload, {"audio_url": "https://a.example/b.mp3"}, "upload", 2,
            {"audio_url": "https://a.example/b.mp3"},
        ),
        (
            requests.parse_videos, {"audio_id": MADE}, "video", 5,
            {"clip_id": MADE, "preset": "simple"},
        ),
        (requests.parse_wav, {"audio_id": MADE}, "download", 2, {"clip_id": MADE, "format": "wav"}),
    ],
)  # fmt: skip
def test_the_other_requests(
    read: Any, body: dict[str, Any], kind: str, price: int, details: dict[str, Any]
) -> None:
    order = read(body, find)
    assert (order.kind, order.price, order.details) == (kind, price, details)
    (field,) = body
    with pytest.raises(FieldError, match=f"'{field}'"):
        read({}, find)
    with pytest.raises(FieldError, match=f"'{field}'"):
        read({field: 5}, find)


def test_which_tasks_are_wanted() -> None:
    assert requests.parse_task_query({"action": "retrieve", "id": "a"}) == "a"
    assert requests.parse_task_query({"action": "retrieve_batch", "ids": ["a", "b"]}) == ["a", "b"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "action"),
        ({"action": "list"}, "action"),
        ({"action": "retrieve"}, "id"),
        ({"action": "retrieve_batch"}, "ids"),
        ({"action": "retrieve_batch", "ids": [5]}, "ids"),
    ],
)
def test_a_question_about_tasks_is_refused(body: dict[str, Any], field: str) -> None:
    with pytest.raises(FieldError, match=f"'{field}'"):
        requests.parse_task_query(body)


@pytest.mark.parametrize(
    ("more", "at_once"),
    [
        ({}, False),
        ({"async": False}, False),
        ({"async": None, "callback_url": None}, False),
        ({"async": True}, True),
        ({"callback_url": "http://127.0.0.1:9/hook"}, True),
    ],
)
def test_when_the_answer_does_not_wait(more: dict[str, Any], at_once: bool) -> None:
    body = {**GENERATE, **more}
    order = requests.parse_audios(body, find)
    assert requests.wants_immediate_response(body, order) is at_once


_ANYTHING = st.none() | st.booleans() | st.floats() | st.integers() | st.text() | st.just([])
_FIELDS = (
    "prompt", "lyric", "custom", "title", "model", "audio_id", "seed", "instrumental",
    "callback_url", "async", *NUMBERS,
)  # fmt: skip


@given(
    action=st.sampled_from(sorted(requests.ACTIONS)),
    body=st.fixed_dictionaries({}, optional=dict.fromkeys(_FIELDS, _ANYTHING)),
)
def test_any_body_is_taken_or_refused(action: str, body: dict[str, Any]) -> None:
    refused = ""
    try:
        order = requests.parse_audios({"action": action, "audio_id": UPLOADED, **body}, find)
        assert 0.2 <= order.details.get("sound_strength", 0.2) <= 1
    except FieldError as fault:
        refused = fault.field
    assert refused in {"", *_FIELDS}


def test_a_user_lists_their_tasks_from_a_time_on() -> None:
    body = {"action": "retrieve_batch", "user_id": "u", "created_at_min": 12.5, "offset": 3}
    assert requests.parse_task_query(body) == requests.TaskListQuery(
        "u", 12.5, 3, requests.MAX_LISTED_TASKS
    )

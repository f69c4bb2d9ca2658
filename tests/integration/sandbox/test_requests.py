"""Bodies of requests: what is accepted, what is refused, and which field is named."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.sandbox.profiles.fields import FieldError
from producer_studio.sandbox.profiles.musicapi import requests
from producer_studio.sandbox.records import SandboxClip

CLIP_ID = "370c650a-88cd-4f4b-960d-801e686c8a7a"
CLIP = SandboxClip(
    id=CLIP_ID,
    account="a",
    title="City Lights",
    sound="indie rock",
    lyrics="",
    model="FUZZ-2.0",
    seed="1",
    duration_s=90.0,
    created_at=0.0,
)
CREATE = {"task_type": "create_music", "sound": "smooth jazz lounge with saxophone"}
REPLACE = {"task_type": "replace_music", "sound": "gospel choir", "clip_id": CLIP_ID}
EXTEND = {"task_type": "extend_music", "sound": "soaring strings", "clip_id": CLIP_ID}
LONG_URL = "https://example.com/" + "a" * 1005


def find(clip_id: str) -> SandboxClip | None:
    return CLIP if clip_id == CLIP_ID else None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"task_type": None}, "task_type"),
        ({"task_type": "sing"}, "task_type"),
        ({"task_type": 5}, "task_type"),
        ({"sound": None}, "sound"),
        ({"sound": "   "}, "sound"),
        ({"sound": ["rock"]}, "sound"),
        ({"lyrics": 4}, "lyrics"),
        ({"sound": None, "lyrics": "la", "make_instrumental": True}, "sound"),
        ({"make_instrumental": "yes"}, "make_instrumental"),
        ({"make_instrumental": 1}, "make_instrumental"),
        ({"mv": "FUZZ-9"}, "mv"),
        ({"mv": "fuzz-2.0"}, "mv"),
        ({"title": "x" * 81}, "title"),
        ({"cover_url": "cover.jpg"}, "cover_url"),
        ({"cover_url": "file:///etc/passwd"}, "cover_url"),
        ({"cover_url": "http://["}, "cover_url"),
        ({"seed": 12345}, "seed"),
        ({"lyrics_strength": -0.01}, "lyrics_strength"),
        ({"lyrics_strength": 1.01}, "lyrics_strength"),
        ({"lyrics_strength": "0.5"}, "lyrics_strength"),
        ({"lyrics_strength": True}, "lyrics_strength"),
        ({"sound_strength": 0.19}, "sound_strength"),
        ({"sound_strength": 1.01}, "sound_strength"),
        ({"weirdness": 1.5}, "weirdness"),
        ({"weirdness": float("nan")}, "weirdness"),
        ({"cover_strength": 0.1}, "cover_strength"),
        ({"webhook_url": "http://example.com/hook"}, "webhook_url"),
        ({"webhook_url": LONG_URL}, "webhook_url"),
        ({"webhook_url": "https://example.com", "webhook_secret": 3}, "webhook_secret"),
        ({**EXTEND, "clip_id": None}, "clip_id"),
        ({**EXTEND, "clip_id": "somebody-elses"}, "clip_id"),
        ({**EXTEND, "starts_at": -1}, "starts_at"),
        ({**EXTEND, "starts_at": 92}, "starts_at"),
        ({**EXTEND, "starts_at": float("inf")}, "starts_at"),
        (REPLACE, "starts_at"),
        ({**REPLACE, "starts_at": 30, "ends_at": 30}, "ends_at"),
        ({**REPLACE, "starts_at": "30"}, "starts_at"),
        ({"task_type": "music_variation"}, "clip_id"),
        ({"task_type": "swap_music_vocals", "clip_id": CLIP_ID, "sound": None}, "sound"),
    ],
)
def test_create_refuses_and_names_the_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(FieldError, match=f"'{field}'") as refused:
        requests.parse_create({**CREATE, **changes}, find)
    assert refused.value.field == field


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"sound": None, "lyrics": "[Verse]\nStars they shine above me"},
        {"title": "x" * 80},
        {"lyrics_strength": 0, "sound_strength": 1.0, "weirdness": 1},
        {"sound_strength": 0.2, "cover_strength": 0.2},
        {"seed": "classical2025", "mv": "Lyria 3 preview"},
        {"webhook_url": "https://example.com/hook", "webhook_secret": "s"},
        {"webhook_url": "http://127.0.0.1:9/hook"},
        {"cover_url": "https://example.com/a.jpg"},
        {"unknown": "is ignored"},
        {**EXTEND, "starts_at": 90},
        {**REPLACE, "starts_at": 0, "ends_at": 15.5},
        {**REPLACE, "starts_at": 75},
        {"task_type": "music_variation", "clip_id": CLIP_ID, "sound": None},
        {"task_type": "cover_music", "clip_id": CLIP_ID, "cover_strength": 1},
        {"task_type": "swap_music_sound", "clip_id": CLIP_ID},
    ],
)
def test_create_accepts(changes: dict[str, Any]) -> None:
    order = requests.parse_create({**CREATE, **changes}, find)
    assert order.price == 10
    assert order.kind == {**CREATE, **changes}["task_type"]


def test_defaults_are_those_of_the_documents() -> None:
    details = requests.parse_create({**CREATE, "title": None}, find).details
    assert details["mv"] == "FUZZ-2.0"
    assert details["make_instrumental"] is False
    strengths = [details[f"{name}_strength"] for name in ("lyrics", "sound")]
    assert [*strengths, details["weirdness"]] == [0.5, 0.5, 0.5]
    assert requests.parse_create(EXTEND, find).details["starts_at"] == 30


def test_the_models_are_those_of_seed_000() -> None:
    with pytest.raises(FieldError) as refused:
        requests.parse_create({**CREATE, "mv": "?"}, find)
    assert str(refused.value) == (
        "The 'mv' field is invalid. Allowed models: FUZZ-2.0 Pro, FUZZ-2.0, FUZZ-2.0 Raw, "
        "FUZZ-1.1 Pro, FUZZ-1.0 Pro, FUZZ-1.0, FUZZ-1.1, FUZZ-0.8, Lyria 3 preview, FUZZ-3-Demo."
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"lyrics": "all Copyrighted words"}, "The lyrics contain copyrighted content"),
        ({"sound": "a ballad like artistname"}, "artist names"),
        ({"lyrics": "invalidformat"}, "The lyrics format is invalid"),
    ],
)
def test_moderation(words: dict[str, str], sentence: str) -> None:
    with pytest.raises(requests.ContentModerated, match=sentence):
        requests.parse_create({**CREATE, **words}, find)


@pytest.mark.parametrize(
    ("read", "body", "field"),
    [
        (requests.parse_upload, {}, "audio_url"),
        (requests.parse_upload, {"audio_url": ""}, "audio_url"),
        (requests.parse_upload, {"audio_url": "song.mp3"}, "audio_url"),
        (requests.parse_upload, {"audio_url": "ftp://example.com/a.mp3"}, "audio_url"),
        (requests.parse_download, {}, "clip_id"),
        (requests.parse_download, {"clip_id": "nobody's"}, "clip_id"),
        (requests.parse_download, {"clip_id": CLIP_ID, "format": "flac"}, "format"),
        (requests.parse_lyrics, {}, "prompt"),
        (requests.parse_lyrics, {"prompt": "x" * 3001}, "prompt"),
        (requests.parse_video, {"clip_id": CLIP_ID, "preset": "wild"}, "preset"),
        (requests.parse_video, {}, "clip_id"),
    ],
)
def test_the_other_requests_refuse(read: Any, body: dict[str, Any], field: str) -> None:
    with pytest.raises(FieldError, match=f"'{field}'"):
        read(body, find)


@pytest.mark.parametrize(
    ("read", "body", "price", "details"),
    [
        (
            requests.parse_upload,
            {"audio_url": "http://127.0.0.1:1/a.mp3"},
            2,
            {"audio_url": "http://127.0.0.1:1/a.mp3"},
        ),
        (requests.parse_download, {"clip_id": CLIP_ID}, 2, {"clip_id": CLIP_ID, "format": "mp3"}),
        (requests.parse_lyrics, {"prompt": "x" * 3000}, 1, {"prompt": "x" * 3000}),
        (requests.parse_video, {"clip_id": CLIP_ID}, 5, {"clip_id": CLIP_ID, "preset": "simple"}),
    ],
)
def test_the_other_requests_accept(
    read: Any, body: dict[str, Any], price: int, details: dict[str, Any]
) -> None:
    order = read(body, find)
    assert (order.price, order.details) == (price, details)


_ANYTHING = st.none() | st.booleans() | st.floats() | st.integers() | st.text() | st.just([])
_FIELDS = {
    "sound", "lyrics", "make_instrumental", "mv", "title", "cover_url", "seed", "lyrics_strength",
    "sound_strength", "weirdness", "clip_id", "starts_at", "ends_at", "cover_strength",
    "webhook_url", "webhook_secret",
}  # fmt: skip


@given(
    kind=st.sampled_from(requests.TASK_TYPES),
    body=st.fixed_dictionaries({}, optional=dict.fromkeys(sorted(_FIELDS), _ANYTHING)),
)
def test_any_body_is_taken_or_refused(kind: str, body: dict[str, Any]) -> None:
    refused = ""
    try:
        order = requests.parse_create({"task_type": kind, "clip_id": CLIP_ID, **body}, find)
        assert 0.2 <= order.details["sound_strength"] <= 1
        assert len(order.details["title"] or "") <= 80
    except FieldError as fault:
        refused = fault.field
    assert refused in {"", *_FIELDS}


@given(start=st.sampled_from(["http://", "https://", "//", ""]), rest=st.text())
def test_any_address_is_taken_or_refused(start: str, rest: str) -> None:
    refused = ""
    try:
        order = requests.parse_upload({"audio_url": start + rest}, find)
        assert order.details["audio_url"].startswith("http")
    except FieldError as fault:
        refused = fault.field
    assert refused in {"", "audio_url"}

"""What is only in one of the dialects of musicapi: seed 000 alone, and May 2026."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.sandbox.profiles.fields import FieldError
from producer_studio.sandbox.profiles.musicapi.requests import ContentModerated, TaskTypeRetired
from producer_studio.sandbox.profiles.musicapi_2026_05 import requests as may
from tests.integration.sandbox.test_requests import CLIP, CLIP_ID, find
from tests.support.musicapi_client import SOUND, Musician
from tests.support.sandbox_process import SandboxProcess

Join = Callable[..., Musician]


@pytest.fixture
def older(sandbox: SandboxProcess, join: Join) -> Musician:
    return join(sandbox.url + "/musicapi")


@pytest.fixture
def later(sandbox: SandboxProcess, join: Join, composer: Musician) -> Musician:
    """The owner of `song`, after the change of May."""
    return join(sandbox.url + "/musicapi-2026-05", composer.key)


@pytest.mark.parametrize("verb", ["lyrics-create", "video-clip"])
@pytest.mark.parametrize("prefix", ["/musicapi", "/musicapi-2026-05"])
def test_neither_writes_lyrics_or_makes_videos(
    sandbox: SandboxProcess, join: Join, prefix: str, verb: str
) -> None:
    assert join(sandbox.url + prefix).ask(verb, prompt="x").status_code == 404


def test_the_older_one_finishes_as_seed_000_says(older: Musician, song: dict[str, Any]) -> None:
    ended = older.wait(older.submit("create", task_type="create_music", sound=SOUND, seed="9"))
    assert list(ended) == ["code", "data", "message"]
    assert list(ended["data"][0]) == list(song)


@pytest.mark.parametrize(("prefix", "status"), [("/musicapi", 403), ("/musicapi-2026-05", 402)])
def test_too_few_credits(sandbox: SandboxProcess, join: Join, prefix: str, status: int) -> None:
    poor = join(sandbox.url + prefix)
    sandbox.control("credits", {"key": poor.key, "credits": 9})
    refused = poor.ask("create", task_type="create_music", sound=SOUND)
    assert (refused.status_code, refused.json()["type"]) == (status, "insufficient_credits")
    assert refused.json().get("remaining_credits") == (9 if status == 402 else None)


def test_a_song_since_may(later: Musician) -> None:
    before = later.credits()
    task_id = later.submit("create", task_type="create_music", sound=SOUND, seed="9", weirdness=0.9)
    body = later.wait(task_id)
    assert (body["code"], body["status"]) == (200, "SUCCESS")
    (song,) = body["data"]
    assert song["mv"] == "Lyria 3 Pro"
    assert later.http.get(song["wav_url"]).content.startswith(b"RIFF")
    assert later.http.get(song["audio_url"]).headers["content-type"] == "audio/mp4"
    assert later.credits() == before - 10


def finished(musician: Musician, **body: Any) -> dict[str, Any]:
    ended = musician.wait(musician.submit("create", **body))
    assert ended["status"] == "SUCCESS", ended
    (data,) = ended["data"]
    return dict(data)


@pytest.mark.parametrize("length", [7, 90])
def test_an_extension_has_the_length_that_was_asked_for(
    later: Musician, song: dict[str, Any], length: int
) -> None:
    before = later.credits()
    longer = finished(
        later, task_type="extend_music", clip_id=song["clip_id"], starts_at=6, length=length,
        instruction="add soaring strings and an uplifting build",
    )  # fmt: skip
    assert longer["duration"] == pytest.approx(6 + length, abs=0.01)
    assert longer["mv"] == "Lyria 3 Pro"
    assert later.credits() == before - 12


def test_replacing_costs_twelve(later: Musician, song: dict[str, Any]) -> None:
    before = later.credits()
    clip = finished(
        later, task_type="replace_music", clip_id=song["clip_id"], starts_at=3, ends_at=6,
        instruction="a heavy distorted guitar riff",
    )  # fmt: skip
    assert clip["duration"] == pytest.approx(song["duration"], abs=0.01)
    assert later.credits() == before - 12


def test_an_uploaded_source_has_a_cover_of_its_own(later: Musician, song: dict[str, Any]) -> None:
    uploaded = later.make("upload", audio_url=song["audio_url"])["clip_id"]
    wrong = later.ask("create", task_type="cover_music", clip_id=uploaded, instruction="as a waltz")
    assert wrong.status_code == 400
    assert "cover_upload_music" in wrong.json()["error"]
    clip = finished(later, task_type="cover_upload_music", clip_id=uploaded, strength=0)
    assert clip["clip_id"] not in {uploaded, song["clip_id"]}
    other = later.ask("create", task_type="cover_upload_music", clip_id=song["clip_id"])
    assert other.status_code == 400


@pytest.mark.parametrize("kind", ["swap_music_vocals", "swap_music_sound", "music_variation"])
def test_what_may_took_away(later: Musician, song: dict[str, Any], kind: str) -> None:
    before = later.credits()
    gone = later.ask("create", task_type=kind, clip_id=song["clip_id"], sound=SOUND)
    assert gone.status_code == 410
    assert gone.json()["type"] == "endpoint_retired"
    assert later.credits() == before


EXTEND = {"task_type": "extend_music", "clip_id": CLIP_ID, "starts_at": 30}
REPLACE = {"task_type": "replace_music", "clip_id": CLIP_ID, "starts_at": 30, "ends_at": 40}
COVER = {"task_type": "cover_music", "clip_id": CLIP_ID}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"sound": SOUND}, "task_type"),
        ({"task_type": "sing"}, "task_type"),
        ({"task_type": "create_music"}, "sound"),
        ({"task_type": "create_music", "sound": SOUND, "mv": "FUZZ-9"}, "mv"),
        ({**EXTEND, "starts_at": None}, "starts_at"),
        ({**EXTEND, "starts_at": 92}, "starts_at"),
        ({**EXTEND, "clip_id": None}, "clip_id"),
        ({**EXTEND, "length": 0.5}, "length"),
        ({**EXTEND, "length": 241}, "length"),
        ({**EXTEND, "instruction": 5}, "instruction"),
        ({**REPLACE, "starts_at": None}, "starts_at"),
        ({**REPLACE, "ends_at": None}, "ends_at"),
        ({**REPLACE, "ends_at": 30}, "ends_at"),
        ({**COVER, "strength": 1.1}, "strength"),
        ({**COVER, "task_type": "cover_upload_music"}, "clip_id"),
    ],
)
def test_may_refuses_and_names_the_field(body: dict[str, Any], field: str) -> None:
    with pytest.raises(FieldError, match=f"'{field}'"):
        may.parse_create(body, find)


@pytest.mark.parametrize(
    ("body", "price", "details"),
    [
        ({**EXTEND, "instruction": "go on"}, 12, {"length_s": 60.0, "sound": "go on"}),
        ({**EXTEND, "length": 240}, 12, {"length_s": 240.0, "starts_at": 30.0}),
        ({**REPLACE, "instruction": "a riff"}, 12, {"ends_at": 40.0, "sound": "a riff"}),
        ({**COVER, "instruction": "as a waltz"}, 10, {"cover_strength": 0.5}),
        ({**COVER, "strength": 0}, 10, {"cover_strength": 0.0}),
        (
            {
                "task_type": "create_music",
                "lyrics": "la",
                "make_instrumental": True,
                "weirdness": 9,
            },
            10,
            {"mv": "Lyria 3 Pro", "make_instrumental": False, "weirdness": 0.5},
        ),
        ({"task_type": "create_music", "sound": "x", "mv": "FUZZ-0.8"}, 10, {"mv": "FUZZ-0.8"}),
    ],
)
def test_may_accepts(body: dict[str, Any], price: int, details: dict[str, Any]) -> None:
    order = may.parse_create(body, find)
    assert order.price == price
    assert details.items() <= order.details.items()
    assert CLIP.uploaded is False


_ANYTHING = st.none() | st.booleans() | st.floats() | st.integers() | st.text() | st.just([])
_FIELDS = ("sound", "lyrics", "instruction", "mv", "title", "starts_at", "ends_at", "length",
           "strength", "seed", "webhook_url", "cover_url", "make_instrumental")  # fmt: skip


@given(
    kind=st.sampled_from([*may.TASK_TYPES, *may.RETIRED_TASK_TYPES]) | _ANYTHING,
    body=st.fixed_dictionaries({}, optional=dict.fromkeys(_FIELDS, _ANYTHING)),
)
def test_may_takes_or_refuses_any_body(kind: object, body: dict[str, Any]) -> None:
    outcome = "taken"
    try:
        order = may.parse_create({"task_type": kind, "clip_id": CLIP_ID, **body}, find)
        assert order.price in {10, 12}
    except FieldError as fault:
        outcome = fault.field
    except TaskTypeRetired as gone:
        outcome = str(gone)
    except ContentModerated:
        outcome = "moderated"
    assert outcome in {
        "taken",
        "moderated",
        "task_type",
        "clip_id",
        *_FIELDS,
        *may.RETIRED_TASK_TYPES,
    }

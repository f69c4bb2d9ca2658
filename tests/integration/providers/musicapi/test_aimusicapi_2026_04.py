"""The dialect of seed 003: songs, lyrics and videos, and what it has ended."""

from typing import Any

import pytest

from producer_studio.domain.errors import RequestRejected
from producer_studio.domain.ids import RemoteId
from producer_studio.domain.operation import SERVICE_OPERATIONS, Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.base import WebhookTarget
from producer_studio.providers.musicapi.aimusicapi_2026_04 import DIALECT
from producer_studio.providers.musicapi.requests import build_request

SOURCE = RemoteId("clip-1")
HOOK = WebhookTarget("https://example.com/h", "s")
SECRET = {"webhook_url": "https://example.com/h", "webhook_secret": "s"}
# Everything that a recipe can carry, so that a body shows what is left out.
FULL = Recipe(
    sound="tape loops", lyrics="[Verse]\nA line", title="T", model="FUZZ-2.0 Pro", seed="12345",
    instrumental=True, lyrics_strength=0.1, sound_strength=0.1, weirdness=9, cover_strength=0,
    source_remote=SOURCE, starts_at_s=1, ends_at_s=0, length_s=9, instruction="more",
    cover_url="https://example.com/a.jpg", audio_url="https://example.com/a.mp3", prompt="rain",
    preset="modern", export_format="wav", source_uploaded=True,
)  # fmt: skip


@pytest.mark.parametrize(
    ("operation", "path", "body"),
    [
        (
            Operation.CREATE,
            "create",
            {
                "task_type": "create_music",
                "mv": "FUZZ-2.0 Pro",
                "sound": "tape loops",
                "lyrics": "[Verse]\nA line",
                "title": "T",
                "seed": "12345",
                "make_instrumental": True,
            },
        ),
        (Operation.LYRICS, "lyrics-create", {"prompt": "rain"}),
        (Operation.VIDEO, "video-clip", {"clip_id": "clip-1", "preset": "modern"}),
        (Operation.UPLOAD, "upload", {"audio_url": "https://example.com/a.mp3"}),
        (Operation.EXPORT, "download", {"clip_id": "clip-1", "format": "wav"}),
    ],
)
def test_every_operation(operation: Operation, path: str, body: dict[str, Any]) -> None:
    recipe = FULL.with_changes(operation=operation)
    bare = build_request(DIALECT, recipe, service="AIMusicAPI")
    assert (bare.path, bare.body) == (f"/api/v1/producer/{path}", body)
    assert build_request(DIALECT, recipe, HOOK, service="AIMusicAPI").body == body | SECRET


def test_the_least_that_can_be_asked_for() -> None:
    song = build_request(DIALECT, Recipe(sound="x", model=""), service="AIMusicAPI")
    assert song.body == {"task_type": "create_music", "sound": "x"}
    video = Recipe(operation=Operation.VIDEO, source_remote=SOURCE)
    assert build_request(DIALECT, video, service="AIMusicAPI").body == {"clip_id": "clip-1"}
    # Here the format must be sent.
    export = Recipe(operation=Operation.EXPORT, source_remote=SOURCE)
    assert build_request(DIALECT, export, service="AIMusicAPI").body == {
        "clip_id": "clip-1",
        "format": "mp3",
    }
    assert "export_format" in DIALECT.operations[Operation.EXPORT].required


@pytest.mark.parametrize("preset", ["simple", "modern", "player"])
def test_the_three_looks_of_a_video(preset: str) -> None:
    recipe = FULL.with_changes(operation=Operation.VIDEO, preset=preset)
    assert build_request(DIALECT, recipe, service="AIMusicAPI").body["preset"] == preset


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sound": " ", "lyrics": ""}, "sound"),
        ({"title": "t" * 81}, "title"),
        ({"seed": "sevens"}, "seed"),
        ({"seed": "-7"}, "seed"),
        ({"seed": "\u0667"}, "seed"),
        ({"operation": Operation.LYRICS, "prompt": " "}, "prompt"),
        ({"operation": Operation.LYRICS, "prompt": "p" * 3001}, "prompt"),
        ({"operation": Operation.VIDEO, "preset": "loud"}, "preset"),
        ({"operation": Operation.VIDEO, "source_remote": None}, "source"),
        ({"operation": Operation.UPLOAD, "audio_url": "ftp://example.com/a"}, "audio_url"),
        ({"operation": Operation.EXPORT, "export_format": "flac"}, "export_format"),
        ({"operation": Operation.EXPORT, "source_remote": None}, "source"),
        ({"webhook_url": "https://e.com/" + "h" * 1011}, "webhook_url"),
        ({"webhook_url": "http://example.com/h"}, "webhook_url"),
    ],
)
def test_what_the_document_forbids_is_refused_before_it_is_sent(
    changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(RequestRejected, match="Nothing was sent and nothing was charged") as caught:
        build_request(DIALECT, FULL.with_changes(**changes), service="AIMusicAPI")
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("changes", "name", "length"),
    [
        ({"title": "t" * 80}, "title", 80),
        ({"operation": Operation.LYRICS, "prompt": "p" * 3000}, "prompt", 3000),
        ({"webhook_url": "https://e.com/" + "h" * 1010}, "webhook_url", 1024),
    ],
)
def test_the_longest_texts_pass(changes: dict[str, Any], name: str, length: int) -> None:
    body = build_request(DIALECT, FULL.with_changes(**changes), service="AIMusicAPI").body
    assert len(str(body[name])) == length
    assert DIALECT.limits[name] == length


# Section 7, in the studio's words.
RETIRED = {
    Operation.COVER,
    Operation.EXTEND,
    Operation.REPLACE,
    Operation.SWAP_VOCALS,
    Operation.SWAP_SOUND,
    Operation.VARIATION,
}


@pytest.mark.parametrize("operation", sorted(RETIRED | {Operation.STEMS}))
def test_what_is_not_offered_says_why(operation: Operation) -> None:
    capability = DIALECT.capability(operation, "AIMusicAPI")
    ended = capability.reason.startswith("AIMusicAPI has discontinued this: it can no longer ")
    assert ended is (operation in RETIRED)
    assert capability.reason.endswith(".")
    with pytest.raises(RequestRejected) as caught:
        build_request(DIALECT, FULL.with_changes(operation=operation), service="AIMusicAPI")
    assert caught.value.field == "operation"


def test_prices_are_all_stated() -> None:
    found = DIALECT.capabilities("AIMusicAPI")
    prices = {one: found.get(one).price for one in SERVICE_OPERATIONS if found.get(one).available}
    assert prices == {
        Operation.CREATE: 10,
        Operation.LYRICS: 1,
        Operation.VIDEO: 5,
        Operation.UPLOAD: 2,
        Operation.EXPORT: 2,
    }
    assert found.presets == ("simple", "modern", "player")
    assert found.strengths == {}
    assert (found.default_model, len(found.models)) == ("FUZZ-2.0", 10)

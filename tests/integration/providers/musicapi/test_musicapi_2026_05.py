"""The dialect after MusicAPI's move to Lyria 3 Pro, as services.md describes it."""

import json
from typing import Any

import pytest

from producer_studio.domain.capabilities import find_model
from producer_studio.domain.errors import RequestRejected
from producer_studio.domain.ids import RemoteId
from producer_studio.domain.operation import SERVICE_OPERATIONS, Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.base import WebhookTarget
from producer_studio.providers.musicapi.musicapi_2026_05 import DIALECT
from producer_studio.providers.musicapi.requests import build_request

SOURCE = RemoteId("clip-1")
CREATE = "/api/v1/producer/create"
EXTEND = Recipe(
    operation=Operation.EXTEND, model="Lyria 3 Pro", source_remote=SOURCE, starts_at_s=45.0,
    instruction="let the strings rise",
)  # fmt: skip
COVER = Recipe(operation=Operation.COVER, model="", source_remote=SOURCE, instruction="on a banjo")
REPLACE = Recipe(
    operation=Operation.REPLACE, model="", source_remote=SOURCE, instruction="a guitar solo",
    starts_at_s=30, ends_at_s=45.5,
)  # fmt: skip


def body(recipe: Recipe, webhook: WebhookTarget | None = None) -> dict[str, Any]:
    request = build_request(DIALECT, recipe, webhook, service="MusicAPI")
    assert request.path == CREATE
    found = json.loads(request.encode())
    assert isinstance(found, dict)
    return found


def test_a_song() -> None:
    recipe = Recipe(
        sound="tape loops", lyrics="[Verse]\nA line", title="T", seed="7", model="Lyria 3 Pro",
        cover_url="https://example.com/a.jpg",
    )  # fmt: skip
    assert body(recipe, WebhookTarget("https://example.com/h", "s")) == {
        "task_type": "create_music",
        "mv": "Lyria 3 Pro",
        "sound": "tape loops",
        "lyrics": "[Verse]\nA line",
        "title": "T",
        "seed": "7",
        "cover_url": "https://example.com/a.jpg",
        "webhook_url": "https://example.com/h",
        "webhook_secret": "s",
    }


@pytest.mark.parametrize("model", DIALECT.models)
def test_every_older_name_is_still_taken(model: str) -> None:
    assert body(Recipe(sound="x", model=model))["mv"] == model


def test_the_models_are_the_new_default_and_the_ten_before() -> None:
    assert DIALECT.default_model == DIALECT.models[0] == "Lyria 3 Pro"
    assert len(set(DIALECT.models)) == 11
    assert "mv" not in body(Recipe(sound="x", model=""))


def test_what_is_ignored_there_is_neither_offered_nor_sent() -> None:
    recipe = Recipe(sound="x", model="", lyrics_strength=0.1, sound_strength=0.9, weirdness=1)
    assert body(recipe) == {"task_type": "create_music", "sound": "x"}
    found = DIALECT.capabilities("MusicAPI")
    assert set(found.strengths) == {"cover_strength"}
    ignored = {"lyrics_strength", "sound_strength", "weirdness"}
    assert not any(capability.fields & ignored for capability in found.operations.values())


@pytest.mark.parametrize(
    ("sound", "sent"),
    [
        ("tape loops", "tape loops, instrumental, no vocals"),
        ("tape loops, ", "tape loops, instrumental, no vocals"),
        ("An instrumental of tape loops", "An instrumental of tape loops, no vocals"),
    ],
)
def test_a_song_without_vocals_is_asked_for_in_the_sound(sound: str, sent: str) -> None:
    asked = body(Recipe(sound=sound, lyrics="[Verse]\nA line", model="", instrumental=True))
    assert asked == {"task_type": "create_music", "sound": sent}


def test_a_song_of_nothing_is_refused_also_without_vocals() -> None:
    with pytest.raises(RequestRejected, match="Describe the sound"):
        body(Recipe(model="", lyrics="[Verse]\nA line", instrumental=True))


def test_every_name_of_a_model_is_said_to_be_lyria_3_pro() -> None:
    found = DIALECT.capabilities("MusicAPI")
    models = [found.resolve_model(name) for name in found.models]
    assert [model.name for model in models] == list(DIALECT.models)
    assert {model.typical_s for model in models} == {(30, 30)}
    assert all("Lyria 3 Pro" in model.note for model in models[1:])
    assert find_model("FUZZ-2.0").note == "Default, best balance"


def test_extend() -> None:
    assert body(EXTEND) == {
        "task_type": "extend_music",
        "clip_id": "clip-1",
        "mv": "Lyria 3 Pro",
        "instruction": "let the strings rise",
        "starts_at": 45,
    }
    assert body(EXTEND.with_changes(length_s=90.5))["length"] == 90.5


@pytest.mark.parametrize(("length_s", "sent"), [(1, 1), (240, 240), (240.0, 240)])
def test_the_shortest_and_the_longest_extension(length_s: float, sent: float) -> None:
    assert body(EXTEND.with_changes(length_s=length_s))["length"] == sent


@pytest.mark.parametrize("strength", [0, 0.0, 0.19, 0.5, 1])
def test_a_cover_may_be_as_close_or_as_far_as_it_likes(strength: float) -> None:
    assert body(COVER.with_changes(cover_strength=strength)) == {
        "task_type": "cover_music",
        "clip_id": "clip-1",
        "instruction": "on a banjo",
        "strength": strength,
    }


def test_the_cover_of_an_upload_has_a_name_of_its_own() -> None:
    uploaded = COVER.with_changes(source_uploaded=True)
    assert body(uploaded) == body(COVER) | {"task_type": "cover_upload_music"}
    for recipe in (EXTEND, REPLACE):
        assert body(recipe.with_changes(source_uploaded=True)) == body(recipe)


def test_the_default_strength_is_that_of_the_service() -> None:
    strength = DIALECT.strengths["cover_strength"]
    assert (strength.low, strength.default, strength.high) == (0, 0.5, 1)
    assert "strength" not in body(COVER)


def test_replace() -> None:
    assert body(REPLACE) == {
        "task_type": "replace_music",
        "clip_id": "clip-1",
        "instruction": "a guitar solo",
        "starts_at": 30,
        "ends_at": 45.5,
    }


@pytest.mark.parametrize("recipe", [EXTEND, COVER, REPLACE])
def test_a_sound_without_an_instruction_is_heard_as_one(recipe: Recipe) -> None:
    told = body(recipe.with_changes(sound="more brass"))
    assert (told["sound"], told["instruction"]) == ("more brass", recipe.instruction)
    sound = body(recipe.with_changes(sound="more brass", instruction=" "))
    assert (sound["sound"], sound["instruction"]) == ("more brass", "more brass")
    sung = body(recipe.with_changes(lyrics="[Verse]\nA line", instruction=""))
    assert "instruction" not in sung


def test_upload_and_export_are_those_of_before() -> None:
    upload = Recipe(operation=Operation.UPLOAD, audio_url="https://example.com/a.mp3")
    export = Recipe(operation=Operation.EXPORT, source_remote=SOURCE, export_format="wav")
    for recipe, path, sent in (
        (upload, "upload", {"audio_url": "https://example.com/a.mp3"}),
        (export, "download", {"clip_id": "clip-1", "format": "wav"}),
    ):
        request = build_request(DIALECT, recipe, service="MusicAPI")
        assert (request.path, request.body) == (f"/api/v1/producer/{path}", sent)


@pytest.mark.parametrize(
    ("recipe", "field"),
    [
        (EXTEND.with_changes(starts_at_s=None), "starts_at_s"),
        (EXTEND.with_changes(starts_at_s=-0.1), "starts_at_s"),
        (EXTEND.with_changes(length_s=0.9), "length_s"),
        (EXTEND.with_changes(length_s=240.1), "length_s"),
        (EXTEND.with_changes(length_s=float("nan")), "length_s"),
        (EXTEND.with_changes(source_remote=None), "source"),
        (EXTEND.with_changes(instruction=""), "sound"),
        (COVER.with_changes(cover_strength=-0.01), "cover_strength"),
        (COVER.with_changes(cover_strength=1.01), "cover_strength"),
        (REPLACE.with_changes(starts_at_s=None), "starts_at_s"),
        (REPLACE.with_changes(ends_at_s=None), "ends_at_s"),
        (REPLACE.with_changes(ends_at_s=30), "ends_at_s"),
        (REPLACE.with_changes(ends_at_s=float("inf")), "ends_at_s"),
        (Recipe(sound="x", title="t" * 81), "title"),
    ],
)
def test_what_the_document_forbids_is_refused_before_it_is_sent(recipe: Recipe, field: str) -> None:
    with pytest.raises(RequestRejected, match="Nothing was sent and nothing was charged") as caught:
        body(recipe)
    assert caught.value.field == field


@pytest.mark.parametrize(
    "operation", [Operation.SWAP_VOCALS, Operation.SWAP_SOUND, Operation.VARIATION]
)
def test_what_has_ended_says_so_and_is_not_sent(operation: Operation) -> None:
    capability = DIALECT.capability(operation, "MusicAPI")
    assert not capability.available
    assert capability.reason.startswith("MusicAPI has discontinued this: it can no longer ")
    with pytest.raises(RequestRejected, match="has discontinued this") as caught:
        body(Recipe(operation=operation, sound="x", source_remote=SOURCE))
    assert caught.value.field == "operation"


def test_prices_are_those_that_are_stated() -> None:
    found = DIALECT.capabilities("MusicAPI")
    prices = {one: found.get(one).price for one in SERVICE_OPERATIONS if found.get(one).available}
    assert prices == {
        Operation.CREATE: None,
        Operation.EXTEND: 12,
        Operation.COVER: None,
        Operation.REPLACE: 12,
        Operation.UPLOAD: 2,
        Operation.EXPORT: 2,
    }

"""Request bodies beside seed 001."""

from typing import Any

import pytest

from producer_studio.domain.errors import RequestRejected
from producer_studio.domain.ids import RemoteId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.acedata.requests import DIALECT, build_request
from producer_studio.providers.base import WebhookTarget
from producer_studio.providers.http.request_bodies import encode_body

SOURCE = RemoteId("38d3b9e2-0dfb-4338-b2a7-15e45656ed32")
# Seed 001: what is always sent, with the defaults that it states.
USUAL = {
    "prompt": "", "lyric": "", "custom": False, "instrumental": False, "model": "FUZZ-2.0",
    "lyrics_strength": 0.7, "sound_strength": 0.7, "weirdness": 0.5, "async": True,
}  # fmt: skip
OF_A_SONG = {"audio_id": SOURCE}


def sent(recipe: Recipe, webhook: WebhookTarget | None = None) -> tuple[str, dict[str, Any]]:
    return build_request(recipe, webhook, service="AceData Cloud")


@pytest.mark.parametrize(
    ("recipe", "body"),
    [
        (
            Recipe(sound="A song for Christmas", model="FUZZ-2.0 Pro"),
            {"action": "generate", "prompt": "A song for Christmas", "model": "FUZZ-2.0 Pro"},
        ),
        (
            Recipe(sound="pop", lyrics="[Verse]\nWoke up", title="Sun", seed="007"),
            {
                "action": "generate", "prompt": "pop", "lyric": "[Verse]\nWoke up",
                "custom": True, "title": "Sun", "seed": "007",
            },
        ),
        (
            Recipe(sound="choir", lyrics="[Verse]\nNobody sings this", instrumental=True),
            {"action": "generate", "prompt": "choir", "instrumental": True},
        ),
        (
            Recipe(
                operation=Operation.COVER, source_remote=SOURCE, lyrics="[Verse]\nAgain",
                title="Cover",
            ),
            {
                "action": "cover", "lyric": "[Verse]\nAgain", "custom": True, "title": "Cover",
                "cover_strength": 1, **OF_A_SONG,
            },
        ),
        (
            Recipe(
                operation=Operation.EXTEND, source_remote=SOURCE, sound="on", starts_at_s=3.0,
                weirdness=0.3, sound_strength=0.3, lyrics_strength=0.6,
            ),
            {
                "action": "extend", "prompt": "on", "continue_at": 3, "weirdness": 0.3,
                "sound_strength": 0.3, "lyrics_strength": 0.6, **OF_A_SONG,
            },
        ),
        (
            Recipe(
                operation=Operation.REPLACE, source_remote=SOURCE, lyrics="[Verse]\nNew",
                starts_at_s=0, ends_at_s=70.5,
            ),
            {
                "action": "replace_section", "lyric": "[Verse]\nNew", "custom": True,
                "replace_section_start": 0, "replace_section_end": 70.5, **OF_A_SONG,
            },
        ),
        (
            Recipe(
                operation=Operation.SWAP_SOUND, source_remote=SOURCE, sound="Happy", weirdness=0.6
            ),
            {
                "action": "swap_instrumentals", "prompt": "Happy", "weirdness": 0.6,
                "cover_strength": 1, **OF_A_SONG,
            },
        ),
        (
            Recipe(
                operation=Operation.SWAP_VOCALS, source_remote=SOURCE, lyrics="[Verse]\nSing",
                lyrics_strength=0.8, cover_strength=0.2,
            ),
            {
                "action": "swap_vocals", "lyric": "[Verse]\nSing", "custom": True,
                "lyrics_strength": 0.8, "cover_strength": 0.2, **OF_A_SONG,
            },
        ),
        (
            Recipe(operation=Operation.VARIATION, source_remote=SOURCE),
            {"action": "variation", **OF_A_SONG},
        ),
    ],
    ids=lambda value: value.get("action") if isinstance(value, dict) else None,
)  # fmt: skip
def test_a_song_is_asked_for_as_the_seed_shows(recipe: Recipe, body: dict[str, Any]) -> None:
    assert sent(recipe) == ("/producer/audios", USUAL | body)


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        (Operation.EXTEND, "upload_extend"),
        (Operation.COVER, "upload_cover"),
        (Operation.REPLACE, "upload_replace_section"),
        (Operation.SWAP_VOCALS, "swap_vocals"),
        (Operation.SWAP_SOUND, "swap_instrumentals"),
        (Operation.VARIATION, "variation"),
        (Operation.STEMS, "stems"),
    ],
)
def test_an_uploaded_source_has_actions_of_its_own(operation: Operation, action: str) -> None:
    recipe = Recipe(
        operation=operation, source_remote=SOURCE, source_uploaded=True, sound="x",
        starts_at_s=1, ends_at_s=2,
    )  # fmt: skip
    assert sent(recipe)[1]["action"] == action


def test_stems_have_no_words_and_no_model() -> None:
    recipe = Recipe(operation=Operation.STEMS, source_remote=SOURCE, sound="x", title="t")
    assert sent(recipe) == (
        "/producer/audios",
        {"action": "stems", "audio_id": SOURCE, "prompt": "", "lyric": "", "async": True},
    )


@pytest.mark.parametrize(
    ("recipe", "path", "body"),
    [
        (Recipe(operation=Operation.LYRICS, prompt="rain"), "lyrics", {"prompt": "rain"}),
        (Recipe(operation=Operation.VIDEO, source_remote=SOURCE), "videos", OF_A_SONG),
        (
            Recipe(operation=Operation.EXPORT, source_remote=SOURCE, export_format="wav"),
            "wav",
            OF_A_SONG,
        ),
        (
            Recipe(operation=Operation.UPLOAD, audio_url="https://e.example/a.mp3"),
            "upload",
            {"audio_url": "https://e.example/a.mp3"},
        ),
    ],
)
def test_the_other_paths(recipe: Recipe, path: str, body: dict[str, Any]) -> None:
    assert sent(recipe) == (f"/producer/{path}", body)


def test_a_webhook_is_an_address_without_a_secret() -> None:
    webhook = WebhookTarget("https://example.com/h", "hush")
    for recipe in (Recipe(sound="x"), Recipe(operation=Operation.LYRICS, prompt="rain")):
        body = sent(recipe, webhook)[1]
        assert body["callback_url"] == "https://example.com/h"
        assert b"hush" not in encode_body(body)
    assert "callback_url" not in sent(Recipe(sound="x"))[1]


def test_numbers_are_written_as_the_seed_writes_them() -> None:
    recipe = Recipe(operation=Operation.COVER, sound="x", source_remote=SOURCE, cover_strength=1.0)
    assert b'"cover_strength":1,' in encode_body(sent(recipe)[1]) + b","
    assert b'"cover_strength":1.0' not in encode_body(sent(recipe)[1])


def _of_a_song(operation: Operation, **fields: Any) -> Recipe:
    return Recipe(operation=operation, source_remote=SOURCE, sound="x", **fields)


@pytest.mark.parametrize(
    ("recipe", "field"),
    [
        (Recipe(), "sound"),
        (Recipe(lyrics="[Verse]\nUnsung", instrumental=True), "sound"),
        (Recipe(sound="x" * 201), "sound"),
        (Recipe(sound="x", model="Lyria 3 preview"), "model"),
        (Recipe(sound="x", model="FUZZ-3-Demo"), "model"),
        (Recipe(sound="x", sound_strength=0.19), "sound_strength"),
        (Recipe(sound="x", lyrics_strength=1.1), "lyrics_strength"),
        (Recipe(sound="x", weirdness=float("nan")), "weirdness"),
        (Recipe(sound="x", webhook_url="http://example.com/h"), "webhook_url"),
        (_of_a_song(Operation.COVER, cover_strength=0.1), "cover_strength"),
        (_of_a_song(Operation.EXTEND), "starts_at_s"),
        (_of_a_song(Operation.EXTEND, starts_at_s=-1), "starts_at_s"),
        (_of_a_song(Operation.REPLACE, ends_at_s=4), "starts_at_s"),
        (_of_a_song(Operation.REPLACE, starts_at_s=4), "ends_at_s"),
        (_of_a_song(Operation.REPLACE, starts_at_s=4, ends_at_s=4), "ends_at_s"),
        (_of_a_song(Operation.EXPORT, export_format="mp3"), "export_format"),
        (Recipe(operation=Operation.VARIATION), "source"),
        (Recipe(operation=Operation.STEMS), "source"),
        (Recipe(operation=Operation.VIDEO), "source"),
        (Recipe(operation=Operation.LYRICS), "prompt"),
        (Recipe(operation=Operation.UPLOAD), "audio_url"),
        (Recipe(operation=Operation.UPLOAD, audio_url="file:///etc/passwd"), "audio_url"),
    ],
)
def test_what_would_be_declined_is_not_sent(recipe: Recipe, field: str) -> None:
    with pytest.raises(RequestRejected, match="Nothing was sent and nothing was charged") as caught:
        sent(recipe)
    assert caught.value.field == field


def test_the_longest_sound_passes() -> None:
    assert len(sent(Recipe(sound="x" * 200))[1]["prompt"]) == 200


def test_the_form_shows_what_is_sent_and_nothing_else() -> None:
    full = Recipe(
        sound="x", lyrics="y", title="t", seed="1", source_remote=SOURCE, starts_at_s=1,
        ends_at_s=2, length_s=9, instruction="i", cover_url="https://e.example/c.png",
        prompt="p", preset="simple", audio_url="https://e.example/a.mp3", cover_strength=0.5,
        webhook_url="https://example.com/h",
    )  # fmt: skip
    # Always sent, whether they mean anything or not.
    constant = {"action", "async", "custom", "prompt", "lyric"}
    names = {
        "audio_id": "source", "callback_url": "webhook_url", "continue_at": "starts_at_s",
        "replace_section_start": "starts_at_s", "replace_section_end": "ends_at_s",
    }  # fmt: skip
    for operation, offer in DIALECT.operations.items():
        body = sent(full.with_changes(operation=operation))[1]
        told = {names.get(name, name) for name in body.keys() - constant}
        assert told == offer.fields - {"sound", "lyrics", "prompt"}, operation
        assert offer.required <= offer.fields

"""Request bodies beside those of the seeds."""

import json
from pathlib import Path
from typing import Any

import pytest

from producer_studio.domain.errors import RequestRejected
from producer_studio.domain.ids import RemoteId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.base import WebhookTarget
from producer_studio.providers.musicapi.client import find_dialect
from producer_studio.providers.musicapi.requests import MusicApiRequest
from producer_studio.providers.musicapi.requests import build_request as translated

DEMO = find_dialect("musicapi-2026-02", demo=True)
TASK_TYPES = {
    operation: offer.task_type
    for operation, offer in find_dialect("musicapi-2026-02").operations.items()
    if offer.task_type
}


def request_for(recipe: Recipe, webhook: WebhookTarget | None = None) -> MusicApiRequest:
    return translated(DEMO, recipe, webhook, service="MusicAPI")


# Every body of seeds 000 and 002 with the fields, numbers and names it has there, the texts made
# short. `make_instrumental: false`, which is the default, is left out.
EXAMPLES: list[dict[str, Any]] = json.loads(
    Path(__file__).parents[1].joinpath("request_examples.json").read_text("utf-8")
)
RECIPE_FIELD = {
    "sound": "sound",
    "lyrics": "lyrics",
    "title": "title",
    "make_instrumental": "instrumental",
    "seed": "seed",
    "lyrics_strength": "lyrics_strength",
    "sound_strength": "sound_strength",
    "weirdness": "weirdness",
    "cover_strength": "cover_strength",
    "clip_id": "source_remote",
    "starts_at": "starts_at_s",
    "ends_at": "ends_at_s",
    "cover_url": "cover_url",
    "audio_url": "audio_url",
    "format": "export_format",
}
OTHER_PATHS = {"upload": Operation.UPLOAD, "download": Operation.EXPORT}


def recipe_of(example: dict[str, Any]) -> tuple[Recipe, WebhookTarget | None]:
    body = dict(example["body"])
    operations = {wire: operation for operation, wire in TASK_TYPES.items()}
    task_type = body.pop("task_type", "")
    operation = operations[task_type] if task_type else OTHER_PATHS[example["path"]]
    url = body.pop("webhook_url", "")
    webhook = WebhookTarget(url, body.pop("webhook_secret", "")) if url else None
    fields = {"model": body.pop("mv", "")} | {RECIPE_FIELD[key]: body[key] for key in body}
    return Recipe(operation=operation, **fields), webhook


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e['seed']}-{e['path']}")
def test_the_seeds_bodies_are_sent_as_they_show(example: dict[str, Any]) -> None:
    request = request_for(*recipe_of(example))
    assert request.path == f"/api/v1/producer/{example['path']}"
    assert json.loads(request.encode()) == example["body"]


def test_all_seven_task_types_are_among_the_examples() -> None:
    found = {example["body"].get("task_type") for example in EXAMPLES}
    assert found - {None} == set(TASK_TYPES.values())


def test_whole_numbers_are_written_as_the_seeds_write_them() -> None:
    recipe = Recipe(
        operation=Operation.EXTEND, sound="x", source_remote=RemoteId("c"), starts_at_s=45.0
    )
    assert b'"starts_at":45}' in request_for(recipe).encode()


def test_lyrics_and_video_are_those_of_seed_003() -> None:
    lyrics = request_for(Recipe(operation=Operation.LYRICS, prompt="leaving a small town"))
    assert lyrics.path == "/api/v1/producer/lyrics-create"
    assert lyrics.body == {"prompt": "leaving a small town"}
    video = Recipe(operation=Operation.VIDEO, source_remote=RemoteId("c"))
    assert request_for(video).path == "/api/v1/producer/video-clip"
    assert request_for(video).body == {"clip_id": "c"}
    assert request_for(video.with_changes(preset="player")).body == {
        "clip_id": "c",
        "preset": "player",
    }


def test_a_field_of_another_operation_is_not_sent() -> None:
    recipe = Recipe(sound="x", cover_strength=0.5, starts_at_s=3, ends_at_s=4, prompt="p")
    assert request_for(recipe).body == {
        "task_type": "create_music",
        "mv": "FUZZ-2.0",
        "sound": "x",
    }


def test_the_secret_of_a_webhook_is_not_in_its_repr() -> None:
    assert "hush" not in repr(WebhookTarget("https://example.com/h", "hush"))


def test_a_webhook_of_the_recipe_has_no_secret() -> None:
    body = request_for(Recipe(sound="x", webhook_url="https://example.com/h")).body
    assert body["webhook_url"] == "https://example.com/h"
    assert "webhook_secret" not in body


SOURCE = RemoteId("clip-1")


@pytest.mark.parametrize(
    ("recipe", "field"),
    [
        (Recipe(), "sound"),
        (Recipe(sound=" ", lyrics="\n"), "sound"),
        (Recipe(sound="x", title="t" * 81), "title"),
        (Recipe(sound="x", lyrics_strength=1.01), "lyrics_strength"),
        (Recipe(sound="x", sound_strength=0.19), "sound_strength"),
        (Recipe(sound="x", weirdness=-0.1), "weirdness"),
        (Recipe(sound="x", weirdness=float("nan")), "weirdness"),
        (Recipe(sound="x", webhook_url="http://example.com/h"), "webhook_url"),
        (Recipe(sound="x", webhook_url="https://e.com/" + "h" * 1024), "webhook_url"),
        (
            Recipe(operation=Operation.COVER, sound="x", source_remote=SOURCE, cover_strength=0.1),
            "cover_strength",
        ),
        (Recipe(operation=Operation.VARIATION), "source"),
        (Recipe(operation=Operation.EXTEND, sound="x"), "source"),
        (
            Recipe(
                operation=Operation.EXTEND,
                sound="x",
                source_remote=SOURCE,
                starts_at_s=float("inf"),
            ),
            "starts_at_s",
        ),
        (Recipe(operation=Operation.REPLACE, sound="x", source_remote=SOURCE), "starts_at_s"),
        (
            Recipe(
                operation=Operation.REPLACE,
                sound="x",
                source_remote=SOURCE,
                starts_at_s=5,
                ends_at_s=5,
            ),
            "ends_at_s",
        ),
        (Recipe(operation=Operation.EXPORT), "source"),
        (
            Recipe(operation=Operation.EXPORT, source_remote=SOURCE, export_format="flac"),
            "export_format",
        ),
        (Recipe(operation=Operation.UPLOAD), "audio_url"),
        (Recipe(operation=Operation.UPLOAD, audio_url="file:///etc/passwd"), "audio_url"),
        (Recipe(operation=Operation.LYRICS), "prompt"),
        (Recipe(operation=Operation.LYRICS, prompt="p" * 3001), "prompt"),
        (Recipe(operation=Operation.VIDEO, source_remote=SOURCE, preset="loud"), "preset"),
        (Recipe(operation=Operation.STEMS, source_remote=SOURCE), "operation"),
    ],
)
def test_what_the_documents_forbid_is_refused_before_it_is_sent(recipe: Recipe, field: str) -> None:
    with pytest.raises(RequestRejected, match="Nothing was sent and nothing was charged") as caught:
        request_for(recipe)
    assert caught.value.field == field


@pytest.mark.parametrize("title", ["t" * 80, ""])
def test_the_longest_title_passes(title: str) -> None:
    assert request_for(Recipe(sound="x", title=title)).body.get("title", "") == title


def test_half_a_character_does_not_stop_a_request() -> None:
    body = json.loads(request_for(Recipe(sound="rain \ud83c on tin", title="H\u00e9")).encode())
    assert (body["sound"], body["title"]) == ("rain ? on tin", "H\u00e9")

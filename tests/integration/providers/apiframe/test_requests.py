"""Request bodies of Apiframe, exactly as seed 004 has them."""

import json
from typing import Any

import pytest

from producer_studio.domain.errors import RequestRejected
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.apiframe.requests import (
    FIELDS,
    MODELS,
    STRENGTH_RANGES,
    build_request,
)
from producer_studio.providers.base import WebhookTarget

SOUND = "an upbeat synthwave track with a driving bassline"


def body(recipe: Recipe, webhook: WebhookTarget | None = None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(build_request(recipe, webhook, service="Apiframe"))
    return found


def song(**more: Any) -> Recipe:
    return Recipe(**{"sound": SOUND, "model": "FUZZ-2.0 Pro"} | more)


def test_the_body_of_the_seed() -> None:
    assert body(song(lyrics="Verse 1…", title="Optional")) == {
        "prompt": SOUND,
        "model": "producer",
        "producerParams": {
            "model_version": "FUZZ_2_PRO",
            "instrumental": False,
            "lyrics": "Verse 1…",
            "title": "Optional",
        },
    }


def test_every_field_and_no_other() -> None:
    everything = song(
        lyrics="La", title="T", seed="00042", instrumental=True, lyrics_strength=0.0,
        sound_strength=1.0, weirdness=0.55, cover_strength=0.5, cover_url="https://e.example/a",
        starts_at_s=3.0, instruction="no", preset="simple", prompt="theme", length_s=9.0,
    )  # fmt: skip
    hook = WebhookTarget("https://hooks.example/a", "secret")
    assert body(everything, hook) == {
        "prompt": SOUND,
        "model": "producer",
        "producerParams": {
            "model_version": "FUZZ_2_PRO",
            "instrumental": True,
            "lyrics": "La",
            "title": "T",
            "seed": "00042",
            "lyrics_strength": 0,
            "sound_strength": 1,
            "weirdness": 0.55,
        },
        "webhookUrl": "https://hooks.example/a",
        "webhookEvents": ["completed", "failed"],
    }
    assert "secret" not in build_request(everything, hook, service="Apiframe").decode()


def test_the_models_have_the_studios_names() -> None:
    assert list(MODELS) == [
        "FUZZ-2.0 Pro", "FUZZ-2.0", "FUZZ-2.0 Raw", "FUZZ-1.1 Pro", "FUZZ-1.0 Pro", "FUZZ-1.0"
    ]  # fmt: skip
    for name, wire_name in MODELS.items():
        for given in (name, wire_name):
            assert body(song(model=given))["producerParams"]["model_version"] == wire_name


@pytest.mark.parametrize(
    ("value", "sent"),
    [(0.37, 0.35), (0.38, 0.4), (0.2, 0.2), (0.21, 0.2), (0.999, 1), (0.55, 0.55), (1, 1)],
)
def test_strengths_go_in_the_steps_of_the_service(value: float, sent: float) -> None:
    params = body(song(sound_strength=value))["producerParams"]
    assert repr(params["sound_strength"]) == repr(sent)


def test_the_sliders_are_those_of_the_seed() -> None:
    ranges = {name: (one.low, one.high, one.step) for name, one in STRENGTH_RANGES.items()}
    assert ranges == {
        "lyrics_strength": (0, 1, 0.05),
        "sound_strength": (0.2, 1, 0.05),
        "weirdness": (0, 1, 0.05),
    }
    assert STRENGTH_RANGES.keys() < FIELDS


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        ({"sound": "", "lyrics": "[Verse]\nA line"}, "sound", "cannot work from lyrics alone"),
        ({"sound": " \n"}, "sound", "Describe the sound"),
        ({"sound": "x" * 5001}, "sound", "more than 5000"),
        ({"lyrics": "x" * 5001}, "lyrics", "more than 5000"),
        ({"title": "x" * 81}, "title", "more than 80"),
        ({"model": "FUZZ-0.8"}, "model", "It offers FUZZ-2.0 Pro, "),
        ({"model": "Lyria 3 preview"}, "model", "does not offer"),
        ({"sound_strength": 0.19}, "sound_strength", "between 0.2 and 1"),
        ({"weirdness": 1.01}, "weirdness", "between 0 and 1"),
        ({"lyrics_strength": float("nan")}, "lyrics_strength", "between"),
        ({"webhook_url": "http://hooks.example"}, "webhook_url", "must start with https"),
        ({"webhook_url": "https://me:word@h.example"}, "webhook_url", "without a user name"),
        ({"webhook_url": "https://h.example/" + "a" * 1010}, "webhook_url", "at most 1024"),
        ({"operation": Operation.EXTEND}, "operation", "only makes new songs"),
        ({"operation": Operation.UPLOAD}, "operation", "only makes new songs"),
    ],
)
def test_what_is_not_sent(more: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(RequestRejected, match=words) as caught:
        body(song(**more))
    assert caught.value.field == field
    assert caught.value.message.endswith("Nothing was sent and nothing was charged.")


def test_limits_are_taken_to_the_last_character() -> None:
    found = body(song(sound="x" * 5000, lyrics="y" * 5000, title="z" * 80))
    assert len(found["prompt"]) == len(found["producerParams"]["lyrics"]) == 5000


def test_halves_of_characters_do_not_break_it() -> None:
    assert body(song(sound="drums \ud800 bass"))["prompt"] == "drums ? bass"

"""What holds for every dialect of the family."""

from dataclasses import fields

import pytest

from producer_studio.domain.errors import RequestRejected
from producer_studio.domain.ids import RemoteId
from producer_studio.domain.operation import SERVICE_OPERATIONS, Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.musicapi.client import find_dialect
from producer_studio.providers.musicapi.dialect import Dialect
from producer_studio.providers.musicapi.requests import WIRE_NAMES, build_request

DIALECTS = [
    pytest.param(find_dialect(name, demo=demo), id=f"{name}{'-demo' * demo}")
    for name in ("musicapi-2026-02", "musicapi-2026-05", "aimusicapi-2026-04")
    for demo in (False, True)
]
# Every field has something in it.
FULL = Recipe(
    sound="tape loops", lyrics="[Verse]\nA line", title="T", model="FUZZ-2.0", seed="7",
    instrumental=True, lyrics_strength=0.4, sound_strength=0.6, weirdness=0.3, cover_strength=0.9,
    source_remote=RemoteId("clip-1"), starts_at_s=3, ends_at_s=9, length_s=30, instruction="more",
    cover_url="https://example.com/a.jpg", audio_url="https://example.com/a.mp3", prompt="rain",
    preset="modern", export_format="wav", webhook_url="https://example.com/h",
)  # fmt: skip


def wire_name(dialect: Dialect, field: str) -> str:
    return dialect.wire_names.get(field) or WIRE_NAMES.get(field) or field


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("operation", SERVICE_OPERATIONS)
def test_what_the_form_shows_is_what_is_sent(dialect: Dialect, operation: Operation) -> None:
    capability = dialect.capability(operation, "MusicAPI")
    if not capability.available:
        assert not capability.fields
        assert capability.reason.endswith(".")
        return
    body = build_request(dialect, FULL.with_changes(operation=operation), service="MusicAPI").body
    shown = {wire_name(dialect, field) for field in capability.fields}
    if dialect.instrumental_text and "instrumental" in capability.fields:
        # Said in the sound, and the lyrics are left out.
        assert str(body["sound"]).endswith(dialect.instrumental_text)
        shown -= {"make_instrumental", "lyrics"}
    assert body.keys() - {"task_type"} == shown
    assert capability.required <= capability.fields
    assert capability.fields <= {field.name for field in fields(Recipe)}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("operation", SERVICE_OPERATIONS)
def test_without_what_is_required_nothing_is_sent(dialect: Dialect, operation: Operation) -> None:
    capability = dialect.capability(operation, "MusicAPI")
    # The format has a default of the studio's own.
    for field in capability.required - {"export_format"}:
        name = "source_remote" if field == "source" else field
        lacking = FULL.with_changes(operation=operation, **{name: getattr(Recipe(), name)})
        with pytest.raises(
            RequestRejected, match="Nothing was sent and nothing was charged"
        ) as caught:
            build_request(dialect, lacking, service="MusicAPI")
        assert caught.value.field == field


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_strength_is_sent_within_its_range_alone(dialect: Dialect) -> None:
    for field, strength in dialect.strengths.items():
        operation = next(one for one, offer in dialect.operations.items() if field in offer.fields)
        name = wire_name(dialect, field)
        for value in (strength.low, strength.default, strength.high):
            recipe = FULL.with_changes(operation=operation, **{field: value})
            assert build_request(dialect, recipe, service="MusicAPI").body[name] == value
        for value in (strength.low - 0.01, strength.high + 0.01, float("nan")):
            recipe = FULL.with_changes(operation=operation, **{field: value})
            with pytest.raises(RequestRejected) as caught:
                build_request(dialect, recipe, service="MusicAPI")
            assert caught.value.field == field


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_an_account_is_told(dialect: Dialect) -> None:
    found = dialect.capabilities("MusicAPI")
    assert set(found.operations) == set(SERVICE_OPERATIONS)
    assert found.default_model in found.models
    assert found.limits["title"] == 80
    assert found.limits["webhook_url"] == 1024
    assert found.export_formats == ("mp3", "wav")
    assert found.supports_webhooks
    assert not any((found.can_list_tasks, found.supports_idempotency_keys))
    assert bool(found.presets) is found.get(Operation.VIDEO).available
    assert ("prompt" in found.limits) is found.get(Operation.LYRICS).available
    assert not dialect.retired_operations & dialect.operations.keys()


def test_only_demo_studio_has_prices_where_the_seeds_are_silent() -> None:
    demo = find_dialect("musicapi-2026-02", demo=True)
    assert all(offer.price is not None for offer in demo.operations.values())
    assert find_dialect("musicapi-2026-02").operations[Operation.CREATE].price is None
    assert find_dialect("musicapi-2026-05", demo=True) is find_dialect("musicapi-2026-05")

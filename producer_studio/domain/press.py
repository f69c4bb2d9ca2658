"""Press: one activation of Generate, with everything that was asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from producer_studio.domain.ids import AccountName, PresetId, PressId
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.sweep import Sweep


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """One activation of Generate; survives its clips.

    Attributes:
        account: Account that paid.
        recipes: One for each take, in their order, as submitted; at least one.
        form: The whole compose form as JSON, with what is not sent (locks, number of takes); empty
            where there was no form, as on the command line.
        credits_expected: Expected price of everything, a registration of the source included; None
            if any part of it is unknown.
        repeats: Press that it repeats with other seeds; None for a new one.
        sweep: Axes and limits, where its takes are the cells of a sweep.
        preset: Preset that its form was made from, and perhaps edited then; None without one.
    """

    id: PressId
    account: AccountName
    recipes: tuple[Recipe, ...]
    form: Mapping[str, Any] = field(default_factory=dict)
    credits_expected: float | None = None
    repeats: PressId | None = None
    sweep: Sweep | None = None
    preset: PresetId | None = None
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))


_PRESET_KEY = "from_preset"


def mark_preset(form: Mapping[str, Any], preset: PresetId | None) -> Mapping[str, Any]:
    """Returns a form to be submitted that names the preset that it was made from."""
    return form if preset is None else {**form, _PRESET_KEY: preset}


def split_preset(form: Mapping[str, Any]) -> tuple[Mapping[str, Any], PresetId | None]:
    """Returns a submitted form without that name, and the preset; None without one."""
    if _PRESET_KEY not in form:
        return form, None
    plain = {name: value for name, value in form.items() if name != _PRESET_KEY}
    return plain, PresetId(form[_PRESET_KEY])


def sum_prices(prices: Sequence[float | None]) -> float | None:
    """Returns the total of prices; None if any of them is unknown."""
    known = [price for price in prices if price is not None]
    return sum(known) if len(known) == len(prices) else None

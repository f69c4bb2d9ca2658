"""Press: one activation of Generate, with everything that was asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from producer_studio.domain.ids import AccountName, PressId
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
    """

    id: PressId
    account: AccountName
    recipes: tuple[Recipe, ...]
    form: Mapping[str, Any] = field(default_factory=dict)
    credits_expected: float | None = None
    repeats: PressId | None = None
    sweep: Sweep | None = None
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))


def sum_prices(prices: Sequence[float | None]) -> float | None:
    """Returns the total of prices; None if any of them is unknown."""
    known = [price for price in prices if price is not None]
    return sum(known) if len(known) == len(prices) else None

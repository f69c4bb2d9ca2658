"""Click parameter type for numbers within bounds."""

import math

import click

from producer_studio.translation import tr
from producer_studio.translation.numbers import unrounded


class NumberOption(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.4 on alone
    """Finite number between two bounds.

    Args:
        low: Smallest accepted value; None for no bound.
        high: Largest accepted value; None for no bound.
    """

    name = "number"

    def __init__(self, low: float | None = None, high: float | None = None) -> None:
        self._low = low
        self._high = high

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        try:
            number = float(str(value))
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            self.fail(tr("“{value}” is not a number.", value=value), param, ctx)
        low, high = self._low, self._high
        if low is not None and high is not None and not low <= number <= high:
            self.fail(
                tr(
                    "It must be between {low} and {high}.", low=unrounded(low), high=unrounded(high)
                ),
                param,
                ctx,
            )
        if low is not None and number < low:
            self.fail(tr("It must be at least {low}.", low=unrounded(low)), param, ctx)
        return number

"""Sweep: a press whose takes differ in one or two fields, and that stops at its limits."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any, Self, TypeAlias

from producer_studio.domain.capabilities import Capabilities
from producer_studio.domain.errors import ErrorKind, ErrorRecord
from producer_studio.domain.field_reader import is_finite_number
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.strength import (
    COVER_STRENGTH,
    LYRICS_STRENGTH,
    SOUND_STRENGTH,
    STRENGTHS,
    WEIRDNESS,
)
from producer_studio.domain.sweep_limits import SweepLimits, SweepUse
from producer_studio.domain.takes import draw_seed
from producer_studio.translation import Message, join_texts, mark, pmark
from producer_studio.translation.numbers import FixedDecimal

AxisValue: TypeAlias = str | float

MAX_AXES = 2
MAX_REQUESTS = 64
"""Most requests of one sweep."""

STRENGTH_FIELDS = (*(one.name for one in STRENGTHS), COVER_STRENGTH.name)
TEXT_FIELDS = ("sound", "lyrics")
AXIS_LABELS: Mapping[str, str] = {
    "model": mark("Model"),
    "seed": mark("Seed"),
    **{one.name: one.label for one in (*STRENGTHS, COVER_STRENGTH)},
    "sound": pmark("prompt", "Sound"),
    "lyrics": mark("Lyrics"),
}
"""Labels of the fields that can be an axis, in the order in which they are shown."""

_AXIS_NAMES: Mapping[str, str] = {
    "model": mark("model"),
    "seed": mark("seed"),
    LYRICS_STRENGTH.name: mark("lyrics strength"),
    SOUND_STRENGTH.name: mark("sound strength"),
    WEIRDNESS.name: mark("weirdness"),
    COVER_STRENGTH.name: mark("cover strength"),
    "sound": pmark("prompt", "sound"),
    "lyrics": mark("lyrics"),
}

_LIMIT_FIELD = "sweep"
_STOP_PREFIX = "Not sent: "
_SHORT_TEXT = 32
_VARIANT_SEPARATOR = "---"

_AT_SERVICE_STATES = frozenset(
    {
        JobState.SENDING,
        JobState.UNKNOWN,
        JobState.ACCEPTED,
        JobState.WORKING,
        JobState.COLLECTING,
        JobState.DONE,
    }
)
"""States in which the service has, or may have, the request."""


@dataclass(frozen=True, slots=True)
class SweepAxis:
    """One field of the recipe, and the values that it takes in turn."""

    field: str
    values: tuple[AxisValue, ...]

    @property
    def label(self) -> str:
        return AXIS_LABELS.get(self.field, self.field)

    @property
    def name(self) -> str:
        """The label within a sentence."""
        return _AXIS_NAMES.get(self.field, self.field)

    def value_text(self, value: AxisValue) -> str:
        """Formats a value for a header, on one line; long texts are shortened."""
        if isinstance(value, float | int):
            return Message("{number}", {"number": FixedDecimal(value, 2)})
        text = " ".join(value.split())
        return text if len(text) <= _SHORT_TEXT else f"{text[: _SHORT_TEXT - 1].rstrip()}…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """One or two axes with limits. The first axis has the rows of the grid, the second its columns.

    The take of a cell is its number in the grid, row by row, from 1.
    """

    axes: tuple[SweepAxis, ...]
    limits: SweepLimits = field(default_factory=SweepLimits)

    @property
    def rows(self) -> tuple[AxisValue, ...]:
        return self.axes[0].values if self.axes else ()

    @property
    def columns(self) -> tuple[AxisValue | None, ...]:
        """Values of the second axis; (None,) for a sweep of one."""
        return self.axes[1].values if len(self.axes) > 1 else (None,)

    @property
    def size(self) -> int:
        """Number of cells."""
        return len(self.rows) * len(self.columns)

    @property
    def axes_text(self) -> str:
        """Axes with their values, such as "weirdness 0.20 · 0.60 × seed 7 · 8"."""
        return join_texts(
            (
                join_texts((axis.name, join_texts(map(axis.value_text, axis.values), " · ")), " ")
                for axis in self.axes
            ),
            " × ",
        )

    def values_of(self, take: int) -> tuple[AxisValue, ...]:
        """Returns the value of each axis for a take; empty for one outside the grid."""
        if not 1 <= take <= self.size:
            return ()
        row, column = divmod(take - 1, len(self.columns))
        return tuple(
            axis.values[index] for axis, index in zip(self.axes, (row, column), strict=False)
        )

    def take_text(self, take: int) -> str:
        """Returns the values of a take, such as "FUZZ-2.0 · Weirdness 0.40"."""
        texts = []
        for axis, value in zip(self.axes, self.values_of(take), strict=False):
            text = axis.value_text(value)
            is_plain = axis.field in {"model", *TEXT_FIELDS}
            texts.append(text if is_plain else join_texts((axis.label, text), " "))
        return join_texts(texts, " · ")

    def expand(self, recipe: Recipe) -> list[Recipe]:
        """Returns a recipe for each cell, in the order of the takes."""
        names = [axis.field for axis in self.axes]
        found = product(*(axis.values for axis in self.axes))
        return [recipe.with_changes(**dict(zip(names, values, strict=True))) for values in found]

    def with_limits(self, limits: SweepLimits) -> Self:
        return replace(self, limits=limits)

    def with_new_seeds(self) -> Self:
        """Returns the same axes, with as many other seeds where one of them has seeds."""
        axes = (
            replace(axis, values=tuple(draw_seed() for _ in axis.values))
            if axis.field == "seed"
            else axis
            for axis in self.axes
        )
        return replace(self, axes=tuple(axes))

    def most_requests(self, prices: Sequence[float | None]) -> int:
        """Returns how many of the requests with these prices the limits allow, in their order.

        The balance is not known here: it is requested before each one is sent.
        """
        return SweepUse().count_allowed(self.limits, prices)

    def to_json(self) -> dict[str, Any]:
        limits = self.limits
        return {
            "axes": [{"field": axis.field, "values": list(axis.values)} for axis in self.axes],
            "limits": {
                "credits": limits.credits,
                "requests": limits.requests,
                "min_balance": limits.min_balance,
            },
        }

    @classmethod
    def from_text(cls, stored: str) -> Self:
        """Parses a stored sweep; nothing is sent for one that cannot be read."""
        try:
            found = json.loads(stored)
            axes = tuple(_parse_axis(one) for one in found["axes"])
            return cls(axes=axes, limits=_parse_limits(found["limits"]))
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
            return cls(axes=(), limits=SweepLimits(requests=0))


def _parse_axis(stored: Mapping[str, Any]) -> SweepAxis:
    name = stored["field"]
    values = stored["values"]
    if not all(isinstance(value, str) or is_finite_number(value) for value in values):
        raise ValueError("A value is no number.")
    if name not in AXIS_LABELS or not values:
        raise ValueError("This is no axis.")
    return SweepAxis(
        name, tuple(value if isinstance(value, str) else float(value) for value in values)
    )


def _parse_limits(stored: Mapping[str, Any]) -> SweepLimits:
    given = {name: stored.get(name) for name in ("credits", "requests", "min_balance")}
    if not all(value is None or is_finite_number(value) for value in given.values()):
        raise ValueError("A limit is no number.")
    return SweepLimits(**given)


def axis_fields(capabilities: Capabilities, operation: Operation) -> list[str]:
    """Returns the fields of an operation that can be an axis at an account."""
    taken = capabilities.get(operation).fields
    offered = [name for name in AXIS_LABELS if name in taken]
    if len(capabilities.models) < 2 and "model" in offered:
        offered.remove("model")
    return offered


def find_sweep_issue(sweep: Sweep, recipe: Recipe, capabilities: Capabilities) -> str:
    """Returns what is wrong with the axes, as a sentence; empty if they can be swept."""
    offered = axis_fields(capabilities, recipe.operation)
    if not 1 <= len(sweep.axes) <= MAX_AXES:
        return mark("Choose one or two axes.")
    if len({axis.field for axis in sweep.axes}) < len(sweep.axes):
        return mark("The two axes must differ.")
    for axis in sweep.axes:
        if axis.field not in offered:
            return mark(
                "{field} cannot be swept: this account does not take it for this.", field=axis.label
            )
        if not axis.values:
            return mark("Enter the values of {field}.", field=axis.name)
        if len(set(axis.values)) < len(axis.values):
            return mark("A value of {field} is there twice.", field=axis.name)
    if sweep.size < 2:
        return mark("Enter two values or more.")
    if sweep.size > MAX_REQUESTS:
        return mark(
            "These are more than {most} requests, the most that are possible at a time.",
            most=MAX_REQUESTS,
        )
    return ""


def split_variants(text: str) -> tuple[str, ...]:
    """Splits a text into variants: one a line, or divided by lines of three hyphens."""
    lines = text.splitlines()
    if any(line.strip() == _VARIANT_SEPARATOR for line in lines):
        blocks: list[list[str]] = [[]]
        for line in lines:
            if line.strip() == _VARIANT_SEPARATOR:
                blocks.append([])
            else:
                blocks[-1].append(line)
        found = ["\n".join(block).strip() for block in blocks]
    else:
        found = [line.strip() for line in lines]
    return tuple(dict.fromkeys(one for one in found if one))


def spread(low: float, high: float, steps: int) -> tuple[float, ...]:
    """Returns values from one end to the other at equal distances, to a hundredth."""
    if steps < 2:
        return (round(low, 2),)
    width = (high - low) / (steps - 1)
    return tuple(dict.fromkeys(round(low + width * number, 2) for number in range(steps)))


def request_count(job: Job) -> int:
    """Returns how many requests of a job a service has, or may have, accepted."""
    return job.given_up_requests + (job.state in _AT_SERVICE_STATES or job.task_id is not None)


def likely_charge(job: Job, price: float | None) -> float | None:
    """Returns the credits that a job has or may have cost, less refunds; None if unknown.

    Args:
        price: Likely price of one such request; None if it is unknown.
    """
    count = request_count(job)
    each = job.credits_expected if job.credits_expected is not None else price
    if job.credits_charged is None:
        return 0.0 if not count else None if each is None else count * each
    charged = max(0.0, job.credits_charged - (job.credits_refunded or 0.0))
    return charged + job.uncertain_sends * (each if each is not None else job.credits_charged)


def is_charge_estimated(job: Job) -> bool:
    """Whether `likely_charge` rests on a price that the service has not stated."""
    unreported = job.uncertain_sends if job.credits_charged is not None else request_count(job)
    return unreported > 0 and job.credits_expected is None


def stop_record(reason: str) -> ErrorRecord:
    """Returns the error of a job that a sweep has not sent."""
    return ErrorRecord(
        kind=ErrorKind.REQUEST_REJECTED,
        message=mark("Not sent: {reason}.", reason=reason),
        field=_LIMIT_FIELD,
    )


def stop_reason(job: Job) -> str:
    """Returns why the sweep has not sent a job; empty if that was not the reason."""
    record = job.fault
    if job.state is not JobState.CANCELLED or record is None or record.field != _LIMIT_FIELD:
        return ""
    if isinstance(record.message, Message) and isinstance(
        reason := record.message.values.get("reason"), str
    ):
        return reason
    # As stored by earlier versions.
    return record.message.removeprefix(_STOP_PREFIX).removesuffix(".")

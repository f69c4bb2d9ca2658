"""Options of a sweep: its axes and its limits."""

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.number_option import NumberOption
from producer_studio.domain.field_reader import is_finite_number
from producer_studio.domain.sweep import (
    AXIS_LABELS,
    MAX_REQUESTS,
    STRENGTH_FIELDS,
    TEXT_FIELDS,
    AxisValue,
    Sweep,
    SweepAxis,
    spread,
)
from producer_studio.domain.sweep_limits import SweepLimits, count_requests
from producer_studio.translation import join_texts, mark

_Command = TypeVar("_Command", bound=Callable[..., Any])

_RANGE = re.compile(r"\s*([0-9.]+)\s*\.\.\s*([0-9.]+?)\s*(?:/\s*([0-9]+))?\s*")
_DEFAULT_STEPS = 4


def limit_options(command: _Command) -> _Command:
    """Adds the options of the limits; they are passed as `limit_credits` and so on."""
    options = (
        click.option(
            "--limit-credits",
            type=NumberOption(0),
            help=mark(
                "Sweep: most credits, less refunds: what is refunded before it stops, or "
                "before --continue, may be spent on the rest. A request of unknown "
                "outcome counts as charged."
            ),
        ),
        click.option(
            "--limit-requests", type=click.IntRange(1), help=mark("Sweep: most requests.")
        ),
        click.option(
            "--min-balance",
            type=NumberOption(0),
            help=mark("Sweep: credits of the account that are left untouched."),
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


sweep_option = click.option(
    "--sweep",
    "axes",
    metavar="FIELD=V1,V2,…",
    multiple=True,
    help=mark(
        "Vary a field, in place of --takes; twice for a grid. Strengths also as "
        "0.2..0.8/4, seeds as 1..6; texts are divided by “|”. “producer-studio sweep "
        "PRESS” shows what came of it."
    ),
)


def parse_limits(
    credit_limit: float | None, requests: int | None, min_balance: float | None
) -> SweepLimits:
    return SweepLimits(credits=credit_limit, requests=requests, min_balance=min_balance)


def parse_sweep(given: Sequence[str], limits: SweepLimits) -> Sweep | None:
    """Parses the axes of `--sweep`; None without any.

    Raises:
        CommandError: A limit without an axis, or an axis that cannot be read.
    """
    if not given:
        if limits != SweepLimits():
            raise CommandError(
                ExitCode.USAGE, mark("Limits are for sweeps: use --sweep FIELD=V1,V2,… .")
            )
        return None
    return Sweep(axes=tuple(_parse_axis(one) for one in given), limits=limits)


def _parse_axis(given: str) -> SweepAxis:
    name, equals, text = given.partition("=")
    name = name.strip().replace("-", "_")
    if not equals or name not in AXIS_LABELS:
        fields = ", ".join(field.replace("_", "-") for field in AXIS_LABELS)
        raise CommandError(
            ExitCode.USAGE,
            mark(
                "“{given}” is no axis. Write FIELD=V1,V2,… with one of {fields}.",
                given=given,
                fields=fields,
            ),
        )
    values: tuple[AxisValue, ...]
    if name in TEXT_FIELDS:
        values = tuple(part.strip() for part in text.split("|") if part.strip())
    elif (bounds := _RANGE.fullmatch(text)) is not None and name != "model":
        values = _parse_range(name, given, *bounds.groups())
    elif name in STRENGTH_FIELDS:
        values = tuple(_parse_number(part, given) for part in text.split(",") if part.strip())
    else:
        values = tuple(part.strip() for part in text.split(",") if part.strip())
    return SweepAxis(name, values)


def _parse_range(
    name: str, given: str, low: str, high: str, steps: str | None
) -> tuple[AxisValue, ...]:
    if name in STRENGTH_FIELDS:
        count = min(int(steps), MAX_REQUESTS + 1) if steps is not None else _DEFAULT_STEPS
        return spread(_parse_number(low, given), _parse_number(high, given), count)
    if steps is not None or not (low.isdecimal() and high.isdecimal()):
        raise CommandError(
            ExitCode.USAGE, mark("“{given}” is no range of seeds, such as seed=1..6.", given=given)
        )
    first = int(low)
    last = min(int(high), first + MAX_REQUESTS)
    return tuple(str(number) for number in range(first, last + 1))


def _parse_number(text: str, given: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not is_finite_number(number):
        raise CommandError(
            ExitCode.USAGE,
            mark("“{given}”: “{text}” is not a number.", given=given, text=text.strip()),
        )
    return number


def describe_sweep(size: int, price: str, limits: Sequence[str]) -> str:
    """Returns the number of requests of a sweep, its price and its limits as a sentence."""
    requests = count_requests(size)
    if not limits:
        return mark("{requests}, {price}.", requests=requests, price=price)
    return mark(
        "{requests}, {price}, until a limit is reached: {limits}.",
        requests=requests,
        price=price,
        limits=join_texts(limits),
    )

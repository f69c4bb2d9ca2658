"""Repetition of a press of the history: `producer-studio generate --again PRESS`."""

from collections.abc import Mapping, Sequence
from typing import Any

from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.option_checks import check_options
from producer_studio.cli.session import Session
from producer_studio.domain.account import Account
from producer_studio.domain.operation import Operation
from producer_studio.domain.press import Press
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.sweep import Sweep
from producer_studio.domain.sweep_limits import SweepLimits
from producer_studio.translation import mark

WITHOUT_PRESS = "-"
"""Value of `--again` without a press: the same request may be sent twice."""


def parse_again(values: Sequence[str]) -> tuple[str | None, bool]:
    """Returns the press that the options `--again` name, and whether one of them names none.

    Raises:
        CommandError: They name several presses.
    """
    presses = [value for value in values if value != WITHOUT_PRESS]
    if len(presses) > 1:
        raise CommandError(
            ExitCode.USAGE, mark("One press is repeated at a time: use --again once.")
        )
    return (presses[0] if presses else None), len(presses) < len(values)


_NOT_SENT = frozenset({"operation", "model", "title", "seed", "source_remote", "source_uploaded"})


async def find_repeated_press(
    session: Session, again: str | None, operation: str | None, source: str | None
) -> Press | None:
    """Returns the press that is to be repeated; None for a new one.

    Raises:
        CommandError: There is no such press; or the operation or the source is to be replaced,
            which would not be the same press.
    """
    if again is None:
        return None
    if operation is not None or source is not None:
        raise CommandError(
            ExitCode.USAGE,
            mark("--again PRESS has its own operation and source: omit --op and --source."),
        )
    press = await session.find_press(again)
    if press.recipes[0].operation is Operation.EXPORT:
        raise CommandError(
            ExitCode.USAGE, mark("An export is repeated with “producer-studio export”.")
        )
    return press


def repeated_recipe(
    session: Session, press: Press, account: Account, changes: Mapping[str, Any]
) -> Recipe:
    """Returns the recipe of a press with some values replaced, and without its seed.

    Args:
        changes: Values by recipe field; unset ones are None, empty or false.

    Raises:
        CommandError: Another account than that of the press would ignore some of its values.
    """
    recipe = press.recipes[0].with_changes(seed="", source_remote=None, source_uploaded=False)
    given = {
        name: value
        for name, value in changes.items()
        if value is not None and value is not False and value != ""
    }
    recipe = recipe.with_changes(**given)
    if account.name != press.account:
        values = {name: value for name, value in recipe.to_json().items() if name not in _NOT_SENT}
        check_options(session, account, recipe.operation, values)
    return recipe


def repeated_sweep(sweep: Sweep, limits: SweepLimits) -> Sweep:
    """Returns the axes of a sweep with other seeds, and its limits with some replaced."""
    return sweep.with_new_seeds().with_limits(sweep.limits.merged(limits))

"""Recipe of a preset of the compose form: `producer-studio generate --from-preset PRESET`."""

from collections.abc import Mapping
from typing import Any

from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.session import Session
from producer_studio.domain.account import Account
from producer_studio.domain.form import Form, fields_for
from producer_studio.domain.form_preset import FormPreset
from producer_studio.domain.generate_command import option_for
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.text import join_words
from producer_studio.translation import mark


async def find_sent_preset(
    session: Session, preset: str | None, again: str | None, operation: str | None
) -> FormPreset | None:
    """Returns the preset that is to be sent; None without one.

    Raises:
        CommandError: There is no such preset; or its operation is to be replaced, or a press is to
            be repeated, too.
    """
    if preset is None:
        return None
    if operation is not None or again is not None:
        raise CommandError(
            ExitCode.USAGE,
            mark("--from-preset has its own operation: omit --op and --again PRESS."),
        )
    return await session.find_preset(preset)


def preset_recipe(
    session: Session, form: Form, account: Account, changes: Mapping[str, Any]
) -> Recipe:
    """Returns the recipe of a preset's form, with some values replaced.

    What the account does not accept is not sent; a hint says what.

    Args:
        changes: Values by recipe field; unset ones are None, empty or false.
    """
    capability = session.studio.offers.capabilities(account.name).get(form.operation)
    accepted_fields = fields_for(form.operation, capability)
    recipe = form.to_recipe(accepted_fields)
    lost = [option_for(name) for name in form.unsupported_fields(accepted_fields)]
    if lost:
        session.output.write_hint(
            mark(
                "“{name}” does not support {lost} for {operation}: left out.",
                name=account.name,
                lost=join_words(lost),
                operation=form.operation,
            )
        )
    given = {
        name: value
        for name, value in changes.items()
        if value is not None and value is not False and value != ""
    }
    return recipe.with_changes(**given)

"""Adapts a clip's recipe to the limits of an account."""

from producer_studio.domain.capabilities import Capabilities
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.strength import COVER_STRENGTH, STRENGTHS
from producer_studio.ui.compose.form import Form

_ALL_STRENGTHS = (*STRENGTHS, COVER_STRENGTH)


def clamp_to_account(
    form: Form, recipe: Recipe, capabilities: Capabilities | None, accepted_fields: frozenset[str]
) -> tuple[Form, str]:
    """Clamps a recipe's strengths to the account's ranges and lists the values that are lost.

    Args:
        form: The form to which the rest of the recipe was applied.
        capabilities: Of the active account; None without one.
        accepted_fields: The fields that the account accepts for the form's operation.
    """
    ranges = capabilities.strengths if capabilities is not None else {}
    unsupported, messages = [], []
    for usual in _ALL_STRENGTHS:
        value = getattr(recipe, usual.name)
        if value is None:
            continue
        if usual.name not in accepted_fields:
            unsupported.append(usual.label.lower())
            continue
        strength = ranges.get(usual.name, usual)
        nearest = min(max(value, strength.low), strength.high)
        form = form.with_changes(**{usual.name: nearest})
        if nearest != value:
            messages.append(
                f"{usual.label} {value:g} was set to {nearest:g}, the nearest supported value."
            )
    if unsupported:
        messages.append(f"This account does not support {_join_names(unsupported)}.")
    return form, " ".join(messages)


def _join_names(names: list[str]) -> str:
    return " or ".join((", ".join(names[:-1]), names[-1]) if len(names) > 1 else names)

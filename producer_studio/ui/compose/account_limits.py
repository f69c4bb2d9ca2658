"""A clip's settings at an account that may not take all of them."""

from producer_studio.domain.capabilities import Capabilities
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.strength import COVER_STRENGTH, STRENGTHS
from producer_studio.ui.compose.form import Form

_EVERY = (*STRENGTHS, COVER_STRENGTH)


def fitted(
    form: Form, recipe: Recipe, capabilities: Capabilities | None, taken: frozenset[str]
) -> tuple[Form, str]:
    """A form with the recipe's strengths in the account's own ranges, and what is lost on the way.

    Args:
        form: With everything else of the recipe on it.
        capabilities: Of the active account; None without one.
        taken: The fields that the account takes for the form's operation.
    """
    ranges = capabilities.strengths if capabilities is not None else {}
    left, told = [], []
    for usual in _EVERY:
        value = getattr(recipe, usual.name)
        if value is None:
            continue
        if usual.name not in taken:
            left.append(usual.label.lower())
            continue
        strength = ranges.get(usual.name, usual)
        nearest = min(max(value, strength.low), strength.high)
        form = form.with_(**{usual.name: nearest})
        if nearest != value:
            told.append(f"{usual.label} {value:g} became {nearest:g}, the nearest it takes.")
    if left:
        told.append(f"This account does not take {_listed(left)}.")
    return form, " ".join(told)


def _listed(names: list[str]) -> str:
    return " or ".join((", ".join(names[:-1]), names[-1]) if len(names) > 1 else names)

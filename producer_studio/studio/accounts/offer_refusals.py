"""Offers of an account: its profile's capabilities, narrowed by responses of its service."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from producer_studio.domain.account import Account
from producer_studio.domain.capabilities import Capabilities, Capability
from producer_studio.domain.errors import ErrorKind, ErrorRecord, ServiceError
from producer_studio.domain.ids import AccountName
from producer_studio.domain.operation import Operation
from producer_studio.domain.price import Price
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.text import join_quoted
from producer_studio.studio.utc_dates import today
from producer_studio.translation import join_texts, mark, sentences


def narrow_capabilities(capabilities: Capabilities, account: Account) -> Capabilities:
    """Returns the capabilities without those that the service has ended or rejected."""
    if not account.retired and not account.refused_models:
        return capabilities
    operations = {
        operation: _mark_retired(entry, account) if operation in account.retired else entry
        for operation, entry in capabilities.operations.items()
    }
    default = capabilities.default_model
    if default in account.refused_models:
        accepted = (name for name in capabilities.models if name not in account.refused_models)
        default = next(accepted, default)
    return replace(
        capabilities,
        operations=operations,
        default_model=default,
        refused_models=dict(account.refused_models),
    )


def _mark_retired(entry: Capability, account: Account) -> Capability:
    if not entry.available:
        return entry
    return replace(
        entry,
        available=False,
        reason=sentences(
            retirement_message(account, entry.operation), mark("Nothing was charged.")
        ),
        retired_at=account.retired[entry.operation],
    )


def retirement_message(account: Account, operation: Operation) -> str:
    """Returns why an operation is no longer offered, as a sentence; empty if it was not ended."""
    day = account.retired.get(operation)
    if day is None:
        return ""
    return mark(
        "{operation} at {service} was discontinued by the service on {day}.",
        operation=operation.label,
        service=account.service.label,
        day=_day(day),
    )


def apply_response(
    account: Account, recipe: Recipe, error: ServiceError | ErrorRecord | None
) -> Account:
    """Returns the account with the changes of its offers that a response implies.

    Args:
        error: Error of the request; None if the service accepted it.
    """
    operation, model = str(recipe.operation), recipe.model
    retired, models = dict(account.retired), dict(account.refused_models)
    if error is None:
        retired.pop(operation, None)
        models.pop(model, None)
    elif error.kind is ErrorKind.OPERATION_RETIRED:
        retired.setdefault(operation, today().isoformat())
    elif error.kind is ErrorKind.REQUEST_REJECTED and error.field == "model" and error.status:
        # Without a status the studio itself rejected the request.
        models.setdefault(model, today().isoformat())
    return replace(account, retired=retired, refused_models=models)


@dataclass(frozen=True, slots=True)
class Route:
    """Account that offers an operation.

    Attributes:
        price: Price of one request, stated or learnt.
    """

    account: AccountName
    price: Price


def alternatives_message(routes: Sequence[Route], operation: Operation) -> str:
    """Returns which accounts offer an operation at which price, and what can be done without.

    Such as "“work” and “home” offer it: 12 credits at “work”, about 9 credits at “home”."
    """
    return sentences(_routes_sentence(routes), local_alternative(operation))


def _routes_sentence(routes: Sequence[Route]) -> str:
    if not routes:
        return mark("You have no account that offers it.")
    names = join_quoted([route.account for route in routes])
    if len(routes) == 1:
        (route,) = routes
        if not route.price.is_known:
            return mark("{account} offers it, price unknown.", account=names)
        price = route.price.text()
        return mark("{account} offers it for {price}.", account=names, price=price)
    prices = (
        mark("{price} at “{account}”", price=one.price.amount_text(), account=one.account)
        for one in routes
    )
    return mark("{accounts} offer it: {prices}.", accounts=names, prices=join_texts(prices))


def local_alternative(operation: Operation) -> str:
    """Returns what can be done on this computer instead of an operation; empty for nothing."""
    return _LOCAL_ALTERNATIVES.get(operation, "")


_LOCAL_ALTERNATIVES = {
    Operation.EXTEND: mark(
        "Without a service, you can join another clip to its end, with a crossfade."
    ),
    Operation.REPLACE: mark("Without a service, you can trim the clip, and join its parts."),
    Operation.EXPORT: mark(
        "Without a service, you can export the clip from its file on this computer."
    ),
    Operation.SWAP_VOCALS: mark(
        "Without a service, you can mix the stems of a clip that has some."
    ),
    Operation.SWAP_SOUND: mark("Without a service, you can mix the stems of a clip that has some."),
}


def model_refusal_message(account: Account, model: str) -> str:
    """Returns why a model is unavailable, as a sentence; empty if it is available."""
    day = account.refused_models.get(model)
    if day is None:
        return ""
    return mark(
        "{service} rejected the model {model} on {day}.",
        service=account.service.label,
        model=model,
        day=_day(day),
    )


def _day(day: str) -> date | str:
    """Parses a stored day; an invalid value, as after manual edits, is returned unchanged."""
    try:
        return date.fromisoformat(day)
    except ValueError:
        return day

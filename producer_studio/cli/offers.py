"""Commands `producer-studio accounts show` and `offers`: capabilities, prices and limitations."""

from collections.abc import Sequence
from typing import Any

import click

from producer_studio.cli.columns import format_table
from producer_studio.cli.output import account_json
from producer_studio.cli.session import Session, session_command
from producer_studio.domain.capabilities import Capabilities, Capability
from producer_studio.domain.credits import format_credits
from producer_studio.domain.ids import AccountName
from producer_studio.domain.operation import SERVICE_OPERATIONS
from producer_studio.domain.price import Price
from producer_studio.studio.accounts.accounts import (
    KEY,
    PLATFORM_TOKEN,
    WEBHOOK_SECRET,
    SecretLocation,
)
from producer_studio.studio.accounts.offer_refusals import Route
from producer_studio.translation import join_texts, mark, tr

_SECRETS = {
    KEY: "key",
    WEBHOOK_SECRET: "webhook secret",
    PLATFORM_TOKEN: "platform token",
}

SECRET_LABELS = {
    KEY: mark("key"),
    WEBHOOK_SECRET: mark("webhook secret"),
    PLATFORM_TOKEN: mark("platform token"),
}
"""Names of the secrets of an account, within a sentence."""

_PLACE_LABELS = {
    SecretLocation.KEYCHAIN: mark("in the keychain"),
    SecretLocation.MEMORY: mark("in the memory"),
    SecretLocation.ENVIRONMENT: mark("in the environment"),
}


@click.command()
@click.argument("name")
@session_command
async def show(session: Session, name: str) -> None:
    """Show the capabilities and settings of an account."""
    own = session.studio.accounts
    account = session.find_account(name)
    capabilities = session.studio.offers.capabilities(account.name)
    locations = {
        name: await own.secret_location(account.name, which) for which, name in _SECRETS.items()
    }
    status = await session.studio.budget.status(account.name)
    routes = {
        operation: session.studio.offers.routes(operation, exclude=account.name)
        for operation in SERVICE_OPERATIONS
    }
    data = account_json(account) | {
        "secrets": {name: str(place) if place else None for name, place in locations.items()},
        "spent_this_month": status.spent,
        "budget_left": status.remaining,
        "models": list(capabilities.models),
        "default_model": capabilities.default_model,
        "only_model": capabilities.only_model,
        "strengths": {
            one.name: {"low": one.low, "high": one.high, "default": one.default}
            for one in capabilities.strengths.values()
        },
        "limits": dict(capabilities.limits),
        "presets": list(capabilities.presets),
        "export_formats": list(capabilities.export_formats),
        "operations": [
            _capability_json(session, account.name, capabilities.get(operation))
            | {
                "others": [route.account for route in routes[operation]],
                "other_prices": {
                    route.account: None if route.price.is_learnt else route.price.high
                    for route in routes[operation]
                },
                "other_learnt_prices": {
                    route.account: _learnt_json(route.price) for route in routes[operation]
                },
            }
            for operation in SERVICE_OPERATIONS
        ],
    }
    facts = {
        mark("account"): f"{account.name} ({tr(account.service.label)}, {account.profile})",
        mark("address"): account.base_url or mark("on this computer"),
        mark("secrets"): join_texts(
            mark("{secret} {place}", secret=SECRET_LABELS[which], place=_PLACE_LABELS[place])
            for which, name in _SECRETS.items()
            if (place := locations[name])
        ),
        mark("webhook"): account.webhook_url,
        mark("budget"): ""
        if status.budget is None
        else mark(
            "{spent} of {budget} spent this month",
            spent=format_credits(status.spent),
            budget=format_credits(status.budget),
        ),
        mark("models"): join_texts(_model(capabilities, model) for model in capabilities.models),
        mark("strengths"): join_texts(
            mark(
                "{field} {low} to {high} ({usual})",
                field=one.name.replace("_", " "),
                low=f"{one.low:g}",
                high=f"{one.high:g}",
                usual=f"{one.default:g}",
            )
            for one in capabilities.strengths.values()
        ),
        mark("limits"): join_texts(
            mark("{field} {limit} characters", field=name.replace("_", " "), limit=str(limit))
            for name, limit in capabilities.limits.items()
        ),
        mark("presets"): ", ".join(capabilities.presets),
    }
    table = [
        (
            str(operation),
            _price_text(session, account.name, capabilities.get(operation)),
            capabilities.get(operation).reason,
            _routes_text(routes[operation]),
        )
        for operation in SERVICE_OPERATIONS
    ]
    page = [*format_table([fact for fact in facts.items() if fact[1]]), "", *format_table(table)]
    session.output.write_result(data, page)


@click.command()
@session_command
async def offers(session: Session) -> None:
    """Show which account supports which operation, and its price."""
    own = session.studio.accounts
    accounts = own.all()
    if not accounts:
        session.output.write_hint(
            mark("No accounts yet. Add one with “producer-studio accounts add”.")
        )
        return
    capabilities_by_account = {
        account.name: session.studio.offers.capabilities(account.name) for account in accounts
    }
    rows = [("", *capabilities_by_account)]
    rows += [
        (
            str(operation),
            *(
                _price_text(session, name, offer.get(operation))
                for name, offer in capabilities_by_account.items()
            ),
        )
        for operation in SERVICE_OPERATIONS
    ]
    head, *lines = format_table(rows)
    session.output.write_hint(head)
    for operation, line in zip(SERVICE_OPERATIONS, lines, strict=True):
        capabilities_json = {
            name: _capability_json(session, name, offer.get(operation))
            for name, offer in capabilities_by_account.items()
        }
        session.output.write_result({"op": str(operation), "accounts": capabilities_json}, line)


def _capability_json(
    session: Session, account: AccountName, capability: Capability
) -> dict[str, Any]:
    learnt = session.studio.prices.operation_price(capability.operation, account)
    return {
        "op": str(capability.operation),
        "available": capability.available,
        "price": capability.price,
        "learnt_price": _learnt_json(learnt),
        "reason": capability.reason,
        "fields": sorted(capability.fields),
        "required": sorted(capability.required),
        "retired_at": capability.retired_at,
    }


def _learnt_json(price: Price) -> dict[str, float | int | None] | None:
    if not price.is_learnt:
        return None
    return {"low": price.low, "high": price.high, "samples": price.samples}


def _price_text(session: Session, account: AccountName, capability: Capability) -> str:
    if not capability.available:
        return "–"
    return session.studio.prices.operation_price(capability.operation, account).text()


def _routes_text(routes: Sequence[Route]) -> str:
    also = join_texts(
        mark("{account} ({price})", account=route.account, price=route.price.amount_text())
        for route in routes
    )
    return mark("also: {accounts}", accounts=also) if also else ""


def _model(capabilities: Capabilities, model: str) -> str:
    day = capabilities.refused_models.get(model)
    marks = [
        *([mark("usual")] if model == capabilities.default_model else []),
        *(
            [mark("the same as {model}", model=capabilities.only_model)]
            if capabilities.only_model not in {"", model}
            else []
        ),
        *([mark("rejected on {day}", day=day)] if day else []),
    ]
    return mark("{model} ({notes})", model=model, notes=join_texts(marks)) if marks else model

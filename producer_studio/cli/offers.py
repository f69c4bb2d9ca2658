"""`producer-studio accounts show` and `offers`: who can do what, for how much, and why not."""

from typing import Any

import click

from producer_studio.cli.output import account_json
from producer_studio.cli.session import Session, command
from producer_studio.cli.text_table import lines_of
from producer_studio.domain.capabilities import Capabilities, Capability
from producer_studio.domain.credits import credits_text
from producer_studio.domain.operation import Operation
from producer_studio.studio.accounts.accounts import KEY, PLATFORM_TOKEN, WEBHOOK_SECRET

_SECRETS = {
    KEY: "key",
    WEBHOOK_SECRET: "webhook secret",
    PLATFORM_TOKEN: "platform token",
}


@click.command()
@click.argument("name")
@command
async def show(session: Session, name: str) -> None:
    """Show what an account offers, and what is known of it."""
    own = session.studio.accounts
    account = session.account(name)
    offer = own.capabilities(account.name)
    kept = {name: await own.kept_in(account.name, which) for which, name in _SECRETS.items()}
    status = await session.studio.budget.status(account.name)
    others = {
        operation: [one.name for one in own.alternatives(operation, without=account.name)]
        for operation in Operation
    }
    data = account_json(account) | {
        "secrets": {name: str(place) if place else None for name, place in kept.items()},
        "spent_this_month": status.spent,
        "budget_left": status.left,
        "models": list(offer.models),
        "default_model": offer.default_model,
        "only_model": offer.only_model,
        "strengths": {
            one.name: {"low": one.low, "high": one.high, "default": one.default}
            for one in offer.strengths.values()
        },
        "limits": dict(offer.limits),
        "presets": list(offer.presets),
        "export_formats": list(offer.export_formats),
        "operations": [
            _capability_json(offer.of(operation)) | {"others": others[operation]}
            for operation in Operation
        ],
    }
    facts = {
        "account": f"{account.name} ({account.service.label}, {account.profile})",
        "address": account.base_url or "on this computer",
        "secrets": ", ".join(f"{name} in the {place}" for name, place in kept.items() if place),
        "webhook": account.webhook_url,
        "budget": ""
        if status.budget is None
        else f"{credits_text(status.spent)} of {credits_text(status.budget)} spent this month",
        "models": ", ".join(_model(offer, model) for model in offer.models),
        "strengths": ", ".join(
            f"{one.name.replace('_', ' ')} {one.low:g} to {one.high:g} ({one.default:g})"
            for one in offer.strengths.values()
        ),
        "limits": ", ".join(
            f"{name.replace('_', ' ')} {limit} characters" for name, limit in offer.limits.items()
        ),
        "presets": ", ".join(offer.presets),
    }
    table = [
        (
            str(operation),
            _offered(offer.of(operation)),
            offer.of(operation).reason,
            f"also: {', '.join(others[operation])}" if others[operation] else "",
        )
        for operation in Operation
    ]
    page = [*lines_of([fact for fact in facts.items() if fact[1]]), "", *lines_of(table)]
    session.output.item(data, page)


@click.command()
@command
async def offers(session: Session) -> None:
    """Show which account offers which operation, and for how much."""
    own = session.studio.accounts
    accounts = own.all()
    if not accounts:
        session.output.aside("No accounts yet. “producer-studio accounts add” makes one.")
        return
    asked = {account.name: own.capabilities(account.name) for account in accounts}
    rows = [("", *asked)]
    rows += [
        (str(operation), *(_offered(offer.of(operation)) for offer in asked.values()))
        for operation in Operation
    ]
    head, *lines = lines_of(rows)
    session.output.aside(head)
    for operation, line in zip(Operation, lines, strict=True):
        told = {name: _capability_json(offer.of(operation)) for name, offer in asked.items()}
        session.output.item({"op": str(operation), "accounts": told}, line)


def _capability_json(capability: Capability) -> dict[str, Any]:
    return {
        "op": str(capability.operation),
        "available": capability.available,
        "price": capability.price,
        "reason": capability.reason,
        "fields": sorted(capability.fields),
        "required": sorted(capability.required),
        "retired_at": capability.retired_at,
    }


def _offered(capability: Capability) -> str:
    if not capability.available:
        return "–"
    return credits_text(capability.price)


def _model(offer: Capabilities, model: str) -> str:
    day = offer.refused_models.get(model)
    marks = [
        *(["usual"] if model == offer.default_model else []),
        *([f"the same as {offer.only_model}"] if offer.only_model not in {"", model} else []),
        *([f"refused on {day}"] if day else []),
    ]
    return f"{model} ({', '.join(marks)})" if marks else model

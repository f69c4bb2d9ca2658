"""`producer-studio accounts …`."""

import functools
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from producer_studio.cli.exit_codes import Exit, Stopped
from producer_studio.cli.number_option import Number
from producer_studio.cli.offers import offers, show
from producer_studio.cli.output import account_json
from producer_studio.cli.session import Session, command
from producer_studio.cli.stdin_secret import secret_from_stdin
from producer_studio.domain.account import Account, Service
from producer_studio.domain.credits import Balance, credits_text
from producer_studio.domain.errors import Refused
from producer_studio.domain.ids import AccountName
from producer_studio.studio.accounts.accounts import KEEP, KeptIn

F = TypeVar("F", bound=Callable[..., Any])

_DETAILS = (
    click.option("--profile", help="The dialect, where a service has several."),
    click.option("--base-url", help="Another address; http only for this computer."),
    click.option("--platform-url", help="Another address of AceData Cloud's balance and files."),
    click.option("--webhook-url", help="Where the service reports to; https, at most 1024 signs."),
    click.option("--poll", "poll_s", type=Number(0.05, 3600), help="Seconds between looks."),
    click.option("--budget", type=Number(0), help="Credits that may be spent a month (UTC)."),
    click.option(
        "--concurrency", type=click.IntRange(1, 20), help="Jobs at the service at a time."
    ),
    click.option("--key-stdin", is_flag=True, help="Read the key from standard input."),
    click.option(
        "--webhook-secret-stdin", is_flag=True, help="Read the webhook secret from there instead."
    ),
    click.option(
        "--platform-token-stdin", is_flag=True, help="Read AceData Cloud's platform token instead."
    ),
)


def _details(function: F) -> F:
    """The options that `add` and `set` share."""
    return functools.reduce(lambda made, option: option(made), reversed(_DETAILS), function)


@click.group()
def accounts() -> None:
    """Access to the music services."""


accounts.add_command(show)
accounts.add_command(offers)


@accounts.command()
@click.argument("name")
@click.option("--service", required=True, type=click.Choice([str(one) for one in Service]))
@_details
@command
async def add(
    session: Session,
    /,
    name: str,
    service: str,
    key_stdin: bool,
    webhook_secret_stdin: bool,
    platform_token_stdin: bool,
    **details: Any,  # noqa: ANN401 - one for each option
) -> None:
    """Add an account, or change the one of this name; secrets go to the keychain."""
    chosen = Service(service)
    secrets = _secrets(key_stdin, webhook_secret_stdin, platform_token_stdin)
    own = session.studio.accounts
    before = own.get(AccountName(name.strip()))
    if before is not None and before.service is chosen:
        await _say_dropped(session, before, {"base_url": "", **_given(details)}, secrets)
    try:
        await own.add(AccountName(name), chosen, **secrets, **_given(details))
    except Refused as refused:
        raise Stopped(Exit.USAGE, refused.message) from refused
    account = own.get(AccountName(name.strip()))
    assert account is not None  # noqa: S101 - just added
    _say_where(session, account, secrets)
    if chosen is not Service.DEMO and await own.kept_in(account.name) is None:
        variable = own.key_variable(account.name)
        session.output.aside(f"It has no key yet: give one with --key-stdin, or in {variable}.")
    session.output.item(account_json(account), f"Added {account.name} ({account.service.label}).")


@accounts.command("set")
@click.argument("name")
@_details
@click.option("--no-budget", is_flag=True, help="Let it spend without a limit.")
@click.option(
    "--forget-refusals",
    is_flag=True,
    help="Offer again what the service has ended or refused before.",
)
@command
async def change(
    session: Session,
    /,
    name: str,
    key_stdin: bool,
    webhook_secret_stdin: bool,
    platform_token_stdin: bool,
    no_budget: bool,
    forget_refusals: bool,
    **details: Any,  # noqa: ANN401 - one for each option
) -> None:
    """Change what is given, and nothing else; an empty address takes it away."""
    account = session.account(name)
    given = _given(details)
    if no_budget and "budget" in given:
        raise Stopped(Exit.USAGE, "Give --budget or --no-budget, not both.")
    secrets = _secrets(key_stdin, webhook_secret_stdin, platform_token_stdin)
    if no_budget:
        given["budget"] = None
    if not (given or secrets or forget_refusals):
        raise Stopped(Exit.USAGE, "Say what to change: “accounts set --help” lists it.")
    own = session.studio.accounts
    await _say_dropped(session, account, given, secrets)
    try:
        if given or secrets:
            account = await own.change(account.name, **given, **secrets)
    except Refused as refused:
        raise Stopped(Exit.USAGE, refused.message) from refused
    _say_where(session, account, secrets)
    if forget_refusals:
        await own.forget_refusals(account.name)
    account = session.account(name)
    session.output.item(account_json(account), f"Changed {account.name}.")


@accounts.command("list")
@command
async def list_accounts(session: Session) -> None:
    """List the accounts."""
    if not session.studio.accounts.all():
        session.output.aside("No accounts yet. “producer-studio accounts add” makes one.")
    for account in session.studio.accounts.all():
        where = account.base_url or "on this computer"
        line = f"{account.name}  {account.service.label}  {account.profile}  {where}"
        session.output.item(account_json(account), line)


@accounts.command()
@click.argument("name")
@command
async def test(session: Session, name: str) -> None:
    """Ask whether the key works; free."""
    balance = await session.studio.accounts.test(session.account(name).name)
    session.output.item(
        {"ok": True} | _balance_json(name, balance),
        f"{name} works: {credits_text(balance.total)}.",
    )


@accounts.command()
@click.argument("name")
@command
async def credits(session: Session, name: str) -> None:  # noqa: A001 - the command's name
    """Ask what is left; free."""
    balance = await session.studio.accounts.test(session.account(name).name)
    session.output.item(_balance_json(name, balance), credits_text(balance.total))


@accounts.command()
@click.argument("name")
@command
async def remove(session: Session, name: str) -> None:
    """Remove an account and its secrets; its clips stay."""
    await session.studio.accounts.remove(session.account(name).name)
    session.output.item({"removed": name}, f"Removed {name}.")


def _given(details: Mapping[str, Any]) -> dict[str, Any]:
    """The options that were given at all."""
    return {name: value for name, value in details.items() if value is not None}


async def _say_dropped(
    session: Session, account: Account, given: dict[str, Any], secrets: dict[str, Any]
) -> None:
    """Says which stored secrets a change removes, before it does."""
    own = session.studio.accounts
    dropped = own.secrets_dropped_by(
        account.name,
        profile=given.get("profile", account.profile),
        base_url=given.get("base_url", account.base_url),
        platform_url=given.get("platform_url", KEEP),
    )
    for which in dropped:
        kept = await own.kept_in(account.name, which)
        if kept in {None, KeptIn.ENVIRONMENT} or which.replace(" ", "_") in secrets:
            continue
        session.output.remark(
            f"The {which} of {account.name} was given for another address, so it is removed. Give "
            f"the one for this address with --{which.replace(' ', '-')}-stdin."
        )


def _secrets(key: bool, webhook_secret: bool, platform_token: bool) -> dict[str, Any]:
    return secret_from_stdin(
        {"key": key, "webhook_secret": webhook_secret, "platform_token": platform_token}
    )


def _say_where(session: Session, account: Account, secrets: Mapping[str, Any]) -> None:
    """Where there is no keychain: how the secrets given are to be had in the next run."""
    own = session.studio.accounts
    if own.key_notice:
        for which in secrets:
            variable = own.key_variable(account.name, which.replace("_", " "))
            session.output.remark(f"{own.key_notice} For the command line, set {variable}.")


def _balance_json(name: str, balance: Balance) -> dict[str, object]:
    return {
        "account": name,
        "credits": balance.credits,
        "extra_credits": balance.extra,
        "total": balance.total,
    }

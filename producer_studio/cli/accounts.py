"""`producer-studio accounts …`."""

import sys

import click

from producer_studio.cli.exits import Exit, Stopped
from producer_studio.cli.number import Number
from producer_studio.cli.output import account_json
from producer_studio.cli.session import Session, command
from producer_studio.domain.account import Service
from producer_studio.domain.credits import Balance, credits_text
from producer_studio.domain.faults import Refused
from producer_studio.domain.ids import AccountName

_READY = {Service.MUSICAPI, Service.DEMO}


@click.group()
def accounts() -> None:
    """Access to the music services."""


@accounts.command()
@click.argument("name")
@click.option("--service", required=True, type=click.Choice([str(one) for one in Service]))
@click.option("--profile", default="", help="The dialect, where a service has several.")
@click.option("--base-url", default="", help="Another address; http only for this computer.")
@click.option("--poll", "poll_s", type=Number(0.05, 3600), help="Seconds between looks.")
@click.option("--key-stdin", is_flag=True, help="Read the key from standard input.")
@command
async def add(
    session: Session,
    name: str,
    service: str,
    profile: str,
    base_url: str,
    poll_s: float | None,
    key_stdin: bool,
) -> None:
    """Add an account; its key goes to the keychain."""
    chosen = Service(service)
    if chosen not in _READY:
        raise Stopped(Exit.USAGE, f"{chosen.label} comes with a later version.")
    key = sys.stdin.readline().strip() if key_stdin else ""
    if key_stdin and not key:
        raise Stopped(Exit.USAGE, "No key arrived on standard input.")
    own = session.studio.accounts
    try:
        await own.add(
            AccountName(name), chosen, key, base_url=base_url, profile=profile, poll_s=poll_s
        )
    except Refused as refused:
        raise Stopped(Exit.USAGE, refused.message) from refused
    if key and own.key_notice:
        session.output.remark(
            f"{own.key_notice} For the command line, set {own.key_variable(AccountName(name))}."
        )
    if not key and chosen is not Service.DEMO and await own.kept_in(AccountName(name)) is None:
        variable = own.key_variable(AccountName(name))
        session.output.aside(f"It has no key yet: give one with --key-stdin, or in {variable}.")
    account = own.get(AccountName(name.strip()))
    assert account is not None  # noqa: S101 - just added
    session.output.item(account_json(account), f"Added {account.name} ({account.service.label}).")


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
    """Remove an account and its key; its clips stay."""
    await session.studio.accounts.remove(session.account(name).name)
    session.output.item({"removed": name}, f"Removed {name}.")


def _balance_json(name: str, balance: Balance) -> dict[str, object]:
    return {
        "account": name,
        "credits": balance.credits,
        "extra_credits": balance.extra,
        "total": balance.total,
    }

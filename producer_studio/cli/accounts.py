"""Commands `producer-studio accounts …`."""

import functools
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.number_option import NumberOption
from producer_studio.cli.offers import SECRET_LABELS, offers, show
from producer_studio.cli.output import account_json
from producer_studio.cli.session import Session, session_command
from producer_studio.cli.stdin_secret import read_secret_from_stdin
from producer_studio.domain.account import Account, Service
from producer_studio.domain.credits import Balance, format_credits
from producer_studio.domain.errors import RequestRejected
from producer_studio.domain.ids import AccountName
from producer_studio.domain.job import removal_warning
from producer_studio.studio.accounts.account_messages import same_key_message
from producer_studio.studio.accounts.accounts import UNCHANGED, SecretLocation
from producer_studio.translation import mark, sentences, tr

F = TypeVar("F", bound=Callable[..., Any])

_ACCOUNT_OPTIONS = (
    click.option("--profile", help=mark("Version of the API, if the service has several.")),
    click.option("--base-url", help=mark("Custom address; http only for this computer.")),
    click.option("--platform-url", help=mark("Custom address of AceData Cloud's platform API.")),
    click.option(
        "--webhook-url", help=mark("Address for webhooks; https, at most 1024 characters.")
    ),
    click.option(
        "--poll", "poll_s", type=NumberOption(0.05, 3600), help=mark("Seconds between polls.")
    ),
    click.option(
        "--budget", type=NumberOption(0), help=mark("Maximum credits per calendar month (UTC).")
    ),
    click.option(
        "--daily-budget", type=NumberOption(0), help=mark("Maximum credits per day (UTC).")
    ),
    click.option(
        "--concurrency", type=click.IntRange(1, 20), help=mark("Maximum number of jobs at a time.")
    ),
    click.option(
        "--plan", help=mark("Your plan at the service, in your words; for provenance sheets.")
    ),
    click.option("--key-stdin", is_flag=True, help=mark("Read the key from standard input.")),
    click.option(
        "--webhook-secret-stdin",
        is_flag=True,
        help=mark("Read the webhook secret from standard input."),
    ),
    click.option(
        "--platform-token-stdin",
        is_flag=True,
        help=mark("Read AceData Cloud's platform token from standard input."),
    ),
)


def _account_options(function: F) -> F:
    """Adds the options that `add` and `set` share."""
    return functools.reduce(lambda made, option: option(made), reversed(_ACCOUNT_OPTIONS), function)


@click.group()
def accounts() -> None:
    """Accounts at the music services."""


accounts.add_command(show)
accounts.add_command(offers)


@accounts.command()
@click.argument("name")
@click.option("--service", required=True, type=click.Choice([str(one) for one in Service]))
@_account_options
@session_command
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
    secrets = _read_secrets(key_stdin, webhook_secret_stdin, platform_token_stdin)
    own = session.studio.accounts
    before = own.get(AccountName(name.strip()))
    if before is not None:
        await _report_dropped_secrets(
            session, before, {"base_url": "", **_given_options(details)}, secrets, chosen
        )
    try:
        await own.add(AccountName(name), chosen, **secrets, **_given_options(details))
    except RequestRejected as refused:
        raise CommandError(ExitCode.USAGE, refused.message) from refused
    account = own.get(AccountName(name.strip()))
    assert account is not None  # noqa: S101 - just added
    _report_secret_variables(session, account, secrets)
    if chosen is not Service.DEMO and await own.secret_location(account.name) is None:
        variable = own.key_variable(account.name)
        session.output.write_hint(
            mark(
                "It has no key yet: add one with --key-stdin, or set {variable}.", variable=variable
            )
        )
    await _report_shared_credits(session, account)
    session.output.write_result(
        account_json(account),
        mark("Added {name} ({service}).", name=account.name, service=account.service.label),
    )


@accounts.command("set")
@click.argument("name")
@_account_options
@click.option("--no-budget", is_flag=True, help=mark("Remove the monthly limit."))
@click.option("--no-daily-budget", is_flag=True, help=mark("Remove the daily limit."))
@click.option(
    "--forget-refusals",
    is_flag=True,
    help=mark("Allow operations and models again that the service has discontinued or rejected."),
)
@session_command
async def change(
    session: Session,
    /,
    name: str,
    key_stdin: bool,
    webhook_secret_stdin: bool,
    platform_token_stdin: bool,
    no_budget: bool,
    no_daily_budget: bool,
    forget_refusals: bool,
    **details: Any,  # noqa: ANN401 - one for each option
) -> None:
    """Change the given options only; an empty URL removes it."""
    account = session.find_account(name)
    given = _given_options(details)
    if no_budget and "budget" in given:
        raise CommandError(ExitCode.USAGE, mark("Use either --budget or --no-budget, not both."))
    if no_daily_budget and "daily_budget" in given:
        raise CommandError(
            ExitCode.USAGE, mark("Use either --daily-budget or --no-daily-budget, not both.")
        )
    secrets = _read_secrets(key_stdin, webhook_secret_stdin, platform_token_stdin)
    if no_budget:
        given["budget"] = None
    if no_daily_budget:
        given["daily_budget"] = None
    if not (given or secrets or forget_refusals):
        raise CommandError(
            ExitCode.USAGE, mark("Nothing to change: “accounts set --help” lists the options.")
        )
    own = session.studio.accounts
    await _report_dropped_secrets(session, account, given, secrets)
    try:
        if given or secrets:
            account = await own.change(account.name, **given, **secrets)
    except RequestRejected as refused:
        raise CommandError(ExitCode.USAGE, refused.message) from refused
    _report_secret_variables(session, account, secrets)
    await _report_shared_credits(session, account)
    if forget_refusals:
        await own.forget_refusals(account.name)
    account = session.find_account(name)
    session.output.write_result(account_json(account), mark("Changed {name}.", name=account.name))


@accounts.command("list")
@session_command
async def list_accounts(session: Session) -> None:
    """List the accounts."""
    if not session.studio.accounts.all():
        session.output.write_hint(
            mark("No accounts yet. Add one with “producer-studio accounts add”.")
        )
    for account in session.studio.accounts.all():
        address = account.base_url or tr("on this computer")
        label = tr(account.service.label)
        line = f"{account.name}  {label}  {account.profile}  {address}"
        session.output.write_result(account_json(account), line)


@accounts.command()
@click.argument("name")
@session_command
async def test(session: Session, name: str) -> None:
    """Check whether the key works; free."""
    balance = await session.studio.balances.fetch(session.find_account(name).name)
    session.output.write_result(
        {"ok": True} | _balance_json(name, balance),
        mark("{name} works: {credits}.", name=name, credits=format_credits(balance.total)),
    )


@accounts.command()
@click.argument("name")
@session_command
async def credits(session: Session, name: str) -> None:  # noqa: A001 - the command's name
    """Show the remaining credits; free."""
    balance = await session.studio.balances.fetch(session.find_account(name).name)
    session.output.write_result(_balance_json(name, balance), format_credits(balance.total))


@accounts.command()
@click.argument("name")
@session_command
async def remove(session: Session, name: str) -> None:
    """Remove an account and its secrets; its clips are kept."""
    account = session.find_account(name)
    warning = removal_warning(await session.studio.jobs.list_unfinished(account.name))
    await session.studio.accounts.remove(account.name)
    if warning:
        session.output.write_message(warning)
    session.output.write_result({"removed": name}, mark("Removed {name}.", name=name))


def _given_options(details: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the options that were set."""
    return {name: value for name, value in details.items() if value is not None}


async def _report_dropped_secrets(
    session: Session,
    account: Account,
    changes: dict[str, Any],
    secrets: dict[str, Any],
    service: Service | None = None,
) -> None:
    """Reports which stored secrets a change removes, before it does."""
    own = session.studio.accounts
    dropped = own.secrets_removed_by_change(
        account.name,
        profile=changes.get("profile", account.profile),
        base_url=changes.get("base_url", account.base_url),
        platform_url=changes.get("platform_url", UNCHANGED),
        service=service,
    )
    for which in dropped:
        location = await own.secret_location(account.name, which)
        if location in {None, SecretLocation.ENVIRONMENT} or which.replace(" ", "_") in secrets:
            continue
        session.output.write_message(
            mark(
                "The {secret} of {name} belongs to another address, so it is removed. Enter the "
                "one for this address with --{option}-stdin.",
                secret=SECRET_LABELS[which],
                name=account.name,
                option=which.replace(" ", "-"),
            )
        )


async def _report_shared_credits(session: Session, account: Account) -> None:
    """Reports which other accounts have the same key."""
    others = await session.studio.balances.shared_with(account.name)
    if text := same_key_message(others):
        session.output.write_message(text)


def _read_secrets(key: bool, webhook_secret: bool, platform_token: bool) -> dict[str, Any]:
    return read_secret_from_stdin(
        {"key": key, "webhook_secret": webhook_secret, "platform_token": platform_token}
    )


def _report_secret_variables(
    session: Session, account: Account, secrets: Mapping[str, Any]
) -> None:
    """Without a keychain, explains how to provide the secrets in the next run."""
    own = session.studio.accounts
    if own.key_notice:
        for which in secrets:
            variable = own.key_variable(account.name, which.replace("_", " "))
            session.output.write_message(
                sentences(
                    own.key_notice, mark("For the command line, set {variable}.", variable=variable)
                )
            )


def _balance_json(name: str, balance: Balance) -> dict[str, object]:
    return {
        "account": name,
        "credits": balance.credits,
        "extra_credits": balance.extra,
        "total": balance.total,
    }

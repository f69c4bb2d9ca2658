"""Commands `producer-studio webhooks …`."""

from typing import Any

import click

from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.output import account_json
from producer_studio.cli.session import Session, session_command
from producer_studio.domain.errors import RequestRejected
from producer_studio.studio.accounts.accounts import WEBHOOK_SECRET
from producer_studio.translation import mark


@click.group()
def webhooks() -> None:
    """Webhooks of the services, through a tunnel of your own; they only shorten the wait."""


@webhooks.command("set")
@click.option("--port", type=click.IntRange(1024, 65_535), help=mark("Local port of the tunnel."))
@click.option("--off", is_flag=True, help=mark("Stop listening."))
@session_command
async def set_port(session: Session, port: int | None, off: bool) -> None:
    """Choose the port of this computer that listens while the studio runs."""
    if (port is None) == (not off):
        raise CommandError(ExitCode.USAGE, mark("Use --port or --off."))
    session.studio.preferences.change(webhook_port=port or 0)
    message = (
        mark("The studio listens on 127.0.0.1:{port} while it runs.", port=str(port))
        if port
        else mark("Webhooks are off.")
    )
    session.output.write_result({"port": port or 0}, message)


@webhooks.command()
@click.argument("name")
@click.option("--tunnel", required=True, help=mark("Public https address of the tunnel."))
@session_command
async def join(session: Session, name: str, tunnel: str) -> None:
    """Let an account's service call this computer's webhook through a tunnel."""
    account = session.find_account(name)
    own = session.studio
    try:
        account = await own.accounts.change(
            account.name, webhook_url=own.webhooks.build_url(tunnel)
        )
    except RequestRejected as refused:
        raise CommandError(ExitCode.USAGE, refused.message) from refused
    if not own.preferences.value.webhook_port:
        session.output.write_hint(
            mark("The studio is not listening yet: choose a port with “webhooks set”.")
        )
    session.output.write_result(account_json(account), account.webhook_url)


@webhooks.command()
@session_command
async def show(session: Session) -> None:
    """Show the webhook port, and the webhook URLs of the accounts."""
    own = session.studio
    port = own.preferences.value.webhook_port
    accounts: list[dict[str, Any]] = []
    lines: list[str] = [
        mark("listens on 127.0.0.1:{port} while it runs", port=str(port))
        if port
        else mark("not listening")
    ]
    for account in own.accounts.all():
        if not account.webhook_url:
            continue
        secret = await own.accounts.secret_location(account.name, WEBHOOK_SECRET)
        accounts.append(
            {
                "name": account.name,
                "webhook_url": account.webhook_url,
                "secret": str(secret) if secret else None,
            }
        )
        lines.append(f"{account.name}  {account.webhook_url}")
    session.output.write_result({"port": port, "accounts": accounts}, lines)

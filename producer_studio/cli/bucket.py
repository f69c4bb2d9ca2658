"""Commands `producer-studio bucket …`."""

from typing import Any

import click

from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.session import Session, session_command
from producer_studio.cli.stdin_secret import read_secret_from_stdin
from producer_studio.domain.account import BucketLocation
from producer_studio.domain.errors import RequestRejected
from producer_studio.translation import mark, sentences


@click.group()
def bucket() -> None:
    """A bucket of your own, for temporary uploads of local files."""


@bucket.command("set")
@click.argument("name")
@click.option("--key-id", required=True, help=mark("Access key id."))
@click.option("--endpoint", default="", help=mark("Address of the service; default: Amazon S3."))
@click.option("--region", default="", help=mark("Such as eu-central-1."))
@click.option("--prefix", default="", help=mark("Folder in the bucket."))
@click.option(
    "--public-url",
    default="",
    help=mark(
        "Public address of the bucket, such as a CDN in front of it. Needed because "
        "services send HEAD before they download, which most signed addresses do not "
        "support. Names cannot be guessed, and files are deleted afterwards."
    ),
)
@click.option(
    "--host-style", is_flag=True, help=mark("Put the bucket name in front of the host name.")
)
@click.option("--secret-stdin", is_flag=True, help=mark("Read the secret key from standard input."))
@session_command
async def set_bucket(
    session: Session,
    name: str,
    key_id: str,
    endpoint: str,
    region: str,
    prefix: str,
    public_url: str,
    host_style: bool,
    secret_stdin: bool,
) -> None:
    """Set the bucket up; the secret goes to the keychain."""
    secret = read_secret_from_stdin({"secret": secret_stdin}).get("secret", "")
    location = BucketLocation(
        bucket=name,
        access_key_id=key_id,
        endpoint=endpoint,
        region=region,
        prefix=prefix,
        path_style=not host_style,
        public_url=public_url,
    )
    own = session.studio.bucket
    try:
        await own.save(location, secret)
    except RequestRejected as refused:
        raise CommandError(ExitCode.USAGE, refused.message) from refused
    notice = session.studio.accounts.key_notice
    if secret and notice:
        variable = mark("For the command line, set {variable}.", variable=own.secret_variable)
        session.output.write_message(sentences(notice, variable))
    elif await own.secret_location() is None:
        session.output.write_hint(
            mark(
                "It has no secret yet: add it with --secret-stdin, or set {variable}.",
                variable=own.secret_variable,
            )
        )
    session.output.write_result(
        await _json(session), mark("Files are uploaded to the bucket {name}.", name=name)
    )


@bucket.command()
@session_command
async def show(session: Session) -> None:
    """Show which bucket is set up."""
    location = session.studio.bucket.location
    if location is None:
        session.output.write_hint(mark("No bucket is set up."))
        return
    service = location.endpoint or "Amazon S3"
    session.output.write_result(
        await _json(session), mark("{bucket} at {service}", bucket=location.bucket, service=service)
    )


@bucket.command()
@session_command
async def test(session: Session) -> None:
    """Upload a short file to the bucket, download it as services do, and delete it."""
    await session.studio.bucket.test()
    session.output.write_result({"ok": True} | await _json(session), mark("The bucket works."))


@bucket.command()
@session_command
async def remove(session: Session) -> None:
    """Remove the bucket and its secret from the settings; files in the bucket are not deleted."""
    if not await session.studio.bucket.remove():
        raise CommandError(ExitCode.USAGE, mark("No bucket is set up."))
    session.output.write_result({"removed": True}, mark("Bucket removed."))


async def _json(session: Session) -> dict[str, Any]:
    own = session.studio.bucket
    location = own.location
    secret_location = await own.secret_location()
    assert location is not None  # noqa: S101 - ensured by the caller
    return {
        "bucket": location.bucket,
        "key_id": location.access_key_id,
        "endpoint": location.endpoint,
        "region": location.region,
        "prefix": location.prefix,
        "path_style": location.path_style,
        "public_url": location.public_url,
        "secret": str(secret_location) if secret_location else None,
    }

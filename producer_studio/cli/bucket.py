"""`producer-studio bucket …`."""

from typing import Any

import click

from producer_studio.cli.exit_codes import Exit, Stopped
from producer_studio.cli.session import Session, command
from producer_studio.cli.stdin_secret import secret_from_stdin
from producer_studio.domain.bucket import BucketPlace
from producer_studio.domain.errors import Refused


@click.group()
def bucket() -> None:
    """A bucket of your own, from which local files are lent to a service."""


@bucket.command("set")
@click.argument("name")
@click.option("--key-id", required=True, help="The access key's id.")
@click.option("--endpoint", default="", help="The service's address; Amazon S3 if left out.")
@click.option("--region", default="", help="Such as eu-central-1.")
@click.option("--prefix", default="", help="A folder in the bucket.")
@click.option(
    "--public-url",
    default="",
    help="Where everybody can read the bucket, such as a CDN before it. Services look at an "
    "address with HEAD before they download, which signed addresses of most buckets do not "
    "answer; then this is needed. Names cannot be guessed, and files are deleted afterwards.",
)
@click.option("--host-style", is_flag=True, help="The bucket's name stands before the host.")
@click.option("--secret-stdin", is_flag=True, help="Read the key's secret from standard input.")
@command
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
    secret = secret_from_stdin({"secret": secret_stdin}).get("secret", "")
    place = BucketPlace(
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
        await own.set(place, secret)
    except Refused as refused:
        raise Stopped(Exit.USAGE, refused.message) from refused
    notice = session.studio.accounts.key_notice
    if secret and notice:
        session.output.remark(f"{notice} For the command line, set {own.secret_variable}.")
    elif await own.kept_in() is None:
        session.output.aside(
            f"It has no secret yet: give it with --secret-stdin, or in {own.secret_variable}."
        )
    session.output.item(await _json(session), f"Files are lent from the bucket {name}.")


@bucket.command()
@command
async def show(session: Session) -> None:
    """Show which bucket is set up."""
    place = session.studio.bucket.place
    if place is None:
        session.output.aside("No bucket is set up.")
        return
    where = place.endpoint or "Amazon S3"
    session.output.item(await _json(session), f"{place.bucket} at {where}")


@bucket.command()
@command
async def test(session: Session) -> None:
    """Put a moment of silence into the bucket, look at it as services do, and take it out."""
    await session.studio.bucket.test()
    session.output.item({"ok": True} | await _json(session), "The bucket works.")


@bucket.command()
@command
async def remove(session: Session) -> None:
    """Forget the bucket and its secret; what lies in it is left alone."""
    if not await session.studio.bucket.remove():
        raise Stopped(Exit.USAGE, "No bucket is set up.")
    session.output.item({"removed": True}, "The bucket is forgotten.")


async def _json(session: Session) -> dict[str, Any]:
    own = session.studio.bucket
    place = own.place
    kept = await own.kept_in()
    assert place is not None  # noqa: S101 - asked for by the caller
    return {
        "bucket": place.bucket,
        "key_id": place.access_key_id,
        "endpoint": place.endpoint,
        "region": place.region,
        "prefix": place.prefix,
        "path_style": place.path_style,
        "public_url": place.public_url,
        "secret": str(kept) if kept else None,
    }

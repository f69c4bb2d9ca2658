"""Settings of the user's bucket, which hosts temporary uploads of local files."""

import asyncio
import tempfile
import wave
from pathlib import Path
from typing import TYPE_CHECKING

from producer_studio.domain.account import BucketLocation
from producer_studio.domain.errors import RequestRejected
from producer_studio.domain.pasted_secret import clean_secret
from producer_studio.settings.secrets import (
    BUCKET_ACCOUNT,
    BUCKET_SECRET,
    SecretLocation,
    Secrets,
    environment_variable,
)
from producer_studio.studio.accounts.validation import address_problem
from producer_studio.studio.preferences import PreferenceStore
from producer_studio.translation import mark

if TYPE_CHECKING:
    from producer_studio.providers.uploads.host import Host


class BucketSettings:
    """Settings of the bucket: its secret in the keychain, all else in the preferences."""

    def __init__(self, preferences: PreferenceStore, secrets: Secrets) -> None:
        self._preferences = preferences
        self._secrets = secrets
        self._open_host: tuple[BucketLocation, str, Host] | None = None
        self._tested_host: Host | None = None

    @property
    def location(self) -> BucketLocation | None:
        """Returns the location of the bucket; None if none is set up."""
        chosen = self._preferences.value
        if not chosen.bucket_name:
            return None
        return BucketLocation(
            bucket=chosen.bucket_name,
            access_key_id=chosen.bucket_key_id,
            endpoint=chosen.bucket_endpoint,
            region=chosen.bucket_region,
            prefix=chosen.bucket_prefix,
            path_style=chosen.bucket_path_style,
            public_url=chosen.bucket_public_url,
        )

    async def save(self, location: BucketLocation, secret: str = "") -> SecretLocation | None:
        """Stores the settings of the bucket.

        Args:
            secret: Secret of the access key; an empty one leaves the stored one, unless that is for
                another location or access key.

        Returns:
            Location of the stored secret; None if none was given.

        Raises:
            RequestRejected: A value is missing, or the address is invalid.
        """
        location = _normalised(location)
        for value, field, message in (
            (location.bucket, "bucket", mark("Enter the name of the bucket.")),
            (location.access_key_id, "access_key_id", mark("Enter the access key id.")),
        ):
            if not value:
                raise RequestRejected(message, field=field)
        for address, field in (
            (location.endpoint, "endpoint"),
            (location.public_url, "public_url"),
        ):
            problem = address_problem(address) if address else ""
            if address and not problem and set("?#") & set(address):
                problem = mark("Remove everything from ? or # on in the address.")
            if problem:
                raise RequestRejected(problem, field=field)
        before = self.location
        secret_location = None
        secret = clean_secret(secret)
        if secret:
            # Before the location: observers of the location need the secret, too.
            secret_location = await asyncio.to_thread(
                self._secrets.store_secret, BUCKET_ACCOUNT, BUCKET_SECRET, secret
            )
        self._preferences.change(
            bucket_name=location.bucket,
            bucket_key_id=location.access_key_id,
            bucket_endpoint=location.endpoint,
            bucket_region=location.region,
            bucket_prefix=location.prefix,
            bucket_path_style=location.path_style,
            bucket_public_url=location.public_url,
        )
        is_secret_stale = before is not None and _secret_scope(before) != _secret_scope(location)
        if is_secret_stale and not secret:
            await asyncio.to_thread(self._secrets.delete_secret, BUCKET_ACCOUNT, BUCKET_SECRET)
        return secret_location

    async def remove(self) -> bool:
        """Deletes the settings and the secret; files in the bucket are not deleted."""
        was = self.location is not None
        self._preferences.change(
            bucket_name="",
            bucket_key_id="",
            bucket_endpoint="",
            bucket_region="",
            bucket_prefix="",
            bucket_path_style=True,
            bucket_public_url="",
        )
        await asyncio.to_thread(self._secrets.delete_secret, BUCKET_ACCOUNT, BUCKET_SECRET)
        await self.close()
        return was

    async def secret_location(self) -> SecretLocation | None:
        """Returns the location of the secret; None if there is none."""
        return await asyncio.to_thread(self._secrets.locate, BUCKET_ACCOUNT, BUCKET_SECRET)

    @property
    def secret_variable(self) -> str:
        """Returns the environment variable for the secret."""
        return environment_variable(BUCKET_ACCOUNT, BUCKET_SECRET)

    async def host(self) -> "Host | None":
        """Returns the bucket as an upload host; None if none is set up.

        Raises:
            RequestRejected: It has no secret, or its address must not be used.
        """
        place = self.location
        if place is None:
            return None
        secret = (
            await asyncio.to_thread(self._secrets.get_secret, BUCKET_ACCOUNT, BUCKET_SECRET) or ""
        )
        if not secret:
            raise RequestRejected(
                mark(
                    "No secret is stored for the bucket “{bucket}”. Nothing was sent. Add it in "
                    "Settings, or set {variable}.",
                    bucket=place.bucket,
                    variable=self.secret_variable,
                ),
                field="bucket",
            )
        if self._open_host is None or self._open_host[:2] != (place, secret):
            # Imported late for a fast start: needed only for uploads.
            from producer_studio.providers.uploads.bucket import Bucket

            fresh = Bucket(place, secret)
            await self.close()
            self._open_host = (place, secret, fresh)
        return self._open_host[2]

    async def test(self) -> None:
        """Uploads a short silent file to the bucket and deletes it.

        Raises:
            RequestRejected: None is set up, or it lacks its secret.
            ServiceError: The reason for which it does not work.
        """
        host = await self.host()
        if host is None:
            raise RequestRejected(mark("No bucket is set up."), field="bucket")
        with tempfile.TemporaryDirectory(prefix="producer-studio-") as folder:
            path = Path(folder) / "silence.wav"
            await asyncio.to_thread(_write_silence, path)
            lent = await host.upload(path)
        await host.delete(lent.handle)
        self._tested_host = host

    async def ensure_tested(self) -> None:
        """Like `test`, but does nothing for a location that has worked in this run.

        Raises:
            RequestRejected: As `test`.
            ServiceError: The reason for which it does not work.
        """
        if self._tested_host is None or self._tested_host is not await self.host():
            await self.test()

    async def close(self) -> None:
        opened, self._open_host = self._open_host, None
        if opened is not None:
            await opened[2].close()


def _normalised(place: BucketLocation) -> BucketLocation:
    return BucketLocation(
        bucket=place.bucket.strip(),
        access_key_id=clean_secret(place.access_key_id),
        endpoint=place.endpoint.strip(),
        region=place.region.strip(),
        prefix=place.prefix.strip("/ "),
        path_style=place.path_style,
        public_url=place.public_url.strip().rstrip("/"),
    )


def _secret_scope(place: BucketLocation) -> tuple[str, str]:
    """Returns the values that a secret belongs to."""
    return place.endpoint, place.access_key_id


def _write_silence(path: Path) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(1600))

"""Temporary uploads to the user's own S3-compatible bucket, under random names.

Services check a URL with HEAD before they download from it (.github/docs/services.md), and a
signature is valid for one method: a store that verifies it responds to HEAD on a URL signed for GET
with 403. So the URL is that below the bucket's public URL where the user configures one, and else
one signed for a day; in both cases it is checked here as the service will do, before anything is
sent that costs credits.
"""

import asyncio
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from producer_studio.domain.account import BucketLocation
from producer_studio.domain.errors import (
    CertificateRejected,
    InvalidResponse,
    MediaRejected,
    NotAuthorised,
    RateLimited,
    RequestRejected,
    ServiceError,
    ServiceUnavailable,
    Unreachable,
)
from producer_studio.providers.http.api_client import ApiClient
from producer_studio.providers.http.multipart import stream_file
from producer_studio.providers.http.proxies import find_proxy
from producer_studio.providers.http.redaction import SecretRedactor
from producer_studio.providers.http.response import Response
from producer_studio.providers.http.url_checks import is_loopback_url, is_secure_url
from producer_studio.providers.local_audio_file import LocalAudioFile, inspect_audio_file
from producer_studio.providers.uploads.host import UploadedFile, require_own_name
from producer_studio.providers.uploads.signature_v4 import object_path, signed_headers
from producer_studio.translation import mark, sentences

if TYPE_CHECKING:
    from obstore.store import S3Credential, S3Store

SIGNED_URL_LIFETIME = timedelta(hours=24)
"""As long as any task takes to download its source, with a margin for a service that is down."""


_ERROR_TEXT_LIMIT = 20_000
_RESPONSE_LIMIT_BYTES = 64 * 1024

_ERROR_CODE_PATTERN = re.compile(r"<Code>([^<]{1,80})</Code>")
_ERROR_MESSAGE_PATTERN = re.compile(r"<Message>([^<]{1,500})</Message>")


class Bucket:
    """One bucket. The secret never appears in a repr, a log or an error."""

    def __init__(self, location: BucketLocation, secret: str) -> None:
        """Stores the settings; no connection is opened yet.

        Raises:
            RequestRejected: The URL is not encrypted, or the name or the key is missing.
        """
        if not (location.bucket.strip() and location.access_key_id.strip() and secret):
            raise _create_rejected_error(
                mark("The bucket needs a name, an access key and its secret.")
            )
        for address in (location.endpoint, location.public_url):
            if address and not is_secure_url(address):
                raise _create_rejected_error(
                    mark(
                        "The address of the bucket must start with https. Plain http works only "
                        "for "
                        "this computer itself."
                    )
                )
        self._location = location
        self._secret = secret
        self._redactor = SecretRedactor([secret])
        self._s3_store: S3Store | None = None
        self._store_lock = asyncio.Lock()

    @property
    def name(self) -> str:
        return mark("the bucket “{bucket}”", bucket=self._location.bucket)

    async def reserve(self, path: Path) -> str:
        sound = await inspect_audio_file(path)
        folder = self._location.prefix.strip("/ ")
        return f"{folder and folder + '/'}{uuid.uuid4().hex}{Path(sound.name).suffix}"

    async def upload(self, path: Path, handle: str = "") -> UploadedFile:
        sound = await inspect_audio_file(path)
        key = handle or await self.reserve(path)
        try:
            response = await self._send("PUT", key, sound)
            if not 200 <= response.status < 300:
                raise self._create_error(response)
            if not response.header("etag"):
                raise self._create_invalid_response_error(response)
            url = self._public_url(key) or await self._sign_url(key)
            await self._check_reachable(url)
        except (asyncio.CancelledError, ServiceError):
            # The file may have arrived all the same, and its name would be lost.
            with suppress(ServiceError):
                await self.delete(key)
            raise
        return UploadedFile(url, key)

    async def delete(self, handle: str) -> None:
        if not handle:
            return
        require_own_name(handle.rpartition("/")[2])
        response = await self._send("DELETE", handle)
        # Most services ignore a repeated deletion; some respond that the file does not exist.
        is_down = response.status == 404 and "NoSuchBucket" not in self._parse_error_text(response)
        if not (200 <= response.status < 300 or is_down):
            raise self._create_error(response)

    async def close(self) -> None:
        """Releases the store."""
        self._s3_store = None

    async def _send(
        self, method: str, key: str, audio_file: LocalAudioFile | None = None
    ) -> Response:
        """Sends one request about one file; free.

        Raises:
            Unreachable: No complete response arrived.
            InvalidResponse: The response is larger than any real one.
            StorageError: The file could not be read completely.
        """
        base, region = _endpoint(self._location), _region(self._location)
        path = object_path(
            f"{base}/{self._location.bucket}" if self._location.path_style else base, key
        )
        headers = signed_headers(
            method, base, path, key_id=self._location.access_key_id.strip(), secret=self._secret,
            region=region,
        )  # fmt: skip
        # Invalid proxy settings have a message of their own.
        await asyncio.to_thread(find_proxy, base)
        api = ApiClient(
            _origin(base),
            {},
            service=self.name,
            secrets=[self._secret],
            limit_bytes=_RESPONSE_LIMIT_BYTES,
        )
        try:
            if audio_file is None:
                return await api.request(method, path, headers=headers)
            about = {
                "Content-Type": audio_file.content_type,
                "Content-Length": str(audio_file.size),
            }
            return await api.send_stream(
                method, path, stream_file(audio_file), {**headers, **about}
            )
        except CertificateRejected:
            raise
        except Unreachable as fault:
            raise Unreachable(
                mark(
                    "Could not connect to {bucket}, or the connection was lost. Nothing was "
                    "charged. Check the network and the bucket's address.",
                    bucket=self.name,
                ),
                service_words=fault.service_words,
                field="bucket",
            ) from fault
        finally:
            await api.close()

    async def _sign_url(self, key: str) -> str:
        store = await self._ensure_store()
        import obstore  # start-up cost: imported in a thread by _ensure_store

        with self._translate_store_errors():
            return await obstore.sign_async(store, "GET", key, SIGNED_URL_LIFETIME)

    def _public_url(self, key: str) -> str:
        base = self._location.public_url.strip().rstrip("/")
        return f"{base}/{quote(key)}" if base else ""

    async def _check_reachable(self, url: str) -> None:
        """Requests the file as a service does.

        Raises:
            RequestRejected: The URL does not deliver the file, or its host cannot be reached by a
                service.
            Unreachable: The host cannot be reached now.
        """
        from producer_studio.providers.downloads.link_check import (
            is_link_alive,  # start-up cost, as for downloads
        )

        try:
            local = is_loopback_url(url)
            if await is_link_alive(url, allow_loopback_http=local, method="HEAD"):
                return
        except MediaRejected as fault:
            raise RequestRejected(
                mark(
                    "Services cannot reach a file in {bucket}. Nothing was charged. Check its "
                    "address in Settings.",
                    bucket=self.name,
                ),
                service_words=fault.message,
                field="bucket",
            ) from fault
        except Unreachable as fault:
            raise Unreachable(
                mark(
                    "The file in {bucket} could not be checked. Nothing was charged. Check the "
                    "network and the bucket's address.",
                    bucket=self.name,
                ),
                service_words=fault.service_words or fault.message,
                status=fault.status,
                field="bucket",
            ) from fault
        if self._location.public_url:
            raise RequestRejected(
                mark(
                    "The public address of {bucket} does not serve the uploaded file. Nothing was "
                    "charged. Make the bucket publicly readable, and check that address in "
                    "Settings.",
                    bucket=self.name,
                ),
                field="public_url",
            )
        raise RequestRejected(
            mark(
                "Services check a file before they download it, and the signed address of "
                "{bucket} does not support that. Nothing was charged. Make the bucket publicly "
                "readable, and enter its public address in Settings.",
                bucket=self.name,
            ),
            field="public_url",
        )

    async def _ensure_store(self) -> "S3Store":
        async with self._store_lock:
            if self._s3_store is None:
                with self._translate_store_errors():
                    self._s3_store = await asyncio.to_thread(self._create_store)
            return self._s3_store

    def _create_store(self) -> "S3Store":
        from obstore.store import S3Store  # start-up cost: 50 ms and 15 MB

        place = self._location
        # All options are set, because missing ones are read from the environment's AWS_ variables.
        return S3Store(
            place.bucket,
            endpoint=_endpoint(place),
            region=_region(place),
            credential_provider=self._credential,
            virtual_hosted_style_request=not place.path_style,
            # Not every S3-compatible service can delete several files at a time.
            disable_bulk_delete=True,
            client_options={"allow_http": is_loopback_url(place.endpoint)},
            # One attempt: the retry policy is in the calling code.
            retry_config={"max_retries": 0},
        )

    def _credential(self) -> "S3Credential":
        return {
            "access_key_id": self._location.access_key_id.strip(),
            "secret_access_key": self._secret,
            "expires_at": None,
        }

    @contextmanager
    def _translate_store_errors(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            # Naming the class above would import obstore on the loop's thread without an error.
            from obstore.exceptions import BaseError  # start-up cost, see _create_store

            if isinstance(error, BaseError | OSError | ValueError):
                raise RequestRejected(
                    f"The{self.name[3:]} has no address that can be signed. Nothing was charged. "
                    "Check its address and its region in Settings.",
                    service_words=self._redactor.redact(str(error)[:_ERROR_TEXT_LIMIT]),
                    field="bucket",
                ) from error
            raise

    def _parse_error_text(self, response: Response) -> str:
        """Parses the store's own error text from the beginning of its response."""
        text = response.body[:_ERROR_TEXT_LIMIT].decode("utf-8", "replace")
        words = [
            match[1]
            for one in (_ERROR_CODE_PATTERN, _ERROR_MESSAGE_PATTERN)
            if (match := one.search(text))
        ]
        return ": ".join(words) or text.partition("\n")[0][:300]

    def _create_error(self, response: Response) -> ServiceError:
        """Creates the error for a response that is not a success."""
        status, text = response.status, self._parse_error_text(response)
        bucket = self._location.bucket
        kind: type[ServiceError] = RequestRejected
        message = mark(
            "The bucket “{bucket}” rejected the file. Nothing was charged. Check its address and "
            "its region in Settings.",
            bucket=bucket,
        )
        if status in {401, 403}:
            kind = NotAuthorised
            message = mark(
                "The access key has no access to {bucket}, or its secret is wrong. Nothing was "
                "charged. Check both in Settings.",
                bucket=self.name,
            )
        elif status == 404:
            message = mark(
                "There is no bucket “{bucket}” at this address. Nothing was charged. Check its "
                "name.",
                bucket=bucket,
            )
        elif status == 429 or "SlowDown" in text:
            kind = RateLimited
            message = mark(
                "The bucket “{bucket}” is busy. Nothing was charged. The upload will be retried.",
                bucket=bucket,
            )
        elif status >= 500:
            kind = ServiceUnavailable
            message = mark(
                "The bucket “{bucket}” is unavailable. Nothing was charged. Try again later.",
                bucket=bucket,
            )
        return kind(message, service_words=text, status=status, field="bucket")

    def _create_invalid_response_error(self, response: Response) -> InvalidResponse:
        return InvalidResponse(
            mark(
                "The response of {bucket} could not be read. Nothing was charged. Try again.",
                bucket=self.name,
            ),
            service_words=self._parse_error_text(response),
            status=response.status,
            field="bucket",
        )


def _region(location: BucketLocation) -> str:
    return location.region.strip() or "us-east-1"


def _origin(address: str) -> str:
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def _endpoint(location: BucketLocation) -> str:
    """Returns the URL for requests; with the bucket in the host name where configured."""
    address = (
        location.endpoint.strip().rstrip("/") or f"https://s3.{_region(location)}.amazonaws.com"
    )
    if location.path_style:
        return address
    scheme, _, host = address.partition("://")
    return f"{scheme}://{location.bucket}.{host}"


def _create_rejected_error(message: str) -> RequestRejected:
    return RequestRejected(
        sentences(message, mark("Nothing was sent. Complete it in Settings.")), field="bucket"
    )

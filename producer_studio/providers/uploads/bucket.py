"""The user's own S3-compatible bucket: a file goes up under a name that nobody can guess, is lent
out by an address, and is deleted afterwards.

Services look at an address with HEAD before they download from it (services.md), and a signature
holds for one method: a store that checks it answers the look at an address signed for GET with 403.
So the address is that below the bucket's public one where the user gives that, and else one signed
for a day; and in both cases it is looked at here as the service will do, before anything is sent
that costs credits.
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

from producer_studio.domain.bucket import BucketPlace
from producer_studio.domain.errors import (
    CertificateRefused,
    Fault,
    MediaRefused,
    Nonsense,
    NotAuthorised,
    Refused,
    ServiceDown,
    TooBusy,
    Unreachable,
)
from producer_studio.providers.http.api_client import Answer, Wire
from producer_studio.providers.http.multipart import content
from producer_studio.providers.http.proxies import proxy_for
from producer_studio.providers.http.redaction import Blanks
from producer_studio.providers.http.url_checks import is_loopback_url, may_hold_a_key
from producer_studio.providers.uploads.host import Hosted, LocalSound, local_sound
from producer_studio.providers.uploads.signature_v4 import object_path, signed_headers

if TYPE_CHECKING:
    from obstore.store import S3Credential, S3Store

LENT_FOR = timedelta(hours=24)
"""As long as any task takes to fetch its source, with room for a service that is down."""


_TEXT_LIMIT = 20_000
_ANSWER_LIMIT_BYTES = 64 * 1024

_ERROR_CODE = re.compile(r"<Code>([^<]{1,80})</Code>")
_ERROR_TEXT = re.compile(r"<Message>([^<]{1,500})</Message>")


class Bucket:
    """One bucket. The secret never appears in a repr, a log or a fault."""

    def __init__(self, place: BucketPlace, secret: str) -> None:
        """Keeps what is needed; nothing is opened yet.

        Raises:
            Refused: The address is not encrypted, or the name or the key is missing.
        """
        if not (place.bucket.strip() and place.access_key_id.strip() and secret):
            raise _refused("The bucket needs a name, an access key and its secret.")
        for address in (place.endpoint, place.public_url):
            if address and not may_hold_a_key(address):
                raise _refused(
                    "The address of the bucket must begin with https. Plain http works only for "
                    "this computer itself."
                )
        self._place = place
        self._secret = secret
        self._blanks = Blanks([secret])
        self._opened: S3Store | None = None
        self._opening = asyncio.Lock()

    @property
    def name(self) -> str:
        return f"the bucket \u201c{self._place.bucket}\u201d"

    async def reserve(self, path: Path) -> str:
        sound = await local_sound(path)
        folder = self._place.prefix.strip("/ ")
        return f"{folder and folder + '/'}{uuid.uuid4().hex}{Path(sound.name).suffix}"

    async def put(self, path: Path, handle: str = "") -> Hosted:
        sound = await local_sound(path)
        key = handle or await self.reserve(path)
        try:
            answer = await self._send("PUT", key, sound)
            if not 200 <= answer.status < 300:
                raise self._refusal(answer)
            if not answer.header("etag"):
                raise self._not_understood(answer)
            url = self._public_address(key) or await self._signed_address(key)
            await self._look_at(url)
        except (asyncio.CancelledError, Fault):
            # It may have arrived all the same, and nobody would know its name any more.
            with suppress(Fault):
                await self.take_down(key)
            raise
        return Hosted(url, key)

    async def take_down(self, handle: str) -> None:
        if not handle:
            return
        answer = await self._send("DELETE", handle)
        # Most services do not mind; some say that the file is down already.
        is_down = answer.status == 404 and "NoSuchBucket" not in self._said(answer)
        if not (200 <= answer.status < 300 or is_down):
            raise self._refusal(answer)

    async def close(self) -> None:
        """Lets go of the store."""
        self._opened = None

    async def _send(self, method: str, key: str, sound: LocalSound | None = None) -> Answer:
        """One request about one file; free.

        Raises:
            Unreachable: There is no whole answer.
            Nonsense: The answer is larger than any real one.
            StorageFault: The file could not be read to its end.
        """
        base, region = _endpoint(self._place), _region(self._place)
        path = object_path(f"{base}/{self._place.bucket}" if self._place.path_style else base, key)
        headers = signed_headers(
            method, base, path, key_id=self._place.access_key_id.strip(), secret=self._secret,
            region=region,
        )  # fmt: skip
        # Settings of a proxy that make no sense are told in their own words.
        await asyncio.to_thread(proxy_for, base)
        wire = Wire(
            _origin(base),
            {},
            service=self.name,
            secrets=[self._secret],
            limit_bytes=_ANSWER_LIMIT_BYTES,
        )
        try:
            if sound is None:
                return await wire.ask(method, path, headers=headers)
            about = {"Content-Type": sound.content_type, "Content-Length": str(sound.size)}
            return await wire.send_stream(method, path, content(sound), {**headers, **about})
        except CertificateRefused:
            raise
        except Unreachable as fault:
            raise Unreachable(
                f"No connection to {self.name} could be made, or it broke. Nothing was charged. "
                "Check the network and the bucket's address.",
                service_words=fault.service_words,
                field="bucket",
            ) from fault
        finally:
            await wire.close()

    async def _signed_address(self, key: str) -> str:
        store = await self._store()
        import obstore  # start-up cost: imported in a thread by _store, only looked up here

        with self._told_in_our_words():
            return await obstore.sign_async(store, "GET", key, LENT_FOR)

    def _public_address(self, key: str) -> str:
        base = self._place.public_url.strip().rstrip("/")
        return f"{base}/{quote(key)}" if base else ""

    async def _look_at(self, url: str) -> None:
        """Asks for the file as a service does.

        Raises:
            Refused: The address does not answer that, or leads where no service can go.
            Unreachable: It cannot be asked now.
        """
        from producer_studio.providers.downloads.link_check import (
            is_alive,  # start-up cost, as for media
        )

        try:
            local = is_loopback_url(url)
            if await is_alive(url, allow_loopback_http=local, method="HEAD"):
                return
        except MediaRefused as fault:
            raise Refused(
                f"No service could reach a file in {self.name}. Nothing was charged. "
                "Check its address in Settings.",
                service_words=fault.message,
                field="bucket",
            ) from fault
        except Unreachable as fault:
            raise Unreachable(
                f"The file in {self.name} could not be looked at. Nothing was charged. Check the "
                "network and the bucket's address.",
                service_words=fault.service_words or fault.message,
                status=fault.status,
                field="bucket",
            ) from fault
        if self._place.public_url:
            raise Refused(
                f"The public address of {self.name} does not show the file that was put there. "
                "Nothing was charged. Let everybody read the bucket, and check that address in "
                "Settings.",
                field="public_url",
            )
        raise Refused(
            f"Services look at a file before they download it, and the signed address of "
            f"{self.name} does not answer that. Nothing was charged. Let everybody read the "
            "bucket, and give its public address in Settings.",
            field="public_url",
        )

    async def _store(self) -> "S3Store":
        async with self._opening:
            if self._opened is None:
                with self._told_in_our_words():
                    self._opened = await asyncio.to_thread(self._build)
            return self._opened

    def _build(self) -> "S3Store":
        from obstore.store import S3Store  # start-up cost: 50 ms and 15 MB

        place = self._place
        # Said in full, because what is left out is taken from the environment's AWS_ variables.
        return S3Store(
            place.bucket,
            endpoint=_endpoint(place),
            region=_region(place),
            credential_provider=self._credential,
            virtual_hosted_style_request=not place.path_style,
            # Not every S3-compatible service can delete several files at a time.
            disable_bulk_delete=True,
            client_options={"allow_http": is_loopback_url(place.endpoint)},
            # One attempt: what to repeat, and when, is decided above.
            retry_config={"max_retries": 0},
        )

    def _credential(self) -> "S3Credential":
        return {
            "access_key_id": self._place.access_key_id.strip(),
            "secret_access_key": self._secret,
            "expires_at": None,
        }

    @contextmanager
    def _told_in_our_words(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            from obstore.exceptions import BaseError  # start-up cost, see _build

            if isinstance(error, BaseError | OSError | ValueError):
                raise Refused(
                    f"The{self.name[3:]} has no address that can be signed. Nothing was charged. "
                    "Check its address and its region in Settings.",
                    service_words=self._blanks.in_text(str(error)[:_TEXT_LIMIT]),
                    field="bucket",
                ) from error
            raise

    def _said(self, answer: Answer) -> str:
        """The store's own words, from the head of its answer."""
        text = answer.body[:_TEXT_LIMIT].decode("utf-8", "replace")
        words = [match[1] for one in (_ERROR_CODE, _ERROR_TEXT) if (match := one.search(text))]
        return ": ".join(words) or text.partition("\n")[0][:300]

    def _refusal(self, answer: Answer) -> Fault:
        """The fault behind an answer that is not a success."""
        status, said = answer.status, self._said(answer)
        nothing = "Nothing was charged."
        subject = f"The{self.name[3:]}"
        kind: type[Fault] = Refused
        sentence = (
            f"{subject} refused the file. {nothing} Check its address and its region in Settings."
        )
        if status in {401, 403}:
            kind = NotAuthorised
            sentence = (
                f"The access key may not use {self.name}, or its secret is wrong. {nothing} Check "
                "both in Settings."
            )
        elif status == 404:
            sentence = f"There is no {self.name[4:]} at this address. {nothing} Check its name."
        elif status == 429 or "SlowDown" in said:
            kind = TooBusy
            sentence = f"{subject} is busy. {nothing} It will be tried again."
        elif status >= 500:
            kind = ServiceDown
            sentence = f"{subject} cannot answer. {nothing} Try again later."
        return kind(sentence, service_words=said, status=status, field="bucket")

    def _not_understood(self, answer: Answer) -> Nonsense:
        return Nonsense(
            f"The answer of {self.name} could not be understood. Nothing was charged. Try again.",
            service_words=self._said(answer),
            status=answer.status,
            field="bucket",
        )


def _region(place: BucketPlace) -> str:
    return place.region.strip() or "us-east-1"


def _origin(address: str) -> str:
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def _endpoint(place: BucketPlace) -> str:
    """The address that requests go to; with the bucket before the host where it stands there."""
    address = place.endpoint.strip().rstrip("/") or f"https://s3.{_region(place)}.amazonaws.com"
    if place.path_style:
        return address
    scheme, _, host = address.partition("://")
    return f"{scheme}://{place.bucket}.{host}"


def _refused(sentence: str) -> Refused:
    return Refused(f"{sentence} Nothing was sent. Complete it in Settings.", field="bucket")

"""A form with one file, streamed from disk (multipart/form-data, RFC 7578)."""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from producer_studio.domain.errors import StorageFault
from producer_studio.files.regular_file import open_regular
from producer_studio.providers.uploads.host import LocalSound

_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class FileForm:
    """A sound file as the field `file` of a form."""

    sound: LocalSound
    boundary: str = field(default_factory=lambda: secrets.token_hex(16))

    @property
    def headers(self) -> Mapping[str, str]:
        length = len(self._head) + self.sound.size + len(self._tail)
        return {
            "Content-Type": f"multipart/form-data; boundary={self.boundary}",
            "Content-Length": str(length),
        }

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """The body, piece by piece; the disk is read in a thread.

        Raises:
            StorageFault: The file can no longer be read, or is not as long as it was.
        """
        yield self._head
        async with aclosing(content(self.sound)) as chunks:
            async for chunk in chunks:
                yield chunk
        yield self._tail

    @property
    def _head(self) -> bytes:
        return (
            f"--{self.boundary}\r\n"
            f'Content-Disposition: form-data; name="file"; filename="{self.sound.name}"\r\n'
            f"Content-Type: {self.sound.content_type}\r\n\r\n"
        ).encode()

    @property
    def _tail(self) -> bytes:
        return f"\r\n--{self.boundary}--\r\n".encode()


async def content(sound: LocalSound) -> AsyncGenerator[bytes, None]:
    """A file, piece by piece; the disk is read in a thread. The file is open until `aclose`.

    Raises:
        StorageFault: It can no longer be read, or is not as long as it was.
    """
    left = sound.size
    try:
        with await _opened(sound.path) as file:
            while chunk := await asyncio.to_thread(file.read, min(_CHUNK, left)):
                left -= len(chunk)
                yield chunk
    except OSError as error:
        raise _cut_short(sound, str(error)) from error
    if left:
        raise _cut_short(sound, "The file has become shorter.")


async def _opened(path: Path) -> BinaryIO:
    """Opens a file in a thread; who is cancelled meanwhile leaves none open."""
    opening = asyncio.ensure_future(asyncio.to_thread(open_regular, path))
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_close)
        raise


def _close(opening: "asyncio.Future[BinaryIO]") -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


def _cut_short(sound: LocalSound, why: str) -> StorageFault:
    return StorageFault(
        f"The file {sound.path} could not be read to its end, so it was not sent. "
        "Nothing was charged. Check that it is still there.",
        service_words=why,
    )

"""Form with one file, streamed from disk (multipart/form-data, RFC 7578)."""

import asyncio
import secrets
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from producer_studio.domain.errors import StorageError
from producer_studio.files.regular_files import open_regular
from producer_studio.files.user_disks import run_on_user_disk
from producer_studio.providers.local_audio_file import LocalAudioFile
from producer_studio.translation import mark

_CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class MultipartForm:
    """Form with an audio file as the field `file`."""

    audio_file: LocalAudioFile
    boundary: str = field(default_factory=lambda: secrets.token_hex(16))

    @property
    def headers(self) -> Mapping[str, str]:
        length = len(self._head) + self.audio_file.size + len(self._tail)
        return {
            "Content-Type": f"multipart/form-data; boundary={self.boundary}",
            "Content-Length": str(length),
        }

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Iterates over the body in chunks; the disk is read in a thread.

        Raises:
            StorageError: The file can no longer be read, or its size has changed.
        """
        yield self._head
        async with aclosing(stream_file(self.audio_file)) as chunks:
            async for chunk in chunks:
                yield chunk
        yield self._tail

    @property
    def _head(self) -> bytes:
        return (
            f"--{self.boundary}\r\n"
            f'Content-Disposition: form-data; name="file"; filename="{self.audio_file.name}"\r\n'
            f"Content-Type: {self.audio_file.content_type}\r\n\r\n"
        ).encode()

    @property
    def _tail(self) -> bytes:
        return f"\r\n--{self.boundary}--\r\n".encode()


async def stream_file(audio_file: LocalAudioFile) -> AsyncGenerator[bytes, None]:
    """Iterates over a file in chunks; the disk is read in a thread. It is open until `aclose`.

    Raises:
        StorageError: It can no longer be read, or its size has changed.
    """
    remaining = audio_file.size
    try:
        with await _open_in_thread(path := audio_file.path) as file:
            while chunk := await run_on_user_disk(path, file.read, min(_CHUNK_BYTES, remaining)):
                remaining -= len(chunk)
                yield chunk
    except OSError as error:
        raise _create_truncated_error(audio_file, str(error)) from error
    if remaining:
        raise _create_truncated_error(audio_file, mark("The file has been truncated."))


async def _open_in_thread(path: Path) -> BinaryIO:
    """Opens a file in a thread; closes it when cancelled meanwhile."""
    opening = asyncio.ensure_future(run_on_user_disk(path, open_regular, path))
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        opening.add_done_callback(_close_opened_file)
        raise


def _close_opened_file(opening: "asyncio.Future[BinaryIO]") -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


def _create_truncated_error(audio_file: LocalAudioFile, reason: str) -> StorageError:
    return StorageError(
        mark(
            "The file {path} could not be read completely, so it was not sent. Nothing was "
            "charged. Check that it still exists.",
            path=audio_file.path,
        ),
        service_words=reason,
    )

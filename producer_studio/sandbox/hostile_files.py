"""Malicious and malformed files, to test that a client validates downloads."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response, StreamingResponse

#: Default size of a file of zeros, in bytes.
ZEROS = 100 * 1024 * 1024
#: A slash, a NUL, a bidi control character, and three hundred letters.
ODD_NAME = "../evil/\x00\u202egnp.exe" + "x" * 300 + ".m4a"
LOCAL_FILE_URL = "file:///etc/passwd"
_CHUNK = bytes(64 * 1024)


def redirect_response(to: str | None) -> Response:
    return RedirectResponse(to or LOCAL_FILE_URL, 302)


def zeros_response(size: int | None) -> Response:
    """Returns zeros with an audio type and a correct length."""
    total = ZEROS if size is None else size

    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, total, len(_CHUNK)):
            yield _CHUNK[: total - at]
            await _yield_to_event_loop()

    return StreamingResponse(
        pieces(), media_type="audio/mp4", headers={"Content-Length": str(total)}
    )


def endless_response() -> Response:
    """Returns zeros without a length that end only with the connection."""

    async def pieces() -> AsyncIterator[bytes]:
        while True:
            yield _CHUNK
            await _yield_to_event_loop()

    return StreamingResponse(pieces(), media_type="audio/mp4")


def zip_slip_response() -> Response:
    """Returns a ZIP whose members have paths outside of the folder of extraction."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in (
            "../../escaped.flac",
            "/escaped.flac",
            "..\\..\\escaped.flac",
            "stems/../../escaped.flac",
        ):
            archive.writestr(name, b"out of the folder")
    return Response(packed.getvalue(), media_type="application/zip")


def content_disposition_header(name: str | None) -> tuple[bytes, bytes]:
    """Returns a header that gives a download an unsafe file name."""
    return (
        b"content-disposition",
        f"attachment; filename*=UTF-8''{quote(name or ODD_NAME, safe='')}".encode(),
    )


async def _yield_to_event_loop() -> None:
    """Yields to other requests, and lets the end of the connection be noticed."""
    await asyncio.sleep(0)

"""Rendered files over HTTP, with Range, If-Range, ETag and HEAD from Starlette."""

import re
import secrets
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from producer_studio.sandbox.task_service import SandboxSettings

_TYPES = {
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
    ".png": "image/png",
    ".mp4": "video/mp4",
    ".zip": "application/zip",
    # Files that were handed over.
    ".aac": "audio/aac",
    ".aif": "audio/aiff",
    ".aiff": "audio/aiff",
    ".flac": "audio/flac",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".bin": "application/octet-stream",
}
_NAME = re.compile(r"(?!part-)[a-z][a-z0-9-]*\.[a-z0-9]{3,4}")


#: Makes the WAV of a clip that has been promised and not yet asked for; unknown clips have none.
WavRenderer = Callable[[str], Awaitable[None]]


class MediaFiles:
    """The folder of finished files: one folder for each clip.

    Args:
        folder: where they are.
        settings: how long those links live that say when they were made.
        make_wav: called when a WAV is asked for that is not there.
    """

    def __init__(self, folder: Path, settings: SandboxSettings, render_wav: WavRenderer) -> None:
        self.folder = folder
        self._settings = settings
        self._render_wav = render_wav

    def create_link(
        self, origin: str, clip_id: str, name: str, created_at: float | None = None
    ) -> str:
        """A link that no other answer has given, so that one link can expire alone.

        Args:
            made: when its life began, in Unix seconds; None for a link without an end.
        """
        life = "" if created_at is None else f"&made={created_at:.3f}"
        return f"{origin}/media/{clip_id}/{name}?link={secrets.token_hex(6)}{life}"

    def is_expired(self, created_at: float) -> bool:
        """Whether links whose life began then are dead now."""
        return time.time() - created_at >= self._settings.link_life_s

    def is_supported_suffix(self, suffix: str) -> bool:
        """Whether files that end so have a type."""
        return suffix in _TYPES

    def routes(self) -> list[BaseRoute]:
        return [Route("/media/{clip_id:uuid}/{name}", self._serve, methods=["GET", "HEAD"])]

    async def _serve(self, request: Request) -> Response:
        name: str = request.path_params["name"]
        clip_id = str(request.path_params["clip_id"])
        path = self.folder / clip_id / name
        if self.is_expired(_link_created_at(request)):
            return PlainTextResponse("Link expired", 403)
        if name == "audio.wav" and not path.is_file():
            await self._render_wav(clip_id)
        if not _NAME.fullmatch(name) or path.suffix not in _TYPES or not path.is_file():
            return PlainTextResponse("Not found", 404)
        # The file never changes once it has this name.
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return FileResponse(path, media_type=_TYPES[path.suffix], headers=headers)


def _link_created_at(request: Request) -> float:
    """When the life of this link began; never ending for a link that does not say it."""
    try:
        return float(request.query_params["made"])
    except (KeyError, ValueError):
        return float("inf")

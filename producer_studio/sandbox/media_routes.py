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
    # Uploaded files.
    ".aac": "audio/aac",
    ".aif": "audio/aiff",
    ".aiff": "audio/aiff",
    ".flac": "audio/flac",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".bin": "application/octet-stream",
}
_NAME = re.compile(r"(?!part-)[a-z][a-z0-9-]*\.[a-z0-9]{3,4}")


#: Renders the WAV of a clip on demand; does nothing for an unknown clip.
WavRenderer = Callable[[str], Awaitable[None]]


class MediaFiles:
    """Folder of finished files: one subfolder for each clip.

    Args:
        folder: Path of the folder.
        settings: Settings with the lifetime of links that contain their creation time.
        render_wav: Called when a requested WAV does not exist.
    """

    def __init__(self, folder: Path, settings: SandboxSettings, render_wav: WavRenderer) -> None:
        self.folder = folder
        self._settings = settings
        self._render_wav = render_wav

    def create_link(
        self, origin: str, clip_id: str, name: str, created_at: float | None = None
    ) -> str:
        """Creates a unique link, so that links can expire independently.

        Args:
            created_at: Start of its lifetime, in Unix seconds; None for a link that never expires.
        """
        life = "" if created_at is None else f"&made={created_at:.3f}"
        return f"{origin}/media/{clip_id}/{name}?link={secrets.token_hex(6)}{life}"

    def is_expired(self, created_at: float) -> bool:
        """Whether links created at this time have expired."""
        return time.time() - created_at >= self._settings.link_life_s

    def is_supported_suffix(self, suffix: str) -> bool:
        """Whether files with this suffix have a known media type."""
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
    """Returns the creation time of the request's link; infinite if the link has none."""
    try:
        return float(request.query_params["made"])
    except (KeyError, ValueError):
        return float("inf")

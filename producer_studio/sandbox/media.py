"""Rendered files over HTTP, with Range, If-Range, ETag and HEAD from Starlette."""

import re
import secrets
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

_TYPES = {
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
    ".png": "image/png",
    ".mp4": "video/mp4",
}
_NAME = re.compile(r"(?!part-)[a-z][a-z0-9-]*\.[a-z0-9]{3}")


class MediaShelf:
    """The folder of finished files: one folder for each clip."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def link(self, origin: str, clip_id: str, name: str) -> str:
        """A link that no other answer has given, so that one link can expire alone."""
        return f"{origin}/media/{clip_id}/{name}?link={secrets.token_hex(6)}"

    def routes(self) -> list[BaseRoute]:
        return [Route("/media/{clip_id:uuid}/{name}", self._serve, methods=["GET", "HEAD"])]

    async def _serve(self, request: Request) -> Response:
        name: str = request.path_params["name"]
        path = self.folder / str(request.path_params["clip_id"]) / name
        if not _NAME.fullmatch(name) or path.suffix not in _TYPES or not path.is_file():
            return PlainTextResponse("Not found", 404)
        # The file never changes once it has this name.
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        return FileResponse(path, media_type=_TYPES[path.suffix], headers=headers)

"""Temporary uploads: files that a client stores here so that an upload request can fetch them."""

import asyncio
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from producer_studio.sandbox.outbound_http import is_loopback

UPLOADS_PREFIX = "/files/"
MAX_AGE_S = 7 * 24 * 60 * 60
"""Files older than this are deleted; clients normally delete theirs after the task."""

_NAME = re.compile(r"[0-9a-f]{32}\.[a-z0-9]{2,5}")


class TemporaryUploadRoutes:
    """Routes of `/files/NAME`: PUT and DELETE need an accepted key, GET and HEAD only the name.

    Names are chosen by the client: 128 random bits in hexadecimal and the suffix.

    Args:
        folder: Folder of the files; those older than `MAX_AGE_S` are deleted from it.
        account_for_key: Returns the account of a key; empty for a key that is not accepted.
    """

    def __init__(self, folder: Path, account_for_key: Callable[[str], str]) -> None:
        self._folder = folder
        self._account_for_key = account_for_key
        for path in folder.iterdir():
            if time.time() - path.stat().st_mtime > MAX_AGE_S:
                path.unlink()

    def routes(self) -> list[BaseRoute]:
        path = UPLOADS_PREFIX + "{name}"
        return [
            Route(path, self._serve, methods=["GET", "HEAD"]),
            Route(path, self._store, methods=["PUT"]),
            Route(path, self._delete, methods=["DELETE"]),
        ]

    async def _serve(self, request: Request) -> Response:
        path = self._path(request)
        if path is None or not path.is_file():
            return JSONResponse({"error": "Not Found"}, 404)
        return FileResponse(path)

    async def _store(self, request: Request) -> Response:
        refusal = self._unauthorized_response(request)
        path = self._path(request)
        if refusal is not None or path is None:
            return refusal or JSONResponse({"error": "Names are 32 hexadecimal digits."}, 400)
        part = path.with_name(f"part-{path.name}")
        with part.open("wb") as file:
            async for chunk in request.stream():
                await asyncio.to_thread(file.write, chunk)
        await asyncio.to_thread(part.replace, path)
        return JSONResponse({}, 201)

    async def _delete(self, request: Request) -> Response:
        refusal = self._unauthorized_response(request)
        path = self._path(request)
        if refusal is None and path is not None:
            await asyncio.to_thread(path.unlink, missing_ok=True)
        return refusal or Response(status_code=204)

    def _path(self, request: Request) -> Path | None:
        name: str = request.path_params["name"]
        return self._folder / name if _NAME.fullmatch(name) else None

    def _unauthorized_response(self, request: Request) -> Response | None:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self._account_for_key(key.strip()):
            return None
        return JSONResponse({"error": "No accepted key."}, 401)


def copy_upload(folder: Path, url: str, target: Path) -> bool:
    """Copies the file of a URL that is one of this server's, at any port.

    Returns:
        Whether it was copied; False also when the file no longer exists. Blocking.
    """
    parts = urlsplit(url)
    name = parts.path.removeprefix(UPLOADS_PREFIX)
    if not (is_loopback(url) and parts.path.startswith(UPLOADS_PREFIX) and _NAME.fullmatch(name)):
        return False
    try:
        shutil.copyfile(folder / name, target)
    except FileNotFoundError:
        return False
    return True

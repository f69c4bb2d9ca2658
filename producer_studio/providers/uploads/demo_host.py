"""Upload host of Demo Studio for local files."""

import uuid
from collections.abc import Mapping
from pathlib import Path

from producer_studio.domain.errors import RequestRejected
from producer_studio.providers.http.api_client import ApiClient
from producer_studio.providers.http.errors import create_service_error
from producer_studio.providers.http.multipart import stream_file
from producer_studio.providers.http.response import Response
from producer_studio.providers.local_audio_file import inspect_audio_file
from producer_studio.providers.uploads.host import UploadedFile, require_own_name

_NAME = "Demo Studio"
_PATH_PREFIX = "/files/"


class DemoHost:
    """A `Host`. A connection is opened for each request and closed after it.

    Args:
        base_url: The root of the server, whichever dialect the account uses there.
        key: An accepted one; never in a repr, a log or an error.
    """

    def __init__(self, base_url: str, key: str) -> None:
        self._base_url = base_url.rstrip("/")
        self._key = key

    @property
    def name(self) -> str:
        return _NAME

    async def reserve(self, path: Path) -> str:
        sound = await inspect_audio_file(path)
        return uuid.uuid4().hex + Path(sound.name).suffix

    async def upload(self, path: Path, handle: str = "") -> UploadedFile:
        sound = await inspect_audio_file(path)
        handle = handle or await self.reserve(path)
        api = self._create_api()
        headers = {"Content-Type": sound.content_type, "Content-Length": str(sound.size)}
        try:
            response = await api.send_stream(
                "PUT", _PATH_PREFIX + handle, stream_file(sound), headers
            )
        finally:
            await api.close()
        if response.status == 413:
            raise RequestRejected(
                f"{path.name} is larger than Demo Studio accepts. Nothing was sent and nothing "
                "was charged. Choose another file.",
                field="audio_file",
                status=response.status,
            )
        self._check_status(response)
        return UploadedFile(f"{self._base_url}{_PATH_PREFIX}{handle}", handle)

    async def delete(self, handle: str) -> None:
        if not handle:
            return
        require_own_name(handle)
        api = self._create_api()
        try:
            self._check_status(await api.request("DELETE", _PATH_PREFIX + handle))
        finally:
            await api.close()

    async def close(self) -> None:
        """Does nothing: no connection is open between requests."""

    def _check_status(self, response: Response) -> None:
        if not 200 <= response.status < 300:
            raise create_service_error(response, service=_NAME, paid=False)

    def _create_api(self) -> ApiClient:
        return ApiClient(self._base_url, self._headers(), service=_NAME)

    def _headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self._key}"}

"""Upload host protocol: makes a local file available by URL, because services accept URLs only."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from producer_studio.domain.errors import RequestRejected
from producer_studio.providers.http.api_client import ApiClient
from producer_studio.providers.http.multipart import stream_file
from producer_studio.providers.http.response import Response
from producer_studio.providers.http.response_errors import create_service_error
from producer_studio.providers.local_audio_file import inspect_audio_file
from producer_studio.translation import mark

_OWN_NAME = re.compile(r"[0-9a-f]{32}(\.[A-Za-z0-9]{1,8})?")
"""Names that `reserve` returns: a random name, and the extension of the file."""


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A temporary upload.

    Attributes:
        url: URL from which a service downloads it; may contain a signature, so it is never logged.
        handle: Name with which the same host deletes it; empty when it need not be deleted.
    """

    url: str
    handle: str = ""


class Host(Protocol):
    """Host of temporary uploads. Every method raises `ServiceError`s and nothing else."""

    @property
    def name(self) -> str:
        """Name of the host in messages."""
        ...

    async def reserve(self, path: Path) -> str:
        """Returns the handle of a future upload, to be stored before the upload.

        Returns:
            Empty when the upload need not be deleted.

        Raises:
            RequestRejected: As `upload`.
            StorageError: The file cannot be read.
        """
        ...

    async def upload(self, path: Path, handle: str = "") -> UploadedFile:
        """Uploads an audio file; costs no credits, and may be repeated.

        Args:
            handle: Result of `reserve` for it.

        Raises:
            RequestRejected: The file is missing, not audio, or too large (`field` is "audio_file"),
                or the host does not exist.
            ServiceError: Any other: nothing was uploaded.
        """
        ...

    async def delete(self, handle: str) -> None:
        """Deletes an upload; no error when it is already deleted."""
        ...

    async def close(self) -> None:
        """Closes the connections; the host is not used afterwards."""
        ...


@runtime_checkable
class HasUploadHost(Protocol):
    """Provider whose service has an upload host of its own."""

    @property
    def upload_host(self) -> Host | None:
        """The upload host; None while the account has no access to it."""
        ...


def find_upload_host(provider: object) -> Host | None:
    """Returns the upload host of a provider's own service; None when it has none."""
    return provider.upload_host if isinstance(provider, HasUploadHost) else None


class ForeignUpload(RequestRejected):
    """The handle was not created by any host, such as one from a damaged or foreign row."""


def require_own_name(name: str) -> None:
    """Checks that the name of a file to be deleted was created by a host of this program.

    Raises:
        ForeignUpload: It was not; it may be any other file of the user's.
    """
    if not _OWN_NAME.fullmatch(name):
        raise ForeignUpload(mark("This file was not uploaded from here, so it is not deleted."))


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
                mark(
                    "{path} is larger than Demo Studio accepts. Nothing was sent and nothing was "
                    "charged. Choose another file.",
                    path=path.name,
                ),
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

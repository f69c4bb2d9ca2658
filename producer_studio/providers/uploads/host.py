"""Putting a local file where a service can fetch it, because services take addresses only."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from producer_studio.domain.errors import RequestRejected

_OWN_NAME = re.compile(r"[0-9a-f]{32}(\.[A-Za-z0-9]{1,8})?")
"""Names that `reserve` gives: a random name, and the extension of the file."""


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that was put up.

    Attributes:
        url: Where a service fetches it; may hold a signature, so it is never logged.
        handle: By which the same host takes it down; empty when it does not need to be.
    """

    url: str
    handle: str = ""


class Host(Protocol):
    """A place for files. Every method raises `ServiceError`s and nothing else."""

    @property
    def name(self) -> str:
        """What the place is called in sentences."""
        ...

    async def reserve(self, path: Path) -> str:
        """The handle under which a file is going to be put up, to be written down before.

        Returns:
            Empty where nothing needs to be taken down.

        Raises:
            Refused: As `put`.
            StorageFault: The file cannot be read.
        """
        ...

    async def upload(self, path: Path, handle: str = "") -> UploadedFile:
        """Puts a sound file up; costs no credits, and may be repeated.

        Args:
            handle: What `reserve` gave for it.

        Raises:
            Refused: The file is gone, is no sound, or is too large (`field` is "audio_file"), or
                the place does not exist.
            Fault: Any other: nothing was put up.
        """
        ...

    async def delete(self, handle: str) -> None:
        """Takes a file down; fine when it is down already."""
        ...

    async def close(self) -> None:
        """Closes the connections; the place is not used afterwards."""
        ...


@runtime_checkable
class HasUploadHost(Protocol):
    """A provider whose service has a place for files of its own."""

    @property
    def upload_host(self) -> Host | None:
        """The place; None while the account has no right to it."""
        ...


def find_upload_host(provider: object) -> Host | None:
    """The place that a provider's own service has for files; None when it has none."""
    return provider.upload_host if isinstance(provider, HasUploadHost) else None


class ForeignUpload(RequestRejected):
    """A handle that no host has given, such as one from a damaged or foreign row."""


def require_own_name(name: str) -> None:
    """Checks that a file to be deleted has a name that a host of this program gave.

    Raises:
        ForeignUpload: It has not; it may be any other file of the user's.
    """
    if not _OWN_NAME.fullmatch(name):
        raise ForeignUpload("This is no file that was uploaded from here, so it is left there.")

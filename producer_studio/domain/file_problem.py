"""Differences between the files of a library and what it knows of them."""

from dataclasses import dataclass
from enum import StrEnum

from producer_studio.domain.ids import ClipId


class FileRole(StrEnum):
    """Role of a file for its clip; the values are words for the user."""

    SOUND = "sound"
    COVER = "cover"
    VIDEO = "video"
    EXPORT = "file by the service"
    RECIPE = "recipe"
    LYRICS = "lyrics"
    OTHER = "other file"


class FileState(StrEnum):
    MISSING = "missing"
    """It should be there, and is not, or is empty."""
    CHANGED = "changed"
    """Its content is not that which arrived."""
    FOREIGN = "foreign"
    """It does not belong to the library; never touched."""


@dataclass(frozen=True, slots=True)
class FileProblem:
    """File that is missing, changed or foreign.

    Attributes:
        path: Path relative to the library's folder, with slashes.
        clip: Clip that it belongs to; None for a foreign file beside the clips' folders.
        title: Title of that clip.
        detail: Further information as a sentence; empty for none.
    """

    state: FileState
    path: str
    role: FileRole = FileRole.OTHER
    clip: ClipId | None = None
    title: str = ""
    detail: str = ""

    @property
    def name(self) -> str:
        """Name of the file without its folder."""
        return self.path.rpartition("/")[2]

"""What happened to the library, as one typed value."""

from dataclasses import dataclass
from enum import StrEnum

from producer_studio.domain.ids import ClipId


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    MEDIA = "media"
    """The sound, cover, peaks or measurements."""
    DETAILS = "details"
    """Title, tags, notes, stars, favourite, heard."""
    EVERYTHING = "everything"
    """The library was opened, rebuilt or replaced: read again."""


@dataclass(frozen=True, slots=True)
class LibraryChange:
    """Published once for each change.

    Attributes:
        clips: Which clips.
        kind: What about them.
        origin: Who asked, so that a view can leave its own edit alone; None for the studio.
    """

    clips: frozenset[ClipId]
    kind: ChangeKind
    origin: object | None = None

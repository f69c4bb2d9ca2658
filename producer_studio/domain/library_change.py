"""Change of the library: a typed value with the values before and after."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from producer_studio.domain.ids import ClipId


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    """Moved to the trash, or deleted for good."""
    MEDIA = "media"
    """The sound, cover, peaks or measurements."""
    DETAILS = "details"
    """Title, tags, notes, stars, favourite, heard, tempo and key."""
    EVERYTHING = "everything"
    """The library was opened, rebuilt or replaced: read again."""


class ClipField(StrEnum):
    """A field that the user edits; the value is the name of the attribute of `Clip`."""

    TITLE = "title"
    TAGS = "tags"
    NOTES = "notes"
    STARS = "stars"
    FAVOURITE = "favourite"
    HEARD = "heard"
    BPM = "bpm_override"
    """None stands for the measured tempo."""
    KEY = "key_override"
    """An empty text stands for the measured key."""
    TRASHED = "trashed_at"


FieldValue = str | int | float | tuple[str, ...] | datetime | None


@dataclass(frozen=True, slots=True)
class FieldEdit:
    """Values of one field of several clips, before and after; the three tuples run in parallel."""

    field: ClipField
    clips: tuple[ClipId, ...]
    before: tuple[FieldValue, ...]
    after: tuple[FieldValue, ...]

    def inverse(self) -> "FieldEdit":
        """The edit that takes this one back."""
        return FieldEdit(self.field, self.clips, self.after, self.before)

    def exclude_clips(self, clips: Collection[ClipId]) -> "FieldEdit":
        """The same edit of all other clips."""
        rows = [
            row
            for row in zip(self.clips, self.before, self.after, strict=True)
            if row[0] not in clips
        ]
        return FieldEdit(
            self.field,
            tuple(clip for clip, _, _ in rows),
            tuple(before for _, before, _ in rows),
            tuple(after for _, _, after in rows),
        )


@dataclass(frozen=True, slots=True)
class LibraryChange:
    """Published once for each change.

    Attributes:
        clips: Which clips.
        kind: What about them.
        origin: Who asked, so that a view can leave its own edit alone; None for the studio.
        edits: The fields that the user edited, with their values before and after.
    """

    clips: frozenset[ClipId]
    kind: ChangeKind
    origin: object | None = None
    edits: tuple[FieldEdit, ...] = ()

    @classmethod
    def from_edits(
        cls, edits: tuple[FieldEdit, ...], origin: object | None = None
    ) -> "LibraryChange":
        """The change that some edits make, of the kind that follows from their fields."""
        kind = ChangeKind.DETAILS
        for edit in edits:
            if edit.field is ClipField.TRASHED:
                kind = ChangeKind.REMOVED if any(edit.after) else ChangeKind.ADDED
        return cls(frozenset().union(*(edit.clips for edit in edits)), kind, origin, edits)

    def inverse(self) -> "LibraryChange":
        """The change that takes the edits back."""
        return LibraryChange.from_edits(tuple(edit.inverse() for edit in self.edits), self.origin)

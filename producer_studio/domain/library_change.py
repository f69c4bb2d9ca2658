"""Change events of the library, with the values before and after."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from producer_studio.domain.ids import ClipId


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    """Moved to the trash, or deleted permanently."""
    MEDIA = "media"
    """Audio, cover, peaks or measurements."""
    DETAILS = "details"
    """Title, tags, notes, stars, favourite, heard, tempo and key."""
    PRESETS = "presets"
    """Presets of the compose form; no clips. Between processes only, see `ExternalChanges`."""
    PRESSES = "presses"
    """Presses were pinned or unpinned; no clips. Between processes only."""
    LISTS = "lists"
    """Saved searches, playlists or earlier queries; clips are the same."""
    EVERYTHING = "everything"
    """The library was opened, rebuilt or replaced: everything must be reloaded."""


class ClipField(StrEnum):
    """Field that the user can edit; the value is the name of the attribute of `Clip`."""

    TITLE = "title"
    TAGS = "tags"
    NOTES = "notes"
    STARS = "stars"
    FAVOURITE = "favourite"
    HEARD = "heard"
    BPM = "bpm_override"
    """None means the measured tempo."""
    KEY = "key_override"
    """An empty string means the measured key."""
    TRASHED = "trashed_at"
    ARTIST = "artist"
    """Tag of exported files, as are the following; an empty one is that of the settings."""
    ALBUM = "album"
    TRACK = "track_number"
    GENRE = "genre"
    YEAR = "year"
    COMMENT = "comment"
    EXPORT_LYRICS = "export_lyrics"
    EXPORT_COVER = "export_cover"
    """Name of a picture in the clip's folder."""


FieldValue = str | int | float | tuple[str, ...] | datetime | None


@dataclass(frozen=True, slots=True)
class TagChange:
    """Tags that several clips get or lose, whatever other tags each has.

    Attributes:
        add: Tags for each clip that lacks them.
        remove: Tags that no clip keeps, in any case; those of `add` are kept.
        rename: Tags with their new names, which take their places.
    """

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    rename: tuple[tuple[str, str], ...] = ()

    def apply(self, tags: tuple[str, ...]) -> tuple[str, ...]:
        """Returns the tags of a clip after the change."""
        added = {_tag_key(tag) for tag in self.add}
        removed = {_tag_key(tag) for tag in self.remove} - added
        new_names = {_tag_key(old): new for old, new in self.rename}
        kept: dict[str, str] = {}
        for tag in tags:
            key = _tag_key(tag)
            name = new_names.get(key, tag)
            if key not in removed:
                kept.setdefault(_tag_key(name), name)
        for tag in self.add:
            kept.setdefault(_tag_key(tag), tag)
        return tuple(kept.values())


@dataclass(frozen=True, slots=True)
class AppendedText:
    """Text that is added to that of each clip, in a paragraph of its own."""

    text: str

    def apply(self, before: str) -> str:
        """Returns the text of a clip after the change."""
        added = self.text.strip()
        return f"{before.rstrip()}\n\n{added}" if before.strip() and added else added or before


@dataclass(frozen=True, slots=True)
class OwnValues:
    """A value for each clip; the others are not changed."""

    values: Mapping[ClipId, FieldValue]


NewValue = FieldValue | TagChange | AppendedText | OwnValues
"""New value of a field: one for all clips, or one that depends on the clip."""


def _tag_key(tag: str) -> str:
    return " ".join(tag.split()).casefold()


@dataclass(frozen=True, slots=True)
class FieldEdit:
    """Values of one field of several clips, before and after; the three tuples run in parallel."""

    field: ClipField
    clips: tuple[ClipId, ...]
    before: tuple[FieldValue, ...]
    after: tuple[FieldValue, ...]

    def inverse(self) -> "FieldEdit":
        """Returns the edit that undoes this one."""
        return FieldEdit(self.field, self.clips, self.after, self.before)

    def exclude_clips(self, clips: Collection[ClipId]) -> "FieldEdit":
        """Returns the edit without the given clips."""
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
    """Change event, published once for each change.

    Attributes:
        clips: Ids of the changed clips.
        kind: Kind of the change.
        origin: Initiator of the change, so that a view can ignore its own edit; None for the
            studio.
        edits: Fields edited by the user, with their values before and after.
    """

    clips: frozenset[ClipId]
    kind: ChangeKind
    origin: object | None = None
    edits: tuple[FieldEdit, ...] = ()

    @classmethod
    def from_edits(
        cls, edits: tuple[FieldEdit, ...], origin: object | None = None
    ) -> "LibraryChange":
        """Builds the change event of some edits; its kind follows from their fields."""
        kind = ChangeKind.DETAILS
        for edit in edits:
            if edit.field is ClipField.TRASHED:
                kind = ChangeKind.REMOVED if any(edit.after) else ChangeKind.ADDED
        return cls(frozenset().union(*(edit.clips for edit in edits)), kind, origin, edits)

    def inverse(self) -> "LibraryChange":
        """Returns the change that undoes the edits."""
        return LibraryChange.from_edits(tuple(edit.inverse() for edit in self.edits), self.origin)

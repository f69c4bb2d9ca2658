"""Earlier versions of lyrics, so that a change can be looked at and taken back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from producer_studio.domain.field_reader import FieldReader

MAX_VERSIONS = 50
"""Versions that are kept of the lyrics of one operation."""

EDITING_TIME = timedelta(minutes=5)
"""How long a text is edited until it is kept as a version."""


class VersionReason(StrEnum):
    """Why a version was kept."""

    EDITED = "edited"
    SENT = "sent"
    ACCEPTED = "accepted"
    """It was written by a service, and taken into the form."""
    REPLACED = "replaced"
    """It was there before another text took its place."""


@dataclass(frozen=True, slots=True)
class LyricsVersion:
    """A text as it was at a time.

    Attributes:
        text: The lyrics.
        at: When it was kept, with a time zone.
        reason: Why.
    """

    text: str
    at: datetime
    reason: VersionReason

    def to_json(self) -> dict[str, Any]:
        return {"text": self.text, "at": self.at.isoformat(), "reason": self.reason.value}


@dataclass(frozen=True, slots=True)
class VersionHistory:
    """Versions of one text, oldest first."""

    versions: tuple[LyricsVersion, ...] = ()

    def with_version(self, version: LyricsVersion) -> "VersionHistory":
        """Returns the history with a version at its end; the oldest go beyond `MAX_VERSIONS`.

        An empty text is no version. A text that is the newest already is not kept twice: only its
        reason becomes the later one, unless that says less.
        """
        if not version.text.strip():
            return self
        newest = self.versions[-1] if self.versions else None
        if newest is not None and newest.text == version.text:
            if version.reason in {VersionReason.EDITED, VersionReason.REPLACED}:
                return self
            return VersionHistory((*self.versions[:-1], replace(version, text=newest.text)))
        return VersionHistory((*self.versions, version)[-MAX_VERSIONS:])

    def to_json(self) -> dict[str, Any]:
        return {"versions": [version.to_json() for version in self.versions]}

    @classmethod
    def from_json(cls, data: Mapping[str, object] | None) -> "VersionHistory":
        """Reads a stored history; versions that cannot be read are left out."""
        rows = FieldReader(data or {}).items("versions")[-MAX_VERSIONS:]
        found = [version for row in rows if (version := _parse_version(row)) is not None]
        return cls(tuple(found))


def _parse_version(row: object) -> LyricsVersion | None:
    if not isinstance(row, dict):
        return None
    reader = FieldReader(row)
    text = reader.text("text")
    at = reader.timestamp("at")
    reason = reader.choice("reason", VersionReason, VersionReason.EDITED)
    return LyricsVersion(text, at, reason) if text.strip() and at is not None else None

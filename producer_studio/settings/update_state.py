"""Source of release announcements, and the state of the last update check."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from producer_studio.domain.timestamps import parse_timestamp
from producer_studio.settings.decoding import decode_or
from producer_studio.settings.json_file import JsonFile

UPDATES_URL_VARIABLE = "PRODUCER_STUDIO_UPDATES"
"""Environment variable that overrides the announcement's URL for one run."""

_SOURCE_FILE = "updates.json"


@dataclass(frozen=True, slots=True)
class AnnouncementSource:
    """Built-in source of announcements.

    Attributes:
        url: URL of the announcement; empty until the project has one.
        public_key: Ed25519, 32 bytes in base64; empty where announcements are not signed.
    """

    url: str = ""
    public_key: str = ""


def read_built_in_source(resources: Path) -> AnnouncementSource:
    """Reads `updates.json` of the resources.

    Raises:
        OSError, ValueError: The installation is incomplete.
    """
    found = json.loads((resources / _SOURCE_FILE).read_text("utf-8"))
    return AnnouncementSource(url=str(found["url"]), public_key=str(found["public_key"]))


@dataclass(frozen=True, slots=True)
class UpdateState:
    """State of earlier update checks.

    Attributes:
        asked_at: Time of the last check, successful or not; None before the first one.
        url: URL of the announcement.
        announcement: Last valid announcement, unmodified; empty for none.
        dismissed: Version about which the user is not notified again; empty for none.
    """

    asked_at: datetime | None = None
    url: str = ""
    announcement: str = ""
    dismissed: str = ""


class UpdateStateFile:
    """File of `UpdateState` in the state folder; blocks, and must not run on the UI thread."""

    def __init__(self, path: Path) -> None:
        self._document = JsonFile(path)

    def read(self) -> UpdateState:
        """Reads the state; invalid fields get their defaults."""
        stored = self._document.peek()
        return UpdateState(
            asked_at=parse_timestamp(stored.get("asked_at")),
            url=decode_or(stored.get("url"), str, ""),
            announcement=decode_or(stored.get("announcement"), str, ""),
            dismissed=decode_or(stored.get("dismissed"), str, ""),
        )

    def write(self, state: UpdateState) -> None:
        """Writes the state.

        Raises:
            StorageError: Writing failed.
        """
        asked = state.asked_at
        self._document.write(
            {
                "asked_at": asked.isoformat() if asked is not None else None,
                "url": state.url,
                "announcement": state.announcement,
                "dismissed": state.dismissed,
            }
        )

"""Where releases are announced, and what was last read there."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from producer_studio.settings.json_file import JsonFile

UPDATES_URL_VARIABLE = "PRODUCER_STUDIO_UPDATES"
"""Names the address for one run, before all others."""

_SOURCE_FILE = "updates.json"


@dataclass(frozen=True, slots=True)
class AnnouncementSource:
    """What was built in.

    Attributes:
        url: Of the announcement; empty until the project has an address.
        public_key: Ed25519, 32 bytes in base64; empty where announcements are not signed.
    """

    url: str = ""
    public_key: str = ""


def read_built_in_source(resources: Path) -> AnnouncementSource:
    """Reads `updates.json` of the resources.

    Raises:
        OSError, ValueError: The installation is not whole.
    """
    found = json.loads((resources / _SOURCE_FILE).read_text("utf-8"))
    return AnnouncementSource(url=str(found["url"]), public_key=str(found["public_key"]))


@dataclass(frozen=True, slots=True)
class UpdateState:
    """What the studio knows from earlier.

    Attributes:
        asked_at: When it last asked, with or without an answer; None before the first time.
        url: Where the announcement came from.
        announcement: The last one that could be read, as it came; empty for none.
        dismissed: The version that is not to be mentioned again; empty for none.
    """

    asked_at: datetime | None = None
    url: str = ""
    announcement: str = ""
    dismissed: str = ""


class UpdateStateFile:
    """Keeps `UpdateState` in the state folder; blocks, and belongs on another thread."""

    def __init__(self, path: Path) -> None:
        self._document = JsonFile(path)

    def read(self) -> UpdateState:
        """What was kept; whatever is damaged was not."""
        stored = self._document.peek()
        return UpdateState(
            asked_at=_parse_time(stored.get("asked_at")),
            url=_text_or_empty(stored.get("url")),
            announcement=_text_or_empty(stored.get("announcement")),
            dismissed=_text_or_empty(stored.get("dismissed")),
        )

    def write(self, state: UpdateState) -> None:
        """Keeps it.

        Raises:
            StorageFault: The disk does not take it.
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


def _text_or_empty(value: object) -> str:
    return value if isinstance(value, str) else ""


def _parse_time(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(_text_or_empty(value))
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None

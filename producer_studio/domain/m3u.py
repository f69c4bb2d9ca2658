"""Extended M3U playlists in UTF-8 (`.m3u8`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from urllib.parse import unquote, urlsplit

from producer_studio.domain.text import to_single_line

_MAX_ENTRIES = 100_000
_NAME_TAG = "#PLAYLIST:"


@dataclass(frozen=True, slots=True)
class M3uEntry:
    """One line of a playlist file.

    Attributes:
        path: As written, without the form of a URL.
        title: May be empty.
        length_s: Length in seconds; None if the file does not say.
    """

    path: str
    title: str = ""
    length_s: float | None = None

    @property
    def file_name(self) -> str:
        """Last part of the path, whichever system has written it."""
        return self.path.replace("\\", "/").rpartition("/")[2]


def encode_m3u(name: str, entries: Sequence[M3uEntry]) -> str:
    """Returns the text of a playlist file."""
    lines = ["#EXTM3U", f"{_NAME_TAG}{to_single_line(name)}"]
    for entry in entries:
        lines.append(f"#EXTINF:{round(entry.length_s or -1)},{to_single_line(entry.title)}")
        # A comment else.
        lines.append(f"./{entry.path}" if entry.path.startswith("#") else entry.path)
    return "\n".join(lines) + "\n"


def parse_m3u(text: str) -> tuple[str, list[M3uEntry]]:
    """Returns the name of a playlist file (may be empty) and its entries; never raises."""
    name, title, length_s = "", "", None
    entries: list[M3uEntry] = []
    for line in text.removeprefix("\ufeff").splitlines():
        line = line.strip()
        if line.startswith("#EXTINF:"):
            seconds, _, title = line.removeprefix("#EXTINF:").partition(",")
            length_s = _parse_length(seconds)
        elif line.startswith(_NAME_TAG):
            name = line.removeprefix(_NAME_TAG).strip()
        elif line and not line.startswith("#") and len(entries) < _MAX_ENTRIES:
            entries.append(M3uEntry(_parse_path(line), title.strip(), length_s))
            title, length_s = "", None
    return name, entries


def entry_path(file: PurePath, folder: PurePath, *, is_absolute: bool) -> str:
    """Returns how a playlist file in a folder names a file."""
    if is_absolute or not folder.parts or file.anchor != folder.anchor:
        return str(file)
    shared = 0
    for one, other in zip(file.parts, folder.parts, strict=False):
        if one != other:
            break
        shared += 1
    return "/".join([*([".."] * (len(folder.parts) - shared)), *file.parts[shared:]])


def _parse_length(text: str) -> float | None:
    try:
        seconds = float(text.split()[0])
    except (ValueError, IndexError):
        return None
    return seconds if 0 < seconds < 1e7 else None


def _parse_path(line: str) -> str:
    if not line.lower().startswith("file:"):
        return line
    try:
        return unquote(urlsplit(line).path)
    except ValueError:
        return line

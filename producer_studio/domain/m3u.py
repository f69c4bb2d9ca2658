"""Extended M3U playlists in UTF-8 (`.m3u8`)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from urllib.parse import quote, unquote

from producer_studio.domain.text import to_single_line

_MAX_ENTRIES = 100_000
_NAME_TAG = "#PLAYLIST:"
_LINE_ENDS = re.compile(r"\r\n|\r|\n")
_FILE_PREFIX = re.compile(r"file:(//(localhost|[^/]*)(?=/))?", re.IGNORECASE)
_UNWRITABLE = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
_MISTAKABLE = re.compile(r"#|(?!/|[A-Za-z]:[\\/])[^/]*:")


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
        lines.append(_path_line(entry.path))
    return "\n".join(lines) + "\n"


def parse_m3u(text: str) -> tuple[str, list[M3uEntry]]:
    """Returns the name of a playlist file (may be empty) and its entries; never raises."""
    name, title, length_s = "", "", None
    entries: list[M3uEntry] = []
    # Not `splitlines`: names of files may contain what Python takes for the end of a line.
    for line in _LINE_ENDS.split(text.removeprefix("\ufeff")):
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


def _path_line(path: str) -> str:
    """Returns a path as one line that readers take for a path, and whose ends they keep."""
    if path == path.strip() and not _UNWRITABLE.search(path):
        # A comment else, or the address of another computer.
        return f"./{path}" if _MISTAKABLE.match(path) else path
    # What a line cannot hold is escaped, which readers do in addresses only.
    prefix = "file://" if path.startswith("/") else "file:"
    return prefix + quote(path, errors="surrogateescape")


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
    return unquote(_FILE_PREFIX.sub("", line), errors="surrogateescape")

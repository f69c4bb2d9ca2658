"""The list of recent files of Linux desktops, `recently-used.xbel`.

Its form is that of the Desktop Bookmark Specification 0.9
(https://www.freedesktop.org/wiki/Specifications/desktop-bookmark-spec/), as GTK and KDE read it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET
from xml.parsers import expat

from PySide6.QtCore import QMimeDatabase

from producer_studio.files.atomic_write import atomic_write
from producer_studio.files.regular_files import read_regular

MAX_BOOKMARKS = 1000
"""GTK 3.24 writes the newest 1,000 bookmarks of a longer list, as was tried with it."""

_MAX_BYTES = 8_000_000
_MAX_DEPTH = 50
_APPLICATION = "Producer Studio"
_COMMAND = "'producer-studio %u'"
_OWNER = "http://freedesktop.org"
_BOOKMARK = "http://www.freedesktop.org/standards/desktop-bookmarks"
_MIME = "http://www.freedesktop.org/standards/shared-mime-info"

ET.register_namespace("bookmark", _BOOKMARK)
ET.register_namespace("mime", _MIME)


def add_recently_used(list_file: Path, files: Sequence[Path], now: datetime) -> None:
    """Adds files to the list, or counts one use more of those in it; blocking.

    The oldest are removed where there are more than `MAX_BOOKMARKS`.

    Args:
        list_file: The list; it is created if it is missing.
        files: Absolute paths.
        now: Time of the use, with a time zone.

    Raises:
        OSError: The list cannot be read or written, or is longer than 8 MB.
        ValueError: It is not such a list, or declares entities. It is left as it is.
    """
    try:
        root = _parse(read_regular(list_file, _MAX_BYTES))
    except FileNotFoundError:
        root = ET.Element("xbel", version="1.0")
        list_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    time = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    for file in files:
        _add(root, file, time)
    bookmarks = root.findall("bookmark")
    bookmarks.sort(key=lambda one: one.get("modified", ""))
    for oldest in bookmarks[: max(0, len(bookmarks) - MAX_BOOKMARKS)]:
        root.remove(oldest)
    content = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    atomic_write(list_file, content, 0o600)


def _parse(content: bytes) -> ET.Element:
    """Parses a list.

    Raises:
        ValueError: It is not such a list, or declares entities, which could expand without limit.
    """
    depth = 0

    def on_start(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH:
            raise ValueError("its elements are nested too deeply")

    def on_end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse_entity(*_declaration: object) -> None:
        raise ValueError("it declares entities")

    checker = expat.ParserCreate()
    checker.StartElementHandler = on_start
    checker.EndElementHandler = on_end
    checker.EntityDeclHandler = refuse_entity
    builder = ET.TreeBuilder(insert_comments=True, insert_pis=True)
    try:
        checker.Parse(content, True)
        root = ET.fromstring(content, ET.XMLParser(target=builder))  # noqa: S314 - checked above
    except (expat.ExpatError, ET.ParseError) as error:
        raise ValueError(str(error)) from error
    if root.tag != "xbel":
        raise ValueError("it is no list of bookmarks")
    return root


def _add(root: ET.Element, file: Path, time: str) -> None:
    address = file.as_uri()
    bookmark = next((one for one in root.findall("bookmark") if one.get("href") == address), None)
    if bookmark is None:
        bookmark = ET.SubElement(root, "bookmark", href=address, added=time)
    bookmark.set("modified", time)
    bookmark.set("visited", time)
    metadata = _metadata(bookmark)
    mime_type = metadata.find(f"{{{_MIME}}}mime-type")
    if mime_type is None:
        mime_type = ET.SubElement(metadata, f"{{{_MIME}}}mime-type")
        mime_type.set("type", _mime_type(file))
    applications = metadata.find(f"{{{_BOOKMARK}}}applications")
    if applications is None:
        applications = ET.SubElement(metadata, f"{{{_BOOKMARK}}}applications")
    own = next((one for one in applications if one.get("name") == _APPLICATION), None)
    if own is None:
        own = ET.SubElement(applications, f"{{{_BOOKMARK}}}application", name=_APPLICATION)
    count = own.get("count", "")
    own.set("exec", _COMMAND)
    own.set("modified", time)
    own.set("count", str(int(count) + 1 if count.isdecimal() and len(count) < 10 else 1))


def _metadata(bookmark: ET.Element) -> ET.Element:
    """Returns the metadata of the desktop; adds it if it is missing."""
    info = bookmark.find("info")
    if info is None:
        info = ET.SubElement(bookmark, "info")
    metadata = next((one for one in info.findall("metadata") if one.get("owner") == _OWNER), None)
    if metadata is None:
        metadata = ET.SubElement(info, "metadata", owner=_OWNER)
    return metadata


def _mime_type(file: Path) -> str:
    match = QMimeDatabase.MatchMode.MatchExtension
    return QMimeDatabase().mimeTypeForFile(file.name, match).name()

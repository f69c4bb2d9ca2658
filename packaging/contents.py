"""What of all that the program's libraries bring is wanted in a frozen program.

The wheels of Qt bring every module, plugin and translation. PyInstaller follows what is imported,
and takes all plugins of a kind; from there on this file decides.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Protocol

Entry = tuple[str, str, str]
"""A row of PyInstaller's tables: place in the folder, file it is taken from, kind."""


class Analysis(Protocol):
    """What PyInstaller found, as far as it is read here."""

    binaries: list[Entry]
    datas: list[Entry]
    pure: list[Entry]


LATE_IMPORTS = (
    "httpcore._backends.anyio",
    "anyio._backends._asyncio",
    "uvicorn.lifespan.off",
    "uvicorn.lifespan.on",
    "uvicorn.loops.asyncio",
)
"""Modules that libraries import by name when they are used."""

NOT_WANTED: tuple[str, ...] = (
    "_distutils_hack",
    "IPython",
    "PySide6.QtConcurrent",
    "PySide6.QtMultimediaWidgets",
    "PySide6.QtQml",
    "PySide6.QtQuick",
    "curses",
    "distutils",
    "doctest",
    "dotenv",
    "h2",
    "httptools",
    "lib2to3",
    "numpy.distutils",
    "numpy.f2py",
    "numpy.testing",
    "pydoc_data",
    "pygments",
    "readline",
    "rich",
    "setuptools",
    "tkinter",
    "trio",
    "unittest",
    "uvloop",
    "watchfiles",
    "websockets",
    "wsproto",
    "xmlrpc",
    "yaml",
)
"""What libraries would use if it were there, and do without."""

if sys.platform != "win32":
    # Only consoles of Windows still speak these encodings.
    NOT_WANTED += ("_codecs_cn", "_codecs_hk", "_codecs_jp", "_codecs_kr", "_codecs_tw")

PLUGINS = {
    "iconengines": {"qsvgicon"},
    "imageformats": {"qgif", "qico", "qjpeg", "qsvg", "qwebp"},
    "platforminputcontexts": {
        "composeplatforminputcontextplugin",
        "ibusplatforminputcontextplugin",
    },
    "platforms": {"qcocoa", "qoffscreen", "qwayland", "qwindows", "qxcb"},
    "platformthemes": {"qgtk3", "qxdgdesktopportal"},
    "styles": {"qmacstyle", "qmodernwindowsstyle"},
    "wayland-decoration-client": {"adwaita", "bradient"},
    "wayland-shell-integration": {"xdg-shell"},
}
"""Qt's plugins by kind; what has no row here is left out.

The offscreen platform draws the tour where there is no display. The window is drawn by the
processor, so nothing of OpenGL is among them. Sound is decoded by PyAV, and QAudioSink needs no
plugin, so none of the media back ends is either.
"""

QT_TRANSLATIONS = {"qtbase_de.qm", "qtbase_zh_CN.qm"}
"""Qt's own texts, in the languages of the program."""

OPTIONAL = ("PySide6/Qt/plugins/platformthemes/libqgtk3.so",)
"""Parts that may miss libraries of the system: Qt goes on without them."""

FROM_THE_SYSTEM = sys.platform == "linux"
"""Whether libraries that come with the system stay there, where it keeps them safe."""

BROUGHT_ALONG = (
    # Called libbz2.so.1 outside Debian.
    "libbz2.so.1.0",
    # Qt needs them under X11, and many desktops come without.
    "libxcb-cursor.so.0",
    "libxcb-icccm.so.4",
    "libxcb-image.so.0",
    "libxcb-keysyms.so.1",
    "libxcb-render-util.so.0",
    "libxcb-util.so.1",
)
"""Libraries of the build system that go into the folder all the same."""

_SYSTEM_FOLDERS = ("/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/")


def wanted(table: Iterable[Entry]) -> list[Entry]:
    """The rows of PyInstaller's table of files that go into the folder, in order of their places.

    Of Qt these are the extension modules, the plugins named above, and every library that one of
    them needs.
    """
    chosen = sorted(row for row in table if _is_wanted(row))
    links = [row for row in chosen if row[2] == "SYMLINK"]
    files = [row for row in chosen if row[2] != "SYMLINK"]
    libraries = {PurePosixPath(place).name: (place, source) for place, source, _ in files}
    reached = _reached(
        [source for place, source, _ in files if not _is_qt_library(place)], libraries
    )
    kept = [row for row in files if not _is_qt_library(row[0]) or row[0] in reached]
    places = {place for place, _, _ in kept}
    # A link names its target from where it lies itself.
    kept += [row for row in links if str(PurePosixPath(row[0]).parent / row[1]) in places]
    return sorted(kept)


def write_down(analysis: Analysis, folder: Path) -> None:
    """Leaves what was put in, for the licences and the bill of materials: `contents.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [row for row in analysis.binaries + analysis.datas if row[2] != "SYMLINK"]
    told = {
        "files": sorted([place, source] for place, source, _ in files),
        "modules": sorted([name, source or ""] for name, source, _ in analysis.pure),
    }
    (folder / "contents.json").write_text(json.dumps(told, indent=1), "utf-8")


def _is_wanted(row: Entry) -> bool:
    place, source, kind = row
    parts = PurePosixPath(place.replace("\\", "/")).parts
    if "plugins" in parts and "PySide6" in parts:
        sort, name = parts[parts.index("plugins") + 1 :][:2]
        return _plain(name) in PLUGINS.get(sort, set())
    if "PySide6" in parts and "translations" in parts:
        return parts[-1] in QT_TRANSLATIONS
    if "PySide6" in parts and "qml" in parts:
        return False
    if parts[-1] in {"INSTALLER", "REQUESTED"} or "__pycache__" in parts:
        return False
    if FROM_THE_SYSTEM and kind == "BINARY" and source.startswith(_SYSTEM_FOLDERS):
        return parts[-1] in BROUGHT_ALONG
    return True


def _plain(name: str) -> str:
    """A library's name without what its system puts around it."""
    return name.split(".")[0].removeprefix("lib")


def _is_qt_library(place: str) -> bool:
    """Whether it is there only because something else needs it."""
    parts = PurePosixPath(place.replace("\\", "/")).parts
    if "PySide6" not in parts or "plugins" in parts:
        return False
    name = parts[-1].lower()
    return name.startswith(("libqt6", "qt6", "libav", "av", "libsw", "sw")) or ".framework" in place


def _is_code(source: str) -> bool:
    name = PurePosixPath(source.replace("\\", "/")).name
    return (
        name.endswith((".so", ".dll", ".pyd", ".dylib")) or ".so." in name or ".framework" in source
    )


def _reached(sources: list[str], libraries: dict[str, tuple[str, str]]) -> set[str]:
    """The places of all libraries that these files need, and those need, and so on."""
    # Only there while the program is being frozen.
    from PyInstaller.depend.bindepend import get_imports

    reached: set[str] = set()
    waiting = list(sources)
    while waiting:
        source = waiting.pop()
        if not _is_code(source):
            continue
        for name, _ in get_imports(source):
            place, found = libraries.get(PurePosixPath(name).name, ("", ""))
            if place and place not in reached:
                reached.add(place)
                waiting.append(found)
    return reached

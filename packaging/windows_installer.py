"""The setup for Windows: NSIS around the program's folder, for one user and without rights.

Away from Windows the script is compiled around a stand-in, so that a mistake in it is found on any
system; the setup itself is made on Windows, where its payload can be. NSIS writes the time of
compiling into a setup, so two of the same payload are not the same bytes; what they install is.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter

import icons
import signing
from producer_studio.ui.external_programs import AUDIO_SUFFIXES
from producer_studio.ui.style.theme import DARK

if TYPE_CHECKING:
    from PyInstaller.utils.win32.versioninfo import VSVersionInfo

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "packaging" / "windows" / "installer.nsi"
WORK = ROOT / "build" / "installer"

PROGRAMS = ("producer-studio.exe", "producer-studio-cli.exe")
"""The program with a window, and the one for a console."""

OFFERED = sorted(AUDIO_SUFFIXES - {".mp4", ".webm"})
"""What the studio is offered for under “Open with”: names of audio, not of films."""

OLDEST_BUILD = 17763
"""Windows 10, version 1809: the oldest that Qt 6.11 runs on."""

_SIDE = QSize(328, 628)
"""Twice what the page shows, for screens with twice the pixels."""
_ICON = 128

_PUBLISHER = "The Producer Studio maintainers"
_COPYRIGHT = "Free software under the GNU General Public License, version 3 or later"


class InstallerProblem(Exception):
    """The payload cannot be packed as it is; says why."""


def build(payload: Path, version: str, to: Path) -> list[Path]:
    """Writes the setup into `to`; elsewhere than on Windows compiles a stand-in and returns none.

    Raises:
        InstallerProblem: A file of the payload has a name that NSIS would read otherwise, or NSIS
            is missing.
        CalledProcessError: makensis or the signing program did not succeed; it has said why.
    """
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    if not (payload / PROGRAMS[0]).is_file():
        compiled(stand_in(WORK / "stand-in"), version, WORK)
        sys.stdout.write("The setup's script compiles. The setup itself is made on Windows.\n")
        return []
    signs = [signing.sign_for_windows(payload / name, os.environ) for name in PROGRAMS]
    if not all(signs):
        signing.notice("The setup for Windows", "WINDOWS_CERTIFICATE_THUMBPRINT")
    to.mkdir(parents=True, exist_ok=True)
    setup = to / f"ProducerStudio-{version}-setup.exe"
    compiled(payload, version, WORK).replace(setup)
    return [setup]


def stand_in(folder: Path) -> Path:
    """A folder with the shape of a payload, and nothing in it that runs."""
    for name in (*PROGRAMS, "_internal/base_library.zip", "_internal/Größe/$Recipe.txt"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"A stand-in for {name}\n", "utf-8")
    return folder


def compiled(
    payload: Path, version: str, work: Path, *, target: str = "x86-unicode", proof: bool = False
) -> Path:
    """Compiles the script around a payload, with warnings as errors; returns the setup.

    Args:
        work: Gets the setup, its icon and what the script includes.
        target: What the setup's own code is for. It is a small program that runs on every Windows;
            the programs that it installs are of 64 bits.
        proof: Whether the uninstaller leaves a note of the library it has found.

    Raises:
        InstallerProblem: See `build`.
        CalledProcessError: makensis did not succeed.
    """
    makensis = _makensis()
    setup = work / f"ProducerStudio-{version}-setup.exe"
    work.mkdir(parents=True, exist_ok=True)
    script = work / "facts.nsh"
    icon = icons.write_ico(work / "producer-studio.ico")
    side = write_side(work / "side.bmp")
    script.write_text(facts(payload, version, setup, icon, side), "utf-8-sig")
    subprocess.run(
        [
            makensis, "-WX", "-V2", "-INPUTCHARSET", "UTF8", f"-XTarget {target}",
            f"-DFACTS={script.resolve()}", *(["-DPROOF"] if proof else []), str(SCRIPT),
        ],
        check=True,
        stdout=sys.stderr,
    )  # fmt: skip
    return setup


def write_side(path: Path) -> Path:
    """Draws what stands beside the first and the last page: the icon on the window's ground."""
    image = QImage(_SIDE, QImage.Format.Format_RGB32)
    image.fill(DARK.ground)
    drawn = QImage.fromData(icons.png(_ICON))
    painter = QPainter(image)
    painter.drawImage((_SIDE.width() - _ICON) // 2, _ICON, drawn)
    painter.end()
    # The stub wants bytes for the name of a format, the library a text.
    if not image.save(str(path), "BMP"):  # type: ignore[call-overload]
        raise InstallerProblem(f"{path} could not be written.")
    return path


def facts(payload: Path, version: str, setup: Path, icon: Path, side: Path) -> str:
    """What the script includes: names, sizes, and every file and folder one by one.

    Raises:
        InstallerProblem: A name has a sign that stands for something else in NSIS.
    """
    files = sorted(path for path in payload.rglob("*") if path.is_file())
    kib = sum(-(-path.stat().st_size // 1024) for path in files)
    lines = [
        f'!define OUT "{_plain(str(setup.resolve()))}"',
        f'!define ICON "{_plain(str(icon.resolve()))}"',
        f'!define SIDE "{_plain(str(side.resolve()))}"',
        f'!define VERSION "{version}"',
        f'!define VERSION_OF_FOUR "{version_of_four(version)}"',
        f'!define PUBLISHER "{_PUBLISHER}"',
        f'!define COPYRIGHT "{_COPYRIGHT}"',
        f"!define SIZE_KIB {kib}",
        f"!define OLDEST_BUILD {OLDEST_BUILD}",
    ]
    sign = signing.windows_command(os.environ)
    if sign is not None:
        lines.append(f"!define SIGN '{' '.join(_argument(part) for part in sign)}'")
    names = [path.relative_to(payload).as_posix() for path in files]
    folders = sorted(
        {str(parent) for name in names for parent in PurePosixPath(name).parents} - {"."}
    )
    lines += ["!macro PutFiles", *_put(payload, names), "!macroend"]
    lines += ["!macro TakeFiles", *(f'Delete "{_installed(name)}"' for name in names), "!macroend"]
    # The innermost first; a folder in which something else lies stays.
    emptied = reversed(folders)
    lines += ["!macro TakeFolders", *(f'RMDir "{_installed(name)}"' for name in emptied)]
    lines += ["!macroend", "!macro AddOpenWith", *(_offer(suffix) for suffix in OFFERED)]
    lines += ["!macroend", "!macro RemoveOpenWith", *(_withdraw(suffix) for suffix in OFFERED)]
    return "\n".join([*lines, "!macroend", ""])


def properties(version: str) -> "VSVersionInfo":
    """What Windows shows of the programs themselves, for PyInstaller."""
    # Only there while the program is being frozen.
    from PyInstaller.utils.win32.versioninfo import (
        FixedFileInfo,
        StringFileInfo,
        StringStruct,
        StringTable,
        VarFileInfo,
        VarStruct,
        VSVersionInfo,
    )

    four = tuple(int(number) for number in version_of_four(version).split("."))
    said = {
        "CompanyName": _PUBLISHER,
        "FileDescription": "Producer Studio",
        "FileVersion": version,
        "LegalCopyright": _COPYRIGHT,
        "ProductName": "Producer Studio",
        "ProductVersion": version,
    }
    # English of the United States, in Unicode.
    table = StringTable("040904B0", [StringStruct(name, text) for name, text in said.items()])
    return VSVersionInfo(
        ffi=FixedFileInfo(filevers=four, prodvers=four),
        kids=[StringFileInfo([table]), VarFileInfo([VarStruct("Translation", [0x0409, 1200])])],
    )


def version_of_four(version: str) -> str:
    """A version as Windows wants it: four numbers, without words like rc."""
    numbers = []
    for part in version.split(".")[:4]:
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        numbers.append(digits or "0")
    return ".".join((numbers + ["0"] * 4)[:4])


def _put(payload: Path, names: list[str]) -> list[str]:
    lines = []
    before = None
    for name in names:
        folder = str(PurePosixPath(name).parent)
        if folder != before:
            lines.append(f'SetOutPath "{_installed(folder)}"')
            before = folder
        lines.append(f'File "{_plain(str((payload / name).resolve()))}"')
    return lines


def _installed(name: str) -> str:
    """A place on the user's disk, where a $ would begin a variable."""
    below = "" if name == "." else "\\" + _plain(name).replace("/", "\\").replace("$", "$$")
    return f"$INSTDIR{below}"


def _plain(text: str) -> str:
    wild = sorted(set('"*?') & set(text))
    if wild:
        raise InstallerProblem(f"“{text}” has {' and '.join(wild)} in its name.")
    return text


def _argument(text: str) -> str:
    return f'"{text}"' if " " in text else text


def _offer(suffix: str) -> str:
    kinds = f'"${{CLASSES}}\\{suffix}\\OpenWithProgids" "${{KIND}}"'
    program = f'"${{CLASSES}}\\Applications\\${{PROGRAM}}.exe\\SupportedTypes" "{suffix}"'
    return f'WriteRegStr HKCU {kinds} ""\nWriteRegStr HKCU {program} ""'


def _withdraw(suffix: str) -> str:
    """Takes away only what `_offer` added, and keys that were made for it alone."""
    key = f'HKCU "${{CLASSES}}\\{suffix}'
    return "\n".join((
        f'DeleteRegValue {key}\\OpenWithProgids" "${{KIND}}"',
        f'DeleteRegKey /ifempty {key}\\OpenWithProgids"',
        f'DeleteRegKey /ifempty {key}"',
    ))  # fmt: skip


def _makensis() -> str:
    found = shutil.which("makensis")
    usual = Path(os.environ.get("PROGRAMFILES(X86)", "")) / "NSIS" / "makensis.exe"
    if found is None and usual.is_file():
        # Its own setup puts it there, and not on the path.
        return str(usual)
    if found is None:
        raise InstallerProblem("NSIS is missing. Install it, so that makensis can be called.")
    return found

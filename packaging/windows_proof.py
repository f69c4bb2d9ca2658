"""Tries the setup for Windows under Wine, around programs that only wait.

    build/environment/bin/python packaging/windows_proof.py        needs wine, wine64 and nsis

A setup installs, a newer one takes its place, and the uninstaller takes everything away but what is
the user's. Real Windows and the real program are tried by the release workflow.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import windows_installer

# Says that it runs, and ends when it is told to by the absence of a file.
_WAITING_PROGRAM = """\
Unicode true
Name "stand-in"
OutFile "{out}"
RequestExecutionLevel user
SilentInstall silent
Section
  FileOpen $0 "$LOCALAPPDATA\\it-runs" w
  FileClose $0
  again:
  IfFileExists "$LOCALAPPDATA\\stay-open" 0 done
  Sleep 50
  Goto again
  done:
SectionEnd
"""

_UNINSTALL = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\ProducerStudio"
_CLASSES = r"HKCU\Software\Classes"
_PATIENCE_S = 60

_DONE, _OPEN, _TOO_OLD = 0, 3, 4


class Wine:
    """A Windows of its own in a folder."""

    def __init__(self, folder: Path) -> None:
        self.environ = {
            **os.environ, "WINEPREFIX": str(folder), "WINEARCH": "win64", "WINEDEBUG": "-all",
            # Neither a browser engine nor .NET is asked for.
            "WINEDLLOVERRIDES": "mscoree,mshtml=", "DISPLAY": "",
        }  # fmt: skip
        self.run("wineboot", "--init")
        self.wait()
        self.home = folder / "drive_c" / "users" / (os.environ.get("USER") or "root")

    def run(self, *command: str) -> int:
        return subprocess.run(
            ["wine", *command], env=self.environ, capture_output=True, check=False
        ).returncode

    def become(self, version: str) -> None:
        """Takes on the ways of another Windows, such as win10."""
        self.run("winecfg", "-v", version)
        self.wait()

    def start(self, *command: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            ["wine", *command], env=self.environ,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def wait(self) -> None:
        """Waits until nothing runs any more: an uninstaller goes on in a copy of itself."""
        subprocess.run([_wineserver(), "-w"], env=self.environ, check=True)

    def registry(self, key: str, name: str = "") -> str | None:
        """A value of the registry, the key's own without a name; None when there is none."""
        asked = ["/v", name] if name else ["/ve"]
        command = ["wine", "reg", "query", key, *asked]
        told = subprocess.run(command, env=self.environ, capture_output=True, check=False)
        if told.returncode:
            return None
        told_lines = told.stdout.decode("utf-8", "replace").splitlines()
        value = next((line for line in told_lines if "    REG_" in line), "")
        return value.split("    REG_", 1)[-1].partition("    ")[2].strip()


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        before = _setup(work / "before", "0.0.9", "_internal/old only.txt")
        after = _setup(work / "after", "0.1.0", "_internal/new only.txt")
        wine = Wine(work / "wine")
        for done in _story(wine, before, after):
            print(f"  {done}")
    print("The setup does what it should, under Wine.")
    return 0


def _story(wine: Wine, before: Path, after: Path) -> Iterator[str]:
    local = wine.home / "AppData" / "Local"
    place = local / "Programs" / "Producer Studio"
    clip = wine.home / "Music" / "Producer Studio" / "2026" / "Glück" / "recipe.json"
    own = place / "my own notes.txt"
    note = local / "library.txt"
    settings = local / "producer-studio" / "preferences.json"
    shortcut = r"Microsoft\Windows\Start Menu\Programs\Producer Studio.lnk".replace("\\", "/")
    link = wine.home / "AppData" / "Roaming" / shortcut
    for path in (clip, settings):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}", "utf-8")
    wine.run("reg", "add", rf"{_CLASSES}\.mp3", "/ve", "/d", "Another.Player", "/f")

    wine.become("win7")
    _hold(wine.run(str(before), "/S") == _TOO_OLD, "It was installed on too old a Windows.")
    wine.become("win10")
    _hold(not place.exists(), "Something was installed on too old a Windows.")
    yield "refused by a Windows that is too old"

    _hold(wine.run(str(before), "/S") == _DONE, "The setup did not succeed.")
    files = {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()}
    wanted = {
        *windows_installer.PROGRAMS, "uninstall.exe", "_internal/old only.txt",
        "_internal/base_library.zip", "_internal/Größe/$Recipe.txt",
    }  # fmt: skip
    _hold(files == wanted, f"These files are not as they should be: {files ^ wanted}")
    _hold(link.is_file(), "The Start menu has no entry.")
    _hold(not (wine.home / "Desktop" / link.name).exists(), "Nobody asked for a shortcut.")
    _hold(wine.registry(_UNINSTALL, "DisplayVersion") == "0.0.9", "The version is not listed.")
    quiet = wine.registry(_UNINSTALL, "QuietUninstallString") or ""
    _hold(quiet.endswith('uninstall.exe" /S'), "It cannot be removed quietly.")
    size = wine.registry(_UNINSTALL, "EstimatedSize") or "0"
    _hold(int(size, 16) > 0, "Its size is not listed.")
    yield f"installed for one user: {len(files)} files, Start menu, list of programs"

    offered = rf"{_CLASSES}\.mp3\OpenWithProgids"
    _hold(wine.registry(offered, "ProducerStudio.Audio") is not None, "It is not offered for MP3.")
    opens = wine.registry(rf"{_CLASSES}\ProducerStudio.Audio\shell\open\command") or ""
    _hold(opens.endswith('producer-studio.exe" window -- "%1"'), f"This opens a file: {opens}")
    default = wine.registry(rf"{_CLASSES}\.mp3")
    _hold(default == "Another.Player", "It took the place of what opened MP3.")
    yield "offered under “Open with”; the default stays as it was"

    own.write_text("mine", "utf-8")
    with _kept_open(wine, place / "producer-studio.exe") as program:
        _hold(wine.run(str(after), "/S") == _OPEN, "A program that runs was not noticed.")
        _hold(program.poll() is None, "The program was ended.")
        _hold((place / "_internal" / "old only.txt").is_file(), "A file was taken all the same.")
    yield "a program that runs is noticed, left alone and not touched"

    _hold(wine.run(str(after), "/S") == _DONE, "The newer setup did not succeed.")
    _hold(not (place / "_internal" / "old only.txt").exists(), "An old file was left over.")
    _hold((place / "_internal" / "new only.txt").is_file(), "A new file is missing.")
    _hold(wine.registry(_UNINSTALL, "DisplayVersion") == "0.1.0", "The list has the old version.")
    _hold(own.is_file() and link.is_file(), "Something of the user's is gone.")
    yield "upgraded in place: files of the old version are gone"

    with _kept_open(wine, place / "producer-studio-cli.exe"):
        for written, library in _settings(wine.home):
            settings.write_text(written, "utf-8")
            note.unlink(missing_ok=True)
            # It goes on in a copy of itself, and this call does not wait for that.
            wine.run(str(place / "uninstall.exe"), "/S")
            _until(lambda: note.is_file() and note.stat().st_size > 0, "It wrote no note.")
            told = note.read_bytes().decode("utf-16-le")
            _hold(told == library, f"It says that the library is in {told}.")
        yield "says where the library is, also where the settings name another folder"
        _hold((place / "_internal" / "new only.txt").is_file(), "It was removed while it ran.")
    wine.run(str(place / "uninstall.exe"), "/S")
    wine.wait()
    left = [path for path in place.rglob("*") if path.is_file()]
    _hold(left == [own], f"These files are left: {left}")
    _hold(not link.exists(), "The entry of the Start menu is left.")
    _hold(wine.registry(_UNINSTALL, "DisplayName") is None, "It is still in the list.")
    _hold(wine.registry(offered, "ProducerStudio.Audio") is None, "It is still offered for MP3.")
    kinds = rf"{_CLASSES}\ProducerStudio.Audio\shell\open\command"
    _hold(wine.registry(kinds) is None, "Its kind of file is left.")
    _hold(wine.registry(rf"{_CLASSES}\.mp3") == "Another.Player", "MP3 lost its program.")
    _hold(clip.is_file() and settings.is_file(), "Something of the library is gone.")
    yield "removed: library, settings and a file of the user's in the same folder are kept"


def _settings(home: Path) -> Iterator[tuple[str, str]]:
    """Settings as the program writes them, and where the library is by them."""
    usual = rf"C:\users\{home.name}\Music\Producer Studio"
    for chosen in ("", r"D:\Größe\音楽 & more", r"\\server\share\songs"):
        values = {"theme": "dark", "library_dir": chosen, "volume": 0.5}
        yield json.dumps(values, ensure_ascii=False, indent=2) + "\n", chosen or usual
    yield "no JSON at all", usual


@contextmanager
def _kept_open(wine: Wine, path: Path) -> "Iterator[subprocess.Popen[bytes]]":
    """Runs a stand-in for as long as the block lasts."""
    stay = wine.home / "AppData" / "Local" / "stay-open"
    runs = stay.with_name("it-runs")
    stay.touch()
    program = wine.start(str(path))
    try:
        _until(runs.exists, "The stand-in did not start.")
        yield program
    finally:
        stay.unlink()
        wine.wait()
        program.wait()
        runs.unlink(missing_ok=True)


def _setup(folder: Path, version: str, extra: str) -> Path:
    payload = windows_installer.stand_in(folder / "payload")
    for name in windows_installer.PROGRAMS:
        script = folder / "program.nsi"
        script.write_text(_WAITING_PROGRAM.format(out=payload / name), "utf-8")
        command = ["makensis", "-V2", "-XTarget amd64-unicode", str(script)]
        subprocess.run(command, check=True, stdout=sys.stderr)
    (payload / extra).write_text(extra, "utf-8")
    # Debian's Wine for 64 bits runs nothing of 32.
    return windows_installer.compiled(
        payload, version, folder / "work", target="amd64-unicode", proof=True
    )


def _wineserver() -> str:
    found = shutil.which("wineserver") or shutil.which("wineserver64", path="/usr/lib/wine")
    if found is None:
        raise SystemExit("Wine is missing. Install wine and wine64.")
    return found


def _until(fact: Callable[[], bool], otherwise: str) -> None:
    latest = time.monotonic() + _PATIENCE_S
    while not fact():
        _hold(time.monotonic() < latest, otherwise)
        time.sleep(0.05)


def _hold(fact: bool, otherwise: str) -> None:
    if not fact:
        raise SystemExit(otherwise)


if __name__ == "__main__":
    sys.exit(main())

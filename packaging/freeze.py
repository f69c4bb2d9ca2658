"""Freezes the program: one folder that runs where no Python is installed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import licences
import runpaths

ROOT = Path(__file__).resolve().parent.parent
NAME = "producer-studio"
SPEC = ROOT / "packaging" / f"{NAME}.spec"

_LARGEST = 10


def freeze(to: Path, epoch: int) -> Path:
    """Writes the folder below `to` and returns it; prints its size and its largest parts.

    The same sources, environment and `epoch` give the same bytes.

    Args:
        to: Emptied first.
        epoch: Seconds since 1970 that every file gets as its time.

    Raises:
        CalledProcessError: PyInstaller did not succeed; it has said why.
        LicenceMissing: Something would be shipped without its licence.
    """
    work = to.parent / "freeze"
    for folder in (to, work):
        shutil.rmtree(folder, ignore_errors=True)
    environ = {**os.environ, "PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": str(epoch)}
    subprocess.run(
        [
            sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "ERROR",
            "--distpath", str(to), "--workpath", str(work), str(SPEC),
        ],
        check=True,
        env=environ,
    )  # fmt: skip
    payload = to / NAME
    if sys.platform == "linux":
        strip(payload)
        runpaths.drop(payload)
    parts = licences.collect(payload, work / NAME / "contents.json")
    settle(payload, epoch)
    print_sizes(payload, parts)
    return payload


def strip(payload: Path) -> None:
    """Takes the symbols out of the interpreter, ICU and the extension modules: 45 MB.

    The other libraries that wheels vendor are left as they are: patchelf has rewritten their
    headers, and after strip the loader refuses them ("not page-aligned").
    """
    files = [
        path
        for path in sorted(payload.rglob("*.so*"))
        if path.is_file() and not path.is_symlink() and _may_be_stripped(path)
    ]
    subprocess.run(["strip", "--strip-unneeded", *map(str, files)], check=True)


def _may_be_stripped(path: Path) -> bool:
    if path.name.startswith(("libpython", "libicu")):
        return True
    return ".libs" not in path.parent.name and "PySide6" not in path.parts


def settle(payload: Path, epoch: int) -> None:
    """Gives every file the same time, and the rights it has once installed."""
    for path in [payload, *payload.rglob("*")]:
        if path.is_symlink():
            continue
        runs = path.is_dir() or (path.parent == payload and path.stem.startswith(NAME))
        path.chmod(0o755 if runs else 0o644)
        os.utime(path, (epoch, epoch))


def print_sizes(payload: Path, parts: "list[licences.Part]") -> None:
    """Prints what the folder weighs, and what in it weighs most."""
    files = [path for path in payload.rglob("*") if path.is_file() and not path.is_symlink()]
    whole = sum(path.stat().st_size for path in files)
    sys.stdout.write(f"{payload.name}: {megabytes(whole)} in {len(files)} files\n")
    largest = sorted(parts, key=lambda part: part.size, reverse=True)[:_LARGEST]
    for part in largest:
        sys.stdout.write(f"  {megabytes(part.size):>9}  {part.name} {part.version}\n")


def megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"

"""No library of the frozen program looks for others in a folder of the building machine."""

import ctypes
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import runpaths

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or any(shutil.which(tool) is None for tool in ("cc", "objdump")),
    reason="links a library for Linux, which takes a C compiler and binutils",
)


def linked(folder: Path, looks_in: str) -> Path:
    path = folder / f"lib{abs(hash(looks_in))}.so"
    source = folder / "one.c"
    source.write_text("int seven(void) { return 7; }")
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-o", path, source, f"-Wl,-rpath,{looks_in}"], check=True
    )
    return path


def looks_in(path: Path) -> list[str]:
    told = subprocess.run(["objdump", "-p", path], capture_output=True, text=True, check=True)
    return [line.split()[1] for line in told.stdout.splitlines() if "PATH" in line]


def test_a_folder_of_the_builder_goes_and_the_library_still_loads(tmp_path: Path) -> None:
    path = linked(tmp_path, "/opt/builder/lib")
    before = path.stat().st_size
    assert looks_in(path) == ["/opt/builder/lib"]
    assert runpaths.drop(tmp_path) == [path]
    assert looks_in(path) == []
    assert path.stat().st_size == before
    assert ctypes.CDLL(str(path)).seven() == 7
    assert runpaths.drop(tmp_path) == []


def test_what_counts_from_the_file_itself_stays(tmp_path: Path) -> None:
    path = linked(tmp_path, "$ORIGIN/../libs")
    (tmp_path / "notes.txt").write_text("no library")
    assert runpaths.drop(tmp_path) == []
    assert looks_in(path) == ["$ORIGIN/../libs"]

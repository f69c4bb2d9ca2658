"""Below the window paths are checked by functions that do not take an error of the drive for "no".

The methods of `Path` return False for every error from Python 3.14 on, so that files of a drive
that reports errors would count as missing.
"""

import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "producer_studio"
FOLDERS = ("cli", "files", "library", "providers", "settings", "studio")

_RAW = re.compile(r"(?<!\binfo)\.(?:(?:exists|is_file|is_dir)\(\)|(?:is_file|is_dir)\b(?!\())")

OF_THE_PROGRAM = {
    "library/errors.py": "the kind of a known error, told in words",
    "providers/http/certificates.py": "certificates of the system",
    "settings/licence_manifest.py": "files of the program",
    "studio/updates/installation.py": "files of the program",
}
"""Files that are no user's, where an error is a "no"."""


@pytest.mark.parametrize(
    "path",
    [path for name in FOLDERS for path in sorted((PACKAGE / name).rglob("*.py"))],
    ids=lambda path: path.relative_to(PACKAGE).as_posix(),
)
def test_paths_are_checked_by_functions(path: Path) -> None:
    code = path.read_text("utf-8")
    found = _RAW.findall(code.replace("`Path.", "`"))  # docstrings name them
    assert bool(found) == (path.relative_to(PACKAGE).as_posix() in OF_THE_PROGRAM)


@pytest.mark.parametrize(
    "code", ["if path.exists():", "folder.parent.is_dir()", "to_thread(path.is_file)"]
)
def test_raw_checks_are_noticed(code: str) -> None:
    assert _RAW.search(code)

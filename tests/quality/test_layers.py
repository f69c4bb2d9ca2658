"""Everything below the window works where Qt is not installed."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

_WITHOUT_QT = """
import sys
for name in ("PySide6", "shiboken6", "qasync"):
    sys.modules[name] = None
import pytest
sys.exit(pytest.main([
    "-q", "-p", "no:pytest-qt", "-p", "no:cacheprovider",
    "-W", "ignore::pytest.PytestConfigWarning",
    "-o", "addopts=--import-mode=importlib", *sys.argv[1:],
]))
"""


def _pytest_without_qt(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", _WITHOUT_QT, *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_every_unit_test_can_be_loaded_without_qt() -> None:
    ended = _pytest_without_qt("--collect-only", "tests/unit")
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]


def test_the_engines_pass_without_qt() -> None:
    ended = _pytest_without_qt("tests/unit/domain", "tests/unit/settings", "tests/unit/library")
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]

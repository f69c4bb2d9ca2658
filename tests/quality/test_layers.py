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


def test_every_test_of_an_engine_can_be_loaded_without_qt() -> None:
    ended = _pytest_without_qt("--collect-only", "tests/unit", "tests/integration")
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]


_IMPORT_ALL = """
import importlib, pkgutil, sys
for name in ("PySide6", "shiboken6", "qasync"):
    sys.modules[name] = None
import producer_studio
above = ("producer_studio.ui", "producer_studio.app", "producer_studio.main")
count = 0
for module in pkgutil.walk_packages(producer_studio.__path__, "producer_studio."):
    if not module.name.startswith(above) and not module.name.endswith("__main__"):
        importlib.import_module(module.name)
        count += 1
print(count)
"""


def test_every_module_below_the_window_can_be_imported_without_qt() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _IMPORT_ALL], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert int(ended.stdout) > 200

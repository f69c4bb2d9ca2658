"""Plugin for pytest that writes the ids of failed tests to a file, or runs only those of a file.

Unlike pytest's own `--last-failed` it keeps a test whose worker crashed and that passed in another.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--failed-to", type=Path, help="write the ids of failed tests to this file")
    parser.addoption("--only-of", type=Path, help="run only the tests whose ids are in this file")


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("--failed-to")
    if path is not None and not hasattr(config, "workerinput"):  # no worker of pytest-xdist
        config.pluginmanager.register(_Recorder(path))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    path = config.getoption("--only-of")
    if path is None:
        return
    wanted = set(path.read_text("utf-8").splitlines())
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in wanted])
    items[:] = [item for item in items if item.nodeid in wanted]


class _Recorder:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._failed: dict[str, None] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed[report.nodeid] = None

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self) -> Iterator[None]:
        self._path.write_text("".join(f"{each}\n" for each in self._failed), "utf-8")
        return (yield)

"""Plugin for pytest that writes the ids of failed tests to a file, or runs only those of a file.

Unlike pytest's own `--last-failed` it keeps a test whose worker crashed and that passed in another.
Failed tests are printed at once, so that the output of a run that was ended names them too.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    # The tests can run without workers, and without pytest-xdist.
    from xdist.scheduler import LoadFileScheduling
    from xdist.workermanage import WorkerController


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--failed-to", type=Path, help="write the ids of failed tests to this file")
    parser.addoption("--only-of", type=Path, help="run only the tests whose ids are in this file")


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("--failed-to")
    if path is not None and not hasattr(config, "workerinput"):  # no worker of pytest-xdist
        config.pluginmanager.register(_Recorder(config, path))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    path = config.getoption("--only-of")
    if path is None:
        return
    wanted = set(path.read_text("utf-8").splitlines())
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid not in wanted])
    items[:] = [item for item in items if item.nodeid in wanted]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadFileScheduling | None:
    """Hands out tests file by file, also after the crash of a worker.

    The scheduler of pytest-xdist 3.8 hands out the files that a crashed worker had finished again,
    without tests; a worker that replaces it waits for ever after the first of these where no other
    worker is left, and the run never ends. It runs the test that crashed again and again as well,
    which takes its time limit each time if it hangs. Where two workers are replaced at once, it
    raises a KeyError.
    """
    if config.getoption("dist") != "loadfile":
        return None
    # The tests can run without workers, and without pytest-xdist.
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):  # type: ignore[misc]
        def remove_node(self, node: WorkerController) -> str | None:
            files = self.assigned_work[node]
            unfinished = [test for tests in files.values() for test in tests if not tests[test]]
            crashed = unfinished[0] if unfinished else None
            for tests in files.values():
                if crashed in tests:
                    tests[crashed] = True
            for file in [file for file, tests in files.items() if all(tests.values())]:
                del files[file]
            super().remove_node(node)
            return crashed

        def _reschedule(self, node: WorkerController) -> None:
            # One that replaces a crashed worker may not have collected its tests yet.
            if node in self.registered_collections:
                super()._reschedule(node)

    return Scheduling(config, log)


class _Recorder:
    def __init__(self, config: pytest.Config, path: Path) -> None:
        self._config = config
        self._path = path
        self._failed: dict[str, None] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed[report.nodeid] = None
            reporter = self._config.pluginmanager.getplugin("terminalreporter")
            if reporter is not None:
                reporter.write_line(f"\nFAILED {report.nodeid}")

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self) -> Iterator[None]:
        self._path.write_text("".join(f"{each}\n" for each in self._failed), "utf-8")
        return (yield)

"""What holds for every kind of test."""

import atexit
import contextlib
import gc
import logging
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from producer_studio.ui.import_hook import remove_pyside_import_hook
from tests.matrix.table import client_table, table
from tests.support.leak_checks import ErrorLog, check_log, check_threads, check_windows
from tests.support.main_thread_collection import collect_in_this_thread

# The plug-in for Qt would import it later, with a hook that reads the source of every module.
with contextlib.suppress(ImportError):  # absent where the tests of the engines run alone
    import PySide6.QtCore  # noqa: F401 - as above
remove_pyside_import_hook()

# No test may find, or leave, a key in the keychain of whoever runs it; those about the keychain
# bring one of their own.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
# What a child process keeps for the report of its crash is not to lie among the user's own.
_STATE = tempfile.TemporaryDirectory(prefix="producer-studio-tests-")
atexit.register(_STATE.cleanup)
os.environ.setdefault("XDG_STATE_HOME", _STATE.name)
# Texts are English, whatever language the system of whoever runs the tests has.
os.environ["LC_ALL"] = "C.UTF-8"
os.environ.pop("LANGUAGE", None)
# Windows are drawn into memory, whichever tests are asked for: Qt aborts where there is no screen.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# How fast a machine is must decide no test; a busy one is slow to draw examples.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

# A shell has programs in the background ignore Ctrl+C; those that tests start are sent it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_HERE = ("127.", "::1", "localhost")


def _stay_here(event: str, arguments: tuple[Any, ...]) -> None:
    """Nothing in this process may connect to another computer."""
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = str(arguments[1][0])
        if not host.startswith(_HERE):
            raise RuntimeError(f"A test wanted to connect to {host}.")


sys.addaudithook(_stay_here)


@pytest.fixture(autouse=True)
def _leaves_nothing(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that logs an unexpected error, or leaves a thread, a window or a timer.

    Threads of fixtures with a wider scope are older than this one.
    """
    collect_in_this_thread()
    log, threads = ErrorLog(), set(threading.enumerate())
    logging.getLogger().addHandler(log)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(log)
    check_windows()
    check_threads(request.node, threads)
    check_log(request.node, log.pop_messages())


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The product runs on asyncio alone, so its tests do too."""
    return "asyncio"


# Whoever begins a long file last is waited for by all the others.
_LONGEST_FIRST = (
    "end2end/test_matrix.py", "end2end/test_fault_matrix.py", "end2end/test_secrets.py",
    "end2end/test_tour.py", "end2end/test_across_services.py", "end2end/test_commands.py",
    "end2end/test_independent_clients.py", "end2end/test_window_ends.py", "end2end/test_faults.py",
    "end2end/test_accounts_command.py", "end2end/test_hostile_user.py", "end2end/test_soak.py",
    "integration/providers/test_garbage.py", "end2end/test_webhooks.py",
    "end2end/test_local_files.py",
    "end2end/test_window_kill.py", "end2end/test_kill.py", "end2end/test_stalls.py",
    "ui/compose/test_source.py", "quality/test_checks.py", "end2end/test_budget.py",
    "end2end/test_accessibility.py", "end2end/test_sound.py",
)  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "logs_errors(reason): error records in the log are expected")
    config.addinivalue_line("markers", "keeps_threads(*prefixes): threads of shared fixtures")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long come first, in any order of the tests that were asked for."""
    here = Path(__file__).parent
    places = {here / name: place for place, name in enumerate(_LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


def pytest_collection_finish() -> None:
    # Modules and tests live until the end; each full collection would visit all their objects.
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints what tests noted as tables: the matrix of profiles and operations, and the clients of
    others at the sandbox.
    """
    if cells := _noted(terminalreporter, "cell"):
        terminalreporter.section("profiles and operations")
        terminalreporter.write_line("\n".join(table(cells)))
    if answers := _noted(terminalreporter, "client"):
        terminalreporter.section("clients of others at the sandbox")
        terminalreporter.write_line("\n".join(client_table(answers)))


def _noted(terminalreporter: pytest.TerminalReporter, note: str) -> dict[str, bool]:
    """What tests recorded as a property of this name, and whether they passed."""
    return {
        str(value): report.passed
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, value in report.user_properties
        if name == note
    }

"""What holds for every kind of test."""

import os
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.matrix.table import client_table, table

# No test may find, or leave, a key in the keychain of whoever runs it; those about the keychain
# bring one of their own.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
# Windows are drawn into memory, whichever tests are asked for: Qt aborts where there is no screen.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# How fast a machine is must decide no test; a busy one is slow to draw examples.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

_HERE = ("127.", "::1", "localhost")


def _stay_here(event: str, arguments: tuple[Any, ...]) -> None:
    """Nothing in this process may connect to another computer."""
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = str(arguments[1][0])
        if not host.startswith(_HERE):
            raise RuntimeError(f"A test wanted to connect to {host}.")


sys.addaudithook(_stay_here)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The product runs on asyncio alone, so its tests do too."""
    return "asyncio"


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

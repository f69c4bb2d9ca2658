"""Number and progress on the program's icon in the dock or the task bar."""

from typing import Protocol

from PySide6.QtGui import QGuiApplication


class LauncherEntry(Protocol):
    """Icon of the program."""

    def show(self, count: int, progress: float | None) -> None:
        """Shows a number and a progress.

        Args:
            count: Number; 0 for none.
            progress: 0 to 1; None if it is unknown.
        """


class QtLauncherEntry:
    """Icon of Windows and macOS, by Qt, which offers the number alone."""

    def show(self, count: int, progress: float | None) -> None:
        del progress
        program = QGuiApplication.instance()
        if isinstance(program, QGuiApplication):
            program.setBadgeNumber(count)

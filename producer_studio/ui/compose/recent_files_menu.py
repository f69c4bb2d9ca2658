"""Menu of the files that were opened last."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QWidget

from producer_studio.translation import tr
from producer_studio.ui.context import UiContext
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.menu import Menu

_TASK = "list recent files"


class RecentFilesMenu(QObject):
    """Opens below a button, with the files that still exist."""

    def __init__(self, context: UiContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = context.style
        self._tasks = context.tasks
        self._recent = context.studio.recent_files

    def attach(
        self,
        button: IconButton,
        accepts: Callable[[Path], bool],
        use: Callable[[Path], object],
        choose: Callable[[], object] | None = None,
    ) -> None:
        """Opens the menu when a button is pressed.

        Args:
            accepts: Whether a file is offered at this button, by its name.
            use: Called with the file that was chosen.
            choose: Chooses any file: the first item of the menu, and what the button does at once
                where there is no recent file. None where another button does that.
        """

        def on_clicked() -> None:
            if choose is not None and not any(map(accepts, map(Path, self._recent.paths))):
                choose()
                return
            self._tasks.restart(_TASK, self._recent.list_existing(), on_result=show)

        def show(files: Sequence[Path]) -> None:
            if button.isVisible():
                self._show(button, [file for file in files if accepts(file)], use, choose)

        button.clicked.connect(on_clicked)

    def _show(
        self,
        button: IconButton,
        files: Sequence[Path],
        use: Callable[[Path], object],
        choose: Callable[[], object] | None,
    ) -> None:
        menu = Menu(self._style, button, name=tr("Open recent"))
        if choose is not None:
            menu.add_item(tr("Choose a file…"), choose, icon="folder-open")
            menu.addSeparator()
        for file in files:
            menu.add_item(file.name, partial(use, file), icon="clock", reason=str(file))
        if not files:
            menu.add_item(tr("No recent files"), lambda: None, enabled=False)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))

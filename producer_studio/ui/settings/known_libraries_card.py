"""Card of the settings with the libraries that are known: opens, names and chooses them."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from producer_studio.files.unresponsive_disks import first_folder_at_hand
from producer_studio.studio.libraries import NamedLibrary
from producer_studio.studio.library_work import LibraryRequest
from producer_studio.translation import mark, tr
from producer_studio.ui.context import UiContext
from producer_studio.ui.settings.form_fields import create_small_button
from producer_studio.ui.settings.work_question import WorkQuestion
from producer_studio.ui.widgets.badge import Badge
from producer_studio.ui.widgets.card import Card
from producer_studio.ui.widgets.flow_layout import FlowLayout
from producer_studio.ui.widgets.label import ElidedLabel, label
from producer_studio.ui.widgets.name_dialog import NameDialog

_MAX_ROWS = 12
"""Libraries that are shown; the command line lists all."""

_EXPLANATION = mark(
    "A window shows one library. Another one is opened here in its place; songs of a library come "
    "into this one when its folder is dropped on the window."
)
_NEW_TEXT = mark(
    "There is no library in “{folder}” yet. An empty one is made there, and opened in this window."
)
_NAME_NOTE = mark("“--library NAME” opens it on the command line. An empty name removes it.")
_LIST_TASK = "list of libraries"


class LibraryRow(QWidget):
    """Row of one library: name, folder, and what can be done with it.

    Signals:
        open_requested, name_requested, default_requested: Buttons were pressed.
    """

    open_requested = Signal()
    name_requested = Signal()
    default_requested = Signal()

    def __init__(
        self, context: UiContext, one: NamedLibrary, parent: QWidget, *, is_open: bool
    ) -> None:
        super().__init__(parent)
        shown = one.name or one.folder.name
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(ElidedLabel(shown, "strong", self), 1)
        for text, is_so in ((tr("open"), is_open), (tr("opens at start"), one.is_default)):
            if is_so:
                head.addWidget(Badge(context.style, text, self, outlined=True))
        self.open_button = create_small_button(tr("Open"), self)
        self.name_button = create_small_button(tr("Name…"), self)
        self.default_button = create_small_button(tr("Open at start"), self)
        for button in (self.open_button, self.name_button, self.default_button):
            button.setAccessibleName(f"{button.text().rstrip('…')}: {shown}, {one.folder}")
            head.addWidget(button)
        self.open_button.setVisible(not is_open and one.exists)
        self.default_button.setVisible(not one.is_default and one.exists)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 2)
        column.setSpacing(2)
        column.addLayout(head)
        folder = str(one.folder)
        if not one.exists:
            folder = tr("{folder} (not found)", folder=folder)
        column.addWidget(
            ElidedLabel(folder, "secondary", self, elided_at=Qt.TextElideMode.ElideMiddle)
        )
        self.open_button.clicked.connect(self.open_requested)
        self.name_button.clicked.connect(self.name_requested)
        self.default_button.clicked.connect(self.default_requested)


class KnownLibrariesCard(Card):
    """Lists the libraries that were opened before.

    Signals:
        library_requested: Close the library, and do what a `LibraryRequest` says.
    """

    library_requested = Signal(object)

    def __init__(self, context: UiContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._studio = context.studio
        self._tasks = context.tasks
        self.rows: list[LibraryRow] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(6)
        self._more_label = label("", "caption", self, wrap=True)
        self._more_label.hide()
        self.open_button = QPushButton(tr("Open another…"), self)
        self.open_button.setAccessibleName(tr("Open another library, or a new one"))
        context.style.set_icon(self.open_button, "folder-open", "text1")
        buttons = QWidget(self)
        FlowLayout(buttons, gap=8).addWidget(self.open_button)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(14, 12, 14, 14)
        inside.setSpacing(8)
        inside.addWidget(label(tr("Libraries"), "label", self))
        inside.addWidget(label(tr(_EXPLANATION), "secondary", self, wrap=True))
        inside.addLayout(self._list)
        inside.addWidget(self._more_label)
        inside.addWidget(buttons)
        self.open_button.clicked.connect(self._on_open_clicked)
        self._read()

    def open_library(self, folder: Path) -> None:
        """Opens the library of a folder in this window; asks before a new one is made."""
        self._tasks.restart(
            "look for a library",
            self._studio.libraries.contains_library(folder),
            on_result=lambda is_there: self._on_looked(folder, is_there=is_there),
        )

    def _on_looked(self, folder: Path, *, is_there: bool) -> None:
        if is_there:
            self.library_requested.emit(LibraryRequest(folder))
            return
        question = WorkQuestion(
            self._context.style,
            tr("Start a new library?"),
            tr(_NEW_TEXT, folder=folder),
            tr("Start it"),
            self.window(),
        )
        request = LibraryRequest(folder, creates_library=True)
        question.accepted.connect(partial(self.library_requested.emit, request))
        question.open()

    def _read(self) -> None:
        self._tasks.restart(_LIST_TASK, self._studio.libraries.list_all(), on_result=self._show)

    def _show(self, libraries: Sequence[NamedLibrary]) -> None:
        for row in self.rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [self._create_row(one) for one in libraries[:_MAX_ROWS]]
        for row in self.rows:
            self._list.addWidget(row)
        left = len(libraries) - len(self.rows)
        self._more_label.setText(
            tr("and {left} more; “producer-studio library known” lists all", left=left)
        )
        self._more_label.setVisible(left > 0)

    def _create_row(self, one: NamedLibrary) -> LibraryRow:
        is_open = one.folder == self._studio.libraries.folder
        # It is written to the settings a little later.
        chosen = self._studio.preferences.value.library_dir
        if chosen:
            one = replace(one, is_default=str(one.folder) == chosen)
        row = LibraryRow(self._context, one, self, is_open=is_open)
        row.open_requested.connect(partial(self.open_library, one.folder))
        row.name_requested.connect(partial(self._ask_name, one))
        row.default_requested.connect(partial(self._make_default, one))
        return row

    def _ask_name(self, one: NamedLibrary) -> None:
        dialog = NameDialog(
            self._context.style, tr("Name of the library"), one.name, tr("Name"), self.window(),
            tr(_NAME_NOTE), is_optional=True,
        )  # fmt: skip
        dialog.named.connect(lambda name: self._set_name(one, name))
        dialog.open()

    def _set_name(self, one: NamedLibrary, name: str) -> None:
        self._tasks.start(
            f"name {one.folder}",
            self._studio.libraries.set_name(one.folder, name),
            on_result=lambda _none: self._read(),
            is_change=True,
        )

    def _make_default(self, one: NamedLibrary) -> None:
        self._studio.preferences.change(library_dir=str(one.folder))
        self._read()

    def _on_open_clicked(self) -> None:
        dialog = QFileDialog(self, tr("Choose the folder of a library, or an empty one"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setDirectory(first_folder_at_hand(self._studio.libraries.folder.parent))
        dialog.fileSelected.connect(lambda path: self.open_library(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

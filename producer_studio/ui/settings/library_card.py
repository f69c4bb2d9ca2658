"""Card of the settings about the open library: its folder, name and size, and its move."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QPushButton, QVBoxLayout, QWidget

from producer_studio.files.unresponsive_disks import first_folder_at_hand
from producer_studio.studio.libraries import LibrarySize
from producer_studio.studio.library_work import LibraryMoveWork, LibraryRequest
from producer_studio.studio.updates.installation import size_text
from producer_studio.translation import mark, ntr, tr
from producer_studio.ui.context import UiContext
from producer_studio.ui.external_programs import open_folder
from producer_studio.ui.settings.work_question import WorkQuestion
from producer_studio.ui.widgets.card import Card
from producer_studio.ui.widgets.dialog import show_open_problem
from producer_studio.ui.widgets.flow_layout import FlowLayout
from producer_studio.ui.widgets.label import ElidedLabel, label
from producer_studio.ui.widgets.text_format import clips_text

_EXPLANATION = mark(
    "Every clip is a plain file here, together with its cover, lyrics and recipe. You can read and "
    "copy the folder without this program."
)
_MOVE_TEXT = mark(
    "{size} are copied to “{target}”, read again and compared. The window closes meanwhile, and "
    "then opens the library there. If it is stopped, the same move goes on later. The old folder "
    "is left as it is, until you have looked at the new one and delete it."
)


class LibraryCard(Card):
    """Shows where the library is and how large, opens its folder, and moves it.

    Signals:
        library_requested: Close the library, and do what a `LibraryRequest` says.
    """

    library_requested = Signal(object)

    def __init__(self, context: UiContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._studio = context.studio
        self._style = context.style
        self._size: LibrarySize | None = None
        self.folder = ElidedLabel(
            str(self._studio.clips.folder), "", self, elided_at=Qt.TextElideMode.ElideMiddle
        )
        self.folder.setAccessibleName(tr("Library folder"))
        self.size_label = label("", "secondary", self, wrap=True)
        self.open_button = QPushButton(tr("Open folder"), self)
        self.move_button = QPushButton(tr("Move…"), self)
        self.move_button.setAccessibleName(tr("Move the library to another folder"))
        self.move_button.setEnabled(not self._studio.clips.read_only)
        context.style.set_icon(self.open_button, "folder-open", "text1")
        buttons = QWidget(self)
        line = FlowLayout(buttons, gap=8)
        line.addWidget(self.open_button)
        line.addWidget(self.move_button)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(14, 12, 14, 14)
        inside.setSpacing(8)
        inside.addWidget(label(tr("This library"), "label", self))
        inside.addWidget(self.folder)
        inside.addWidget(self.size_label)
        inside.addWidget(label(tr(_EXPLANATION), "secondary", self, wrap=True))
        inside.addWidget(buttons)
        self.open_button.clicked.connect(self._on_open_clicked)
        self.move_button.clicked.connect(self._on_move_clicked)
        context.tasks.restart(
            "size of the library", self._studio.libraries.measure(), on_result=self._show_size
        )

    def ask_to_move(self, target: Path) -> WorkQuestion:
        """Asks whether to move the library to a folder; emits the request if so."""
        size = tr("All files") if self._size is None else tr(size_text(self._size.size_bytes))
        question = WorkQuestion(
            self._style,
            tr("Move the library?"),
            tr(_MOVE_TEXT, size=size, target=target),
            tr("Move"),
            self.window(),
        )
        work = LibraryMoveWork(self._studio.clips.folder, target)
        request = LibraryRequest(self._studio.clips.folder, work=work)
        question.accepted.connect(partial(self.library_requested.emit, request))
        question.open()
        return question

    def _show_size(self, size: LibrarySize) -> None:
        self._size = size
        files = ntr(
            "{count} file, {size}",
            "{count} files, {size}",
            size.files,
            size=size_text(size.size_bytes),
        )
        text = f"{clips_text(size.clips)} · {files}"
        if size.free_bytes is not None:
            free = tr("{size} free on this disk", size=size_text(size.free_bytes))
            text = f"{text} · {free}"
        self.size_label.setText(text)

    def _on_open_clicked(self) -> None:
        open_folder(self._studio.clips.folder, partial(show_open_problem, self._style, self))

    def _on_move_clicked(self) -> None:
        dialog = QFileDialog(self, tr("Choose an empty folder for the library"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setDirectory(first_folder_at_hand(self._studio.clips.folder.parent))
        dialog.fileSelected.connect(lambda path: self.ask_to_move(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

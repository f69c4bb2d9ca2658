"""Settings page for the library folder."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from producer_studio.ui.context import UiContext
from producer_studio.ui.external_programs import open_folder
from producer_studio.ui.settings.mirror_card import MirrorCard
from producer_studio.ui.settings.page import SettingsPage
from producer_studio.ui.settings.verification_card import VerificationCard
from producer_studio.ui.widgets.card import Card
from producer_studio.ui.widgets.dialog import show_open_problem
from producer_studio.ui.widgets.label import ElidedLabel, label


class LibraryPage(QWidget):
    """Shows the library's folder, opens it, and selects another for the next start."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = context.studio
        self._style = context.style
        self.folder = ElidedLabel(
            str(self._studio.clips.folder), "", self, elided_at=Qt.TextElideMode.ElideMiddle
        )
        self.folder.setAccessibleName("Library folder")
        self.open_button = QPushButton("Open folder", self)
        self.change_button = QPushButton("Change…", self)
        self._next_folder = label("", "warn", self, wrap=True)
        context.style.set_icon(self.open_button, "folder-open", "text1")
        card = Card(self)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.open_button)
        buttons.addWidget(self.change_button)
        buttons.addStretch(1)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(14, 12, 14, 14)
        inside.setSpacing(8)
        inside.addWidget(label("Library folder", "label", card))
        inside.addWidget(self.folder)
        inside.addLayout(buttons)
        inside.addWidget(self._next_folder)
        words = (
            "Every clip is a plain file here, together with its cover, lyrics and recipe. You "
            "can read and copy the folder without this program."
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(card)
        column.addWidget(label(words, "secondary", self, wrap=True))
        self.mirror = MirrorCard(context, self)
        column.addWidget(self.mirror)
        self.verification = VerificationCard(context, self)
        column.addWidget(self.verification)
        column.addStretch(1)
        self.open_button.clicked.connect(self._on_open_clicked)
        self.change_button.clicked.connect(self._on_change_clicked)
        self._show_next_folder()

    def set_folder(self, folder: Path) -> None:
        """Sets the folder to use from the next start on; nothing is moved."""
        self._studio.preferences.change(library_dir=str(folder))
        self._show_next_folder()

    def _show_next_folder(self) -> None:
        chosen = self._studio.preferences.value.library_dir
        other = bool(chosen) and Path(chosen) != self._studio.clips.folder
        self._next_folder.setText(
            f"From the next start: {chosen}. The clips here stay where they are." if other else ""
        )
        self._next_folder.setVisible(other)

    def _on_open_clicked(self) -> None:
        open_folder(self._studio.clips.folder, partial(show_open_problem, self._style, self))

    def _on_change_clicked(self) -> None:
        dialog = QFileDialog(self, "Choose a folder for the library")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setDirectory(str(self._studio.clips.folder))
        dialog.fileSelected.connect(lambda path: self.set_folder(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


PAGE = SettingsPage(
    "Library",
    "hard-drive",
    50,
    LibraryPage,
    lambda context, parent: LibraryPage(context.ui, parent),
    scrolls=True,
)

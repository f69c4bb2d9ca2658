"""Fields for an upload: a public URL or a local file."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from producer_studio.files.unresponsive_disks import first_folder_at_hand
from producer_studio.translation import mark, tr
from producer_studio.ui.compose.field_parts import FieldHead
from producer_studio.ui.external_programs import AUDIO_SUFFIXES
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.label import ElidedLabel, label
from producer_studio.ui.widgets.line_edit import LineEdit, show_text

_AUDIO_FILTER = mark(
    "Audio files ({suffixes})", suffixes=" ".join(f"*{suffix}" for suffix in sorted(AUDIO_SUFFIXES))
)
_ALL_FILES_FILTER = mark("All files (*)")


class UploadFields(QWidget):
    """Either a URL or a file; choosing a file hides the URL.

    Signals:
        edited: The URL or the file changed.
        file_chosen: Path of a file that was chosen.
    """

    edited = Signal()
    file_chosen = Signal(Path)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._file = ""
        self._folder = ""
        self.url = LineEdit()
        self.url.setAccessibleName(tr("Public address"))
        self.url.setPlaceholderText(tr("https:// address of an audio file"))
        self.url.textChanged.connect(self.edited)
        self.choose_button = QPushButton(tr("Choose a file…"))
        self.choose_button.setAccessibleName(tr("Choose a file"))
        self.choose_button.clicked.connect(self._on_choose_clicked)
        style.set_icon(self.choose_button, "folder-open", "text1", 14)
        self.recent_button = IconButton(style, "clock", tr("Open recent"), box=32)
        self._icon = QLabel()
        self._name_label = ElidedLabel("", "medium", elided_at=Qt.TextElideMode.ElideMiddle)
        self._folder_label = ElidedLabel("", "secondary", elided_at=Qt.TextElideMode.ElideMiddle)
        self.clear_button = IconButton(style, "x", tr("Clear the file"), box=28)
        self.clear_button.clicked.connect(self._on_clear_clicked)
        self._build()
        style.changed.connect(self._restyle)
        self._restyle()
        self._show_file()

    def file(self) -> str:
        """Returns the absolute path of the chosen file; empty for none."""
        return self._file

    def show_source(self, url: str, file: str) -> None:
        """Shows a URL and a file without emitting `edited`."""
        if url != self.url.text():
            show_text(self.url, url)
        self._file = file
        self._show_file()

    def set_file(self, path: Path) -> None:
        """Sets the file that was chosen."""
        self._file = str(path.absolute())
        self._folder = str(path.absolute().parent)
        self._show_file()
        self.edited.emit()
        self.file_chosen.emit(path)

    def _build(self) -> None:
        self._file_card = QFrame()
        self._file_card.setProperty("surface", "raised")
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._name_label)
        names.addWidget(self._folder_label)
        row = QHBoxLayout(self._file_card)
        row.setContentsMargins(11, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(self._icon)
        row.addLayout(names, 1)
        row.addWidget(self.clear_button)
        # The file comes first: nearly everyone has one, few have an address for it.
        self._url_form = QWidget()
        ways = QVBoxLayout(self._url_form)
        ways.setContentsMargins(0, 0, 0, 0)
        ways.setSpacing(6)
        ways.addWidget(FieldHead(tr("Audio file"), self.choose_button, self._style))
        local = QHBoxLayout()
        local.setSpacing(10)
        local.addWidget(self.choose_button)
        local.addWidget(self.recent_button)
        local.addWidget(label(tr("or drop an audio file here"), "secondary", wrap=True), 1)
        ways.addLayout(local)
        ways.addSpacing(10)
        ways.addWidget(FieldHead(tr("Or its public address"), self.url, self._style))
        ways.addWidget(self.url)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._url_form)
        column.addWidget(self._file_card)

    def _show_file(self) -> None:
        path = Path(self._file)
        shown: QWidget = self._file_card
        hidden: QWidget = self._url_form
        successor: QWidget = self.clear_button
        if not self._file:
            shown, hidden, successor = self._url_form, self._file_card, self.choose_button
        shown.show()
        # The type stub claims that there is always one.
        focused: QWidget | None = QApplication.focusWidget()
        if focused is not None and hidden.isAncestorOf(focused):
            successor.setFocus(Qt.FocusReason.OtherFocusReason)
        hidden.hide()
        self._name_label.setText(path.name)
        self._folder_label.setText(str(path.parent) if self._file else "")
        self.clear_button.setAccessibleDescription(self._file)

    def _on_choose_clicked(self) -> None:
        music = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MusicLocation)
        dialog = QFileDialog(
            self, tr("Choose an audio file"), first_folder_at_hand(self._folder, music)
        )
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([tr(_AUDIO_FILTER), tr(_ALL_FILES_FILTER)])
        dialog.fileSelected.connect(lambda path: self.set_file(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_clear_clicked(self) -> None:
        self._file = ""
        self._show_file()
        self.edited.emit()

    def _restyle(self) -> None:
        self._icon.setPixmap(self._style.pixmap("audio-lines", "text2", 18))

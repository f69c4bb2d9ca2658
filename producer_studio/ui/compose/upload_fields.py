"""What is to be uploaded: a public address, or a file of this computer."""

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from producer_studio.ui.audio_files import AUDIO_SUFFIXES
from producer_studio.ui.compose.advice_line import NoteLine
from producer_studio.ui.compose.field_head import FieldHead
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.icon_button import IconButton
from producer_studio.ui.widgets.label import ElidedLabel, label

_FILTER = "Audio files (" + " ".join(f"*{suffix}" for suffix in sorted(AUDIO_SUFFIXES)) + ")"
_ANY = "All files (*)"


class UploadFields(QWidget):
    """Either an address or a file; choosing a file puts the address aside.

    Signals:
        edited: The address or the file changed.
    """

    edited = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._file = ""
        self._folder = ""
        self.url = QLineEdit()
        self.url.setAccessibleName("Public address")
        self.url.setPlaceholderText("https:// address of an audio file")
        self.url.textChanged.connect(self.edited)
        self.choose = QPushButton("Choose a file…")
        self.choose.setAccessibleName("Choose a file")
        self.choose.clicked.connect(self._on_choose)
        look.dress(self.choose, "folder-open", "text1", 14)
        self._picture = QLabel()
        self._name = ElidedLabel("", "medium")
        self._where = ElidedLabel("", "secondary")
        self.clear = IconButton(look, "x", "Clear the file", box=28)
        self.clear.clicked.connect(self._on_clear)
        self.note = NoteLine(look)
        self._build()
        look.changed.connect(self._restyle)
        self._restyle()
        self._show()

    def file(self) -> str:
        """Absolute path of the chosen file; empty for none."""
        return self._file

    def show_source(self, url: str, file: str) -> None:
        """Shows what is to be uploaded, without telling anybody of the file."""
        if url != self.url.text():
            self.url.setText(url)
        self._file = file
        self._show()

    def set_file(self, path: Path) -> None:
        """Takes a file, as chosen or dropped."""
        self._file = str(path.absolute())
        self._folder = str(path.absolute().parent)
        self._show()
        self.edited.emit()

    def _build(self) -> None:
        self._chosen = QFrame()
        self._chosen.setProperty("surface", "raised")
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._name)
        names.addWidget(self._where)
        row = QHBoxLayout(self._chosen)
        row.setContentsMargins(11, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(self._picture)
        row.addLayout(names, 1)
        row.addWidget(self.clear)
        self._open = QWidget()
        ways = QVBoxLayout(self._open)
        ways.setContentsMargins(0, 0, 0, 0)
        ways.setSpacing(6)
        ways.addWidget(FieldHead("Public address", self.url, self._look))
        ways.addWidget(self.url)
        other = QHBoxLayout()
        other.setSpacing(10)
        other.addWidget(self.choose)
        other.addWidget(label("or drop an audio file here", "secondary", wrap=True), 1)
        ways.addSpacing(4)
        ways.addLayout(other)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._open)
        column.addWidget(self._chosen)
        column.addWidget(self.note)

    def _show(self) -> None:
        path = Path(self._file)
        shown: QWidget = self._chosen
        hidden: QWidget = self._open
        successor: QWidget = self.clear
        if not self._file:
            shown, hidden, successor = self._open, self._chosen, self.choose
        shown.show()
        # The stub says that there always is one.
        focused: QWidget | None = QApplication.focusWidget()
        if focused is not None and hidden.isAncestorOf(focused):
            successor.setFocus(Qt.FocusReason.OtherFocusReason)
        hidden.hide()
        self._name.setText(path.name)
        self._where.setText(str(path.parent) if self._file else "")
        self.clear.setAccessibleDescription(self._file)

    def _on_choose(self) -> None:
        music = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MusicLocation)
        dialog = QFileDialog(self, "Choose an audio file", self._folder or music)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([_FILTER, _ANY])
        dialog.fileSelected.connect(lambda path: self.set_file(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_clear(self) -> None:
        self._file = ""
        self._show()
        self.edited.emit()

    def _restyle(self) -> None:
        self._picture.setPixmap(self._look.pixmap("audio-lines", "text2", 18))

"""The licence texts of one part."""

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QTextCursor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from producer_studio.domain.bundled_component import BundledPart
from producer_studio.domain.errors import Fault
from producer_studio.studio.bundled_components import Bundled
from producer_studio.ui.style.style import Look
from producer_studio.ui.tasks import Tasks
from producer_studio.ui.widgets.combo_box import Combo
from producer_studio.ui.widgets.dialog import Dialog
from producer_studio.ui.widgets.label import label

_READ = "read a licence"


class LicenceDialog(Dialog):
    """Shows one text at a time; a choice stands above it where there are several."""

    def __init__(
        self, bundled: Bundled, part: BundledPart, look: Look, tasks: Tasks, parent: QWidget
    ) -> None:
        super().__init__(look, part.title, parent)
        self._bundled = bundled
        self._part = part
        self._tasks = tasks
        self.choice = Combo("Text", self, small=True)
        for name in part.texts:
            self.choice.addItem(name.rpartition("/")[2], name)
        self.choice.setVisible(len(part.texts) > 1)
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setAccessibleName("Licence")
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.home = QPushButton("Home page", self)
        self.home.setVisible(bool(part.home))
        self.home.setToolTip(part.home)
        look.dress(self.home, "globe", "text1", 14)
        self._lay_out()
        self.resize_within_screen(680, 560)
        self.choice.activated.connect(self._read)
        self.home.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(part.home)))
        self._read()

    def _read(self) -> None:
        name = self.choice.currentData()
        if name:
            self._tasks.restart(
                _READ, self._bundled.text(name), done=self._show, failed=self._on_fault
            )

    def _show(self, text: str) -> None:
        self.text.setPlainText(text)
        self.text.moveCursor(QTextCursor.MoveOperation.Start)

    def _on_fault(self, fault: Fault) -> None:
        self._show(fault.message)

    def _lay_out(self) -> None:
        close = QPushButton("Close", self)
        close.clicked.connect(self.accept)
        top = QHBoxLayout()
        top.setSpacing(12)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label(self._part.title, "title", self))
        words.addWidget(label(self._part.licence, "secondary", self, wrap=True))
        top.addLayout(words, 1)
        top.addWidget(self.choice, 0, Qt.AlignmentFlag.AlignTop)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.home)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(14)
        column.addLayout(top)
        column.addWidget(self.text, 1)
        column.addLayout(buttons)

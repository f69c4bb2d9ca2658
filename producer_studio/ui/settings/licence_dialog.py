"""Dialog with the licence texts of a component."""

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QTextCursor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from producer_studio.domain.bundled_component import BundledComponent
from producer_studio.domain.errors import ServiceError
from producer_studio.studio.bundled_components import BundledComponents
from producer_studio.ui.style.style import Style
from producer_studio.ui.tasks import Tasks
from producer_studio.ui.widgets.combo_box import ComboBox
from producer_studio.ui.widgets.dialog import Dialog
from producer_studio.ui.widgets.label import label

_READ_TASK = "read a licence"


class LicenceDialog(Dialog):
    """Shows one licence text at a time; a combo box selects among several."""

    def __init__(
        self,
        components: BundledComponents,
        component: BundledComponent,
        style: Style,
        tasks: Tasks,
        parent: QWidget,
    ) -> None:
        super().__init__(style, component.title, parent)
        self._components = components
        self._component = component
        self._tasks = tasks
        self.choice = ComboBox("Text", self, small=True)
        for name in component.texts:
            self.choice.addItem(name.rpartition("/")[2], name)
        self.choice.setVisible(len(component.texts) > 1)
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setAccessibleName("Licence")
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.home_button = QPushButton("Home page", self)
        self.home_button.setVisible(bool(component.home))
        self.home_button.setToolTip(component.home)
        style.set_icon(self.home_button, "globe", "text1", 14)
        self._build()
        self.resize_within_screen(680, 560)
        self.choice.activated.connect(self._read_text)
        self.home_button.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(component.home)))
        self._read_text()

    def _read_text(self) -> None:
        name = self.choice.currentData()
        if name:
            self._tasks.restart(
                _READ_TASK,
                self._components.read_licence(name),
                on_result=self._show_text,
                on_error=self._on_error,
            )

    def _show_text(self, text: str) -> None:
        self.text.setPlainText(text)
        self.text.moveCursor(QTextCursor.MoveOperation.Start)

    def _on_error(self, error: ServiceError) -> None:
        self._show_text(error.message)

    def _build(self) -> None:
        close = QPushButton("Close", self)
        close.clicked.connect(self.accept)
        top = QHBoxLayout()
        top.setSpacing(12)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label(self._component.title, "title", self))
        words.addWidget(label(self._component.licence, "secondary", self, wrap=True))
        top.addLayout(words, 1)
        top.addWidget(self.choice, 0, Qt.AlignmentFlag.AlignTop)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.home_button)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(14)
        column.addLayout(top)
        column.addWidget(self.text, 1)
        column.addLayout(buttons)

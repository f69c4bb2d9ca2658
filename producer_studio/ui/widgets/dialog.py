"""Base classes of dialogs: they fit the screen, and Enter presses only the focused button."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from producer_studio.translation import tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.early_keys import EarlyKeyFilter
from producer_studio.ui.widgets.focus_order import move_focus
from producer_studio.ui.widgets.keyboard import is_guarded, set_guarded
from producer_studio.ui.widgets.label import label, paragraph
from producer_studio.ui.widgets.line_edit import LineEdit, show_text
from producer_studio.ui.widgets.screen_geometry import available_size, keep_on_screen
from producer_studio.ui.widgets.text_format import literal_text

_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_MARGIN = 24
_BUTTON_ROW_TOP = 8
_BUTTON_ROW_BOTTOM = 20


def create_scroll_area(content: QWidget, parent: QWidget) -> QScrollArea:
    """Creates a vertical scroll area for content that is higher than the available space."""
    content.setProperty("surface", "none")
    area = QScrollArea(parent)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    return area


class Dialog(QDialog):
    """Base of all dialogs.

    Enter presses the focused button (see `ButtonKeys`). In a one-line field it presses the default
    button, if one is set; Qt alone would press the first button found.
    """

    def __init__(self, style: Style, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() not in _ENTER:
            super().keyPressEvent(event)
            return
        if modifiers != Qt.KeyboardModifier.NoModifier:
            # Qt presses the default button for Enter of the keypad with any modifier.
            event.ignore()
            return
        event.accept()
        focused = self.focusWidget()
        button = self._default_button() if isinstance(focused, QLineEdit) else focused
        if not isinstance(button, QAbstractButton) or event.isAutoRepeat():
            return
        if not is_guarded(button):
            button.click()

    def focusNextPrevChild(self, forward: bool) -> bool:
        return move_focus(self, forward)

    def setVisible(self, visible: bool) -> None:
        if visible:
            # Else Qt makes the first of them the default button, and a screen reader announces
            # that.
            for button in self.findChildren(QPushButton):
                button.setAutoDefault(False)
        super().setVisible(visible)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # The window system reports the frame's size a little later.
        QTimer.singleShot(0, self, lambda: keep_on_screen(self))

    def open_unexpectedly(self) -> None:
        """Opens it without a key or click of the user's; the first keys are discarded."""
        self.open()
        EarlyKeyFilter(self)

    def resize_within_screen(self, width: float, height: float) -> None:
        """Resizes to a size in pixels at text size 100 %, limited to the screen."""
        self.resize(
            QSize(self._style.px(width), self._style.px(height)).boundedTo(available_size(self))
        )

    def _default_button(self) -> QPushButton | None:
        found = (one for one in self.findChildren(QPushButton) if one.isDefault())
        return next((one for one in found if one.isVisible() and one.isEnabled()), None)


class FormDialog(Dialog):
    """Dialog as tall as its content, at most as the screen; longer content scrolls.

    Attributes:
        content: Column of the scrolling content.
        button_row: Row of the buttons, always in view.
    """

    def __init__(
        self, style: Style, title: str, width: float, parent: QWidget | None = None
    ) -> None:
        """Creates an empty dialog; `width` is in pixels at text size 100 %."""
        super().__init__(style, title, parent)
        self._width = width
        self._scroll_target: QWidget | None = None
        self._content_widget = QWidget()
        self.content = QVBoxLayout(self._content_widget)
        self.content.setContentsMargins(_MARGIN, _BUTTON_ROW_BOTTOM, _MARGIN, 4)
        self._scroll_area = create_scroll_area(self._content_widget, self)
        self._content_widget.installEventFilter(self)
        self.button_row = QHBoxLayout()
        self.button_row.setContentsMargins(_MARGIN, _BUTTON_ROW_TOP, _MARGIN, _BUTTON_ROW_BOTTOM)
        self.button_row.setSpacing(8)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._scroll_area, 1)
        whole.addLayout(self.button_row)
        style.changed.connect(self.fit_to_content)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._content_widget and event.type() == QEvent.Type.LayoutRequest:
            self.fit_to_content()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self.fit_to_content()
        return handled

    def showEvent(self, event: QShowEvent) -> None:
        self.fit_to_content()
        super().showEvent(event)

    def fit_to_content(self) -> None:
        """Resizes to the height of the content, limited to the screen."""
        room = available_size(self)
        width = min(
            max(self._style.px(self._width), self.button_row.minimumSize().width()), room.width()
        )
        height = _height_for(self.content, width) + _height_for(self.button_row, width)
        wanted = QSize(width, min(height, room.height()))
        # A bar that appeared for a moment would make texts wrap, and so stay.
        policies = Qt.ScrollBarPolicy
        self._scroll_area.setVerticalScrollBarPolicy(
            policies.ScrollBarAlwaysOff if height <= room.height() else policies.ScrollBarAsNeeded
        )
        if self.minimumSize() != wanted or self.maximumSize() != wanted:
            self.setFixedSize(wanted)
            keep_on_screen(self)
        if self._scroll_target is not None:
            shown, self._scroll_target = self._scroll_target, None
            # The scroll area gets the new height of its content after this.
            QTimer.singleShot(0, self, lambda: self._scroll_area.ensureWidgetVisible(shown))

    def scroll_to(self, part: QWidget) -> None:
        """Scrolls to a part of the content, once the content has its new height."""
        self._scroll_target = part
        QTimer.singleShot(0, self, self.fit_to_content)


def _height_for(layout: QLayout, width: int) -> int:
    if layout.hasHeightForWidth():
        return layout.totalHeightForWidth(width)
    return layout.totalSizeHint().height()


_WIDTH = 440


class Confirmation(FormDialog):
    """Confirmation with title, explanation, Cancel and an action button.

    The focus is on Cancel: a key that is pressed by habit does nothing.
    """

    def __init__(
        self,
        style: Style,
        title: str,
        text: str,
        action: str,
        parent: QWidget,
        *,
        deletes: bool = True,
    ) -> None:
        super().__init__(style, title, _WIDTH, parent)
        self.cancel_button = QPushButton(tr("Cancel"), self)
        self.cancel_button.clicked.connect(self.reject)
        self.confirm_button = QPushButton(literal_text(action), self)
        self.confirm_button.setProperty("role", "danger" if deletes else "primary")
        set_guarded(self.confirm_button)
        if deletes:
            style.set_icon(self.confirm_button, "trash-2", "bad", 14)
        else:
            self.confirm_button.setProperty("fit", "small")
        self.confirm_button.clicked.connect(self.accept)
        self.content.setSpacing(12)
        self.content.addWidget(label(title, "title", self, wrap=True))
        self.content.addWidget(paragraph(text, "muted", self, line_height=118))
        self.content.addStretch(1)
        self.button_row.addStretch(1)
        self.button_row.addWidget(self.cancel_button)
        self.button_row.addWidget(self.confirm_button)
        self.cancel_button.setFocus()


class OpenProblem(FormDialog):
    """Message that no other program could open something, with its address to copy."""

    def __init__(self, style: Style, text: str, address: str, parent: QWidget) -> None:
        title = tr("Nothing could be opened")
        super().__init__(style, title, _WIDTH, parent)
        self.address = LineEdit(self)
        show_text(self.address, address)
        self.address.setReadOnly(True)
        self.address.setAccessibleName(tr("Address"))
        self.copy_button = QPushButton(tr("Copy"), self)
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(address))
        self.close_button = QPushButton(tr("Close"), self)
        self.close_button.clicked.connect(self.accept)
        self.content.setSpacing(12)
        self.content.addWidget(label(title, "title", self, wrap=True))
        self.content.addWidget(paragraph(text, "muted", self, line_height=118))
        self.content.addWidget(self.address)
        self.content.addStretch(1)
        self.button_row.addStretch(1)
        self.button_row.addWidget(self.copy_button)
        self.button_row.addWidget(self.close_button)
        self.close_button.setFocus()


def show_open_problem(style: Style, parent: QWidget, text: str, address: str) -> None:
    """Opens the message; for `ui.external_programs`."""
    OpenProblem(style, text, address, parent.window()).open_unexpectedly()

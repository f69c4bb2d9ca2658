"""Notices in the lower right corner of the window."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QGraphicsDropShadowEffect,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from producer_studio.translation import tr
from producer_studio.ui.style.focus_ring import ABOVE_RINGS
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.label import label, shorten
from producer_studio.ui.widgets.plain_text_edit import PlainTextEdit
from producer_studio.ui.widgets.text_format import literal_text

NOTICE_WIDTH: Final = 380
_MARGIN = 16
_MAX_NOTICES = 4
_MAX_TEXT_LENGTH = 2_000
_TIMEOUTS_MS = {"info": 6000, "ok": 6000, "warn": 14000}
_ICONS = {"info": "info", "ok": "circle-check", "warn": "triangle-alert", "bad": "circle-alert"}


@dataclass(frozen=True, slots=True)
class NoticeText:
    """Content of a notice.

    Attributes:
        level: info, ok, warn or bad; bad stays until it is closed.
        text: One or two sentences.
        detail: Error text of a service, or a crash report; shown on demand.
        action: Label of a button; empty for none.
    """

    level: str
    text: str
    detail: str = ""
    action: str = ""


class NoticeBar(QFrame):
    """One notice: icon, text, optional button, details on demand, close button."""

    closed = Signal()
    action_clicked = Signal()
    height_changed = Signal()

    def __init__(self, style: Style, notice: NoticeText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.notice = notice
        # A file from elsewhere may name what it likes, and a label lays out all of it.
        self._text = shorten(tr(notice.text), _MAX_TEXT_LENGTH)
        self.setProperty("role", "notice")
        self.setAccessibleName(self._text)
        self._icon_label = QLabel(self)
        self.text_label = words = label(self._text, "", self, wrap=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        policy = words.sizePolicy()  # changed in place: a new one would forget height-for-width
        policy.setHorizontalPolicy(QSizePolicy.Policy.Expanding)
        words.setSizePolicy(policy)
        cross = IconButton(style, "x", tr("Close"), self, size=14, box=22)
        cross.setAccessibleName(tr("Close notice: {text}", text=self._text))
        cross.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._icon_label, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(words, 1)
        head.addWidget(cross, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 11, 10, 11)
        column.setSpacing(8)
        column.addLayout(head)
        self._detail = PlainTextEdit(self)
        self._detail.show_text(notice.detail)
        self._detail.setReadOnly(True)
        self._detail.setFixedHeight(104)
        self._detail.setAccessibleName(tr("Details"))
        self._detail.hide()
        if notice.action or notice.detail:
            column.addLayout(self._create_buttons())
        column.addWidget(self._detail)
        self._close_timer = QTimer(self, singleShot=True)
        self._close_timer.timeout.connect(self.closed)
        for button in self.findChildren(QAbstractButton):
            button.installEventFilter(self)
        self._start_close_timer()
        style.changed.connect(self._update_icon)
        self._update_icon()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A notice does not close while the keyboard is on one of its buttons.
        if event.type() is QEvent.Type.FocusIn:
            self._close_timer.stop()
        elif event.type() is QEvent.Type.FocusOut and not self.underMouse():
            self._start_close_timer()
        return super().eventFilter(watched, event)

    def enterEvent(self, _event: object) -> None:
        self._close_timer.stop()

    def leaveEvent(self, _event: object) -> None:
        focused = QApplication.focusWidget()
        if focused is None or not self.isAncestorOf(focused):
            self._start_close_timer()

    def _start_close_timer(self) -> None:
        stays = _TIMEOUTS_MS.get(self.notice.level)
        if stays is not None and self._detail.isHidden():
            self._close_timer.start(stays)

    def _create_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(26, 0, 0, 0)
        row.setSpacing(14)
        if self.notice.action:
            act = QPushButton(literal_text(self.notice.action), self)
            act.clicked.connect(self.action_clicked)
            act.clicked.connect(self.closed)
            row.addWidget(act)
        if self.notice.detail:
            self._details_button = QPushButton(tr("Details"), self)
            self._details_button.setProperty("role", "link")
            self._details_button.setAccessibleName(tr("Details: {text}", text=self._text))
            self._details_button.clicked.connect(self._on_details_clicked)
            row.addWidget(self._details_button)
        row.addStretch(1)
        return row

    def _on_details_clicked(self) -> None:
        self._detail.setVisible(self._detail.isHidden())
        is_hidden = self._detail.isHidden()
        self._details_button.setText(tr("Details") if is_hidden else tr("Fewer details"))
        self._close_timer.stop()
        self.height_changed.emit()

    def _update_icon(self) -> None:
        role = self.notice.level if self.notice.level in _ICONS else "info"
        self._icon_label.setPixmap(self._style.pixmap(_ICONS[role], role))


class NoticeStack(QWidget):
    """Stack of the newest notices in the lower right corner of `host`, above its other widgets."""

    def __init__(self, style: Style, host: QWidget, *, bottom_margin: int = 0) -> None:
        """`bottom_margin` is the height in pixels that stays free below, such as the player's."""
        super().__init__(host)
        self._style = style
        self._host = host
        self._bottom_margin = bottom_margin
        self._bars: list[NoticeBar] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        self._column.setSpacing(8)
        self.setAccessibleName(tr("Notices"))
        self.setProperty(ABOVE_RINGS, True)
        self._focus_before: QWidget | None = None
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)
        host.installEventFilter(self)
        self.hide()

    def notices(self) -> list[NoticeText]:
        return [bar.notice for bar in self._bars]

    def show_notice(
        self, notice: NoticeText, on_action: Callable[[], object] | None = None
    ) -> None:
        """Adds a notice; an equal one is replaced, and the oldest is removed beyond the limit."""
        bar = NoticeBar(self._style, notice, self)
        if on_action is not None:
            bar.action_clicked.connect(lambda: on_action())
        self.add_bar(bar)

    def remove_notice(self, notice: NoticeText) -> None:
        """Removes a notice that no longer applies; does nothing when it is gone."""
        for bar in tuple(self._bars):
            if bar.notice == notice:
                self._remove_bar(bar)

    def add_bar(self, bar: NoticeBar) -> None:
        """Adds a notice of another kind, created with this widget as its parent."""
        for old in tuple(self._bars):
            if old.notice == bar.notice:
                self._remove_bar(old)
        while len(self._bars) >= _MAX_NOTICES:
            # Those that stay until they are closed are removed last.
            leaving = (one for one in self._bars if one.notice.level in _TIMEOUTS_MS)
            self._remove_bar(next(leaving, self._bars[0]))
        bar.setFixedWidth(NOTICE_WIDTH)
        shadow = QGraphicsDropShadowEffect(bar)
        shadow.setBlurRadius(22)
        shadow.setOffset(0, 5)
        shadow.setColor(
            self._style.theme.colour("ground/60")
            if self._style.theme.is_dark
            else self._style.theme.colour("text1/18")
        )
        bar.setGraphicsEffect(shadow)
        bar.closed.connect(lambda: self._remove_bar(bar))
        bar.height_changed.connect(self._update_geometry)
        self._bars.append(bar)
        self._column.addWidget(bar)
        # A bar created while this widget is visible is not shown automatically.
        bar.show()
        self.show()
        self.raise_()
        self._update_geometry()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(bar, bar.accessibleName()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._host and event.type() is QEvent.Type.Resize:
            self._update_geometry()
        return super().eventFilter(watched, event)

    def _on_focus_changed(self, old: QWidget | None, now: QWidget | None) -> None:
        if now is None or not isValid(self) or not self.isAncestorOf(now):
            return
        if old is not None and isValid(old) and not self.isAncestorOf(old):
            self._focus_before = old

    def _return_focus(self, bar: NoticeBar) -> None:
        """Moves the focus out of a notice, to the control that had it before."""
        focused = QApplication.focusWidget()
        before = self._focus_before
        if focused is None or before is None or not bar.isAncestorOf(focused):
            return
        if isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove_bar(self, bar: NoticeBar) -> None:
        if bar not in self._bars:
            return
        self._return_focus(bar)
        self._bars.remove(bar)
        self._column.removeWidget(bar)
        bar.hide()
        bar.deleteLater()
        self.setVisible(bool(self._bars))
        self._update_geometry()

    def _update_geometry(self) -> None:
        width = NOTICE_WIDTH + 2 * _MARGIN
        height = 2 * _MARGIN + max(0, len(self._bars) - 1) * self._column.spacing()
        for bar in self._bars:
            inside = bar.layout()
            # With the frame's own margins: the border reduces the width of the text.
            needed = inside.totalHeightForWidth(NOTICE_WIDTH) if inside is not None else 0
            bar.setFixedHeight(max(needed, 44))
            height += bar.height()
        left = self._host.width() - width
        self.setGeometry(left, self._host.height() - self._bottom_margin - height, width, height)

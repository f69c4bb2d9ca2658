"""Head of the inspector: wide cover, title, favourite button, sound, banner about missing media."""

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionFrame,
    QVBoxLayout,
    QWidget,
)

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.ids import ClipId
from producer_studio.domain.media_note import parse_media_note
from producer_studio.translation import mark, tr
from producer_studio.ui.clips.cover_cache import CoverCache
from producer_studio.ui.inspector.section import MARGIN
from producer_studio.ui.inspector.tag_row import TagRow
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.checked_state import set_checked
from producer_studio.ui.widgets.flow_layout import FlowLayout
from producer_studio.ui.widgets.label import ElidedLabel, label
from producer_studio.ui.widgets.line_edit import LineEdit

_ASPECT_RATIO = 187 / 279
_RADIUS = 10.0


class WideCover(QAbstractButton):
    """Preserves the aspect ratio at any width."""

    def __init__(self, style: Style, covers: CoverCache, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self._covers = covers
        self._clip: Clip | None = None
        self.setProperty("ringRadius", _RADIUS)
        self.setAccessibleName(tr("Play this clip"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        covers.cover_loaded.connect(self.update)

    def show_clip(self, clip: Clip) -> None:
        self._clip = clip
        self.setEnabled(clip.playable)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(279, 187)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(width * _ASPECT_RATIO)

    def paintEvent(self, _event: QPaintEvent) -> None:
        clip = self._clip
        if clip is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = (self.width(), self.height())
        ratio = self.devicePixelRatioF()
        painter.drawPixmap(0, 0, self._covers.pixmap(clip.id, clip.cover, size, ratio, _RADIUS))
        if self.isEnabled() and (self.underMouse() or self.hasFocus()):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(0, 0, 0, 120))
            middle = self.rect().center()
            painter.drawEllipse(middle, 22, 22)
            painter.setBrush(QColor(255, 255, 255, 245))
            corners = (QPoint(-6, -9), QPoint(10, 0), QPoint(-6, 9))
            painter.drawPolygon([middle + corner for corner in corners])
        painter.end()


_MESSAGES = {
    MediaState.PENDING: mark("The sound is being downloaded from the service."),
    MediaState.REJECTED: mark("The sound could not be downloaded. The clip's details are kept."),
    MediaState.MISSING: mark("The sound file is missing. Put it back, or download it again."),
}


class MediaBanner(QFrame):
    """Message with buttons below the cover.

    Signals:
        fetch_requested: Download the sound again.
        restore_requested: Restore the clip from the trash.
        deletion_requested: Delete the clip permanently.
    """

    fetch_requested = Signal()
    restore_requested = Signal()
    deletion_requested = Signal()

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self.setProperty("surface", "well")
        self._icon = QLabel(self)
        self.message_label = label("", "value", self, wrap=True)
        self.action_button = QPushButton(self)
        self.action_button.clicked.connect(self._on_action_clicked)
        self.delete_button = QPushButton(tr("Delete for good…"), self)
        self.delete_button.setProperty("role", "danger")
        self.delete_button.clicked.connect(self.deletion_requested)
        self._is_in_trash = False
        self._clip: ClipId | None = None
        self._role = "warn"
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(self._icon)
        line.addWidget(self.message_label, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        column.addLayout(line)
        row = QHBoxLayout()
        row.setContentsMargins(26, 0, 0, 0)
        # In two lines where the words of the language are long.
        buttons = FlowLayout(gap=8)
        buttons.addWidget(self.action_button)
        buttons.addWidget(self.delete_button)
        row.addLayout(buttons, 1)
        column.addLayout(row)
        style.changed.connect(self._update_icon)

    def show_clip(self, clip: Clip) -> None:
        """Shows the state of the clip's media, or hides the banner."""
        self._is_in_trash = clip.trashed_at is not None
        sentence = tr(_MESSAGES.get(clip.media, ""))
        is_ready = clip.media is MediaState.READY
        if self._is_in_trash:
            sentence = tr("This clip is in the trash.")
        elif clip.media_note and (sentence or is_ready):
            sentence = tr(parse_media_note(clip.media_note))
        # The layout below does not move as long as the same clip is shown.
        policy = self.sizePolicy()
        has_room = policy.retainSizeWhenHidden() or not self.isHidden()
        policy.setRetainSizeWhenHidden(clip.id == self._clip and has_room)
        self._clip = clip.id
        self.setSizePolicy(policy)
        self.setVisible(bool(sentence))
        if not sentence:
            return
        self.message_label.setText(sentence)
        self.action_button.setText(tr("Restore") if self._is_in_trash else tr("Download again"))
        has_source = clip.remote_id is not None or bool(clip.links.audio)
        self.action_button.setVisible(self._is_in_trash or has_source)
        self.delete_button.setVisible(self._is_in_trash)
        quiet = self._is_in_trash or clip.media is MediaState.PENDING
        self._role = "info" if quiet else "warn"
        self._update_icon()

    def _update_icon(self) -> None:
        name = "info" if self._role == "info" else "triangle-alert"
        self._icon.setPixmap(self._style.pixmap(name, self._role, 16))

    def _on_action_clicked(self) -> None:
        if self._is_in_trash:
            self.restore_requested.emit()
        else:
            self.fetch_requested.emit()


_TEXT_MARGIN = 2
"""Horizontal margin that Qt leaves inside every line edit."""


class ElidedEdit(LineEdit):
    """Shows the start of a text that is too long, and the whole text as its tooltip."""

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        place = QStyle.SubElement.SE_LineEditContents
        room = self.style().subElementRect(place, option, self).marginsRemoved(self.textMargins())
        room.adjust(_TEXT_MARGIN, 0, -_TEXT_MARGIN, 0)
        text = self.displayText()
        shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        whole = text if shown != text else ""
        if self.toolTip() != whole:
            self.setToolTip(whole)
        if not whole or self.hasFocus():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        frame = QStyle.PrimitiveElement.PE_PanelLineEdit
        self.style().drawPrimitive(frame, option, painter, self)
        side = QStyle.visualAlignment(self.layoutDirection(), self.alignment())
        painter.setPen(self.palette().text().color())
        painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()


_FIELD_PADDING = 7
"""Border and padding of the title field: its text is aligned with that of a label."""


class Heading(QWidget):
    """Heading of the inspector.

    Signals:
        title_edited: Text of the title, at each edit.
        title_committed: The title field lost the focus, or Enter was pressed.
        favourite_toggled: The favourite button was pressed.
    """

    title_edited = Signal(str)
    title_committed = Signal()
    favourite_toggled = Signal(bool)

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self._clip: ClipId | None = None
        self.title = ElidedEdit(self)
        self.title.setProperty("role", "quiet")
        self.title.setProperty("fit", "title")
        self.title.setAccessibleName(tr("Clip title"))
        self.title.setMaxLength(200)
        self.title.textEdited.connect(self.title_edited)
        self.title.editingFinished.connect(self._on_title_editing_finished)
        self.favourite_button = IconButton(
            style, "heart", tr("Favourite"), self, checkable=True, box=24
        )
        # The filled heart is enough; the background of other checked buttons would be too much.
        self.favourite_button.setStyleSheet(
            "QToolButton:checked:!hover { background: transparent; }"
        )
        self.favourite_button.toggled.connect(self._on_favourite_toggled)
        self.sound = ElidedLabel("", "secondary", self)
        self.tags = TagRow(style, self)
        self.problem_label = label("", "bad", self, wrap=True)
        self.problem_label.hide()
        for value in (self.tags.tempo, self.tags.key):
            value.problem_changed.connect(self._on_problem_changed)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(self.title, 1)
        line.addWidget(self.favourite_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN - _FIELD_PADDING, 6, MARGIN - 4, 13)
        column.setSpacing(1)
        column.addLayout(line)
        rest = QVBoxLayout()
        rest.setContentsMargins(_FIELD_PADDING, 0, 4, 0)
        rest.setSpacing(9)
        rest.addWidget(self.sound)
        rest.addWidget(self.tags)
        rest.addWidget(self.problem_label)
        column.addLayout(rest)

    def show_clip(self, clip: Clip, unsaved_title: str | None) -> None:
        """Shows a clip; an edit of its title in progress is preserved."""
        another, self._clip = clip.id != self._clip, clip.id
        text = unsaved_title if unsaved_title is not None else clip.title
        if self.title.text() != text and (another or not self.title.isModified()):
            self.title.setText(text)
            self.title.setCursorPosition(0)
        self.sound.setText(" ".join(clip.sound.split()))
        self.sound.setVisible(bool(clip.sound.strip()))
        self.show_favourite(on=clip.favourite)
        self.tags.show_clip(clip)

    def show_favourite(self, *, on: bool) -> None:
        set_checked(self.favourite_button, on)
        self.favourite_button.set_icon("heart", "accent" if on else "text2", filled=on)

    def _on_problem_changed(self, problem: str) -> None:
        self.problem_label.setText(problem)
        self.problem_label.setVisible(bool(problem))

    def _on_title_editing_finished(self) -> None:
        if self.window().focusWidget() is self.title and not self.title.hasFocus():
            # Another window has the focus for a while: the edit continues afterwards.
            return
        # From here on the field shows the library's title again.
        self.title.setModified(False)
        self.title_committed.emit()

    def _on_favourite_toggled(self, on: bool) -> None:
        self.show_favourite(on=on)
        self.favourite_toggled.emit(on)

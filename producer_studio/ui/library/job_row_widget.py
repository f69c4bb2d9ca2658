"""One job on top of the list."""

import math
from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QPushButton, QWidget

from producer_studio.domain.credits import credits_text
from producer_studio.domain.job import Job
from producer_studio.ui.availability import ASK_AGAIN_TIP
from producer_studio.ui.library.job_row import JobFace, Mood
from producer_studio.ui.library.row_layout import (
    ART,
    MARGIN,
    TEXT_LEFT,
    Column,
    job_height,
    row_layout,
)
from producer_studio.ui.library.row_style import Brushes
from producer_studio.ui.operation_labels import ONE_AT_A_TIME
from producer_studio.ui.widgets.button_keys import set_guarded
from producer_studio.ui.widgets.icon_button import IconButton
from producer_studio.ui.widgets.literal_text import literal_text

_BAR = 3
_LEAST_WORDS = 220
_MOST_LINES = 3
"""A sentence that says what was lost or charged is not cut off; beyond this, the tooltip has it."""
_GLIDE_MS = 50
_FREE = frozenset({"details", "look-again", "ask-again"})
"""All other buttons of a job spend, or end something that cannot be taken up again."""
_ICONS = {
    Mood.RUNS: ("audio-lines", "text2", "hover"),
    Mood.WAITS: ("clock", "text2", "hover"),
    Mood.FAILED: ("circle-alert", "bad", "bad/15"),
    Mood.UNKNOWN: ("circle-help", "warn", "warn/15"),
}


class JobRow(QWidget):
    """Painted like a clip's row, with real buttons; `show_face` brings it up to date.

    Signals:
        asked: The user pressed a button (its word: cancel, retry, dismiss, details, look-again,
            send-again, forget, send).
        keyboard_freed: A button that had the keyboard goes away.
    """

    asked = Signal(str)
    keyboard_freed = Signal()

    def __init__(self, job: Job, brushes: Brushes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.job = job
        self._brushes = brushes
        self._face: JobFace | None = None
        self._layout = row_layout(736)
        self._buttons: list[QAbstractButton] = []
        self._glide_at = 0.0
        self._glide = QTimer(self, interval=_GLIDE_MS)
        self._glide.timeout.connect(self._on_glide)

    @property
    def mood(self) -> Mood | None:
        return self._face.mood if self._face else None

    def show_face(self, job: Job, face: JobFace) -> None:
        """Shows how the job stands now."""
        self.job = job
        before, self._face = self._face, face
        shown = (before.mood, before.title, before.withheld) if before is not None else None
        if shown != (face.mood, face.title, face.withheld):
            self._make_buttons(face)
        if before is None or before.sentence != face.sentence:
            self._place()
            self.updateGeometry()
        if before != face:
            self.setAccessibleName(face.spoken)
            hidden = face.mood is Mood.RUNS or len(self._sentence()) == _MOST_LINES
            self.setToolTip(face.sentence if hidden else "")
            self.update()
        self._set_glide(on=face.mood is Mood.RUNS and face.fill is None)

    def renew(self) -> None:
        """Takes up another theme or text size."""
        self._place()
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self._words_height() + (self._second_line() if self._is_tight() else 0))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        face = self._face
        if face is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._brushes.theme
        height = job_height(self._brushes.scale)
        row = QRect(0, 0, self.width(), height)
        tall = self._words_height()
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.line)
        name, ink, ground = _ICONS[face.mood]
        tile = QRect(MARGIN, (tall - ART) // 2, ART, ART)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(ground))
        painter.drawRoundedRect(tile, 6, 6)
        icon = self._brushes.look.pixmap(name, ink, 16)
        painter.drawPixmap(tile.center().x() - 7, tile.center().y() - 7, icon)
        self._paint_title(painter, row, face)
        if face.mood is Mood.RUNS:
            self._paint_progress(painter, row, face)
        else:
            painter.setPen(theme.bad if face.mood is Mood.FAILED else theme.text2)
            room = self._words_end() - TEXT_LEFT
            for number, line in enumerate(self._sentence()):
                middle = height * 0.68 + number * self._leading()
                self._brushes.body.draw(painter, TEXT_LEFT, middle, line, room)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def _paint_title(self, painter: QPainter, row: QRect, face: JobFace) -> None:
        brushes = self._brushes
        layout = self._layout
        end = self._words_end()
        upper = row.height() * self._title_share(face)
        phase = face.phase if face.mood is Mood.RUNS and self._is_wide() else ""
        phase_width = brushes.body.get(phase, 400)[1] if phase else 0.0
        badge_width = brushes.small.get(face.badge, 110)[1] + 14 if face.badge else 0.0
        room = end - TEXT_LEFT - badge_width - 8 - (phase_width + 12 if phase else 0)
        painter.setPen(brushes.theme.text1)
        width = brushes.title.draw(painter, TEXT_LEFT, upper, face.title, max(40, int(room)))
        if face.badge:
            brushes.badge(painter, TEXT_LEFT + width + 8, upper, face.badge)
        if phase:
            painter.setPen(brushes.theme.text3)
            brushes.body.draw(painter, end - phase_width, upper, phase, 400)
        middle = row.center().y() + 0.5
        model = layout.left(Column.MODEL)
        recipe = self.job.recipe
        named = recipe.model and recipe.operation not in ONE_AT_A_TIME
        if model is not None and face.mood is Mood.RUNS and named:
            room_model = layout.right(Column.MODEL) - model - 6
            brushes.badge(painter, model, middle, recipe.model, outlined=True, room=room_model)

    def _title_share(self, face: JobFace) -> float:
        """Where the title's line is, as a share of the row's height."""
        if face.mood is not Mood.RUNS:
            return 0.36
        return 0.43 if self._is_wide() else 0.3

    def _paint_progress(self, painter: QPainter, row: QRect, face: JobFace) -> None:
        brushes = self._brushes
        theme = brushes.theme
        layout = self._layout
        middle = row.center().y() + 0.5
        rating = layout.left(Column.RATING)
        length = layout.left(Column.LENGTH)
        if not self._is_wide():
            times = f"{face.phase} · {face.elapsed} {face.typical}" if face.elapsed else face.phase
            painter.setPen(theme.text3)
            room = self._words_end() - TEXT_LEFT
            brushes.small.draw(painter, TEXT_LEFT, row.height() * 0.77, times, room)
        elif rating is not None and length is not None:
            painter.setPen(theme.text2)
            brushes.body.draw(painter, length, middle, face.elapsed, 60)
            brushes.body.draw(painter, rating, middle, face.typical, 80)
        track = self._track()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.hover)
        painter.drawRoundedRect(track, 1.5, 1.5)
        glow = QLinearGradient(track.topLeft(), track.topRight())
        if face.fill is not None:
            glow = QLinearGradient(track.left(), 0, track.left() + track.width() * face.fill, 0)
            glow.setColorAt(0, theme.glow_from)
            glow.setColorAt(1, theme.glow_to)
            painter.setBrush(glow)
            width = track.width() * face.fill
            if width >= 1:
                painter.drawRoundedRect(QRectF(track.left(), track.top(), width, _BAR), 1.5, 1.5)
            return
        clear = QColor(theme.glow_to)
        clear.setAlpha(0)
        if self._glide.isActive():
            for offset in (-0.3, 0.0, 0.3):
                place = min(1.0, max(0.0, self._glide_at * 1.6 - 0.3 + offset))
                glow.setColorAt(place, theme.glow_from if offset == 0 else clear)
            painter.setBrush(glow)
        else:
            painter.setBrush(theme.colour("accent/50"))
        painter.drawRoundedRect(track, 1.5, 1.5)

    def _track(self) -> QRectF:
        height = job_height(self._brushes.scale)
        share = 0.7 if self._is_wide() else 0.52
        return QRectF(TEXT_LEFT, height * share, self._words_end() - TEXT_LEFT, _BAR)

    def _words_end(self) -> int:
        if self.mood is Mood.RUNS and self._is_wide():
            return self._layout.end
        if self._is_tight():
            return self.width() - MARGIN
        return TEXT_LEFT + self._room_beside_buttons()

    def _room_beside_buttons(self) -> int:
        taken = sum(_size(button).width() + 6 for button in self._buttons)
        return self.width() - TEXT_LEFT - taken - (33 if self._is_wide() else 8) - 8

    def _is_wide(self) -> bool:
        """Whether every column has its room, and the times theirs."""
        return self._layout.left(Column.ADDED) is not None

    def _is_tight(self) -> bool:
        """Whether the buttons need a line of their own."""
        face = self._face
        if face is None or face.mood is Mood.RUNS:
            return False
        room = self._room_beside_buttons()
        if room < _LEAST_WORDS * self._brushes.scale:
            return True
        return len(self._brushes.body.lines(face.sentence, room, _MOST_LINES + 1)) > _MOST_LINES

    def _sentence(self) -> tuple[str, ...]:
        if self._face is None or self._face.mood is Mood.RUNS:
            return ()
        room = self._words_end() - TEXT_LEFT
        return self._brushes.body.lines(self._face.sentence, room, _MOST_LINES)

    def _leading(self) -> int:
        return math.ceil(self._brushes.body.metrics.height()) + 1

    def _words_height(self) -> int:
        """Of the row without the line that the buttons may need below it."""
        more = max(0, len(self._sentence()) - 1)
        return job_height(self._brushes.scale) + more * self._leading()

    def _second_line(self) -> int:
        return max((_size(button).height() for button in self._buttons), default=0) + 6

    def let_go(self) -> None:
        """Gives the keyboard away where a button of the row's has it, as the button is to go."""
        if any(button.hasFocus() for button in self._buttons):
            self.keyboard_freed.emit()

    def _make_buttons(self, face: JobFace) -> None:
        self.let_go()
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        mood, title = face.mood, face.title
        price = credits_text(self.job.credits_expected)
        again = f" · {price}" if self.job.credits_expected is not None else ""
        said = f"What the service said, {title}, {face.phase.lower()}"
        made: list[QAbstractButton] = []
        if mood is Mood.RUNS:
            if "cancel" not in face.withheld:
                made.append(self._icon("x", f"Cancel {title}", "cancel"))
        elif mood is Mood.FAILED:
            made.append(self._icon("info", said, "details"))
            if "retry" not in face.withheld:
                retry = self._push(f"Retry{again}", "retry", f"Ask for the same again: {price}")
                self._brushes.look.dress(retry, "rotate-cw", "text1", 14)
                made.append(retry)
            if "ask-again" not in face.withheld:
                made.append(self._push("Ask again", "ask-again", ASK_AGAIN_TIP))
            made.append(self._icon("x", f"Dismiss {title}", "dismiss"))
        elif mood is Mood.UNKNOWN:
            twice = f"May be charged a second time: {price}"
            made.append(self._icon("info", said, "details"))
            if "look-again" not in face.withheld:
                free = "Free: asks the service what it knows"
                made.append(self._push("Look again", "look-again", free))
            made.append(self._push(f"Send again{again}", "send-again", twice))
            made.append(self._push("Forget", "forget", "Takes the job out of the list"))
        else:
            made = [
                self._push(f"Send{again}", "send", f"Sends it now: {price}"),
                self._push("Forget", "cancel", "Takes the job out of the list"),
            ]
        self._buttons = made
        for button in self._buttons:
            button.show()
        self._place()
        self.updateGeometry()

    def _icon(self, icon: str, name: str, word: str) -> QAbstractButton:
        button = IconButton(self._brushes.look, icon, name, self)
        button.clicked.connect(self._asker(word))
        set_guarded(button, word not in _FREE)
        return button

    def _push(self, text: str, word: str, tip: str) -> QPushButton:
        button = QPushButton(literal_text(text), self)
        button.setToolTip(tip)
        button.setAccessibleName(f"{text}, {self._face.title if self._face else self.job.title}")
        button.clicked.connect(self._asker(word))
        set_guarded(button, word not in _FREE)
        return button

    def _asker(self, word: str) -> Callable[[], None]:
        def ask() -> None:
            self.asked.emit(word)

        return ask

    def _place(self) -> None:
        self._layout = row_layout(self.width(), self._brushes.scale)
        height = self._words_height()
        if self._is_tight():
            wide = sum(_size(button).width() + 6 for button in self._buttons)
            left = TEXT_LEFT if TEXT_LEFT + wide < self.width() else MARGIN - 4
            for button in self._buttons:
                size = _size(button)
                top = height - 4 + (self._second_line() - 6 - size.height()) // 2
                button.setGeometry(left, top, size.width(), size.height())
                left += size.width() + 6
            return
        # The crosses stand one below the other, in the date's column.
        right = self.width() - (33 if self._is_wide() else 8)
        for button in reversed(self._buttons):
            size = _size(button)
            button.setGeometry(
                right - size.width(), (height - size.height()) // 2, size.width(), size.height()
            )
            right -= size.width() + 6

    def _set_glide(self, *, on: bool) -> None:
        moves = on and self._brushes.look.motion_ms > 0
        if moves and not self._glide.isActive():
            self._glide.start()
        elif not moves:
            self._glide.stop()

    def _on_glide(self) -> None:
        if self.isVisible():
            self._glide_at = (self._glide_at + _GLIDE_MS / 2400) % 1.0
            self.update(self._track().toAlignedRect())


def _size(button: QAbstractButton) -> QSize:
    hint = button.sizeHint().expandedTo(button.minimumSize())
    return hint.boundedTo(button.maximumSize())

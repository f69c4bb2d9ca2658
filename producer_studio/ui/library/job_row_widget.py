"""Widget of one job above the list."""

import math

from PySide6.QtCore import QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QPushButton, QWidget

from producer_studio.domain.job import Job
from producer_studio.domain.operation import OPERATIONS_WITHOUT_TAKES
from producer_studio.domain.takes import take_label
from producer_studio.translation import join_texts, tr
from producer_studio.ui.clips.row_layout import (
    COVER_SIZE,
    MARGIN,
    TEXT_LEFT,
    compute_row_layout,
    job_row_height,
)
from producer_studio.ui.clips.row_style import RowStyle
from producer_studio.ui.library.job_buttons import JobButton, list_buttons
from producer_studio.ui.library.job_progress_bar import BAR_HEIGHT, paint_progress_bar
from producer_studio.ui.library.job_row import JobRow, JobRowKind, created_text
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.keyboard import set_guarded
from producer_studio.ui.widgets.text_format import literal_text

_MIN_TEXT_WIDTH = 220
_MAX_LINES = 3
"""Maximum lines of a message about lost or charged work; the tooltip has the complete text."""
_ANIMATION_STEP_MS = 50
_ICONS = {
    JobRowKind.RUNNING: ("audio-lines", "text2", "hover"),
    JobRowKind.WAITING: ("clock", "text2", "hover"),
    JobRowKind.FAILED: ("circle-alert", "bad", "bad/15"),
    JobRowKind.UNKNOWN: ("circle-help", "warn", "warn/15"),
    JobRowKind.UNDELIVERED: ("circle-alert", "warn", "warn/15"),
}


class JobRowWidget(QWidget):
    """Row painted like a clip's row, with real buttons; `show_row` updates it.

    Signals:
        action_requested: The user pressed a button (`JobButton.action`).
        focus_released: A focused button is about to be removed.
    """

    action_requested = Signal(str)
    focus_released = Signal()

    def __init__(self, job: Job, row_style: RowStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.job = job
        self._row_style = row_style
        self._row: JobRow | None = None
        self._layout = compute_row_layout(736)
        self._buttons: list[QAbstractButton] = []
        self._animation_position = 0.0
        self._animation_timer = QTimer(self, interval=_ANIMATION_STEP_MS)
        self._animation_timer.timeout.connect(self._on_animation_step)

    @property
    def kind(self) -> JobRowKind | None:
        return self._row.kind if self._row else None

    def show_row(self, job: Job, job_row: JobRow) -> None:
        """Shows the current state of the job."""
        self.job = job
        before, self._row = self._row, job_row
        if before is None or before.button_state != job_row.button_state:
            self._rebuild_buttons(job_row)
        if before is None or before.message != job_row.message:
            self._position_buttons()
            self.updateGeometry()
        if before != job_row:
            spoken = join_texts((job_row.accessible_text, created_text(job)))
            self.setAccessibleName(tr(spoken))
            hidden = job_row.kind is JobRowKind.RUNNING or len(self._message_lines()) == _MAX_LINES
            self.setToolTip(job_row.message if hidden else "")
            self.update()
        self._set_animated(on=job_row.kind is JobRowKind.RUNNING and job_row.bar_fraction is None)

    def reload_style(self) -> None:
        """Applies another theme or text size."""
        self._position_buttons()
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(
            200,
            self._text_height() + (self._button_line_height() if self._needs_button_line() else 0),
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        job_row = self._row
        if job_row is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._row_style.theme
        height = job_row_height(self._row_style.scale)
        row = QRect(0, 0, self.width(), height)
        tall = self._text_height()
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.line)
        name, ink, ground = _ICONS[job_row.kind]
        tile = QRect(MARGIN, (tall - COVER_SIZE) // 2, COVER_SIZE, COVER_SIZE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(ground))
        painter.drawRoundedRect(tile, 6, 6)
        icon = self._row_style.style.pixmap(name, ink, 16)
        painter.drawPixmap(tile.center().x() - 7, tile.center().y() - 7, icon)
        self._paint_title(painter, row, job_row)
        if job_row.kind is JobRowKind.RUNNING:
            self._paint_progress(painter, row, job_row)
        else:
            painter.setPen(theme.bad if job_row.kind is JobRowKind.FAILED else theme.text2)
            room = self._text_right() - TEXT_LEFT
            for number, line in enumerate(self._message_lines()):
                middle = height * 0.68 + number * self._line_height()
                self._row_style.body.draw(painter, TEXT_LEFT, middle, line, room)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._position_buttons()
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def _paint_title(self, painter: QPainter, row: QRect, job_row: JobRow) -> None:
        row_style = self._row_style
        layout = self._layout
        end = self._text_right()
        upper = row.height() * self._title_share(job_row)
        phase = (
            job_row.phase if job_row.kind is JobRowKind.RUNNING and self._has_all_columns() else ""
        )
        phase_width = row_style.body.get(phase, 400)[1] if phase else 0.0
        badge_width = row_style.small.get(job_row.badge, 110)[1] + 14 if job_row.badge else 0.0
        room = end - TEXT_LEFT - badge_width - 8 - (phase_width + 12 if phase else 0)
        painter.setPen(row_style.theme.text1)
        width = self._draw_title(painter, upper, job_row.title, max(40, int(room)))
        if job_row.badge:
            row_style.draw_badge(painter, TEXT_LEFT + width + 8, upper, job_row.badge)
        if phase:
            painter.setPen(row_style.theme.text3)
            row_style.body.draw(painter, end - phase_width, upper, phase, 400)
        middle = row.center().y() + 0.5
        model = layout.left("model")
        recipe = self.job.recipe
        named = recipe.model and recipe.operation not in OPERATIONS_WITHOUT_TAKES
        if model is not None and job_row.kind is JobRowKind.RUNNING and named:
            room_model = layout.right("model") - model - 6
            row_style.draw_badge(
                painter, model, middle, recipe.model, outlined=True, room=room_model
            )

    def _draw_title(self, painter: QPainter, middle: float, title: str, room: int) -> float:
        """Draws the title, shortened before the number of the take; returns its width."""
        label = tr(take_label(self.job.take, self.job.takes))
        take = f" · {label}" if label else ""
        return self._row_style.title.draw(painter, TEXT_LEFT, middle, title, room, take)

    def _title_share(self, job_row: JobRow) -> float:
        """Returns the vertical position of the title as a share of the row's height."""
        if job_row.kind is not JobRowKind.RUNNING:
            return 0.36
        return 0.43 if self._has_all_columns() else 0.3

    def _paint_progress(self, painter: QPainter, row: QRect, job_row: JobRow) -> None:
        row_style = self._row_style
        theme = row_style.theme
        layout = self._layout
        middle = row.center().y() + 0.5
        rating = layout.left("rating")
        length = layout.left("length")
        if not self._has_all_columns():
            times = (
                f"{job_row.phase} · {job_row.elapsed_text} {job_row.typical_text}"
                if job_row.elapsed_text
                else job_row.phase
            )
            painter.setPen(theme.text3)
            room = self._text_right() - TEXT_LEFT
            row_style.small.draw(painter, TEXT_LEFT, row.height() * 0.77, times, room)
        elif rating is not None and length is not None:
            painter.setPen(theme.text2)
            row_style.body.draw(painter, length, middle, job_row.elapsed_text, 60)
            row_style.body.draw(painter, rating, middle, job_row.typical_text, 80)
        paint_progress_bar(
            painter,
            theme,
            self._progress_bar_rect(),
            fraction=job_row.bar_fraction,
            animation=self._animation_position if self._animation_timer.isActive() else None,
        )

    def _progress_bar_rect(self) -> QRectF:
        height = job_row_height(self._row_style.scale)
        share = 0.7 if self._has_all_columns() else 0.52
        return QRectF(TEXT_LEFT, height * share, self._text_right() - TEXT_LEFT, BAR_HEIGHT)

    def _text_right(self) -> int:
        if self.kind is JobRowKind.RUNNING and self._has_all_columns():
            return self._layout.title_right
        if self._needs_button_line():
            return self.width() - MARGIN
        return TEXT_LEFT + self._width_beside_buttons()

    def _width_beside_buttons(self) -> int:
        taken = sum(_button_size(button).width() + 6 for button in self._buttons)
        return self.width() - TEXT_LEFT - taken - (33 if self._has_all_columns() else 8) - 8

    def _has_all_columns(self) -> bool:
        """Whether the times and the close button have the columns that they are aligned with."""
        names = [column.spec.name for column in self._layout.columns]
        return {"length", "rating"} <= set(names) and names[-1] == "added"

    def _needs_button_line(self) -> bool:
        """Whether the buttons need a line of their own."""
        job_row = self._row
        if job_row is None or job_row.kind is JobRowKind.RUNNING:
            return False
        room = self._width_beside_buttons()
        if room < _MIN_TEXT_WIDTH * self._row_style.scale:
            return True
        return (
            len(self._row_style.body.break_lines(job_row.message, room, _MAX_LINES + 1))
            > _MAX_LINES
        )

    def _message_lines(self) -> tuple[str, ...]:
        if self._row is None or self._row.kind is JobRowKind.RUNNING:
            return ()
        room = self._text_right() - TEXT_LEFT
        return self._row_style.body.break_lines(self._row.message, room, _MAX_LINES)

    def _line_height(self) -> int:
        return math.ceil(self._row_style.body.metrics.height()) + 1

    def _text_height(self) -> int:
        """Returns the height of the row without the additional line for the buttons."""
        more = max(0, len(self._message_lines()) - 1)
        return job_row_height(self._row_style.scale) + more * self._line_height()

    def _button_line_height(self) -> int:
        return max((_button_size(button).height() for button in self._buttons), default=0) + 6

    def release_focus(self) -> None:
        """Emits `focus_released` if one of the buttons that are to be removed has the focus."""
        if any(button.hasFocus() for button in self._buttons):
            self.focus_released.emit()

    def _rebuild_buttons(self, job_row: JobRow) -> None:
        self.release_focus()
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        title = tr(join_texts((job_row.title, created_text(self.job))))
        self._buttons = [self._create_button(one) for one in list_buttons(job_row, title)]
        for button in self._buttons:
            button.show()
        self._position_buttons()
        self.updateGeometry()

    def _create_button(self, content: JobButton) -> QAbstractButton:
        style = self._row_style.style
        button: QAbstractButton
        if content.text:
            button = QPushButton(literal_text(content.text), self)
            button.setToolTip(content.tooltip)
            button.setAccessibleName(content.accessible_name)
            if content.icon:
                style.set_icon(button, content.icon, "text1", 14)
        else:
            button = IconButton(style, content.icon, content.accessible_name, self)
        button.clicked.connect(lambda: self.action_requested.emit(content.action))
        set_guarded(button, not content.is_free)
        return button

    def _position_buttons(self) -> None:
        arrangement = self._row_style.columns.arrangement
        self._layout = compute_row_layout(self.width(), self._row_style.scale, arrangement)
        height = self._text_height()
        if self._needs_button_line():
            wide = sum(_button_size(button).width() + 6 for button in self._buttons)
            left = TEXT_LEFT if TEXT_LEFT + wide < self.width() else MARGIN - 4
            for button in self._buttons:
                size = _button_size(button)
                top = height - 4 + (self._button_line_height() - 6 - size.height()) // 2
                button.setGeometry(left, top, size.width(), size.height())
                left += size.width() + 6
            return
        # The close buttons align vertically, in the date's column.
        right = self.width() - (33 if self._has_all_columns() else 8)
        for button in reversed(self._buttons):
            size = _button_size(button)
            button.setGeometry(
                right - size.width(), (height - size.height()) // 2, size.width(), size.height()
            )
            right -= size.width() + 6

    def _set_animated(self, *, on: bool) -> None:
        moves = on and self._row_style.style.motion_ms > 0
        if moves and not self._animation_timer.isActive():
            self._animation_timer.start()
        elif not moves:
            self._animation_timer.stop()

    def _on_animation_step(self) -> None:
        if self.isVisible():
            self._animation_position = (self._animation_position + _ANIMATION_STEP_MS / 2400) % 1.0
            self.update(self._progress_bar_rect().toAlignedRect())


def _button_size(button: QAbstractButton) -> QSize:
    hint = button.sizeHint().expandedTo(button.minimumSize())
    return hint.boundedTo(button.maximumSize())

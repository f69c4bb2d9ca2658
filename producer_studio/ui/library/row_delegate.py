"""Delegate that paints a clip's row from cached values."""

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)

from producer_studio.studio.clips import ValueKind
from producer_studio.translation import join_texts, tr
from producer_studio.ui.clips.group_row import GroupRow
from producer_studio.ui.clips.list_columns import ColumnArrangement
from producer_studio.ui.clips.row import ClipRow
from producer_studio.ui.clips.row_layout import (
    STAR_PITCH,
    TEXT_LEFT,
    RowLayout,
    RowPart,
    compute_row_layout,
    row_height,
)
from producer_studio.ui.clips.row_style import RowStyle
from producer_studio.ui.library.clip_delegate import (
    ClipDelegate,
    GroupButtons,
    HoverState,
    Index,
    PlaybackState,
    shown_star_count,
)
from producer_studio.ui.library.clip_table import ClipTable
from producer_studio.ui.library.group_painter import GROUP_TEXT_LEFT, GroupPainter

WAVEFORM_HEIGHT = 24
_COLUMN_GAP = 6
_DOT_ROOM = 14
_NUMBER_SIZE = 22
_NUMBER_SHIFT = 12
_MARK_SIZE = 12
_HEART_SIZE = 12


class RowDelegate(ClipDelegate):
    """Paints a row of the list; the view updates the shared `hover` and `playback`."""

    def __init__(
        self,
        table: ClipTable,
        row_style: RowStyle,
        hover: HoverState,
        playback: PlaybackState,
        buttons: GroupButtons,
        parent: QWidget,
    ) -> None:
        super().__init__(table, row_style, hover, playback, buttons, parent)
        self._view = parent
        self._layout = compute_row_layout(736)
        self._shown: tuple[int, float, ColumnArrangement] | None = None
        self._group_painter = GroupPainter(row_style, buttons)

    def layout_for(self, width: int) -> RowLayout:
        """Returns the layout of a row of this width."""
        scale = self._row_style.scale
        arrangement = self._row_style.columns.arrangement
        shown = (width, scale, arrangement)
        if shown != self._shown:
            self._shown = shown
            self._layout = compute_row_layout(width, scale, arrangement)
        return self._layout

    def part_at(self, row: QRect, point: QPoint, position: int) -> tuple[RowPart, int]:
        """Returns the part at a point of a row, and for the stars which one (1 to 5)."""
        if self._table.is_group(position):
            group = self._table.group_row(position)
            whole = self._whole_row(row)
            found = self._group_painter.part_at(whole, point, group) if group else RowPart.ROW
            return found, 0
        return self.layout_for(self._view.width()).part_at(row, point)

    def group_part_rects(self, row: QRect, group: GroupRow) -> dict[RowPart, QRect]:
        """Returns the boxes of a group's chevron and buttons."""
        return self._group_painter.part_rects(self._whole_row(row), group)

    def _whole_row(self, row: QRect) -> QRect:
        """Returns the box of a row as wide as the list, as the column headers are.

        A scroll bar beside the rows covers its end.
        """
        return QRect(row.left(), row.top(), self._view.width(), row.height())

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(option.rect.width(), row_height(self._row_style.scale))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        position = self._table.position(index)
        row = self._whole_row(option.rect)
        state: QStyle.StateFlag = option.state
        theme = self._row_style.theme
        pointed = self._hover.position == position
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(row, theme.selection)
            painter.fillRect(row.left(), row.top(), 2, row.height(), theme.accent)
        elif pointed:
            painter.fillRect(row, theme.colour("hover/45"))
        elif self._table.is_take(self._table.ids[position]):
            painter.fillRect(row, theme.colour("raised/45"))
        painter.fillRect(row.left(), row.bottom(), row.width(), 1, theme.line)
        hover = self._hover if pointed else None
        if self._table.is_group(position):
            self._paint_group(painter, row, position, hover)
        elif (clip_row := self._table.clip_row(position)) is None:
            self._paint_placeholder(painter, row)
        else:
            self._paint_clip(painter, row, clip_row, hover)
        if state & QStyle.StateFlag.State_HasFocus and state & _KEYBOARD_FOCUS:
            painter.setPen(theme.accent)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(row).adjusted(3.5, 1.5, -2.5, -2.5), 6, 6)
        painter.restore()

    def _paint_placeholder(self, painter: QPainter, row: QRect) -> None:
        """Paints a row whose clip is still being read."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._row_style.theme.colour("hover/60"))
        painter.drawRoundedRect(self._layout.cover_rect(row), 6, 6)
        middle = row.center().y()
        painter.drawRoundedRect(row.left() + TEXT_LEFT, middle - 14, 132, 9, 4, 4)
        painter.drawRoundedRect(row.left() + TEXT_LEFT, middle + 5, 92, 7, 3, 3)

    def _paint_group(
        self, painter: QPainter, row: QRect, position: int, hover: HoverState | None
    ) -> None:
        group = self._table.group_row(position)
        if group is None:
            self._paint_placeholder(painter, row)
            return
        self._paint_covers(painter, self._group_painter.covers_rect(row), group, hover)
        self._group_painter.paint(painter, row, group, hover.part if hover else None)

    def _paint_clip(
        self, painter: QPainter, row: QRect, clip_row: ClipRow, hover: HoverState | None
    ) -> None:
        row_style = self._row_style
        theme = row_style.theme
        ratio = painter.device().devicePixelRatioF()
        layout = self.layout_for(row.width())
        if self._table.is_take(clip_row.id):
            self._paint_take_number(painter, layout.cover_rect(row), clip_row, hover)
            self._paint_take(painter, row, layout, clip_row)
        else:
            self._paint_cover(painter, layout.cover_rect(row), clip_row, hover)
            self._paint_text(painter, row, layout, clip_row)
        middle = row.center().y() + 0.5
        if layout.waveform_width and clip_row.peaks:
            self._paint_waveform(painter, row, layout, clip_row, ratio)
        for column in layout.columns:
            spec = column.spec
            left = row.left() + column.left
            room = column.right - column.left
            text = clip_row.texts[spec.name]
            if spec.kind is ValueKind.RATING:
                count = shown_star_count(clip_row, hover)
                tall = STAR_PITCH * row_style.scale
                drawn = row_style.star_pixmap(count, ratio)
                painter.drawPixmap(left, round(middle - tall / 2), drawn)
            elif spec.kind is ValueKind.NAME and text:
                row_style.draw_badge(painter, left, middle, text, outlined=True, room=room - 6)
            elif text:
                painter.setPen(theme.text2)
                room -= _COLUMN_GAP
                width = row_style.body.get(text, room)[1]
                at = row.left() + layout.text_left(spec, width)
                row_style.body.draw(painter, at, middle, text, room)

    def _paint_text(
        self, painter: QPainter, row: QRect, layout: RowLayout, clip_row: ClipRow
    ) -> None:
        row_style = self._row_style
        theme = row_style.theme
        left = row.left() + TEXT_LEFT
        upper = row.top() + row.height() * 0.36
        lower = row.top() + row.height() * 0.66
        room = layout.text_width
        badge_room = 0
        if clip_row.badge:
            badge_room = round(row_style.small.get(clip_row.badge, 96)[1]) + 14 + 8
        dot_room = _DOT_ROOM if clip_row.is_unheard else 0
        painter.setPen(theme.text1)
        width = row_style.title.draw(
            painter,
            left,
            upper,
            clip_row.title,
            max(30, room - badge_room - dot_room),
            clip_row.title_ending,
        )
        at = left + width
        if clip_row.badge:
            at += 8 + row_style.draw_badge(painter, at + 8, upper, clip_row.badge, room=110)
        if clip_row.is_unheard:
            row_style.draw_unheard_dot(painter, at + 8, upper + 0.5)
        painter.setPen(theme.bad if clip_row.has_media_error else theme.text3)
        row_style.body.draw(painter, left, lower, clip_row.media_message or clip_row.sound, room)

    def _paint_take_number(
        self, painter: QPainter, box: QRect, clip_row: ClipRow, hover: HoverState | None
    ) -> None:
        """Paints the number of a take in place of its cover; the play mark under the pointer."""
        row_style = self._row_style
        theme = row_style.theme
        is_loaded = self._playback.clip == clip_row.id
        edge = round(_NUMBER_SIZE * row_style.scale)
        circle = QRectF(0, 0, edge, edge)
        # Below the covers of the group, right of its chevron.
        circle.moveCenter(QPointF(box.center()) + QPointF(0.5 + _NUMBER_SHIFT, 0.5))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.accent if is_loaded else theme.hover)
        painter.drawEllipse(circle)
        role = "accent_ink" if is_loaded else "text1"
        if hover is not None and clip_row.clip.playable:
            icon = "pause" if is_loaded and self._playback.is_playing else "play"
            at = circle.center() - QPointF(_MARK_SIZE / 2, _MARK_SIZE / 2)
            pixmap = row_style.style.pixmap(icon, role, _MARK_SIZE, filled=True)
            painter.drawPixmap(at, pixmap)
            return
        text = str(clip_row.clip.take or "")
        width = row_style.small.get(text, edge)[1]
        painter.setPen(theme.colour(role))
        row_style.small.draw(
            painter, circle.center().x() - width / 2, circle.center().y(), text, edge
        )

    def _paint_take(
        self, painter: QPainter, row: QRect, layout: RowLayout, clip_row: ClipRow
    ) -> None:
        row_style = self._row_style
        theme = row_style.theme
        left = row.left() + TEXT_LEFT
        upper, lower = row.top() + row.height() * 0.36, row.top() + row.height() * 0.66
        painter.setPen(theme.text1)
        at = left + row_style.title.draw(
            painter, left, upper, clip_row.take_label, layout.text_width - 2 * _DOT_ROOM - 16
        )
        if clip_row.favourite:
            heart = row_style.style.pixmap("heart", "ok", _HEART_SIZE, filled=True)
            painter.drawPixmap(QPointF(at + 8, upper - _HEART_SIZE / 2), heart)
            at += 8 + _HEART_SIZE
        if clip_row.is_unheard:
            row_style.draw_unheard_dot(painter, at + 8, upper + 0.5)
        playing = self._playback.clip == clip_row.id and self._playback.is_playing
        seed = tr("seed {seed}", seed=clip_row.short_seed) if clip_row.short_seed else ""
        state = tr("playing") if playing else ""
        description = tr(join_texts((seed, state), " · "))
        painter.setPen(theme.bad if clip_row.has_media_error else theme.text3)
        row_style.body.draw(
            painter, left, lower, clip_row.media_message or description, layout.text_width
        )

    def _paint_waveform(
        self,
        painter: QPainter,
        row: QRect,
        layout: RowLayout,
        clip_row: ClipRow,
        ratio: float,
    ) -> None:
        row_style = self._row_style
        theme = row_style.theme
        width = layout.waveform_width
        left = row.left() + layout.waveform_left
        top = row.center().y() - WAVEFORM_HEIGHT // 2
        size = QSize(width, WAVEFORM_HEIGHT)
        rest = row_style.waveforms.pixmap(clip_row.id, clip_row.peaks, size, ratio, theme.wave_rest)
        if self._playback.clip != clip_row.id:
            painter.drawPixmap(left, top, rest)
            return
        # Whole bars only: a half-coloured bar looks like a rendering error.
        done = round(self._playback.progress * width / 3) * 3
        played = row_style.waveforms.pixmap(clip_row.id, clip_row.peaks, size, ratio, theme.accent)
        painter.setClipRect(left + done, top, width - done, WAVEFORM_HEIGHT)
        painter.drawPixmap(left, top, rest)
        painter.setClipRect(left, top, done, WAVEFORM_HEIGHT)
        painter.drawPixmap(left, top, played)
        painter.setClipping(False)

    def updateEditorGeometry(  # noqa: N802 - Qt's name
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        row = self._whole_row(option.rect)
        layout = self.layout_for(row.width())
        tall = max(30, editor.sizeHint().height())
        is_group = self._table.is_group(self._table.position(index))
        left = GROUP_TEXT_LEFT if is_group else TEXT_LEFT
        width = layout.text_width + TEXT_LEFT - left + 8
        editor.setGeometry(row.left() + left - 8, row.center().y() - tall // 2, width, tall)


_KEYBOARD_FOCUS = QStyle.StateFlag.State_KeyboardFocusChange

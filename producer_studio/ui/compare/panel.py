"""Compare as a view: rows, ruler, answers and the table of differences."""

import asyncio
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.domain.comparison.recipe_table import RecipeTable, compare_recipes
from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.translation import tr
from producer_studio.ui.compare.abx_bar import AbxBar
from producer_studio.ui.compare.comparison import Comparison
from producer_studio.ui.compare.decisions import CompareDecisions
from producer_studio.ui.compare.difference_table import DifferenceTable
from producer_studio.ui.compare.header import CompareHeader
from producer_studio.ui.compare.hint_bar import HintBar
from producer_studio.ui.compare.keys import DECISIONS, CompareKey, key_action, spends
from producer_studio.ui.compare.row import CompareRow
from producer_studio.ui.compare.row_content import abx_choices, row_content
from producer_studio.ui.context import UiContext
from producer_studio.ui.widgets.keyboard import KeyRepeatFilter
from producer_studio.ui.widgets.overlay_scroll_bar import set_up_scroll_area
from producer_studio.ui.widgets.region_ruler import RegionRuler

_MARGIN = 16
_TASK = "compare clips"
_TABLE_TASK = "compare recipes"
_MOST_HIGH_ROWS = 4
_NARROW_WIDTH = 800


class ComparePanel(QWidget):
    """Compares 2 to 8 clips of the library.

    Signals:
        close_requested: Close or Esc was pressed, or no clip is left.
        undo_available: Message about a change, and its `UndoStep`.
        notice_requested: Level and text of a notice.
    """

    close_requested = Signal()
    undo_available = Signal(str, object)
    notice_requested = Signal(str, str)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = context.studio
        self._style = context.style
        self._tasks = context.tasks
        self._ids: list[ClipId] = []
        self._is_stale = False
        self._sweep_labels: dict[ClipId, str] = {}
        self._table_clips: tuple[Clip, ...] = ()
        self._repeat_filter = KeyRepeatFilter(self)
        self.comparison = Comparison(context.audio, self)
        self.decisions = CompareDecisions(self._studio, self._tasks, self.comparison, self)
        self.setProperty("surface", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(tr("Compare"))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setProperty("ringNone", True)
        self.header = CompareHeader(self._style, self)
        self.ruler = RegionRuler(self._style, self)
        self._scroll = QScrollArea(self)
        self._inside = QWidget(self._scroll)
        self._inside.setProperty("surface", "none")
        self.rows: list[CompareRow] = []
        self._rows_box = QWidget(self._inside)
        self.abx_bar = AbxBar(self._inside)
        self.hint_bar = HintBar(self._style, self._inside)
        self.table = DifferenceTable(self._style, self._inside)
        self._build_layout()
        self._connect()

    def show_clips(self, ids: Sequence[ClipId]) -> None:
        """Compares other clips, and plays the first as soon as it is read."""
        self._ids = list(ids)
        self._table_clips = ()
        self._is_stale = False
        self._tasks.restart(_TASK, self._open(list(ids)))

    def close_clips(self) -> None:
        """Stops, and closes the files."""
        self._tasks.cancel(_TASK)
        self._tasks.cancel(_TABLE_TASK)
        self._ids = []
        self.comparison.close()

    def leave(self) -> None:
        """Ends the test, or closes the comparison."""
        if self.comparison.abx is not None:
            self._set_abx(on=False)
        else:
            self.close_requested.emit()

    def focus_heard(self) -> None:
        """Gives the keyboard to the row that is heard."""
        if self.comparison.heard < len(self._shown_rows()):
            row = self.rows[self.comparison.heard]
            row.setFocus(Qt.FocusReason.OtherFocusReason)
            self._scroll.ensureWidgetVisible(row)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and spends(event):
            # Ctrl+Enter opens the comparison from the list: pressed twice, it would generate.
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        found = key_action(event, abx=self.comparison.abx is not None)
        if found is None or not self.comparison.clips:
            super().keyPressEvent(event)
            return
        if found[0] in DECISIONS:
            # The next clip takes the place of the one that goes, and at last the library.
            self._repeat_filter.start(event)
        self._run_key(*found)

    def _run_key(self, key: CompareKey, number: int) -> None:
        comparison, decisions = self.comparison, self.decisions
        match key:
            case CompareKey.HEAR:
                self._hear(number)
            case CompareKey.RATE:
                self._rate_row(comparison.heard, number)
            case CompareKey.KEEP:
                decisions.keep()
            case CompareKey.DISCARD:
                decisions.discard()
            case CompareKey.DISCARD_REST:
                decisions.discard_rest()
            case CompareKey.HIDE_OR_REVEAL:
                if comparison.abx is None:
                    self._set_blind(not comparison.is_blind)
            case CompareKey.TIE:
                decisions.record_tie()
            case CompareKey.NO_DIFFERENCE:
                if comparison.abx is not None:
                    self._answer_abx(None)
                else:
                    decisions.record_no_difference()
            case CompareKey.GUESS:
                self._answer_abx(number)
            case CompareKey.CLOSE:
                self.leave()

    async def _open(self, ids: list[ClipId]) -> None:
        if not self._studio.clips.read_only:
            # Files that were moved away are noticed before they are to be played.
            await self._studio.clips.refresh_media_states(ids)
        clips = await self._studio.clips.get_many(ids)
        peaks = await self._studio.clips.get_peaks(ids)
        self._sweep_labels = await self._studio.sweeps.labels(clips)
        found = {clip.id: clip for clip in clips if clip.trashed_at is None}
        self.comparison.open([found[one] for one in ids if one in found], peaks)
        if self._is_stale:
            await self._update()
        if not self.comparison.clips:
            self.notice_requested.emit("info", tr("These clips were deleted or are in the trash."))
            self.close_requested.emit()
        self.focus_heard()
        self.comparison.play_or_pause()

    async def _update(self) -> None:
        clips = await self._studio.clips.get_many(self._ids)
        await self.decisions.recount_abx()
        self.comparison.update(clips, await self._studio.clips.get_peaks(self._ids))
        if not self.comparison.clips and self._ids:
            self.close_requested.emit()

    def _update_table(self) -> None:
        """Shows the table, and reads it if it is of other clips, or in another order."""
        comparison = self.comparison
        clips = tuple(one.clip for one in comparison.clips)
        self.table.setVisible(comparison.abx is None)
        if comparison.is_blind or len(clips) < 2:
            self._tasks.cancel(_TABLE_TASK)
            self._table_clips = ()
            self.table.show_remark(
                tr("Hidden while the names are. R shows all.")
                if comparison.is_blind
                else tr("There is only one clip left.")
            )
        elif clips != self._table_clips:
            self._table_clips = clips
            # Word by word: long lyrics take longer than a frame.
            self._tasks.restart(
                _TABLE_TASK, asyncio.to_thread(compare_recipes, clips), on_result=self._show_table
            )

    def _show_table(self, table: RecipeTable) -> None:
        keys = [str(number) for number in range(1, len(self._table_clips) + 1)]
        self.table.show_table(table, keys)

    def _build_layout(self) -> None:
        self._bar = set_up_scroll_area(self._inside, self._scroll)
        self._rows_column = QVBoxLayout(self._rows_box)
        self._rows_column.setContentsMargins(0, 0, 0, 0)
        self._rows_column.setSpacing(10)
        inside = QVBoxLayout(self._inside)
        inside.setContentsMargins(_MARGIN, 8, _MARGIN, _MARGIN)
        inside.setSpacing(14)
        for part in (self._rows_box, self.abx_bar, self.hint_bar, self.table):
            inside.addWidget(part)
        inside.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(6)
        self.header.setContentsMargins(10, 0, _MARGIN, 0)
        column.addWidget(self.header)
        column.addWidget(self.ruler)
        column.addWidget(self._scroll, 1)

    def _connect(self) -> None:
        comparison, header = self.comparison, self.header
        comparison.changed.connect(self._show)
        comparison.heard_changed.connect(self._show_states)
        comparison.state_changed.connect(self._show_states)
        comparison.position_changed.connect(self._show_position)
        comparison.loop_changed.connect(self._show_region)
        comparison.failed.connect(partial(self.notice_requested.emit, "warn"))
        header.close_button.clicked.connect(self.close_requested)
        header.matched_changed.connect(comparison.set_matched)
        header.bars_changed.connect(comparison.set_aligns_bars)
        header.blind_changed.connect(self._set_blind)
        header.abx_changed.connect(self._set_abx)
        header.rest_button.clicked.connect(self.decisions.discard_rest)
        self.ruler.seek_requested.connect(comparison.seek)
        self.ruler.region_changed.connect(comparison.set_region)
        self.ruler.region_requested.connect(comparison.toggle_loop)
        self.abx_bar.guessed.connect(self._answer_abx)
        self.abx_bar.clip_chosen.connect(self._choose_abx_clip)
        self.hint_bar.keep_button.clicked.connect(self.decisions.keep)
        self.hint_bar.discard_button.clicked.connect(self.decisions.discard)
        self.hint_bar.tie_button.clicked.connect(self.decisions.record_tie)
        self.hint_bar.none_button.clicked.connect(self.decisions.record_no_difference)
        self.hint_bar.reveal_button.clicked.connect(partial(self._set_blind, False))
        self.decisions.undo_available.connect(self.undo_available)
        self.decisions.recorded.connect(partial(self.notice_requested.emit, "info"))
        self.destroyed.connect(
            self._studio.events.subscribe(LibraryChange, self._on_library_change)
        )

    def _on_library_change(self, change: LibraryChange) -> None:
        concerns = change.kind is ChangeKind.EVERYTHING or not change.clips.isdisjoint(self._ids)
        if not self._ids or not concerns:
            return
        if self._tasks.is_running(_TASK):
            # It may have been read already.
            self._is_stale = True
        else:
            self._tasks.restart("update compared clips", self._update())

    def _set_blind(self, blind: bool) -> None:
        self.comparison.set_blind(blind)
        self.focus_heard()
        self._announce(tr("Names are hidden.") if blind else tr("Names are shown."))

    def _set_abx(self, on: bool) -> None:
        (self.comparison.begin_abx if on else self.comparison.end_abx)()
        self.header.abx_button.setChecked(self.comparison.abx is not None)
        self.focus_heard()

    def _choose_abx_clip(self, side: int, clip: int) -> None:
        self.comparison.set_abx_clip(side, clip)
        self._announce(tr("A new test begins."))

    def _answer_abx(self, guess: int | None) -> None:
        test = self.comparison.abx
        if test is None:
            return
        if self.decisions.answer_abx(guess):
            self._show_abx()
            self._announce(self.abx_bar.spoken_result())
        else:
            self.notice_requested.emit("info", tr(test.listening_request))

    def _hear(self, index: int) -> None:
        self.comparison.hear(index)
        if self.comparison.heard == index:
            self.focus_heard()

    def _rate_row(self, index: int, stars: int) -> None:
        slots = self.comparison.slots
        if index < len(slots) and self.comparison.abx is None:
            self.decisions.rate(self.comparison.clip_of(slots[index]).clip, stars)

    def _shown_rows(self) -> list[CompareRow]:
        return self.rows[: len(self.comparison.slots)]

    def _show(self) -> None:
        comparison = self.comparison
        if not comparison.clips:
            return
        slots = comparison.slots
        while len(self.rows) < len(slots):
            self._add_row(len(self.rows))
        for row in self.rows[: len(slots)]:
            row.show()
        if any(row.hasFocus() for row in self.rows):
            # The keys act on what is heard, which may have another row now, or no row any more.
            self.focus_heard()
        for row in self.rows[len(slots) :]:
            row.hide()
        for slot, row in zip(slots, self.rows, strict=False):
            row.show_content(row_content(comparison, slot, self._sweep_labels))
        self._fit_rows()
        abx, blind = comparison.abx is not None, comparison.is_blind
        self.header.show_comparison(comparison)
        self.ruler.set_length(comparison.length_s)
        self.abx_bar.setVisible(abx)
        end_s = comparison.length_s if comparison.hides_clips else 0.0
        self.hint_bar.show_state(len(slots), blind=blind, abx=abx, end_s=end_s)
        self._show_abx()
        self._update_table()
        self._show_region()
        self._show_states()
        self._show_position(comparison.position_s)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_rows()

    def _fit_rows(self) -> None:
        narrow = self.width() < self._style.px(_NARROW_WIDTH)
        low = len(self.comparison.slots) > _MOST_HIGH_ROWS
        for row in self.rows:
            row.set_size(low=low, narrow=narrow)

    def _add_row(self, index: int) -> None:
        row = CompareRow(self._style, self._rows_box)
        row.pressed.connect(partial(self._hear, index))
        row.step_requested.connect(lambda step: self._hear(index + step))
        row.rating_changed.connect(partial(self._rate_row, index))
        row.seek_requested.connect(partial(self._on_row_seek, index))
        row.region_changed.connect(self.comparison.set_region)
        row.waveform_moved.connect(self._place_ruler)
        self.rows.append(row)
        self._rows_column.addWidget(row)

    def _on_row_seek(self, index: int, seconds: float) -> None:
        self._hear(index)
        self.comparison.seek(seconds)

    def _place_ruler(self) -> None:
        for row in self._shown_rows():
            left, width = row.waveform_span()
            if width > 0 and row.waveform.isVisibleTo(row):
                self.ruler.set_span(row.mapTo(self, row.rect().topLeft()).x() + left, width)
                return

    def _show_states(self, _playing: bool = False) -> None:
        for index, row in enumerate(self._shown_rows()):
            heard = index == self.comparison.heard
            row.set_state(is_heard=heard, is_playing=self.comparison.is_playing)

    def _show_position(self, seconds: float) -> None:
        self.ruler.set_position(seconds)
        if self.comparison.abx is not None:
            self.abx_bar.show_listening(self.comparison.abx)
        for slot, row in zip(self.comparison.slots, self.rows, strict=False):
            row.waveform.set_position(self.comparison.position_in(slot, seconds))

    def _show_region(self) -> None:
        region, loops = self.comparison.region, self.comparison.loops
        self.ruler.set_region(region, loops=loops)
        for row in self.rows:
            row.waveform.set_region(region if loops else None)

    def _show_abx(self) -> None:
        test = self.comparison.abx
        if test is not None:
            self.abx_bar.show_pair(abx_choices(self.comparison), self.comparison.abx_pair)
            self.abx_bar.show_test(test)

    def _announce(self, sentence: str) -> None:
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, sentence))

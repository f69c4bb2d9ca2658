"""Stems as a view: a row for each stem, and what is done with their mix."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QScrollArea, QVBoxLayout, QWidget

from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.domain.track_mix import TrackMix
from producer_studio.files.unresponsive_disks import first_folder_at_hand
from producer_studio.translation import tr
from producer_studio.ui.context import UiContext
from producer_studio.ui.stems.header import StemsHeader
from producer_studio.ui.stems.mix_history import LibraryStep
from producer_studio.ui.stems.mixer import StemMixer
from producer_studio.ui.stems.row import StemRow
from producer_studio.ui.stems.stem_files import StemFiles
from producer_studio.ui.widgets.debounce import Debounce
from producer_studio.ui.widgets.keyboard import top_row_digit
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.overlay_scroll_bar import set_up_scroll_area
from producer_studio.ui.widgets.region_ruler import RegionRuler

_MARGIN = 16
_MOST_HIGH_ROWS = 6
_NARROW_WIDTH = 760
_WIDEST_NAME = 150
_SAVE_DELAY_MS = 400
_READ_TASK = "open stems"


class StemsPanel(QWidget):
    """Mixer of the stems of a song of the library.

    Signals:
        library_undo_requested: Undo this `UndoStep`, which was made here; None for the last one.
        library_redo_requested: Redo the step of the library that was undone last.
        close_requested: Close or Esc was pressed, or no stem is left.
        undo_available: Message about a change, and its `UndoStep`.
        notice_requested: Level and text of a notice.
        files_written: Text about exported files, and their folder.
        mix_reset: All levels were reset; a function without arguments that restores them.
    """

    library_undo_requested = Signal(object)
    library_redo_requested = Signal()
    close_requested = Signal()
    undo_available = Signal(str, object)
    notice_requested = Signal(str, str)
    files_written = Signal(str, object)
    mix_reset = Signal(object)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = context.studio
        self._style = context.style
        self._tasks = context.tasks
        self._clip_id: ClipId | None = None
        self._is_stale = False
        self._peaks: dict[ClipId, bytes] = {}
        self.mixer = StemMixer(context.audio, self)
        self.files = StemFiles(self._studio, self._tasks, self.mixer, self)
        self._saving = Debounce(self._save_levels, _SAVE_DELAY_MS, self)
        self.setProperty("surface", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(tr("Stems"))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setProperty("ringNone", True)
        self.header = StemsHeader(self._style, self)
        self.ruler = RegionRuler(self._style, self)
        self._scroll = QScrollArea(self)
        self._inside = QWidget(self._scroll)
        self._inside.setProperty("surface", "none")
        self._rows_box = QWidget(self._inside)
        self.rows: list[StemRow] = []
        self.hint_label = label("", "caption", self._inside, wrap=True)
        self.hint_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._build_layout()
        self._connect()

    def show_stems(self, clip: ClipId) -> None:
        """Opens the stems of a song, or those that a stem belongs to."""
        self._clip_id = clip
        self._tasks.restart(_READ_TASK, self._open(clip, is_first=True))

    def close_stems(self) -> None:
        """Stops, and closes the files; the levels are saved."""
        self._tasks.cancel(_READ_TASK)
        if self._saving.is_pending:
            self._saving.cancel()
            self._save_levels()
        self._clip_id = None
        self.mixer.close()

    def undo(self) -> bool:
        """Undoes the last step made here; False if there was none at all."""
        if self.mixer.history.is_empty:
            return False
        step = self.mixer.undo()
        if isinstance(step, LibraryStep):
            self.library_undo_requested.emit(step.step)
        elif step is None:
            self.notice_requested.emit("info", tr("There is nothing more to undo in this mix."))
        return True

    def redo(self) -> bool:
        """Redoes the last step that was undone here; False if there was none at all."""
        if self.mixer.history.is_empty:
            return False
        step = self.mixer.redo()
        if isinstance(step, LibraryStep):
            self.library_redo_requested.emit()
        elif step is None:
            self.notice_requested.emit("info", tr("There is nothing to redo in this mix."))
        return True

    def leave(self) -> None:
        """Closes the mixer."""
        self.close_requested.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        digit = top_row_digit(event)
        if digit is None and Qt.Key.Key_1 <= event.key() <= Qt.Key.Key_9:
            digit = event.key() - Qt.Key.Key_0
        if digit and modifiers == Qt.KeyboardModifier.NoModifier:
            self.mixer.toggle_mute(digit - 1)
        elif digit and modifiers == Qt.KeyboardModifier.ShiftModifier:
            self.mixer.toggle_solo(digit - 1)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_rows()

    async def _open(self, clip: ClipId, *, is_first: bool) -> None:
        self._is_stale = False
        await self._read(clip, is_first=is_first)
        while self._is_stale and self._clip_id == clip:
            self._is_stale = False
            await self._read(clip, is_first=False)

    async def _read(self, clip: ClipId, *, is_first: bool) -> None:
        before = self.mixer.stem_set
        found = await self._studio.stems.find(clip)
        if found is None and before is not None and not is_first:
            # That stem was deleted.
            found = await self._studio.stems.find(before.song.id)
        if found is None:
            if is_first:
                self.notice_requested.emit(
                    "info", tr("This clip has no stems yet. Split it first.")
                )
            self.close_requested.emit()
            return
        if is_first and not self._studio.clips.read_only:
            # Files that were moved away are noticed before they are to be played.
            await self._studio.clips.refresh_media_states([stem.id for stem in found.stems])
            found = await self._studio.stems.find(clip) or found
        if before is not None and before.stems == found.stems:
            self.mixer.show_song(found)
            self.header.show_song(found.song)
            return
        self._peaks = await self._studio.clips.get_peaks([stem.id for stem in found.stems])
        same = before is not None and before.song.id == found.song.id
        levels = self.mixer.levels if same else await self._studio.stems.load_levels(found.song.id)
        self.mixer.open(found, levels)
        if is_first and self.rows:
            self.rows[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _save_levels(self) -> None:
        found = self.mixer.stem_set
        if found is not None:
            self._tasks.restart(
                "save stem levels",
                self._studio.stems.save_levels(found.song.id, self.mixer.levels),
                is_change=True,
            )

    def _build_layout(self) -> None:
        self._bar = set_up_scroll_area(self._inside, self._scroll)
        self._rows_column = QVBoxLayout(self._rows_box)
        self._rows_column.setContentsMargins(0, 0, 0, 0)
        self._rows_column.setSpacing(10)
        inside = QVBoxLayout(self._inside)
        inside.setContentsMargins(_MARGIN, 8, _MARGIN, _MARGIN)
        inside.setSpacing(12)
        inside.addWidget(self._rows_box)
        inside.addWidget(self.hint_label)
        inside.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(6)
        self.header.setContentsMargins(10, 0, _MARGIN, 0)
        column.addWidget(self.header)
        column.addWidget(self.ruler)
        column.addWidget(self._scroll, 1)

    def _connect(self) -> None:
        mixer, header = self.mixer, self.header
        self._style.changed.connect(self._fit_rows)
        mixer.opened.connect(self._show)
        mixer.mix_changed.connect(self._on_mix_changed)
        mixer.position_changed.connect(self._show_position)
        mixer.state_changed.connect(lambda _playing: self._show_position(mixer.position_s))
        mixer.loop_changed.connect(self._show_region)
        self.ruler.seek_requested.connect(mixer.seek)
        self.ruler.region_changed.connect(mixer.set_region)
        self.ruler.region_requested.connect(mixer.toggle_loop)
        mixer.failed.connect(partial(self.notice_requested.emit, "warn"))
        header.close_button.clicked.connect(self.close_requested)
        header.reset_button.clicked.connect(self._on_reset_clicked)
        header.stems_button.clicked.connect(partial(self._choose_folder, self.files.export_stems))
        header.mix_button.clicked.connect(partial(self._choose_folder, self.files.export_mix))
        header.save_button.clicked.connect(self.files.add_mix)
        self.files.undo_available.connect(self.undo_available)
        self.files.undo_available.connect(
            lambda _text, step: mixer.history.record_library_step(step)
        )
        self.files.notice_requested.connect(self.notice_requested)
        self.files.files_written.connect(self.files_written)
        self.files.busy_changed.connect(self._update_buttons)
        self.destroyed.connect(
            self._studio.events.subscribe(LibraryChange, self._on_library_change)
        )

    def _choose_folder(self, export: Callable[[Path], object]) -> None:
        music = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MusicLocation)
        last = self._studio.preferences.value.export_folder
        dialog = QFileDialog(
            self, tr("Folder for exported files"), first_folder_at_hand(last, music)
        )
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda chosen: export(Path(chosen)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_library_change(self, change: LibraryChange) -> None:
        found = self.mixer.stem_set
        if self._tasks.is_running(_READ_TASK):
            # It may have been read already.
            self._is_stale = True
            return
        if found is None or self._clip_id is None:
            return
        own = {found.song.id, *(stem.id for stem in found.stems)}
        # Another stem of the same job may have arrived.
        may_concern = change.kind in {ChangeKind.EVERYTHING, ChangeKind.ADDED}
        if may_concern or not change.clips.isdisjoint(own):
            # Not the song, which may have been split again.
            self._clip_id = found.stems[0].id
            self._tasks.restart(_READ_TASK, self._open(self._clip_id, is_first=False))

    def _on_reset_clicked(self) -> None:
        found, levels = self.mixer.stem_set, self.mixer.levels
        self.mixer.reset()
        if found is not None and levels != self.mixer.levels:
            self.mix_reset.emit(partial(self._restore_levels, found.song.id, levels))

    def _restore_levels(self, song: ClipId, levels: Mapping[ClipId, TrackMix]) -> None:
        found = self.mixer.stem_set
        if found is not None and found.song.id == song:
            self.mixer.set_levels(levels)
        else:
            work = self._studio.stems.save_levels(song, levels)
            self._tasks.start("restore stem levels", work, is_change=True)

    def _on_mix_changed(self) -> None:
        self._show_mixes()
        self._saving.trigger()

    def _show(self) -> None:
        found = self.mixer.stem_set
        if found is None:
            return
        self.header.show_song(found.song)
        while len(self.rows) < len(found.stems):
            self._add_row(len(self.rows))
        for index, row in enumerate(self.rows):
            row.setVisible(index < len(found.stems))
        length_s = self.mixer.length_s
        for index, (row, stem) in enumerate(zip(self.rows, found.stems, strict=False), 1):
            key = str(index) if index < 10 else ""
            row.show_stem(stem, self._peaks.get(stem.id, b""), length_s, key)
        last = min(9, len(found.stems))
        self.hint_label.setText(
            tr(
                "1–{last} mute · Shift+1–{last} solo · Up and Down level, Shift+Left and "
                "Shift+Right pan of the stem in focus · L loop · all stems on one clock",
                last=last,
            )
        )
        self.ruler.set_length(length_s)
        self._fit_rows()
        self._show_mixes()
        self._show_region()
        self._show_position(self.mixer.position_s)

    def _add_row(self, index: int) -> None:
        row = StemRow(self._style, self._rows_box)
        self.rows.append(row)
        self._rows_column.addWidget(row)
        row.mute_requested.connect(partial(self.mixer.toggle_mute, index))
        row.solo_requested.connect(partial(self.mixer.toggle_solo, index))
        row.gain_changed.connect(partial(self.mixer.set_gain, index))
        row.pan_changed.connect(partial(self.mixer.set_pan, index))
        row.gesture_started.connect(self.mixer.history.begin_step)
        row.seek_requested.connect(self.mixer.seek)
        row.region_changed.connect(self.mixer.set_region)
        row.waveform_moved.connect(self._place_ruler)
        row.focus_move_requested.connect(partial(self._move_focus, index))

    def _move_focus(self, index: int, by: int) -> None:
        found = self.mixer.stem_set
        count = 0 if found is None else len(found.stems)
        if 0 <= index + by < count:
            row = self.rows[index + by]
            row.setFocus(Qt.FocusReason.OtherFocusReason)
            self._scroll.ensureWidgetVisible(row)

    def _fit_rows(self) -> None:
        narrow = self.width() < self._style.px(_NARROW_WIDTH)
        found = self.mixer.stem_set
        low = found is not None and len(found.stems) > _MOST_HIGH_ROWS
        shown = self.rows[: len(found.stems)] if found is not None else []
        widest = max((row.word_width for row in shown), default=0)
        name_width = min(widest, self._style.px(_WIDEST_NAME))
        for row in self.rows:
            row.set_size(low=low, narrow=narrow, name_width=name_width)

    def _show_mixes(self) -> None:
        mixes = zip(self.rows, self.mixer.mixes, self.mixer.heard, strict=False)
        for row, mix, is_heard in mixes:
            row.show_mix(mix, is_heard=is_heard)
        self._update_buttons()

    def _update_buttons(self) -> None:
        found = self.mixer.stem_set
        ready = found is not None and all(stem.playable for stem in found.stems)
        idle = ready and not self.files.is_busy
        can_save = idle and any(self.mixer.heard) and not self._studio.clips.read_only
        if self.header.loses_focus(exports=idle, saves=can_save):
            # Otherwise the next control of the window would get it, in another pane.
            self.rows[0].setFocus(Qt.FocusReason.OtherFocusReason)
        self.header.set_enabled(exports=idle, saves=can_save)

    def _place_ruler(self) -> None:
        for row in self.rows[: len(self.mixer.mixes)]:
            waveform = row.waveform
            if waveform.isVisibleTo(row) and waveform.width() > 0:
                left = row.mapTo(self, waveform.geometry().topLeft()).x()
                self.ruler.set_span(left, waveform.width())
                return

    def _show_region(self) -> None:
        region, loops = self.mixer.region, self.mixer.loops
        self.ruler.set_region(region, loops=loops)
        for row in self.rows:
            row.waveform.set_region(region if loops else None)

    def _show_position(self, seconds: float) -> None:
        self.ruler.set_position(seconds)
        playing = self.mixer.is_playing
        for index, row in enumerate(self.rows[: len(self.mixer.mixes)]):
            row.waveform.set_position(seconds)
            # After the end the engine keeps its last peaks.
            row.meter.show_peaks(*(self.mixer.peaks(index) if playing else (0.0, 0.0)))

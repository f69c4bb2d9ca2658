"""Player bar at the bottom of the window: connects player, library and controls."""

import asyncio

from PySide6.QtCore import QElapsedTimer, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QWidget

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import LibraryChange
from producer_studio.domain.section_marks import guess_sections, sounding_range
from producer_studio.studio.preferences import PreferencesChanged
from producer_studio.ui.context import UiContext
from producer_studio.ui.playback.failure_text import failure_text, quoted_title
from producer_studio.ui.player.bar_layout import BarLayout
from producer_studio.ui.player.media_problem import NO_DEVICE, UNPLAYABLE, media_problem
from producer_studio.ui.player.output_menu import create_output_menu
from producer_studio.ui.player.play_queue import PlayQueue
from producer_studio.ui.player.play_record import PlayRecord
from producer_studio.ui.player.player import Player
from producer_studio.ui.player.queue_control import QueueControl
from producer_studio.ui.widgets.cover_art import decode_cover

_RESTART_AFTER_S = 3.0
"""Previous goes back to the start of the clip first, once this much of it was played."""
_STATE_INTERVAL_MS = 250


class PlayerBar(BarLayout):
    """Plays clips of the library, whatever else the window shows.

    Attributes:
        is_followed: Whether another clip follows at the end of this one.

    Signals:
        state_changed: The clip's id or None, whether it is playing, and its position from 0 to 1.
        current_changed: Another clip's id, or None.
        next_requested: Play the next clip; at the end of a clip only if the user chose that.
        previous_requested: Play the previous clip.
        play_requested: Play the clip with that id, which was taken from the queue.
        show_clip_requested: Show the clip with that id in the library.
        notice_requested: Level and text of a notice.
    """

    state_changed = Signal(object, bool, float)
    current_changed = Signal(object)
    next_requested = Signal()
    previous_requested = Signal()
    play_requested = Signal(str)
    show_clip_requested = Signal(str)
    notice_requested = Signal(str, str)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context.style, parent)
        self._studio = context.studio
        self._tasks = context.tasks
        self._audio = context.audio
        self._clip: Clip | None = None
        self._other_clip: Clip | None = None
        self._next_clip: Clip | None = None
        self._side = "A"
        self.is_followed = True
        self._has_device = context.audio.has_device
        self._at_end_before_repeat = "next"
        self._problem = self._failure = ""
        self._last_position_s = 0.0
        self._since_state_emitted = QElapsedTimer()
        self._record = PlayRecord(self._studio.play_history, self._tasks, self)
        self.player = Player(context.audio, self)
        self.queue = PlayQueue(self._studio.preferences, self)
        self._queue_control = QueueControl(self._studio, self._tasks, self.queue, self)
        self._queue_control.shown.connect(self._show_queue)
        self._queue_control.play_requested.connect(self.play_requested)
        self._connect_signals()
        self._apply_preferences()
        self._subscriptions = [
            self._studio.events.subscribe(LibraryChange, self._on_library_changed),
            self._studio.events.subscribe(PreferencesChanged, self._on_preferences_changed),
        ]
        self._show_clip()

    @property
    def clip_id(self) -> ClipId | None:
        """Id of the loaded clip."""
        return self._clip.id if self._clip is not None else None

    @property
    def clip(self) -> Clip | None:
        return self._clip

    @property
    def problem(self) -> str:
        """Message about why nothing can be heard; empty without a problem."""
        return self._problem or ("" if self._has_device else NO_DEVICE)

    def load(self, clip: Clip, play: bool = True, *, at_s: float = 0.0) -> None:
        """Loads a clip of the library; the one before becomes the other of the A/B pair.

        Args:
            play: Whether to play at once.
            at_s: Start position in seconds.
        """
        self._record.leave(self.player.position_s)
        self._load(clip, play, at_s)

    def _load(self, clip: Clip, play: bool, at_s: float | None) -> None:
        """Loads a clip; at `at_s` None it goes on where the one before is, to the sample."""
        self._set_clip(clip)
        if clip.playable and clip.path is not None:
            self.player.load(clip.id, clip.path, clip.duration_s, at_s=at_s, play=play)
        else:
            self.player.unload()
            self._problem = media_problem(clip.media)
        self._show_loaded(clip)

    def prepare_next(self, clip: Clip | None) -> None:
        """Sets the clip that follows without a gap; None for none."""
        if clip is not None and clip.playable and clip.path is not None:
            self.player.queue_next(clip.id, clip.path, clip.duration_s)
            self._next_clip = clip
        else:
            self.player.clear_next()
            self._next_clip = None
        self._show_queue()

    @property
    def next_clip(self) -> Clip | None:
        """The clip that follows without a gap."""
        return self._next_clip

    @property
    def other_clip(self) -> Clip | None:
        """The other of the last two clips."""
        return self._other_clip

    def show_other_clip(self, clip: Clip | None) -> None:
        """Sets the other of the last two clips, as it is now; None if it was deleted."""
        self._other_clip = clip
        self.show_pair(self._side, clip)

    def toggle(self) -> None:
        """Plays or pauses; does nothing when no clip is loaded."""
        self.player.toggle()

    def seek(self, seconds: float) -> None:
        self.player.seek(seconds)
        self._emit_state()

    def seek_by(self, seconds: float) -> None:
        self.seek(self.player.position_s + seconds)

    def toggle_repeat(self) -> None:
        """Repeats the marked region, or the clip if none is marked; or ends that.

        Turning the repetition of the clip off restores the action chosen before.
        """
        region = self.waveform.region
        if region is not None:
            self._set_region(None if self.player.region is not None else region)
            return
        chosen = self._studio.preferences.value.at_end
        self._on_at_end_chosen(self._at_end_before_repeat if chosen == "repeat" else "repeat")

    def play_other_clip(self) -> None:
        """Plays the other of the last two clips from the same position."""
        other = self._other_clip
        if other is None:
            return
        last_s = max(0.0, other.duration_s - 1.0)
        at_s = last_s if self.player.position_s > last_s else None
        self._side = "B" if self._side == "A" else "A"
        # Both are still being compared: none is left.
        self._load(other, self.player.is_playing, at_s)

    async def shut_down(self) -> None:
        """Stops playback and unsubscribes from the studio's events."""
        for unsubscribe in self._subscriptions:
            unsubscribe()
        await self._record.close(self.player.position_s)
        self.player.unload()
        self._queue_control.close()

    def _connect_signals(self) -> None:
        player = self.player
        player.state_changed.connect(self._on_player_state_changed)
        player.position_changed.connect(self._on_player_position_changed)
        player.finished.connect(self._on_player_finished)
        player.advanced.connect(self._on_player_advanced)
        player.failed.connect(self._on_player_failed)
        player.device_changed.connect(self._on_device_changed)
        self.now_playing.clicked.connect(lambda: self.show_clip_requested.emit(self.clip_id))
        self.play_button.clicked.connect(self.toggle)
        self.previous_button.clicked.connect(self.go_back)
        self.next_button.clicked.connect(self.next_requested)
        self.waveform.seek_requested.connect(self.seek)
        self.waveform.region_drawn.connect(lambda start, end: self._set_region((start, end)))
        self.waveform.region_cleared.connect(lambda: self._set_region(None))
        self.device_button.clicked.connect(self._on_device_clicked)
        self.at_end_chosen.connect(self._on_at_end_chosen)
        self.pair_button.clicked.connect(self.play_other_clip)
        self.volume_control.volume_changed.connect(
            lambda volume, muted: self._studio.preferences.change(volume=volume, muted=muted)
        )
        self.rate_chosen.connect(self.set_rate)

    def _set_clip(self, clip: Clip) -> None:
        if self._clip is not None and self._clip.id != clip.id:
            self._other_clip = self._clip
        self._clip, self._next_clip = clip, None
        self._problem = self._failure = ""
        self._record.begin(clip)

    def _show_loaded(self, clip: Clip) -> None:
        self._show_clip()
        self._tasks.restart(
            "player peaks", self._studio.clips.get_peaks([clip.id]), on_result=self._on_peaks_read
        )
        self._show_queue()
        self.current_changed.emit(clip.id)
        self._emit_state()

    def _show_queue(self) -> None:
        left_s = max(0.0, self.player.duration_s - self.player.position_s)
        self._queue_control.show(self._clip, self._next_clip, left_s)

    def _set_region(self, region: tuple[float, float] | None) -> None:
        """Repeats a region; None ends that, and removes its mark."""
        self.player.set_region(region)
        self.show_loop(region)

    def _show_clip(self) -> None:
        clip = self._clip
        self.show_clip(clip, self.player.duration_s if clip else 0.0)
        self.show_pair(self._side, self._other_clip)
        self.now_playing.show_problem(self.problem)
        if clip is not None and clip.cover is not None:
            self._tasks.restart(
                "player cover",
                asyncio.to_thread(decode_cover, clip.cover, self.cover_size_px()),
                on_result=self._on_cover_read,
            )

    def _on_peaks_read(self, peaks: dict[ClipId, bytes]) -> None:
        clip = self._clip
        if clip is None:
            return
        bins, length_s = peaks.get(clip.id) or b"", self.player.duration_s
        self.show_peaks(bins, length_s)
        self.show_loop(self.player.region)
        self.waveform.set_marks(guess_sections(clip.lyrics, bins, length_s))
        self.lyrics_popover.set_sounding_range(*sounding_range(bins, length_s))
        self.show_position(self.player.position_s)

    def _on_cover_read(self, picture: QImage) -> None:
        if self._clip is not None and not picture.isNull():
            self.now_playing.cover.show_cover(self._clip.id, QPixmap.fromImage(picture))

    def _on_player_state_changed(self, playing: bool) -> None:
        self.play_button.set_playing(playing=playing)
        self.queue_popover.list.set_playing(playing)
        self._last_position_s = self.player.position_s
        if not playing:
            self._record.leave(self.player.position_s)
        self._show_levels()
        self._emit_state()

    def _on_player_position_changed(self, seconds: float) -> None:
        self.show_position(seconds)
        self._show_levels()
        step, self._last_position_s = seconds - self._last_position_s, seconds
        if self.player.is_playing and 0 < step < 1:
            self._record.add(step, seconds)
        if (
            not self._since_state_emitted.isValid()
            or self._since_state_emitted.elapsed() >= _STATE_INTERVAL_MS
        ):
            self._emit_state()

    def _show_levels(self) -> None:
        # The engine is not asked for more once it has stopped, so its last peaks would stay.
        self.level_bars.show_peaks(*(self.player.peaks if self.player.is_playing else (0.0, 0.0)))

    def _emit_state(self) -> None:
        self._since_state_emitted.start()
        length = self.player.duration_s
        share = self.player.position_s / length if length else 0.0
        self.state_changed.emit(self.clip_id, self.player.is_playing, share)

    def _on_player_failed(self, clip_id: str, text: str) -> None:
        clip = self._clip
        if clip is None or clip_id != clip.id:
            return
        self._problem = UNPLAYABLE
        self._failure = failure_text(quoted_title(clip.display_title), text)
        self.now_playing.show_problem(self.problem)
        self.now_playing.setToolTip(self._failure)
        self._tasks.restart("player file", self._find_file(ClipId(clip_id)))

    async def _find_file(self, clip_id: ClipId) -> None:
        await self._studio.clips.refresh_media_states([clip_id])
        await self._reload_clip(clip_id)

    def _on_device_changed(self, has_device: bool) -> None:
        self._has_device = has_device
        self.now_playing.show_problem(self.problem)

    def _on_library_changed(self, change: LibraryChange) -> None:
        self._queue_control.apply_change(change)
        clip_id = self.clip_id
        if clip_id is None or change.origin is self:
            return
        if clip_id in change.clips or not change.clips:
            self._tasks.restart("player clip", self._reload_clip(clip_id))

    async def _reload_clip(self, clip_id: ClipId) -> None:
        """Reads the clip again; a sound file that was missing before is loaded, but not played."""
        clip = await self._studio.clips.get(clip_id)
        before = self._clip
        if before is None or before.id != clip_id:
            return
        if clip is None:
            self._unload()
        elif clip.playable and not before.playable:
            self.load(clip, play=False)
        else:
            self._clip = clip
            if clip.media is not MediaState.READY:
                self._problem = media_problem(clip.media)
            self._show_clip()

    def _unload(self) -> None:
        """Stops, and shows no clip: it was deleted."""
        self.player.unload()
        self._clip, self._next_clip, self._problem, self._failure = None, None, "", ""
        self._record.forget()
        self._show_clip()
        self._show_queue()
        self.current_changed.emit(None)
        self._emit_state()

    def _on_preferences_changed(self, change: PreferencesChanged) -> None:
        if change.names & {"volume", "muted", "audio_device", "at_end", "shuffle"}:
            self._apply_preferences()

    def _apply_preferences(self) -> None:
        chosen = self._studio.preferences.value
        self.volume_control.show_volume(chosen.volume, muted=chosen.muted)
        self.player.set_volume(chosen.volume, muted=chosen.muted)
        self.player.set_device(chosen.audio_device)
        if chosen.at_end != "repeat":
            self._at_end_before_repeat = chosen.at_end
        self.player.set_loop(chosen.at_end == "repeat")
        self.show_at_end(chosen.at_end)
        self.queue_popover.show_shuffle(shuffles=chosen.shuffle)

    def _on_at_end_chosen(self, choice: str) -> None:
        self._studio.preferences.change(at_end=choice)

    def _on_player_finished(self, clip_id: str) -> None:
        if clip_id == self.clip_id:
            self._finish_playback()
            self._emit_state()
        if self.is_followed and self._studio.preferences.value.at_end in {"next", "repeat_all"}:
            self.next_requested.emit()

    def _on_player_advanced(self, clip_id: str) -> None:
        clip = self._next_clip
        if clip is None or clip.id != clip_id:
            return
        self._finish_playback()
        self._set_clip(clip)
        self._show_loaded(clip)

    def _finish_playback(self) -> None:
        if self._failure:
            # It was queued, and the clip after it is played: nothing else would say so.
            self.notice_requested.emit("warn", self._failure)
        else:
            self._record.finish()

    def _on_device_clicked(self) -> None:
        menu = create_output_menu(self._style, self._audio, self._on_device_chosen, self)
        self.open_menu_above(menu, self.device_button)

    def _on_device_chosen(self, device_id: str) -> None:
        self._studio.preferences.change(audio_device=device_id)

    def set_rate(self, rate: float) -> None:
        """Sets the speed, one of `PLAYBACK_RATES`."""
        self.player.set_rate(rate)
        self.show_rate(rate)

    def go_back(self) -> None:
        """Goes to the start, or from there to the previous clip."""
        if self.player.position_s > _RESTART_AFTER_S:
            self.seek(0.0)
        else:
            self.previous_requested.emit()

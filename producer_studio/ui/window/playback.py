"""Playback of the library's clips: which clip the player loads next."""

import asyncio

from PySide6.QtCore import QObject

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.studio.preferences import PreferencesChanged
from producer_studio.studio.studio import Studio
from producer_studio.ui.library.panel import LibraryPanel
from producer_studio.ui.playback.session import import_engine
from producer_studio.ui.player.bar import PlayerBar
from producer_studio.ui.player.shuffle import Shuffle
from producer_studio.ui.tasks import Tasks


class Playback(QObject):
    """Loads clips into the player: those of the queue, then in the order of the list.

    The next clip is prepared while one plays, so that it follows without a gap.
    """

    def __init__(
        self,
        studio: Studio,
        tasks: Tasks,
        library: LibraryPanel,
        player: PlayerBar,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._tasks = tasks
        self._library = library
        self._player = player
        self._shuffle = Shuffle()
        library.play_requested.connect(self.play)
        library.play_toggle_requested.connect(lambda _clip: player.toggle())
        library.play_next_requested.connect(player.queue.add_next)
        library.queue_requested.connect(player.queue.add)
        library.result_count_changed.connect(lambda _count, _whole: self._prepare_next())
        player.state_changed.connect(library.set_playing)
        player.current_changed.connect(self._on_current_changed)
        player.queue.changed.connect(self._prepare_next)
        player.play_requested.connect(self.play)
        player.next_requested.connect(self._play_next)
        player.previous_requested.connect(self._play_previous)
        player.show_clip_requested.connect(library.select_clip)
        studio.events.subscribe(PreferencesChanged, self._on_preferences_changed)

    def play(self, clip: ClipId) -> None:
        """Plays a clip of the library from its start."""
        self._tasks.restart("play", self._read(clip), on_result=self._load)

    def play_or_pause(self) -> None:
        """Plays or pauses the loaded clip; else plays the selected clip, or the list's first."""
        chosen = self._library.selected_ids() or self._library.listed_clips()[:1]
        if self._player.clip_id is None and chosen:
            self.play(chosen[0])
        else:
            self._player.toggle()

    async def _read(self, clip: ClipId) -> Clip | None:
        await asyncio.to_thread(import_engine)
        return await self._studio.clips.get(clip)

    def _next_clip(self) -> ClipId | None:
        queued = self._player.queue.ids
        current = self._player.clip_id
        if queued:
            return queued[0]
        if current is None:
            return None
        chosen = self._studio.preferences.value
        repeats = chosen.at_end == "repeat_all"
        if chosen.shuffle:
            return self._shuffle.draw(self._library.listed_clips(), repeats=repeats)
        following = self._library.neighbour(current, 1)
        if following is None and repeats:
            return next(iter(self._library.listed_clips()), None)
        return following

    def _play_next(self) -> None:
        clip = self._next_clip()
        if clip is not None:
            self.play(clip)

    def _play_previous(self) -> None:
        current = self._player.clip_id
        if current is None:
            return
        if self._studio.preferences.value.shuffle:
            clip = self._shuffle.previous()
        else:
            clip = self._library.neighbour(current, -1)
        if clip is not None:
            self.play(clip)

    def _prepare_next(self) -> None:
        goes_on = self._studio.preferences.value.at_end in {"next", "repeat_all"}
        clip = self._next_clip() if goes_on else None
        if clip is None:
            self._tasks.cancel("prepare the next clip")
            self._player.prepare_next(None)
            return
        self._tasks.restart(
            "prepare the next clip", self._studio.clips.get(clip), on_result=self._prepare
        )

    def _prepare(self, clip: Clip | None) -> None:
        self._player.prepare_next(clip if clip is not None and not clip.trashed_at else None)

    def _load(self, clip: Clip | None) -> None:
        if clip is not None:
            self._player.load(clip, True)

    def _on_current_changed(self, clip: ClipId) -> None:
        self._shuffle.note(clip)
        queue = self._player.queue
        if queue.ids and queue.ids[0] == clip:
            queue.take()
        else:
            self._prepare_next()

    def _on_preferences_changed(self, change: PreferencesChanged) -> None:
        if change.names & {"at_end", "shuffle"}:
            self._prepare_next()

"""Playback of the library's clips: which clip the player loads next."""

import asyncio
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import LibraryChange
from producer_studio.studio.play_history import is_resumed_at
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

    A clip that an earlier run left in its middle goes on there the first time it is chosen; after
    that, and where it merely follows another, it is played from its start.

    Signals:
        resumed: A clip goes on where it was left; the clip, and the position in seconds.
        queue_replaced: Other clips are in the queue than those that the user had put there.
    """

    resumed = Signal(Clip, float)
    queue_replaced = Signal()

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
        self._played: set[ClipId] = set()
        library.play_requested.connect(self.play)
        library.play_toggle_requested.connect(lambda _clip: player.toggle())
        library.play_next_requested.connect(player.queue.add_next)
        library.queue_requested.connect(player.queue.add)
        library.result_count_changed.connect(lambda _count, _whole: self._prepare_next())
        player.state_changed.connect(library.set_playing)
        player.state_changed.connect(self._on_state_changed)
        player.current_changed.connect(self._on_current_changed)
        player.queue.changed.connect(self._prepare_next)
        player.play_requested.connect(self.play)
        player.next_requested.connect(self._play_next)
        player.previous_requested.connect(self._play_previous)
        player.show_clip_requested.connect(library.select_clip)
        library.lists.play_requested.connect(self.play_all)
        studio.events.subscribe(PreferencesChanged, self._on_preferences_changed)
        studio.events.subscribe(LibraryChange, self._on_library_changed)

    @property
    def can_play(self) -> bool:
        """Whether `play_or_pause` finds a clip."""
        return self._player.clip_id is not None or bool(self._library.listed_clips())

    @property
    def can_play_next(self) -> bool:
        """Whether a clip follows the one that is loaded."""
        return self._next_clip() is not None

    def play(self, clip: ClipId) -> None:
        """Plays a clip that the user chose, from its start or from where it was left."""
        self._tasks.restart("play", self._read(clip, resumes=True), on_result=self._load)

    def play_all(self, clips: Sequence[ClipId]) -> None:
        """Plays clips in their order, as the queue: whatever the list shows meanwhile."""
        if clips:
            self._player.queue.replace(clips)
            self.queue_replaced.emit()
            self._play_next()

    def play_from_start(self, clip: ClipId) -> None:
        """Goes to the start of the loaded clip, if it is this one, and plays on."""
        if self._player.clip_id == clip:
            self._player.seek(0.0)
            self._tasks.restart(
                f"store position of {clip}", self._studio.play_history.store_position(clip, 0.0)
            )

    def play_or_pause(self) -> None:
        """Plays or pauses the loaded clip; else plays the selected clip, or the list's first."""
        chosen = self._library.selected_ids() or self._library.listed_clips()[:1]
        if self._player.clip_id is None and chosen:
            self.play(chosen[0])
        else:
            self._player.toggle()

    def _play_following(self, clip: ClipId) -> None:
        self._tasks.restart("play", self._read(clip, resumes=False), on_result=self._load)

    def set_followed(self, *, followed: bool) -> None:
        """Sets whether another clip follows at the end of the one that plays."""
        self._player.is_followed = followed
        self._prepare_next()

    async def _read(self, clip: ClipId, *, resumes: bool) -> tuple[Clip | None, float]:
        await asyncio.to_thread(import_engine)
        found = await self._studio.clips.get(clip)
        at_s = 0.0
        if found is not None and resumes and clip not in self._played:
            at_s = await self._studio.play_history.load_position(clip)
        return found, at_s

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
            is_queued = clip in self._player.queue.ids[:1]
            load = partial(self._load_queued, clip) if is_queued else self._load
            self._tasks.restart("play", self._read(clip, resumes=False), on_result=load)

    def _load_queued(self, clip_id: ClipId, found: tuple[Clip | None, float]) -> None:
        """Loads the next clip of the queue; one that was trashed or deleted is skipped."""
        clip, _ = found
        if clip is None or clip.trashed_at is not None:
            self._player.queue.drop([clip_id])
            self._play_next()
        else:
            self._load(found)

    def _play_previous(self) -> None:
        current = self._player.clip_id
        if current is None:
            return
        if self._studio.preferences.value.shuffle:
            clip = self._shuffle.previous()
        else:
            clip = self._library.neighbour(current, -1)
        if clip is not None:
            self._play_following(clip)

    def _prepare_next(self) -> None:
        chosen = self._studio.preferences.value.at_end
        goes_on = self._player.is_followed and chosen in {"next", "repeat_all"}
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

    def _load(self, found: tuple[Clip | None, float]) -> None:
        clip, at_s = found
        if clip is None:
            return
        resumes = clip.playable and is_resumed_at(at_s, clip.duration_s)
        self._player.load(clip, True, at_s=at_s if resumes else 0.0)
        if resumes:
            self.resumed.emit(clip, at_s)

    def _on_state_changed(self, clip: ClipId | None, playing: bool, _share: float) -> None:
        if playing and clip is not None:
            self._played.add(clip)

    def _on_current_changed(self, clip: ClipId | None) -> None:
        if clip is None:
            return
        self._shuffle.note(clip)
        queue = self._player.queue
        if queue.ids and queue.ids[0] == clip:
            queue.take()
        else:
            self._prepare_next()

    def _on_preferences_changed(self, change: PreferencesChanged) -> None:
        if change.names & {"at_end", "shuffle"}:
            self._prepare_next()

    def _on_library_changed(self, change: LibraryChange) -> None:
        player = self._player
        following, other = player.next_clip, player.other_clip
        next_ids = {*player.queue.ids[:1], *([] if following is None else [following.id])}
        if next_ids and not (change.clips and change.clips.isdisjoint(next_ids)):
            self._prepare_next()
        if other is not None and (other.id in change.clips or not change.clips):
            self._tasks.restart(
                "read the other clip",
                self._studio.clips.get(other.id),
                on_result=partial(self._show_other_clip, other.id),
            )

    def _show_other_clip(self, clip_id: ClipId, clip: Clip | None) -> None:
        other = self._player.other_clip
        if other is not None and other.id == clip_id:
            self._player.show_other_clip(clip)

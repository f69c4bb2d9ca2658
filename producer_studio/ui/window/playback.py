"""Playback of the library's clips: which clip the player loads next."""

from PySide6.QtCore import QObject

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.studio.studio import Studio
from producer_studio.ui.library.panel import LibraryPanel
from producer_studio.ui.player.bar import PlayerBar
from producer_studio.ui.tasks import Tasks


class Playback(QObject):
    """Loads clips of the library into the player, in the order of the list."""

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
        library.play_requested.connect(self.play)
        library.play_toggle_requested.connect(lambda _clip: player.toggle())
        player.state_changed.connect(library.set_playing)
        player.next_requested.connect(lambda: self._play_neighbour(1))
        player.previous_requested.connect(lambda: self._play_neighbour(-1))
        player.show_clip_requested.connect(library.select_clip)

    def play(self, clip: ClipId) -> None:
        """Plays a clip of the library from its start."""
        self._tasks.restart("play", self._studio.clips.get(clip), on_result=self._load)

    def play_or_pause(self) -> None:
        """Plays or pauses the loaded clip; else plays the selected clip, or the list's first."""
        chosen = self._library.selected_ids() or self._library.first_clip()
        if self._player.clip_id is None and chosen:
            self.play(chosen[0])
        else:
            self._player.toggle()

    def _play_neighbour(self, step: int) -> None:
        current = self._player.clip_id
        clip = self._library.neighbour(current, step) if current is not None else None
        if clip is not None:
            self.play(clip)

    def _load(self, clip: Clip | None) -> None:
        if clip is not None:
            self._player.load(clip, True)

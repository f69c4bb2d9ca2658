"""Keys that play, seek and repeat: for the player, or for the view that is shown."""

from collections.abc import Callable

from producer_studio.ui.player.bar import PlayerBar
from producer_studio.ui.window.playback import Playback
from producer_studio.ui.window.view_stack import ViewStack

_SEEK_S = 5.0


class PlayerKeys:
    """Actions of the keys; a view that plays by itself gets them while it is shown."""

    def __init__(self, views: ViewStack, playback: Playback, player: PlayerBar) -> None:
        self._views = views
        self._playback = playback
        self._player = player

    def actions(self) -> dict[str, Callable[[], object]]:
        """Returns the window's actions by their names."""
        return {
            "play": self._play_or_pause,
            "back": lambda: self._seek_by(-_SEEK_S),
            "on": lambda: self._seek_by(_SEEK_S),
            "home": lambda: (self._views.playback or self._player).seek(0.0),
            "end": self._seek_end,
            "repeat": self._toggle_repeat,
        }

    def _play_or_pause(self) -> None:
        (self._views.playback or self._playback).play_or_pause()

    def _seek_by(self, seconds: float) -> None:
        shown = self._views.playback
        if shown is None:
            self._player.seek_by(seconds)
        else:
            shown.seek(shown.position_s + seconds)

    def _seek_end(self) -> None:
        shown = self._views.playback
        if shown is None:
            self._player.seek(self._player.player.duration_s)
        else:
            shown.seek(shown.length_s)

    def _toggle_repeat(self) -> None:
        shown = self._views.playback
        if shown is None:
            self._player.toggle_repeat()
        else:
            shown.toggle_loop()

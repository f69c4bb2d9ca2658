"""A player that records the commands of a desktop, and the thread of each."""

import threading
from dataclasses import dataclass, field

from producer_studio.ui.desktop.media_controls import ControlsState, MediaPlayer, RepeatMode


@dataclass
class RecordingPlayer(MediaPlayer):
    state: ControlsState = ControlsState()
    position: float = 0.0
    calls: list[tuple[object, ...]] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)

    def now_playing(self) -> ControlsState:
        return self.state

    def position_s(self) -> float:
        return self.position

    def play(self) -> None:
        self._record("play")

    def pause(self) -> None:
        self._record("pause")

    def play_or_pause(self) -> None:
        self._record("play_or_pause")

    def stop(self) -> None:
        self._record("stop")

    def play_next(self) -> None:
        self._record("play_next")

    def play_previous(self) -> None:
        self._record("play_previous")

    def seek(self, seconds: float) -> None:
        self._record("seek", seconds)

    def set_rate(self, rate: float) -> None:
        self._record("set_rate", rate)

    def set_volume(self, volume: float) -> None:
        self._record("set_volume", volume)

    def set_repeat(self, mode: RepeatMode) -> None:
        self._record("set_repeat", mode)

    def set_shuffle(self, shuffles: bool) -> None:
        self._record("set_shuffle", shuffles)

    def raise_window(self) -> None:
        self._record("raise_window")

    def close_window(self) -> None:
        self._record("close_window")

    def _record(self, *call: object) -> None:
        self.calls.append(call)
        self.threads.add(threading.get_ident())

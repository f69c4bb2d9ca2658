"""Interface to the media controls of the desktop: media keys, lock screen, panels, headsets."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

MAX_COVER_BYTES = 20_000_000
"""Size of the largest picture that a desktop is given."""


class PlaybackStatus(StrEnum):
    """State of the player; the values are those of the MPRIS property PlaybackStatus."""

    PLAYING = "Playing"
    PAUSED = "Paused"
    STOPPED = "Stopped"
    """Nothing is loaded."""


class RepeatMode(StrEnum):
    """Repeat mode; the values are those of the MPRIS property LoopStatus."""

    NONE = "None"
    TRACK = "Track"
    PLAYLIST = "Playlist"


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlsState:
    """State of the player that the desktop shows.

    Attributes:
        clip: Id of the loaded clip; empty if nothing is loaded, or if that must not be told.
        title: Its title, or the name of the view that plays.
        duration_s: Its length in seconds; 0 if unknown.
        file: Its sound file.
        cover: Its cover picture.
        stars: Rating, 0 (not rated) to 5.
        rate: Speed, 1 for the original one.
        volume: Volume as perceived, 0 to 1; 0 if muted.
        can_seek: Whether the position can be changed.
    """

    status: PlaybackStatus = PlaybackStatus.STOPPED
    clip: str = ""
    title: str = ""
    artist: str = ""
    album: str = ""
    lyrics: str = ""
    duration_s: float = 0.0
    file: Path | None = None
    cover: Path | None = None
    stars: int = 0
    plays: int = 0
    rate: float = 1.0
    volume: float = 1.0
    repeat: RepeatMode = RepeatMode.NONE
    shuffles: bool = False
    can_play: bool = False
    can_go_next: bool = False
    can_go_previous: bool = False
    can_seek: bool = False


class MediaPlayer(Protocol):
    """Player that the desktop controls. All methods are called on the window's thread."""

    def now_playing(self) -> ControlsState:
        """Returns the current state."""

    def position_s(self) -> float:
        """Returns the position in seconds."""

    def play(self) -> None:
        """Plays, if it does not."""

    def pause(self) -> None:
        """Pauses, if it plays."""

    def play_or_pause(self) -> None:
        """Pauses if it plays, else plays."""

    def stop(self) -> None:
        """Pauses, and goes to the start."""

    def play_next(self) -> None:
        """Plays the next clip, if there is one."""

    def play_previous(self) -> None:
        """Plays the previous clip, if there is one."""

    def seek(self, seconds: float) -> None:
        """Sets the position in seconds; it is limited to the length."""

    def set_rate(self, rate: float) -> None:
        """Sets the closest of the offered speeds."""

    def set_volume(self, volume: float) -> None:
        """Sets the volume as perceived, 0 to 1."""

    def set_repeat(self, mode: RepeatMode) -> None:
        """Sets what is repeated."""

    def set_shuffle(self, shuffles: bool) -> None:
        """Sets whether the clips of the list are played at random."""

    def raise_window(self) -> None:
        """Shows the window in front of all others, if the desktop lets it."""

    def close_window(self) -> None:
        """Closes the window, as its close button does."""


class MediaControls(Protocol):
    """Media controls of one desktop."""

    def update(self) -> None:
        """Shows the state of the player, which has changed."""

    def report_seek(self, position_s: float) -> None:
        """Shows a position that does not follow from the time that has passed."""

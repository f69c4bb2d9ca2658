"""Region of a session that is repeated, as it is drawn on a ruler."""

from PySide6.QtCore import QObject, Signal

from producer_studio.ui.playback.session import PlaybackSession

_DEFAULT_S = 8.0
SHORTEST_S = 0.5
"""A region that is shorter is made longer."""


class LoopRegion(QObject):
    """Region with a switch: turned off it stays where it is, and can be turned on again.

    Signals:
        changed: The region or whether it is repeated.
    """

    changed = Signal()

    def __init__(self, session: PlaybackSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._region: tuple[float, float] | None = None
        self._loops = False

    @property
    def region(self) -> tuple[float, float] | None:
        """Start and end in seconds; None for no region."""
        return self._region

    @property
    def loops(self) -> bool:
        """Whether the region is repeated."""
        return self._loops

    @property
    def start_s(self) -> float:
        """Where playback begins after the end: the region, if it is repeated."""
        return self._region[0] if self._region is not None and self._loops else 0.0

    def set_region(self, start_s: float, end_s: float, length_s: float) -> None:
        """Repeats a region; nothing while no length is known, as of a clip that just arrived.

        Args:
            start_s: Start in seconds.
            end_s: End in seconds; later if the region is shorter than half a second.
            length_s: Length of what is played, which limits the region; 0 for that of the files.
        """
        length_s = length_s or self._session.length_s
        if not length_s:
            return
        start_s = max(0.0, min(start_s, length_s - SHORTEST_S))
        end_s = min(length_s, max(end_s, start_s + SHORTEST_S))
        self._region, self._loops = (start_s, end_s), True
        self.apply()

    def toggle(self, length_s: float) -> None:
        """Repeats the region, or not; without one, eight seconds from the position on."""
        if self._region is not None:
            self._loops = not self._loops
            self.apply()
        else:
            length_s = length_s or self._session.length_s
            start_s = min(self._session.position_s, max(0.0, length_s - _DEFAULT_S))
            self.set_region(start_s, start_s + _DEFAULT_S, length_s)

    def shift(self, start_s: float, end_s: float) -> None:
        """Moves the region without repeating it from now on: `apply` is to be called."""
        self._region = (start_s, max(end_s, start_s + SHORTEST_S))

    def limit(self, length_s: float) -> None:
        """Shortens the region to a length; removes one that begins too late."""
        if self._region is None or self._region[1] <= length_s:
            return
        start_s = self._region[0]
        if length_s - start_s < SHORTEST_S:
            self.remove()
        else:
            self._region = (start_s, length_s)
        self.apply()

    def remove(self) -> None:
        """Forgets the region, for other files."""
        self._region, self._loops = None, False

    def apply(self) -> None:
        """Repeats the region from now on, or plays on to the end; also after files were loaded."""
        if self._loops and self._region is not None:
            start_s, end_s = self._region
            if self._session.position_s >= end_s:
                self._session.seek(start_s)
            self._session.set_loop(start_s, end_s)
        else:
            self._session.clear_loop()
        self.changed.emit()

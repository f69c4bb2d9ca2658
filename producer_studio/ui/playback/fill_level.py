"""How far a device's buffer is filled."""

_LEAST_S = 0.04
_MOST_S = 0.2
_RESERVE_S = 0.006
_RAISE_S = 0.01
_CALM_S = 10.0


class FillLevel:
    """Level that follows how late the buffer was filled, so that it does not run dry.

    All that is in the buffer delays pauses and switches. So the level is low, and is raised as soon
    as the buffer was nearly empty, which on a busy machine comes before it is empty.

    Attributes:
        seconds: How far to fill the buffer now.
    """

    MOST_S = _MOST_S

    def __init__(self) -> None:
        self.seconds = _LEAST_S
        self._low_at = 0.0

    def adapt(self, now: float, unplayed_s: float) -> None:
        """Takes what is left in the buffer, in seconds, before it is filled again."""
        if unplayed_s < _RESERVE_S:
            raised = self.seconds + _RAISE_S if unplayed_s > 0.0 else 2 * self.seconds
            self.seconds = min(_MOST_S, raised)
            self._low_at = now
        elif now - self._low_at > _CALM_S and self.seconds > _LEAST_S:
            self.seconds = max(_LEAST_S, self.seconds - _RAISE_S)
            self._low_at = now

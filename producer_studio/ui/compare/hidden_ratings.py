"""Ratings that are given while names are hidden."""

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId


class HiddenRatings:
    """Tells of a hidden clip only what the user gave it while it was hidden.

    What it had before would tell which clip it is, also if a decision depends on it: a kept clip
    gets five stars only if it has none.
    """

    def __init__(self) -> None:
        self._stars: dict[ClipId, int] = {}
        self._kept: set[ClipId] = set()

    def clear(self) -> None:
        """Forgets everything, for names that are hidden anew."""
        self._stars.clear()
        self._kept.clear()

    def rate(self, clip: ClipId, stars: int) -> None:
        """Notes a rating that the user gave, 0 to 5."""
        self._stars[clip] = stars

    def keep(self, clip: ClipId) -> None:
        """Notes a clip that the user kept."""
        self._kept.add(clip)

    def shown(self, clip: Clip) -> tuple[int, bool]:
        """Returns the stars and the mark that may be shown; none that was undone since."""
        stars = clip.stars if self._stars.get(clip.id) == clip.stars else 0
        return stars, clip.favourite and clip.id in self._kept

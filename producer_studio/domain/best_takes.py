"""Choice of the takes of a press to keep."""

from collections.abc import Sequence
from dataclasses import dataclass

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId


@dataclass(frozen=True, slots=True)
class TakeChoice:
    """Takes to keep, and all others of the press.

    Attributes:
        label: Such as "Keep best, trash 3".
    """

    kept: tuple[ClipId, ...]
    others: tuple[ClipId, ...]
    label: str


def choose_takes(takes: Sequence[Clip], selected: ClipId | None = None) -> TakeChoice | None:
    """Chooses the favourites, else the take with most stars, else the selected one.

    Returns:
        None if that does not decide, or leaves no other takes.
    """
    favourites = [clip for clip in takes if clip.favourite]
    most = max((clip.stars for clip in takes), default=0)
    rated = [clip for clip in takes if clip.stars == most > 0]
    best = favourites or (rated if len(rated) == 1 else [])
    kept = best or [clip for clip in takes if clip.id == selected]
    others = [clip for clip in takes if clip not in kept]
    if not kept or not others:
        return None
    name = "best" if best else kept[0].take_label or "this"
    return TakeChoice(
        tuple(clip.id for clip in kept),
        tuple(clip.id for clip in others),
        f"Keep {name}, trash {len(others)}",
    )

"""Choice of the takes of a press to keep."""

from collections.abc import Sequence
from dataclasses import dataclass

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.translation import mark


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
    if best:
        label = mark("Keep best, trash {number}", number=len(others))
    elif kept[0].take_label:
        # Translators: take is such as "take 2".
        label = mark("Keep {take}, trash {number}", take=kept[0].take_label, number=len(others))
    else:
        label = mark("Keep this, trash {number}", number=len(others))
    return TakeChoice(
        tuple(clip.id for clip in kept),
        tuple(clip.id for clip in others),
        label,
    )

"""The stems of a song that belong together."""

from collections.abc import Sequence
from dataclasses import dataclass

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.library.clip_queries import ClipQueries

MOST_STEMS = 32
"""Number of stems that are played and exported together, as many as an archive may have.

Each has a thread and an open file; services make a dozen at most.
"""


@dataclass(frozen=True, slots=True)
class StemSet:
    """A song and its stems, in the order in which the service returned them."""

    song: Clip
    stems: tuple[Clip, ...]


async def find_stems(clips: ClipQueries, clip_id: ClipId) -> StemSet | None:
    """Returns the stems of a song, or those that a stem belongs to; None if there are none.

    If a song was split several times, they are those of the same job as the given stem, or else
    the latest. Clips in the trash are left out, and so are those beyond `MOST_STEMS`.
    """
    clip = await clips.get(clip_id)
    if clip is None:
        return None
    song = clip
    if clip.stem and clip.parent is not None:
        parent = await clips.get(clip.parent)
        if parent is None:
            return None
        song = parent
    family = await clips.get_family(song.id)
    stems = [one for one in family if one.stem and one.parent == song.id and not one.trashed_at]
    wanted = clip if clip in stems else max(stems, key=lambda one: one.added_at, default=None)
    if wanted is None:
        return None
    return StemSet(song, _of_one_job(stems, wanted, clip))


def _of_one_job(stems: Sequence[Clip], wanted: Clip, given: Clip) -> tuple[Clip, ...]:
    found = sorted((one for one in stems if one.job == wanted.job), key=lambda one: one.position)
    first = max(0, min(found.index(given), len(found) - MOST_STEMS)) if given in found else 0
    return tuple(found[first : first + MOST_STEMS])

"""Pace at which the lyrics of the user's own clips are sung."""

from functools import partial

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.lyrics.english import Pronunciations
from producer_studio.domain.lyrics.syllables import count_syllables
from producer_studio.domain.operation import Operation
from producer_studio.domain.sung_length import SungPace, count_lyrics, measure_pace
from producer_studio.studio.clips import Clips

_MAX_CLIPS = 200
_WHOLE_SONGS = frozenset({Operation.CREATE, Operation.COVER, Operation.VARIATION})
"""Operations whose clips have the lyrics from their beginning to their end."""


async def read_sung_pace(clips: Clips, pronunciations: Pronunciations) -> SungPace | None:
    """Measures the pace of the newest clips with lyrics; None while there are too few.

    The lyrics are counted on a thread of the database.
    """
    count = partial(count_syllables, pronunciations=pronunciations)

    def measure(clip: Clip) -> tuple[int, float] | None:
        if clip.operation not in _WHOLE_SONGS or clip.stem or clip.recipe.instrumental:
            return None
        silence_s = (clip.measured.head_s or 0.0) + (clip.measured.tail_s or 0.0)
        length_s = clip.duration_s - silence_s
        syllables = count_lyrics(clip.lyrics, count)
        return (syllables, length_s) if syllables and length_s > 0 else None

    ids: list[ClipId] = await clips.list_ids("has:lyrics -is:instrumental -is:upload")
    found = await clips.compute(ids[:_MAX_CLIPS], measure)
    return measure_pace(song for song in found.values() if song is not None)

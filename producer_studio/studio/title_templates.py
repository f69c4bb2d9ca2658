"""Titles of many clips, made from a template and their details."""

from collections.abc import Sequence

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import FieldValue, OwnValues
from producer_studio.studio.clips import Clips
from producer_studio.studio.export.filenames import ExportPosition, filled_title


async def fill_titles(clips: Clips, ids: Sequence[ClipId], template: str) -> OwnValues:
    """Returns the titles that a template gives clips, for `Clips.edit`.

    Args:
        ids: The clips in the order of `{n}`.
        template: As that of file names, such as "{title} {n}"; see `template_problem`.
    """
    numbers = {clip: number for number, clip in enumerate(ids, 1)}

    def fill(clip: Clip) -> FieldValue:
        position = ExportPosition(number=numbers[clip.id], count=len(ids))
        return filled_title(template, clip, position)

    return OwnValues(await clips.compute(ids, fill))

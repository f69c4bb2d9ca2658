"""Release check of clips of the library, with what their files and the settings say."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence

from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import StorageError
from producer_studio.domain.ids import ClipId
from producer_studio.domain.release_check import check_release
from producer_studio.domain.release_report import PictureSize, ReleaseReport
from producer_studio.files.picture_size import read_picture_size
from producer_studio.studio.clips import Clips
from producer_studio.studio.preferences import PreferenceStore
from producer_studio.studio.remeasurement import Remeasurement

log = logging.getLogger(__name__)


class ReleaseChecks:
    """Checks whether clips can be released; free, and without a network."""

    def __init__(
        self, clips: Clips, remeasurement: Remeasurement, preferences: PreferenceStore
    ) -> None:
        self._clips = clips
        self._remeasurement = remeasurement
        self._preferences = preferences

    async def check(self, ids: Sequence[ClipId]) -> AsyncIterator[ReleaseReport]:
        """Yields the report of each clip that exists, in order, as soon as it is there.

        Clips that were measured by an earlier version are measured first, about a second each.
        """
        for clip_id in ids:
            if not self._clips.read_only:
                await self._clips.refresh_media_states([clip_id])
            clip = await self._clips.get(clip_id)
            if clip is not None:
                yield await self.report(await self._measured(clip))

    async def report(self, clip: Clip, artist: str | None = None) -> ReleaseReport:
        """Returns the report of a clip by what is known of it; nothing is measured.

        Args:
            artist: Artist of an export; None for the one in the settings.
        """
        return check_release(
            clip,
            artist=clip.artist
            or (self._preferences.value.export_artist if artist is None else artist),
            cover=await asyncio.to_thread(_cover_size, clip),
        )

    async def _measured(self, clip: Clip) -> Clip:
        try:
            return await self._remeasurement.measure_outdated(clip)
        except StorageError as fault:
            # The report says that it is not measured.
            log.info("Cannot measure clip %s for its release: %s", clip.id, fault)
            return clip


def _cover_size(clip: Clip) -> PictureSize | None:
    if clip.exported_cover is None:
        return None
    try:
        found = read_picture_size(clip.exported_cover)
    except OSError as error:
        log.info("Cannot read the cover of clip %s: %s", clip.id, error)
        return None
    return PictureSize(*found) if found is not None else None

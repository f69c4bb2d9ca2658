"""Search for files that clips could have, and that are not on this computer."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.files.regular_files import has_content
from producer_studio.library.errors import system_error
from producer_studio.library.library import Library
from producer_studio.library.media_store import find_service_file
from producer_studio.studio.mirror.mirror_plan import MirrorItem, MirrorKind, create_item

_CHUNK = 200


async def find_missing_files(library: Library) -> AsyncIterator[tuple[Clip, MirrorItem]]:
    """Yields each missing file of the clips that are not in the trash, newest clips first.

    Raises:
        StorageError: The drive reports an error.
    """
    ids = await library.clips.list_ids()
    for start in range(0, len(ids), _CHUNK):
        await library.clips.refresh_media_states(ids[start : start + _CHUNK])
        clips = await library.clips.get_many(ids[start : start + _CHUNK])
        for clip, kinds in zip(clips, await _find_missing_kinds(clips), strict=True):
            for kind in kinds:
                yield clip, create_item(clip, kind)


async def is_missing(clip: Clip, kind: MirrorKind) -> bool:
    """Whether a file of a clip that may have changed meanwhile is still missing.

    Raises:
        StorageError: The drive reports an error.
    """
    (kinds,) = await _find_missing_kinds([clip])
    return kind in kinds


async def _find_missing_kinds(clips: Sequence[Clip]) -> list[list[MirrorKind]]:
    try:
        return await asyncio.to_thread(_missing_kinds, clips)
    except OSError as error:
        raise system_error(error) from error


def _missing_kinds(clips: Sequence[Clip]) -> list[list[MirrorKind]]:
    return [[kind for kind in _FILE_KINDS if _is_missing(clip, kind)] for clip in clips]


_FILE_KINDS = (MirrorKind.AUDIO, MirrorKind.WAV, MirrorKind.COVER, MirrorKind.VIDEO)


def _is_missing(clip: Clip, kind: MirrorKind) -> bool:
    links = clip.links
    match kind:
        case MirrorKind.AUDIO:
            wanted = clip.media in {MediaState.PENDING, MediaState.REJECTED, MediaState.MISSING}
            # Without a job there is nobody who could be asked for it again.
            return wanted and clip.job is not None
        case MirrorKind.WAV:
            is_same = links.wav == links.audio
            return bool(links.wav) and not is_same and not _has_wav(clip)
        case MirrorKind.COVER:
            return bool(links.image) and not has_content(clip.cover)
        case MirrorKind.VIDEO:
            return bool(links.video) and not has_content(clip.video)
        case MirrorKind.RESPONSE:
            return False


def _has_wav(clip: Clip) -> bool:
    """Whether the clip's folder has a WAV by the service, or the original is one itself."""
    if clip.path is None:
        return False
    return clip.path.suffix == ".wav" or find_service_file(clip, ".wav") is not None

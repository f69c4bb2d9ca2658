"""Repair of files that are missing or changed, from what is still there."""

import logging
import shutil
from collections.abc import Callable, Collection
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.errors import MediaRejected, ServiceError
from producer_studio.domain.file_problem import FileProblem, FileRole, FileState
from producer_studio.domain.ids import JobId
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.files.path_checks import path_exists
from producer_studio.library.file_inspection import RecordedFiles
from producer_studio.library.library import Library
from producer_studio.library.media_store import MediaKind
from producer_studio.studio.events import Events
from producer_studio.studio.made_clips import run_cancellably
from producer_studio.studio.measurement import Measurer
from producer_studio.studio.mirror.mirror import DeadHosts, Mirror
from producer_studio.studio.mirror.mirror_plan import MirrorKind
from producer_studio.studio.verification.verification_result import RepairSource
from producer_studio.translation import mark

log = logging.getLogger(__name__)

_KINDS = {
    FileRole.SOUND: MirrorKind.AUDIO,
    FileRole.COVER: MirrorKind.COVER,
    FileRole.VIDEO: MirrorKind.VIDEO,
    FileRole.EXPORT: MirrorKind.WAV,
}
_FORMATS = {".mp3": "mp3", ".m4a": "m4a", ".flac": "flac", ".wav": "wav"}
_LOSSLESS = frozenset({".wav", ".flac"})
_PARTIAL_NAME = JobId("repair")
"""Part of the names of unfinished files, so that no job writes to the same file."""

_NO_SOURCE = mark("No service has this file any more, and nothing here can stand in for it.")


@dataclass(frozen=True, slots=True)
class _SoundSource:
    """Intact file of a clip from which its lost sound can be made."""

    path: Path
    origin: RepairSource


class FileRepair:
    """Repairs files one at a time; what is there is never overwritten or deleted.

    A file that is replaced moves to the trash folder of the library. An interrupted repair leaves
    the file as it was, and the next check repairs it.
    """

    def __init__(
        self, library: Library, mirror: Mirror, measurer: Measurer, events: Events, pool: Executor
    ) -> None:
        self._library = library
        self._mirror = mirror
        self._measurer = measurer
        self._events = events
        self._pool = pool

    async def repair(
        self,
        problem: FileProblem,
        item: RecordedFiles,
        damaged_names: Collection[str],
        dead_hosts: DeadHosts,
    ) -> RepairSource:
        """Repairs a missing or changed file.

        Args:
            item: Clip that it belongs to.
            damaged_names: Names of all files of the clip that are missing or changed.
            dead_hosts: Servers that are not asked again, of the whole run.

        Raises:
            ServiceError: It cannot be repaired; nothing was changed.
        """
        clip = item.stored.clip
        if problem.role in {FileRole.RECIPE, FileRole.LYRICS}:
            await self._library.files.rewrite_texts(
                clip.id, keeps_old=problem.state is FileState.CHANGED
            )
            return RepairSource.LIBRARY
        kind = _KINDS.get(problem.role)
        is_wav = problem.name.lower().endswith(".wav")
        if kind is None or (kind is MirrorKind.WAV and not is_wav):
            raise MediaRejected(_NO_SOURCE)
        if problem.state is FileState.CHANGED:
            sha256 = next(one.sha256 for one in item.checksums if one.name == problem.name)
            await self._mirror.fetch_original(clip, kind, sha256)
            return RepairSource.SERVICE
        try:
            await self._mirror.fetch_lost_file(clip, kind, dead_hosts)
        except ServiceError as fault:
            source = _find_source(item, damaged_names) if kind is MirrorKind.AUDIO else None
            if source is None:
                raise
            log.info("Making the sound of clip %s from %s: %s", clip.id, source.path.name, fault)
            await self._make_sound(clip, source)
            await self._forget_old_name(clip, problem.name)
            return source.origin
        await self._forget_old_name(clip, problem.name)
        return RepairSource.SERVICE

    async def _make_sound(self, clip: Clip, source: _SoundSource) -> None:
        partial = self._library.media.partial_path(clip.id, MediaKind.MIX, _PARTIAL_NAME)
        lost_suffix = clip.path.suffix.lower() if clip.path is not None else ""
        await self._library.media.delete_partial_files(clip.id, _PARTIAL_NAME)

        def write(is_cancelled: Callable[[], bool]) -> None:
            _write_sound(source.path, partial, lost_suffix, is_cancelled)

        try:
            await run_cancellably(self._pool, write)
            measured = await self._measurer.measure(partial)
            path = await self._library.media.store_file(
                partial, clip, MediaKind.AUDIO, measured.suffix
            )
        finally:
            await self._library.media.delete_partial_files(clip.id, _PARTIAL_NAME)
        await self._library.clips.update_fields(
            clip.id,
            path=path,
            media=MediaState.READY,
            media_note="",
            sha256=measured.sha256,
            size_bytes=measured.size_bytes,
        )
        self._events.publish(LibraryChange(frozenset({clip.id}), ChangeKind.MEDIA))

    async def _forget_old_name(self, clip: Clip, name: str) -> None:
        """Forgets a file that has another name now, as its clip has another title."""
        found = await self._library.files.get([clip.id])
        if not found:
            return
        after = found[0]
        current = after.stored.clip
        names = {
            path.name for path in (current.path, current.cover, current.video) if path is not None
        }
        if name not in names and not path_exists(after.stored.folder / name):
            await self._library.files.forget(clip.id, name)


def _find_source(item: RecordedFiles, damaged_names: Collection[str]) -> _SoundSource | None:
    """Returns the best intact file to make a sound of: lossless, then lossy, then a video."""
    clip, folder = item.stored.clip, item.stored.folder
    names = [
        one.name
        for one in item.checksums
        if one.name not in damaged_names and Path(one.name).suffix.lower() in _FORMATS
    ]
    names.sort(key=lambda name: Path(name).suffix.lower() not in _LOSSLESS)
    for name in names:
        if folder / name != clip.path:
            return _SoundSource(folder / name, RepairSource.EXPORT)
    if clip.video is not None and clip.video.name not in damaged_names:
        return _SoundSource(clip.video, RepairSource.VIDEO)
    return None


def _write_sound(
    source: Path, target: Path, lost_suffix: str, is_cancelled: Callable[[], bool]
) -> None:
    """Writes the sound of a file in the format of the lost one.

    It is copied where that format would pretend a quality that the source does not have.
    """
    # Codecs take 100 ms to import, which must not delay the start of the window.
    from producer_studio.audio.encode import EncodeSpec, transcode

    target.parent.mkdir(exist_ok=True)
    suffix = source.suffix.lower()
    is_video = suffix not in _FORMATS
    lost = _FORMATS.get(lost_suffix, "m4a")
    is_pretended = lost_suffix in _LOSSLESS and suffix not in _LOSSLESS
    if not is_video and (suffix == lost_suffix or is_pretended):
        shutil.copyfile(source, target)
        return
    format_name = "m4a" if is_pretended else lost
    spec = EncodeSpec(format=cast("Literal['mp3', 'wav', 'flac', 'm4a']", format_name))
    transcode(source, target, spec, lambda _share: None, is_cancelled)

"""Files that clips are dragged out as, rendered by a profile before the drag begins."""

import asyncio
import logging
import re
import threading
from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import StorageError
from producer_studio.domain.export_profile import ExportExtra, ExportProfile
from producer_studio.domain.ids import ClipId
from producer_studio.files.folder_deletion import delete_folder
from producer_studio.files.locks import FileLock
from producer_studio.files.path_checks import is_file, is_folder
from producer_studio.files.worker_pool import SHUTDOWN_TIMEOUT_S
from producer_studio.library.errors import system_error
from producer_studio.settings.paths import default_music_folder
from producer_studio.studio.clips import Clips
from producer_studio.studio.export.export import ExportSpec
from producer_studio.studio.export.export_profiles import ExportProfiles
from producer_studio.studio.export.file_writer import ExportItem, write_file
from producer_studio.studio.export.filenames import ExportPosition
from producer_studio.studio.preferences import PreferenceStore
from producer_studio.studio.user_files import run_for_user_file
from producer_studio.translation import mark

log = logging.getLogger(__name__)

MAX_RENDERED = 20
"""More clips are dragged out as their originals."""

_FOLDER_NAME = "Dragged"
_HIDDEN = ".producer-studio-drag-"
_HIDDEN_PATTERN = re.compile(re.escape(_HIDDEN) + r"[0-9a-f]{32}")
_LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class _Rendered:
    """File of a clip.

    Attributes:
        clip: The clip as it was then; another state needs another file.
        is_dragged: Whether it was dragged out, so that it stays where it is.
    """

    clip: Clip
    profile: ExportProfile
    path: Path
    is_dragged: bool = False


class DragExports:
    """Renders the selected clips by the profile for drags; without one, originals are dragged.

    Files are rendered in a hidden folder, and get their place when they are dragged: in the folder
    "Dragged" of the profile's folder, where they stay, since programs refer to them there. What was
    not dragged is deleted when something else is selected.
    """

    def __init__(
        self,
        clips: Clips,
        profiles: ExportProfiles,
        preferences: PreferenceStore,
        pool: Executor,
    ) -> None:
        self._clips = clips
        self._profiles = profiles
        self._preferences = preferences
        self._pool = pool
        self._rendered: dict[ClipId, _Rendered] = {}
        self._hidden: tuple[Path, FileLock] | None = None
        self._work_lock = asyncio.Lock()
        self._stop = threading.Event()
        self._work_ids: tuple[ClipId, ...] = ()

    @property
    def profile(self) -> ExportProfile | None:
        """The profile for drags; None if originals are dragged."""
        chosen = self._preferences.value.drag_profile
        return next((one for one in self._profiles.known if one.id == chosen), None)

    def description(self, count: int) -> str:
        """Returns what a drag of a number of clips gives; empty for originals without a profile."""
        profile = self.profile
        if profile is None or not count:
            return ""
        if count > MAX_RENDERED:
            return mark(
                "Dragging out gives the originals: more than {max_rendered} are selected.",
                max_rendered=MAX_RENDERED,
            )
        return mark(
            "Dragging out gives {profile}: {summary}.",
            profile=profile.name,
            summary=profile.summary,
        )

    async def prepare(self, ids: Sequence[ClipId]) -> None:
        """Renders clips; stops what was begun for others, and deletes it.

        A cancelled call stops within a block of sound.

        Raises:
            ServiceError: One of them cannot be rendered.
        """
        # The same work, as when a drag begins before its files are there, goes on.
        if tuple(ids) != self._work_ids:
            self._stop.set()
        async with self._work_lock:
            self._stop = threading.Event()
            self._work_ids = tuple(ids)
            profile = self.profile
            chosen = list(ids) if profile is not None and len(ids) <= MAX_RENDERED else []
            await self._drop_others(chosen)
            if profile is not None:
                found = await self._clips.get_many(chosen)
                await self._render(profile, [clip for clip in found if clip.playable])

    async def get_files(self, ids: Sequence[ClipId]) -> list[Path]:
        """Returns the files of a drag, which exist and stay; renders what is not there yet.

        Raises:
            ServiceError: One of them cannot be rendered, or not be put in its place.
        """
        if self.profile is None or len(ids) > MAX_RENDERED:
            return await self._clips.get_drag_files(ids)
        await self.prepare(ids)
        async with self._work_lock:
            files = []
            for clip_id in ids:
                rendered = self._rendered.get(clip_id)
                if rendered is not None:
                    files.append(await self._put_in_place(rendered))
            return files

    async def close(self) -> None:
        """Stops rendering, and deletes what was not dragged.

        On a disk that does not respond, that is left to the next start.
        """
        self._stop.set()
        with suppress(TimeoutError, StorageError):
            async with asyncio.timeout(SHUTDOWN_TIMEOUT_S):
                await self._delete_rendered()

    async def _delete_rendered(self) -> None:
        async with self._work_lock:
            await self._drop_others([])
            if self._hidden is not None:
                folder, lock = self._hidden
                self._hidden = None
                lock.release()
                await run_for_user_file(folder, delete_folder, folder)

    def _target(self, profile: ExportProfile) -> Path:
        chosen = profile.folder or self._preferences.value.export_folder
        return (Path(chosen) if chosen else default_music_folder()) / _FOLDER_NAME

    async def _render(self, profile: ExportProfile, clips: Sequence[Clip]) -> None:
        stop = self._stop
        missing = [clip for clip in clips if not await self._has_file(profile, clip)]
        if not missing or stop.is_set():
            return
        target = self._target(profile)
        hidden = await run_for_user_file(target, self._open_hidden_folder, target)
        plain = profile.with_changes(extras=profile.extras - {ExportExtra.ZIP})
        loop = asyncio.get_running_loop()
        try:
            made = await asyncio.gather(
                *(
                    loop.run_in_executor(
                        self._pool,
                        partial(
                            _write,
                            clip,
                            ExportPosition(number=number, count=len(clips)),
                            self._profiles.spec(plain, hidden / clip.id),
                            stop,
                        ),
                    )
                    for number, clip in enumerate(missing, start=1)
                )
            )
        except BaseException as error:
            stop.set()
            if isinstance(error, OSError):
                raise system_error(error) from error
            raise
        for clip, path in zip(missing, made, strict=True):
            if path is not None:
                self._rendered[clip.id] = _Rendered(clip, profile, path)

    async def _has_file(self, profile: ExportProfile, clip: Clip) -> bool:
        known = self._rendered.get(clip.id)
        if known is None or known.clip != clip or known.profile != profile:
            return False
        try:
            return await run_for_user_file(known.path, is_file, known.path)
        except StorageError as error:
            log.info("Rendering %s again: %s", known.path.name, error)
            return False

    async def _put_in_place(self, rendered: _Rendered) -> Path:
        if rendered.is_dragged:
            return rendered.path
        target = self._target(rendered.profile)
        path = await run_for_user_file(target, _move_into_place, rendered.path, target)
        self._rendered[rendered.clip.id] = _Rendered(
            rendered.clip, rendered.profile, path, is_dragged=True
        )
        return path

    async def _drop_others(self, ids: Sequence[ClipId]) -> None:
        """Deletes the files of clips that are not selected any more, unless they were dragged."""
        wanted = set(ids)
        unused = [
            one for one in self._rendered.values()
            if one.clip.id not in wanted and not one.is_dragged
        ]  # fmt: skip
        for one in unused:
            del self._rendered[one.clip.id]
            folder = one.path.parent
            await run_for_user_file(folder, delete_folder, folder)

    def _open_hidden_folder(self, target: Path) -> Path:
        """Returns the hidden folder of this process beside the dragged files; blocking."""
        known = self._hidden
        try:
            # A folder that was deleted meanwhile, as with its drive, took its lock with it.
            if known is not None and known[0].parent == target and is_folder(known[0]):
                return known[0]
            target.mkdir(parents=True, exist_ok=True)
            _delete_stale_folders(target)
            folder = target / f"{_HIDDEN}{uuid4().hex}"
            folder.mkdir()
            lock = FileLock(folder / _LOCK)
            lock.acquire()
        except OSError as error:
            raise StorageError(
                mark("Files for dragging cannot be written to {target}.", target=target),
                service_words=str(error),
            ) from error
        if known is not None:
            known[1].release()
            delete_folder(known[0])
        self._hidden = (folder, lock)
        return folder


def _write(
    clip: Clip, position: ExportPosition, spec: ExportSpec, stop: threading.Event
) -> Path | None:
    """Writes the file of a clip into an empty folder; None if it was stopped. Blocking."""
    if clip.path is None:
        return None
    delete_folder(spec.folder)
    item = ExportItem(clip.path, clip, position)
    made = write_file(item, spec, lambda _share: None, stop.is_set)
    return None if made is None else made.path


def _move_into_place(path: Path, target: Path) -> Path:
    """Moves a rendered file and those beside it to free names; returns the path of the first."""
    from producer_studio.audio.output_file import publish_under_free_name  # as all of the engine

    try:
        moved = publish_under_free_name(path, target / path.name)
        for companion in sorted(path.parent.iterdir()):
            publish_under_free_name(companion, target / companion.name)
    except OSError as error:
        raise StorageError(
            mark("Files for dragging cannot be written to {target}.", target=target),
            service_words=str(error),
        ) from error
    delete_folder(path.parent)
    return moved


def _delete_stale_folders(target: Path) -> None:
    """Deletes hidden folders that no process holds."""
    for folder in target.iterdir():
        if _HIDDEN_PATTERN.fullmatch(folder.name) and is_folder(folder):
            lock = FileLock(folder / _LOCK)
            if lock.acquire() and lock.is_enforced:
                lock.release()
                delete_folder(folder)
            lock.release()

"""Clips that are made on this computer: mixes, and edits of a clip's sound."""

import asyncio
import os
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import StorageError
from producer_studio.domain.track_mix import MixFile
from producer_studio.library.errors import system_error, to_storage_error
from producer_studio.library.library import Library
from producer_studio.library.media_store import MediaKind
from producer_studio.studio.clips import Clips, UndoStep
from producer_studio.studio.measurement import Measurer

_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class MadeClip:
    """A clip that was made here.

    Attributes:
        clip: The new clip.
        step: Step of the undo history; undoing it moves the clip to the trash.
        peak: Largest magnitude before it was limited to full scale, which is 1.
    """

    clip: Clip
    step: UndoStep
    peak: float


class MadeClips:
    """Adds finished files to the library as clips, each as a step of the undo history."""

    def __init__(self, library: Library, clips: Clips, measurer: Measurer) -> None:
        self._library = library
        self._clips = clips
        self._measurer = measurer

    async def add(self, clip: Clip, write: Callable[[Path], Awaitable[MixFile]]) -> MadeClip:
        """Writes the file of a new clip, measures it, and adds both to the library.

        Until then nothing of it is in the library, however the process ends; what a killed process
        has written is deleted at the next start.

        Args:
            clip: The clip without its file.
            write: Writes the file to the given path.

        Raises:
            ServiceError: As raised by `write`.
            MediaRejected: The written file cannot be decoded.
            StorageError: The disk is full, or the library cannot be written.
        """
        partial = self._library.media.partial_path(clip.id, MediaKind.MIX)
        try:
            made = await write(partial)
            measured = await self._measurer.measure(made.path)
            whole = clip.with_changes(
                measured=measured.sound, sha256=measured.sha256, size_bytes=measured.size_bytes
            )
            stored = await self._library.clips.add_with_file(
                whole, made.path, measured.suffix, measured.peaks, measured.features
            )
        except StorageError as fault:
            # The name of the unfinished file says nothing to the user; that of a source does.
            reason = fault.__cause__
            known = None
            if isinstance(reason, OSError) and not _names_other_folder(reason, partial.parent):
                known = to_storage_error(reason)
            if known is None:
                raise
            raise known from fault
        finally:
            await self._library.media.delete_partial_files(clip.id)
        return MadeClip(stored, await self._clips.record_addition(clip.id), made.peak)


def _names_other_folder(error: OSError, folder: Path) -> bool:
    return bool(error.filename) and Path(os.fsdecode(error.filename)).parent != folder


async def run_cancellably(pool: Executor, work: Callable[[Callable[[], bool]], _Made]) -> _Made:
    """Runs work in a thread; it is called with a function that returns whether to stop.

    Raises:
        StorageError: A disk reports an error.
        Exception: As the work.
    """
    stop = threading.Event()
    try:
        return await asyncio.get_running_loop().run_in_executor(pool, work, stop.is_set)
    except OSError as error:
        raise system_error(error) from error
    finally:
        # The thread of a cancelled task stops at its next block.
        stop.set()

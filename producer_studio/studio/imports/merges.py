"""Merging of another library of this program into the open one."""

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ParamSpec, TypeVar

from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import StorageError
from producer_studio.domain.file_checksum import FileChecksum
from producer_studio.domain.ids import ClipId
from producer_studio.files.paths import absolute_path
from producer_studio.library.errors import OPENED_READ_ONLY
from producer_studio.library.foreign_library import ForeignClip, ForeignLibrary
from producer_studio.library.import_repository import SourceUnreadable, reading
from producer_studio.library.library import Library
from producer_studio.library.list_repository import ListChanges
from producer_studio.library.media_store import LYRICS_NAME
from producer_studio.library.merge_repository import MergedClip, PressRow
from producer_studio.library.path_confinement import (
    OutsideLibrary,
    is_plain_file,
    require_inside,
)
from producer_studio.library.sidecar import SIDECAR_NAME
from producer_studio.studio.clips import Clips, UndoStep
from producer_studio.studio.events import Events, ListsChanged
from producer_studio.studio.imports.import_result import (
    ImportOutcome,
    ImportProgress,
    ImportState,
    MergeResult,
    merge_text,
)
from producer_studio.studio.imports.merge_plan import (
    ListsHere,
    plan_clip,
    plan_lists,
    second_id,
)
from producer_studio.studio.imports.merge_undo import MergeUndo
from producer_studio.studio.undo import LibraryAction
from producer_studio.studio.user_files import run_for_user_file
from producer_studio.studio.user_lists import UserLists
from producer_studio.translation import mark, nmark

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

_BATCH_SIZE = 8
"""Clips of one transaction; the writes of others wait for it."""

_TEXTS = frozenset({SIDECAR_NAME, LYRICS_NAME})
"""Files that are written anew from the row."""

_ITSELF = mark("“{path}” is this library. Choose the folder of another one.")


class Merges:
    """Takes over the clips, playlists and saved searches of another library; it is not changed.

    Clips keep their ids, ratings, tags and presses. One whose id is here is skipped if its content
    is the same, and otherwise kept as a second clip. A merge that was stopped or killed is
    continued by the same merge again.
    """

    def __init__(self, library: Library, clips: Clips, lists: UserLists, events: Events) -> None:
        self._library = library
        self._clips = clips
        self._lists = lists
        self._events = events
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Makes a running merge end after the clip that it works on."""
        self._stopped.set()

    async def run(
        self,
        folder: Path,
        *,
        dry_run: bool = False,
        on_outcome: Callable[[ImportOutcome], object] | None = None,
    ) -> MergeResult:
        """Merges a library, as one step of the undo history.

        Undoing it moves the new clips to the trash and removes the new lists and presses (see
        `MergeUndo`).

        Args:
            folder: Folder of the other library. Other processes may use it.
            dry_run: Whether only to find out what would be done.
            on_outcome: Called for each clip.

        Raises:
            LibraryTooNew: A later version wrote it.
            StorageError: There is none, it is damaged, or this library is read-only.
        """
        if self._library.read_only:
            raise StorageError(OPENED_READ_ONLY)
        self._stopped.clear()
        folder = absolute_path(folder)
        if await run_for_user_file(folder, _is_same_folder, folder, self._library.folder):
            raise StorageError(_ITSELF.with_values(path=folder))
        other = await self._library.merges.open(folder)
        run = _MergeRun(other, MergeResult(is_dry_run=dry_run), on_outcome)
        try:
            try:
                await self._merge_all(run)
            except StorageError as fault:
                run.result.problem = fault.message
            except BaseException:
                # Its disk may not respond; what is left of the copy goes at the next start then.
                self._library.context.database.start_foreign_work(other.close)
                raise
            await self._call(other.close)
        finally:
            if (run.added or run.changes is not None) and run.result.step is None:
                run.result.step = await self._record(run)
        run.result.is_stopped = self._stopped.is_set()
        self._events.publish(ImportProgress(run.result))
        return run.result

    async def _merge_all(self, run: "_MergeRun") -> None:
        ids = await self._call(run.other.list_ids)
        run.result.total = len(ids)
        run.result.left_in_trash = await self._call(run.other.count_trash)
        run.result.unfinished_jobs = await self._call(run.other.count_unfinished_jobs)
        self._events.publish(ImportProgress(run.result))
        for start in range(0, len(ids), _BATCH_SIZE):
            if self._stopped.is_set():
                return
            await self._merge_batch(ids[start : start + _BATCH_SIZE], run)
            self._events.publish(ImportProgress(run.result))
        await self._merge_lists(run)

    async def _merge_batch(self, ids: Sequence[ClipId], run: "_MergeRun") -> None:
        found = await self._call(run.other.read_clips, ids)
        second_ids = [second_id(one.clip) for one in found]
        here = {clip.id: clip for clip in await self._library.clips.get_many([*ids, *second_ids])}
        waiting: list[tuple[ForeignClip, MergedClip]] = []
        try:
            for one, other_id in zip(found, second_ids, strict=True):
                plan = plan_clip(one.clip, here.get(one.clip.id), here.get(other_id))
                run.ids[one.clip.id] = plan.id
                if plan.is_known:
                    await self._report_known(one, here[plan.id], run)
                    continue
                run.result.second += plan.id != one.clip.id
                if run.result.is_dry_run:
                    run.report(one, ImportState.ADDED)
                    continue
                try:
                    waiting.append((one, await self._copy(one, plan.id, run)))
                except SourceUnreadable as fault:
                    del run.ids[one.clip.id]
                    run.report(one, ImportState.REFUSED, detail=fault.message)
            stored = await self._library.merges.add([merged for _, merged in waiting])
            run.presses += stored.presses
        except BaseException:
            parts = [part for _, merged in waiting for part in merged.files.values()]
            await self._library.imports.remove(parts)
            raise
        added = {clip.id: clip for clip in stored.clips}
        run.added += list(added)
        self._clips.publish_additions(list(added))
        for one, merged in waiting:
            clip = added.get(merged.clip.id)
            run.result.size_bytes += (clip.size_bytes or 0) if clip is not None else 0
            state = ImportState.ADDED if clip is not None else ImportState.KNOWN
            run.report(one, state, merged.clip.id)

    async def _report_known(self, one: ForeignClip, known: Clip, run: "_MergeRun") -> None:
        """Reports a clip that is here; restores it from the trash."""
        state = ImportState.KNOWN if known.trashed_at is None else ImportState.RESTORED
        if state is ImportState.RESTORED and not run.result.is_dry_run:
            if one.clip.press is not None:
                # An earlier merge of it was undone.
                press = await self._call(run.other.read_press, one.clip.press)
                run.presses += await self._library.merges.add_presses([press] if press else [])
            await self._clips.restore_unrecorded([known.id])
            run.added.append(known.id)
        run.report(one, state, known.id)

    async def _copy(self, one: ForeignClip, new_id: ClipId, run: "_MergeRun") -> MergedClip:
        """Copies the files of a clip.

        Raises:
            SourceUnreadable: One of them cannot be read.
            StorageError: The disk is full.
        """
        known = {checksum.name: checksum for checksum in one.checksums}
        files: dict[str, Path] = {}
        checksums: list[FileChecksum] = []
        try:
            for source in await run_for_user_file(
                run.other.folder, _list_files, one, run.other.folder
            ):
                part = self._library.merges.new_part()
                files[source.name] = part
                sha256, size_bytes = await self._library.merges.copy(source, part)
                found = FileChecksum(source.name, sha256, size_bytes)
                # A file that has changed since it arrived there counts as changed here, too.
                checksums.append(known.get(source.name, found))
        except BaseException:
            await self._library.imports.remove(files.values())
            raise
        clip = one.clip
        parent = run.ids.get(clip.parent, clip.parent) if clip.parent is not None else None
        press = await self._call(run.other.read_press, clip.press) if clip.press else None
        return MergedClip(
            clip=clip.with_changes(id=new_id, parent=parent),
            files=files,
            checksums=tuple(checksums),
            peaks=one.peaks,
            press=press,
        )

    async def _merge_lists(self, run: "_MergeRun") -> None:
        here = ListsHere(
            playlists := await self._library.lists.list_playlists(),
            {
                one.id: [item.clip for item in await self._library.lists.list_items(one.id)]
                for one in playlists
            },
            await self._library.lists.list_searches(),
            await self._lists.next_position(),
        )
        changes = plan_lists(
            here,
            await self._call(run.other.list_playlists),
            await self._call(run.other.list_searches),
            run.ids,
        )
        run.result.lists = len(changes.playlists) + len(changes.searches)
        if run.result.lists and not run.result.is_dry_run:
            if not await self._library.lists.replace(changes):
                run.result.lists = 0
                return
            run.changes = changes
            self._events.publish(ListsChanged())

    async def _record(self, run: "_MergeRun") -> UndoStep:
        undo = MergeUndo(
            self._library, self._clips, self._events, run.added, run.presses, run.changes
        )
        return await self._clips.record_action(
            LibraryAction(
                undo.apply,
                undo.revert,
                merge_text(run.result),
                nmark(
                    "Merged library removed: {count} clip moved to the trash.",
                    "Merged library removed: {count} clips moved to the trash.",
                    len(run.added),
                ),
            )
        )

    async def _call(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Calls a method of the other library on the thread that opened it."""
        return await self._library.context.database.run_foreign_work(work, *args, **kwargs)


class _MergeRun:
    """State of one merge.

    Attributes:
        ids: Ids here by ids there.
        presses: Presses that were added.
        changes: Lists that were added; None for none.
    """

    def __init__(
        self,
        other: ForeignLibrary,
        result: MergeResult,
        on_outcome: Callable[[ImportOutcome], object] | None,
    ) -> None:
        self.other = other
        self.result = result
        self.added: list[ClipId] = []
        self.ids: dict[ClipId, ClipId] = {}
        self.presses: list[PressRow] = []
        self.changes: ListChanges | None = None
        self._on_outcome = on_outcome

    def report(
        self,
        one: ForeignClip,
        state: ImportState,
        clip_id: ClipId | None = None,
        detail: str = "",
    ) -> None:
        outcome = ImportOutcome(one.folder, state, one.clip.display_title, clip_id, detail)
        self.result.add(outcome)
        if self._on_outcome is not None:
            self._on_outcome(outcome)


def _is_same_folder(folder: Path, own: Path) -> bool:
    return folder.resolve() == own.resolve()


def _list_files(one: ForeignClip, library: Path) -> list[Path]:
    """Returns the files of a clip that are there, without texts; blocking.

    The rows may name any file: only those of the other library are taken, with links followed.

    Raises:
        SourceUnreadable: The drive cannot tell whether one is there.
    """
    paths = [path for path in (one.clip.path, one.clip.cover, one.clip.video) if path is not None]
    paths += [one.folder / checksum.name for checksum in one.checksums]
    named = {path.name: path for path in reversed(paths) if path.name not in _TEXTS}
    return [path for path in named.values() if _is_there(path) and _is_inside(path, library)]


def _is_there(path: Path) -> bool:
    with reading(path):
        return is_plain_file(path)


def _is_inside(path: Path, library: Path) -> bool:
    try:
        require_inside(path, library)
    except OutsideLibrary as error:
        log.warning("A file of a merged library is left out: %s", error)
        return False
    return True

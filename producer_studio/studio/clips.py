"""The library as the user works with it."""

import asyncio
from collections.abc import Collection, Sequence
from pathlib import Path

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import (
    ChangeKind,
    ClipField,
    FieldEdit,
    FieldValue,
    LibraryChange,
)
from producer_studio.library.clip_listing import (
    Counts,
    Cursor,
    FilledPage,
    Page,
    Smart,
    Sort,
    SortKey,
)
from producer_studio.library.deletion import Deletion
from producer_studio.library.library import Library
from producer_studio.library.search.search_fields import FIELD_NAMES
from producer_studio.studio.events import Events, Level, Notice
from producer_studio.studio.jobs.collect import Collector
from producer_studio.studio.undo import (
    StepApplied,
    UndoHistory,
    UndoStep,
    change_sentence,
    sentence,
)

__all__ = [
    "FIELD_NAMES",
    "Clips",
    "Counts",
    "Cursor",
    "Deletion",
    "FilledPage",
    "Page",
    "Smart",
    "Sort",
    "SortKey",
    "StepApplied",
    "UndoStep",
    "change_sentence",
]

_NEWEST_FIRST = Sort()


class Clips:
    """Browsing and editing; every change is published once, with who asked for it.

    Every edit that a user makes is a step of one undo history, wherever it was made.

    Changes raise `StorageFault` when the library cannot be written.
    """

    def __init__(self, library: Library, collector: Collector, events: Events) -> None:
        self._library = library
        self._collector = collector
        self._events = events
        self._history = UndoHistory()
        # An undo must see the edit that was asked for before it.
        self._turn = asyncio.Lock()

    @property
    def folder(self) -> Path:
        """Where the library is."""
        return self._library.folder

    @property
    def read_only(self) -> bool:
        return self._library.read_only

    async def page(
        self,
        query: str = "",
        sort: Sort = _NEWEST_FIRST,
        smart: Smart = Smart.ALL,
        limit: int = 100,
        after: Cursor | None = None,
    ) -> Page:
        """The first ids of a list, fast whatever the library's size."""
        return await self._library.page(query, sort, smart, limit, after)

    async def filled_page(
        self,
        query: str,
        sort: Sort,
        smart: Smart,
        limit: int,
        rows: int,
        known: Collection[ClipId] = (),
    ) -> FilledPage:
        """The first ids of a list with the clips and waveforms of its first `rows`.

        Args:
            known: Clips whose rows are not needed.
        """
        return await self._library.filled_page(query, sort, smart, limit, rows, known)

    async def ids(
        self, query: str = "", sort: Sort = _NEWEST_FIRST, smart: Smart = Smart.ALL
    ) -> list[ClipId]:
        return await self._library.ids(query, sort, smart)

    async def rows(self, ids: Sequence[ClipId]) -> list[Clip]:
        return await self._library.rows(ids)

    async def get(self, clip_id: ClipId) -> Clip | None:
        return await self._library.get(clip_id)

    async def peaks(self, ids: Sequence[ClipId]) -> dict[ClipId, bytes]:
        return await self._library.peaks(ids)

    async def counts(self) -> Counts:
        return await self._library.counts()

    async def family(self, clip_id: ClipId) -> list[Clip]:
        """The clip's root and all that was made from it."""
        return await self._library.family(clip_id)

    async def folder_of(self, clip_id: ClipId) -> Path | None:
        return await self._library.folder_of(clip_id)

    async def edit(
        self,
        ids: Sequence[ClipId],
        origin: object | None = None,
        *,
        title: str | None = None,
        tags: Sequence[str] | None = None,
        stars: int | None = None,
        favourite: bool | None = None,
        heard: bool | None = None,
        notes: str | None = None,
        bpm: float | None = None,
        key: str | None = None,
        session: object | None = None,
    ) -> UndoStep | None:
        """Changes details; None leaves a field as it is.

        Args:
            bpm: Beats per minute, 20 to 400; 0 brings the measured tempo back.
            key: Such as "F minor"; an empty one brings the measured key back.
            session: Edits of the same fields in the same session, such as the pauses while a title
                is being typed, are one step to undo.

        Returns:
            The step to undo; None when nothing was different.
        """
        asked: dict[ClipField, FieldValue] = {
            ClipField.TITLE: title,
            ClipField.TAGS: tuple(tags) if tags is not None else None,
            ClipField.STARS: stars,
            ClipField.FAVOURITE: favourite,
            ClipField.HEARD: heard,
            ClipField.NOTES: notes,
            ClipField.BPM: bpm,
            ClipField.KEY: key,
        }
        values = {field: value for field, value in asked.items() if value is not None}
        async with self._turn:
            return self._edited(await self._library.edit(ids, values), origin, session)

    async def add_tag(
        self, ids: Sequence[ClipId], tag: str, origin: object | None = None
    ) -> UndoStep | None:
        """Adds one tag to every clip that lacks it."""
        async with self._turn:
            return self._edited(await self._library.add_tag(ids, tag), origin)

    async def scale_tempo(
        self, ids: Sequence[ClipId], factor: float, origin: object | None = None
    ) -> UndoStep | None:
        """Halves (0.5) or doubles (2) the tempo of every clip that has one."""
        async with self._turn:
            return self._edited(await self._library.scale_tempo(ids, factor), origin)

    async def trash(self, ids: Sequence[ClipId], origin: object | None = None) -> UndoStep | None:
        """Puts clips in the trash; nothing is deleted."""
        async with self._turn:
            return self._edited(await self._library.trash(ids), origin)

    async def restore(self, ids: Sequence[ClipId], origin: object | None = None) -> UndoStep | None:
        """Brings clips back from the trash."""
        async with self._turn:
            return self._edited(await self._library.restore(ids), origin)

    async def size_in_trash(self, ids: Sequence[ClipId]) -> int:
        """Size of the files of clips in the trash, in bytes."""
        return await self._library.size_in_trash(ids)

    async def delete(self, ids: Sequence[ClipId], origin: object | None = None) -> Deletion:
        """Deletes clips that are in the trash for good, with their files; there is no undo."""
        async with self._turn:
            deleted = await self._library.delete(ids)
            gone = frozenset(deleted.clips)
            self._history.forget(gone)
        if gone:
            self._events.publish(LibraryChange(gone, ChangeKind.REMOVED, origin))
        return deleted

    async def finish_deletion(self) -> None:
        """Deletes the files of clips whose deletion was interrupted in an earlier run."""
        await self._library.finish_deletion()

    async def undo(self, step: UndoStep | None = None) -> StepApplied | None:
        """Takes a step back, the last one unless another is named.

        Clips that somebody else has changed meanwhile stay as they are, and are counted.

        Returns:
            None when there is nothing to take back.
        """
        async with self._turn:
            found = self._history.to_undo(step)
            return await self._apply(found, back=True) if found is not None else None

    async def redo(self) -> StepApplied | None:
        """Makes the step again that was taken back last; None when there is none."""
        async with self._turn:
            found = self._history.to_redo()
            return await self._apply(found, back=False) if found is not None else None

    async def sound_files(self, ids: Sequence[ClipId]) -> list[Path]:
        """The clips' own files in the order given, no two with the same name; those there are.

        Raises:
            StorageFault: Several are called the same, and the library cannot be written.
        """
        return await self._library.sound_files(ids)

    async def playable_video(self, clip: Clip) -> Path | None:
        """The clip's video; None, with a notice, where the file is something else or not there."""
        if clip.video is not None and await self._library.is_video(clip.video):
            return clip.video
        name = clip.video.name if clip.video is not None else clip.title
        text = f"“{name}” is not there, or is no video. It was not opened."
        self._events.publish(Notice(Level.WARN, text, str(clip.video or "")))
        return None

    async def fetch_again(self, clip_id: ClipId) -> None:
        """Tries to fetch a clip's sound once more."""
        await self._collector.fetch_again(clip_id)

    async def find_missing(self, ids: Sequence[ClipId]) -> None:
        """Notices files that are gone, or back."""
        changed = await self._library.find_missing(ids)
        if changed:
            self._publish([clip.id for clip in changed], ChangeKind.MEDIA, None)

    async def _apply(self, step: UndoStep, *, back: bool) -> StepApplied:
        edits = tuple(edit.inverse() for edit in step.edits) if back else step.edits
        applied = await self._library.apply(edits)
        made = applied.edits if not back else tuple(edit.inverse() for edit in applied.edits)
        done = UndoStep(made) if made else None
        if back:
            self._history.undone(step, done)
        else:
            self._history.redone(step, done)
        if applied.edits:
            self._events.publish(LibraryChange.of_edits(applied.edits))
        return StepApplied(step, sentence(applied.edits, len(applied.skipped), back=back))

    def _edited(
        self, edits: tuple[FieldEdit, ...], origin: object | None, session: object | None = None
    ) -> UndoStep | None:
        """Publishes edits and records those that can be undone."""
        if edits:
            self._events.publish(LibraryChange.of_edits(edits, origin))
        lasting = tuple(edit for edit in edits if edit.field is not ClipField.HEARD)
        return self._history.record(lasting, session) if lasting else None

    def _publish(self, ids: Sequence[ClipId], kind: ChangeKind, origin: object | None) -> None:
        self._events.publish(LibraryChange(frozenset(ids), kind, origin))

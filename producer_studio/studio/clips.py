"""Clips of the library: browsing, editing, undo and trash."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.judgement import Judgement
from producer_studio.domain.library_change import (
    AppendedText,
    ChangeKind,
    ClipField,
    FieldEdit,
    FieldValue,
    LibraryChange,
    NewValue,
    OwnValues,
    TagChange,
)
from producer_studio.library.clip_listing import (
    ClipPage,
    ClipPageWithRows,
    ClipRows,
    PageCursor,
    SmartList,
    SmartListCounts,
    SortOrder,
)
from producer_studio.library.clip_queries import ClipQueries
from producer_studio.library.clip_relations import ClipRelations
from producer_studio.library.deletion import DeletionResult
from producer_studio.library.field_spec import FieldSpec, ListColumn, ValueKind
from producer_studio.library.fields import (
    CLIP_FIELDS,
    DETAIL_ROWS,
    FACT_ROWS,
    LIST_COLUMNS,
    SEARCHES,
    SORTS,
)
from producer_studio.library.library import Library
from producer_studio.library.search.suggestions import Suggestion, Suggestions
from producer_studio.studio.events import Events, Notice, NoticeLevel
from producer_studio.studio.jobs.collect import ResultCollector
from producer_studio.studio.pictures import read_picture
from producer_studio.studio.undo import (
    ActionMerge,
    AppliedStep,
    LibraryAction,
    UndoHistory,
    UndoStep,
    action_message,
    change_message,
    judgement_message,
    undo_message,
)
from producer_studio.translation import mark

__all__ = [
    "CLIP_FIELDS",
    "DETAIL_ROWS",
    "FACT_ROWS",
    "LIST_COLUMNS",
    "SEARCH_FIELD_NAMES",
    "SORTS",
    "AppliedStep",
    "ClipPage",
    "ClipPageWithRows",
    "ClipRelations",
    "ClipRows",
    "Clips",
    "DeletionResult",
    "FieldSpec",
    "ListColumn",
    "PageCursor",
    "SmartList",
    "SmartListCounts",
    "SortOrder",
    "Suggestion",
    "Suggestions",
    "UndoStep",
    "ValueKind",
    "change_message",
]

SEARCH_FIELD_NAMES = frozenset(SEARCHES)
"""Every accepted name of a search field."""


class Clips(ClipQueries):
    """Reads clips as the library does, and edits them.

    Every change is published once, with its initiator; every edit is a step of one undo history.

    Changes raise `StorageError` if the library cannot be written.
    """

    def __init__(self, library: Library, collector: ResultCollector, events: Events) -> None:
        super().__init__(library.context)
        self._library = library
        self._collector = collector
        self._events = events
        self.undo_history = UndoHistory()
        # An undo must include the edits that were requested before it.
        self._edit_lock = asyncio.Lock()

    async def edit(
        self,
        ids: Sequence[ClipId],
        origin: object | None = None,
        *,
        title: str | OwnValues | None = None,
        tags: Sequence[str] | TagChange | None = None,
        stars: int | None = None,
        favourite: bool | None = None,
        heard: bool | None = None,
        notes: str | AppendedText | None = None,
        bpm: float | None = None,
        key: str | None = None,
        session: object | None = None,
    ) -> UndoStep | None:
        """Changes fields of clips; None leaves a field unchanged.

        Args:
            title: Title of all clips, or of each (see `title_templates`).
            tags: All tags of each clip, or those that each gets or loses.
            bpm: Beats per minute, 20 to 400; 0 restores the measured tempo.
            key: Such as "F minor"; an empty one restores the measured key.
            session: Consecutive edits of the same fields with the same session, such as while a
                title is being typed, are one undo step.

        Returns:
            The undo step; None if nothing was changed.
        """
        asked: dict[ClipField, NewValue] = {
            ClipField.TITLE: title,
            ClipField.TAGS: tags if tags is None or isinstance(tags, TagChange) else tuple(tags),
            ClipField.STARS: stars,
            ClipField.FAVOURITE: favourite,
            ClipField.HEARD: heard,
            ClipField.NOTES: notes,
            ClipField.BPM: bpm,
            ClipField.KEY: key,
        }
        values = {field: value for field, value in asked.items() if value is not None}
        async with self._edit_lock:
            return self._record_edits(await self._library.clips.edit(ids, values), origin, session)

    async def rename_tag(
        self, tag: str, name: str, origin: object | None = None
    ) -> UndoStep | None:
        """Renames a tag of every clip, also of those in the trash; an empty name removes it."""
        async with self._edit_lock:
            edits = await self._library.clips.rename_tag(tag, " ".join(name.split()))
            return self._record_edits(edits, origin)

    async def edit_fields(
        self,
        ids: Sequence[ClipId],
        values: Mapping[ClipField, FieldValue | TagChange],
        origin: object | None = None,
        *,
        first_track: int | None = None,
    ) -> UndoStep | None:
        """Changes fields of clips by their keys, in one undo step.

        Args:
            first_track: Numbers the clips in their order, from this track number on.
        """
        async with self._edit_lock:
            edits = await self._library.clips.edit(ids, dict(values), first_track=first_track)
            return self._record_edits(edits, origin)

    async def store_export_cover(self, ids: Sequence[ClipId], picture: Path) -> str:
        """Stores a picture for the exported files of clips; `edit_fields` must follow.

        Returns:
            The value of `ClipField.EXPORT_COVER`.

        Raises:
            StorageError: It is not a readable picture, or the library cannot be written.
        """
        content, suffix = await read_picture(picture)
        return await self._library.media.store_export_cover(ids, content, suffix)

    async def scale_tempo(
        self, ids: Sequence[ClipId], factor: float, origin: object | None = None
    ) -> UndoStep | None:
        """Halves (0.5) or doubles (2) the tempo of every clip that has one."""
        async with self._edit_lock:
            return self._record_edits(await self._library.clips.scale_tempo(ids, factor), origin)

    async def trash(self, ids: Sequence[ClipId], origin: object | None = None) -> UndoStep | None:
        """Moves clips to the trash; no file is deleted."""
        async with self._edit_lock:
            return self._record_edits(await self._library.clips.trash(ids), origin)

    async def restore(self, ids: Sequence[ClipId], origin: object | None = None) -> UndoStep | None:
        """Restores clips from the trash."""
        async with self._edit_lock:
            return self._record_edits(await self._library.clips.restore(ids), origin)

    async def restore_unrecorded(self, ids: Sequence[ClipId]) -> tuple[FieldEdit, ...]:
        """Restores clips from the trash, as part of an undo step that is recorded later."""
        edits = await self._library.clips.restore(ids)
        if edits:
            self._events.publish(LibraryChange.from_edits(edits))
        return edits

    async def trash_unrecorded(self, ids: Sequence[ClipId]) -> tuple[FieldEdit, ...]:
        """Moves clips to the trash, as part of an action that is an undo step."""
        edits = await self._library.clips.trash(ids)
        if edits:
            self._events.publish(LibraryChange.from_edits(edits))
        return edits

    def publish_additions(self, ids: Sequence[ClipId]) -> None:
        """Publishes clips that were added here."""
        self._publish(ids, ChangeKind.ADDED, None)

    async def record_addition(self, clip_id: ClipId) -> UndoStep:
        """Publishes a clip that was added here, as a step of the undo history.

        Undoing it moves the clip to the trash.
        """
        self.publish_additions([clip_id])
        return await self.record_import([clip_id])

    async def record_import(
        self, added: Sequence[ClipId], restored: Sequence[FieldEdit] = ()
    ) -> UndoStep:
        """Records published clips, and clips that are back from the trash, as one undo step.

        Undoing it moves all of them to the trash.
        """
        async with self._edit_lock:
            now = datetime.now(UTC)
            clips = (*added, *(clip for edit in restored for clip in edit.clips))
            before = (*(now for _ in added), *(one for edit in restored for one in edit.before))
            edit = FieldEdit(ClipField.TRASHED, clips, before, (None,) * len(clips))
            return self.undo_history.record((edit,))

    async def delete(self, ids: Sequence[ClipId], origin: object | None = None) -> DeletionResult:
        """Permanently deletes clips that are in the trash, with their files; there is no undo."""
        async with self._edit_lock:
            deleted = await self._library.clips.delete(ids)
            gone = frozenset(deleted.clips)
            self.undo_history.remove_clips(gone)
        if gone:
            self._events.publish(LibraryChange(gone, ChangeKind.REMOVED, origin))
        return deleted

    async def undo(self, step: UndoStep | None = None) -> AppliedStep | None:
        """Undoes a step; default the last one.

        Clips that were changed otherwise meanwhile are skipped, and counted.

        Returns:
            None if there is nothing to undo.
        """
        async with self._edit_lock:
            found = self.undo_history.next_undo(step)
            return await self._apply(found, is_undo=True) if found is not None else None

    @property
    def can_redo(self) -> bool:
        """Whether a step was undone, and nothing was changed since."""
        return self.undo_history.next_redo() is not None

    async def redo(self) -> AppliedStep | None:
        """Redoes the step that was undone last; None if there is none."""
        async with self._edit_lock:
            found = self.undo_history.next_redo()
            return await self._apply(found, is_undo=False) if found is not None else None

    async def playable_video(self, clip: Clip) -> Path | None:
        """Returns the clip's video; None, with a notice, if it is missing or not a video."""
        if clip.video is not None and await self._library.media.is_video(clip.video):
            return clip.video
        name = clip.video.name if clip.video is not None else clip.display_title
        text = mark("“{name}” does not exist, or is not a video. It was not opened.", name=name)
        self._events.publish(Notice(NoticeLevel.WARNING, text, str(clip.video or "")))
        return None

    async def retry_download(self, clip_id: ClipId) -> None:
        """Retries the download of a clip's media."""
        await self._collector.retry_download(clip_id)

    async def refresh_media_states(self, ids: Sequence[ClipId]) -> None:
        """Updates the media state of clips whose files were removed or restored."""
        changed = await self._library.clips.refresh_media_states(ids)
        if changed:
            self._publish([clip.id for clip in changed], ChangeKind.MEDIA, None)

    async def add_judgement(
        self,
        judgement: Judgement,
        origin: object | None = None,
        winner_values: Mapping[ClipField, FieldValue] | None = None,
        replaced: Judgement | None = None,
    ) -> UndoStep:
        """Adds a judgement as a step of the undo history; see `Judgements.record`."""
        async with self._edit_lock:
            await self._library.judgements.add(judgement, replaced)
            self._publish(judgement.clips, ChangeKind.DETAILS, origin)
            edits: tuple[FieldEdit, ...] = ()
            try:
                if judgement.winner is not None and winner_values:
                    edits = await self._library.clips.edit([judgement.winner], dict(winner_values))
            finally:
                # The judgement is there, whether the winner could be changed or not.
                step = self.undo_history.record_judgement(judgement, edits, replaced)
            if edits:
                self._events.publish(LibraryChange.from_edits(edits, origin))
            return step

    async def perform(
        self, action: LibraryAction, merge: ActionMerge | None = None
    ) -> UndoStep | None:
        """Performs an action as an undo step; None if nothing was changed.

        `merge` may make one step of the last one and this one.
        """
        async with self._edit_lock:
            return self.undo_history.record_action(action, merge) if await action.apply() else None

    async def record_action(self, action: LibraryAction) -> UndoStep:
        """Records an action that was performed already as a step of the undo history."""
        async with self._edit_lock:
            return self.undo_history.record_action(action)

    async def _apply(self, step: UndoStep, *, is_undo: bool) -> AppliedStep:
        if step.action is not None:
            return await self._apply_action(step, step.action, is_undo=is_undo)
        if step.judgement is not None and not step.edits:
            return await self._apply_judgement(step, is_undo=is_undo)
        edits = tuple(edit.inverse() for edit in step.edits) if is_undo else step.edits
        applied = await self._library.clips.apply_edits(edits)
        made = applied.edits if not is_undo else tuple(edit.inverse() for edit in applied.edits)
        is_judgement_set = await self._set_judgement(step, exists=not is_undo)
        done = None
        if is_judgement_set:
            done = replace(step, edits=made, session=None)
        elif made:
            done = replace(step, edits=made, session=None, judgement=None, replaced=None)
        if is_undo:
            self.undo_history.record_undo(step, done)
        else:
            self.undo_history.record_redo(step, done)
        if applied.edits:
            self._events.publish(LibraryChange.from_edits(applied.edits))
        if is_judgement_set and not applied.edits:
            said = judgement_message(step, is_undo=is_undo, is_changed=True)
        else:
            said = undo_message(applied.edits, len(applied.skipped), is_undo=is_undo)
        return AppliedStep(step, said)

    async def _apply_judgement(self, step: UndoStep, *, is_undo: bool) -> AppliedStep:
        is_changed = await self._set_judgement(step, exists=not is_undo)
        if is_undo:
            self.undo_history.record_undo(step, step if is_changed else None)
        else:
            self.undo_history.record_redo(step, step if is_changed else None)
        return AppliedStep(step, judgement_message(step, is_undo=is_undo, is_changed=is_changed))

    async def _apply_action(
        self, step: UndoStep, action: LibraryAction, *, is_undo: bool
    ) -> AppliedStep:
        is_changed = await (action.revert if is_undo else action.apply)()
        move = self.undo_history.record_undo if is_undo else self.undo_history.record_redo
        # One that later steps have changed can be undone after them.
        if is_changed or not is_undo or step == self.undo_history.next_undo():
            move(step, step if is_changed else None)
        return AppliedStep(step, action_message(action, is_undo=is_undo, is_changed=is_changed))

    async def _set_judgement(self, step: UndoStep, *, exists: bool) -> bool:
        """Adds or removes the judgement of a step; returns whether that changed anything."""
        judgements, replaced = self._library.judgements, self.undo_history.replaced_by(step)
        if step.judgement is None:
            return False
        set_judgement = judgements.add if exists else judgements.remove
        is_changed = await set_judgement(step.judgement, replaced)
        if is_changed:
            self._publish(step.judgement.clips, ChangeKind.DETAILS, None)
        return is_changed

    def _record_edits(
        self, edits: tuple[FieldEdit, ...], origin: object | None, session: object | None = None
    ) -> UndoStep | None:
        """Publishes edits and records those that can be undone."""
        if edits:
            self._events.publish(LibraryChange.from_edits(edits, origin))
        lasting = tuple(edit for edit in edits if edit.field is not ClipField.HEARD)
        return self.undo_history.record(lasting, session) if lasting else None

    def _publish(self, ids: Sequence[ClipId], kind: ChangeKind, origin: object | None) -> None:
        self._events.publish(LibraryChange(frozenset(ids), kind, origin))

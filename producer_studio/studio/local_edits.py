"""Edits of a clip's sound on this computer, without a service: each makes a new clip."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import UTC, datetime
from pathlib import Path

from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import RequestRejected
from producer_studio.domain.ids import ClipId, new_clip_id
from producer_studio.domain.local_edit import Join, LocalEdit, check_edit, describe_edit
from producer_studio.domain.track_mix import MixFile
from producer_studio.studio.clips import Clips
from producer_studio.studio.export.tag_settings import TagSettings, build_tags
from producer_studio.studio.made_clips import MadeClip, MadeClips, run_cancellably
from producer_studio.translation import join_texts, mark, tr_message


class LocalEdits:
    """Trims, fades, joins and changes the level of clips; the clips themselves are not changed."""

    def __init__(self, clips: Clips, made_clips: MadeClips, pool: Executor) -> None:
        self._clips = clips
        self._made_clips = made_clips
        self._pool = pool

    async def apply(self, clip_id: ClipId, edit: LocalEdit) -> MadeClip:
        """Makes an edited version of a clip, as a step of the undo history.

        Raises:
            RequestRejected: The edit is not possible, or a sound is not on this computer.
            MediaRejected: A sound cannot be decoded.
            StorageError: The disk is full, or the library cannot be written.
        """
        clip = await self._require(clip_id)
        other = await self._require(edit.other) if isinstance(edit, Join) else None
        paths = [_require_path(one) for one in (clip, other) if one is not None]
        check_edit(edit, clip.duration_s, other.duration_s if other is not None else 0.0)
        made = _new_clip(clip, edit, other)

        async def write(target: Path) -> MixFile:
            tags = await asyncio.to_thread(build_tags, made, clip.cover, TagSettings())

            def work(is_cancelled: Callable[[], bool]) -> MixFile:
                # Codecs take 100 ms to import, which must not delay the start of the window.
                from producer_studio.audio.local_edits import write_edit

                return write_edit(paths, edit, target, tags, is_cancelled)

            return await run_cancellably(self._pool, work)

        return await self._made_clips.add(made, write)

    async def _require(self, clip_id: ClipId) -> Clip:
        await self._clips.refresh_media_states([clip_id])
        clip = await self._clips.get(clip_id)
        if clip is None:
            raise RequestRejected(mark("This clip is no longer in the library."))
        return clip


def _new_clip(clip: Clip, edit: LocalEdit, other: Clip | None) -> Clip:
    """Returns the new version without its file; no account knows it."""
    now = datetime.now(UTC)
    # Two songs have one tempo and one key only if they agree.
    agrees = other is None or (clip.bpm, clip.key) == (other.bpm, other.key)
    lyrics = [one.lyrics.strip() for one in (clip, other) if one is not None]
    return Clip(
        id=new_clip_id(),
        # The user's own from now on, and so in the user's language.
        title=tr_message(join_texts((clip.display_title, edit.operation.name_in_text), " · ")),
        sound=clip.sound,
        lyrics=clip.lyrics if other is None else "\n\n".join(text for text in lyrics if text),
        operation=edit.operation,
        recipe=clip.recipe,
        parent=clip.id,
        bpm_override=clip.bpm_override if agrees else None,
        key_override=clip.key_override if agrees else "",
        tags=clip.tags,
        notes=describe_edit(edit, clip.display_title, other.display_title if other else ""),
        created_at=now,
        added_at=now,
    )


def _require_path(clip: Clip) -> Path:
    if not clip.playable or clip.path is None:
        raise RequestRejected(
            mark(
                "The sound of “{title}” is not on this computer.",
                title=clip.display_title,
            )
        )
    return clip.path

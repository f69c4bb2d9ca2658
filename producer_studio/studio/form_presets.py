"""Presets of the compose form: added, renamed, given a key, deleted, exported and imported."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from producer_studio.domain.errors import StorageError
from producer_studio.domain.form import FIELD_LABELS, Form
from producer_studio.domain.form_preset import (
    MAX_PRESET_NAME_LENGTH,
    PRESET_SUFFIX,
    FormPreset,
    clean_preset_name,
    encode_preset_file,
    fields_left_out,
    parse_preset_file,
)
from producer_studio.domain.ids import new_preset_id
from producer_studio.domain.names import unique_name
from producer_studio.domain.signed_url import strip_url_signatures
from producer_studio.domain.text import join_words
from producer_studio.files.atomic_write import atomic_write
from producer_studio.files.filenames import MAX_NAME_BYTES, safe_filename
from producer_studio.files.regular_files import read_regular
from producer_studio.files.user_disks import run_on_user_disk
from producer_studio.library.library import Library
from producer_studio.library.preset_repository import PresetChange
from producer_studio.studio.clips import Clips, UndoStep
from producer_studio.studio.events import Events, PresetsChanged
from producer_studio.studio.undo import LibraryAction
from producer_studio.translation import Message, mark, sentences

PRESET_KEYS = tuple(f"Ctrl+Alt+{number}" for number in range(1, 10))
"""Keys that a preset can have."""

_LABELS = FIELD_LABELS | {
    "source": mark("the source clip"),
    "audio_file": mark("the file of this computer"),
    "webhook_url": mark("the webhook"),
    "cover_url": mark("the signed address of the cover art"),
    "audio_url": mark("the signed address"),
}
_MAX_FILE_BYTES = 4_000_000
_MAX_IGNORED_NAMES = 4
_MAX_IGNORED_LENGTH = 40


class FormPresets:
    """The presets of a library. Every change is a step of the library's undo history.

    Changes return the undo step, or None if nothing was changed, and raise `StorageError` if the
    library cannot be written.
    """

    def __init__(self, library: Library, clips: Clips, events: Events) -> None:
        self._library = library
        self._clips = clips
        self._events = events
        self._adding = asyncio.Lock()

    async def list_all(self) -> list[FormPreset]:
        """Returns all presets in their order."""
        return await self._library.presets.list_all()

    async def add(self, name: str, form: Mapping[str, Any]) -> UndoStep | None:
        """Adds a form under a name, after all others; with a number where one has that name.

        Nothing is changed where a preset of this name has the very same form, as after a
        double-click.
        """
        async with self._adding:
            cleaned = clean_preset_name(name)
            known = await self.list_all()
            if any(one.name == cleaned and dict(one.form) == dict(form) for one in known):
                return None
            return await self._add(name, form, mark("Preset “{preset}” saved."), "")

    async def rename(self, preset: FormPreset, name: str) -> UndoStep | None:
        """Gives a preset another name, with a number where another preset has it."""
        others = [one for one in await self.list_all() if one.id != preset.id]
        named = preset.with_changes(name=_unique_name(name, others))
        return await self._change(
            [(preset, named)],
            mark(
                "Preset “{preset}” is called “{named}” now.", preset=preset.name, named=named.name
            ),
            mark("The preset is called “{preset}” again.", preset=preset.name),
        )

    async def set_key(self, preset: FormPreset, shortcut: str) -> UndoStep | None:
        """Gives a preset a key of `PRESET_KEYS`, or none; another preset that has it loses it."""
        changes: list[PresetChange] = [(preset, preset.with_changes(shortcut=shortcut))]
        words: str = mark("Preset “{preset}” has no key now.", preset=preset.name)
        if shortcut:
            words = mark("{key} shows preset “{preset}” now.", key=shortcut, preset=preset.name)
            for other in await self.list_all():
                if other.shortcut == shortcut and other.id != preset.id:
                    changes.append((other, other.with_changes(shortcut="")))
                    lost = mark("“{preset}” has no key any more.", preset=other.name)
                    words = sentences(words, lost)
        return await self._change(
            changes, words, mark("Key of preset “{preset}” undone.", preset=preset.name)
        )

    async def replace_form(self, preset: FormPreset, form: Mapping[str, Any]) -> UndoStep | None:
        """Stores another form under the name and the key of a preset."""
        return await self._change(
            [(preset, preset.with_changes(form=dict(form)))],
            mark("Preset “{preset}” has the current form now.", preset=preset.name),
            mark("Preset “{preset}” has its earlier form again.", preset=preset.name),
        )

    async def delete(self, preset: FormPreset) -> UndoStep | None:
        """Deletes a preset."""
        return await self._change(
            [(preset, None)],
            mark("Preset “{preset}” deleted.", preset=preset.name),
            mark("Preset “{preset}” restored.", preset=preset.name),
        )

    async def save_file(self, preset: FormPreset, path: Path) -> str:
        """Writes a preset to a file, without what belongs to this library or may grant access.

        Returns:
            A sentence that says what was written, and what was left out.

        Raises:
            StorageError: The file cannot be written.
        """
        try:
            await run_on_user_disk(path, atomic_write, path, encode_preset_file(preset))
        except OSError as error:
            raise StorageError(
                mark("“{path}” could not be written.", path=path.name), service_words=str(error)
            ) from error
        names = fields_left_out(Form.from_json(dict(preset.form)))
        done = mark("Preset “{preset}” exported to “{file}”.", preset=preset.name, file=path.name)
        if not names:
            return done
        left_out = join_words([_LABELS[name] for name in names])
        # Translators: fields are such as "the source clip and a webhook".
        return sentences(done, mark("Without {fields}.", fields=left_out))

    async def add_file(self, path: Path) -> UndoStep | None:
        """Adds the preset of a file. The message of the step says what of it was not used.

        Raises:
            StorageError: The file is not a preset, or the library cannot be written.
        """
        try:
            raw = await run_on_user_disk(path, read_regular, path, _MAX_FILE_BYTES)
            content = parse_preset_file(raw)
        except OSError as error:
            raise StorageError(
                mark("“{path}” cannot be read.", path=path.name), service_words=str(error)
            ) from error
        except ValueError as error:
            raise StorageError(
                mark("“{path}” is not a preset of Producer Studio.", path=path.name)
            ) from error
        name = content.name or path.name.removesuffix(PRESET_SUFFIX)
        return await self._add(
            name,
            content.form.to_json(),
            mark("Preset “{preset}” imported."),
            _ignored_text(content.ignored_fields),
        )

    async def _add(
        self, name: str, form: Mapping[str, Any], done: Message, more: str
    ) -> UndoStep | None:
        known = await self.list_all()
        position = max((preset.position for preset in known), default=0.0) + 1.0
        new = FormPreset(
            id=new_preset_id(), name=_unique_name(name, known), form=dict(form), position=position
        )
        return await self._change(
            [(None, new)],
            sentences(done.with_values(preset=new.name), more),
            mark("Preset “{preset}” removed.", preset=new.name),
        )

    async def _change(
        self, changes: Sequence[PresetChange], applied: str, reverted: str
    ) -> UndoStep | None:
        async def replace(changes: Sequence[PresetChange]) -> bool:
            is_changed = await self._library.presets.replace(changes)
            if is_changed:
                self._events.publish(PresetsChanged())
            return is_changed

        inverse = [(after, before) for before, after in changes]
        return await self._clips.perform(
            LibraryAction(lambda: replace(changes), lambda: replace(inverse), applied, reverted)
        )


def preset_file_name(preset: FormPreset) -> str:
    """Returns a name for the file of a preset."""
    room = MAX_NAME_BYTES - len(PRESET_SUFFIX)
    name = safe_filename(strip_url_signatures(preset.name), max_bytes=room, default=mark("Preset"))
    return f"{name}{PRESET_SUFFIX}"


def _unique_name(name: str, others: Sequence[FormPreset]) -> str:
    names = [one.name for one in others]
    return unique_name(clean_preset_name(name), names, MAX_PRESET_NAME_LENGTH)


def _ignored_text(names: Sequence[str]) -> str:
    if not names:
        return ""
    shown = [clean_preset_name(name)[:_MAX_IGNORED_LENGTH] for name in names[:_MAX_IGNORED_NAMES]]
    more = len(names) - len(shown)
    listed = ", ".join(shown)
    if more:
        listed = mark("{names} and {more} more", names=listed, more=more)
    return mark("Not used as in the file: {fields}.", fields=listed)

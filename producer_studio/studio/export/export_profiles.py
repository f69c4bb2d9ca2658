"""Export profiles: those of the program, and the user's own."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from producer_studio.domain.errors import RequestRejected
from producer_studio.domain.export_profile import (
    BUILT_IN_PROFILES,
    MAX_PROFILE_NAME_LENGTH,
    ExportProfile,
)
from producer_studio.domain.names import clean_name, unique_name
from producer_studio.settings.export_profile_store import ExportProfileStore, ProfileChange
from producer_studio.studio.clips import Clips, UndoStep
from producer_studio.studio.export.export import ExportSpec
from producer_studio.studio.export.tag_settings import TagSettings
from producer_studio.studio.preferences import PreferenceStore
from producer_studio.studio.undo import LibraryAction
from producer_studio.translation import mark


class ExportProfiles:
    """Lists and changes export profiles; the same in all libraries of a user.

    Every change is a step of the undo history. Changes return the undo step, or None if nothing was
    changed, and raise `StorageError` if the file of the profiles cannot be written.
    """

    def __init__(self, file: Path, clips: Clips, preferences: PreferenceStore) -> None:
        """Reads and writes the user's own profiles in a JSON file, at each call."""
        self._store = ExportProfileStore(file)
        self._clips = clips
        self._preferences = preferences
        self._known: tuple[ExportProfile, ...] = BUILT_IN_PROFILES

    @property
    def known(self) -> tuple[ExportProfile, ...]:
        """The profiles as they were last read or changed; for menus, which cannot wait."""
        return self._known

    async def list_all(self) -> list[ExportProfile]:
        """Returns the profiles of the program, and then the user's own."""
        own = await asyncio.to_thread(self._store.load)
        self._known = (*BUILT_IN_PROFILES, *own)
        return list(self._known)

    def spec(self, profile: ExportProfile, folder: Path, *, by_service: bool = False) -> ExportSpec:
        """Returns the options of an export by a profile; its tags replace those in the settings."""
        tags = TagSettings.from_preferences(self._preferences.value)
        return ExportSpec(
            format=profile.format,
            folder=folder,
            mp3_mode=profile.mp3_mode,
            bits=profile.bits,
            sample_rate=profile.sample_rate,
            loudness_lufs=profile.loudness_lufs,
            by_service=by_service,
            template=profile.template,
            tag_settings=replace(tags, **profile.tags),
            extras=profile.extras,
        )

    async def add(self, profile: ExportProfile) -> UndoStep | None:
        """Adds a profile under its name, with a number where another one has that name."""
        new = profile.with_changes(
            id=uuid4().hex, name=await self._unused_name(profile.name), is_built_in=False
        )
        return await self._change(
            [(None, new)],
            mark("Profile “{new}” saved.", new=new.name),
            mark("Profile “{new}” removed.", new=new.name),
        )

    async def change(self, profile: ExportProfile, changed: ExportProfile) -> UndoStep | None:
        """Gives a profile other options; its id and name stay.

        Raises:
            RequestRejected: It comes with the program.
        """
        _require_own(profile)
        after = changed.with_changes(id=profile.id, name=profile.name, is_built_in=False)
        return await self._change(
            [(profile, after)],
            mark("Profile “{profile}” changed.", profile=profile.name),
            mark("Profile “{profile}” is as it was.", profile=profile.name),
        )

    async def rename(self, profile: ExportProfile, name: str) -> UndoStep | None:
        """Gives a profile another name, with a number where another one has it.

        Raises:
            RequestRejected: It comes with the program.
        """
        _require_own(profile)
        named = profile.with_changes(name=await self._unused_name(name, but=profile))
        return await self._change(
            [(profile, named)],
            mark(
                "Profile “{profile}” is called “{named}” now.",
                profile=profile.name,
                named=named.name,
            ),
            mark("The profile is called “{profile}” again.", profile=profile.name),
        )

    async def delete(self, profile: ExportProfile) -> UndoStep | None:
        """Deletes a profile; no exported file is deleted.

        Raises:
            RequestRejected: It comes with the program.
        """
        _require_own(profile)
        return await self._change(
            [(profile, None)],
            mark("Profile “{profile}” deleted.", profile=profile.name),
            mark("Profile “{profile}” restored.", profile=profile.name),
        )

    async def _unused_name(self, name: str, *, but: ExportProfile | None = None) -> str:
        known = await self.list_all()
        others = [one.name for one in known if but is None or one.id != but.id]
        clean = clean_name(name, MAX_PROFILE_NAME_LENGTH) or mark("Profile")
        return unique_name(clean, others, MAX_PROFILE_NAME_LENGTH)

    async def _change(
        self, changes: Sequence[ProfileChange], applied: str, reverted: str
    ) -> UndoStep | None:
        async def replace_all(changes: Sequence[ProfileChange]) -> bool:
            is_changed = await asyncio.to_thread(self._store.replace, changes)
            if is_changed:
                await self.list_all()
            return is_changed

        inverse = [(after, before) for before, after in changes]
        return await self._clips.perform(
            LibraryAction(
                lambda: replace_all(changes), lambda: replace_all(inverse), applied, reverted
            )
        )


def _require_own(profile: ExportProfile) -> None:
    if profile.is_built_in:
        raise RequestRejected(
            mark(
                "“{profile}” comes with the program and stays as it is. Save a copy under another "
                "name.",
                profile=profile.name,
            )
        )

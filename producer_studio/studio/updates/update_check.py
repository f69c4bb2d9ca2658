"""Whether there is a newer release. It only ever tells; nothing is downloaded or installed."""

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from producer_studio import __version__
from producer_studio.domain.errors import Fault, Nonsense, Refused, StorageFault
from producer_studio.domain.release import Artefact, Installation, Release
from producer_studio.domain.version import Version
from producer_studio.settings.update_state import (
    VARIABLE,
    Announcer,
    Remembered,
    UpdateMemory,
    built_in,
)
from producer_studio.studio.events import Events
from producer_studio.studio.preferences import PreferencesChanged, PreferenceStore
from producer_studio.studio.updates.installation import installation

log = logging.getLogger(__name__)

DAY = timedelta(days=1)
# Clocks are set and computers sleep: look again now and then.
_LOOK_AGAIN_S = 3600.0


@dataclass(frozen=True, slots=True)
class UpdatesChanged:
    """An address was asked, or a release was dismissed."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of newer releases.

    Attributes:
        url: What is asked; empty while no address is set.
        url_is_given: Whether the environment says so, which beats the preferences.
        is_signed: Whether announcements have to carry a signature.
        asked_at: When the address was last asked; None for never.
        release: What it last announced, newer or not; None when nothing was read yet.
        how: How this copy was installed.
    """

    running: Version
    url: str
    url_is_given: bool
    is_signed: bool
    asked_at: datetime | None
    release: Release | None
    how: Installation

    @property
    def newer(self) -> Release | None:
        """The announced release where it is newer than this program."""
        newer = self.release is not None and self.release.version > self.running
        return self.release if newer else None


@dataclass(frozen=True, slots=True)
class ReleaseFound:
    """The studio asked by itself, and there is a newer release that was not dismissed."""

    standing: Standing
    release: Release


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a downloaded file is what was announced.

    Attributes:
        artefact: The announced file it was held against; None when there is no such file.
        problem: Why it is not to be trusted; empty when it is the announced one.
    """

    release: Release
    artefact: Artefact | None
    problem: str = ""


class Updates:
    """Asks one address, by itself once a day at most and only where the user wants that."""

    def __init__(
        self,
        preferences: PreferenceStore,
        events: Events,
        environ: Mapping[str, str],
        state: Path,
        resources: Path,
        *,
        running: str = __version__,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Reads and asks nothing yet.

        Args:
            environ: `PRODUCER_STUDIO_UPDATES` names another address.
            state: The folder of what is remembered.
            resources: The folder of what was built in.
        """
        self.running = Version.read(running)
        self._preferences = preferences
        self._events = events
        self._environ = environ
        self._memory = UpdateMemory(state / "updates.json")
        self._resources = resources
        self._now = now
        self._announcer: Announcer | None = None
        self._remembered: Remembered | None = None
        self._turn = asyncio.Lock()
        self._woken = asyncio.Event()
        events.subscribe(PreferencesChanged, self._on_preferences_changed)

    async def standing(self) -> Standing:
        """What is known without asking anybody."""
        remembered = await self._recall()
        key = (await self._built_in()).public_key
        url = await self._url()
        release = None
        # What another address announced says nothing about this one.
        if remembered.announcement and remembered.url == url:
            try:
                release = await _read(remembered.announcement.encode(), key)
            except Nonsense as fault:
                log.info("The last announcement is not believed any more: %s", fault.service_words)
        return Standing(
            running=self.running,
            url=url,
            url_is_given=bool(self._given()),
            is_signed=bool(key),
            asked_at=remembered.asked_at,
            release=release,
            how=await asyncio.to_thread(installation, self._environ),
        )

    async def check(self) -> Standing:
        """Asks the address now; nothing is spent and nothing installed.

        Raises:
            Refused: No address is set, or it will not do.
            Unreachable, ServiceDown: It cannot be asked now.
            Nonsense: What it sends is not to be believed.
        """
        async with self._turn:
            return await self._ask(by_itself=False)

    async def follow(self, idle: Callable[[], Awaitable[object]]) -> None:
        """Asks by itself while the user wants it, and publishes `ReleaseFound`; never returns.

        Args:
            idle: Returns when nobody is busy with the program.
        """
        while True:
            # Before looking, so that a change in between is not missed.
            self._woken.clear()
            left_s = await self._seconds_left()
            if left_s is not None and left_s <= 0:
                await idle()
                await self._ask_by_itself()
                continue
            with contextlib.suppress(TimeoutError):
                wait_s = None if left_s is None else min(left_s, _LOOK_AGAIN_S)
                await asyncio.wait_for(self._woken.wait(), wait_s)

    def set_address(self, url: str) -> None:
        """Takes another address; empty for the one that was built in.

        Raises:
            Refused: It is none that may be asked.
        """
        # Start-up cost: only those who look for updates need it.
        from producer_studio.providers.releases.release_client import check_address

        if url := url.strip():
            check_address(url)
        self._preferences.change(updates_url=url)

    async def dismiss(self, release: Release) -> None:
        """Does not mention this release by itself again.

        Raises:
            StorageFault: It cannot be kept.
        """
        await self._remember(dismissed=str(release.version))
        self._events.publish(UpdatesChanged())

    async def verify(self, path: Path, announcement: Path | None = None) -> Verdict:
        """Holds a downloaded file against what is announced: its size and its checksum.

        Args:
            announcement: A file with the announcement; the address is asked if left out.

        Raises:
            Fault: There is no announcement to hold it against.
            OSError: A file cannot be read.
        """
        size, digest = await asyncio.to_thread(_measure, path)
        release = await self._announced_in(announcement)
        for one in release.artefacts:
            # By its content: browsers and people give files other names.
            if (one.sha256, one.size_bytes) == (digest, size):
                return Verdict(release, one)
        for one in release.artefacts:
            if one.name == path.name:
                differs = (
                    f"it has {size} bytes instead of {one.size_bytes}"
                    if size != one.size_bytes
                    else "its SHA-256 is another"
                )
                return Verdict(release, one, f"It is not the file that was announced: {differs}.")
        return Verdict(
            release,
            None,
            f"The announcement of {release.version} names no such file: it is of another release, "
            "or not Producer Studio's.",
        )

    async def _announced_in(self, announcement: Path | None) -> Release:
        if announcement is not None:
            body = await asyncio.to_thread(announcement.read_bytes)
            return await _read(body, (await self._built_in()).public_key)
        standing = await self.check()
        assert standing.release is not None  # noqa: S101 - `check` raises without one
        return standing.release

    async def _ask_by_itself(self) -> None:
        async with self._turn:
            # Switched off, or asked by hand, while it waited for a quiet moment.
            left_s = await self._seconds_left()
            if left_s is None or left_s > 0:
                return
            try:
                standing = await self._ask(by_itself=True)
            except Fault as fault:
                log.info("No news of releases: %s (%s)", fault, fault.service_words)
                return
        dismissed = (await self._recall()).dismissed
        if standing.newer is not None and str(standing.newer.version) != dismissed:
            log.info("There is a newer release: %s", standing.newer.version)
            self._events.publish(ReleaseFound(standing, standing.newer))
        else:
            log.info("No newer release to tell about")

    async def _ask(self, *, by_itself: bool) -> Standing:
        # Start-up cost: only those who look for updates need it.
        from producer_studio.providers.releases.release_client import fetch

        try:
            before = await self.standing()
            if not before.url:
                raise Refused(
                    "No address for updates is set, so there is nobody to ask. Set one in "
                    f"Settings, or in {VARIABLE}.",
                    field="updates_url",
                )
            asked_at = self._now()
            try:
                await self._remember(asked_at=asked_at)
            except StorageFault as fault:
                if by_itself:  # what cannot be kept would be asked again at every start
                    raise
                log.warning("When it was asked cannot be kept: %s", fault)
            body = await fetch(before.url, f"producer-studio/{self.running}")
            release = await _read(body, (await self._built_in()).public_key)
            _check_not_older(release, before.release)
            try:
                await self._remember(url=before.url, announcement=body.decode())
            except StorageFault as fault:
                log.warning("What was announced cannot be kept: %s", fault)
            return replace(before, release=release, asked_at=asked_at)
        finally:
            self._events.publish(UpdatesChanged())

    async def _seconds_left(self) -> float | None:
        """Until it may ask by itself; None while it may not at all."""
        if not self._preferences.value.updates:
            log.info("Updates are off")
            return None
        if not await self._url():
            log.info("Updates are on, and no address is set")
            return None
        asked_at = (await self._recall()).asked_at
        now = self._now()
        # A time to come was written while the clock was wrong.
        if asked_at is None or asked_at > now:
            return 0.0
        left_s = (asked_at + DAY - now).total_seconds()
        if left_s > 0:
            log.info("Updates were asked about already; again in %.0f s", left_s)
        return left_s

    def _given(self) -> str:
        return self._environ.get(VARIABLE, "").strip()

    async def _url(self) -> str:
        chosen = self._given() or self._preferences.value.updates_url
        return chosen or (await self._built_in()).url

    async def _built_in(self) -> Announcer:
        if self._announcer is None:
            self._announcer = await asyncio.to_thread(built_in, self._resources)
        return self._announcer

    async def _recall(self) -> Remembered:
        if self._remembered is None:
            self._remembered = await asyncio.to_thread(self._memory.read)
        return self._remembered

    async def _remember(self, **changes: Any) -> None:  # noqa: ANN401 - fields have many types
        self._remembered = replace(await self._recall(), **changes)
        await asyncio.to_thread(self._memory.write, self._remembered)

    def _on_preferences_changed(self, changed: PreferencesChanged) -> None:
        if changed.names & {"updates", "updates_url"}:
            self._woken.set()


async def _read(body: bytes, public_key: str) -> Release:
    return await asyncio.to_thread(_decode, body, public_key)


def _decode(body: bytes, public_key: str) -> Release:
    # Start-up cost: its decoders are built when they are first needed, on this thread.
    from producer_studio.providers.releases.announcement import read

    return read(body, public_key)


def _check_not_older(release: Release, before: Release | None) -> None:
    """Refuses a genuine announcement that was put away and is shown again.

    Raises:
        Nonsense: A later one was seen already, and both are signed.
    """
    if before is not None and before.signed and release.signed and release.version < before.version:
        raise Nonsense(
            f"The address of the updates announces {release.version}, though it announced "
            f"{before.version} before. Somebody may be showing an old announcement, so it was "
            "not believed. Try again later.",
        )


def _measure(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest

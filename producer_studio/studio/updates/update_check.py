"""Check for a newer release; nothing is downloaded or installed."""

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
from producer_studio.domain.errors import (
    InvalidResponse,
    RequestRejected,
    ServiceError,
    StorageError,
)
from producer_studio.domain.release import Artefact, Installation, Release, Version
from producer_studio.settings.update_state import (
    UPDATES_URL_VARIABLE,
    AnnouncementSource,
    UpdateState,
    UpdateStateFile,
    read_built_in_source,
)
from producer_studio.studio.events import Events
from producer_studio.studio.preferences import PreferencesChanged, PreferenceStore
from producer_studio.studio.updates.installation import detect_installation
from producer_studio.translation import mark

log = logging.getLogger(__name__)

CHECK_INTERVAL = timedelta(days=1)
# The clock may be changed and the computer suspended: check again at intervals.
_RECHECK_INTERVAL_S = 3600.0


@dataclass(frozen=True, slots=True)
class UpdatesChanged:
    """The update URL was requested, or a release was dismissed."""


@dataclass(frozen=True, slots=True)
class UpdateStatus:
    """Known facts about newer releases.

    Attributes:
        url: URL of the announcement; empty if none is set.
        is_url_from_environment: Whether the environment sets it, which overrides the preferences.
        is_signed: Whether announcements must have a signature.
        asked_at: Time of the last request; None for never.
        release: The release that was announced last, newer or not; None if none was read yet.
        installation: How this copy was installed.
    """

    running_version: Version
    url: str
    is_url_from_environment: bool
    is_signed: bool
    asked_at: datetime | None
    release: Release | None
    installation: Installation

    @property
    def newer_release(self) -> Release | None:
        """Returns the announced release if it is newer than this program."""
        newer = self.release is not None and self.release.version > self.running_version
        return self.release if newer else None


@dataclass(frozen=True, slots=True)
class ReleaseFound:
    """The automatic check has found a newer release that was not dismissed."""

    status: UpdateStatus
    release: Release


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """Result of comparing a downloaded file with the announcement.

    Attributes:
        artefact: The announced file that it was compared with; None if there is no such file.
        problem: Why it must not be trusted; empty if it is the announced one.
    """

    release: Release
    artefact: Artefact | None
    problem: str = ""


class UpdateChecker:
    """Requests announcements; automatically once a day at most, and only if enabled."""

    def __init__(
        self,
        preferences: PreferenceStore,
        events: Events,
        environ: Mapping[str, str],
        state: Path,
        resources: Path,
        *,
        running_version: str = __version__,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Initialises the checker; reads no file and sends no request.

        Args:
            environ: `PRODUCER_STUDIO_UPDATES` sets another URL.
            state: Folder of the stored state.
            resources: Folder of the built-in resources.
        """
        self.running_version = Version.parse(running_version)
        self._preferences = preferences
        self._events = events
        self._environ = environ
        self._state_file = UpdateStateFile(state / "updates.json")
        self._resources = resources
        self._now = now
        self._announcer: AnnouncementSource | None = None
        self._state: UpdateState | None = None
        self._lock = asyncio.Lock()
        self._wake_event = asyncio.Event()
        events.subscribe(PreferencesChanged, self._on_preferences_changed)

    async def status(self) -> UpdateStatus:
        """Returns the known facts without a request."""
        remembered = await self._read_state()
        key = (await self._built_in()).public_key
        url = await self._url()
        release = None
        # An announcement of another URL is not valid for this one.
        if remembered.announcement and remembered.url == url:
            try:
                release = await _parse_announcement(remembered.announcement.encode(), key)
            except InvalidResponse as fault:
                log.info("Discarded the last announcement: %s", fault.service_words)
        return UpdateStatus(
            running_version=self.running_version,
            url=url,
            is_url_from_environment=bool(self._environment_url()),
            is_signed=bool(key),
            asked_at=remembered.asked_at,
            release=release,
            installation=await asyncio.to_thread(detect_installation, self._environ),
        )

    async def check(self) -> UpdateStatus:
        """Requests the announcement now; free, installs nothing.

        Raises:
            RequestRejected: No URL is set, or it is invalid.
            Unreachable, ServiceUnavailable: It cannot be requested now.
            InvalidResponse: The response cannot be trusted.
        """
        async with self._lock:
            return await self._check(is_automatic=False)

    async def run(self, wait_until_idle: Callable[[], Awaitable[object]]) -> None:
        """Checks automatically while enabled, and publishes `ReleaseFound`; never returns.

        Args:
            wait_until_idle: Returns when the user is not working with the program.
        """
        while True:
            # Before the check, so that a change in between is not missed.
            self._wake_event.clear()
            left_s = await self._seconds_until_check()
            if left_s is not None and left_s <= 0:
                await wait_until_idle()
                await self._check_automatically()
                continue
            with contextlib.suppress(TimeoutError):
                wait_s = None if left_s is None else min(left_s, _RECHECK_INTERVAL_S)
                await asyncio.wait_for(self._wake_event.wait(), wait_s)

    def set_url(self, url: str) -> None:
        """Sets another URL; empty for the built-in one.

        Raises:
            RequestRejected: It must not be requested.
        """
        # Start-up cost: needed for update checks only.
        from producer_studio.providers.releases.release_client import check_updates_url

        if url := url.strip():
            check_updates_url(url)
        self._preferences.change(updates_url=url)

    async def dismiss(self, release: Release) -> None:
        """Excludes this release from automatic notices.

        Raises:
            StorageError: This cannot be stored.
        """
        await self._update_state(dismissed=str(release.version))
        self._events.publish(UpdatesChanged())

    async def verify(self, path: Path, announcement: Path | None = None) -> VerificationResult:
        """Compares a downloaded file with the announcement: its size and its checksum.

        Args:
            announcement: A file with the announcement; by default it is requested.

        Raises:
            ServiceError: There is no announcement to compare with.
            OSError: A file cannot be read.
        """
        size, digest = await asyncio.to_thread(_measure_file, path)
        release = await self._load_release(announcement)
        for one in release.artefacts:
            # By content: browsers and users rename files.
            if (one.sha256, one.size_bytes) == (digest, size):
                return VerificationResult(release, one)
        for one in release.artefacts:
            if one.name == path.name:
                return VerificationResult(release, one, _difference(one, size))
        return VerificationResult(
            release,
            None,
            mark(
                "The announcement of {version} does not list this file: it belongs to another "
                "release, or is not from Producer Studio.",
                version=str(release.version),
            ),
        )

    async def _load_release(self, announcement: Path | None) -> Release:
        if announcement is not None:
            body = await asyncio.to_thread(announcement.read_bytes)
            return await _parse_announcement(body, (await self._built_in()).public_key)
        standing = await self.check()
        assert standing.release is not None  # noqa: S101 - `check` raises without one
        return standing.release

    async def _check_automatically(self) -> None:
        async with self._lock:
            # The check was disabled, or done by the user, while this waited for an idle user.
            left_s = await self._seconds_until_check()
            if left_s is None or left_s > 0:
                return
            try:
                standing = await self._check(is_automatic=True)
            except ServiceError as fault:
                log.info("Cannot check for updates: %s (%s)", fault, fault.service_words)
                return
        dismissed = (await self._read_state()).dismissed
        if standing.newer_release is not None and str(standing.newer_release.version) != dismissed:
            log.info("Newer release available: %s", standing.newer_release.version)
            self._events.publish(ReleaseFound(standing, standing.newer_release))
        else:
            log.info("No newer release available")

    async def _check(self, *, is_automatic: bool) -> UpdateStatus:
        # Start-up cost: needed for update checks only.
        from producer_studio.providers.releases.release_client import fetch_announcement

        try:
            before = await self.status()
            if not before.url:
                raise RequestRejected(
                    mark(
                        "There is no update address. Enter one in Settings, or in {variable}.",
                        variable=UPDATES_URL_VARIABLE,
                    ),
                    field="updates_url",
                )
            asked_at = self._now()
            try:
                await self._update_state(asked_at=asked_at)
            except StorageError as fault:
                if is_automatic:  # otherwise repeated at every start
                    raise
                log.warning("Cannot save time of update check: %s", fault)
            body = await fetch_announcement(before.url, f"producer-studio/{self.running_version}")
            release = await _parse_announcement(body, (await self._built_in()).public_key)
            _check_not_older(release, before.release)
            try:
                await self._update_state(url=before.url, announcement=body.decode())
            except StorageError as fault:
                log.warning("Cannot save announcement: %s", fault)
            return replace(before, release=release, asked_at=asked_at)
        finally:
            self._events.publish(UpdatesChanged())

    async def _seconds_until_check(self) -> float | None:
        """Returns the seconds until the next automatic check; None if it is disabled."""
        if not self._preferences.value.updates:
            log.info("Updates are off")
            return None
        if not await self._url():
            log.info("Updates are on, but no address is set")
            return None
        asked_at = (await self._read_state()).asked_at
        now = self._now()
        # A time in the future was stored while the clock was wrong.
        if asked_at is None or asked_at > now:
            return 0.0
        left_s = (asked_at + CHECK_INTERVAL - now).total_seconds()
        if left_s > 0:
            log.info("Updates were checked already; next check in %.0f s", left_s)
        return left_s

    def _environment_url(self) -> str:
        return self._environ.get(UPDATES_URL_VARIABLE, "").strip()

    async def _url(self) -> str:
        chosen = self._environment_url() or self._preferences.value.updates_url
        return chosen or (await self._built_in()).url

    async def _built_in(self) -> AnnouncementSource:
        if self._announcer is None:
            self._announcer = await asyncio.to_thread(read_built_in_source, self._resources)
        return self._announcer

    async def _read_state(self) -> UpdateState:
        if self._state is None:
            self._state = await asyncio.to_thread(self._state_file.read)
        return self._state

    async def _update_state(self, **changes: Any) -> None:  # noqa: ANN401 - fields have many types
        self._state = replace(await self._read_state(), **changes)
        await asyncio.to_thread(self._state_file.write, self._state)

    def _on_preferences_changed(self, changed: PreferencesChanged) -> None:
        if changed.names & {"updates", "updates_url"}:
            self._wake_event.set()


async def _parse_announcement(body: bytes, public_key: str) -> Release:
    return await asyncio.to_thread(_parse_blocking, body, public_key)


def _parse_blocking(body: bytes, public_key: str) -> Release:
    # Start-up cost: its decoders are built at first use, on this thread.
    from producer_studio.providers.releases.announcement import parse_announcement

    return parse_announcement(body, public_key)


def _check_not_older(release: Release, before: Release | None) -> None:
    """Rejects a genuine but outdated announcement (replay).

    Raises:
        InvalidResponse: A later one was seen already, and both are signed.
    """
    if before is not None and before.signed and release.signed and release.version < before.version:
        raise InvalidResponse(
            mark(
                "The update server announces {version}, but announced {before} before. This may be "
                "a replayed old announcement, so it was rejected. Try again later.",
                version=str(release.version),
                before=str(before.version),
            ),
        )


def _measure_file(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest


def _difference(announced: Artefact, size: int) -> str:
    if size == announced.size_bytes:
        return mark("It is not the announced file: its SHA-256 differs.")
    return mark(
        "It is not the announced file: it has {size} bytes instead of {announced}.",
        size=str(size),
        announced=str(announced.size_bytes),
    )

"""When the address is asked, how often, and what comes of it."""

import asyncio
import hashlib
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from producer_studio.domain.errors import (
    InvalidResponse,
    RequestRejected,
    ServiceUnavailable,
    Unreachable,
)
from producer_studio.settings.preferences import PreferencesFile
from producer_studio.studio.events import Events
from producer_studio.studio.preferences import PreferenceStore
from producer_studio.studio.updates.update_check import CHECK_INTERVAL, ReleaseFound, UpdateChecker
from producer_studio.studio.updates.update_check import log as updates_log
from tests.support.release_server import Announcer, Signer, announcing, document, encoded

pytestmark = pytest.mark.anyio
LONGEST_WAIT_S = 120.0
NEWS = "Newer release available"
START = datetime(2026, 11, 21, 12, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that is set by hand."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@dataclass
class StudioBench:
    """Updates alone, with what they tell and how often they waited for a quiet moment."""

    updates: UpdateChecker
    preferences: PreferenceStore
    clock: Clock
    found: list[ReleaseFound] = field(default_factory=list)
    quiet_moments: int = 0

    async def quiet(self) -> None:
        self.quiet_moments += 1

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """As the window does it, until the end of the block."""
        task = asyncio.create_task(self.updates.run(self.quiet))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def announcer() -> Iterator[Announcer]:
    with announcing() as running:
        yield running


Make = Callable[..., StudioBench]


@pytest.fixture
async def make(tmp_path: Path, announcer: Announcer) -> AsyncIterator[Make]:
    stores: list[PreferenceStore] = []

    def build(
        *, key: str = "", url: str | None = None, running: str = "0.1.0", clock: Clock | None = None
    ) -> StudioBench:
        """As after a start of the program; what is remembered stays from one to the next."""
        built = {"url": announcer.url if url is None else url, "public_key": key}
        (tmp_path / "updates.json").write_text(json.dumps(built))
        events = Events()
        store = PreferenceStore(PreferencesFile(tmp_path / "preferences.json"), events)
        stores.append(store)
        clock = clock or Clock()
        state = tmp_path / "state"
        updates = UpdateChecker(
            store, events, {}, state, tmp_path, running_version=running, now=clock
        )
        bench = StudioBench(updates, store, clock)
        events.subscribe(ReleaseFound, bench.found.append)
        return bench

    yield build
    for store in stores:
        await store.close()


class Ear(logging.Handler):
    """Hears what the log says of each decision, which news follow in the same breath."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.heard: list[str] = []
        self._rung = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())
        self._rung.set()

    async def told(self, words: str, times: int = 1) -> None:
        """Returns when it was said so many times."""
        async with asyncio.timeout(LONGEST_WAIT_S):
            while sum(words in one for one in self.heard) < times:
                await self._rung.wait()
                self._rung.clear()


@pytest.fixture
async def ear(caplog: pytest.LogCaptureFixture) -> AsyncIterator[Ear]:
    caplog.set_level("INFO", updates_log.name)
    made = Ear()
    updates_log.addHandler(made)
    yield made
    updates_log.removeHandler(made)


async def test_nobody_is_asked_before_it_is_wanted(
    make: Make, announcer: Announcer, ear: Ear
) -> None:
    bench = make()
    async with bench.following():
        await ear.told("Updates are off")
        assert bench.quiet_moments == 0
        bench.preferences.change(updates=True)
        await ear.told(NEWS)
    assert announcer.agents == ["producer-studio/0.1.0"]
    assert announcer.headers == [
        {"host", "accept", "accept-encoding", "cache-control", "connection", "user-agent"}
    ]
    assert bench.quiet_moments == 1
    (found,) = bench.found
    assert str(found.release.version) == "9.2.0"


async def test_it_is_asked_once_a_day_and_not_again_after_a_restart(
    make: Make, announcer: Announcer, ear: Ear
) -> None:
    clock = Clock()
    for start in range(3):
        bench = make(clock=clock)
        bench.preferences.change(updates=True)
        async with bench.following():
            if start == 0:
                await ear.told(NEWS)
            await ear.told("checked already", start + 1)
        assert len(announcer.agents) == 1
        clock.now += timedelta(hours=11)
    bench = make(clock=clock)
    bench.preferences.change(updates=True)
    async with bench.following():
        await ear.told(NEWS, 2)
    assert len(announcer.agents) == 2


async def test_an_open_window_asks_again_the_next_day(
    make: Make, announcer: Announcer, ear: Ear
) -> None:
    bench = make()
    bench.preferences.change(updates=True)
    async with bench.following():
        await ear.told(NEWS)
        bench.clock.now += CHECK_INTERVAL
        # Any change wakes it, as does the hour.
        bench.preferences.change(updates_url=announcer.url + "?")
        await ear.told(NEWS, 2)
    assert len(announcer.agents) == 2


async def test_a_clock_that_was_wrong_does_not_silence_it(
    make: Make, announcer: Announcer, ear: Ear
) -> None:
    clock = Clock(START + timedelta(days=900))
    await make(clock=clock).updates.check()
    clock.now = START
    bench = make(clock=clock)
    bench.preferences.change(updates=True)
    async with bench.following():
        await ear.told(NEWS)
    assert len(announcer.agents) == 2


async def test_what_goes_wrong_by_itself_is_silent_and_not_repeated(
    make: Make, announcer: Announcer, ear: Ear
) -> None:
    announcer.status = 500
    bench = make()
    bench.preferences.change(updates=True)
    async with bench.following():
        await ear.told("Cannot check for updates")
        await ear.told("checked already")
    assert len(announcer.agents) == 1
    assert bench.found == []


async def test_what_cannot_be_kept_is_not_asked_by_itself(
    make: Make, announcer: Announcer, ear: Ear, tmp_path: Path
) -> None:
    (tmp_path / "state").write_text("a file where the folder belongs")
    bench = make()
    bench.preferences.change(updates=True)
    async with bench.following():
        await ear.told("Cannot check for updates")
        await ear.told("checked already")
    assert announcer.agents == []
    # By hand it is asked all the same.
    assert (await bench.updates.check()).newer_release is not None


async def test_no_address_is_no_question(make: Make, ear: Ear) -> None:
    bench = make(url="")
    bench.preferences.change(updates=True)
    async with bench.following():
        await ear.told("no address is set")
    with pytest.raises(RequestRejected, match="There is no update address"):
        await bench.updates.check()
    assert (await bench.updates.status()).asked_at is None


async def test_a_dismissed_release_is_not_mentioned_again(
    make: Make, announcer: Announcer, ear: Ear
) -> None:
    clock = Clock()
    bench = make(clock=clock)
    standing = await bench.updates.check()
    assert standing.newer_release is not None
    await bench.updates.dismiss(standing.newer_release)
    for version, words, mentions in (
        ("9.2.0", "No newer release available", 0),
        ("9.3.0", NEWS, 1),
    ):
        clock.now += CHECK_INTERVAL
        announcer.body = encoded(document(version))
        bench = make(clock=clock)
        bench.preferences.change(updates=True)
        async with bench.following():
            await ear.told(words)
        assert len(bench.found) == mentions
    assert len(announcer.agents) == 3


@pytest.mark.parametrize(
    ("version", "newer"), [("0.0.9", False), ("0.1.0", False), ("0.1.1", True)]
)
async def test_only_a_newer_release_is_news(
    version: str, newer: bool, make: Make, announcer: Announcer
) -> None:
    announcer.body = encoded(document(version))
    standing = await make().updates.check()
    assert (standing.newer_release is not None) == newer
    assert standing.release is not None


async def test_what_was_found_is_known_without_asking_again(
    make: Make, announcer: Announcer
) -> None:
    await make().updates.check()
    standing = await make().updates.status()
    assert standing.newer_release is not None
    assert standing.asked_at == START
    assert len(announcer.agents) == 1
    # After the update it is no news any more; what another address says is none at all.
    assert (await make(running="9.2.0").updates.status()).newer_release is None
    assert (await make(url="https://studio.example/").updates.status()).release is None


async def test_what_is_on_the_disk_is_believed_no_more_than_what_was_sent(
    make: Make, announcer: Announcer
) -> None:
    await make().updates.check()
    assert (await make().updates.status()).release is not None
    assert (await make(key=Signer().public_key).updates.status()).release is None


async def test_a_signed_announcement_is_wanted_where_a_key_is_built_in(
    make: Make, announcer: Announcer
) -> None:
    signer = Signer()
    bench = make(key=signer.public_key)
    with pytest.raises(InvalidResponse, match="is not signed"):
        await bench.updates.check()
    announcer.body = Signer().signed(document())
    with pytest.raises(InvalidResponse, match="not signed with Producer Studio's key"):
        await bench.updates.check()
    announcer.body = signer.signed(document())
    standing = await bench.updates.check()
    assert standing.newer_release is not None
    assert standing.newer_release.signed
    assert len(announcer.agents) == 3  # one request each, the signature included


async def test_an_old_announcement_that_is_shown_again_is_not_believed(
    make: Make, announcer: Announcer
) -> None:
    signer = Signer()
    bench = make(key=signer.public_key)
    announcer.body = signer.signed(document("9.3.0"))
    await bench.updates.check()
    announcer.body = signer.signed(document("9.2.0"))
    with pytest.raises(InvalidResponse, match=r"announces 9\.2\.0, but announced 9\.3\.0"):
        await bench.updates.check()
    known = (await bench.updates.status()).newer_release
    assert known is not None
    assert str(known.version) == "9.3.0"


async def test_an_unsigned_one_can_be_taken_back(make: Make, announcer: Announcer) -> None:
    """Else whoever once said 999 would silence all that is true."""
    bench = make()
    announcer.body = encoded(document("999"))
    await bench.updates.check()
    announcer.body = encoded(document("9.2.0"))
    standing = await bench.updates.check()
    assert str(standing.release.version if standing.release else "") == "9.2.0"


async def test_asking_by_hand_says_what_is_wrong(make: Make, announcer: Announcer) -> None:
    bench = make()
    for body, words in (
        (b"<html>", "is not a release announcement"),
        (b" " * 300_000, "far larger"),
    ):
        announcer.body = body
        with pytest.raises(InvalidResponse, match=words):
            await bench.updates.check()
    # Pages that say so are often larger than any announcement.
    announcer.status = 404
    with pytest.raises(ServiceUnavailable, match="HTTP 404"):
        await bench.updates.check()
    with pytest.raises(Unreachable, match="cannot be reached now"):
        await make(url="http://127.0.0.1:9/latest.json").updates.check()


async def test_the_address_is_checked_before_it_is_kept(make: Make) -> None:
    bench = make(url="")
    with pytest.raises(RequestRejected, match="must start with https"):
        bench.updates.set_url("http://studio.example/latest.json")
    assert bench.preferences.value.updates_url == ""
    bench.updates.set_url("  https://studio.example/latest.json ")
    assert (await bench.updates.status()).url == "https://studio.example/latest.json"


async def test_a_download_is_held_against_the_announcement(
    make: Make, announcer: Announcer, tmp_path: Path
) -> None:
    good = b"a package" * 1000
    file: dict[str, Any] = {
        "name": "producer-studio_9.2.0_amd64.deb",
        "system": "linux",
        "architecture": "x86_64",
        "size": len(good),
        "sha256": hashlib.sha256(good).hexdigest(),
    }
    announcer.body = encoded(document(artefacts=[file]))
    bench = make()
    download = tmp_path / file["name"]
    download.write_bytes(good)
    assert (await bench.updates.verify(download)).problem == ""
    renamed = download.rename(tmp_path / "producer-studio(1).deb")
    assert (await bench.updates.verify(renamed)).problem == ""

    download.write_bytes(good[:-1])
    assert "8999 bytes instead of 9000" in (await bench.updates.verify(download)).problem
    download.write_bytes(good[:-1] + b"!")
    assert "its SHA-256 differs" in (await bench.updates.verify(download)).problem
    other = tmp_path / "other.deb"
    other.write_bytes(b"something else")
    assert "does not list this file" in (await bench.updates.verify(other)).problem

    # Without a network, with the announcement beside it.
    count = len(announcer.agents)
    kept = tmp_path / "latest.json"
    kept.write_bytes(announcer.body)
    assert (await bench.updates.verify(renamed, kept)).problem == ""
    assert len(announcer.agents) == count

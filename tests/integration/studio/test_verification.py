"""The library is compared with its files, and repaired without overwriting or deleting anything."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.errors import StorageError
from producer_studio.domain.file_problem import FileState
from producer_studio.domain.ids import new_clip_id
from producer_studio.library.media_store import MediaKind
from producer_studio.studio.studio import Studio
from producer_studio.studio.verification import verification
from producer_studio.studio.verification.verification_result import (
    FileOutcome,
    RepairSource,
    VerificationProgress,
    progress_text,
    verification_text,
)
from tests.integration.studio.conftest import SONG, StudioBench, open_bench_at
from tests.support.dead_drive import unreadable
from tests.support.open_studio import open_studio
from tests.support.sandbox_process import SandboxProcess
from tests.support.signals import tone, write_wave
from tests.support.video_files import write_video

pytestmark = pytest.mark.anyio
WITH_WAV = "musicapi-2026-05"
"""A dialect whose results have a link to a WAV as well."""


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    studio = await open_studio(tmp_path / "home")
    yield studio
    await studio.close()


@pytest.fixture
async def bench(sandbox: SandboxProcess, tmp_path: Path) -> AsyncIterator[StudioBench]:
    async with open_bench_at(sandbox, tmp_path / "home", profile=WITH_WAV) as made:
        yield made


async def added(studio: Studio, title: str = "Song", *, length_s: float = 1.0) -> Clip:
    """A clip with a sound that arrived as sounds do."""
    clip = Clip(id=new_clip_id(), title=title)
    await studio._library.clips.add([clip])
    partial = studio._library.media.partial_path(clip.id, MediaKind.AUDIO)
    write_wave(partial, tone(length_s, 440.0, 0.5))
    path = await studio._library.media.store_file(partial, clip, MediaKind.AUDIO)
    changed = await studio._library.clips.update_fields(clip.id, path=path, media=MediaState.READY)
    await studio._library.clips.wait_for_sidecars()
    assert changed is not None
    return changed


def found(outcomes: list[FileOutcome]) -> dict[str, str]:
    return {one.problem.name: one.text for one in outcomes}


async def test_missing_changed_and_foreign_files_are_told_apart(studio: Studio) -> None:
    lost, other, fine = [await added(studio, name) for name in ("Lost", "Changed", "Fine")]
    assert lost.path
    assert other.path
    assert fine.path
    lost.path.unlink()
    content = bytearray(other.path.read_bytes())
    content[-1] ^= 1
    other.path.write_bytes(content)
    (fine.path.parent / "mine.txt").write_text("of the user")
    (studio.clips.folder / "2026" / "not a clip").mkdir(parents=True)
    (studio.clips.folder / "notes.txt").write_text("of the user")
    result = await studio.verification.run()
    assert found(result.outcomes) == {
        "Lost.wav": "missing",
        "Changed.wav": "changed",
        "mine.txt": "foreign",
        "not a clip": "foreign",
        "notes.txt": "foreign",
    }
    assert (result.checked, result.total, result.unrepaired) == (3, 3, 2)
    assert verification_text(result).endswith("1 missing, 1 changed, 3 foreign.")
    after = await studio.clips.get(lost.id)
    assert after is not None
    assert after.media is MediaState.MISSING
    # Nothing was deleted, and what is foreign is no damage.
    assert (fine.path.parent / "mine.txt").read_text() == "of the user"


async def test_a_whole_library_has_nothing_missing(studio: Studio) -> None:
    clip = await added(studio)
    other = await added(studio)
    # Second names for a drag belong to the library.
    assert len(await studio.clips.get_drag_files([clip.id, other.id])) == 2
    await studio.clips.trash([clip.id])
    seen: list[VerificationProgress] = []
    studio.events.subscribe(VerificationProgress, seen.append)
    result = await studio.verification.run()
    assert not result.outcomes
    assert (result.checked, result.files) == (2, 4)
    assert verification_text(result).endswith("Nothing is missing or changed.")
    assert progress_text(result) == "2 of 2 clips checked."
    assert seen[-1].result is result


async def test_a_lost_recipe_and_lyrics_are_written_anew_and_an_unreadable_one_is_kept(
    studio: Studio,
) -> None:
    clip, other = await added(studio), await added(studio)
    await studio._library.clips.update_fields(clip.id, lyrics="La la")
    assert clip.path
    assert other.path
    (clip.path.parent / "recipe.json").unlink()
    (clip.path.parent / "lyrics.txt").unlink()
    (other.path.parent / "recipe.json").write_text("{broken")
    result = await studio.verification.run(repairs=True)
    assert result.repaired == 3
    assert result.unrepaired == 0
    assert (clip.path.parent / "lyrics.txt").read_text() == "La la\n"
    kept = other.path.parent / "recipe (not readable).json"
    assert kept.read_text() == "{broken"
    again = await studio.verification.run()
    assert not again.outcomes


@pytest.mark.parametrize("source", ["export", "video"])
async def test_a_lost_sound_is_made_from_what_is_there(studio: Studio, source: str) -> None:
    clip = await added(studio, length_s=2.0)
    library = studio._library
    assert clip.path
    if source == "export":
        partial = library.media.partial_path(clip.id, MediaKind.EXPORT)
        partial.write_bytes(clip.path.read_bytes())
        await library.media.store_file(partial, clip, MediaKind.EXPORT)
    else:
        partial = library.media.partial_path(clip.id, MediaKind.VIDEO)
        write_video(partial.with_suffix(".mp4"), pictures=20, sound_s=2.0).rename(partial)
        video = await library.media.store_file(partial, clip, MediaKind.VIDEO)
        await library.clips.update_fields(clip.id, video=video)
    # The lost sound was an MP3.
    lost = clip.path.with_suffix(".mp3")
    clip.path.rename(lost)
    await library.files.forget(clip.id, clip.path.name)
    await library.clips.update_fields(clip.id, path=lost)
    lost.unlink()
    result = await studio.verification.run(repairs=True)
    assert [one.repaired_from for one in result.outcomes] == [RepairSource(source)]
    after = await studio.clips.get(clip.id)
    assert after is not None
    assert after.playable
    assert after.path == lost
    assert after.sha256 == hashlib.sha256(lost.read_bytes()).hexdigest()
    measured = await studio._measurer.measure(lost)
    assert (measured.suffix, round(measured.sound.duration_s)) == (".mp3", 2)
    assert not any((studio.clips.folder / "partial").iterdir())
    assert not (await studio.verification.run()).outcomes


async def test_what_cannot_be_repaired_says_why(studio: Studio) -> None:
    clip = await added(studio)
    assert clip.path
    clip.path.unlink()
    result = await studio.verification.run(repairs=True)
    [outcome] = result.outcomes
    assert "not made by a service" in outcome.text
    assert result.unrepaired == 1


async def test_files_come_from_the_service_and_a_changed_one_is_kept(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    _, clip = await bench.made(SONG)
    assert clip.path
    assert clip.cover
    original = clip.path.read_bytes()
    clip.cover.unlink()
    clip.path.write_bytes(b"overwritten")
    paid = len(sandbox.requests("POST", ""))
    result = await bench.studio.verification.run(repairs=True)
    assert {one.problem.name: one.repaired_from for one in result.outcomes} == {
        clip.path.name: RepairSource.SERVICE,
        clip.cover.name: RepairSource.SERVICE,
    }
    assert clip.path.read_bytes() == original
    assert clip.cover.is_file()
    [kept] = (bench.studio.clips.folder / "trash").iterdir()
    assert kept.read_bytes() == b"overwritten"
    clip.path.unlink()
    again = await bench.studio.verification.run(repairs=True)
    assert [one.repaired_from for one in again.outcomes] == [RepairSource.SERVICE]
    assert clip.path.read_bytes() == original
    assert len(sandbox.requests("POST", "")) == paid, "nothing is sent that could cost"


async def test_an_interrupted_check_goes_on_where_it_was(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "_PAGE_SIZE", 1)
    clips = [await added(studio, f"Song {number}") for number in range(3)]
    assert clips[0].path
    clips[0].path.unlink()
    outcomes: list[FileOutcome] = []

    def stop(outcome: FileOutcome) -> None:
        outcomes.append(outcome)
        running.cancel()

    running = asyncio.ensure_future(studio.verification.run(on_outcome=stop))
    with pytest.raises(asyncio.CancelledError):
        await running
    current = studio.verification.current
    assert current is not None
    assert 0 < current.checked < 3
    result = await studio.verification.run(on_outcome=outcomes.append)
    assert result.continued_from == current.started_at
    assert (result.checked, result.counts[FileState.MISSING]) == (3, 1)
    # The result of the whole check is told, not that of its second part.
    assert found(outcomes) == {"Song 0.wav": "missing"}
    assert len(outcomes) == 2
    assert "Continued the check of" in verification_text(result)
    assert (await studio.verification.run()).continued_from is None


async def test_a_file_that_cannot_be_read_does_not_stop_the_check(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, _ = await added(studio, "Bad"), await added(studio)
    inspect = studio._library.files.inspect

    async def fail(item, is_cancelled):  # type: ignore[no-untyped-def]
        if item.stored.clip.id == bad.id:
            raise StorageError("The disk has an error.")
        return await inspect(item, is_cancelled)

    monkeypatch.setattr(studio._library.files, "inspect", fail)
    result = await studio.verification.run()
    assert result.checked == 2
    assert [one.text for one in result.outcomes] == ["changed: The disk has an error."]


async def test_a_drive_that_fails_ends_the_check_with_words(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = await added(studio)
    assert clip.path is not None
    with (
        unreadable(clip.path.parent, monkeypatch),
        unreadable(studio.clips.folder, monkeypatch),
        pytest.raises(StorageError, match="cannot be read"),
    ):
        await studio.verification.run()
    assert (await studio.verification.run()).outcomes == []

"""Songs from elsewhere become clips, once each, whole or not at all."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from producer_studio.audio.tags import TagSet, write_tags
from producer_studio.domain.clip import MEASURE_VERSION, Clip, MediaState
from producer_studio.domain.errors import StorageError
from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.recipe_parser import MAX_FIELD_LENGTH
from producer_studio.files.checksum import compute_sha256
from producer_studio.studio.clips import SmartList
from producer_studio.studio.imports.import_result import (
    ImportProgress,
    ImportState,
    import_progress_text,
    import_text,
)
from producer_studio.studio.imports.source_files import read_details_beside
from producer_studio.studio.studio import Studio
from producer_studio.translation import tr
from tests.support.dead_drive import unreadable
from tests.support.open_studio import open_studio
from tests.support.shown_language import shown_in
from tests.support.signals import as_format, tone, write_wave
from tests.support.small_disk import mounted_small_disk

pytestmark = pytest.mark.anyio
JPEG = b"\xff\xd8\xff\xe0" + bytes(200)


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    studio = await open_studio(tmp_path / "home")
    yield studio
    await studio.close()


def write_song(path: Path, hertz: float = 440.0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_wave(path, tone(0.5, hertz))


async def all_clips(studio: Studio, smart: SmartList = SmartList.ALL) -> list[Clip]:
    return await studio.clips.get_many(await studio.clips.list_ids(smart=smart))


def folder_contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


async def test_a_song_is_copied_with_all_that_is_known_of_it(
    studio: Studio, tmp_path: Path
) -> None:
    song = as_format(write_song(tmp_path / "tone.wav"), tmp_path / "web" / "song-9b21d0ee.mp3")
    write_tags(
        song,
        TagSet(title="Low tide", artist="Ada", album="Shore", track_number=7, date="2024-05-06"),
    )
    (song.parent / "task.json").write_text(
        json.dumps({"data": [{"sound": "lofi piano", "seed": 77, "mv": "FUZZ-2.0"}]})
    )
    (song.parent / "song-9b21d0ee.lrc").write_text("[ti:x]\n[00:01.00]la la\n[00:02.50] lo")
    (song.parent / "cover.jpg").write_bytes(JPEG)
    before = folder_contents(song.parent)
    changes: list[LibraryChange] = []
    studio.events.subscribe(LibraryChange, changes.append)
    result = await studio.imports.run([song])
    assert import_text(result) == "1 song, 23 kB imported."
    [clip] = await all_clips(studio)
    assert (clip.title, clip.sound, clip.lyrics) == ("Low tide", "lofi piano", "la la\nlo")
    assert (clip.seed, clip.model, clip.operation) == ("77", "FUZZ-2.0", Operation.IMPORT)
    assert clip.notes == "Imported from “song-9b21d0ee.mp3”."
    # As exported files get them.
    assert (clip.artist, clip.album, clip.track_number) == ("Ada", "Shore", 7)
    assert clip.created_at == datetime(2024, 5, 6, tzinfo=UTC)
    assert (clip.recipe.sound, clip.recipe.seed) == ("lofi piano", "77")
    assert (clip.account, clip.remote_id, clip.job, clip.press) == ("", None, None, None)
    assert clip.media is MediaState.READY
    assert clip.path is not None
    assert clip.path.parent.parent == studio.clips.folder / "2024" / "05-06"
    assert clip.path.read_bytes() == song.read_bytes()
    assert clip.cover is not None
    assert clip.cover.read_bytes() == JPEG
    assert (clip.sha256, clip.size_bytes) == compute_sha256(song)
    # Measured like arrivals.
    assert clip.measured.version == MEASURE_VERSION
    assert clip.duration_s == pytest.approx(0.5, abs=0.1)
    assert (await studio.clips.get_peaks([clip.id]))[clip.id]
    assert (clip.path.parent / "recipe.json").is_file()
    assert [one.kind for one in changes] == [ChangeKind.ADDED, ChangeKind.MEDIA]
    assert list((studio.clips.folder / "partial").iterdir()) == []
    assert folder_contents(song.parent) == before
    verified = await studio.verification.run(repairs=False)
    assert sum(verified.counts.values()) == 0
    assert verified.files >= 4


async def test_an_exported_song_comes_back_with_its_recipe(studio: Studio, tmp_path: Path) -> None:
    song = write_song(tmp_path / "Harbour.wav")
    recipe = Recipe(operation=Operation.EXTEND, sound="felt piano", seed="7", weirdness=0.3,
                    webhook_url="https://listener.example/x")  # fmt: skip
    write_tags(song, TagSet(title="Harbour", recipe=recipe.to_json()))
    await studio.imports.run([song], measures=False)
    [clip] = await all_clips(studio)
    assert clip.recipe == recipe.with_changes(webhook_url="")
    assert (clip.sound, clip.seed, clip.operation) == ("felt piano", "7", Operation.IMPORT)


async def test_a_folder_is_imported_once_and_in_one_step(studio: Studio, tmp_path: Path) -> None:
    source = tmp_path / "songs"
    for number in (1, 2, 10):
        write_song(source / "a" / f"Song {number}.wav", 200.0 + number)
    shutil.copy(source / "a" / "Song 1.wav", source / "again.wav")
    (source / "a" / "page.mp3").write_text("<html>not found</html>")
    (source / "a" / "text.txt").write_text("no song")
    (source / ".hidden.wav").write_bytes(b"RIFF")
    progress: list[str] = []
    studio.events.subscribe(
        ImportProgress, lambda one: progress.append(import_progress_text(one.result))
    )
    dry = await studio.imports.run([source], dry_run=True)
    assert import_text(dry).startswith("3 songs, 288 kB would be imported. 1 file is in the")
    assert await all_clips(studio) == []
    result = await studio.imports.run([source])
    assert import_text(result) == (
        "3 songs, 288 kB imported. 1 file is in the library already. "
        "1 file is no song that can be read."
    )
    [refused] = [one for one in result.outcomes if one.state is ImportState.REFUSED]
    assert refused.detail == "This is a web page, not audio."
    assert progress[-1] == "Measured 3 of 3 songs"
    # The first file is at the top, and a folder behind the files beside it.
    assert [clip.title for clip in await all_clips(studio)] == ["again", "Song 2", "Song 10"]
    again = await studio.imports.run([source])
    assert (again.counts[ImportState.KNOWN], again.step) == (4, None)
    undone = await studio.clips.undo()
    assert undone is not None
    assert undone.message == "3 clips moved back to the trash."
    assert await all_clips(studio) == []
    redone = await studio.clips.redo()
    assert redone is not None
    assert len(await all_clips(studio)) == 3


async def test_what_is_in_the_trash_comes_back(studio: Studio, tmp_path: Path) -> None:
    song, other = write_song(tmp_path / "a.wav"), write_song(tmp_path / "b.wav", 300.0)
    await studio.imports.run([song], measures=False)
    await studio.clips.trash([clip.id for clip in await all_clips(studio)])
    result = await studio.imports.run([song, other], measures=False)
    assert import_text(result) == "1 song, 96 kB imported. 1 file is back from the trash."
    assert len(await all_clips(studio)) == 2
    await studio.clips.undo(result.step)
    assert await all_clips(studio) == []


async def test_a_stopped_import_goes_on(studio: Studio, tmp_path: Path) -> None:
    songs = [write_song(tmp_path / f"{number:02}.wav", 200.0 + number) for number in range(20)]
    reported: list[Path] = []

    def stop(progress: ImportProgress) -> None:
        if progress.result.done >= 16:
            studio.imports.stop()

    unsubscribe = studio.events.subscribe(ImportProgress, stop)
    first = await studio.imports.run(
        songs, measures=False, on_outcome=lambda one: reported.append(one.path)
    )
    unsubscribe()
    assert import_text(first).endswith(
        "Stopped; 4 files left. The same import again goes on from here."
    )
    assert len(await all_clips(studio)) == len(reported) == 16
    assert list((studio.clips.folder / "partial").iterdir()) == []
    # In the order of the files, over several transactions.
    assert [clip.title for clip in await all_clips(studio)] == [f"{n:02}" for n in range(16)]
    second = await studio.imports.run(songs, measures=False)
    assert (second.counts[ImportState.ADDED], second.counts[ImportState.KNOWN]) == (4, 16)
    assert second.step is not None


async def test_a_cancelled_import_can_be_undone(studio: Studio, tmp_path: Path) -> None:
    songs = [write_song(tmp_path / f"{number:02}.wav", 200.0 + number) for number in range(20)]
    enough = asyncio.Event()
    studio.events.subscribe(
        ImportProgress, lambda one: enough.set() if one.result.done >= 8 else None
    )
    task = asyncio.create_task(studio.imports.run(songs))
    await enough.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await all_clips(studio)
    assert list((studio.clips.folder / "partial").iterdir()) == []
    assert await studio.clips.undo() is not None
    assert await all_clips(studio) == []


async def test_what_cannot_be_imported_is_said(studio: Studio, tmp_path: Path) -> None:
    own = write_song(studio.clips.folder / "2024" / "x" / "song.wav")
    foreign = tmp_path / "foreign"
    write_song(foreign / "2024" / "x" / "song.wav")
    (foreign / "library.db").write_bytes(b"")
    for path, words in (
        (own, "own folder already"),
        (studio.clips.folder, "own folder already"),
        (foreign, "library merge"),
        (tmp_path / "gone.wav", "was not found"),
    ):
        with pytest.raises(StorageError, match=words) as caught:
            await studio.imports.run([path])
        with shown_in("de"):
            assert tr(caught.value.message) != caught.value.message
    # Around the library, its own folder and other libraries are left out.
    write_song(tmp_path / "free.wav")
    found = await studio.imports.find([tmp_path])
    assert [one.name for one in found.songs] == ["free.wav"]
    assert found.libraries == (foreign,)


async def test_a_cover_that_cannot_be_written_keeps_no_song_out(
    studio: Studio, tmp_path: Path
) -> None:
    song = as_format(write_song(tmp_path / "a.wav"), tmp_path / "song.mp3")
    write_tags(song, TagSet(title="Low tide", cover=JPEG))
    header = await studio._measurer.read_song(song, tmp_path / "no folder" / "cover")
    assert (header.has_cover, header.texts["title"]) == (False, "Low tide")


async def test_a_full_disk_leaves_whole_clips_only(tmp_path: Path) -> None:
    with mounted_small_disk(tmp_path / "small", "14m") as disk:
        songs = [
            write_wave(tmp_path / f"{number}.wav", tone(8.0, 200.0 + number)) for number in range(9)
        ]
        studio = await open_studio(disk)
        result = await studio.imports.run(songs, measures=False)
        assert "full" in result.problem
        clips = await all_clips(studio)
        assert all(clip.path is not None and clip.path.stat().st_size for clip in clips)
        assert len(clips) == result.counts[ImportState.ADDED] < 9
        assert list((studio.clips.folder / "partial").iterdir()) == []
        verified = await studio.verification.run(repairs=False)
        assert sum(verified.counts.values()) == 0
        await studio.close()


async def test_a_clip_whose_sound_has_changed_keeps_its_place(
    studio: Studio, tmp_path: Path
) -> None:
    song = write_song(tmp_path / "a.wav")
    await studio.imports.run([song], measures=False)
    [clip] = await all_clips(studio)
    await studio._library.clips.update_fields(ClipId(clip.id), sha256="0" * 64)
    result = await studio.imports.run([song], measures=False)
    assert result.counts[ImportState.ADDED] == 1
    assert len(await all_clips(studio)) == 2


@pytest.mark.parametrize(
    ("name", "text", "beginning"),
    [
        ("song.lrc", "[00:01.00]la\n" + "[a:\n" * 2_000_000, "la\n[a:\n"),
        ("song.txt", "la la la\n" * 900_000, "la la la\n"),
        ("song.json", json.dumps({"prompt": "la\n" + "\n" * 4_000_000 + "lo"}), "la\n"),
    ],
    ids=["lrc", "txt", "json"],
)
def test_of_long_texts_beside_a_song_the_beginning_is_taken(
    tmp_path: Path, name: str, text: str, beginning: str
) -> None:
    (tmp_path / name).write_text(text)
    details = read_details_beside(tmp_path / "song.wav")
    assert details.lyrics.startswith(beginning)
    assert len(details.lyrics) == MAX_FIELD_LENGTH


@pytest.mark.parametrize("beside", ["one.txt", "one.json", "one.jpg"])
async def test_a_song_waits_for_a_file_beside_it_that_the_drive_does_not_deliver(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, beside: str
) -> None:
    songs = tmp_path / "songs"
    write_song(songs / "one.wav")
    (songs / "one.txt").write_text("Words of the song")
    (songs / "one.json").write_text('{"title": "First"}')
    (songs / "one.jpg").write_bytes(JPEG)
    with unreadable(songs / beside, monkeypatch):
        refused = await studio.imports.run([songs], measures=False)
    assert refused.counts == {ImportState.REFUSED: 1}
    assert "input/output error" in refused.outcomes[0].detail
    added = await studio.imports.run([songs], measures=False)
    assert added.counts == {ImportState.ADDED: 1}
    clip_id = added.outcomes[0].clip
    assert clip_id is not None
    clip = await studio.clips.get(clip_id)
    assert clip is not None
    assert (clip.title, clip.lyrics) == ("First", "Words of the song")
    assert clip.cover is not None


async def test_a_folder_that_cannot_be_read_is_told(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    songs = tmp_path / "songs"
    write_song(songs / "one.wav")
    write_song(songs / "album" / "two.wav", 550.0)
    with unreadable(songs / "album", monkeypatch):
        found = await studio.imports.find([songs])
        result = await studio.imports.run([songs], measures=False)
    assert found.songs == (songs / "one.wav", songs / "album")
    assert result.counts == {ImportState.ADDED: 1, ImportState.REFUSED: 1}
    (refused,) = [one for one in result.outcomes if one.state is ImportState.REFUSED]
    assert refused.path == songs / "album"
    assert "input/output error" in refused.detail

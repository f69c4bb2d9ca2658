"""Another library is merged: everything comes along once, and it is not changed."""

import asyncio
import shutil
import sqlite3
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.errors import StorageError
from producer_studio.domain.ids import (
    AccountName,
    ClipId,
    PressId,
    TaskId,
    new_clip_id,
    new_job_id,
)
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.library import import_repository
from producer_studio.library.errors import LibraryTooNew
from producer_studio.library.library import Library
from producer_studio.library.media_store import MediaKind
from producer_studio.studio.clips import SmartList, SortOrder
from producer_studio.studio.imports.import_result import ImportProgress, ImportState, merge_text
from producer_studio.studio.studio import Studio
from tests.support.dead_drive import unreadable
from tests.support.open_studio import open_studio
from tests.support.program import LIMIT_S
from tests.support.signals import tone, write_wave

pytestmark = pytest.mark.anyio


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    studio = await open_studio(tmp_path / "home")
    yield studio
    await studio.close()


@pytest.fixture
async def other(tmp_path: Path) -> AsyncIterator[Studio]:
    studio = await open_studio(tmp_path / "other")
    yield studio
    await studio.close()


async def add(studio: Studio, title: str, hertz: float = 440.0, **fields: object) -> Clip:
    """A clip with a sound, a cover and a WAV by the service, as they arrive."""
    library: Library = studio._library
    clip = Clip(**{"id": new_clip_id(), "title": title, "lyrics": "La la"} | fields)  # type: ignore[arg-type]
    await library.clips.add([clip])
    paths = {}
    for kind in (MediaKind.AUDIO, MediaKind.EXPORT, MediaKind.COVER):
        partial = library.media.partial_path(clip.id, kind)
        if kind is MediaKind.COVER:
            partial.write_bytes(b"\xff\xd8\xff\xe0" + title.encode())
        else:
            write_wave(partial, tone(0.2, hertz))
        paths[kind] = await library.media.store_file(partial, clip, kind)
    checksums = (await library.files.get([clip.id]))[0].checksums
    sound = next(one for one in checksums if one.name == paths[MediaKind.AUDIO].name)
    changed = await library.clips.update_fields(
        clip.id, path=paths[MediaKind.AUDIO], cover=paths[MediaKind.COVER], media=MediaState.READY,
        sha256=sound.sha256, size_bytes=sound.size_bytes,
    )  # fmt: skip
    await library.clips.set_peaks(clip.id, b"peaks")
    await library.clips.wait_for_sidecars()
    assert changed is not None
    return changed


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


async def all_ids(studio: Studio) -> list[ClipId]:
    return await studio.clips.list_ids()


async def test_clips_and_lists_come_along(studio: Studio, other: Studio) -> None:
    song = await add(other, "Low tide", stars=4, tags=("calm",), notes="Mine", favourite=True,
                     press=PressId("p1"), take=1, takes=2)  # fmt: skip
    child = await add(other, "Low tide", 500.0, parent=song.id, press=PressId("p1"), take=2,
                      takes=2)  # fmt: skip
    trashed = await add(other, "Away", 600.0)
    await other.clips.trash([trashed.id])
    await other.playlists.create("Evening", [child.id, song.id, trashed.id, song.id])
    await other.saved_searches.save("Calm", "tag:calm", SortOrder("rating"), SmartList.ALL)
    with closing(sqlite3.connect(other.clips.folder / "library.db")) as db:
        db.execute(
            "INSERT INTO presses(id, account, operation, model, takes, created_at, recipes, form, "
            "words) VALUES ('p1', 'demo', 'create', 'm', 2, '2026-01-01T00:00:00Z', '[]', '{}', '')"
        )
        db.commit()
    own = await add(studio, "Own", 700.0)
    await studio.playlists.create("Evening", [own.id])
    dry = await studio.merges.run(other.clips.folder, dry_run=True)
    assert merge_text(dry) == (
        "2 clips and 2 lists would be merged. 1 clip left in the trash there."
    )
    assert await all_ids(studio) == [own.id]
    result = await studio.merges.run(other.clips.folder)
    assert merge_text(result) == "2 clips and 2 lists merged. 1 clip left in the trash there."
    merged = await studio.clips.get(song.id)
    assert merged is not None
    for name in ("title", "lyrics", "stars", "tags", "notes", "favourite", "press", "take", "takes",
                 "added_at", "created_at", "sha256", "recipe"):  # fmt: skip
        assert getattr(merged, name) == getattr(song, name), name
    assert merged.path is not None
    assert merged.path.is_relative_to(studio.clips.folder)
    assert song.path is not None
    theirs = {p.name: p.read_bytes() for p in song.path.parent.iterdir() if p.suffix != ".json"}
    ours = {p.name: p.read_bytes() for p in merged.path.parent.iterdir() if p.suffix != ".json"}
    assert ours == theirs
    assert (await studio.clips.get_peaks([song.id]))[song.id] == b"peaks"
    taken = await studio.clips.get(child.id)
    assert taken is not None
    assert (taken.parent, taken.take) == (song.id, 2)
    with closing(sqlite3.connect(studio.clips.folder / "library.db")) as db:
        assert db.execute("SELECT id, takes FROM presses").fetchall() == [("p1", 2)]
    lists = await studio.lists.list_all()
    assert [one.name for one in lists] == ["Evening", "Evening 2", "Calm"]
    items = await studio.playlists.list_items((await studio.playlists.list_all())[1].id)
    assert [item.clip for item in items] == [child.id, song.id, song.id]
    verified = await studio.verification.run(repairs=False)
    assert sum(verified.counts.values()) == 0
    assert list((studio.clips.folder / "partial").iterdir()) == []
    again = await studio.merges.run(other.clips.folder)
    assert (again.counts[ImportState.KNOWN], again.lists, again.step) == (2, 0, None)
    undone = await studio.clips.undo()
    assert undone is not None
    assert undone.message == "Merged library removed: 2 clips moved to the trash."
    assert await all_ids(studio) == [own.id]
    assert [one.name for one in await studio.lists.list_all()] == ["Evening"]
    await studio.clips.redo()
    assert len(await all_ids(studio)) == 3
    assert [one.name for one in await studio.lists.list_all()] == ["Evening", "Evening 2", "Calm"]
    # Undone and merged again: the clips come back from the trash.
    await studio.clips.undo()
    back = await studio.merges.run(other.clips.folder)
    assert (back.counts[ImportState.RESTORED], back.lists) == (2, 2)
    assert len(await all_ids(studio)) == 3


async def test_another_content_of_one_id_is_a_second_clip(studio: Studio, other: Studio) -> None:
    shared = new_clip_id()
    here = await add(studio, "Here", 440.0, id=shared)
    await add(other, "There", 880.0, id=shared, stars=5)
    same = await add(other, "Same", 300.0)
    await add(studio, "Same, renamed here", 300.0, id=same.id)
    await other.playlists.create("All", [shared, same.id])
    result = await studio.merges.run(other.clips.folder)
    assert merge_text(result) == (
        "1 clip and 1 list merged. 1 clip is in the library already. 1 clip of another content "
        "than the one with the same id here: both are kept."
    )
    assert await studio.clips.get(shared) == here
    clips = await studio.clips.get_many(await all_ids(studio))
    assert sorted(clip.title for clip in clips) == ["Here", "Same, renamed here", "There"]
    second = next(clip for clip in clips if clip.title == "There")
    assert second.stars == 5
    [playlist] = await studio.playlists.list_all()
    assert [one.clip for one in await studio.playlists.list_items(playlist.id)] == [
        second.id,
        same.id,
    ]
    again = await studio.merges.run(other.clips.folder)
    assert (again.counts[ImportState.KNOWN], again.lists) == (2, 0)


async def test_the_other_library_is_not_changed(studio: Studio, tmp_path: Path) -> None:
    other = await open_studio(tmp_path / "other")
    await add(other, "Low tide")
    await other.close()
    folder = other.clips.folder
    before = contents(folder)
    await studio.merges.run(folder)
    assert contents(folder) == before
    assert len(await all_ids(studio)) == 1


async def test_a_stopped_merge_goes_on(studio: Studio, other: Studio) -> None:
    for number in range(20):
        await add(other, f"Song {number}", 200.0 + number)
    await other.playlists.create("All", await all_ids(other))

    def stop(progress: ImportProgress) -> None:
        if progress.result.done >= 8:
            studio.merges.stop()

    unsubscribe = studio.events.subscribe(ImportProgress, stop)
    first = await studio.merges.run(other.clips.folder)
    unsubscribe()
    assert merge_text(first).endswith("12 clips left. The same merge again goes on from here.")
    assert await studio.playlists.list_all() == []
    second = await studio.merges.run(other.clips.folder)
    assert (second.counts[ImportState.ADDED], second.counts[ImportState.KNOWN]) == (12, 8)
    # In the order of the other library, by the time of adding.
    assert await all_ids(studio) == await all_ids(other)
    assert len(await studio.playlists.list_all()) == 1


async def test_files_that_are_gone_or_changed_there_are_so_here(
    studio: Studio, other: Studio
) -> None:
    gone, changed = await add(other, "Gone"), await add(other, "Changed", 500.0)
    assert gone.path is not None
    assert changed.path is not None
    gone.path.unlink()
    changed.path.write_bytes(changed.path.read_bytes() + b"x")
    await studio.merges.run(other.clips.folder)
    clip = await studio.clips.get(gone.id)
    assert clip is not None
    assert (clip.media, clip.path) == (MediaState.MISSING, None)
    verified = await studio.verification.run(repairs=False)
    assert [one.problem.title for one in verified.outcomes] == ["Changed"]


async def test_what_cannot_be_merged_is_said(studio: Studio, other: Studio, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    newer = tmp_path / "newer"
    await other.close()
    shutil.copytree(other.clips.folder, newer)
    with closing(sqlite3.connect(newer / "library.db")) as db:
        db.execute("CREATE TABLE of_a_later_version (x)")
        db.execute("PRAGMA user_version = 99")
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    (damaged / "library.db").write_bytes(b"not a database " * 100)
    for folder, error, words in (
        (studio.clips.folder, StorageError, "is this library"),
        (tmp_path / "empty", StorageError, "There is no library"),
        (damaged, StorageError, "library rebuild"),
        (newer, LibraryTooNew, "newer version"),
    ):
        with pytest.raises(error, match=words):
            await studio.merges.run(folder)
    assert list((studio.clips.folder / "partial").iterdir()) == []


async def test_a_library_of_an_earlier_version_is_merged(studio: Studio, tmp_path: Path) -> None:
    folder = tmp_path / "old"
    folder.mkdir()
    source = Path(__file__).parents[2] / "support" / "version_1.db"
    shutil.copy(source, folder / "library.db")
    with closing(sqlite3.connect(folder / "library.db")) as db, db:
        db.execute("UPDATE clips SET media = 'ready'")
    before = (folder / "library.db").read_bytes()
    result = await studio.merges.run(folder)
    assert result.counts[ImportState.ADDED] > 0
    assert not result.problem
    assert (folder / "library.db").read_bytes() == before
    assert [path.name for path in folder.iterdir()] == ["library.db"]


@pytest.mark.parametrize("place", ["above", "absolute", "folder", "link"])
async def test_nothing_outside_the_other_library_comes_along(
    studio: Studio, other: Studio, tmp_path: Path, place: str
) -> None:
    """A library from somebody else would take the user's files along when it is shared again."""
    folder = other.clips.folder
    clip = await add(other, "Low tide")
    assert clip.cover is not None
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "secret.txt").write_text("secret", "utf-8")
    linked = clip.cover.parent / "linked"
    linked.symlink_to(secrets)
    away = secrets.relative_to(tmp_path)
    up = Path(*[".."] * len(clip.cover.parent.relative_to(tmp_path).parts))
    names = {
        "above": str(up / away / "secret.txt"),
        "absolute": str(secrets / "secret.txt"),
        "folder": "secret.txt",
        "link": "linked/secret.txt",
    }
    with closing(sqlite3.connect(folder / "library.db")) as db, db:
        db.execute("UPDATE files SET name = ? WHERE name = ?", (names[place], clip.cover.name))
        if place == "folder":
            up = Path(*[".."] * len(folder.relative_to(tmp_path).parts))
            db.execute(
                "UPDATE details SET folder = ?, cover = NULL, path = NULL", (str(up / away),)
            )
    await studio.merges.run(folder)
    assert await all_ids(studio) == [clip.id]
    assert [name for name, raw in contents(studio.clips.folder).items() if raw == b"secret"] == []


async def add_press(studio: Studio, press: str, made: str = "p0") -> None:
    with closing(sqlite3.connect(studio.clips.folder / "library.db")) as db:
        db.execute(
            "INSERT INTO presses(id, account, operation, model, takes, created_at, recipes, form, "
            "words) VALUES (?, 'demo', 'create', 'm', 1, '2026-01-01T00:00:00Z', '[{}]', "
            "'{\"seed\": 7}', ?)",
            (press, made),
        )
        db.commit()


async def test_a_sparse_file_that_would_fill_the_disk_is_refused(
    studio: Studio, other: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # If it were copied, the disk of this computer would be full.
    monkeypatch.setattr(import_repository, "MAX_FILE_BYTES", 10**6)
    await add(other, "Low tide")
    huge = await add(other, "Ebb", 660.0)
    assert huge.path is not None
    for path in (huge.path, tmp_path / "sparse.wav"):
        with path.open("ab") as file:
            file.truncate(10**7)
    result = await studio.merges.run(other.clips.folder)
    [refused] = [one for one in result.outcomes if one.state is ImportState.REFUSED]
    assert (refused.title, "larger than 8 GB" in refused.detail) == ("Ebb", True)
    assert result.counts[ImportState.ADDED] == 1
    assert not any((studio.clips.folder / "partial").iterdir())
    imported = await studio.imports.run([tmp_path / "sparse.wav"])
    assert "larger than 8 GB" in imported.outcomes[0].detail


async def test_undo_removes_lists_that_only_the_name_was_changed_of(
    studio: Studio, other: Studio
) -> None:
    song = await add(other, "Low tide")
    for name in ("Evening", "Morning", "Night"):
        await other.playlists.create(name, [song.id])
    await other.saved_searches.save("Calm", "tag:calm", SortOrder("rating"), SmartList.ALL)
    own = await add(studio, "Own", 700.0)
    result = await studio.merges.run(other.clips.folder)
    evening, morning, _ = await studio.playlists.list_all()
    await studio.lists.rename(evening, "Renamed here")
    await studio.playlists.add(morning, [own.id])
    await studio.clips.undo(result.step)
    assert [one.name for one in await studio.lists.list_all()] == ["Morning"]
    assert [item.clip for item in await studio.playlists.list_items(morning.id)] == [own.id]
    await studio.clips.redo()
    assert [one.name for one in await studio.lists.list_all()] == [
        "Renamed here", "Morning", "Night", "Calm",
    ]  # fmt: skip
    items = await studio.playlists.list_items(morning.id)
    assert [item.clip for item in items] == [song.id, own.id]


async def test_undo_removes_the_presses_that_came_along(studio: Studio, other: Studio) -> None:
    press, pinned = PressId("p1"), PressId("p2")
    song = await add(other, "Low tide", press=press)
    await add(other, "High tide", 500.0, press=pinned)
    for one in (press, pinned):
        await add_press(other, one)
    await studio.merges.run(other.clips.folder)
    history = studio.history
    assert set(await history.list_ids()) == {press, pinned}
    merged = await history.get(press)
    await studio.clips.undo()
    assert await history.list_ids() == []
    await studio.clips.redo()
    assert await history.get(press) == merged
    await studio.clips.undo()
    await studio.merges.run(other.clips.folder)
    assert await history.get(press) == merged
    await studio.history.set_pinned(pinned, pinned=True)
    step = next(one for one in studio.clips.undo_history._done if one.action is not None)
    await studio.clips.undo(step)
    assert await history.list_ids() == [pinned]
    # A clip that is taken out of the trash has its press again, as far as it tells.
    await studio.clips.restore([song.id])
    assert await history.list_ids() == [pinned, press]


async def test_a_merge_from_a_disk_that_does_not_respond_can_be_cancelled(
    studio: Studio, other: Studio
) -> None:
    song = await add(other, "Low tide")
    is_waiting, responds = threading.Event(), threading.Event()

    def wait_for_disk(event: str, args: tuple[object, ...]) -> None:
        if event == "open" and str(args[0]) == str(song.path):
            is_waiting.set()
            responds.wait()

    sys.addaudithook(wait_for_disk)
    merging = asyncio.create_task(studio.merges.run(other.clips.folder))
    try:
        assert await asyncio.to_thread(is_waiting.wait, LIMIT_S)
        merging.cancel()
        await asyncio.wait({merging}, timeout=LIMIT_S)
        assert merging.cancelled()
    finally:
        responds.set()


async def test_paid_work_that_is_not_finished_there_is_told_and_merged_later(
    studio: Studio, other: Studio
) -> None:
    """Only the job there can fetch its result: a clip without it would wait for ever."""
    await add(other, "Done")
    recipe = Recipe(operation=Operation.CREATE, sound="lofi")
    account = AccountName("test")
    accepted = Job(
        id=new_job_id(),
        recipe=recipe,
        account=account,
        state=JobState.ACCEPTED,
        task_id=TaskId("t"),
    )
    job_id = new_job_id()
    pending = Clip(id=new_clip_id(), job=job_id, title="On its way", media=MediaState.PENDING)
    collecting = Job(
        id=job_id,
        recipe=recipe,
        account=account,
        state=JobState.COLLECTING,
        task_id=TaskId("u"),
        clips=(pending.id,),
    )
    await other._library.clips.add([pending])
    for job in (accepted, collecting):
        await other._library.jobs.write(job)
    result = await studio.merges.run(other.clips.folder)
    assert (result.added, result.unfinished_jobs) == (1, 2)
    assert "2 requests there are not finished" in merge_text(result)
    assert await studio.clips.get(pending.id) is None

    await add(other, "On its way too")
    await other._library.clips.update_fields(pending.id, media=MediaState.READY)
    for job in (accepted, collecting):
        await other._library.jobs.write(job.with_changes(state=JobState.DONE, fault=None))
    result = await studio.merges.run(other.clips.folder)
    assert (result.added, result.unfinished_jobs, result.second) == (2, 0, 0)
    assert "not finished" not in merge_text(result)


async def test_a_clip_whose_sound_cannot_be_looked_up_is_not_merged_without_it(
    studio: Studio, other: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = [await add(other, "Low tide"), await add(other, "High tide", 500.0)]
    assert clips[0].path is not None
    with unreadable(clips[0].path, monkeypatch):
        result = await studio.merges.run(other.clips.folder)
    assert result.counts == {ImportState.ADDED: 1, ImportState.REFUSED: 1}
    assert await studio.clips.get(clips[0].id) is None
    again = await studio.merges.run(other.clips.folder)
    assert again.counts == {ImportState.ADDED: 1, ImportState.KNOWN: 1}

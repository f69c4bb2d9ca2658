"""A library from elsewhere writes nothing outside its folder, and plays nothing but videos."""

import errno
import logging
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from producer_studio.domain.clip import MediaState
from producer_studio.domain.errors import StorageError
from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import ClipField
from producer_studio.library import Library, MediaKind, stale_sidecars
from producer_studio.library.connection import connect
from producer_studio.library.internal_files import DATABASE
from tests.integration.library.recovery.test_library_opener import found_in
from tests.support.library_fixtures import MakeClip

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(os.name == "nt", reason="links need rights of their own there"),
]

PRECIOUS = b"precious"
FILES = [
    ".writable", "opening.lock", "in-use.lock", "jobs.lock", "deleting.lock", "library.db.suspect",
    "rebuilding.db", "rebuilding.db-wal", "rebuilding.db-journal", "restoring.db.part",
    "salvaging.db", "library.db-wal", "library.db-shm", "library.db-journal", "library.db.part",
    "backups/backup.lock", "partial/x.audio.part", "partial/deep/down/x",
]  # fmt: skip


@pytest.fixture
async def folder(tmp_path: Path, make_clip: MakeClip) -> Path:
    library = await Library.open(tmp_path / "library")
    await library.clips.add([make_clip("Song", lyrics="la").with_changes(id=ClipId("song"))])
    await library.close()
    return library.folder


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A file of the user's that is none of the library's business."""
    path = tmp_path / "outside"
    path.mkdir()
    (path / "file").write_bytes(PRECIOUS)
    return path


async def use(folder: Path) -> None:
    """Opens, edits, backs up and closes."""
    library = await Library.open(folder)
    ids = await library.clips.list_ids()
    await library.clips.edit(ids, {ClipField.STARS: 3, ClipField.NOTES: "changed"})
    await library.back_up()
    await library.close()


def content(outside: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in outside.iterdir()}


@pytest.mark.parametrize("hard", [False, True], ids=["link", "second name"])
@pytest.mark.parametrize("name", FILES)
async def test_none_of_our_files_is_written_through(
    folder: Path, outside: Path, name: str, hard: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    if hard:
        path.hardlink_to(outside / "file")
    else:
        path.symlink_to(outside / "file")
    before = content(outside)
    await use(folder)
    assert content(outside) == before


@pytest.mark.parametrize("name", ["recipe.json", "lyrics.txt", ".recipe.json.part"])
@pytest.mark.parametrize("hard", [False, True], ids=["link", "second name"])
async def test_no_file_of_a_clip_is_written_through(
    folder: Path, outside: Path, name: str, hard: bool
) -> None:
    [song] = found_in(folder, "2026/*/*")
    (song / name).unlink(missing_ok=True)
    if hard:
        (song / name).hardlink_to(outside / "file")
    else:
        (song / name).symlink_to(outside / "file")
    await use(folder)
    assert content(outside) == {"file": PRECIOUS}
    assert '"stars": 3' in (song / "recipe.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name", ["partial", "trash", "backups", "deleting", "2026", "2026/day", "2026/song"]
)
async def test_no_folder_of_ours_leads_out(
    folder: Path, outside: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    path = folder / name
    if name == "2026/song":
        [path] = found_in(folder, "2026/*/*")
    if name == "2026/day":
        [path] = found_in(folder, "2026/*")
    if path.exists():
        shutil.rmtree(path)
    path.symlink_to(outside)
    await use(folder)
    library = await Library.open(folder)
    if name in {"2026", "2026/song"}:
        with pytest.raises(StorageError):
            await library.media.store_export_cover([ClipId("song")], b"picture", ".png")
    await library.clips.trash([ClipId("song")])
    await library.clips.delete([ClipId("song")])
    await library.close()
    assert content(outside) == {"file": PRECIOUS}


@pytest.mark.parametrize("is_lost", [False, True], ids=["catalogue", "rebuilt"])
@pytest.mark.parametrize(
    "name",
    [
        ".writable",
        "opening.lock",
        "in-use.lock",
        "deleting.lock",
        "library.db.suspect",
        "restoring.db.part",
        "restoring.db.part-wal",
        "rebuilding.db",
        "rebuilding.db-wal",
        "salvaging.db",
        "backups/backup.lock",
        "backups/library.db.part",
        "backups/salvaging.db",
    ],
)
async def test_a_folder_in_the_place_of_a_file_of_ours_locks_nobody_out(
    folder: Path, name: str, is_lost: bool
) -> None:
    path = folder / name
    path.unlink(missing_ok=True)
    (path / "inside").mkdir(parents=True)
    (path / "inside" / "file").write_bytes(PRECIOUS)
    if is_lost:
        shutil.copyfile(folder / DATABASE, folder / "library damaged 2026.db")
        (folder / DATABASE).write_bytes(b"?")
    await use(folder)
    library = await Library.open(folder)
    assert [
        clip.stars for clip in await library.clips.get_many(await library.clips.list_ids())
    ] == [3]
    await library.close()
    assert [one.read_bytes() for one in found_in(folder, "**/inside/file")] == [PRECIOUS]


async def test_a_folder_in_the_place_of_an_unfinished_recipe_stops_no_writing(
    folder: Path,
) -> None:
    [song] = found_in(folder, "2026/*/*")
    (song / ".recipe.json.1.part").mkdir()
    with closing(connect(folder / DATABASE, writes=True)) as db:
        stale_sidecars.mark_all_clips(db)
    await use(folder)
    assert '"stars": 3' in (song / "recipe.json").read_text(encoding="utf-8")


async def test_the_lock_of_backups_leads_nowhere(folder: Path, outside: Path) -> None:
    (folder / "backups").mkdir(exist_ok=True)
    (folder / "backups" / "backup.lock").symlink_to(outside / "new")
    (folder / "backups" / "library.db.part").touch()
    await use(folder)
    assert content(outside) == {"file": PRECIOUS}


async def test_a_year_that_cannot_be_read_is_named_and_the_rest_opens(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "2025").mkdir()
    (folder / DATABASE).unlink()
    real = Path.iterdir

    def iterdir(path: Path) -> Iterator[Path]:
        if path.name == "2025":
            raise OSError(errno.EIO, "Input/output error", str(path))
        return real(path)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    library = await Library.open(folder)
    assert await library.clips.list_ids() == [ClipId("song")]
    assert "“2025”" in library.notices[0]
    await library.close()


@pytest.mark.parametrize("stored", ["../../outside", "/etc", "..", "", ".", "2026/../../outside"])
async def test_no_stored_folder_leads_out(folder: Path, outside: Path, stored: str) -> None:
    with closing(connect(folder / DATABASE, writes=True)) as db:
        db.execute("UPDATE details SET folder = ?", (stored,))
    before = {one.name for one in found_in(folder, "*")}
    library = await Library.open(folder)
    part = library.media.partial_path(ClipId("song"), MediaKind.AUDIO)
    part.write_bytes(b"sound")
    await library.clips.edit([ClipId("song")], {ClipField.STARS: 3})
    clip = await library.clips.get(ClipId("song"))
    assert clip is not None
    assert clip.stars == 3
    with pytest.raises(StorageError, match="is outside"):
        await library.media.store_file(part, clip, MediaKind.AUDIO)
    assert part.read_bytes() == b"sound"
    await library.clips.trash([clip.id])
    await library.clips.delete([clip.id])
    await library.close()
    assert content(outside) == {"file": PRECIOUS}
    assert before <= {one.name for one in found_in(folder, "*")}


@pytest.mark.parametrize("stored", ["../outside/file", "/etc/passwd", "2026/../../outside/file"])
async def test_no_stored_media_leads_out(folder: Path, stored: str) -> None:
    with closing(connect(folder / DATABASE, writes=True)) as db:
        db.execute("UPDATE details SET path = ?1, cover = ?1, video = ?1", (stored,))
        db.execute("UPDATE clips SET media = 'ready'")
    library = await Library.open(folder)
    [clip] = await library.clips.get_many([ClipId("song")])
    assert (clip.path, clip.cover, clip.video) == (None, None, None)
    assert not clip.playable
    [missing] = await library.clips.refresh_media_states([clip.id])
    assert missing.media is MediaState.MISSING
    await library.close()


async def test_a_hard_linked_copy_of_a_library_is_not_changed_with_it(
    folder: Path, tmp_path: Path
) -> None:
    """As `cp -al` makes them for snapshots."""
    snapshot = tmp_path / "snapshot.db"
    snapshot.hardlink_to(folder / DATABASE)
    before = snapshot.read_bytes()
    await use(folder)
    assert snapshot.read_bytes() == before


async def test_a_foreign_trigger_never_runs(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    with closing(sqlite3.connect(folder / DATABASE)) as db:
        db.execute(
            "CREATE TRIGGER more AFTER UPDATE ON clips BEGIN UPDATE details SET folder = '..'; END"
        )
    await use(folder)
    with closing(connect(folder / DATABASE)) as db:
        assert db.execute("SELECT name FROM sqlite_master WHERE name = 'more'").fetchone() is None
        assert db.execute("SELECT folder FROM details").fetchone()[0].startswith("2026/")


@pytest.mark.parametrize(
    ("name", "head", "watched"),
    [
        ("v.mp4", b"\0\0\0\x20ftypisom", True),
        ("v.webm", b"\x1aE\xdf\xa3....", True),
        ("v.mp4", b"[Desktop Entry]\nExec=x", False),
        ("v.desktop", b"\0\0\0\x20ftypisom", False),
        ("v.mp4.exe", b"\0\0\0\x20ftypisom", False),
        ("v.mp4", b"MZ\x90\0", False),
        ("v.mp4", b"", False),
        ("v.html", b"<script>", False),
    ],
)
async def test_only_a_video_is_one(library: Library, name: str, head: bytes, watched: bool) -> None:
    path = library.folder / name
    path.write_bytes(head)
    assert await library.media.is_video(path) is watched
    assert not await library.media.is_video(library.folder / "missing.mp4")
    link = library.folder / "link.mp4"
    link.symlink_to(path)
    assert not await library.media.is_video(link)
    pipe = library.folder / "pipe.mp4"
    os.mkfifo(pipe)
    assert not await library.media.is_video(pipe)


async def test_texts_of_any_length_are_read_as_from_a_recipe(folder: Path) -> None:
    """The window would lay out all of them; a rebuilt library has no more of them, either."""
    names = ("title", "sound", "lyrics", "notes")
    endless = "la " * 500_000
    tags = "\n".join(f"{number} {'x' * 300}" for number in range(700))
    with closing(connect(folder / DATABASE, writes=True)) as db:
        db.execute(
            "UPDATE details SET title = ?1, sound = ?1, lyrics = ?1, notes = ?1, tags = ?2",
            (endless, tags),
        )
        db.execute("UPDATE clips SET model = ?", (endless,))
    library = await Library.open(folder)
    (clip,) = await library.clips.get_many([ClipId("song")])
    await library.close()
    assert [len(getattr(clip, name)) for name in names] == [500, 100_000, 1_000_000, 1_000_000]
    assert (len(clip.model), len(clip.tags), {len(tag) for tag in clip.tags}) == (200, 500, {200})

"""One damaged row or column never hides the others."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import ClipField
from producer_studio.library import Library, LibraryDamaged, clip_sql
from producer_studio.library.connection import connect, transaction
from producer_studio.library.internal_files import DATABASE
from producer_studio.library.migrations import migrate
from producer_studio.library.recovery import inspection
from tests.support.library_fixtures import MakeClip
from tests.unit.library.test_clip_sql import full_clip

pytestmark = pytest.mark.anyio

TEXTS = ["", "odd", "[", "null", "3", '{"audio": 5}', '[{"account": 1}]', "[" * 50_000, "../../x"]
INTEGERS = ["-1", "9223372036854775807"]
NUMBERS = ["-1", "9223372036854775807", "9e999", "-9e999", "1e300"]
COLUMNS = {
    "clips": {
        "account": TEXTS, "service": TEXTS, "operation": TEXTS, "model": TEXTS, "seed": TEXTS,
        "parent": TEXTS, "job": TEXTS, "position": NUMBERS[:2], "stem": TEXTS,
        "duration_s": NUMBERS, "bpm": NUMBERS, "tone": TEXTS, "media": TEXTS,
        "bpm_override": NUMBERS, "key_override": TEXTS, "loudness_lufs": NUMBERS,
        "true_peak_dbtp": NUMBERS, "press": TEXTS, "take": INTEGERS, "takes": INTEGERS,
        "measure_version": INTEGERS, "plays": INTEGERS, "sha256": TEXTS,
        "stars": NUMBERS[:2], "favourite": NUMBERS[:2], "heard": NUMBERS[:2], "remote_id": TEXTS,
    },
    "details": {
        "title": TEXTS, "sound": TEXTS, "lyrics": TEXTS, "tags": TEXTS, "notes": TEXTS,
        "folder": TEXTS, "path": TEXTS, "cover": TEXTS, "video": TEXTS, "media_note": TEXTS,
        "links": TEXTS, "recipe": TEXTS, "peak_dbfs": NUMBERS, "head_s": NUMBERS,
        "tail_s": NUMBERS, "end_dbfs": NUMBERS, "side_to_mid_db": NUMBERS,
        "clipped_samples": INTEGERS, "clipped_runs": INTEGERS, "size_bytes": INTEGERS,
        "played_at": ["odd"],
        "bpm_confidence": NUMBERS,
        "created_at": [*TEXTS, "0001-01-01T00:00:00"], "trashed_at": ["odd"],
        "added_at": [*TEXTS, "9999-12-31T23:59:59-23:59"], "registered": TEXTS,
    },
}  # fmt: skip
CASES = [
    pytest.param(table, column, value, id=f"{column}-{value[:12]}")
    for table, columns in COLUMNS.items()
    for column, values in columns.items()
    for value in values
]


@pytest.mark.parametrize(("table", "column", "value"), CASES)
def test_a_damaged_column_costs_its_field_alone(
    tmp_path: Path, template: Path, table: str, column: str, value: str
) -> None:
    path = tmp_path / "copy.db"
    path.write_bytes(template.read_bytes())
    with closing(connect(path, writes=True)) as db:
        # Words are not looked up here, and a row that is damaged by hand has others in the index.
        db.execute("DROP TRIGGER details_changed")
        raw = value if value in NUMBERS else None
        db.execute(
            f"UPDATE {table} SET {column} = {raw or '?'} WHERE seq = (SELECT max(seq) FROM clips)",  # noqa: S608
            () if raw else (value,),
        )
        ids = [row["id"] for row in db.execute("SELECT id FROM clips ORDER BY seq")]
        placed = clip_sql.read_stored_clips(db, tmp_path, ids)
        assert [item.clip.id for item in placed] == ids
        other, damaged = placed
        assert other.clip == full_clip(tmp_path)
        check_usable(damaged.clip, tmp_path)


def check_usable(clip: Clip, library: Path) -> None:
    assert 0 <= clip.stars <= 5
    assert 0 <= clip.duration_s < float("inf")
    assert clip.added_at.timestamp() > 0
    assert isinstance(clip.links.audio, str)
    measured = clip.measured
    for value in (measured.bpm, measured.loudness_lufs, measured.peak_dbfs, measured.head_s):
        assert value is None or abs(value) < 100_000
    for path in (clip.path, clip.cover, clip.video):
        assert path is None or path.resolve().is_relative_to(library.resolve())


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    with closing(connect(folder / "t.db", writes=True)) as db:
        migrate(db, folder / "backups")
        with transaction(db):
            clip = full_clip(folder)
            clip_sql.add_clips(db, folder, [clip])
            later = clip.with_changes(id=ClipId("later"), added_at=clip.added_at.replace(year=2027))
            clip_sql.add_clips(db, folder, [later])
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder / "t.db"


async def test_letters_that_are_no_text_do_not_hide_the_row(
    library: Library, make_clip: MakeClip
) -> None:
    clip = make_clip()
    await library.clips.add([clip])
    with closing(connect(library.folder / DATABASE, writes=True)) as db:
        db.execute("DROP TRIGGER details_changed")
        db.execute("UPDATE details SET notes = CAST(x'41ff42' AS TEXT)")
    [found] = await library.clips.get_many([clip.id])
    assert found.notes == "A\ufffdB"


@pytest.mark.parametrize("column", ["title", "notes"])
async def test_letters_that_are_no_text_stop_edits_until_the_next_start_alone(
    library: Library, make_clip: MakeClip, column: str
) -> None:
    """SQLite does not call the functions of the word index's triggers with such a text."""
    clip, other = make_clip("Harbour"), make_clip("Low tide")
    await library.clips.add([clip, other])
    await library.close()
    _damage(library.folder / DATABASE, f"details SET {column}", "title = 'Harbour'")

    again = await Library.open(library.folder)
    with pytest.raises(LibraryDamaged):
        await again.clips.edit([clip.id], {ClipField(column): "mended"})
    assert await again.clips.list_ids("tide") == [other.id]
    await again.close()

    repaired = await Library.open(library.folder)
    assert repaired.notices == ()
    await repaired.clips.edit([clip.id], {ClipField(column): "mended"})
    assert await repaired.clips.list_ids("mended") == [clip.id]
    await repaired.clips.trash([clip.id])
    assert (await repaired.clips.delete([clip.id])).clips == (clip.id,)
    await repaired.close()


@pytest.mark.parametrize("name", ["x" * 300, "é" * 200, "a/" * 3000 + "b"])
async def test_a_path_that_no_file_can_have_is_that_of_a_missing_file(
    library: Library, make_clip: MakeClip, name: str
) -> None:
    """It must not stop a search for missing files in the whole library."""
    clip, other = make_clip(media=MediaState.READY), make_clip(media=MediaState.READY)
    await library.clips.add([clip, other])
    with closing(connect(library.folder / DATABASE, writes=True)) as db:
        db.execute("UPDATE details SET path = ?, cover = ?", (name, name))
    changed = await library.clips.refresh_media_states([clip.id, other.id])
    assert [one.media for one in changed] == [MediaState.MISSING] * 2


async def test_an_account_whose_name_is_no_text_keeps_no_other_from_being_found(
    library: Library, make_clip: MakeClip
) -> None:
    clip, other = make_clip("Harbour"), make_clip("Low tide")
    await library.clips.add([clip, other])
    _damage(library.folder / DATABASE, "clips SET account", f"id = '{clip.id}'")
    assert await library.clips.list_ids(f"account:{other.account}") == [other.id]


def _damage(path: Path, target: str, where: str) -> None:
    with closing(connect(path, writes=True)) as db:
        triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        for trigger in (kept := triggers.fetchall()):
            db.execute(f"DROP TRIGGER {trigger['name']}")
        db.execute(f"UPDATE {target} = CAST(x'41ff42' AS TEXT) WHERE {where}")
        for trigger in kept:
            db.execute(trigger["sql"])


async def test_a_damaged_page_hides_its_own_rows_alone(
    library: Library,
    make_clip: MakeClip,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("ERROR")
    songs = [make_clip(lyrics="la " * 400) for _ in range(60)]
    await library.clips.add(songs)
    await library.close()
    path = library.folder / DATABASE
    with closing(sqlite3.connect(path)) as db:
        [page] = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'details'").fetchone()
        size = db.execute("PRAGMA page_size").fetchone()[0]
    # A leaf of the table, found through the interior page at its root.
    content = bytearray(path.read_bytes())
    root = (page - 1) * size
    assert content[root] == 5
    cell = root + int.from_bytes(content[root + 12 : root + 14], "big")
    leaf = int.from_bytes(content[cell : cell + 4], "big")
    content[(leaf - 1) * size : leaf * size] = bytes(size)
    path.write_bytes(content)
    monkeypatch.setattr(inspection, "WHOLE_CHECK_BYTES", 0)
    again = await Library.open(library.folder)
    told: list[LibraryDamaged] = []
    again.context.on_damage = told.append
    found = await again.clips.get_many([clip.id for clip in songs])
    assert 0 < len(songs) - len(found) < 20
    assert {clip.id for clip in found} < {clip.id for clip in songs}
    [fault] = told
    assert "Restart the studio" in fault.message
    await again.close()
    # The next start looks at every page, and has all of them back from their folders.
    again = await Library.open(library.folder)
    assert "60 clips" in again.notices[0]
    assert len(await again.clips.get_many([clip.id for clip in songs])) == 60
    await again.close()


@pytest.mark.parametrize("damaged", ["zeroblob(100000000)", "zeroblob(65537)"])
def test_a_damaged_waveform_is_not_read(tmp_path: Path, template: Path, damaged: str) -> None:
    """One of 100 MB would hold the window for seconds whenever its row is drawn."""
    path = tmp_path / "copy.db"
    path.write_bytes(template.read_bytes())
    with closing(connect(path, writes=True)) as db:
        whole, huge = (ClipId(row["id"]) for row in db.execute("SELECT id FROM clips"))
        clip_sql.write_peaks(db, whole, bytes(2048))
        db.execute(f"INSERT OR REPLACE INTO peaks(clip, bins) VALUES (?, {damaged})", (huge,))  # noqa: S608
        assert clip_sql.read_peaks(db, [whole, huge]) == {whole: bytes(2048)}


async def test_a_play_is_counted_whatever_number_a_row_has(
    library: Library, make_clip: MakeClip
) -> None:
    clip = make_clip()
    await library.clips.add([clip])
    await library.playback.set_position(clip.id, 5.0)
    with closing(connect(library.folder / DATABASE, writes=True)) as db:
        db.execute("UPDATE clips SET plays = 9223372036854775807")
        db.execute("UPDATE positions SET position_s = 9e999")
    assert await library.playback.add_play(clip.id)
    assert await library.playback.get_position(clip.id) == 0.0

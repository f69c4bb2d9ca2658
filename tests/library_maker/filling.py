"""Writes the rows, and if wanted the files, of a made library."""

import asyncio
import json
import os
import random
import sqlite3
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path

from producer_studio.domain.file_checksum import FileChecksum
from producer_studio.domain.ids import (
    ClipId,
    new_judgement_id,
    new_playlist_id,
    new_playlist_item_id,
    new_saved_search_id,
)
from producer_studio.domain.judgement import Judgement, JudgementResult
from producer_studio.domain.likeness import FEATURE_COUNT
from producer_studio.domain.playlist import Playlist, PlaylistItem
from producer_studio.domain.press import Press
from producer_studio.library import clip_sql, file_sql, job_sql, press_sql, similar_sql
from producer_studio.library.column_values import format_time
from producer_studio.library.connection import connect, transaction
from producer_studio.library.library import Library
from producer_studio.library.list_repository import ListChanges
from producer_studio.library.media_store import MediaStore
from producer_studio.library.saved_search import SavedSearch
from producer_studio.library.text_folding import normalize_for_index
from tests.library_maker.contents import Contents, MadePress, job_of
from tests.library_maker.songs import render_songs

_AT_ONCE = 4_000
_READ_AT_ONCE = 500
_PER_ROW = (
    "details_added",
    "sidecar_of_added_stale",
    "price_of_added_clip",
    "price_of_added_job",
)
"""Triggers of inserted rows, for which `_write` writes what they would; those of prices would read
all clips for each job, as their index is made last."""
_FEATURE_SPREAD = 0.25
"""Standard deviation by which songs of one style differ in each number of the vector."""
_PLAYLISTS = 24
_PLAYLIST_ITEMS = 60
_JUDGEMENTS = 300
_SEARCHES = (
    ("Lofi 80–95", "lofi bpm:80..95"),
    ("Best of the month", "stars:>3 added:<30d"),
    ("Client", "tag:client"),
    ("Loud", "loudness:>-12"),
)


class Files(StrEnum):
    """Files that the clips have on disk."""

    NONE = "none"
    """Rows alone: the clips are known, and have no sound."""
    TEXT = "text"
    """A folder with `recipe.json` and the lyrics for each clip."""
    SOUND = "sound"
    """Sound files, too: further names of the same few excerpts, with their checksums."""


@dataclass(frozen=True, slots=True)
class Made:
    """Numbers of the rows that were made."""

    clips: int
    presses: int


def make_library(
    folder: Path,
    count: int,
    files: Files = Files.NONE,
    seed: int = 1,
    song_count: int = 8,
    on_progress: Callable[[int], None] = lambda _count: None,
) -> Made:
    """Makes a library of `count` clips in an empty folder.

    Args:
        song_count: Different songs whose sound and waveforms the clips have.
        on_progress: Called with the number of clips so far.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(_create(folder))
    scratch = folder / "songs of the library maker"
    scratch.mkdir()
    songs = render_songs(scratch, song_count)
    contents = Contents(songs, folder, count, seed, has_files=files is Files.SOUND)
    dice = random.Random(seed)
    with closing(connect(folder / "library.db", writes=True)) as db:
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -200000")
        # A million clips would be written to a log of 12 GB first; nobody needs half a library.
        db.execute("PRAGMA journal_mode = OFF")
        clips = presses = 0
        with transaction(db), _without_indexes(db):
            made = contents.make()
            while part := list(islice(made, _AT_ONCE)):
                _write(db, part, dice, files)
                clips += sum(len(press.clips) for press in part)
                presses += len(part)
                on_progress(clips)
            db.execute("DELETE FROM stale_sidecars")
        db.execute("INSERT INTO words(words) VALUES ('optimize')")
        db.execute("ANALYZE")
        db.execute("PRAGMA journal_mode = WAL")
        if files is not Files.NONE:
            _write_files(db, folder, {song.sha256: song.excerpt for song in songs})
    asyncio.run(_add_lists(folder, seed))
    for song in songs:
        song.excerpt.unlink()
    scratch.rmdir()
    return Made(clips, presses)


async def _create(folder: Path) -> None:
    await (await Library.open(folder)).close()


@contextmanager
def _without_indexes(db: sqlite3.Connection) -> Iterator[None]:
    """Removes what each inserted row would update, and restores it from the new rows."""
    removed = [
        (row["type"], row["name"], row["sql"])
        for row in db.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND (type = 'index' "
            "OR (type = 'trigger' AND name IN (SELECT value FROM json_each(?))))",
            [json.dumps(_PER_ROW)],
        ).fetchall()
    ]
    for kind, name, _ in removed:
        db.execute(f"DROP {kind} {name}")
    yield
    for _, _, sql in removed:
        db.execute(sql)


def _write(
    db: sqlite3.Connection, presses: Sequence[MadePress], dice: random.Random, files: Files
) -> None:
    made = [clip for press in presses for clip in press.clips]
    _insert(
        db,
        "clips",
        [
            one.clip | {"charged": press.credits if one.job else None}
            for press in presses
            for one in press.clips
        ],
    )
    _insert(db, "details", [one.details for one in made])
    names = ("title", "sound", "lyrics", "tags", "notes")
    db.executemany(
        f"INSERT INTO words(rowid, {', '.join(names)}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608 - our names
        [
            (one.clip["seq"], *(normalize_for_index(one.details[name]) for name in names))
            for one in made
        ],
    )
    db.executemany(
        "INSERT INTO peaks(clip, bins) VALUES (?, ?)",
        [
            (
                one.clip["id"],
                one.song.excerpt_waveform
                if files is Files.SOUND
                else dice.choice(one.song.waveforms),
            )
            for one in made
        ],
    )
    for one in made:
        features = (
            one.song.excerpt_features
            if files is Files.SOUND
            else _vary_features(one.song.features, dice)
        )
        similar_sql.write_features(db, ClipId(one.clip["id"]), features)
    if files is Files.SOUND:
        for one in made:
            path = Path(one.details["path"]).name
            checksum = FileChecksum(path, one.song.sha256, one.song.size_bytes)
            file_sql.write_checksums(db, ClipId(one.clip["id"]), [checksum])
    for press in presses:
        if press.recipe is None:
            continue
        recipes = (press.recipe,) * len(press.clips)
        price = press.credits * len(press.clips)
        press_sql.write_press(
            db,
            Press(
                id=press.id,
                account=press.account,
                recipes=recipes,
                credits_expected=price,
                created_at=press.moment,
            ),
        )
        for clip in press.clips:
            job_sql.write_job(db, job_of(press, clip), "made")
    db.executemany(
        "INSERT INTO ledger(account, kind, amount, job, note, at) "
        "VALUES (?, 'charged', ?, ?, '', ?)",
        [
            (press.account, press.credits, clip.job, format_time(clip.moment))
            for press in presses
            for clip in press.clips
            if clip.job
        ],
    )


def _insert(db: sqlite3.Connection, table: str, rows: Sequence[dict[str, object]]) -> None:
    names = list(rows[0])
    marks = ", ".join("?" * len(names))
    db.executemany(
        f"INSERT INTO {table}({', '.join(names)}) VALUES ({marks})",  # noqa: S608 - our names
        [tuple(row[name] for name in names) for row in rows],
    )


def _vary_features(vector: bytes, dice: random.Random) -> bytes:
    """Returns the feature vector of another song in the style of one."""
    values = struct.unpack(f"<{FEATURE_COUNT}f", vector)
    return struct.pack(
        f"<{FEATURE_COUNT}f", *(value + dice.gauss(0, _FEATURE_SPREAD) for value in values)
    )


def _write_files(db: sqlite3.Connection, folder: Path, sounds: dict[str, Path]) -> None:
    """Writes the folder of each clip as the library does."""
    store = MediaStore(folder)
    for ids in _chunks(db.execute("SELECT id FROM clips ORDER BY seq").fetchall()):
        stored = clip_sql.read_stored_clips(db, folder, ids)
        checksums = file_sql.read_checksums(db, ids)
        for one in stored:
            store.write_sidecar(one.clip, one.folder, checksums.get(one.clip.id, ()), durable=False)
            if one.clip.path is not None:
                os.link(sounds[one.clip.sha256], one.clip.path)


def _chunks(rows: Iterable[sqlite3.Row]) -> Iterator[list[ClipId]]:
    ids = (ClipId(row["id"]) for row in rows)
    while part := list(islice(ids, _READ_AT_ONCE)):
        yield part


def _saved(name: str, query: str, place: int) -> SavedSearch:
    position = float(_PLAYLISTS + place)
    return SavedSearch(id=new_saved_search_id(), name=name, query=query, position=position)


async def _add_lists(folder: Path, seed: int) -> None:
    """Adds playlists, saved searches, judgements and the words that were searched for."""
    dice = random.Random(seed)
    library = await Library.open(folder)
    try:
        page = await library.clips.page(limit=5_000)
        playlists = [
            Playlist(id=new_playlist_id(), name=f"Playlist {number + 1}", position=float(number))
            for number in range(_PLAYLISTS if page.ids else 0)
        ]
        items = [
            (None, PlaylistItem(new_playlist_item_id(), playlist.id, clip, float(place)))
            for playlist in playlists
            for place, clip in enumerate(dice.sample(page.ids, min(_PLAYLIST_ITEMS, len(page.ids))))
        ]
        searches = [
            (None, _saved(name, query, place)) for place, (name, query) in enumerate(_SEARCHES)
        ]
        await library.lists.replace(
            ListChanges(searches, [(None, playlist) for playlist in playlists], items)
        )
        for _ in range(_JUDGEMENTS if len(page.ids) > 1 else 0):
            pair = tuple(dice.sample(page.ids, 2))
            await library.judgements.add(
                Judgement(
                    id=new_judgement_id(),
                    clips=pair,
                    result=JudgementResult.PREFERRED,
                    winner=pair[0],
                    is_blind=dice.random() < 0.5,
                )
            )
    finally:
        await library.close()

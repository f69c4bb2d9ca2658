"""`python3 -m tests.soak.keep_kills --kills 60`: checks, backups, restores, rebuilds, moves,
imports, and edits of all clips.

With `--made 100000` the library has as many further clips (see `tests.library_maker`), and the
slow ones of these operations are killed within the first seconds; a move then goes on where the
one before was killed.

A library of whole clips is damaged a little (sounds and texts deleted, as accidents do), and a
command that must keep it is killed at a random moment. After each kill a checker that uses nothing
of the program reads database and files: no clip, edit, job or file may be lost, and no file may
have another content under its name. At the end a repair and a backup that nobody kills must make
everything whole. Ends with 1 when anything was lost.
"""

import argparse
import asyncio
import hashlib
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.ids import new_clip_id
from producer_studio.library import Library, MediaKind
from tests.library_maker.filling import Files, make_library
from tests.soak.import_kills import ImportedSongs
from tests.support.program import LIMIT_S, Program, kill_all
from tests.support.signals import tone, write_wave

_OPERATIONS = ("verify", "backup", "restore", "rebuild", "move", "import", "edit")
_LARGE_OPERATIONS = ("verify", "move", "import", "edit")
_LONGEST_LARGE_S = {"verify": 40.0, "move": 40.0, "import": 10.0, "edit": 40.0}
"""Seconds after which operations on a large library are killed at the latest."""

_KILLS_PER_CHECK = 20
"""Kills after which the pages of a large database are checked, which takes a while."""

_DAMAGED_PER_ROUND = 3
_EXPORT_END = " (by service).wav"


@dataclass(frozen=True)
class Manifest:
    """Clips and files at the beginning of a series.

    Attributes:
        titles: Titles of clips by id.
        files: Checksums of media by their path relative to the library.
    """

    titles: dict[str, str]
    files: dict[str, str]


async def fill(folder: Path, clips: int) -> None:
    """Makes a library in which each clip has a sound, a WAV by the service and lyrics."""
    library = await Library.open(folder)
    for number in range(clips):
        clip = Clip(id=new_clip_id(), title=f"Low tide {number}", lyrics="La la", stars=number % 6)
        await library.clips.add([clip])
        paths = {}
        for kind in (MediaKind.AUDIO, MediaKind.EXPORT):
            partial = library.media.partial_path(clip.id, kind)
            write_wave(partial, tone(1.0, 200.0 + number, 0.5))
            paths[kind] = await library.media.store_file(partial, clip, kind)
        await library.clips.update_fields(
            clip.id, path=paths[MediaKind.AUDIO], media=MediaState.READY
        )
    await library.clips.wait_for_sidecars()
    await library.close()


def copy_library(source: Path, folder: Path) -> None:
    """Copies a library that no program has open; the clips' files get further names.

    The program never changes these files: it replaces them.
    """
    folder.mkdir(parents=True)
    for path in source.iterdir():
        if path.is_dir():
            shutil.copytree(path, folder / path.name, copy_function=os.link)
        else:
            shutil.copy(path, folder / path.name)


def take_manifest(library: Path) -> Manifest:
    files = {
        path.relative_to(library).as_posix(): checksum(path)
        for path in library.glob("[0-9]*/**/*.wav")
    }
    with closing(sqlite3.connect(library / "library.db")) as db:
        return Manifest(_read_titles(db), files)


def checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def count_clips(library: Path) -> int:
    with closing(sqlite3.connect(library / "library.db")) as db:
        return int(db.execute("SELECT count(*) FROM clips").fetchone()[0])


def _read_titles(db: sqlite3.Connection) -> dict[str, str]:
    rows = db.execute("SELECT c.id, d.title FROM clips c JOIN details d ON d.seq = c.seq")
    return dict(rows.fetchall())


def find_edit_faults(library: Path, known: Collection[str]) -> list[str]:
    """An edit changes all clips that were there, or none: they are alike in rating, tag and note.

    Args:
        known: Ids of the clips at the beginning. Those that were imported since may lag behind, and
            keep their edits when a backup from before the first edit is restored.
    """
    with closing(sqlite3.connect(library / "library.db")) as db:
        rows = db.execute(
            "SELECT c.id, c.trashed, c.stars, d.tags, d.notes "
            "FROM clips c JOIN details d ON d.seq = c.seq"
        ).fetchall()
    edited = Counter(row[2:] for row in rows if row[4].startswith("note "))
    faults = [
        f"{count} clips have {stars} stars, {tags}, {notes}"
        for (stars, tags, notes), count in edited.items()
        if notes != f"note {stars}" or f"tag {stars}" not in tags
    ]
    notes_of_known = Counter(
        row[4] if row[4].startswith("note ") else ""
        for row in rows
        if row[0] in known and not row[1]
    )
    if len(notes_of_known) > 1:
        faults.append(f"an edit of some clips: {dict(notes_of_known)}")
    return faults


def find_losses(
    library: Path, manifest: Manifest, deleted: set[str], *, is_thorough: bool = True
) -> list[str]:
    """Compares database and files with the manifest, without the program.

    Args:
        is_thorough: Whether SQLite checks the whole database, too.
        deleted: Files that the series itself has deleted; they may be repaired or not yet.
    """
    losses = []
    with closing(sqlite3.connect(library / "library.db")) as db:
        titles = _read_titles(db)
        recorded = {
            f"{folder}/{name}": sha256
            for folder, name, sha256 in db.execute(
                "SELECT d.folder, f.name, f.sha256 FROM files f JOIN clips c ON c.id = f.clip "
                "JOIN details d ON d.seq = c.seq"
            )
        }
        [(state,)] = db.execute("PRAGMA integrity_check") if is_thorough else [("ok",)]
    if state != "ok":
        losses.append(f"the database is damaged: {state}")
    if lost := manifest.titles.items() - titles.items():
        losses.append(f"{len(lost)} clips differ or are lost")
    for name, sha256 in manifest.files.items():
        path = library / name
        if not path.exists():
            if name not in deleted:
                losses.append(f"{name} is lost")
        elif checksum(path) != sha256:
            losses.append(f"{name} is not whole")
        if recorded.get(name) != sha256:
            losses.append(f"the checksum of {name} is {recorded.get(name)}")
    return losses


def damage(library: Path, manifest: Manifest, rng: random.Random) -> set[str]:
    """Deletes a few sounds and texts; returns the names of the sounds."""
    sounds = [name for name in manifest.files if not name.endswith(_EXPORT_END)]
    deleted = set()
    for name in rng.sample(sounds, _DAMAGED_PER_ROUND):
        (library / name).unlink(missing_ok=True)
        (library / name).with_name("lyrics.txt").unlink(missing_ok=True)
        deleted.add(name)
    return deleted


def run_series(
    home: Path,
    kills: int,
    clips: int,
    seed: int,
    operations: Sequence[str] = _OPERATIONS,
    made: int = 0,
    source: Path | None = None,
) -> int:
    """Runs the series and prints what came of it; returns the number of losses.

    Args:
        made: Number of further clips; from 1 on the library is a large one.
        source: Library with these further clips, which stays as it is; made anew, if None.
    """
    rng = random.Random(seed)
    program = Program(home)
    if made and source is not None:
        copy_library(source, program.library)
    elif made:
        make_library(program.library, made, Files.TEXT)
    asyncio.run(fill(program.library, clips))
    manifest = take_manifest(program.library)
    songs = ImportedSongs(home / "songs", rng)
    archive = home / "whole.zip"
    commands = {
        "verify": ("library", "verify", "--repair", "--json"),
        "backup": ("library", "backup", str(home / "new.zip"), "--with-media", "--json"),
        "restore": ("library", "restore", str(archive), "--json"),
        "rebuild": ("library", "rebuild", "--json"),
        "move": ("library", "move", str(home / "moved"), "--json"),
    }
    if "restore" in operations:
        whole = program.run("library", "backup", str(archive), "--with-media", "--json")
        assert whole.code == 0, whole.stderr
    measured = {name: commands[name] for name in commands if name in {*operations, "verify"}}
    lengths_s = _measure_lengths(program, measured, home, is_large=bool(made))
    killed: Counter[str] = Counter()
    losses: list[str] = []
    deleted: set[str] = set()
    began = time.monotonic()
    while killed.total() < kills:
        name = rng.choice(operations)
        deleted |= damage(program.library, manifest, rng)
        if name == "edit":
            process = start_editing(program, rng)
        elif name == "import":
            folder = songs.next_folder()
            process = program.start("library", "import", str(folder), "--json")
        else:
            process = program.start(*commands[name])
        try:
            process.wait(rng.uniform(0.2, 1.05) * lengths_s[name])
        except subprocess.TimeoutExpired:
            kill_all(process)
            killed[name] += 1
        _, stderr = process.communicate(timeout=LIMIT_S)
        assert "Traceback" not in stderr, stderr
        # Opens the library, which finishes what the kill left.
        listed = program.run("library", "lists" if made else "search", "--json")
        assert listed.code == 0, listed.stderr
        is_thorough = not made or killed.total() % _KILLS_PER_CHECK == 0
        found = find_losses(program.library, manifest, deleted, is_thorough=is_thorough)
        found += find_edit_faults(program.library, manifest.titles.keys())
        found += songs.find_losses(program.library)
        found += find_archive_faults(home / "new.zip", manifest, deleted)
        found += take_moved(home / "moved", manifest, deleted)
        (home / "new.zip").unlink(missing_ok=True)
        losses += [f"{name}: {one}" for one in found]
        if made:
            print(f"{killed.total()} {name} {time.monotonic() - began:.0f} s {found}", flush=True)
    ended = program.run("library", "verify", "--repair", "--json")
    last = ended.last()
    losses += [f"at the end: {one}" for one in find_losses(program.library, manifest, set())]
    if ended.code or last["unrepaired"]:
        losses.append(f"the last repair left {last['unrepaired']} files: {ended.stderr}")
    print(f"kills: {killed.total()} ({', '.join(f'{n} {c}' for n, c in killed.items())})")
    print(f"clips: {made + clips}, files: {len(manifest.files)}, repaired: {len(deleted)}")
    print(f"songs imported: {len(songs.written)}, in {songs.finished} folders")
    print(f"seconds of a whole run: { {n: round(s, 1) for n, s in lengths_s.items()} }")
    print(f"lost or not whole: {len(losses)}")
    for one in losses[:20]:
        print(f"  {one}")
    return len(losses)


def _measure_lengths(
    program: Program, commands: dict[str, tuple[str, ...]], home: Path, *, is_large: bool
) -> dict[str, float]:
    """Returns the seconds after which operations are killed at the latest."""
    if is_large:
        return dict(_LONGEST_LARGE_S)
    lengths_s: dict[str, float] = {}
    for name, command in commands.items():
        began = time.monotonic()
        ended = program.run(*command)
        assert ended.code == 0, ended.stderr
        lengths_s[name] = time.monotonic() - began
        (home / "new.zip").unlink(missing_ok=True)
        shutil.rmtree(home / "moved", ignore_errors=True)
    # Both need about the time of a check: the start of the program, and a second of work.
    return lengths_s | dict.fromkeys(("import", "edit"), 2 * lengths_s["verify"])


def start_editing(program: Program, rng: random.Random) -> "subprocess.Popen[str]":
    """Starts edits of all clips, which never end."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.soak.editing", str(rng.randrange(1_000_000))],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=program.environ,
        start_new_session=True,
    )


def take_moved(moved: Path, manifest: Manifest, deleted: set[str]) -> list[str]:
    """A moved library with a database is whole; it is removed, so that the next move begins anew.

    One that was killed stays for the next move to go on with.
    """
    if not (moved / "library.db").exists() or (moved / ".moving-from.json").exists():
        return []
    found = [f"moved: {one}" for one in find_losses(moved, manifest, deleted)]
    shutil.rmtree(moved)
    return found


def find_archive_faults(path: Path, manifest: Manifest, deleted: set[str]) -> list[str]:
    """A backup under its name is whole, or there is none."""
    if not path.exists():
        return []
    with zipfile.ZipFile(path) as archive:
        if archive.testzip() is not None:
            return ["a backup is not whole"]
        missing = manifest.files.keys() - deleted - set(archive.namelist())
    return [f"a backup lacks {len(missing)} files"] if missing else []


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 -m tests.soak.keep_kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--clips", type=int, default=40)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--only", choices=_OPERATIONS, help="one operation (default: all)")
    parser.add_argument("--made", type=int, default=0, help="further clips, such as 100000")
    parser.add_argument(
        "--library",
        type=Path,
        help="has the further clips (tests.library_maker, --files text), and stays as it is",
    )
    parser.add_argument("--folder", type=Path, help="parent of temporary files")
    chosen = parser.parse_args()
    made = chosen.made if chosen.library is None else count_clips(chosen.library)
    usual = _LARGE_OPERATIONS if made else _OPERATIONS
    operations = (chosen.only,) if chosen.only else usual
    with tempfile.TemporaryDirectory(prefix="producer-studio-keep-", dir=chosen.folder) as folder:
        losses = run_series(
            Path(folder), chosen.kills, chosen.clips, chosen.seed, operations, made, chosen.library
        )
        return int(losses > 0)


if __name__ == "__main__":
    raise SystemExit(main())

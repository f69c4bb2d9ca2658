"""`python3 -m tests.soak.keep_kills --kills 60`: checks, backups, restores, rebuilds, moves.

A library of whole clips is damaged a little (sounds and texts deleted, as accidents do), and a
command that must keep it is killed at a random moment. After each kill a checker that uses nothing
of the program reads database and files: no clip, edit, job or file may be lost, and no file may
have another content under its name. At the end a repair and a backup that nobody kills must make
everything whole. Ends with 1 when anything was lost.
"""

import argparse
import asyncio
import hashlib
import random
import shutil
import sqlite3
import subprocess
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.ids import new_clip_id
from producer_studio.library import Library, MediaKind
from tests.support.program import LIMIT_S, Program, kill_all
from tests.support.signals import tone, write_wave

_OPERATIONS = ("verify", "backup", "restore", "rebuild", "move")
_DAMAGED_PER_ROUND = 3
_EXPORT_END = " (by service).wav"


@dataclass(frozen=True)
class Manifest:
    """Clips and files at the beginning of a series.

    Attributes:
        titles: Titles and stars of clips by id.
        files: Checksums of media by their path relative to the library.
    """

    titles: dict[str, tuple[str, int]]
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


def take_manifest(library: Path) -> Manifest:
    files = {
        path.relative_to(library).as_posix(): checksum(path)
        for path in library.glob("[0-9]*/**/*.wav")
    }
    with closing(sqlite3.connect(library / "library.db")) as db:
        return Manifest(_read_titles(db), files)


def checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _read_titles(db: sqlite3.Connection) -> dict[str, tuple[str, int]]:
    rows = db.execute("SELECT c.id, d.title, c.stars FROM clips c JOIN details d ON d.seq = c.seq")
    return {one: (title, stars) for one, title, stars in rows}


def find_losses(library: Path, manifest: Manifest, deleted: set[str]) -> list[str]:
    """Compares database and files with the manifest, without the program.

    Args:
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
        [(state,)] = db.execute("PRAGMA integrity_check")
    if state != "ok":
        losses.append(f"the database is damaged: {state}")
    if titles != manifest.titles:
        losses.append(f"{len(manifest.titles.items() - titles.items())} clips differ or are lost")
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
    home: Path, kills: int, clips: int, seed: int, operations: Sequence[str] = _OPERATIONS
) -> int:
    """Runs the series and prints what came of it; returns the number of losses."""
    rng = random.Random(seed)
    program = Program(home)
    asyncio.run(fill(program.library, clips))
    manifest = take_manifest(program.library)
    archive = home / "whole.zip"
    commands = {
        "verify": ("library", "verify", "--repair", "--json"),
        "backup": ("library", "backup", str(home / "new.zip"), "--with-media", "--json"),
        "restore": ("library", "restore", str(archive), "--json"),
        "rebuild": ("library", "rebuild", "--json"),
        "move": ("library", "move", str(home / "moved"), "--json"),
    }
    assert program.run("library", "backup", str(archive), "--with-media", "--json").code == 0
    lengths_s = {}
    for name, command in commands.items():
        began = time.monotonic()
        ended = program.run(*command)
        assert ended.code == 0, ended.stderr
        lengths_s[name] = time.monotonic() - began
        (home / "new.zip").unlink(missing_ok=True)
        shutil.rmtree(home / "moved", ignore_errors=True)
    killed: Counter[str] = Counter()
    losses: list[str] = []
    deleted: set[str] = set()
    while killed.total() < kills:
        name = rng.choice(operations)
        deleted |= damage(program.library, manifest, rng)
        process = program.start(*commands[name])
        try:
            process.wait(rng.uniform(0.2, 1.05) * lengths_s[name])
        except subprocess.TimeoutExpired:
            kill_all(process)
            killed[name] += 1
        _, stderr = process.communicate(timeout=LIMIT_S)
        assert "Traceback" not in stderr, stderr
        listed = program.run("library", "search", "--json")
        assert listed.code == 0, listed.stderr
        found = find_losses(program.library, manifest, deleted)
        found += find_archive_faults(home / "new.zip", manifest, deleted)
        found += take_moved(home / "moved", manifest, deleted)
        (home / "new.zip").unlink(missing_ok=True)
        losses += [f"{name}: {one}" for one in found]
    ended = program.run("library", "verify", "--repair", "--json")
    last = ended.last()
    losses += [f"at the end: {one}" for one in find_losses(program.library, manifest, set())]
    if ended.code or last["unrepaired"]:
        losses.append(f"the last repair left {last['unrepaired']} files: {ended.stderr}")
    print(f"kills: {killed.total()} ({', '.join(f'{n} {c}' for n, c in killed.items())})")
    print(f"clips: {clips}, files: {len(manifest.files)}, deleted and repaired: {len(deleted)}")
    print(f"seconds of a whole run: { {n: round(s, 1) for n, s in lengths_s.items()} }")
    print(f"lost or not whole: {len(losses)}")
    for one in losses[:20]:
        print(f"  {one}")
    return len(losses)


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
    chosen = parser.parse_args()
    operations = (chosen.only,) if chosen.only else _OPERATIONS
    with tempfile.TemporaryDirectory(prefix="producer-studio-keep-") as folder:
        return int(
            run_series(Path(folder), chosen.kills, chosen.clips, chosen.seed, operations) > 0
        )


if __name__ == "__main__":
    raise SystemExit(main())

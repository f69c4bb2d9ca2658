"""Contents of a library and of the folders beside it, read without the program."""

import hashlib
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

_SHORT_ID = re.compile(r"\[[0-9a-f]{8}\]")
_ID = re.compile(r"[0-9a-f]{8,32}(-[0-9a-f]{4,12})*")
_TIME = re.compile(r"\d{4}-?\d\d-?\d\d[ T]?\d{0,6}[-:.\d]*Z?")
_PASSING = re.compile(
    r"home/(state|cache|data/logs)/|\.lock$|db-(wal|shm)$|-journal$|\.writable$|reserve$"
)
"""Files that come and go, or are made anew at each start."""

_MEDIA = (".wav", ".mp3", ".flac", ".m4a", ".txt", ".zip", ".jpg")
_SAME_EACH_TIME = (".wav",)
"""Exported files without times or random numbers in them."""

_NOTHING = hashlib.sha256().hexdigest()
_ACCOUNTS = "accounts.json"
_COUNTED_TABLES = ("jobs", "presses", "playlists", "saved_searches")


@dataclass(frozen=True)
class State:
    """Contents of a folder.

    Attributes:
        clips: Title, stars, tags, notes, trash, and checksum of the sound, by id.
        files: Checksums by path.
        counts: Number of rows by table.
        problem: What is wrong with the database; empty for nothing.
    """

    clips: Mapping[str, tuple[object, ...]]
    files: Mapping[str, str]
    counts: Mapping[str, int]
    problem: str


def read_state(folder: Path) -> State:
    """Reads the library `home/library` in a folder, and all its files."""
    database = folder / "home" / "library" / "library.db"
    clips: dict[str, tuple[object, ...]] = {}
    counts: dict[str, int] = {}
    problem = ""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
            rows = db.execute(
                "SELECT c.id, d.title, c.stars, d.tags, d.notes, c.trashed, d.path "
                "FROM clips c JOIN details d ON d.seq = c.seq"
            ).fetchall()
            if db.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                problem = "the database is damaged"
            for table in _COUNTED_TABLES:
                counts[table] = db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - ours
        for clip, *values, path in rows:
            clips[clip] = (*values, checksum(database.parent / path) if path else None)
    except sqlite3.Error as error:
        problem = f"the database cannot be read: {error}"
    files = {
        name: checksum(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not _PASSING.search(name := path.relative_to(folder).as_posix())
    }
    return State(clips, files, counts, problem)


def checksum(path: Path) -> str:
    """Returns the checksum of a file, or why there is none; of accounts their names."""
    try:
        if path.name == _ACCOUNTS:
            found = json.loads(path.read_text("utf-8"))["accounts"]
            return " ".join(sorted(one["name"] for one in found))
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        return str(error.strerror)


def find_losses(before: State, after: State, wanted: State) -> list[str]:
    """Returns what was lost, and what is half under a final name.

    Args:
        wanted: State after a run that nothing disturbed: what is not in it may be gone.
    """
    found = [after.problem] if after.problem else []
    sounds = {one[-1] for one in wanted.clips.values()}
    found += [
        f"clip {before.clips[clip][0]} is gone"
        for clip in before.clips.keys() - after.clips.keys()
        if clip in wanted.clips
    ]
    for clip, values in after.clips.items():
        known = before.clips.get(clip)
        has_changed = known is not None and known[-1] != values[-1]
        if known is not None and has_changed and known[-1] in before.files.values():
            found.append(f"the sound of {values[0]} is {values[-1]}")
        elif has_changed and values[-1] not in sounds:
            found.append(f"the sound of {values[0]} is another one: {values[-1]}")
        elif known is None and values[-1] not in sounds:
            found.append(f"the new clip {values[0]} has another sound: {values[-1]}")
    contents, kept = set(after.files.values()), set(wanted.files.values())
    for name, content in before.files.items():
        if name.endswith(_MEDIA) and content in kept and content not in contents:
            found.append(f"the content of {name} is gone")
    found += [
        f"{name} has: {after.files[name]}"
        for name in before.files.keys() & after.files.keys() & wanted.files.keys()
        if name.endswith("accounts.json")
        and after.files[name] not in {before.files[name], wanted.files[name]}
    ]
    whole = {_pattern(name): content for name, content in wanted.files.items()}
    for name, content in after.files.items():
        is_final = not Path(name).name.startswith(".") and ".part" not in name
        if not is_final or before.files.get(name) == content:
            continue
        is_part = name.startswith("out/") and name.endswith(_SAME_EACH_TIME)
        if is_part and whole.get(_pattern(name)) != content:
            found.append(f"{name} is not whole")
        if content == _NOTHING and not name.endswith(".suspect"):
            found.append(f"{name} is empty")
    return found


def find_differences(state: State, wanted: State, tolerated: Collection[str] = ()) -> list[str]:
    """Returns how a state differs from the one after a run that nothing disturbed.

    Args:
        tolerated: Parts of names of files that may be missing, or there as well.
    """
    found = [state.problem] if state.problem else []
    found += _compare("clip", map(str, state.clips.values()), map(str, wanted.clips.values()))
    found += _compare("rows", map(str, state.counts.items()), map(str, wanted.counts.items()))
    here, there = (
        [
            pattern
            for pattern in map(_pattern, one.files)
            if not any(t in pattern for t in tolerated)
        ]
        for one in (state, wanted)
    )
    return found + _compare("file", here, there)


def _compare(
    kind: str, here: "Collection[str] | map[str]", there: "Collection[str] | map[str]"
) -> list[str]:
    found, wanted = Counter(here), Counter(there)
    return [f"{kind} too much: {one}" for one in found - wanted] + [
        f"{kind} missing: {one}" for one in wanted - found
    ]


def _pattern(name: str) -> str:
    """Returns a path with its ids and times replaced."""
    return _ID.sub("ID", _TIME.sub("TIME", _SHORT_ID.sub("[ID]", name)))

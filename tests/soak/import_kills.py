"""Songs that are imported while the program is killed, and what must be true of them afterwards."""

import hashlib
import random
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.support.signals import tone, write_wave

_SONGS_AT_ONCE = 12
_LENGTH_S = 0.3


class ImportedSongs:
    """Folders of new songs; each is imported again and again until all of it is in the library.

    Attributes:
        written: Checksums of all songs so far.
        finished: Number of folders that are in the library completely.
    """

    def __init__(self, folder: Path, rng: random.Random) -> None:
        self._folder = folder
        self._rng = rng
        self._number = 0
        self._current: dict[str, Path] = {}
        self.written: set[str] = set()
        self.finished = 0

    def next_folder(self) -> Path:
        """Returns the folder to import: the one that is not complete, or a new one."""
        folder = self._folder / f"songs {self._number}"
        if self._current:
            return folder
        folder.mkdir(parents=True)
        for place in range(_SONGS_AT_ONCE):
            path = folder / f"Song {self._number}-{place}.wav"
            write_wave(path, tone(_LENGTH_S, self._rng.uniform(100, 4000)))
            self._current[_checksum(path)] = path
        self.written |= self._current.keys()
        return folder

    def find_losses(self, library: Path) -> list[str]:
        """Reads database and files without the program: each clip is whole, and there once."""
        losses = []
        with closing(sqlite3.connect(library / "library.db")) as db:
            rows = db.execute(
                "SELECT c.id, c.sha256, c.media, d.path, d.folder, f.sha256 FROM clips c "
                "JOIN details d ON d.seq = c.seq LEFT JOIN files f ON f.clip = c.id "
                "AND f.name = substr(d.path, length(d.folder) + 2) WHERE c.operation = 'import'"
            ).fetchall()
        seen: set[str] = set()
        for clip, sha256, media, path, folder, recorded in rows:
            if sha256 not in self.written:
                losses.append(f"clip {clip} is of no song")
            if sha256 in seen:
                losses.append(f"the song of clip {clip} is there twice")
            seen.add(sha256)
            if media != "ready" or path is None or recorded != sha256:
                losses.append(f"clip {clip} is half: {media}, {path}, {recorded}")
            elif not (library / path).is_file() or _checksum(library / path) != sha256:
                losses.append(f"the sound of clip {clip} in {folder} is not whole")
        for sha256, path in self._current.items():
            if _checksum(path) != sha256:
                losses.append(f"{path.name} was changed")
        if self._current and self._current.keys() <= seen:
            self._current = {}
            self._number += 1
            self.finished += 1
        return losses


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()

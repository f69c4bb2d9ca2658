"""The catalogue made anew from the clips' folders, and from what else can still be read."""

import logging
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.ids import ClipId, new_clip_id
from producer_studio.files.durability import sync_folder
from producer_studio.library import clips
from producer_studio.library.connection import connect, transaction
from producer_studio.library.files import BY_SERVICE, media_state
from producer_studio.library.migrations import kept_backups, migrate
from producer_studio.library.salvage import salvage
from producer_studio.library.sidecar import NAME, UnreadableSidecar, clip_from_sidecar

log = logging.getLogger(__name__)

_YEAR = re.compile(r"\d{4}")
_SOUNDS = frozenset({".m4a", ".mp3", ".wav", ".flac", ".ogg"})
_TITLE = re.compile(r"^(?P<title>.+) \[[^\]]*\]$")


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came back.

    Attributes:
        unread: How many folders could not be read; they are left as they are.
    """

    clips: int
    jobs: int
    unread: int = 0

    @property
    def told(self) -> str:
        """Such as "12 clips and 3 jobs"."""
        told = f"{_number(self.clips, 'clip')} and {_number(self.jobs, 'job')}"
        if self.unread:
            told += f" ({_number(self.unread, 'folder')} could not be read)"
        return told


def rebuild(folder: Path, target: Path, damaged: Path | None, backups: Path) -> Rebuilt:
    """Writes a new catalogue beside `target` and puts it there when it is whole.

    Args:
        folder: The library's.
        target: Where the catalogue belongs; nothing is there.
        damaged: The one that was set aside, for what can still be read of it.
        backups: Where older copies are, for jobs that can be read nowhere else.
    """
    beside = target.with_name("rebuilding.db")
    for left in (beside, *(_log_files(beside))):
        left.unlink(missing_ok=True)
    with closing(connect(beside, writes=True)) as db:
        migrate(db, backups)
        with transaction(db):
            unread = _add_folders(db, folder)
            # An interrupted rebuilding has set the damaged file aside already.
            aside = damaged or max(target.parent.glob("library damaged *.db"), default=None)
            if aside is not None:
                salvage(db, folder, aside, with_clips=damaged is not None)
            for copy in kept_backups(backups)[:1]:
                salvage(db, folder, copy, with_clips=False)
        count = [db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("clips", "jobs")]  # noqa: S608 - our tables
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    beside.replace(target)
    sync_folder(target.parent)
    return Rebuilt(clips=count[0], jobs=count[1], unread=unread)


def set_aside(path: Path) -> Path:
    """Gives what is left of a catalogue a dated name, with its log; where it is now.

    A log without its database must go too: it would be played into the next one of that name.
    """
    stamp = datetime.now(UTC).strftime("%Y-%m-%d %H%M%S.%f")
    aside = path.with_name(f"library damaged {stamp}.db")
    for old, new in zip((path, *_log_files(path)), (aside, *_log_files(aside)), strict=True):
        if old.exists():
            old.rename(new)
    sync_folder(path.parent)
    return aside


def clip_folders(library: Path) -> Iterator[Path]:
    """Every folder that may be a clip's."""
    for year in sorted(library.iterdir()):
        if not _YEAR.fullmatch(year.name) or not year.is_dir():
            continue
        yield from (folder for folder in sorted(year.iterdir()) if folder.is_dir())


def clip_in(folder: Path) -> Clip | None:
    """The clip a folder tells of; without a readable recipe, the sound under the folder's name.

    Returns:
        None when there is neither a recipe nor a sound.
    """
    sound = _sound_in(folder)
    if sound is None and not (folder / NAME).exists():
        return None
    try:
        clip = clip_from_sidecar((folder / NAME).read_text(encoding="utf-8"), folder)
    except (UnreadableSidecar, UnicodeDecodeError, FileNotFoundError) as error:
        log.warning("No readable recipe in %s: %s", folder, error)
        named = _TITLE.match(folder.name)
        return Clip(
            id=new_clip_id(),
            title=named["title"] if named else folder.name,
            media=MediaState.READY if sound else MediaState.MISSING,
            path=sound,
            media_note="Its recipe could not be read; the sound is here.",
        )
    if clip.media is MediaState.PENDING and sound is not None:
        # It was moved here whole; only the row was not written any more.
        return clip.with_(media=MediaState.READY, path=sound)
    return clip.with_(media=media_state(clip))


def _add_folders(db: sqlite3.Connection, library: Path) -> int:
    """Adds what every folder tells; gives how many could not be read."""
    found: list[tuple[Clip, Path]] = []
    unread = 0
    for folder in clip_folders(library):
        try:
            clip = clip_in(folder)
        except OSError as error:
            log.warning("A folder could not be read: %s", error)
            unread += 1
        else:
            found += [(clip, folder)] if clip else []
    found.sort(key=lambda pair: pair[0].added_at)
    seen: set[ClipId] = set()
    for clip, folder in found:
        # A folder that was copied by hand is a clip of its own.
        own = clip.with_(id=new_clip_id()) if clip.id in seen else clip
        seen.add(own.id)
        clips.insert(db, library, own, folder.relative_to(library).as_posix(), own.added_at)
    return unread


def _sound_in(folder: Path) -> Path | None:
    sounds = [
        Path(entry.path)
        for entry in os.scandir(folder)
        if entry.is_file()
        and Path(entry.name).suffix.lower() in _SOUNDS
        and not entry.name.startswith(".")
        and BY_SERVICE not in entry.name
    ]
    return min(sounds, default=None)


def _log_files(path: Path) -> tuple[Path, Path]:
    return path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"

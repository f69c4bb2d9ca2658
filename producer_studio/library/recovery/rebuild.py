"""Rebuilds the library database from the clips' folders and other readable data."""

import logging
import os
import re
import sqlite3
import stat
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.file_checksum import FileChecksum
from producer_studio.domain.ids import ClipId, new_clip_id
from producer_studio.domain.timestamps import from_unix_time
from producer_studio.files.atomic_write import sync_folder
from producer_studio.files.file_types import AUDIO_SUFFIXES
from producer_studio.files.filenames import safe_filename
from producer_studio.library import clip_sql, file_sql, press_sql, stale_sidecars
from producer_studio.library.backups import list_backup_files
from producer_studio.library.clip_folders import find_unread_folders, iter_clip_folders
from producer_studio.library.column_values import replace_lone_surrogates
from producer_studio.library.connection import connect, transaction
from producer_studio.library.media_store import EXPORT_SUFFIX, actual_media_state
from producer_studio.library.migrations import migrate
from producer_studio.library.path_confinement import (
    clear_path,
    exists_without_following,
    file_type,
    is_plain_file,
    list_matching,
)
from producer_studio.library.recovery.salvage import COPY_NAME, salvage_rows, savepoint_per_row
from producer_studio.library.sidecar import SIDECAR_NAME, UnreadableSidecar, read_sidecar
from producer_studio.translation import join_texts, mark, nmark, sentences

log = logging.getLogger(__name__)

_AUDIO_SUFFIXES = AUDIO_SUFFIXES - {".mp4"}  # .mp4 is the suffix of videos
_FOLDER_NAME = re.compile(r"^(?P<title>.+) \[[^\]]*\]$")


_MAX_NAMED_FOLDERS = 4


@dataclass(frozen=True, slots=True)
class RebuildResult:
    """Result of rebuilding a database.

    Attributes:
        unread: Folders with unreadable content; it is preserved in them.
        has_all_jobs: Whether all jobs of the previous database were recovered.
    """

    clips: int
    jobs: int
    unread: tuple[str, ...] = ()
    has_all_jobs: bool = True

    @property
    def summary(self) -> str:
        """Summary such as "12 clips and 3 jobs"."""
        return mark(
            # Translators: such as "12 clips and 3 jobs".
            "{clips} and {jobs}",
            clips=nmark("{count} clip", "{count} clips", self.clips),
            jobs=nmark("{count} job", "{count} jobs", self.jobs),
        )

    @property
    def message(self) -> str:
        """Message about what may be missing; empty if nothing is."""
        return sentences(self.missing_jobs_message, self.unread_folders_message)

    @property
    def missing_jobs_message(self) -> str:
        """Message about jobs that may be missing; empty if all are there."""
        if self.has_all_jobs:
            return ""
        return mark(
            "Some jobs could not be read, so paid results may be missing here: check your services "
            "for results that have not arrived."
        )

    @property
    def unread_folders_message(self) -> str:
        """Message that names the folders that could not be read completely; empty for none."""
        if not self.unread:
            return ""
        shown = self.unread[:_MAX_NAMED_FOLDERS]
        named = join_texts(mark("“{name}”", name=name) for name in shown)
        if len(self.unread) > _MAX_NAMED_FOLDERS:
            more = len(self.unread) - _MAX_NAMED_FOLDERS
            named = mark("{names} and {more} more", names=named, more=more)
        return mark(
            "Some files could not be read in {folders}. Everything else is in the library; the "
            "unreadable files are left in place.",
            folders=named,
        )


_UNFINISHED_NAME = "rebuilding.db"
_READY_NAME = "rebuilt.db"


def build_database(folder: Path, target: Path, backups: Path, *, is_damaged: bool) -> RebuildResult:
    """Writes a new database beside `target`, for `install_built_database`.

    A damaged database keeps its name meanwhile, so that all of its rows are read again after an
    interruption.

    Args:
        folder: The library's folder.
        target: The path of the database.
        backups: The folder of backups, for jobs that can be read nowhere else.
        is_damaged: Whether `target` is there, with data that can still be read.
    """
    beside = target.with_name(_UNFINISHED_NAME)
    remove_database(beside)
    try:
        result = _fill_database(folder, beside, target if is_damaged else None, backups)
        beside.replace(target.with_name(_READY_NAME))
    except BaseException:
        # On a full disk it would keep the space that the user needs.
        remove_database(beside)
        raise
    sync_folder(target.parent)
    return result


def install_built_database(target: Path) -> None:
    """Gives the database of `build_database` its name, which must be free."""
    target.with_name(_READY_NAME).rename(target)
    sync_folder(target.parent)


def finish_rebuild(folder: Path, target: Path) -> Path | None:
    """Finishes a rebuild that was interrupted, and removes unfinished files.

    Called while no process has the library open.

    Returns:
        The path of the damaged database; None if there was nothing to finish.
    """
    for name in (_UNFINISHED_NAME, COPY_NAME):
        remove_database(folder / name)
    ready = folder / _READY_NAME
    if file_type(target) is not None or file_type(ready) != stat.S_IFREG:
        remove_database(ready)
        return None
    install_built_database(target)
    return _newest_damaged(folder)


def _newest_damaged(folder: Path) -> Path | None:
    return max(list_matching(folder, "library damaged *.db"), default=None)


def _fill_database(
    folder: Path, beside: Path, damaged: Path | None, backups: Path
) -> RebuildResult:
    with closing(connect(beside, writes=True)) as db:
        migrate(db, backups)
        with transaction(db):
            unread = add_clips_from_folders(db, folder) + find_unread_folders(folder)
            # An interrupted rebuild of an earlier version has renamed the damaged file already.
            source = damaged or _newest_damaged(folder)
            has_all_jobs = source is not None and salvage_rows(
                db, folder, source, with_clips=damaged is not None
            )
            for copy in list_backup_files(backups)[:1]:
                salvage_rows(db, folder, copy, with_clips=False)
            press_sql.add_missing_presses(db)
        count = [db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("clips", "jobs")]  # noqa: S608 - our tables
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    names = tuple(
        replace_lone_surrogates(path.relative_to(folder).as_posix())
        for path in dict.fromkeys(unread)
    )
    return RebuildResult(clips=count[0], jobs=count[1], unread=names, has_all_jobs=has_all_jobs)


def remove_database(path: Path) -> None:
    """Removes an unfinished database with its logs, so that another one can be created."""
    for left in (path, *_log_files(path)):
        clear_path(left)


def set_aside(path: Path, why: str = "damaged") -> Path:
    """Renames a damaged database and its log with a date; returns the new path.

    A log without its database must be renamed too: it would be replayed into the next one of that
    name.
    """
    stamp = datetime.now(UTC).strftime("%Y-%m-%d %H%M%S.%f")
    aside = path.with_name(f"library {why} {stamp}.db")
    for old, new in zip((path, *_log_files(path)), (aside, *_log_files(aside)), strict=True):
        if file_type(old) is not None:
            old.rename(new)
    sync_folder(path.parent)
    return aside


@dataclass(frozen=True, slots=True)
class RecoveredClip:
    """Clip recovered from a folder.

    Attributes:
        unread: Description of unreadable recipe content, for the log; empty for none.
        files: Checksums of its files, from its recipe.
    """

    clip: Clip
    folder: Path
    unread: str = ""
    files: tuple[FileChecksum, ...] = ()


def recover_clip(folder: Path) -> RecoveredClip | None:
    """Recovers the clip of a folder; without a readable recipe, the audio under the folder's name.

    Returns:
        None if there is neither a recipe nor audio.

    Raises:
        OSError: The folder cannot be read.
    """
    sound = _find_audio_file(folder)
    if sound is None and not exists_without_following(folder / SIDECAR_NAME):
        return None
    unread = ""
    files: tuple[FileChecksum, ...] = ()
    try:
        sidecar = read_sidecar(folder)
    except FileNotFoundError:
        clip = _clip_from_folder_name(folder, sound)
    except (UnreadableSidecar, OSError) as error:
        clip, unread = _clip_from_folder_name(folder, sound), str(error)
    else:
        clip, unread, files = sidecar.clip, ", ".join(sidecar.unread), sidecar.files
        if not sidecar.has_time:
            clip = clip.with_changes(added_at=_modified_at(folder))
    awaited = clip.media in {MediaState.PENDING, MediaState.READY}
    if awaited and sound is not None and not (clip.path and is_plain_file(clip.path)):
        # It was moved here completely; only its row was not updated any more.
        clip = clip.with_changes(media=MediaState.READY, path=sound)
    return RecoveredClip(clip.with_changes(media=actual_media_state(clip)), folder, unread, files)


_NO_RECIPE = mark("Its recipe could not be read; its audio file is present.")


def _clip_from_folder_name(folder: Path, sound: Path | None) -> Clip:
    named = _FOLDER_NAME.match(folder.name)
    return Clip(
        id=new_clip_id(),
        title=named["title"] if named else folder.name,
        media=MediaState.READY if sound else MediaState.MISSING,
        path=sound,
        media_note=mark("Its recipe could not be read; its audio file is present.")
        if sound
        else "",
        created_at=_modified_at(folder),
        added_at=_modified_at(folder),
    )


def _modified_at(folder: Path) -> datetime:
    """Returns the modification time of a folder, the fallback for a clip's creation time."""
    return from_unix_time(folder.stat().st_mtime)


def add_clips_from_folders(db: sqlite3.Connection, library: Path) -> list[Path]:
    """Adds the clips of folders that the database does not know.

    Returns:
        Folders with unreadable content.
    """
    found: list[RecoveredClip] = []
    unread: list[Path] = []
    known = {row["folder"] for row in db.execute("SELECT folder FROM details")}
    for folder in iter_clip_folders(library):
        if folder.relative_to(library).as_posix() in known:
            continue
        try:
            one = _recover_with_text_names(folder)
        except Exception as error:  # noqa: BLE001 - one folder must not lock the library out
            log.warning("Cannot read folder: %s: %r", folder, error)
            unread.append(folder)
            continue
        if one is not None:
            found.append(one)
            if one.unread:
                log.warning("Skipped unreadable recipe fields in %s: %s", folder, one.unread)
                unread.append(folder)
    found.sort(key=lambda one: one.clip.added_at)
    seen = {ClipId(row["id"]) for row in db.execute("SELECT id FROM clips")}
    behind: list[tuple[ClipId, bool]] = []
    for one in found:
        # A folder that was copied by hand becomes a clip of its own.
        own = one.clip.with_changes(id=new_clip_id()) if one.clip.id in seen else one.clip
        seen.add(own.id)
        if not _insert_recovered(db, library, own, one):
            if not one.unread:
                unread.append(one.folder)
        elif one.unread or own is not one.clip:
            behind.append((own.id, bool(one.unread)))
    if not known:
        stale_sidecars.clear_all_marks(db)
    for clip_id, keeps_old in behind:
        stale_sidecars.mark_clip(db, clip_id, keeps_old=keeps_old)
    return unread


def _recover_with_text_names(folder: Path) -> RecoveredClip | None:
    """Recovers a clip like `recover_clip`; renames folder and audio whose names are not valid text.

    Such names come out of old archives. A database and a recipe cannot store them: the clip would
    be searched, and written, under a name that does not exist.

    Raises:
        OSError: The folder cannot be read, or a name not be changed.
    """
    one = recover_clip(folder)
    if one is None:
        return None
    sound = one.clip.path
    is_sound_named = sound is None or _is_text(sound.name)
    if is_sound_named and _is_text(folder.name):
        return one
    if sound is not None and not is_sound_named:
        _rename(sound, _text_name(sound.stem), sound.suffix)
    return recover_clip(_rename(folder, _text_name(folder.name), ""))


def _is_text(name: str) -> bool:
    return not any("\ud800" <= one <= "\udfff" for one in name)


def _text_name(name: str) -> str:
    """Returns a name with its invalid UTF-8 decoded as Latin-1, as in old archives."""
    return safe_filename(
        "".join(chr(ord(one) & 0xFF) if "\udc80" <= one <= "\udcff" else one for one in name)
    )


def _rename(path: Path, name: str, suffix: str) -> Path:
    """Renames a file or folder unless it has that name already; returns its path."""
    target = path.with_name(f"{name}{suffix}")
    count = 1
    while target.name != path.name and exists_without_following(target):
        count += 1
        target = path.with_name(f"{name} ({count}){suffix}")
    log.warning("Renamed %r to %r", path.name, target.name)
    return path.rename(target)


def _insert_recovered(
    db: sqlite3.Connection, library: Path, clip: Clip, recovered: RecoveredClip
) -> bool:
    """Inserts a clip and returns whether the database accepts it; rolls back if not."""
    with savepoint_per_row(db):
        name = recovered.folder.relative_to(library).as_posix()
        clip_sql.insert_clip(db, library, clip, name, clip.added_at)
        file_sql.write_checksums(db, clip.id, recovered.files)
        return True
    return False


def _find_audio_file(folder: Path) -> Path | None:
    sounds = [
        Path(entry.path)
        for entry in os.scandir(folder)
        if entry.is_file(follow_symlinks=False)
        and Path(entry.name).suffix.lower() in _AUDIO_SUFFIXES
        and not entry.name.startswith(".")
        and EXPORT_SUFFIX not in entry.name
    ]
    return min(sounds, default=None)


def _log_files(path: Path) -> list[Path]:
    return [path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm", "-journal")]

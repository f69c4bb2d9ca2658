"""Backups with media: one ZIP file with the database and the clips' folders, uncompressed."""

import shutil
import stat
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from producer_studio.domain.errors import StorageError
from producer_studio.files.atomic_write import (
    delete_stale_temporary_files,
    rename_exclusively,
    sync_file,
    sync_folder,
    temporary_file,
)
from producer_studio.files.path_checks import is_folder
from producer_studio.library.clip_folders import YEAR
from producer_studio.library.database_copy import reading_copy
from producer_studio.library.internal_files import DATABASE
from producer_studio.library.media_store import LYRICS_NAME, MediaStore
from producer_studio.library.path_confinement import (
    exists_without_following,
    file_type,
    is_plain_file,
    require_inside,
    resolve_inside,
)
from producer_studio.library.recovery.inspection import open_untrusted
from producer_studio.library.sidecar import SIDECAR_NAME
from producer_studio.translation import mark

_EXISTS = mark("“{name}” exists already. Choose another name; nothing was overwritten.")
_NO_FOLDER = mark("The folder “{path}” does not exist. Nothing was written.")
_DAMAGED = mark("“{name}” is damaged: {reason}. The database was not changed.")
_NO_BACKUP = mark(
    "“{name}” is no backup of this program: there is no library database in it. Nothing was "
    "changed."
)
_REPACKED = mark(
    "“{name}” was compressed or encrypted by another program, so it cannot be restored as it is. "
    "Unpack it, pack it again without compression and password, and try again. Nothing was changed."
)
_CHUNK_BYTES = 1 << 20


class ArchivingCancelled(Exception):
    """The caller cancelled the backup; no file was left behind."""


def require_free_name(target: Path) -> None:
    """Requires that a backup can get its name, and removes what killed backups left beside it.

    Raises:
        StorageError: The name exists, or its folder does not.
    """
    if not is_folder(target.parent):
        raise StorageError(_NO_FOLDER.with_values(path=target.parent))
    if exists_without_following(target):
        raise StorageError(_EXISTS.with_values(name=target.name))
    delete_stale_temporary_files(target.parent)


def publish_backup(part: Path, target: Path) -> None:
    """Gives a finished backup its name; never replaces a file.

    Raises:
        StorageError: Another process has made a file of this name meanwhile.
    """
    sync_file(part)
    try:
        rename_exclusively(part, target)
    except FileExistsError as error:
        raise StorageError(_EXISTS.with_values(name=target.name)) from error
    sync_folder(target.parent)


def write_archive(
    library: Path, database: Path, target: Path, is_cancelled: Callable[[], bool]
) -> int:
    """Writes a copy of the database and the folders of its clips into one file; blocking.

    It gets its name when it is complete and on the disk.

    Args:
        database: The copy, which no process has open.

    Returns:
        The number of files in it, without the database.

    Raises:
        ArchivingCancelled: `is_cancelled` returned true.
        StorageError: The name exists.
        OSError: The disk is full, or a file cannot be read.
    """
    with reading_copy(database), open_untrusted(database) as db:
        folders = [row["folder"] for row in db.execute("SELECT folder FROM details ORDER BY seq")]
    files = 0
    with temporary_file(target.parent, mode=0o600) as part:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED, strict_timestamps=False) as archive:
            archive.write(database, DATABASE)
            for name in folders:
                for path in _list_files(library, name):
                    if is_cancelled():
                        raise ArchivingCancelled
                    archive.write(path, f"{name}/{path.name}")
                    files += 1
        publish_backup(part, target)
    return files


def is_archive(path: Path) -> bool:
    """Whether a file is a backup with media, by its content."""
    return is_plain_file(path) and zipfile.is_zipfile(path)


def is_cut_off_archive(path: Path) -> bool:
    """Whether a file begins as an archive with files, whose end is missing."""
    if not is_plain_file(path):
        return False
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04" and not zipfile.is_zipfile(path)


def extract_archive(
    source: Path, library: Path, database: Path, find_problem: Callable[[Path], str]
) -> None:
    """Restores the files of an archive, and writes its database to `database`; blocking.

    A file that is there with the same content stays; one with another content moves to the trash
    folder of the library. Texts that are there stay: they are written from the database. Names
    that are no files of clips, or lead out of the library, are not restored.

    Args:
        find_problem: Returns why a database cannot be restored; called before any file is.

    Raises:
        StorageError: The archive or its database is damaged, another program has compressed or
            encrypted it, or a disk error.
    """
    media = MediaStore(library)
    try:
        with zipfile.ZipFile(source) as archive:
            # Compressed entries could fill the disk from a few bytes; none may be missing either.
            if not all(map(_is_stored, archive.infolist())):
                raise StorageError(_REPACKED.with_values(name=source.name))
            if DATABASE not in archive.namelist():
                raise StorageError(_NO_BACKUP.with_values(name=source.name))
            _extract(archive, archive.getinfo(DATABASE), database)
            if problem := find_problem(database):
                raise StorageError(_DAMAGED.with_values(name=source.name, reason=problem))
            for info in archive.infolist():
                path = _restored_path(library, info)
                if path is not None:
                    _restore_file(archive, info, path, media)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error, ValueError) as error:
        raise StorageError(
            _DAMAGED.with_values(name=source.name, reason=mark("a part of it cannot be read")),
            service_words=str(error),
        ) from error


def _is_stored(info: zipfile.ZipInfo) -> bool:
    is_encrypted = bool(info.flag_bits & 1)
    return not is_encrypted and (info.is_dir() or info.compress_type == zipfile.ZIP_STORED)


def _restored_path(library: Path, info: zipfile.ZipInfo) -> Path | None:
    if info.is_dir():
        return None
    parts = info.filename.split("/")
    if len(parts) < 3 or not YEAR.fullmatch(parts[0]):
        return None
    return resolve_inside(library, info.filename)


def _restore_file(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, media: MediaStore
) -> None:
    is_text = path.name in {SIDECAR_NAME, LYRICS_NAME}
    is_there = file_type(path) is not None
    if is_there and (is_text or _has_content_of(info, path)):
        return
    require_inside(path.parent, media.library)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    delete_stale_temporary_files(path.parent)
    with temporary_file(path.parent) as part:
        _extract(archive, info, part)
        if is_there:
            media.move_to_trash(path)
        part.rename(path)
    sync_folder(path.parent)


def _extract(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> None:
    with archive.open(info) as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy, _CHUNK_BYTES)  # checks the CRC at the end
    sync_file(target)


def _has_content_of(info: zipfile.ZipInfo, path: Path) -> bool:
    if not is_plain_file(path) or path.stat().st_size != info.file_size:
        return False
    crc = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            crc = zlib.crc32(chunk, crc)
    return crc == info.CRC


def _list_files(library: Path, name: str) -> list[Path]:
    """Lists the regular files of a clip's folder, without temporary ones; empty if it is gone.

    Raises:
        OSError: The drive cannot tell: a backup must not lack a file without a word.
    """
    folder = resolve_inside(library, name)
    if folder is None or file_type(folder) != stat.S_IFDIR:
        return []
    return [
        path
        for path in sorted(folder.iterdir())
        if file_type(path) == stat.S_IFREG and not path.name.startswith(".")
    ]

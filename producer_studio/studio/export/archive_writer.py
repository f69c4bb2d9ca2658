"""Writing of all files of an export into one ZIP; blocking."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

from producer_studio.domain.clip import Clip
from producer_studio.files.atomic_write import staging_folder
from producer_studio.files.filenames import MAX_NAME_BYTES, safe_filename
from producer_studio.studio.export.export import ExportSpec
from producer_studio.studio.export.file_writer import ExportItem, WrittenFile, write_file
from producer_studio.translation import mark

_SUFFIX = ".zip"
_ROOM_BYTES = 20
"""For the suffix and the number of a name that exists."""


def write_archive(
    items: Sequence[ExportItem],
    spec: ExportSpec,
    progress: Callable[[float], None],
    is_cancelled: Callable[[], bool],
) -> WrittenFile | None:
    """Writes the files of all clips into one ZIP, which gets its name when it is complete.

    Files are written and added one after another, so that one of them at a time needs space beside
    the archive, on the same disk: that of the system's temporary files may be small. They are not
    compressed, as sound hardly gets smaller; the archive may have any size.

    Returns:
        None if it was cancelled.

    Raises:
        ServiceError: One of the files cannot be written; there is no archive then.
    """
    # It imports no codec, but belongs to the engine that does.
    from producer_studio.audio.output_file import atomic_output, translate_os_errors

    target = spec.folder / archive_name([item.clip for item in items])
    warnings: list[str] = []
    messages: list[str] = []
    try:
        with (
            atomic_output(target) as made,
            translate_os_errors(target),
            staging_folder(made.temporary_path) as folder,
            # Where a clock runs before 1980, files could not be added with its time.
            ZipFile(
                made.temporary_path, "w", ZIP_STORED, allowZip64=True, strict_timestamps=False
            ) as archive,
        ):
            for number, item in enumerate(items):
                report = partial(_report_share, progress, number, len(items))
                inside = replace(spec, folder=folder)
                written = _require_finished(write_file(item, inside, report, is_cancelled))
                warnings += written.warnings
                title = item.clip.display_title
                messages += [
                    mark("{title}: {message}", title=title, message=text)
                    for text in written.messages
                ]
                _move_into(archive, folder)
    except _Cancelled:
        return None
    return WrittenFile(made.final_path, tuple(warnings), tuple(messages))


def archive_name(clips: Sequence[Clip]) -> str:
    """Returns the name of the archive, such as "Low tide and 11 more.zip", as of all files."""
    more = f" and {len(clips) - 1} more" if len(clips) > 1 else ""
    room = MAX_NAME_BYTES - len(more) - _ROOM_BYTES
    title = safe_filename(clips[0].display_title, max_bytes=room, default="Clips")
    return f"{title}{more}{_SUFFIX}"


class _Cancelled(Exception):
    """The caller cancelled; the unfinished archive is deleted."""


def _require_finished(written: WrittenFile | None) -> WrittenFile:
    if written is None:
        raise _Cancelled
    return written


def _report_share(progress: Callable[[float], None], number: int, count: int, share: float) -> None:
    progress(min((number + share) / count, 0.999))


def _move_into(archive: ZipFile, folder: Path) -> None:
    """Adds the new files of a folder, and empties them.

    Their names stay taken, so that files of clips with the same title get different ones.
    """
    for path in sorted(folder.iterdir()):
        if path.stat().st_size:
            archive.write(path, path.name)
            path.write_bytes(b"")

# mypy: untyped-calls-exclude=mutagen
"""Tags and recipes in audio files of all supported formats."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from mutagen import MutagenError
from mutagen.flac import FLAC
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4
from mutagen.wave import WAVE

from producer_studio.audio import id3_tags, mp4_tags, vorbis_tags, wav_tags
from producer_studio.audio.compressed_metadata import reject_large_metadata
from producer_studio.audio.mp4_fast_start import move_index_first
from producer_studio.audio.output_file import translate_os_errors
from producer_studio.audio.tag_set import TagSet, remove_ape_tag_with_urls
from producer_studio.domain.errors import MediaRejected, StorageError
from producer_studio.files.file_types import HEAD_BYTES, ContentKind, detect_file_type
from producer_studio.files.regular_files import open_regular
from producer_studio.translation import mark

if TYPE_CHECKING:
    from mutagen.id3 import ID3

__all__ = ["TagSet", "read_recipe", "write_tags", "write_with_tags"]

log = logging.getLogger(__name__)


def write_tags(path: Path, tags: TagSet) -> None:
    """Replaces the tags of an MP3, WAV, FLAC or M4A file; its audio stays unchanged.

    The format is detected by content, so the name may be temporary.

    Raises:
        MediaRejected: It is none of these formats, or damaged.
        StorageError: The disk rejects the write.
    """
    with translate_os_errors(path):
        write_format_tags(path, tags)


def write_format_tags(path: Path, tags: TagSet) -> None:
    """Like `write_tags`, for a file under a temporary name: errors of the disk are not converted.

    Raises:
        MediaRejected: It is none of these formats, or damaged.
        OSError: The file cannot be read or written.
    """
    try:
        reject_large_metadata(path)
        match _detect_format(path):
            case "mp3":
                remove_ape_tag_with_urls(path)
                sound = MP3(path)
                if sound.tags is None:
                    sound.add_tags()
                id3_tags.set_frames(cast("ID3", sound.tags), tags)
                sound.save(v2_version=4)
            case "wav":
                wav_tags.write_wav_tags(path, tags)
            case "flac":
                flac = FLAC(path)
                vorbis_tags.set_comments(flac, tags)
                flac.save()
            case "m4a":
                mp4 = MP4(path)
                mp4_tags.set_atoms(mp4, tags)
                mp4.save()
                move_index_first(path)
            case _:
                raise MediaRejected(mark("This file type does not support tags."))
    except MutagenError as error:
        raise unwrap_mutagen_error(error) from error
    except RecursionError as error:
        raise MediaRejected(mark("The file is damaged."), service_words=str(error)) from error


def write_with_tags(
    target: Path, part: Path, write: Callable[[], None], tags: TagSet | None
) -> bool:
    """Writes a new file and its tags; a file that does not accept tags is written without.

    Args:
        target: The final path, for error messages.
        part: The temporary path that `write` writes to.
        write: Writes the content; called again if tagging has corrupted the file.
        tags: None for none.

    Returns:
        Whether all tags were written.

    Raises:
        StorageError: The disk rejects the write.
        ServiceError: Errors of `write`.
    """
    attempts = [] if tags is None else [tags, replace(tags, cover=None)]
    for number, one in enumerate(attempts):
        write()
        try:
            with translate_os_errors(target):
                write_format_tags(part, one)
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001 - malformed files can raise anything in parsers
            log.warning("Cannot write tags: %r", error)
        else:
            return number == 0
    write()
    return tags is None


def read_recipe(path: Path) -> dict[str, Any] | None:
    """Reads the recipe that this program wrote into a file; None if there is none.

    Raises:
        StorageError: The file does not exist or cannot be read.
    """
    with translate_os_errors(path):
        try:
            reject_large_metadata(path)
            match _detect_format(path):
                case "mp3":
                    return id3_tags.find_recipe(MP3(path).tags)
                case "wav":
                    return id3_tags.find_recipe(WAVE(path).tags)
                case "flac":
                    return vorbis_tags.find_recipe(FLAC(path))
                case "m4a":
                    return mp4_tags.find_recipe(MP4(path))
                case _:
                    return None
        except MutagenError as error:
            cause = unwrap_mutagen_error(error)
            if isinstance(cause, OSError):
                raise cause from error
            return None
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001 - malformed files can raise anything in parsers
            log.info("Cannot read recipe from file: %r", error)
            return None


def _detect_format(path: Path) -> str:
    with open_regular(path) as file:
        found = detect_file_type(file.read(HEAD_BYTES))
    if found is None:
        return ""
    return "m4a" if found.content is ContentKind.MP4 else found.suffix.removeprefix(".")


def unwrap_mutagen_error(error: MutagenError) -> Exception:
    """Returns the original error: mutagen wraps errors of the operating system."""
    inner = next((part for part in error.args if isinstance(part, OSError)), None)
    return inner or MediaRejected(mark("The file is damaged."), service_words=str(error))

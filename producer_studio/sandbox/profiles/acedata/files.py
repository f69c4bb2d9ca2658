"""File uploads as multipart forms, and their links."""

import asyncio
import re
import uuid
from collections.abc import AsyncIterator
from email.message import Message
from email.parser import BytesHeaderParser
from mmap import ACCESS_READ, mmap
from pathlib import PurePosixPath
from tempfile import TemporaryFile
from typing import IO

from producer_studio.sandbox.media_routes import MediaFiles
from producer_studio.sandbox.profiles.fields import FieldError

#: Start of the names that are served; `part-` means unfinished.
_SERVABLE_NAME = re.compile(r"(?!part-)[a-z]")
_HEAD_LIMIT = 16 * 1024
_MAX_PARTS = 100
_UNSAFE_CHARACTERS = re.compile(r"[^a-z0-9]+")


async def receive_form(
    media_files: MediaFiles, origin: str, content_type: str, chunks: AsyncIterator[bytes]
) -> str:
    """Stores the file of a form, streamed through the disk; returns its link.

    Raises:
        FieldError: The form is incomplete, or has no file.
    """
    with TemporaryFile() as spool:
        async for chunk in chunks:
            spool.write(chunk)
        if not spool.tell():
            raise FieldError("body", "is not a whole multipart form.")
        spool.flush()
        return await asyncio.to_thread(_store_form_file, media_files, origin, content_type, spool)


def _store_form_file(
    media_files: MediaFiles, origin: str, content_type: str, spool: IO[bytes]
) -> str:
    with mmap(spool.fileno(), 0, access=ACCESS_READ) as body:
        name, content = parse_form_file(content_type, body)
        with content:
            return store_file(media_files, origin, name, content)


def parse_form_file(
    content_type: str, body: bytes | mmap, field: str = "file"
) -> tuple[str, memoryview]:
    """Returns name and bytes of the file in one field of a form, without copying the body.

    Raises:
        FieldError: The form is incomplete, or has no such file.
    """
    header = Message()
    header["Content-Type"] = content_type
    boundary = header.get_boundary()
    if header.get_content_type() != "multipart/form-data" or not boundary:
        raise FieldError("body", "must be a multipart form.")
    for start, end in _find_parts(body, b"--" + boundary.encode()):
        head_end = body.find(b"\r\n\r\n", start, min(end, start + _HEAD_LIMIT))
        if head_end < 0:
            continue
        about = BytesHeaderParser().parsebytes(body[start:head_end].lstrip(b"\r\n"))
        name = about.get_param("name", header="content-disposition")
        if name == field and about.get_filename():
            if head_end + 4 >= end:
                raise FieldError(field, "is empty.")
            return str(about.get_filename()), memoryview(body)[head_end + 4 : end]
    raise FieldError(field, "is required.")


def _find_parts(body: bytes | mmap, delimiter: bytes) -> list[tuple[int, int]]:
    """Returns start and end of the parts of a form. Raises FieldError when it is incomplete."""
    found: list[tuple[int, int]] = []
    if body[: len(delimiter)] == delimiter:
        start = len(delimiter)
        while len(found) < _MAX_PARTS and body[start : start + 2] != b"--":
            end = body.find(b"\r\n" + delimiter, start)
            if end < 0:
                break
            found.append((start, end))
            start = end + 2 + len(delimiter)
        else:
            if found:
                return found
    raise FieldError("body", "is not a whole multipart form.")


def store_file(media_files: MediaFiles, origin: str, name: str, content: memoryview) -> str:
    """Stores a file under a name that is valid in a link, and returns the link."""
    file_id = str(uuid.uuid4())
    known = PurePosixPath(name.replace("\\", "/"))
    stem = _UNSAFE_CHARACTERS.sub("-", known.stem.lower()).strip("-")
    suffix = (
        known.suffix.lower() if media_files.is_supported_suffix(known.suffix.lower()) else ".bin"
    )
    if not _SERVABLE_NAME.match(stem):
        stem = f"file-{stem}".rstrip("-")
    kept = f"{stem}{suffix}"
    folder = media_files.folder / file_id
    folder.mkdir()
    part = folder / f"part-{kept}"
    part.write_bytes(content)
    part.rename(folder / kept)
    return media_files.create_link(origin, file_id, kept)

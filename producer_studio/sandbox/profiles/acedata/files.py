"""Files that come as multipart forms, and the links they get."""

import re
import uuid
from email.message import Message
from email.parser import BytesHeaderParser
from pathlib import PurePosixPath

from producer_studio.sandbox.media import MediaShelf
from producer_studio.sandbox.profiles.fields import FieldFault

#: How the names begin that the shelf serves; `part-` means unfinished.
_SERVED = re.compile(r"(?!part-)[a-z]")
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")


def form_file(content_type: str, body: bytes, field: str = "file") -> tuple[str, bytes]:
    """Name and bytes of the file in one field of a form.

    Raises:
        FieldFault: no whole form, or no such file in it.
    """
    header = Message()
    header["Content-Type"] = content_type
    boundary = header.get_boundary()
    if header.get_content_type() != "multipart/form-data" or not boundary:
        raise FieldFault("body", "must be a multipart form.")
    first, *parts = (b"\r\n" + body).split(b"\r\n--" + boundary.encode())
    if first or not parts or not parts[-1].startswith(b"--"):
        raise FieldFault("body", "is not a whole multipart form.")
    for part in parts[:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        about = BytesHeaderParser().parsebytes(head.lstrip(b"\r\n"))
        name = about.get_param("name", header="content-disposition")
        if name == field and about.get_filename():
            if not content:
                raise FieldFault(field, "is empty.")
            return str(about.get_filename()), content
    raise FieldFault(field, "is required.")


def keep(shelf: MediaShelf, origin: str, name: str, content: bytes) -> str:
    """Puts a file on the shelf, under a name that a link can carry, and gives the link."""
    file_id = str(uuid.uuid4())
    known = PurePosixPath(name.replace("\\", "/"))
    stem = _NOT_IN_NAMES.sub("-", known.stem.lower()).strip("-")
    suffix = known.suffix.lower() if shelf.serves(known.suffix.lower()) else ".bin"
    if not _SERVED.match(stem):
        stem = f"file-{stem}".rstrip("-")
    kept = f"{stem}{suffix}"
    folder = shelf.folder / file_id
    folder.mkdir()
    part = folder / f"part-{kept}"
    part.write_bytes(content)
    part.rename(folder / kept)
    return shelf.link(origin, file_id, kept)

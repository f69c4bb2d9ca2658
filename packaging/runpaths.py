"""Takes the folders of the building machine out of where libraries look for others.

A Python that was built from source has its own folder written into the interpreter and every
extension module. On another computer that folder is nobody's, or somebody else's who could put a
library there. What counts from the file itself, `$ORIGIN`, stays.
"""

import struct
from pathlib import Path

_IDENT = b"\x7fELF\x02\x01"
"""64 bits, lowest byte first: all that is built for."""

_LOAD, _DYNAMIC = 1, 2
_NULL, _STRINGS, _RPATH, _RUNPATH = 0, 5, 15, 29
_ENTRY = 16


def drop(folder: Path) -> list[Path]:
    """Rewrites the files that look outside of their own place; returns them."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [path for path in files if not path.is_symlink() and _dropped(path)]


def _dropped(path: Path) -> bool:
    with path.open("rb") as file:
        if file.read(len(_IDENT)) != _IDENT:
            return False
    image = bytearray(path.read_bytes())
    headers = _headers(image)
    dynamic = next((row for row in headers if row[0] == _DYNAMIC), None)
    if dynamic is None:
        return False
    _, start, _, size = dynamic
    entries = [struct.unpack_from("<QQ", image, start + at) for at in range(0, size, _ENTRY)]
    strings = _in_file(dict(entries)[_STRINGS], headers)
    kept = [
        (tag, value)
        for tag, value in entries
        if tag not in {_RPATH, _RUNPATH} or image[strings + value :].startswith(b"$ORIGIN")
    ]
    if len(kept) == len(entries):
        return False
    # As many entries as before: the table ends with its first empty one.
    kept += [(_NULL, 0)] * (len(entries) - len(kept))
    for number, entry in enumerate(kept):
        struct.pack_into("<QQ", image, start + number * _ENTRY, *entry)
    path.write_bytes(image)
    return True


def _headers(image: bytearray) -> list[tuple[int, int, int, int]]:
    """Kind, place in the file, place in memory and size of each part that is loaded."""
    (start,) = struct.unpack_from("<Q", image, 32)
    each, count = struct.unpack_from("<HH", image, 54)
    rows = []
    for number in range(count):
        kind, _, offset, address, _, size = struct.unpack_from(
            "<IIQQQQ", image, start + number * each
        )
        rows.append((kind, offset, address, size))
    return rows


def _in_file(address: int, headers: list[tuple[int, int, int, int]]) -> int:
    for kind, offset, start, size in headers:
        if kind == _LOAD and start <= address < start + size:
            return offset + address - start
    raise ValueError("The table of names is in no part that is loaded.")

"""What a program says of a file beside what the file should say."""

from collections.abc import Mapping
from dataclasses import dataclass

from producer_studio.audio.tag_set import TagSet
from producer_studio.studio.export.tag_settings import build_tags
from tests.readers.files import ExportedFile
from tests.readers.programs import FIELDS, Read, Reader

_EXACT_S = 0.0006
"""Most programs show milliseconds."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Result for one file and one program.

    Attributes:
        agreed: Fields that are as they should be.
        wrong: Fields that are missing or different, with what the program says in their place.
        excused: Fields that RIFF INFO cannot tell, for it names no character set.
        difference_s: By how much the length is above the true one.
        has_right_length: Whether that is within what the program is known to add.
    """

    agreed: tuple[str, ...]
    wrong: Mapping[str, list[str]]
    excused: tuple[str, ...]
    difference_s: float
    has_right_length: bool


def expected(file: ExportedFile) -> dict[str, str]:
    """The fields as every program should show them."""
    tags: TagSet = build_tags(file.clip, None, file.song.labels)
    values = {name: getattr(tags, name) for name in FIELDS if name not in {"bpm", "key"}}
    return values | {"bpm": str(tags.rounded_bpm), "key": tags.id3_key}


def compare(reader: Reader, file: ExportedFile) -> Comparison:
    suffix = file.path.suffix
    read = reader.read(file.path)
    agreed, excused = [], []
    wrong: dict[str, list[str]] = {}
    for name, value in expected(file).items():
        if name in reader.unread.get(suffix, ()):
            continue
        said = read.tags.get(name, [])
        shown = value.replace("\n", reader.line_break)
        if said and all(text == shown for text in said):
            agreed.append(name)
        elif suffix == ".wav" and _is_of_charset(said, value):
            excused.append(name)
        else:
            wrong[name] = said
    difference = _difference(read, file)
    allowed = reader.tolerance_s.get(suffix, _EXACT_S)
    return Comparison(tuple(agreed), wrong, tuple(excused), difference, abs(difference) <= allowed)


def _difference(read: Read, file: ExportedFile) -> float:
    assert read.length_s is not None, file.path
    return read.length_s - file.clip.duration_s


def _is_of_charset(said: list[str], value: str) -> bool:
    """Whether a program takes LIST INFO for another character set than it is in.

    It is in Windows' own where that has the characters, and in UTF-8 otherwise. Programs that read
    the id3 chunk as well have the right text from there.
    """
    content = _in_info(value)
    shown = {content.decode(charset, "replace") for charset in ("utf-8", "cp1252", "latin-1")}
    shown |= {content.decode("cp1252", "ignore"), _as_windows_reads(content)}
    return bool(said) and not value.isascii() and {*said} <= {value, *shown}


def _in_info(value: str) -> bytes:
    try:
        return value.encode("cp1252")
    except UnicodeEncodeError:
        return value.encode("utf-8")


def _as_windows_reads(content: bytes) -> str:
    """Windows-1252 with control characters in its five gaps."""
    return "".join(
        one.decode("cp1252") if _has_cp1252(one) else one.decode("latin-1")
        for one in (content[at : at + 1] for at in range(len(content)))
    )


def _has_cp1252(one: bytes) -> bool:
    try:
        one.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return True

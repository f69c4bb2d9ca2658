"""Declarations of the fields of a clip that are tags of its exported files."""

from producer_studio.domain.clip import MAX_TRACK_NUMBER
from producer_studio.domain.library_change import ChangeKind, ClipField
from producer_studio.library.field_spec import (
    DetailRow,
    FieldSpec,
    ListColumn,
    Search,
    SearchKind,
    Sort,
    SqlColumn,
    ValueKind,
)
from producer_studio.library.field_types import Text, Title
from producer_studio.library.number_types import OptionalCount
from producer_studio.translation import mark

MAX_TAG_LENGTH = 500
MAX_YEAR = 9_999

_TAG = Title(MAX_TAG_LENGTH)


def _searched_tag(name: str, label: str, edit: ClipField, row: int, column: int) -> FieldSpec:
    """Declares a tag that lists are filtered and sorted by."""
    return FieldSpec(
        name=name, attribute=name, label=label, json=name, edit=edit, detail=DetailRow(row),
        column=SqlColumn("clips", name, _TAG, since=7),
        search=Search(SearchKind.CONTAINS_FOLDED, (name,)),
        sort=Sort(f"c.{name}", changed_by=ChangeKind.DETAILS, index_since=0),
        list_column=ListColumn(column, width=96, is_optional=True),
    )  # fmt: skip


EXPORT_FIELDS: tuple[FieldSpec, ...] = (
    _searched_tag("artist", mark("Artist"), ClipField.ARTIST, 151, 4),
    _searched_tag("album", mark("Album"), ClipField.ALBUM, 152, 5),
    FieldSpec(
        name="track_number", attribute="track_number", kind=ValueKind.NUMBER,
        label=mark("Track number"),
        column=SqlColumn("details", "track_number", OptionalCount(MAX_TRACK_NUMBER), since=7),
        json="track_number", edit=ClipField.TRACK, detail=DetailRow(153),
    ),
    _searched_tag("genre", mark("Genre"), ClipField.GENRE, 154, 6),
    FieldSpec(
        name="year", attribute="year", kind=ValueKind.NUMBER, label=mark("Year"),
        column=SqlColumn("details", "year", OptionalCount(MAX_YEAR), since=7),
        json="year", edit=ClipField.YEAR, detail=DetailRow(155),
    ),
    FieldSpec(
        name="comment", attribute="comment", label=mark("Comment"), json="comment",
        column=SqlColumn("details", "comment", Text(), since=7),
        edit=ClipField.COMMENT, detail=DetailRow(156),
    ),
    FieldSpec(
        name="export_lyrics", attribute="export_lyrics", kind=ValueKind.LYRICS,
        label=mark("Lyrics in exports"), json="export_lyrics",
        column=SqlColumn("details", "export_lyrics", Text(), since=7),
        edit=ClipField.EXPORT_LYRICS, detail=DetailRow(201),
    ),
    FieldSpec(
        name="export_cover", attribute="export_cover", label=mark("Cover in exports"),
        json="export_cover", edit=ClipField.EXPORT_COVER, detail=DetailRow(171),
        column=SqlColumn("details", "export_cover", Title(MAX_TAG_LENGTH), since=7),
    ),
)  # fmt: skip
"""In the order of `--json`."""

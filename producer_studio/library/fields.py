"""Declarations of the fields of a clip, one for each.

Rows, migrations, `recipe.json`, edits, search, sort orders, list columns, the inspector and the
command line read them. The order is that of `--json`.
"""

from producer_studio.domain.clip import MediaState
from producer_studio.domain.field_reader import (
    MAX_INTEGER,
    MAX_LENGTH_S,
    MAX_NAME_LENGTH,
    MAX_TITLE_LENGTH,
)
from producer_studio.domain.ids import AccountName, ClipId, JobId, PressId, RemoteId
from producer_studio.domain.library_change import ChangeKind, ClipField
from producer_studio.domain.link_expiry import first_expiry
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe_parser import MAX_FIELD_LENGTH
from producer_studio.library.export_fields import EXPORT_FIELDS
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
from producer_studio.library.field_types import (
    Choice,
    ClipIdentifier,
    FilePath,
    Flag,
    Identifier,
    OptionalIdentifier,
    OptionalTime,
    Tags,
    Text,
    Time,
    Title,
)
from producer_studio.library.json_column_types import LinksJson, RecipeJson, RegistrationsJson
from producer_studio.library.number_types import MAX_STARS, Integer, Number, OptionalInteger
from producer_studio.library.search_only_fields import SEARCH_ONLY_FIELDS
from producer_studio.library.sound_fields import SOUND_FIELDS
from producer_studio.library.text_folding import fold_text
from producer_studio.translation import mark, pmark

_NAME = Text(MAX_NAME_LENGTH)
_STRENGTH = Number(0, 1)
_SECONDS = Number(0, MAX_LENGTH_S)
_MAX_POSITION = 1_000_000


_PRICE = "coalesce(c.charged, -1)"
"""Credits charged for the request that made the clip, less refunds; -1 if unknown."""


def _has_text(text: str) -> int:
    return int(bool(text.strip()))


def _is_given(value: object) -> int:
    return int(value is not None)


def _same_number(value: float | None) -> float | None:
    return value


def _strength(name: str, label: str, position: int, since: int = 1) -> FieldSpec:
    """Declares a strength of the recipe."""
    return FieldSpec(
        name=name,
        attribute=f"recipe.{name}",
        kind=ValueKind.STRENGTH,
        label=label,
        column=SqlColumn("clips", name, _STRENGTH, since, _same_number),
        search=Search(SearchKind.NUMBER, (name,), example=f"{name}:>=0.7", tolerance=0.005),
        sort=Sort(f"coalesce(c.{name}, -1)", descending_first=True, index_since=0),
        list_column=ListColumn(position, width=116, is_right_aligned=True, is_optional=True),
    )


def _part(name: str, column: str, label: str, example: str, position: int) -> FieldSpec:
    """Declares an end of the part of a song that the recipe is about."""
    return FieldSpec(
        name=name,
        attribute=f"recipe.{column}",
        kind=ValueKind.POSITION,
        label=label,
        column=SqlColumn("clips", column, _SECONDS, 6, _same_number),
        search=Search(SearchKind.LENGTH, (name,), example=example),
        sort=Sort(f"coalesce(c.{column}, -1)", index_since=0),
        list_column=ListColumn(position, width=80, is_right_aligned=True, is_optional=True),
    )


CLIP_FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec(
        name="id", attribute="id", label=mark("Id"), json="id", detail=DetailRow(20),
        column=SqlColumn("clips", "id", ClipIdentifier()),
        search=Search(SearchKind.DESCENDANTS, ("root",), label=mark("Family of")),
    ),
    FieldSpec(
        name="remote_id", attribute="remote_id", json="remote_id",
        column=SqlColumn("clips", "remote_id", OptionalIdentifier(RemoteId)),
    ),
    FieldSpec(
        name="title", attribute="title", label=mark("Title"),
        column=SqlColumn("details", "title", Title(MAX_TITLE_LENGTH)),
        search=Search(SearchKind.WORDS, ("title",)),
        sort=Sort("c.title_key", changed_by=ChangeKind.DETAILS), list_column=ListColumn(0),
        json="title", detail=DetailRow(10), edit=ClipField.TITLE,
    ),
    FieldSpec(
        name="title_key", attribute="title",
        column=SqlColumn("clips", "title_key", Text(), derive=fold_text),
    ),
    FieldSpec(
        name="sound", attribute="sound", label=mark("Sound"),
        column=SqlColumn("details", "sound", Text(MAX_FIELD_LENGTH)),
        search=Search(SearchKind.WORDS, ("sound", "style")), json="sound", detail=DetailRow(190),
    ),
    FieldSpec(
        name="lyrics", attribute="lyrics", kind=ValueKind.LYRICS, label=mark("Lyrics"),
        column=SqlColumn("details", "lyrics", Text()),
        search=Search(SearchKind.WORDS, ("lyrics",)), json="lyrics", detail=DetailRow(200),
    ),
    FieldSpec(
        name="operation", attribute="operation", kind=ValueKind.OPERATION, label=mark("Operation"),
        column=SqlColumn("clips", "operation", Choice(Operation, Operation.CREATE)),
        search=Search(SearchKind.OPERATION, ("op", "operation")), json="op",
        sort=Sort("c.operation", index_since=0),
        list_column=ListColumn(8, width=96, is_optional=True),
        detail=DetailRow(40, mark("made by")), fact=DetailRow(60),
    ),
    FieldSpec(
        name="model", attribute="model", kind=ValueKind.NAME, label=mark("Model"),
        column=SqlColumn("clips", "model", _NAME),
        search=Search(SearchKind.CONTAINS, ("model",)), sort=Sort("c.model"),
        list_column=ListColumn(10, width=102, min_list_width=560, is_spoken=True),
        json="model", detail=DetailRow(70), fact=DetailRow(10),
    ),
    FieldSpec(
        name="service", attribute="service", kind=ValueKind.SERVICE, label=mark("Service"),
        column=SqlColumn("clips", "service", _NAME),
        search=Search(SearchKind.CONTAINS, ("service",)), json="service", fact=DetailRow(50),
    ),
    FieldSpec(
        name="account", attribute="account", label=mark("Account"),
        column=SqlColumn("clips", "account", Identifier(AccountName)),
        search=Search(SearchKind.CONTAINS_FOLDED, ("account",)), json="account",
        sort=Sort("c.account", index_since=8),
        list_column=ListColumn(11, width=96, is_optional=True),
        detail=DetailRow(60),
    ),
    FieldSpec(
        name="seed", attribute="seed", kind=ValueKind.SEED, label=mark("Seed"),
        column=SqlColumn("clips", "seed", _NAME), search=Search(SearchKind.EXACT, ("seed",)),
        sort=Sort("CAST(c.seed AS REAL)", index_since=8),
        list_column=ListColumn(26, width=96, is_optional=True),
        json="seed", detail=DetailRow(80), fact=DetailRow(20),
    ),
    FieldSpec(
        name="press", attribute="press", json="press",
        column=SqlColumn("clips", "press", OptionalIdentifier(PressId), since=6),
        search=Search(SearchKind.PREFIX, ("press",), label=mark("Press")),
    ),
    FieldSpec(
        name="take", attribute="take", label=mark("Take"), json="take",
        column=SqlColumn("clips", "take", OptionalInteger(_MAX_POSITION), since=6),
        search=Search(SearchKind.NUMBER, ("take",), example="take:2 or take:<3"),
        sort=Sort("coalesce(c.take, 0)", index_since=8),
        list_column=ListColumn(28, width=52, is_optional=True),
    ),
    FieldSpec(
        name="take_of_takes", label=mark("Take"), detail=DetailRow(15),
        compute=lambda clip: clip.take_of_takes,
    ),
    FieldSpec(
        name="takes", attribute="takes",
        column=SqlColumn("clips", "takes", Integer(_MAX_POSITION), since=6),
    ),
    *SOUND_FIELDS,
    FieldSpec(
        name="created", attribute="created_at", kind=ValueKind.TIME, label=mark("Made"),
        column=SqlColumn("details", "created_at", Time()), json="created_at", detail=DetailRow(120),
        fact=DetailRow(90),
    ),
    FieldSpec(
        name="path", attribute="path", kind=ValueKind.AUDIO_FILE, label=mark("File"),
        column=SqlColumn("details", "path", FilePath()), json="path", detail=DetailRow(160),
    ),
    FieldSpec(
        name="sha256", attribute="sha256", json="sha256",
        column=SqlColumn("clips", "sha256", Text(MAX_NAME_LENGTH), since=6),
    ),
    FieldSpec(
        name="size_bytes", attribute="size_bytes", json="size_bytes",
        column=SqlColumn("details", "size_bytes", OptionalInteger(), since=6),
    ),
    FieldSpec(
        name="parent", attribute="parent", json="parent",
        column=SqlColumn("clips", "parent", OptionalIdentifier(ClipId)),
        search=Search(SearchKind.PREFIX, ("parent",), label=mark("Made from")),
    ),
    FieldSpec(
        name="stem", attribute="stem", column=SqlColumn("clips", "stem", _NAME), json="stem"
    ),
    FieldSpec(
        name="recipe", attribute="recipe", column=SqlColumn("details", "recipe", RecipeJson()),
        json="recipe",
    ),
    FieldSpec(
        name="part", attribute="recipe", kind=ValueKind.PART, label=mark("Part"),
        detail=DetailRow(50),
    ),
    FieldSpec(
        name="strengths", attribute="recipe", kind=ValueKind.STRENGTHS, label=mark("Strengths"),
        detail=DetailRow(90), fact=DetailRow(30),
    ),
    _strength("lyrics_strength", mark("Lyrics strength"), 36),
    _strength("sound_strength", mark("Sound strength"), 37),
    _strength("weirdness", mark("Weirdness"), 38),
    _strength("cover_strength", mark("Cover strength"), 39, since=6),
    _part("from", "starts_at_s", mark("Part from"), "from:<1:30", 42),
    _part("to", "ends_at_s", mark("Part to"), "to:>2:00", 43),
    FieldSpec(
        name="instrumental", attribute="recipe.instrumental", kind=ValueKind.FLAG,
        label=mark("Instrumental"), column=SqlColumn("clips", "instrumental", Flag(), derive=int),
        fact=DetailRow(40),
    ),
    FieldSpec(
        name="rating", attribute="stars", kind=ValueKind.RATING, label=mark("Rating"),
        column=SqlColumn("clips", "stars", Integer(MAX_STARS)),
        search=Search(SearchKind.NUMBER, ("stars", "rating"), example="stars:>3"),
        sort=Sort("c.stars", descending_first=True, changed_by=ChangeKind.DETAILS),
        list_column=ListColumn(30, width=72, min_list_width=380, is_spoken=True),
        json="stars", detail=DetailRow(130, mark("stars")), edit=ClipField.STARS,
    ),
    FieldSpec(
        name="favourite", attribute="favourite", kind=ValueKind.FLAG, label=mark("Favourite mark"),
        column=SqlColumn("clips", "favourite", Flag()),
        search=Search(SearchKind.YES_NO, ("fav", "favourite", "favorite"), flag="favourite"),
        json="favourite", edit=ClipField.FAVOURITE,
    ),
    FieldSpec(
        name="heard", attribute="heard", kind=ValueKind.FLAG,
        column=SqlColumn("clips", "heard", Flag()),
        search=Search(SearchKind.YES_NO, ("unheard",), flag="unheard", label=mark("Unheard")),
        edit=ClipField.HEARD,
    ),
    FieldSpec(
        name="plays", attribute="plays", kind=ValueKind.NUMBER, label=mark("Plays"),
        column=SqlColumn("clips", "plays", Integer(), since=6), json="plays",
        search=Search(SearchKind.NUMBER, ("plays",), example="plays:>3"),
        sort=Sort("c.plays", descending_first=True, changed_by=ChangeKind.DETAILS),
        list_column=ListColumn(
            32, width=64, is_right_aligned=True, is_optional=True, heading=pmark("column", "Plays")
        ),
    ),
    FieldSpec(
        name="played_at", attribute="played_at", json="played_at",
        column=SqlColumn("details", "played_at", OptionalTime(), since=6),
    ),
    FieldSpec(
        name="added", attribute="added_at", kind=ValueKind.AGE, label=mark("Added"),
        column=SqlColumn("details", "added_at", Time()),
        search=Search(
            SearchKind.DATE, ("added", "date"), "seq",
            example="added:<7d, added:today, added:last-month or added:2026-02",
        ),
        sort=Sort("c.seq", descending_first=True),
        list_column=ListColumn(
            40, width=68, min_list_width=480, heading=pmark("column", "Added")
        ),
    ),
    FieldSpec(
        name="tags", attribute="tags", kind=ValueKind.TAGS, label=mark("Tags"),
        column=SqlColumn("details", "tags", Tags()),
        search=Search(SearchKind.WORDS, ("tag", "tags")), json="tags", detail=DetailRow(140),
        edit=ClipField.TAGS,
    ),
    FieldSpec(
        name="notes", attribute="notes", label=mark("Notes"),
        column=SqlColumn("details", "notes", Text()),
        search=Search(SearchKind.WORDS, ("note", "notes")), detail=DetailRow(150),
        json="notes", edit=ClipField.NOTES,
    ),
    *EXPORT_FIELDS,
    FieldSpec(
        name="media", attribute="media", json="media",
        column=SqlColumn("clips", "media", Choice(MediaState, MediaState.READY)),
    ),
    FieldSpec(
        name="media_note", attribute="media_note",
        column=SqlColumn("details", "media_note", Text(10 * MAX_NAME_LENGTH)),
    ),
    FieldSpec(
        name="cover", attribute="cover", kind=ValueKind.FILE, label=mark("Cover"),
        column=SqlColumn("details", "cover", FilePath()), json="cover", detail=DetailRow(170),
    ),
    FieldSpec(
        name="video", attribute="video", kind=ValueKind.FILE, label=mark("Video"),
        column=SqlColumn("details", "video", FilePath()), json="video", detail=DetailRow(180),
    ),
    FieldSpec(
        name="has_lyrics", attribute="lyrics",
        column=SqlColumn("clips", "has_lyrics", Flag(), derive=_has_text),
    ),
    FieldSpec(
        name="has_cover", attribute="cover",
        column=SqlColumn("clips", "has_cover", Flag(), derive=_is_given),
    ),
    FieldSpec(
        name="has_video", attribute="video",
        column=SqlColumn("clips", "has_video", Flag(), derive=_is_given),
    ),
    FieldSpec(
        name="job", attribute="job", column=SqlColumn("clips", "job", OptionalIdentifier(JobId))
    ),
    FieldSpec(
        name="position", attribute="position",
        column=SqlColumn("clips", "position", Integer(_MAX_POSITION)),
    ),
    FieldSpec(
        name="registered", attribute="registered",
        column=SqlColumn("details", "registered", RegistrationsJson(), since=2),
    ),
    FieldSpec(
        name="links", attribute="links", column=SqlColumn("details", "links", LinksJson())
    ),
    FieldSpec(
        name="links_end", kind=ValueKind.EXPIRY, label=mark("Links"), json="links_end_at",
        compute=lambda clip: first_expiry(clip.links), detail=DetailRow(185), fact=DetailRow(95),
    ),
    FieldSpec(
        name="trashed_at", attribute="trashed_at", edit=ClipField.TRASHED,
        column=SqlColumn("details", "trashed_at", OptionalTime()),
    ),
    FieldSpec(
        name="trashed", attribute="trashed_at",
        column=SqlColumn("clips", "trashed", Flag(), derive=_is_given),
    ),
    FieldSpec(
        name="price", kind=ValueKind.CREDITS, label=mark("Price"),
        column=SqlColumn("clips", "charged", Number(0, MAX_INTEGER), since=8),
        search=Search(SearchKind.NUMBER, ("price", "credits"), "", _PRICE, -1, "price:<=10"),
        sort=Sort(_PRICE, descending_first=True, index_since=8),
        list_column=ListColumn(34, width=88, is_right_aligned=True, is_optional=True),
    ),
    *SEARCH_ONLY_FIELDS,
)  # fmt: skip

STORED_FIELDS = tuple(
    (spec, column)
    for spec in CLIP_FIELDS
    if (column := spec.column) is not None and column.derive is None and spec.attribute
)
"""Fields with a column that holds the attribute; they are also in `recipe.json`."""

SORTS = {spec.name: spec.sort for spec in CLIP_FIELDS if spec.sort is not None}
"""Sort orders of lists, by the name of their field."""

SEARCHES = {
    name: search
    for spec in CLIP_FIELDS
    if (search := spec.resolve_search()) is not None
    for name in search.names
}
"""Search fields, by their names and aliases."""

SEARCH_FIELDS = tuple(dict.fromkeys(search.names[0] for search in SEARCHES.values()))
"""Every search field by its name, for completion."""

LIST_COLUMNS = tuple(
    sorted(
        ((spec, shown) for spec in CLIP_FIELDS if (shown := spec.list_column) is not None),
        key=lambda pair: pair[1].position,
    )
)
"""Columns of the list of clips, from left to right."""

DETAIL_ROWS = tuple(
    sorted(
        ((spec, row) for spec in CLIP_FIELDS if (row := spec.detail) is not None),
        key=lambda pair: pair[1].position,
    )
)
"""Rows of `library show`."""

FACT_ROWS = tuple(
    sorted(
        ((spec, row) for spec in CLIP_FIELDS if (row := spec.fact) is not None),
        key=lambda pair: pair[1].position,
    )
)
"""Rows of the inspector's section about how a clip was made."""

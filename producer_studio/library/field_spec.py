"""Parts of the declaration of a clip field; `fields` has the declarations."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto
from operator import attrgetter
from pathlib import Path
from typing import Any, Literal

from producer_studio.domain.clip import Clip
from producer_studio.domain.library_change import ChangeKind, ClipField
from producer_studio.library.field_names import FIELD_NAMES
from producer_studio.library.field_types import FieldType, SqlValue


class ValueKind(Enum):
    """Kind of a value, by which window and command line choose its format."""

    TEXT = auto()
    NAME = auto()
    """Short text, shown as a badge."""
    NUMBER = auto()
    """Whole number; 0 is not shown."""
    FLAG = auto()
    LENGTH = auto()
    """Seconds."""
    LOUDNESS = auto()
    TRUE_PEAK = auto()
    TEMPO = auto()
    RATING = auto()
    TIME = auto()
    """Date and time."""
    AGE = auto()
    """Time, shown as a day that is near or far."""
    TAGS = auto()
    OPERATION = auto()
    SEED = auto()
    KEY = auto()
    """Musical key."""
    CREDITS = auto()
    SERVICE = auto()
    AUDIO_FILE = auto()
    FILE = auto()
    STRENGTHS = auto()
    """Strengths of a recipe."""
    STRENGTH = auto()
    """One of them, from 0 to 1."""
    POSITION = auto()
    """Seconds from the start of a song, which may be 0."""
    PRESET = auto()
    """Name of the preset that a clip was made from."""
    PART = auto()
    """Part of a song that a recipe is about."""
    LYRICS = auto()
    EXPIRY = auto()
    """Time at which something ends, shown as the time that is left."""


@dataclass(frozen=True, slots=True)
class SqlColumn:
    """Column of a stored field.

    Attributes:
        table: `clips` if lists are filtered or sorted by it, else `details`.
        since: Version of the schema that added it; migrations add it from this declaration.
        derive: Computes the column from the attribute, for a column that is only searched or
            sorted by; None for a column that holds the attribute.
    """

    table: Literal["clips", "details"]
    name: str
    type: FieldType[Any]
    since: int = 1
    derive: Callable[[Any], SqlValue] | None = None

    @property
    def sql_name(self) -> str:
        """Name in queries, where `c` is the row of `clips` and `d` that of `details`."""
        return f"{self.table[0]}.{self.name}"

    @property
    def definition(self) -> str:
        """Definition in SQL, with the value that older rows get."""
        default = self.type.default
        literal = f"'{default}'" if isinstance(default, str) else default
        added = "" if default is None else f" DEFAULT {literal}"
        return f"{self.name} {self.type.sql}{added}"

    def to_sql(self, value: Any, library: Path) -> SqlValue:  # noqa: ANN401 - fields have many types
        """Converts an attribute's value for this column."""
        return self.type.to_column(value, library) if self.derive is None else self.derive(value)


class SearchKind(Enum):
    """Way in which `field:value` of a query matches."""

    WORDS = auto()
    """Words of the index."""
    NUMBER = auto()
    """Number or range of numbers."""
    TEMPO = auto()
    """Like NUMBER; `~84` also matches half and double."""
    LEVEL = auto()
    """Number or range of decibels, which may be negative."""
    LENGTH = auto()
    """Number or range of seconds, minutes and hours."""
    DATE = auto()
    """Date, age or range of them."""
    KEY = auto()
    """A key; `~Am` also matches related ones."""
    OPERATION = auto()
    CONTAINS = auto()
    CONTAINS_FOLDED = auto()
    """Like CONTAINS, for texts of the user: ignoring case and accents of any script."""
    EXACT = auto()
    PREFIX = auto()
    DESCENDANTS = auto()
    """Clips derived from one."""
    OPPONENT = auto()
    """Clips with an outcome against another clip, or against any."""
    SIMILAR = auto()
    """Clips that sound like one, most alike first."""
    LIST = auto()
    """Clips of a playlist, or of a saved search."""
    FLAGS = auto()
    """One of several words, as in `has:video`."""
    YES_NO = auto()


@dataclass(frozen=True, slots=True)
class SearchFlag:
    """Word after `has:` or `is:`.

    Attributes:
        condition: SQL condition on the row `c`.
        aliases: Further spellings.
    """

    name: str
    condition: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Search:
    """Search field.

    Attributes:
        names: Its name in queries, which is completed, and then its aliases.
        column: Column of `clips`, or of the word index; default that of the field.
        expression: SQL in place of the column of `clips`.
        unknown: Number that the expression has in place of NULL, below all known ones. With it, the
            expression is that of an index.
        example: Query that is shown when a value cannot be read.
        tolerance: Largest difference by which a plain number still matches.
        flags: Words of a field of kind FLAGS.
        flag: Flag that a field of kind YES_NO stands for; outcome that one of kind OPPONENT does.
        label: Label in place of the field's.
    """

    kind: SearchKind
    names: tuple[str, ...]
    column: str = ""
    expression: str = ""
    unknown: float | None = None
    example: str = ""
    tolerance: float = 0.5
    flags: tuple[SearchFlag, ...] = ()
    flag: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Sort:
    """Sort order by a field.

    Attributes:
        expression: SQL; it must never be NULL, as a page continues after the last value.
        descending_first: Whether large values come first when the order is chosen.
        changed_by: Kind of change that can move a clip in this order; None for none.
        index_since: Version of the schema that added an index of this order; 0 for none. None is
            the version that added the column.
    """

    expression: str
    descending_first: bool = False
    changed_by: ChangeKind | None = None
    index_since: int | None = None

    @property
    def has_index(self) -> bool:
        """Whether an index has this order, so that a list in it needs no sorting."""
        return self.index_since != 0


@dataclass(frozen=True, slots=True)
class ListColumn:
    """Column of the list of clips.

    Attributes:
        position: Order among the columns; larger values are further right.
        width: Pixels at a text size of 100 %; 0 for the one that takes the remaining width.
        min_list_width: Width of the narrowest list that shows the column by default.
        is_right_aligned: Whether its texts end at its right edge.
        is_spoken: Whether screen readers read it with the row, even if the list is too narrow.
        is_optional: Whether it is shown only if the user has chosen it.
        heading: Heading in place of the field's label.
    """

    position: int
    width: int = 0
    min_list_width: int = 0
    is_right_aligned: bool = False
    is_spoken: bool = False
    is_optional: bool = False
    heading: str = ""


@dataclass(frozen=True, slots=True)
class DetailRow:
    """Row of a list of details.

    Attributes:
        position: Order among the rows; larger values are further down.
        label: Label in place of the field's.
    """

    position: int
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """Declaration of one field of a clip.

    Attributes:
        name: Unique name, by which settings remember a sort order.
        attribute: Attribute of `Clip`; also the key in `recipe.json` of one that is stored.
        label: Heading of its column, and label of its value.
        column: Column of the database; None for a value that is computed. One of a field without an
            attribute is filled by triggers of the schema alone.
        json: Key in the output of `--json`; empty if it is not part of it.
        detail: Row of `library show`.
        fact: Row of the inspector.
        edit: Key of its edits, if users can edit it.
        compute: Computes the value of a field without an attribute.
    """

    name: str
    attribute: str = ""
    kind: ValueKind = ValueKind.TEXT
    label: str = ""
    column: SqlColumn | None = None
    search: Search | None = None
    sort: Sort | None = None
    list_column: ListColumn | None = None
    json: str = ""
    detail: DetailRow | None = None
    fact: DetailRow | None = None
    edit: ClipField | None = None
    compute: Callable[[Clip], object] | None = None

    @property
    def name_in_text(self) -> str:
        """The label within a sentence."""
        return FIELD_NAMES.get(self.label, self.label.lower())

    @property
    def heading(self) -> str:
        """Heading of its column in the list."""
        own = "" if self.list_column is None else self.list_column.heading
        return own or self.label

    def value(self, clip: Clip) -> Any:  # noqa: ANN401 - fields have many types
        return self.compute(clip) if self.compute else attrgetter(self.attribute)(clip)

    def resolve_search(self) -> Search | None:
        """Returns the search field with its column and expression."""
        if self.search is None:
            return None
        column = self.search.column or (self.column.name if self.column is not None else "")
        expression = self.search.expression or f"c.{column}"
        return replace(self.search, column=column, expression=expression)

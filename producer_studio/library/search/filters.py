"""Filter types of parsed query terms."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WordFilter:
    """Match of words in the index.

    Attributes:
        text: The words, in order.
        column: `title`, `sound`, `lyrics`, `tags` or `notes`; empty for any of them.
        exact: Whether the last word must match completely, not only as a prefix.
    """

    text: str
    column: str = ""
    exact: bool = False


@dataclass(frozen=True, slots=True)
class RangeFilter:
    """Numeric range; None is unbounded.

    Attributes:
        column: A numeric column of the clips.
        with_low: Whether the lower bound is inclusive.
        with_high: Whether the upper bound is inclusive.
    """

    column: str
    low: float | None = None
    high: float | None = None
    with_low: bool = True
    with_high: bool = True


@dataclass(frozen=True, slots=True)
class NearFilter:
    """Column that is near one of several numbers.

    Attributes:
        column: A numeric column of the clips.
        ranges: Lower and upper bound of each, both inclusive.
    """

    column: str
    ranges: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class OneOfFilter:
    """Column that equals one of several values, ignoring case."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SubstringFilter:
    """Column that contains a text, or begins with it."""

    column: str
    text: str
    from_start: bool = False


@dataclass(frozen=True, slots=True)
class DescendantFilter:
    """Clips derived, in any number of steps, from the one with this id prefix, and itself."""

    start: str


@dataclass(frozen=True, slots=True)
class FlagFilter:
    """Boolean property of a clip."""

    name: str


@dataclass(frozen=True, slots=True)
class OpponentFilter:
    """Clips with an outcome in a comparison.

    Attributes:
        outcome: "won" or "lost".
        opponent: Id prefix of the clip that has the other outcome; empty for any.
    """

    outcome: str
    opponent: str = ""


@dataclass(frozen=True, slots=True)
class ListFilter:
    """Clips of a playlist, or of a saved search.

    Attributes:
        name: Its name, or a part of it.
        exact: Whether it is the whole name.
        searches: SQL conditions of the saved searches with such a name, and the values bound to
            their question marks; `list_terms` adds them.
    """

    name: str
    exact: bool = False
    searches: tuple[tuple[str, tuple[str | float, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class SimilarFilter:
    """Clips that sound like the one with this id prefix.

    Attributes:
        found: The clips, most alike first; `list_terms` finds them.
    """

    start: str
    found: tuple[str, ...] = ()


SearchFilter = (
    WordFilter
    | RangeFilter
    | NearFilter
    | OneOfFilter
    | SubstringFilter
    | DescendantFilter
    | FlagFilter
    | OpponentFilter
    | ListFilter
    | SimilarFilter
)

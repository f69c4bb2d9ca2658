"""What a term of a query asks for, before it is put into SQL."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WordFilter:
    """Words of the index.

    Attributes:
        text: The words, in order.
        column: `title`, `sound`, `lyrics`, `tags` or `notes`; empty for any of them.
        exact: Whether the last word must end where it ends.
    """

    text: str
    column: str = ""
    exact: bool = False


@dataclass(frozen=True, slots=True)
class RangeFilter:
    """A number between two bounds; None leaves a side open.

    Attributes:
        column: A numeric column of the clips.
        with_low: Whether the lower bound itself counts.
        with_high: Whether the upper bound itself counts.
    """

    column: str
    low: float | None = None
    high: float | None = None
    with_low: bool = True
    with_high: bool = True


@dataclass(frozen=True, slots=True)
class OneOfFilter:
    """A column that is one of some values, whatever the case of their letters."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SubstringFilter:
    """A column that contains a text, or begins with it."""

    column: str
    text: str
    from_start: bool = False


@dataclass(frozen=True, slots=True)
class DescendantFilter:
    """Clips made, over any number of steps, from the one whose id begins so; itself included."""

    start: str


@dataclass(frozen=True, slots=True)
class FlagFilter:
    """Something that a clip is or has."""

    name: str


SearchFilter = (
    WordFilter | RangeFilter | OneOfFilter | SubstringFilter | DescendantFilter | FlagFilter
)

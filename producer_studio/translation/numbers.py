"""Numbers as the language of the process writes them, or as another one does."""

from typing import Self

from producer_studio.translation.active import language
from producer_studio.translation.languages import NARROW_SPACE, DisplayLanguage

_MINUS = "\u2212"


class FixedDecimal(float):
    """Number that a text shows with exactly so many decimals; other values have at most two."""

    __slots__ = ("decimals",)

    decimals: int

    def __new__(cls, value: float, decimals: int) -> Self:
        # Never "−0.0".
        made = super().__new__(cls, round(value, decimals) + 0.0)
        made.decimals = decimals
        return made


def unrounded(number: float) -> FixedDecimal:
    """Returns a number that a text shows with all of its decimals, at most six."""
    return FixedDecimal(number, len(f"{number:.6f}".rstrip("0").partition(".")[2]))


def format_count(count: int, chosen: DisplayLanguage | None = None) -> str:
    """Formats a whole number such as "1 482"; in German "1.482"."""
    return _localised(f"{count:,}", chosen or language())


def format_decimal(number: float, decimals: int, chosen: DisplayLanguage | None = None) -> str:
    """Formats a number with exactly so many decimals, such as "1 240.50"; a true minus sign."""
    return _localised(f"{number:,.{decimals}f}", chosen or language())


def format_shortest(number: float, decimals: int = 2, chosen: DisplayLanguage | None = None) -> str:
    """Formats a number with at most so many decimals, such as "2.5" or "1 240"."""
    text = f"{number:,.{decimals}f}"
    return _localised(text.rstrip("0").rstrip(".") if decimals else text, chosen or language())


def format_typed(number: float, decimals: int = 2) -> str:
    """Formats a number for a field in which it is edited: without groups of thousands."""
    return format_shortest(number, decimals).replace(language().group_separator, "")


def _localised(text: str, chosen: DisplayLanguage) -> str:
    """Replaces the separators of Python's format by those of the language."""
    whole, point, fraction = text.partition(".")
    decimals = chosen.decimal_point if point else ""
    return whole.replace(",", chosen.group_separator).replace("-", _MINUS) + decimals + fraction


def parse_decimal(text: str) -> float:
    """Parses a number that a user typed; spaces are ignored.

    A comma or a point separates the decimals in all languages, because people type either; but the
    group separator of the language, with three digits after it, separates thousands.

    Raises:
        ValueError: It is not a number.
    """
    plain = "".join(text.split()).replace(NARROW_SPACE, "").replace(_MINUS, "-")
    chosen = language()
    whole, point, fraction = plain.partition(chosen.decimal_point)
    head, *groups = whole.lstrip("-").split(chosen.group_separator)
    if groups and head.strip("0") and all(len(part) == 3 for part in groups):
        plain = whole.replace(chosen.group_separator, "") + point + fraction
    return float(plain.replace(",", "."))

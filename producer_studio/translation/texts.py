"""Texts that can be translated when they are shown, and the functions that translate them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from string import Formatter
from typing import Any, Self

from producer_studio.translation import active
from producer_studio.translation.dates import format_date, format_date_time
from producer_studio.translation.languages import ENGLISH, DisplayLanguage
from producer_studio.translation.numbers import (
    FixedDecimal,
    format_count,
    format_decimal,
    format_shortest,
)


class Message(str):
    """English text that knows how it is translated; `tr` shows it in the user's language.

    It is an ordinary `str` for whatever stores, logs or compares it: what is stored stays English.

    Attributes:
        template: Id of the message, with its placeholders: the English singular.
        plural: English plural; empty for a text that has none.
        number: Number that decides about the plural; None without one.
        context: Distinguishes equal English texts with different meanings; empty for most.
        values: Values of the placeholders, which `tr` writes as the language does: texts, numbers,
            local dates and times, and a `Message` itself.
    """

    __slots__ = ("context", "number", "plural", "template", "values")

    template: str
    plural: str
    number: int | None
    context: str
    values: Mapping[str, object]

    def __new__(
        cls,
        template: str,
        values: Mapping[str, object] | None = None,
        *,
        plural: str = "",
        number: int | None = None,
        context: str = "",
    ) -> Self:
        values = values or {}
        english = plural if plural and number != 1 else template
        made = super().__new__(cls, english.format(**_in_english(values)) if values else english)
        made.template = template
        made.plural = plural
        made.number = number
        made.context = context
        made.values = values
        return made

    def __deepcopy__(self, _memo: object) -> Self:
        return self

    def with_values(self, **values: object) -> "Message":
        """Returns a copy with values for placeholders, such as of a constant."""
        return Message(
            self.template,
            {**self.values, **values},
            plural=self.plural,
            number=self.number,
            context=self.context,
        )

    def map_values(self, change: Callable[[str], str]) -> "Message":
        """Returns a copy with the text of each value changed, such as without secrets."""
        values = self.values.items()
        return self.with_values(
            **{name: map_text(one, change) if isinstance(one, str) else one for name, one in values}
        )

    def to_json(self) -> dict[str, Any]:
        """Returns what `text_from_json` needs to make the same text again."""
        values = {name: _value_to_json(value) for name, value in self.values.items()}
        found = {
            "template": self.template,
            "plural": self.plural,
            "number": self.number,
            "context": self.context,
            "values": values,
        }
        return {name: value for name, value in found.items() if value not in ("", None, {})}


def text_from_json(english: str, data: object) -> str:
    """Returns the `Message` that `to_json` described, if it still says what was stored beside it.

    Args:
        english: The English text as stored; returned as it is where the description is missing or
            does not lead to the same text.
        data: Any JSON value: a stored one may be damaged, or of another version.
    """
    if len(english) > _MAX_TEXT_LENGTH:
        return english
    try:
        text = _parse_text(data, len(english))
    except (
        TypeError,
        ValueError,
        KeyError,
        IndexError,
        AttributeError,
        OverflowError,
        RecursionError,
    ):
        return english
    return text if text == english else english


_MAX_TEXT_LENGTH = 20_000
_MAX_TEMPLATE_LENGTH = 2_000
_MAX_DECIMALS = 9


def _parse_text(data: Any, limit: int) -> Message:  # noqa: ANN401 - any JSON value
    """Parses a description.

    Args:
        limit: Maximum number of characters of the text, and so of each text inside it: a few bytes
            could describe gigabytes.
    """
    template, plural, context = data["template"], data.get("plural", ""), data.get("context", "")
    number = data.get("number")
    if not isinstance(context, str) or not (number is None or type(number) is int):
        raise TypeError
    values = {
        str(name): _parse_value(value, limit) for name, value in data.get("values", {}).items()
    }
    for part in (template, plural):
        if len(part) > _MAX_TEMPLATE_LENGTH or placeholders(part) - values.keys():
            raise ValueError
    text = Message(template, values, plural=plural, number=number, context=context)
    if len(text) > limit:
        raise ValueError
    return text


def _value_to_json(value: object) -> object:
    if isinstance(value, Message):
        return value.to_json()
    if isinstance(value, FixedDecimal):
        return {"value": float(value), "decimals": value.decimals}
    if isinstance(value, date):
        return {"time": value.isoformat()}
    return value if isinstance(value, int | float) else str(value)


def _parse_value(value: Any, limit: int) -> object:  # noqa: ANN401 - any JSON value
    if isinstance(value, list) or (isinstance(value, str) and len(value) > limit):
        raise ValueError
    if not isinstance(value, dict):
        return value
    if "decimals" in value:
        decimals = int(value["decimals"])
        if not 0 <= decimals <= _MAX_DECIMALS:
            raise ValueError
        return FixedDecimal(float(value["value"]), decimals)
    if "time" in value:
        at = value["time"]
        return datetime.fromisoformat(at) if "T" in at else date.fromisoformat(at)
    return _parse_text(value, limit)


def placeholders(template: str) -> frozenset[str]:
    """Returns the names of the placeholders of a template.

    Raises:
        ValueError: It is malformed, or has more than plain names, such as a format or an attribute.
    """
    found = set()
    for _, name, spec, conversion in Formatter().parse(template):
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise ValueError(template)
        found.add(name)
    return frozenset(found)


def map_text(text: str, change: Callable[[str], str]) -> str:
    """Changes a text, or the values of a `Message`, so that it can still be translated."""
    return text.map_values(change) if isinstance(text, Message) else change(text)


def mark(text: str, /, **values: object) -> Message:
    """Makes a text that is translated when it is shown: for constants, and for errors.

    Without `values`, placeholders are filled by `tr(text, name=…)`.
    """
    return Message(text, values)


def nmark(singular: str, plural: str, count: int, /, **values: object) -> Message:
    """Makes a text about a number of things, as `ntr` does, that is translated when it is shown."""
    return Message(singular, {"count": count, **values}, plural=plural, number=count)


def pmark(context: str, text: str, /, **values: object) -> Message:
    """Makes a text with a context, as `ptr` does, that is translated when it is shown."""
    return Message(text, values, context=context)


TWO_SENTENCES = "two sentences"
"""Context of `sentences`."""


def sentences(first: str, *others: str) -> str:
    """Joins whole sentences, with the space between them that the language has.

    Any may be empty.
    """
    text = first
    for one in others:
        text = _two_sentences(text, one) if text and one else text or one
    return text


def _two_sentences(first: str, second: str) -> str:
    return pmark("two sentences", "{first} {second}", first=first, second=second)


def join_texts(parts: Iterable[str], separator: str = ", ") -> str:
    """Joins the texts of a list, with the comma or semicolon that the language has.

    Empty texts are left out.

    Args:
        parts: Texts, each of them translated when the result is shown, if it can be.
        separator: Such as ", ", "; " or " · ".
    """
    joined = ""
    for part in parts:
        joined = _join(joined, part, separator) if joined and part else joined or part
    return joined


def _join(first: str, second: str, separator: str) -> Message:
    if separator == ", ":
        return pmark("list", "{first}, {second}", first=first, second=second)
    if separator == "; ":
        return pmark("list", "{first}; {second}", first=first, second=second)
    template = f"{{first}}{separator}{{second}}"
    return Message(template, {"first": first, "second": second}, context="list")


def tr(text: str, /, **values: object) -> str:
    """Translates a text to the language of the process.

    Args:
        text: An English literal, or a `Message`. Any other text is returned as it is, unless it is
            a whole message itself; never give it what the user or a service wrote.
        values: Values of the placeholders `{name}`. Without values nothing is replaced.
    """
    if not isinstance(text, Message):
        form = active.find("", text) or text
        return form.format(**_shown(values)) if values else form
    filled = {**text.values, **values}
    if text.plural and text.number is not None:
        return _plural(text.template, text.plural, text.number, filled)
    form = active.find(text.context, text.template) or text.template
    return form.format(**_shown(filled)) if filled else form


def tr_message(text: str) -> str:
    """Translates a `Message`; any other text, such as a user's title, is returned as it is."""
    return tr(text) if isinstance(text, Message) else text


def ntr(singular: str, plural: str, count: int, /, **values: object) -> str:
    """Translates a text about a number of things.

    Args:
        singular: English for one; `{count}` is the number, if it is not given otherwise.
        plural: English for any other number.
    """
    return _plural(singular, plural, count, {"count": count, **values})


def _plural(singular: str, plural: str, count: int, values: Mapping[str, object]) -> str:
    form = active.find_plural(singular, count) or (singular if count == 1 else plural)
    return form.format(**_shown(values))


def ptr(context: str, text: str, /, **values: object) -> str:
    """Translates a text whose English has several meanings, such as `ptr("verb", "Export")`."""
    form = active.find(context, text) or text
    return form.format(**_shown(values)) if values else form


def _shown(values: Mapping[str, object]) -> dict[str, object]:
    """Values as the language of the process writes them, texts translated."""
    return {
        name: tr(value) if isinstance(value, Message) else _format_value(value, active.language())
        for name, value in values.items()
    }


def _in_english(values: Mapping[str, object]) -> dict[str, object]:
    return {name: _format_value(value, ENGLISH) for name, value in values.items()}


def _format_value(value: object, chosen: DisplayLanguage) -> object:
    """Formats a value as a language does; texts, names, ids and paths stay as they are."""
    match value:
        case str() | bool():
            return value
        case int():
            return format_count(value, chosen)
        case FixedDecimal():
            return format_decimal(value, value.decimals, chosen)
        case float():
            return format_shortest(value, chosen=chosen)
        case datetime():
            return format_date_time(value, chosen)
        case date():
            return format_date(value, chosen)
        case _:
            return value

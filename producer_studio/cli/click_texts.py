"""Texts of click in the language of the process: click has them in English alone.

It looks them up with gettext's functions, which read compiled files; these replace them by the
files of messages that the program has.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from click import core, decorators, exceptions, formatting, parser, types

from producer_studio.translation import mark, nmark
from producer_studio.translation.active import find, find_plural

TEXTS = (
    mark("Usage:"),
    mark("Options"),
    mark("Commands"),
    mark("Positional arguments"),
    mark("Show this message and exit."),
    mark("default: {default}"),
    mark("required"),
    mark("Missing command."),
    mark("Missing argument"),
    mark("Missing option"),
    mark("Missing parameter"),
    mark("Missing parameter: {param_name}"),
    mark("Missing {param_type}"),
    mark("Invalid value: {message}"),
    mark("Invalid value for {param_hint}: {message}"),
    mark("No such option {name}."),
    mark("No such command {name}."),
    mark("{value} is not in the range {range}."),
    mark("{value} is not a valid {number_type}."),
    mark("{value} is not a valid boolean. Recognized values: {states}"),
    mark("{name} {filename} does not exist."),
    mark("{name} {filename} is a file."),
    mark("{name} {filename} is a directory."),
    mark("{name} {filename} is not readable."),
    mark("{name} {filename} is not writable."),
    mark("{name} {filename} is not executable."),
    # Translators: within "file x.wav does not exist."
    mark("file"),
    mark("directory"),
    mark("path"),
    mark("Option {name} does not take a value."),
    mark("Argument {name} takes {nargs} values."),
    mark("Choose from:\n\t{choices}"),
    # Click fills the placeholders itself.
    nmark(
        "Did you mean {possibility}?",
        "(Did you mean one of: {possibilities}?)",
        1,
        possibility="{possibility}",
        possibilities="{possibilities}",
    ),
    nmark(
        "Got unexpected extra argument ({args})",
        "Got unexpected extra arguments ({args})",
        1,
        args="{args}",
    ),
    nmark(
        "Takes {nargs} values but 1 was given.",
        "Takes {nargs} values but {len} were given.",
        1,
        nargs="{nargs}",
        len="{len}",
    ),
    nmark(
        "Option {name} requires an argument.",
        "Option {name} requires {nargs} arguments.",
        1,
        name="{name}",
        nargs="{nargs}",
    ),
    nmark(
        "{len_type} values are required, but {len_value} was given.",
        "{len_type} values are required, but {len_value} were given.",
        1,
        len_type="{len_type}",
        len_value="{len_value}",
    ),
    nmark(
        "{value} is not {choice}.",
        "{value} is not one of {choices}.",
        1,
        value="{value}",
        choice="{choice}",
        choices="{choices}",
    ),
)
"""Texts that click shows to users of the commands, without the quotation marks of `!r`."""

_MODULES = (core, decorators, exceptions, formatting, parser, types)


def plain_id(text: str) -> str:
    """Returns a text of click as the id of its translation."""
    return text.replace("!r}", "}")


def _gettext(text: str) -> str:
    return find("", plain_id(text)) or text


def _ngettext(singular: str, plural: str, count: int) -> str:
    return find_plural(plain_id(singular), count) or (singular if count == 1 else plural)


@contextmanager
def translated_click() -> Iterator[None]:
    """Lets click show its own texts in the language of the process."""
    before: list[tuple[Any, str, Any]] = []
    for module in _MODULES:
        for name, function in (("_", _gettext), ("ngettext", _ngettext)):
            if hasattr(module, name):
                before.append((module, name, getattr(module, name)))
                setattr(module, name, function)
    try:
        yield
    finally:
        for module, name, function in before:
            setattr(module, name, function)

"""Text on a terminal: what came from elsewhere may hold signs that command it, or never end."""

import logging
import re

_MAX_WORD_LENGTH = 300
_MAX_MESSAGE_LENGTH = 2600
"""Characters of a sentence; a service's own words have 2000 at most."""

_KEPT_END_LENGTH = 400
# Control characters, halves of characters, and marks that turn the order of all that follows.
_CONTROL_CHARACTERS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]"
)

# Also marks that belong into some texts, and what some programs take for the end of a line.
_ESCAPED_IN_JSON = re.compile(f"{_CONTROL_CHARACTERS.pattern[:-1]}\u061c\u200e\u200f\u2028\u2029]")


_LINE_ENDS = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def sanitise_message(message: str) -> str:
    """A sentence as it is printed: one line, no commands to the terminal, not too long."""
    text = " ".join(map(_truncate_word, sanitise_text(message).split()))
    if len(text) > _MAX_MESSAGE_LENGTH:
        # Its end says what to do next.
        text = f"{text[: _MAX_MESSAGE_LENGTH - _KEPT_END_LENGTH]} … {text[-_KEPT_END_LENGTH:]}"
    return text


def sanitise_text(text: str) -> str:
    """The text with every sign that a terminal would obey or cannot show replaced."""
    return _CONTROL_CHARACTERS.sub("\ufffd", text.replace("\r\n", "\n"))


def sanitise_line(text: str) -> str:
    """The same in one line, so that a title cannot look like the lines that follow it."""
    return sanitise_text(_LINE_ENDS.sub(" ", text))


class LogFormatter(logging.Formatter):
    """Formatter of log records for a terminal: names of files and services may command it."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the base class's
        return sanitise_line(super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line, and a traceback in lines of its own below it."""
        return sanitise_text(super().format(record))


def escape_control_characters(text: str) -> str:
    """JSON in which every sign that a terminal would obey stands as an escape; it means the same.

    In JSON such signs occur within strings alone, where escapes are at home.
    """
    return _ESCAPED_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _truncate_word(word: str) -> str:
    return word if len(word) <= _MAX_WORD_LENGTH else f"{word[:_MAX_WORD_LENGTH]}…{word[-1]}"

"""Texts for a terminal: without what it would interpret, and of limited length.

Imported by the entry point before the choice of a part is known, so it imports nothing heavy.
"""

import logging
import re

from producer_studio.domain.text import TERMINAL_CONTROLS

_MAX_WORD_LENGTH = 300
_MAX_MESSAGE_LENGTH = 2600
"""Characters of a message; a service's own text has at most 2000."""

_KEPT_END_LENGTH = 400
_CONTROL_CHARACTERS = re.compile(f"[{TERMINAL_CONTROLS}]")

_LINE_ENDS = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def sanitise_message(message: str) -> str:
    """Formats a message for output: one line, no control characters, limited length."""
    text = " ".join(map(_truncate_word, sanitise_text(message).split()))
    if len(text) > _MAX_MESSAGE_LENGTH:
        # Its end contains the next step for the user.
        text = f"{text[: _MAX_MESSAGE_LENGTH - _KEPT_END_LENGTH]} … {text[-_KEPT_END_LENGTH:]}"
    return text


def sanitise_text(text: str) -> str:
    """Replaces every character that a terminal would interpret or cannot display."""
    return _CONTROL_CHARACTERS.sub("\ufffd", text.replace("\r\n", "\n"))


def sanitise_line(text: str) -> str:
    """Sanitises text to a single line, so that a title cannot look like further lines."""
    return sanitise_text(_LINE_ENDS.sub(" ", text))


class LogFormatter(logging.Formatter):
    """Formatter of log records for a terminal; names of files and services are sanitised."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the base class's
        return sanitise_line(super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        """Formats the record as one line, and a traceback in lines of its own below it."""
        return sanitise_text(super().format(record))


def _truncate_word(word: str) -> str:
    return word if len(word) <= _MAX_WORD_LENGTH else f"{word[:_MAX_WORD_LENGTH]}…{word[-1]}"

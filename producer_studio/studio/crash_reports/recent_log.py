"""Log handler that stores the last lines in memory, without the values in their messages."""

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence

PACKAGE_NAME = "producer_studio"
"""Name of this program's loggers and of its package."""

REDACTED = "…"

MAX_LINES = 60
_MAX_LINE_LENGTH = 200


class RecentLog(logging.Handler):
    """Stores the newest log lines, and passes on exceptions that are logged as errors.

    A line contains the message template of the program; of its arguments only numbers are
    preserved.

    Args:
        on_line: Called after a warning or worse; on any thread.
        on_error: Called with an exception that was logged as an error; on any thread.
    """

    def __init__(
        self, on_line: Callable[[], object], on_error: Callable[[Exception], object]
    ) -> None:
        super().__init__(logging.DEBUG)
        self._lines: deque[str] = deque(maxlen=MAX_LINES)
        self._on_line = on_line
        self._on_error = on_error

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(format_record(record))
        if record.levelno >= logging.WARNING:
            self._on_line()
        error = record.exc_info[1] if record.exc_info else None
        if record.levelno >= logging.ERROR and isinstance(error, Exception):
            self._on_error(error)

    def lines(self) -> Sequence[str]:
        return list(self._lines)


def format_record(record: logging.LogRecord) -> str:
    """Formats a record: time, level, logger and the message template."""
    when = time.strftime("%H:%M:%S", time.gmtime(record.created))
    where = f"{record.name}:{record.lineno} {record.funcName}"
    error = record.exc_info[1] if record.exc_info else None
    words = " ".join(
        (_message_text(record), f"({type(error).__qualname__})" if error else "")
    ).strip()
    return f"{when} {record.levelname} {where}" + (f": {words}" if words else "")


def _message_text(record: logging.LogRecord) -> str:
    if not isinstance(record.msg, str):
        return ""
    own = record.name.split(".")[0] == PACKAGE_NAME
    if not own and not record.args:
        # Other packages format their messages first; the logger name is enough.
        return ""
    text = record.msg
    if record.args:
        values = record.args.values() if isinstance(record.args, dict) else record.args
        try:
            text %= tuple(map(_redact_value, values))
        except (TypeError, ValueError):
            text = record.msg
    return " ".join(text[:_MAX_LINE_LENGTH].splitlines()[0].split()) if text else ""


def _redact_value(value: object) -> object:
    return value if isinstance(value, int | float) else REDACTED

"""The last lines of the log: what the program said, not what it said it about."""

import logging
import sys

from hypothesis import given
from hypothesis import strategies as st

from producer_studio.studio.crash_reports.recent_log import MAX_LINES, RecentLog, format_record


def record(
    message: str, *values: object, name: str = "producer_studio.x", level: int = logging.WARNING
) -> logging.LogRecord:
    return logging.LogRecord(name, level, "/somewhere/x.py", 7, message, values, None, "look")


def test_a_line_says_when_how_bad_where_and_what() -> None:
    one = record("task %s broke after %d tries", "Night Bus", 3)
    one.created = 0.0
    assert (
        format_record(one)
        == "00:00:00 WARNING producer_studio.x:7 look: task … broke after 3 tries"
    )


@given(value=st.text(st.characters(categories=("L", "N")), min_size=5))
def test_values_that_are_no_numbers_are_left_out(value: str) -> None:
    for template, given_values in (
        ("job %s: %r", (value, [value])),
        ("%(a)s is wrong", ({"a": value},)),
        ("%d is no number", (value,)),
        ("%s", (value,)),
    ):
        assert value not in format_record(record(template, *given_values)).partition("look")[2]


@given(value=st.text(st.characters(categories=("L", "N")), min_size=5))
def test_messages_that_others_have_put_together_are_left_out(value: str) -> None:
    line = format_record(record(f"Task of {value} was never retrieved\n{value}", name="asyncio"))
    assert value not in line.partition("look")[2]
    assert "asyncio:7 look" in line


def test_the_newest_lines_are_kept() -> None:
    lines = RecentLog(lambda: None, lambda _error: None)
    for number in range(MAX_LINES + 5):
        lines.emit(record("line %d", number))
    kept = lines.lines()
    assert len(kept) == MAX_LINES
    assert kept[0].endswith("line 5")
    assert kept[-1].endswith(f"line {MAX_LINES + 4}")


def test_warnings_are_announced_and_mistakes_passed_on() -> None:
    noted: list[str] = []
    mistakes: list[Exception] = []
    lines = RecentLog(lambda: noted.append("line"), mistakes.append)
    lines.emit(record("calm", level=logging.INFO))
    assert (noted, mistakes) == ([], [])
    lines.emit(record("less calm"))
    assert noted == ["line"]
    broken = ValueError("x")
    try:
        raise broken
    except ValueError:
        one = record("it broke", level=logging.ERROR)
        one.exc_info = sys.exc_info()
        lines.emit(one)
        one.levelno = logging.DEBUG
        lines.emit(one)
    assert mistakes == [broken]
    assert lines.lines()[-1].endswith("it broke (ValueError)")

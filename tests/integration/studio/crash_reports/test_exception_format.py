"""Of an exception only the program's own words are told."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.domain.lyrics.sections import count_words
from producer_studio.studio.crash_reports.exception_format import (
    fingerprint,
    format_exception,
    format_message,
    public_path,
)

Catch = Callable[[Callable[[], object]], BaseException]
"""Calls something and gives back what it raised."""

SECRETS = st.text(st.characters(categories=("L", "N")), min_size=6, max_size=60).filter(
    lambda text: not (text.isascii() and text.isalpha() and text.islower())
)


def _raised(message: str) -> BaseException:
    """Raised where no word of the message stands in the code."""

    def fail() -> None:
        raise RuntimeError(message)

    try:
        fail()
    except RuntimeError as error:
        return error


@given(secret=SECRETS, before=SECRETS, after=SECRETS)
def test_nothing_of_a_message_is_kept_that_is_not_the_programs(
    secret: str, before: str, after: str
) -> None:
    for message in (secret, f"{before} '{secret}' {after}", f'"{secret}": {before}', repr(secret)):
        error = _raised(message)
        assert secret not in format_message(error)
        assert secret not in format_exception(error)


@given(secret=SECRETS)
def test_what_stands_in_the_code_is_kept_around_it(secret: str) -> None:
    def break_off(title: str) -> None:
        raise ValueError(f"the sound of {title} could not be measured after 3 tries")

    try:
        break_off(secret)
    except ValueError as error:
        words = format_message(error)
    assert words == "the sound of … could not be measured after 3 tries"


def test_lyrics_in_a_message_leave_no_line(caught: Catch) -> None:
    lyrics = "[Verse]\nWalking through the city lights\nIt's all I ever wanted\n'quoted' rain"
    for error in (
        _raised(lyrics),
        caught(lambda: {}[lyrics]),
        caught(lambda: int(lyrics)),
        caught(lambda: open(f"/nowhere/{lyrics}")),  # noqa: PTH123, SIM115
    ):
        text = format_exception(error)
        for word in ("Walking", "city", "lights", "wanted", "quoted", "Verse"):
            assert word not in text, text


def test_the_interpreters_own_sentences_stay_readable(caught: Catch) -> None:
    nothing = None
    assert (
        format_message(caught(lambda: nothing.title))
        == "'NoneType' object has no attribute 'title'"
    )
    assert format_message(caught(lambda: [][3])) == "list index out of range"
    assert format_message(caught(lambda: 1 / 0)) == "division by zero"
    assert format_message(caught(lambda: 1 + "x")).startswith(
        "unsupported operand type(s) for +: 'int'"
    )
    missing = caught(lambda: open("/nowhere/Night Bus.wav"))  # noqa: PTH123, SIM115
    assert format_message(missing) == "[Errno 2] No such file or directory"


def test_words_of_other_libraries_are_left_out_and_their_place_is_told(caught: Catch) -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        error = caught(lambda: database.execute("select nightbus from rain"))
    text = format_exception(error)
    assert "sqlite3.OperationalError" in text
    assert "rain" not in text


def test_a_traceback_names_places_without_the_folders_above(caught: Catch) -> None:
    text = format_exception(caught(lambda: count_words(None)))  # type: ignore[arg-type]
    assert "\n  producer_studio/domain/lyrics/sections.py:" in text
    assert "\n      " in text, "our own lines are shown"
    assert "TypeError" in text or "AttributeError" in text
    for above in (str(Path(__file__).parents[4]), str(Path.home()), "site-packages"):
        assert above not in text


def test_causes_and_groups_are_told_in_order(caught: Catch) -> None:
    def fail() -> None:
        try:
            {}["first"]
        except KeyError as error:
            raise ExceptionGroup("two of them", [ValueError("second one")]) from error

    text = format_exception(caught(fail))
    assert text.index("KeyError") < text.index("ExceptionGroup") < text.index("ValueError")
    assert "caused by it" in text
    assert "one of them" in text


def test_an_endless_recursion_is_shortened(caught: Catch) -> None:
    def deeper() -> None:
        deeper()

    text = format_exception(caught(deeper))
    assert text.count("\n") < 80
    assert "maximum recursion depth exceeded" in text


def test_a_chain_that_bites_its_tail_ends() -> None:
    first, second = ValueError("one"), ValueError("two")
    first.__cause__, second.__cause__ = second, first
    assert format_exception(first).count("ValueError") == 2


@pytest.mark.parametrize(
    ("filename", "shown"),
    [
        ("/Users/Ada/src/studio/producer_studio/ui/tasks.py", "producer_studio/ui/tasks.py"),
        ("C:\\Users\\Ada\\app\\producer_studio\\main.py", "producer_studio/main.py"),
        ("/Users/Ada/.venv/lib/python3.11/site-packages/httpx/_client.py", "httpx/_client.py"),
        ("/usr/lib/python3.11/asyncio/base_events.py", "asyncio/base_events.py"),
        ("producer_studio/main.py", "producer_studio/main.py"),
        ("asyncio/runners.py", "asyncio/runners.py"),
        ("threading.py", "threading.py"),
        ("my songs/script.py", "…/script.py"),
        ("/Users/Ada/my songs/script.py", "…/script.py"),
        ("<frozen runpy>", "<frozen runpy>"),
        ("<string>", "…/<string>"),
    ],
)
def test_places(filename: str, shown: str) -> None:
    assert public_path(filename) == shown


def test_the_same_mistake_has_the_same_mark(caught: Catch) -> None:
    def fail(text: str) -> None:
        raise ValueError(text)

    marks = {fingerprint(caught(lambda text=text: fail(text))) for text in "ab"}
    assert len(marks) == 1
    assert fingerprint(caught(lambda: int("x"))) not in marks

"""Reports on disk: the newest are kept, and each is offered until it is answered."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from producer_studio.studio.crash_reports.format import LONGEST, shortened
from producer_studio.studio.crash_reports.store import MOST, Ending, ReportShelf

NOON = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def shelf(state: Path) -> ReportShelf:
    return ReportShelf(state / "crashes")


def test_an_empty_shelf_makes_no_folder(shelf: ReportShelf) -> None:
    assert list(shelf.all()) == []
    assert list(shelf.offered()) == []
    assert not shelf.folder.exists()


def test_a_report_comes_back_as_it_was_kept(shelf: ReportShelf) -> None:
    kept = shelf.keep("what happened: é\n", "demo-studio", NOON, Ending.CRASHED)
    (found,) = shelf.all()
    assert found == kept
    assert found.name == "20261121-120000-demo-studio-crashed"
    assert shelf.text(found) == "what happened: é\n"
    assert shelf.get(found.name) == shelf.get(f"{found.name}.txt") == found
    assert shelf.get("another") is None


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps the user's folders to the user")
def test_others_on_this_computer_cannot_read_it(shelf: ReportShelf) -> None:
    kept = shelf.keep("x", "window", NOON, Ending.STOPPED)
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600


def test_two_of_one_second_are_both_kept_in_order(shelf: ReportShelf) -> None:
    names = [shelf.keep(str(n), "window", NOON, Ending.STOPPED).name for n in range(12)]
    assert len(set(names)) == 12
    assert [shelf.text(one) for one in shelf.all()] == [str(n) for n in range(11, 1, -1)]


def test_the_oldest_make_room(shelf: ReportShelf) -> None:
    for number in range(MOST + 3):
        shelf.keep(str(number), "window", NOON + timedelta(minutes=number), Ending.STOPPED)
    assert [shelf.text(one) for one in shelf.all()] == [str(n) for n in range(MOST + 2, 2, -1)]
    assert len(list(shelf.folder.iterdir())) == MOST


def test_an_answered_report_is_not_offered_again_and_stays(shelf: ReportShelf) -> None:
    first = shelf.keep("1", "window", NOON, Ending.CRASHED)
    second = shelf.keep("2", "window", NOON + timedelta(seconds=1), Ending.STOPPED)
    assert list(shelf.offered()) == [second, first]
    shelf.answer([first])
    assert list(ReportShelf(shelf.folder).offered()) == [second]
    shelf.answer([second])
    assert list(shelf.offered()) == []
    assert [one.answered for one in shelf.all()] == [True, True]


@pytest.mark.parametrize(
    ("what", "ending", "offered"),
    [
        ("window", Ending.CRASHED, True),
        ("window", Ending.STOPPED, True),
        ("window", Ending.WENT_ON, False),
        ("command", Ending.CRASHED, True),
        ("command", Ending.STOPPED, False),
        ("measurer", Ending.CRASHED, True),
        ("demo-studio", Ending.WENT_ON, False),
    ],
)
def test_only_what_nobody_was_told_of_is_offered(
    shelf: ReportShelf, what: str, ending: Ending, offered: bool
) -> None:
    assert shelf.keep("x", what, NOON, ending).is_offered is offered


def test_other_files_in_the_folder_are_left_alone(shelf: ReportShelf) -> None:
    shelf.folder.mkdir(parents=True)
    mine = shelf.folder / "notes.txt"
    mine.write_text("mine", "utf-8")
    for number in range(MOST + 1):
        shelf.keep("x", "window", NOON + timedelta(minutes=number), Ending.STOPPED)
    assert mine.read_text("utf-8") == "mine"
    assert len(shelf.all()) == MOST


def test_a_report_is_never_too_long() -> None:
    assert shortened("short") == "short"
    long = shortened("begin " + "é" * LONGEST + " end")
    assert len(long.encode()) <= LONGEST
    assert long.startswith("begin ")
    assert long.endswith(" end")

"""Reports on disk: the newest are kept, and each is offered until it is answered."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from producer_studio.studio.crash_reports.store import MAX_REPORTS, CrashReportStore, ProcessOutcome
from producer_studio.studio.crash_reports.writer import MAX_BYTES, shorten

NOON = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def shelf(state: Path) -> CrashReportStore:
    return CrashReportStore(state / "crashes")


def test_an_empty_shelf_makes_no_folder(shelf: CrashReportStore) -> None:
    assert list(shelf.all()) == []
    assert list(shelf.pending()) == []
    assert not shelf.folder.exists()


def test_a_report_comes_back_as_it_was_kept(shelf: CrashReportStore) -> None:
    kept = shelf.add("what happened: é\n", "demo-studio", NOON, ProcessOutcome.CRASHED)
    (found,) = shelf.all()
    assert found == kept
    assert found.name == "20261121-120000-demo-studio-crashed"
    assert shelf.read_text(found) == "what happened: é\n"
    assert shelf.get(found.name) == shelf.get(f"{found.name}.txt") == found
    assert shelf.get("another") is None


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps the user's folders to the user")
def test_others_on_this_computer_cannot_read_it(shelf: CrashReportStore) -> None:
    kept = shelf.add("x", "window", NOON, ProcessOutcome.STOPPED)
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600


def test_two_of_one_second_are_both_kept_in_order(shelf: CrashReportStore) -> None:
    names = [shelf.add(str(n), "window", NOON, ProcessOutcome.STOPPED).name for n in range(12)]
    assert len(set(names)) == 12
    assert [shelf.read_text(one) for one in shelf.all()] == [str(n) for n in range(11, 1, -1)]


def test_the_oldest_make_room(shelf: CrashReportStore) -> None:
    for number in range(MAX_REPORTS + 3):
        shelf.add(str(number), "window", NOON + timedelta(minutes=number), ProcessOutcome.STOPPED)
    assert [shelf.read_text(one) for one in shelf.all()] == [
        str(n) for n in range(MAX_REPORTS + 2, 2, -1)
    ]
    assert len(list(shelf.folder.iterdir())) == MAX_REPORTS


def test_an_answered_report_is_not_offered_again_and_stays(shelf: CrashReportStore) -> None:
    first = shelf.add("1", "window", NOON, ProcessOutcome.CRASHED)
    second = shelf.add("2", "window", NOON + timedelta(seconds=1), ProcessOutcome.STOPPED)
    assert list(shelf.pending()) == [second, first]
    shelf.acknowledge([first])
    assert list(CrashReportStore(shelf.folder).pending()) == [second]
    shelf.acknowledge([second])
    assert list(shelf.pending()) == []
    assert [one.is_acknowledged for one in shelf.all()] == [True, True]


@pytest.mark.parametrize(
    ("what", "ending", "offered"),
    [
        ("window", ProcessOutcome.CRASHED, True),
        ("window", ProcessOutcome.STOPPED, True),
        ("window", ProcessOutcome.CONTINUED, False),
        ("command", ProcessOutcome.CRASHED, True),
        ("command", ProcessOutcome.STOPPED, False),
        ("measurer", ProcessOutcome.CRASHED, True),
        ("demo-studio", ProcessOutcome.CONTINUED, False),
    ],
)
def test_only_what_nobody_was_told_of_is_offered(
    shelf: CrashReportStore, what: str, ending: ProcessOutcome, offered: bool
) -> None:
    assert shelf.add("x", what, NOON, ending).is_pending is offered


def test_other_files_in_the_folder_are_left_alone(shelf: CrashReportStore) -> None:
    shelf.folder.mkdir(parents=True)
    mine = shelf.folder / "notes.txt"
    mine.write_text("mine", "utf-8")
    for number in range(MAX_REPORTS + 1):
        shelf.add("x", "window", NOON + timedelta(minutes=number), ProcessOutcome.STOPPED)
    assert mine.read_text("utf-8") == "mine"
    assert len(shelf.all()) == MAX_REPORTS


def test_a_report_is_never_too_long() -> None:
    assert shorten("short") == "short"
    long = shorten("begin " + "é" * MAX_BYTES + " end")
    assert len(long.encode()) <= MAX_BYTES
    assert long.startswith("begin ")
    assert long.endswith(" end")

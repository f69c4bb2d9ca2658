"""The offer of a report, and the report itself."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QWidget

from producer_studio.studio.crash_reports.crash_reports import CrashReport, ProcessOutcome
from producer_studio.studio.crash_reports.recorder import CRASH_FOLDER
from producer_studio.studio.crash_reports.store import CrashReportStore
from producer_studio.ui.crash_reports.crash_report_offer import (
    CrashReportNotice,
    CrashReportOffer,
    notice_text,
)
from producer_studio.ui.crash_reports.dialog import CrashReportDialog
from producer_studio.ui.style.style import Style
from producer_studio.ui.tasks import GENERIC_ERROR
from producer_studio.ui.widgets.notices import NoticeStack
from producer_studio.ui.window.window import MainWindow
from tests.ui.window.conftest import WindowBench, named

NOON = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def shelf(tmp_path: Path) -> CrashReportStore:
    """That of the studio in `shell`."""
    return CrashReportStore(tmp_path / "state" / CRASH_FOLDER)


@pytest.fixture
def host(bench: WindowBench) -> Iterator[QWidget]:
    made = QWidget()
    made.resize(1100, 700)
    made.show()
    yield made
    made.deleteLater()
    QApplication.sendPostedEvents()


@pytest.fixture
def notices(bench: WindowBench, host: QWidget) -> NoticeStack:
    return NoticeStack(bench.style, host)


@pytest.fixture
def corner(bench: WindowBench, host: QWidget, notices: NoticeStack) -> CrashReportOffer:
    return CrashReportOffer(bench.context, notices, host)


@pytest.fixture
def offer(bench: WindowBench, corner: CrashReportOffer) -> Callable[[], None]:
    """Looks for reports as the window does at its start."""
    return lambda: corner.show_notice(bench.run(bench.studio.crash_reports.pending()))


def keep(shelf: CrashReportStore, minute: int = 0, what: str = "window") -> CrashReport:
    text = f"Producer Studio stopped unexpectedly.\n\nreport of minute {minute}\n"
    return shelf.add(text, what, NOON + timedelta(minutes=minute), ProcessOutcome.CRASHED)


def press(bench: WindowBench, parent: QWidget, name: str) -> None:
    button = named(parent, name)
    assert isinstance(button, QPushButton)
    assert button.isEnabled()
    bench.press(button.click)


def dialog_of(host: QWidget) -> CrashReportDialog:
    (dialog,) = host.findChildren(CrashReportDialog)
    return dialog


def test_without_a_report_nothing_is_said(offer: Callable[[], None], notices: NoticeStack) -> None:
    offer()
    assert notices.notices() == []


def test_an_offer_that_is_ignored_comes_again(
    offer: Callable[[], None],
    notices: NoticeStack,
    shelf: CrashReportStore,
    corner: CrashReportOffer,
) -> None:
    keep(shelf)
    offer()
    (notice,) = notices.notices()
    assert notice.text.startswith("Producer Studio stopped unexpectedly last time.")
    offer()
    assert notices.notices() == [notice], "it is said once"
    assert len(shelf.pending()) == 1


@pytest.mark.parametrize("name", ["Dismiss", "Close", "Show report"])
def test_an_offer_that_is_answered_does_not_come_again(
    bench: WindowBench,
    host: QWidget,
    offer: Callable[[], None],
    notices: NoticeStack,
    shelf: CrashReportStore,
    name: str,
) -> None:
    keep(shelf)
    offer()
    (bar,) = host.findChildren(CrashReportNotice)
    (button,) = [
        one
        for one in bar.findChildren(QAbstractButton)
        if one.accessibleName().partition(" notice:")[0] == name
    ]
    bench.press(button.click)
    bench.run(bench.studio.crash_reports.close())
    assert notices.notices() == []
    assert list(shelf.pending()) == []
    offer()
    assert notices.notices() == []
    assert len(shelf.all()) == 1, "it is kept"


def test_the_report_is_shown_word_for_word_and_can_be_copied(
    bench: WindowBench, host: QWidget, offer: Callable[[], None], shelf: CrashReportStore
) -> None:
    report = keep(shelf)
    offer()
    press(bench, host.findChildren(CrashReportNotice)[0], "Show report")
    dialog = dialog_of(host)
    assert not dialog.copy_button.isEnabled()
    bench.until(dialog.copy_button.isEnabled)
    assert dialog.text_view.toPlainText() == shelf.read_text(report)
    assert dialog.text_view.isReadOnly()
    assert not dialog.older_button.isVisible(), "there is only one"
    bench.press(dialog.copy_button.click)
    assert QApplication.clipboard().text() == shelf.read_text(report)
    assert dialog.copy_button.text() == "Copied"
    bench.press(dialog.close_button.click)


def test_the_folder_is_that_of_the_report_in_view(
    style: Style, bench: WindowBench, shelf: CrashReportStore
) -> None:
    newer, older = keep(shelf, 5), keep(shelf, 1)
    dialog = CrashReportDialog(style, [newer, older])
    wanted: list[CrashReport] = []
    folders: list[CrashReport] = []
    dialog.text_requested.connect(wanted.append)
    dialog.folder_requested.connect(folders.append)
    dialog.request_newest()
    dialog.show()
    dialog.show_text(newer, "new")
    assert dialog.count_label.text() == "1 of 2"
    assert not dialog.newer_button.isEnabled()
    dialog.older_button.click()
    assert wanted == [newer, older]
    dialog.show_text(newer, "too late")
    assert dialog.text_view.toPlainText() == "new", (
        "the text of another report was put in its place"
    )
    assert not dialog.folder_button.isEnabled()
    dialog.show_text(older, "old")
    dialog.folder_button.click()
    assert folders == [older]
    assert not dialog.older_button.isEnabled()
    dialog.deleteLater()


def test_a_report_that_has_gone_says_so(
    bench: WindowBench, host: QWidget, corner: CrashReportOffer, shelf: CrashReportStore
) -> None:
    report = keep(shelf)
    report.path.unlink()
    bench.press(lambda: corner.show_reports([report]))
    dialog = dialog_of(host)
    bench.until(lambda: "cannot be read" in dialog.text_view.toPlainText())
    bench.press(dialog.close_button.click)


def test_without_any_report_the_dialog_says_why(
    bench: WindowBench, host: QWidget, corner: CrashReportOffer
) -> None:
    bench.press(corner.show_all)
    bench.until(lambda: bool(host.findChildren(CrashReportDialog)))
    dialog = dialog_of(host)
    assert "No report could be written" in dialog.text_view.toPlainText()
    assert not dialog.copy_button.isEnabled()
    assert not dialog.folder_button.isEnabled()
    bench.press(dialog.close_button.click)


def test_parts_that_stopped_are_called_by_their_names(shelf: CrashReportStore) -> None:
    demo, window = keep(shelf, 1, "demo-studio"), keep(shelf, 2)
    assert notice_text([demo]).startswith("Demo Studio stopped")
    assert notice_text([demo, window]).startswith("Producer Studio stopped")
    assert "measured" in notice_text([keep(shelf, 3, "measurer")])


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_no_word_of_the_offer_is_cut_off(
    bench: WindowBench,
    host: QWidget,
    offer: Callable[[], None],
    shelf: CrashReportStore,
    scale: float,
) -> None:
    bench.style.set_text_scale(scale)
    keep(shelf)
    keep(shelf, 1)
    offer()
    (bar,) = host.findChildren(CrashReportNotice)
    bench.until(bar.isVisible)
    for words in bar.findChildren(QLabel):
        if words.text():
            assert words.height() >= words.heightForWidth(words.width())
    for button in (bar.show_button, bar.dismiss_button):
        assert button.width() >= button.sizeHint().width()
        assert bar.rect().contains(button.geometry())
    assert bar.show_button.text() == "Show reports"


@pytest.mark.logs_errors("a task raises an unexpected exception")
def test_a_mistake_in_the_window_offers_its_report_at_once(bench: WindowBench) -> None:
    made: list[MainWindow] = []

    async def build() -> None:
        made.append(MainWindow(bench.context))

    async def stumble() -> None:
        raise ZeroDivisionError

    bench.run(build())
    (window,) = made
    window.show()
    bench.press(lambda: bench.tasks.start("stumble", stumble()))
    bench.until(lambda: bool(window.notices.notices()))
    (notice,) = window.notices.notices()
    assert (notice.text, notice.action) == (GENERIC_ERROR, "Show report")
    assert bench.notices == [GENERIC_ERROR]
    bench.run(window.shut_down())
    window.deleteLater()
    QApplication.sendPostedEvents()

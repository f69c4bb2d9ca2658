"""The offer of a report, and the report itself."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QWidget

from producer_studio.studio.crash_reports.crash_reports import Ending, Report
from producer_studio.studio.crash_reports.recorder import FOLDER
from producer_studio.studio.crash_reports.store import ReportShelf
from producer_studio.ui.crash_reports.crash_report_offer import ReportCorner
from producer_studio.ui.crash_reports.dialog import ReportDialog
from producer_studio.ui.crash_reports.notice import ReportNotice, words_for
from producer_studio.ui.style.style import Look
from producer_studio.ui.tasks import SORRY
from producer_studio.ui.widgets.notices import NoticeStack
from producer_studio.ui.window.window import Window
from tests.ui.shell.conftest import Shell, named

NOON = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def shelf(tmp_path: Path) -> ReportShelf:
    """That of the studio in `shell`."""
    return ReportShelf(tmp_path / "state" / FOLDER)


@pytest.fixture
def host(shell: Shell) -> Iterator[QWidget]:
    made = QWidget()
    made.resize(1100, 700)
    made.show()
    yield made
    made.deleteLater()
    QApplication.sendPostedEvents()


@pytest.fixture
def notices(shell: Shell, host: QWidget) -> NoticeStack:
    return NoticeStack(shell.look, host)


@pytest.fixture
def corner(shell: Shell, host: QWidget, notices: NoticeStack) -> ReportCorner:
    return ReportCorner(shell.studio.reports, shell.look, shell.tasks, notices, host)


@pytest.fixture
def offer(shell: Shell, corner: ReportCorner) -> Callable[[], None]:
    """Looks for reports as the window does at its start."""
    return lambda: corner.offer(shell.run(shell.studio.reports.offered()))


def keep(shelf: ReportShelf, minute: int = 0, what: str = "window") -> Report:
    text = f"Producer Studio stopped unexpectedly.\n\nreport of minute {minute}\n"
    return shelf.keep(text, what, NOON + timedelta(minutes=minute), Ending.CRASHED)


def press(shell: Shell, parent: QWidget, name: str) -> None:
    button = named(parent, name)
    assert isinstance(button, QPushButton)
    assert button.isEnabled()
    shell.press(button.click)


def dialog_of(host: QWidget) -> ReportDialog:
    (dialog,) = host.findChildren(ReportDialog)
    return dialog


def test_without_a_report_nothing_is_said(offer: Callable[[], None], notices: NoticeStack) -> None:
    offer()
    assert notices.notices() == []


def test_an_offer_that_is_ignored_comes_again(
    offer: Callable[[], None], notices: NoticeStack, shelf: ReportShelf, corner: ReportCorner
) -> None:
    keep(shelf)
    offer()
    (notice,) = notices.notices()
    assert notice.text.startswith("Producer Studio stopped unexpectedly last time.")
    offer()
    assert notices.notices() == [notice], "it is said once"
    assert len(shelf.offered()) == 1


@pytest.mark.parametrize("name", ["Dismiss", "Close", "Show report"])
def test_an_offer_that_is_answered_does_not_come_again(
    shell: Shell,
    host: QWidget,
    offer: Callable[[], None],
    notices: NoticeStack,
    shelf: ReportShelf,
    name: str,
) -> None:
    keep(shelf)
    offer()
    (bar,) = host.findChildren(ReportNotice)
    (button,) = [
        one
        for one in bar.findChildren(QAbstractButton)
        if one.accessibleName().partition(" notice:")[0] == name
    ]
    shell.press(button.click)
    shell.run(shell.studio.reports.close())
    assert notices.notices() == []
    assert list(shelf.offered()) == []
    offer()
    assert notices.notices() == []
    assert len(shelf.all()) == 1, "it is kept"


def test_the_report_is_shown_word_for_word_and_can_be_copied(
    shell: Shell, host: QWidget, offer: Callable[[], None], shelf: ReportShelf
) -> None:
    report = keep(shelf)
    offer()
    press(shell, host.findChildren(ReportNotice)[0], "Show report")
    dialog = dialog_of(host)
    assert not dialog.copy.isEnabled()
    shell.until(dialog.copy.isEnabled)
    assert dialog.words.toPlainText() == shelf.text(report)
    assert dialog.words.isReadOnly()
    assert not dialog.older.isVisible(), "there is only one"
    shell.press(dialog.copy.click)
    assert QApplication.clipboard().text() == shelf.text(report)
    assert dialog.copy.text() == "Copied"
    shell.press(dialog.close_it.click)


def test_the_folder_is_that_of_the_report_in_view(
    look: Look, shell: Shell, shelf: ReportShelf
) -> None:
    newer, older = keep(shelf, 5), keep(shelf, 1)
    dialog = ReportDialog(look, [newer, older])
    wanted: list[Report] = []
    folders: list[Report] = []
    dialog.wanted.connect(wanted.append)
    dialog.folder_wanted.connect(folders.append)
    dialog.begin()
    dialog.show()
    dialog.show_text(newer, "new")
    assert dialog.count.text() == "1 of 2"
    assert not dialog.newer.isEnabled()
    dialog.older.click()
    assert wanted == [newer, older]
    dialog.show_text(newer, "too late")
    assert dialog.words.toPlainText() == "new", "the text of another report was put in its place"
    assert not dialog.folder.isEnabled()
    dialog.show_text(older, "old")
    dialog.folder.click()
    assert folders == [older]
    assert not dialog.older.isEnabled()
    dialog.deleteLater()


def test_a_report_that_has_gone_says_so(
    shell: Shell, host: QWidget, corner: ReportCorner, shelf: ReportShelf
) -> None:
    report = keep(shelf)
    report.path.unlink()
    shell.press(lambda: corner.show_reports([report]))
    dialog = dialog_of(host)
    shell.until(lambda: "cannot be read" in dialog.words.toPlainText())
    shell.press(dialog.close_it.click)


def test_without_any_report_the_dialog_says_why(
    shell: Shell, host: QWidget, corner: ReportCorner
) -> None:
    shell.press(corner.show_newest)
    shell.until(lambda: bool(host.findChildren(ReportDialog)))
    dialog = dialog_of(host)
    assert "No report could be written" in dialog.words.toPlainText()
    assert not dialog.copy.isEnabled()
    assert not dialog.folder.isEnabled()
    shell.press(dialog.close_it.click)


def test_parts_that_stopped_are_called_by_their_names(shelf: ReportShelf) -> None:
    demo, window = keep(shelf, 1, "demo-studio"), keep(shelf, 2)
    assert words_for([demo]).startswith("Demo Studio stopped")
    assert words_for([demo, window]).startswith("Producer Studio stopped")
    assert "measured" in words_for([keep(shelf, 3, "measurer")])


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_no_word_of_the_offer_is_cut_off(
    shell: Shell,
    host: QWidget,
    offer: Callable[[], None],
    shelf: ReportShelf,
    scale: float,
) -> None:
    shell.look.set_text_scale(scale)
    keep(shelf)
    keep(shelf, 1)
    offer()
    (bar,) = host.findChildren(ReportNotice)
    shell.until(bar.isVisible)
    for words in bar.findChildren(QLabel):
        if words.text():
            assert words.height() >= words.heightForWidth(words.width())
    for button in (bar.show_report, bar.dismiss):
        assert button.width() >= button.sizeHint().width()
        assert bar.rect().contains(button.geometry())
    assert bar.show_report.text() == "Show reports"


def test_a_mistake_in_the_window_offers_its_report_at_once(shell: Shell) -> None:
    made: list[Window] = []

    async def build() -> None:
        made.append(Window(shell.studio, shell.look, shell.tasks))

    async def stumble() -> None:
        raise ZeroDivisionError

    shell.run(build())
    (window,) = made
    window.show()
    shell.press(lambda: shell.tasks.start("stumble", stumble()))
    shell.until(lambda: bool(window.notices.notices()))
    (notice,) = window.notices.notices()
    assert (notice.text, notice.action) == (SORRY, "Show report")
    assert shell.notices == [SORRY]
    shell.run(window.finish())
    window.deleteLater()
    QApplication.sendPostedEvents()

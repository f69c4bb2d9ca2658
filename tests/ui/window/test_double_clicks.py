"""The second half of a double-click presses no button that took the place of another."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPushButton, QWidget

from producer_studio.domain.errors import ErrorKind, ErrorRecord, RequestRejected
from producer_studio.domain.ids import AccountName, JobId, TaskId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.events import JobChanged
from producer_studio.ui.library.job_row_widget import JobRowWidget
from producer_studio.ui.widgets.dialog import Confirmation
from producer_studio.ui.widgets.double_clicks import DoubleClickFilter
from producer_studio.ui.widgets.notices import NoticeText
from producer_studio.ui.window.window import MainWindow
from tests.ui.window.conftest import WindowBench, opened_window

FAULT = ErrorRecord(
    kind=ErrorKind.FAILED_BY_SERVICE,
    message="Failed.",
    service_words="internal error 23",
    status=500,
)


@pytest.fixture(autouse=True)
def slow_double_clicks() -> Iterator[None]:
    """The clicks of a test are double-clicks on a busy machine, too."""
    before = QApplication.doubleClickInterval()
    QApplication.setDoubleClickInterval(600_000)
    yield
    QApplication.setDoubleClickInterval(before)


@pytest.fixture
def window(bench: WindowBench) -> Iterator[MainWindow]:
    """A window with an account at a service that is not there."""
    bench.add_account("personal", "http://127.0.0.1:9")
    window = opened_window(bench)
    bench.until(window.isActiveWindow)
    yield window
    bench.run(window.shut_down())
    bench.run(bench.tasks.close())
    window.deleteLater()
    QApplication.sendPostedEvents()


@pytest.fixture
def rows(bench: WindowBench, window: MainWindow) -> list[JobRowWidget]:
    """Two failed jobs, the newest on top."""
    for number in range(2):
        job = Job(
            id=JobId(f"{number:032x}"),
            state=JobState.FAILED,
            recipe=Recipe(title=f"Song {number}", sound="calm pads", model="FUZZ-2.0"),
            account=AccountName("personal"),
            task_id=TaskId(f"task {number}"),
            fault=FAULT,
            created_at=datetime.now(UTC) - timedelta(hours=1 - number / 60),
        )
        bench.run(bench.studio._library.jobs.write(job))
        bench.studio.events.publish(JobChanged(job))
    bench.settle()
    return window.library.jobs.rows()


def button_at(window: QWidget, place: QPoint) -> QAbstractButton | None:
    found = window.childAt(place)
    return found if isinstance(found, QAbstractButton) else None


def place_of(window: MainWindow, button: QWidget) -> QPoint:
    return button.mapTo(window, button.rect().center())


def click(bench: WindowBench, window: QWidget, place: QPoint) -> None:
    """Clicks as the system does: the window receives it, and passes it on."""
    handle = window.windowHandle()
    assert handle is not None
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    bench.press(lambda: QTest.mouseClick(handle, left, none, place))


def find_button(row: QWidget, word: str) -> QAbstractButton:
    found = row.findChildren(QAbstractButton)
    (button,) = [one for one in found if one.accessibleName().startswith(word)]
    return button


def decisions(bench: WindowBench) -> list[tuple[JobId, bool]]:
    """The jobs, and which of them are dismissed."""
    return [(job.id, job.dismissed) for job in bench.run(bench.studio.jobs.all())]


@pytest.mark.parametrize(("word", "row"), [("Retry", 1), ("Dismiss", 0)])
def test_on_a_job(
    bench: WindowBench, window: MainWindow, rows: list[JobRowWidget], word: str, row: int
) -> None:
    own, button = rows[row].job, find_button(rows[row], word)
    name, place = button.accessibleName(), place_of(window, button)
    click(bench, window, place)

    def is_replaced() -> bool:
        found = button_at(window, place)
        return found is not None and found.accessibleName() != name

    bench.until(is_replaced)
    other = button_at(window, place)
    assert other is not None
    assert other.accessibleName().startswith(word)
    click(bench, window, place)
    bench.settle()
    found = decisions(bench)
    assert [job for job, dismissed in found if dismissed] == [own.id]
    assert len(found) == (3 if word == "Retry" else 2)


def test_on_a_button_that_makes_another_possible(
    bench: WindowBench, window: MainWindow, rows: list[JobRowWidget]
) -> None:
    row = rows[0]
    refused = RequestRejected("No such model.", field="model", status=400)
    account, recipe = row.job.account, row.job.recipe
    bench.run(bench.studio._connections.record_response(account, recipe, refused))
    place = place_of(window, find_button(row, "Allow again"))
    before = decisions(bench)
    click(bench, window, place)

    def is_retry_there() -> bool:
        found = button_at(window, place)
        return found is not None and found.text().startswith("Retry")

    bench.until(is_retry_there)
    click(bench, window, place)
    bench.settle()
    assert decisions(bench) == before


def test_on_a_notice(bench: WindowBench, window: MainWindow) -> None:
    done = []
    for word in ("Upper", "Lower"):
        notice = NoticeText("info", f"{word} notice", action=word)
        window.notices.show_notice(notice, lambda word=word: done.append(word))
    bench.settle()
    (lower,) = [
        one for one in window.notices.findChildren(QAbstractButton) if "Lower" in one.text()
    ]
    place = place_of(window, lower)
    for _ in range(2):
        click(bench, window, place)
        bench.settle()
    assert done == ["Lower"]
    below = button_at(window, place)
    assert below is not None
    assert below.text() == "Upper"
    # A click that was meant for it counts.
    QApplication.setDoubleClickInterval(0)
    click(bench, window, place)
    assert done == ["Lower", "Upper"]


def test_on_a_button_that_uncovers_a_text(bench: WindowBench, window: MainWindow) -> None:
    """A word would be selected, and replaced by the next key."""
    text = QLineEdit("word", window)
    cover = QPushButton("Show", window)
    cover.clicked.connect(cover.hide)
    for widget in (text, cover):
        widget.setGeometry(0, 0, 200, 30)
        widget.raise_()
        widget.show()
    for _ in range(2):
        click(bench, window, QPoint(20, 15))
    assert not cover.isVisible()
    assert not text.hasFocus()
    QApplication.setDoubleClickInterval(0)
    click(bench, window, QPoint(20, 15))
    assert text.hasFocus()


def test_in_a_window_that_was_active_before(bench: WindowBench) -> None:
    window = QWidget()
    pressed = []
    for number in range(2):
        button = QPushButton(str(number), window)
        button.setGeometry(0, 0, 90, 30)
        button.clicked.connect(partial(pressed.append, number))
        button.clicked.connect(button.hide)
    window.show()
    window.activateWindow()
    bench.until(window.isActiveWindow)
    DoubleClickFilter(window)
    for _ in range(2):
        click(bench, window, QPoint(20, 20))
    assert pressed == [1]
    window.close()
    window.deleteLater()


def test_by_someone_who_clicks_on_and_on(bench: WindowBench) -> None:
    window = QWidget()
    card, generate = QWidget(window), QPushButton("Generate", window)
    for part in (generate, card):
        part.setGeometry(0, 0, 90, 30)
        part.raise_()
    pressed = []
    generate.clicked.connect(lambda: pressed.append(True))
    window.show()
    window.activateWindow()
    bench.until(window.isActiveWindow)
    now_s = 100.0
    DoubleClickFilter(window, lambda: now_s)
    QApplication.setDoubleClickInterval(400)
    click(bench, window, QPoint(20, 20))
    card.hide()
    for _ in range(9):
        now_s += 0.3
        click(bench, window, QPoint(20, 20))
    assert pressed == []
    # A click that was meant for it counts.
    now_s += 0.5
    click(bench, window, QPoint(20, 20))
    assert pressed == [True]
    window.close()
    window.deleteLater()


def test_on_the_menu_item_that_opens_a_dialog(bench: WindowBench, window: MainWindow) -> None:
    question = Confirmation(bench.style, "Delete it?", "For good.", "Delete", window)
    deleted = []
    question.accepted.connect(lambda: deleted.append(True))
    question.open()
    bench.until(question.isActiveWindow)
    place = question.confirm_button.mapTo(question, question.confirm_button.rect().center())
    click(bench, question, place)
    assert deleted == []
    assert question.isVisible()
    QApplication.setDoubleClickInterval(0)
    click(bench, question, place)
    assert deleted == [True]


def test_the_same_button_takes_both_clicks(bench: WindowBench, window: MainWindow) -> None:
    pressed = []
    button = window.library.group_button
    button.clicked.connect(lambda: pressed.append(True))
    for _ in range(2):
        click(bench, window, place_of(window, button))
    assert len(pressed) == 2

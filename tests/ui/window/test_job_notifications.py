"""Notifications of the desktop about jobs that end."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from producer_studio.domain.errors import ErrorKind, ErrorRecord
from producer_studio.domain.ids import AccountName, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.events import JobChanged
from producer_studio.ui.desktop.session_bus import connect_session_bus
from producer_studio.ui.window.desktop import DesktopIntegration
from producer_studio.ui.window.job_notifications import notification_text
from producer_studio.ui.window.window import MainWindow
from tests.support.notification_service import NotificationService
from tests.support.session_bus import HAS_SESSION_BUS, running_session_bus
from tests.ui.window.conftest import WindowBench

SOUND = "Slow lofi piano with vinyl crackle and brushed drums, 84 BPM"
_FAULT = ErrorRecord(kind=ErrorKind.REQUEST_REJECTED, message="The service rejected the lyrics.")


def _job(state: JobState, operation: Operation = Operation.CREATE, take: int = 1) -> Job:
    return Job(
        id=new_job_id(),
        state=state,
        recipe=Recipe(title="Low tide", operation=operation),
        take=take,
        takes=3,
        fault=_FAULT if state is JobState.FAILED else None,
    )


@pytest.mark.parametrize(
    ("jobs", "title", "body"),
    [
        ([_job(JobState.DONE)], "“Low tide” is ready", ""),
        ([_job(JobState.DONE)] * 3, "3 takes of “Low tide” are ready", ""),
        ([_job(JobState.DONE, Operation.STEMS)], "“Low tide” (stems) is ready", ""),
        (
            [_job(JobState.DONE), _job(JobState.FAILED, take=2)],
            "1 of 2 takes of “Low tide” are ready",
            "The service rejected the lyrics.",
        ),
        ([_job(JobState.FAILED)], "“Low tide” failed", "The service rejected the lyrics."),
        ([_job(JobState.UNKNOWN)], "The outcome of “Low tide” is unknown", ""),
    ],
)
def test_a_notification_says_what_came_of_a_press(jobs: list[Job], title: str, body: str) -> None:
    assert notification_text(jobs) == (title, body)


@pytest.fixture
def service(
    bench: WindowBench, joined: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> Iterator[NotificationService]:
    """The desktop's service, while the window is connected to its bus."""
    if not HAS_SESSION_BUS:
        pytest.skip("dbus-daemon is missing: no session bus")
    with running_session_bus() as (address, _bus):
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        far = bench.run(connect_session_bus(address))
        assert far is not None
        made = NotificationService(["body", "body-markup", "actions"])
        bench.run(made.publish(far))
        desktop = DesktopIntegration(joined)
        bench.press(lambda: bench.tasks.start("desktop", desktop.run()))
        bench.until(lambda: desktop._jobs._notifications is not None)
        yield made
        bench.press(lambda: bench.tasks.cancel("desktop"))
        bench.settle()
        far.disconnect()


def _leave(bench: WindowBench, window: MainWindow) -> None:
    """Puts another window in front."""
    window.hide()
    bench.until(lambda: QApplication.activeWindow() is None)


def _make(bench: WindowBench, *titles: str) -> None:
    recipes = [
        Recipe(sound=SOUND, title=title, instrumental=True, seed=str(number))
        for number, title in enumerate(titles)
    ]
    bench.run(bench.studio.jobs.submit(recipes, AccountName("personal")))
    bench.run(bench.studio.jobs.wait_until_idle())


def test_takes_of_a_press_are_one_and_a_click_shows_the_clip(
    bench: WindowBench, joined: MainWindow, service: NotificationService
) -> None:
    bench.press(lambda: bench.studio.preferences.change(notifications="on"))
    _leave(bench, joined)
    _make(bench, "Low & <b>tide</b>", "Low & <b>tide</b>")
    bench.until(lambda: bool(service.shown))
    (shown,) = service.shown
    # Titles are plain text to every service; only the text below may have markup.
    assert shown.title == "2 takes of “Low & <b>tide</b>” are ready"
    bench.until(lambda: len(joined.library.listed_clips()) == 2)
    service.send_token(shown.number, "token-of-the-desktop")
    service.send_click(shown.number)
    bench.until(lambda: joined.isVisible() and len(joined.library.selected_ids()) == 1)


def test_a_failed_job_is_told_with_its_reason_as_plain_text(
    bench: WindowBench, service: NotificationService, joined: MainWindow
) -> None:
    bench.press(lambda: bench.studio.preferences.change(notifications="on"))
    _leave(bench, joined)
    job = _job(JobState.FAILED)
    fault = ErrorRecord(
        kind=ErrorKind.REQUEST_REJECTED, message="No <img src='http://host/'> & so on."
    )
    bench.press(lambda: bench.studio.events.publish(JobChanged(replace(job, fault=fault))))
    bench.until(lambda: bool(service.shown))
    assert service.shown[0].title == "“Low tide” failed"
    assert service.shown[0].body == "No &lt;img src='http://host/'&gt; &amp; so on."


def test_nothing_is_shown_while_the_window_is_in_front(
    bench: WindowBench, joined: MainWindow, service: NotificationService
) -> None:
    bench.press(lambda: bench.studio.preferences.change(notifications="on"))
    joined.activateWindow()
    bench.until(lambda: QApplication.activeWindow() is joined)
    _make(bench, "Low tide")
    _leave(bench, joined)
    _make(bench, "High tide")
    bench.until(lambda: bool(service.shown))
    assert [one.title for one in service.shown] == ["“High tide” is ready"]


def test_it_asks_once_whether_to_notify(
    bench: WindowBench, joined: MainWindow, service: NotificationService
) -> None:
    _leave(bench, joined)
    _make(bench, "Low tide")
    assert bench.studio.preferences.value.notifications == "off"
    joined.show()
    buttons = joined.notices.findChildren(QPushButton)
    (button,) = [one for one in buttons if one.text() == "Show notifications"]
    bench.press(button.click)
    assert bench.studio.preferences.value.notifications == "on"
    assert service.shown == []
    QApplication.sendPostedEvents()

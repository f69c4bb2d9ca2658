"""Every task of the window is kept, reported and cancelled."""

import asyncio
import errno
import logging

import pytest
import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from producer_studio.domain.errors import ServiceUnavailable
from producer_studio.ui.tasks import GENERIC_ERROR, Tasks


@pytest.fixture
def told(loop: asyncio.AbstractEventLoop, qapp: QApplication) -> list[tuple[str, str, str]]:
    return []


@pytest.fixture
def tasks(loop: asyncio.AbstractEventLoop, told: list[tuple[str, str, str]]) -> Tasks:
    made = Tasks(loop)
    made.error_reported.connect(lambda *words: told.append(words))
    made.internal_error_reported.connect(lambda text: told.append(("broke", text, "")))
    return made


def turn(loop: asyncio.AbstractEventLoop, times: int = 5) -> None:
    async def wait() -> None:
        for _ in range(times):
            await asyncio.sleep(0)

    loop.run_until_complete(wait())


async def answer(value: str) -> str:
    await asyncio.sleep(0)
    return value


async def fail(problem: Exception) -> None:
    await asyncio.sleep(0)
    raise problem


def test_a_result_is_handed_over(loop: asyncio.AbstractEventLoop, tasks: Tasks) -> None:
    results: list[str] = []
    assert tasks.start("ask", answer("yes"), on_result=results.append)
    assert tasks.is_running("ask")
    turn(loop)
    assert results == ["yes"]
    assert not tasks.is_running("ask")


def test_the_same_action_does_not_start_twice(
    loop: asyncio.AbstractEventLoop, tasks: Tasks
) -> None:
    results: list[str] = []
    assert tasks.start("ask", answer("first"), on_result=results.append)
    assert not tasks.start("ask", answer("second"), on_result=results.append)
    turn(loop)
    assert results == ["first"]


def test_a_restart_leaves_the_old_answer_unheard(
    loop: asyncio.AbstractEventLoop, tasks: Tasks
) -> None:
    results: list[str] = []
    tasks.restart("search", answer("l"), on_result=results.append)
    tasks.restart("search", answer("lo"), on_result=results.append)
    turn(loop)
    assert results == ["lo"]


def test_a_fault_is_told_in_its_own_sentence(
    loop: asyncio.AbstractEventLoop, tasks: Tasks, told: list[tuple[str, str, str]]
) -> None:
    fault = ServiceUnavailable(
        "The service rests.", service_words="overloaded", status=503, trace_id="t1"
    )
    tasks.start("ask", fail(fault))
    turn(loop)
    assert told == [
        (
            "bad",
            "The service rests.",
            "overloaded\nHTTP status 503\nReference for the service's support: t1",
        )
    ]


def test_a_fault_can_be_taken_instead(
    loop: asyncio.AbstractEventLoop, tasks: Tasks, told: list[tuple[str, str, str]]
) -> None:
    taken: list[str] = []
    tasks.start(
        "ask", fail(ServiceUnavailable("Down.")), on_error=lambda fault: taken.append(fault.message)
    )
    turn(loop)
    assert taken == ["Down."]
    assert told == []


@pytest.mark.parametrize("is_group", [False, True])
def test_an_error_of_a_drive_is_told_and_no_error_of_the_program(
    loop: asyncio.AbstractEventLoop,
    tasks: Tasks,
    told: list[tuple[str, str, str]],
    is_group: bool,
) -> None:
    broken = OSError(errno.EIO, "Input/output error", "/music/song.wav")
    both = ExceptionGroup("unhandled errors in a TaskGroup", [broken, ServiceUnavailable("Down.")])
    tasks.start("ask", fail(both if is_group else broken))
    turn(loop)
    [(level, text, details)] = told
    assert level == "bad"
    assert text == "The system reported an error of “/music/song.wav”: Input/output error."
    assert "/music/song.wav" in details


@pytest.mark.logs_errors("a task raises unexpected exceptions")
@pytest.mark.parametrize(
    "problem",
    [
        ConnectionResetError("reset"),
        ExceptionGroup("some", [OSError(errno.EIO, "Input/output error"), KeyError("colour")]),
    ],
    ids=repr,
)
def test_other_errors_are_those_of_the_program(
    loop: asyncio.AbstractEventLoop,
    tasks: Tasks,
    told: list[tuple[str, str, str]],
    problem: Exception,
) -> None:
    tasks.start("ask", fail(problem))
    turn(loop)
    assert told == [("broke", GENERIC_ERROR, "")]


def test_our_own_mistake_is_logged_and_told_calmly(
    loop: asyncio.AbstractEventLoop,
    tasks: Tasks,
    told: list[tuple[str, str, str]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        tasks.start("ask", fail(ZeroDivisionError("by zero")))
        turn(loop)
    assert "ZeroDivisionError" in caplog.text
    assert told == [("broke", GENERIC_ERROR, "")]
    (record,) = caplog.records
    assert record.exc_info is not None, "without the exception no report is written of it"


@pytest.mark.logs_errors("a task raises an unexpected exception")
def test_a_mistake_in_what_follows_is_told_too(
    loop: asyncio.AbstractEventLoop, tasks: Tasks, told: list[tuple[str, str, str]]
) -> None:
    def stumble(_value: str) -> None:
        raise KeyError("colour")

    tasks.start("ask", answer("yes"), on_result=stumble)
    turn(loop)
    assert len(told) == 1


def test_closing_cancels_and_refuses(loop: asyncio.AbstractEventLoop, tasks: Tasks) -> None:
    ended: list[str] = []

    async def long() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            ended.append("long")

    tasks.start("long", long())
    tasks.start("never begun", answer("x"))
    turn(loop, 1)
    loop.run_until_complete(tasks.close())
    assert ended == ["long"]
    assert not tasks.start("late", answer("x"))


def test_cancelling_frees_the_name(loop: asyncio.AbstractEventLoop, tasks: Tasks) -> None:
    states: list[tuple[str, bool]] = []
    tasks.running_changed.connect(lambda name, running: states.append((name, running)))
    results: list[str] = []
    tasks.start("ask", answer("old"), on_result=results.append)
    tasks.cancel("ask")
    assert not tasks.is_running("ask")
    turn(loop)
    assert results == []
    assert states == [("ask", True), ("ask", False)]


class Page(QObject):
    """Something that is closed before its answer comes."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[object] = []

    def take(self, result: object) -> None:
        self.heard.append(result)


def test_a_page_that_was_closed_hears_nothing_and_a_fault_is_still_told(
    loop: asyncio.AbstractEventLoop, tasks: Tasks, told: list[tuple[str, str, str]]
) -> None:
    page = Page()
    tasks.start("ask", answer("yes"), on_result=page.take)
    tasks.start("fail", fail(ServiceUnavailable("It is down.")), on_error=page.take)
    shiboken6.delete(page)
    turn(loop)
    assert page.heard == []
    assert [text for _, text, _ in told] == ["It is down."]

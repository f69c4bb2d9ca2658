"""The jobs on top of the list."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel

from producer_studio.domain.account import Service
from producer_studio.domain.errors import ErrorKind, ErrorRecord, OperationRetired, RequestRejected
from producer_studio.domain.ids import AccountName, ClipId, JobId, TaskId, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.library.library import Library
from producer_studio.studio.events import JobChanged
from producer_studio.ui.clips.row_layout import TEXT_LEFT
from producer_studio.ui.library.failed_jobs import ErrorCard
from producer_studio.ui.library.job_row import JobRow, JobRowKind, build_job_row
from producer_studio.ui.library.job_row_widget import JobRowWidget
from producer_studio.ui.library.jobs_pane import MAX_CHANGES_PER_TURN
from tests.ui.library.conftest import ListBench

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
FAULT = ErrorRecord(
    kind=ErrorKind.FAILED_BY_SERVICE,
    message="The service failed this task and returned 10 credits.",
    service_words="internal error 23",
    trace_id="trace-7",
    status=500,
)


def a_job(state: JobState, **fields: object) -> Job:
    job = Job(
        id=new_job_id(),
        state=state,
        recipe=Recipe(title="Electric Skies", model="FUZZ-2.0 Pro"),
        account=AccountName("personal"),
        credits_expected=10,
        created_at=NOW,
    )
    return job.with_changes(**fields)


def face(job: Job, after_s: float = 16, *, progress: float | None = None) -> JobRow:
    now = NOW + timedelta(seconds=after_s)
    return build_job_row(job, now=now, typical_s=25, progress=progress, is_waiting=False)


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (JobState.QUEUED, "Queued"),
        (JobState.SENDING, "Sending"),
        (JobState.ACCEPTED, "At the service"),
        (JobState.WORKING, "Working"),
        (JobState.COLLECTING, "Downloading"),
    ],
)
def test_phase_in_words(state: JobState, word: str) -> None:
    assert face(a_job(state)).phase == word


def test_bar_shows_the_time_that_passed_and_no_more() -> None:
    working = a_job(JobState.WORKING, sent_at=NOW)
    shown = face(working)
    assert (shown.elapsed_text, shown.typical_text, shown.bar_fraction) == (
        "16 s",
        "of ~25 s",
        16 / 25,
    )
    late = face(working, 40)
    assert late.bar_fraction is None
    assert late.phase == "Longer than usual"
    assert face(working, 40, progress=0.3).bar_fraction == 0.3


def test_take_and_start_are_named() -> None:
    recipe = Recipe(title="Glass", operation=Operation.EXTEND, starts_at_s=45)
    shown = face(a_job(JobState.WORKING, recipe=recipe, take=2, takes=3))
    assert (shown.title, shown.badge) == ("Glass · take 2", "Extend 0:45")


def test_job_found_in_the_queue_waits_for_the_user() -> None:
    queued = a_job(JobState.QUEUED)
    shown = build_job_row(queued, now=NOW, typical_s=25, progress=None, is_waiting=True)
    assert shown.kind is JobRowKind.WAITING
    assert shown.message == "Not sent before the studio was closed · 10 credits"
    rejected = queued.with_changes(sent_at=NOW)
    shown = build_job_row(rejected, now=NOW, typical_s=25, progress=None, is_waiting=True)
    assert shown.message == "Not accepted before the studio was closed · 10 credits"


@pytest.fixture
def account(list_bench: ListBench) -> AccountName:
    """The account of the jobs, at a service that is not there."""
    name = AccountName("personal")
    list_bench.run(
        list_bench.studio.accounts.add(
            name, Service.MUSICAPI, base_url="http://127.0.0.1:9", profile="musicapi-2026-02"
        )
    )
    return name


def publish(list_bench: ListBench, job: Job, progress: float | None = None) -> None:
    list_bench.studio.events.publish(JobChanged(job, progress))


def only_row(list_bench: ListBench) -> JobRowWidget:
    (row,) = list_bench.panel.jobs.rows()
    return row


def buttons(row: JobRowWidget) -> list[str]:
    """The words of the buttons, without the time of the request."""
    found = sorted(row.findChildren(QAbstractButton), key=lambda button: button.x())
    names = [b.text() or b.accessibleName() for b in found if not b.isHidden()]
    return [re.sub(", requested [^,]*", "", name) for name in names]


def button(row: JobRowWidget, text: str) -> QAbstractButton:
    found = [one for one in row.findChildren(QAbstractButton) if one.text() == text]
    (shown,) = [one for one in found if not one.isHidden()]
    return shown


def press(row: JobRowWidget, text: str) -> None:
    button(row, text).click()


@pytest.mark.usefixtures("account")
def test_row_comes_changes_and_goes(list_bench: ListBench) -> None:
    pane = list_bench.panel.jobs
    assert pane.isHidden()
    job = a_job(JobState.WORKING, created_at=datetime.now(UTC))
    publish(list_bench, job)
    assert pane.isVisible()
    assert pane._second_timer.isActive()
    row = only_row(list_bench)
    assert "Electric Skies, Create, Working" in row.accessibleName()
    assert buttons(row) == ["Cancel Electric Skies"]
    publish(list_bench, job.with_changes(state=JobState.FAILED, fault=FAULT))
    assert only_row(list_bench) is row
    assert not pane._second_timer.isActive()
    assert buttons(row) == [
        "Error details, Electric Skies, failed",
        "Retry · 10 credits",
        "Dismiss Electric Skies",
    ]
    publish(list_bench, job.with_changes(state=JobState.FAILED, dismissed=True))
    assert pane.rows() == []
    assert pane.isHidden()


def test_unknown_outcome_is_asked_about(list_bench: ListBench, account: AccountName) -> None:
    publish(list_bench, a_job(JobState.UNKNOWN, created_at=datetime.now(UTC)))
    row = only_row(list_bench)
    assert buttons(row) == [
        "Error details, Electric Skies, outcome unknown",
        "Send again · 10 credits",
        "Forget",
    ]
    assert "It may or may not have been accepted." in row.accessibleName()
    # Where there is a list to look in, that is offered too.
    list_bench.run(list_bench.studio.accounts.remove(account))
    url = "http://127.0.0.1:9"
    list_bench.run(list_bench.studio.accounts.add(account, Service.ACEDATA, base_url=url))
    assert buttons(row)[1:3] == ["Check again", "Send again · 10 credits"]


def test_a_failed_job_without_an_answer_of_the_service_is_asked_about(
    list_bench: ListBench, account: AccountName
) -> None:
    away = ErrorRecord(kind=ErrorKind.UNREACHABLE, message="No connection could be made.")
    job = a_job(JobState.FAILED, account=account, task_id=TaskId("t"), fault=away)
    publish(list_bench, job)
    assert buttons(only_row(list_bench)) == [
        "Error details, Electric Skies, no response yet",
        "Check again",
        "Send again · 10 credits",
        "Forget",
    ]
    # Once the service has said how it ended, there is nothing to ask.
    publish(list_bench, job.with_changes(fault=FAULT))
    assert "Retry · 10 credits" in buttons(only_row(list_bench))


def test_what_was_ended_since_is_not_offered_again(
    list_bench: ListBench, account: AccountName
) -> None:
    recipe = Recipe(title="Glass", operation=Operation.EXTEND, model="FUZZ-0.8")
    publish(list_bench, a_job(JobState.FAILED, fault=FAULT, recipe=recipe))
    row = only_row(list_bench)
    assert "Retry · 10 credits" in buttons(row)
    learn, ended = (
        list_bench.studio._connections.record_response,
        OperationRetired("No longer offered.", status=410),
    )
    list_bench.run(learn(account, recipe, ended))
    assert buttons(row) == ["Error details, Glass, failed", "Allow again", "Dismiss Glass"]
    assert FAULT.message in row.accessibleName()
    assert "Extend at MusicAPI was discontinued by the service on" in row.accessibleName()
    press(row, "Allow again")
    list_bench.until(lambda: "Retry · 10 credits" in buttons(row))
    assert "Allow again" not in buttons(row)
    list_bench.run(
        learn(account, recipe, RequestRejected("No such model.", field="model", status=400))
    )
    assert "Retry · 10 credits" not in buttons(row)
    assert "Allow again" in buttons(row)
    assert "MusicAPI rejected the model FUZZ-0.8 on" in row.accessibleName()


@pytest.mark.usefixtures("account")
def test_the_price_of_a_retry_includes_the_upload_that_comes_first(list_bench: ListBench) -> None:
    recipe = Recipe(title="Glass", operation=Operation.COVER, source=ClipId("c"))
    first = a_job(JobState.FAILED, recipe=Recipe(operation=Operation.UPLOAD, source=ClipId("c")))
    job = a_job(JobState.FAILED, fault=FAULT, recipe=recipe, after=first.id)
    publish(list_bench, job)
    assert "Retry · 12 credits" in buttons(only_row(list_bench))
    publish(list_bench, job.with_changes(after=None))
    assert "Retry · 10 credits" in buttons(only_row(list_bench))


def test_what_a_running_job_waits_for_is_said() -> None:
    full = ErrorRecord(kind=ErrorKind.STORAGE, message="The disk is full.")
    shown = face(a_job(JobState.COLLECTING, fault=full))
    assert (shown.phase, shown.bar_fraction) == ("Waits for the disk", None)
    assert "The disk is full." in shown.accessible_text
    retired = ErrorRecord(kind=ErrorKind.OPERATION_RETIRED, message="No longer offered.")
    failed = build_job_row(
        a_job(JobState.FAILED, fault=retired),
        now=NOW, typical_s=25, progress=None, is_waiting=False, retry_problem="Extend was ended.",
    )  # fmt: skip
    assert failed.message == "Extend was ended. Nothing was charged."


def test_the_keyboard_goes_to_the_clips_with_the_button_that_had_it(
    list_bench: ListBench, account: AccountName
) -> None:
    job = a_job(JobState.FAILED, fault=FAULT, account=account)
    publish(list_bench, job)
    list_bench.panel.activateWindow()
    list_bench.until(list_bench.panel.isActiveWindow)
    retry = next(
        b for b in only_row(list_bench).findChildren(QAbstractButton) if "Retry" in b.text()
    )
    retry.setFocus()
    assert retry.hasFocus()
    publish(list_bench, job.with_changes(state=JobState.QUEUED, fault=None))
    assert list_bench.panel.view.hasFocus()


def test_takes_stand_in_their_order_and_newest_press_on_top(list_bench: ListBench) -> None:
    moment = datetime.now(UTC)
    for take in (1, 2):
        publish(list_bench, a_job(JobState.WORKING, take=take, takes=2, created_at=moment))
    later = moment + timedelta(seconds=5)
    publish(list_bench, a_job(JobState.WORKING, recipe=Recipe(title="Next"), created_at=later))
    titles = [row.job.title for row in list_bench.panel.jobs.rows()]
    assert titles == ["Next", "Electric Skies · take 1", "Electric Skies · take 2"]


def test_many_jobs_leave_room_for_the_clips(list_bench: ListBench) -> None:
    for _ in range(20):
        publish(list_bench, a_job(JobState.WORKING, created_at=datetime.now(UTC)))
    list_bench.settle()
    assert len(list_bench.panel.jobs.rows()) == 20
    assert list_bench.panel.jobs.height() <= list_bench.panel.height() * 0.5
    assert list_bench.panel._stack.height() > 200


def test_many_failed_jobs_are_one_line(list_bench: ListBench) -> None:
    pane = list_bench.panel.jobs
    failed = [
        a_job(JobState.FAILED, fault=FAULT, created_at=NOW + timedelta(seconds=age))
        for age in range(25)
    ]
    for job in failed[:2]:
        remember(list_bench, job)
    list_bench.settle()
    assert [row.isVisible() for row in pane.rows()] == [True, True]
    assert pane.failed_jobs.isHidden()
    for job in failed[2:]:
        remember(list_bench, job)
    running = a_job(JobState.WORKING, created_at=datetime.now(UTC))
    remember(list_bench, running)
    list_bench.settle()
    assert [row.job.id for row in pane.rows() if row.isVisible()] == [running.id]
    assert pane.failed_jobs.isVisible()
    assert (
        pane.failed_jobs.accessibleName()
        == f"25 jobs failed. Last: Electric Skies. {FAULT.message}"
    )
    line = pane.failed_jobs.sizeHint().height()
    list_bench.until(lambda: pane.height() == pane.rows()[0].sizeHint().height() + line)
    QTest.mouseClick(pane.failed_jobs.show_button, Qt.MouseButton.LeftButton)
    list_bench.until(lambda: all(not row.isHidden() for row in pane.rows()))
    assert pane.height() <= list_bench.panel.height() * 0.5
    list_bench.settle()
    # The line stays under the pointer, above the jobs that it shows.
    tops = [pane.rows()[0].y(), pane.failed_jobs.y(), *(row.y() for row in pane.rows()[1:])]
    assert tops == sorted(tops)
    assert pane.failed_jobs.y() == pane.rows()[0].height()
    QTest.mouseClick(pane.failed_jobs.show_button, Qt.MouseButton.LeftButton)
    list_bench.until(lambda: pane.rows()[1].isHidden())
    dismissed: list[list[JobId]] = []
    pane.jobs_dismissed.connect(dismissed.append)
    QTest.mouseClick(pane.failed_jobs.dismiss_button, Qt.MouseButton.LeftButton)
    list_bench.until(lambda: pane.count() == 1)
    list_bench.until(lambda: bool(dismissed))
    assert pane.failed_jobs.isHidden()
    assert set(dismissed[0]) == {job.id for job in failed}
    pane.restore_dismissed(dismissed[0])
    list_bench.until(lambda: pane.count() == 26)
    stored = list_bench.run(list_bench.studio._library.jobs.list_jobs(open_only=True))
    assert len(stored) == 26


@pytest.mark.usefixtures("account")
def test_jobs_of_the_same_title_have_different_accessible_names(list_bench: ListBench) -> None:
    now = datetime.now(UTC)
    for seconds in (0, 7, 24 * 60 * 60):
        created_at = now - timedelta(seconds=seconds)
        remember(list_bench, a_job(JobState.FAILED, fault=FAULT, created_at=created_at))
    rows = list_bench.panel.jobs.rows()
    parts = [*rows, *(part for row in rows for part in row.findChildren(QAbstractButton))]
    names = [part.accessibleName() for part in parts]
    assert len(names) == 3 * 4
    assert len(set(names)) == len(names)


def test_a_job_of_another_program_has_a_row_while_it_runs(list_bench: ListBench) -> None:
    other = list_bench.run(Library.open(list_bench.studio.clips.folder))
    watch = list_bench.studio.other_jobs
    list_bench.run(watch.publish_changes())
    job = a_job(JobState.WORKING, created_at=datetime.now(UTC))
    list_bench.run(other.jobs.write(job))
    list_bench.run(watch.publish_changes())
    row = only_row(list_bench)
    assert "In another program" in row.accessibleName()
    assert [button for button in row.findChildren(QAbstractButton) if button.isVisible()] == []
    assert list_bench.studio.jobs.visible_jobs() == []
    failed = job.with_changes(state=JobState.FAILED, fault=FAULT)
    list_bench.run(other.jobs.write(failed))
    list_bench.run(watch.publish_changes())
    assert only_row(list_bench).kind is JobRowKind.FAILED
    next(
        button
        for button in row.findChildren(QAbstractButton)
        if button.accessibleName().startswith("Dismiss")
    ).click()
    list_bench.until(lambda: list_bench.panel.jobs.rows() == [])
    list_bench.run(watch.publish_changes())
    list_bench.run(watch.publish_changes())
    assert list_bench.panel.jobs.rows() == []
    second = a_job(JobState.COLLECTING, created_at=datetime.now(UTC))
    list_bench.run(other.jobs.write(second))
    list_bench.run(watch.publish_changes())
    assert list_bench.panel.jobs.count() == 1
    list_bench.run(other.jobs.write(second.with_changes(state=JobState.DONE)))
    list_bench.run(watch.publish_changes())
    assert list_bench.panel.jobs.rows() == []
    list_bench.run(other.close())


def test_an_own_job_is_no_job_of_another_program(list_bench: ListBench) -> None:
    job = a_job(JobState.WORKING, created_at=datetime.now(UTC))
    remember(list_bench, job)
    list_bench.run(list_bench.studio.other_jobs.publish_changes())
    assert "In another program" not in only_row(list_bench).accessibleName()


def remember(list_bench: ListBench, job: Job) -> None:
    list_bench.run(list_bench.studio._library.jobs.write(job))
    list_bench.studio.jobs._store.load_and_publish(job)


def test_buttons_have_room_at_any_width(list_bench: ListBench) -> None:
    publish(list_bench, a_job(JobState.UNKNOWN, created_at=datetime.now(UTC)))
    for width in (380, 480, 620, 736, 1000):
        list_bench.panel.resize(width, 640)
        list_bench.settle()
        row = only_row(list_bench)
        boxes = [b.geometry() for b in row.findChildren(QAbstractButton) if not b.isHidden()]
        assert all(row.rect().contains(box) for box in boxes), width
        assert not any(
            one.intersects(other) for one in boxes for other in boxes if one is not other
        )


def test_words_of_the_service_are_one_click_away(list_bench: ListBench) -> None:
    publish(list_bench, a_job(JobState.FAILED, fault=FAULT, created_at=datetime.now(UTC)))
    row = only_row(list_bench)
    button = next(
        b
        for b in row.findChildren(QAbstractButton)
        if b.accessibleName().startswith("Error details")
    )
    button.click()
    card = QApplication.activePopupWidget()
    assert isinstance(card, ErrorCard)
    words = [label.text() for label in card.findChildren(QLabel)]
    assert "internal error 23" in words
    assert "trace-7" in words
    card.copy_button.click()
    assert "trace-7" in QApplication.clipboard().text()


def test_cancel_and_forget_reach_the_studio(list_bench: ListBench) -> None:
    unknown = a_job(JobState.UNKNOWN, created_at=datetime.now(UTC))
    list_bench.run(list_bench.studio._library.jobs.write(unknown))
    list_bench.studio.jobs._store.load_and_publish(unknown)
    row = only_row(list_bench)
    next(b for b in row.findChildren(QAbstractButton) if b.text() == "Forget").click()
    list_bench.until(lambda: list_bench.panel.jobs.rows() == [])
    stored = list_bench.run(list_bench.studio.jobs.get(unknown.id))
    assert stored is not None
    assert stored.state is JobState.CANCELLED


def test_failed_job_is_dismissed(list_bench: ListBench) -> None:
    failed = a_job(JobState.FAILED, fault=FAULT, created_at=datetime.now(UTC))
    list_bench.run(list_bench.studio._library.jobs.write(failed))
    list_bench.studio.jobs._store.load_and_publish(failed)
    row = only_row(list_bench)
    next(
        b for b in row.findChildren(QAbstractButton) if b.accessibleName().startswith("Dismiss")
    ).click()
    list_bench.until(lambda: list_bench.panel.jobs.rows() == [])
    assert list_bench.studio.jobs.visible_jobs() == []


@pytest.mark.usefixtures("account")
def test_long_sentence_is_shown_whole(list_bench: ListBench) -> None:
    long = FAULT.message + " Change the words and try again; nothing else was charged for it."
    fault = ErrorRecord(kind=ErrorKind.REQUEST_REJECTED, message=long * 2)
    publish(list_bench, a_job(JobState.FAILED, fault=FAULT))
    short = only_row(list_bench).sizeHint().height()
    publish(list_bench, a_job(JobState.FAILED, fault=fault))
    tall, _ = sorted(list_bench.panel.jobs.rows(), key=lambda row: -row.sizeHint().height())
    assert tall.sizeHint().height() > short
    list_bench.until(lambda: list_bench.panel.jobs.height() == tall.sizeHint().height() + short)
    assert tall.toolTip() == fault.message
    # Beside its buttons it would not fit, above them it does.
    tight = a_job(
        JobState.UNKNOWN,
        fault=ErrorRecord(kind=ErrorKind.REQUEST_REJECTED, message=(long * 2)[:160]),
    )
    publish(list_bench, tight)
    row = next(one for one in list_bench.panel.jobs.rows() if one.job.id == tight.id)
    row.resize(680, row.height())
    room = row._text_right() - TEXT_LEFT
    assert all(
        row._row_style.body.metrics.horizontalAdvance(one) <= room for one in row._message_lines()
    )


def test_only_whole_jobs_are_in_sight(list_bench: ListBench) -> None:
    for _ in range(12):
        publish(list_bench, a_job(JobState.QUEUED, created_at=datetime.now(UTC)))
    pane = list_bench.panel.jobs
    row = pane.rows()[0].sizeHint().height()
    assert pane.height() % row == 0
    assert 0 < pane.height() < list_bench.panel.height() / 2


def test_a_registration_and_what_waits_for_it_say_so() -> None:
    upload = Recipe(operation=Operation.UPLOAD, title="City Lights", source=ClipId("c"))
    first = a_job(JobState.WORKING, recipe=upload)
    assert face(first).title == "Registering City Lights at personal"
    cover = Recipe(operation=Operation.COVER, title="Mine", source=ClipId("c"))
    waiting = a_job(JobState.QUEUED, recipe=cover, after=first.id)
    assert (face(waiting).title, face(waiting).phase) == ("Mine", "Waits for its source")
    left = build_job_row(waiting, now=NOW, typical_s=25, progress=None, is_waiting=True)
    assert left.kind is JobRowKind.WAITING
    assert left.message.endswith("10 credits · its source is registered first")
    plain = a_job(JobState.WORKING, recipe=Recipe(operation=Operation.STEMS))
    assert (face(plain).title, face(plain).badge) == ("Stems", "")


def test_hundreds_of_jobs_are_shown_over_several_turns_of_the_loop(list_bench: ListBench) -> None:
    jobs = [a_job(JobState.WORKING, take=number) for number in range(400)]
    pane = list_bench.panel.jobs
    short, *others = jobs

    async def start_all() -> None:
        for job in jobs:
            list_bench.studio.events.publish(JobChanged(job, progress=0.5))
        # The window's thread is let go before all of them are rows.
        assert pane.count() == MAX_CHANGES_PER_TURN
        for job in (short, others[-1]):
            list_bench.studio.events.publish(JobChanged(job.with_changes(state=JobState.DONE)))
        list_bench.studio.events.publish(JobChanged(others[-2]))

    list_bench.run(start_all())
    list_bench.until(lambda: not pane._pending_changes)
    assert [row.job.take for row in pane.rows()] == [job.take for job in others[:-1]]
    # A change without progress keeps that of the one before.
    shown = pane.rows()[-1]._row
    assert shown is not None
    assert shown.bar_fraction == 0.5
    assert not pane._pending_changes

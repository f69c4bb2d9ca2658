"""Progress of jobs on stdout, until they are finished."""

import asyncio
from collections.abc import Collection, Sequence
from time import monotonic
from typing import Self

import click

from producer_studio.cli.columns import indent_lines
from producer_studio.cli.exit_codes import (
    CommandError,
    ExitCode,
    exit_code_for_error,
    exit_code_for_kind,
    format_error,
)
from producer_studio.cli.number_option import NumberOption
from producer_studio.cli.output import clip_json, job_line
from producer_studio.cli.session import Session
from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.errors import ErrorKind, ErrorRecord
from producer_studio.domain.ids import JobId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.sweep import stop_reason
from producer_studio.studio.events import JobChanged
from producer_studio.translation import Message, mark, sentences, tr, tr_message
from producer_studio.translation.numbers import unrounded

DEFAULT_PATIENCE_S = 120.0
"""Seconds to wait while a service or a file is unreachable; nothing is lost after that."""

patience_option = click.option(
    "--patience",
    "patience_s",
    type=NumberOption(1),
    default=DEFAULT_PATIENCE_S,
    help=mark("Seconds to wait for an unreachable service before giving up."),
)

_END_STATES = {JobState.DONE, JobState.FAILED, JobState.UNKNOWN, JobState.CANCELLED}
_FATAL_KINDS = {
    ErrorKind.NOT_AUTHORISED,
    ErrorKind.STORAGE,
    ErrorKind.UNEXPECTED,
    ErrorKind.NOT_DELIVERED,
}


class JobProgress:
    """Prints an event for each state transition of the jobs.

    Everything published after `__enter__` is queued until `wait_until_finished` selects the jobs.
    """

    def __init__(self, session: Session, patience_s: float = DEFAULT_PATIENCE_S) -> None:
        self._session = session
        self._patience_s = patience_s
        self._changes: asyncio.Queue[Job] = asyncio.Queue()
        self._shown_states: dict[JobId, JobState] = {}
        self._unknown_jobs: dict[JobId, Job] = {}
        self._queued: dict[JobId, Job] = {}
        self._troubled_since: dict[JobId, float] = {}
        self._troubles: dict[JobId, ErrorRecord] = {}
        self._given_up: dict[JobId, CommandError] = {}
        self._unwritten: set[JobId] = set()

    def __enter__(self) -> Self:
        self._unsubscribe = self._session.studio.events.subscribe(JobChanged, self._on_job_changed)
        return self

    def __exit__(self, *_: object) -> None:
        self._unsubscribe()

    def _on_job_changed(self, changed: JobChanged) -> None:
        self._changes.put_nowait(changed.job)

    async def wait_until_finished(self, jobs: Sequence[JobId]) -> list[Job]:
        """Waits for the end of these jobs, also of cancelled ones that the service executes.

        Raises:
            CommandError: A job cannot proceed now, and the others are finished; results and
                accepted requests are preserved.
        """
        waiting = set(jobs)
        ended: dict[JobId, Job] = {}
        while waiting - self._given_up.keys():
            try:
                job = await asyncio.wait_for(self._changes.get(), timeout=1.0)
            except TimeoutError:
                self._give_up_if_stuck()
                self._give_up_without_source(waiting)
            else:
                if job.id in waiting:
                    await self._show(job)
                    self._watch_trouble(job)
                    self._queued.pop(job.id, None)
                    if job.state is JobState.QUEUED:
                        self._queued[job.id] = job
                    if _is_finished(job):
                        waiting.discard(job.id)
                        ended[job.id] = job
                # Events of another job must not delay this one forever.
                self._give_up_if_stuck()
            for job in self._pop_unresolved():
                waiting.discard(job.id)
                ended[job.id] = job
            for job in self._queued.values():
                first = ended.get(job.after) if job.after is not None else None
                if first is not None and first.state is JobState.UNKNOWN:
                    # It depends on a decision of the user as well, and is reported with the other.
                    waiting.discard(job.id)
                    ended[job.id] = job
        for stopped in self._given_up.values():
            raise stopped
        if all(job.state is not JobState.UNKNOWN for job in ended.values()):
            # Temporary uploads are deleted after the job's last transition.
            await self._session.studio.jobs.wait_until_idle()
        return [ended[job_id] for job_id in jobs]

    async def wait_until_accepted(self, jobs: Sequence[JobId]) -> None:
        """Waits until the service has accepted or rejected these jobs.

        Raises:
            CommandError: A job was not accepted, or its outcome is unknown.
        """
        waiting = set(jobs)
        failed: list[Job] = []
        while waiting:
            job = await self._changes.get()
            if job.id not in waiting:
                continue
            await self._show(job)
            if job.state in _END_STATES or job.state.is_polled:
                waiting.discard(job.id)
            if job.state in _END_STATES:
                failed.append(job)
        raise_for_failed_jobs([job for job in failed if not stop_reason(job)])

    async def _show(self, job: Job) -> None:
        if self._shown_states.get(job.id) is job.state:
            return
        self._shown_states[job.id] = job.state
        event: dict[str, object] = {
            "event": str(job.state),
            "job": job.id,
            "task_id": job.task_id,
        }
        lines = [job_line(job)]
        if job.fault is not None:
            event["fault"] = job.fault.to_json()
            if self._session.output.as_json:
                self._troubles[job.id] = job.fault
        if job.state is JobState.DONE:
            clips = await self._session.studio.clips.get_many(list(job.clips))
            event["clips"] = [clip_json(clip) for clip in clips]
            lines += [line for clip in clips for line in _clip_file_lines(clip)]
        self._session.output.write_result(event, lines)

    def _pop_unresolved(self) -> list[Job]:
        """Removes and returns jobs of unknown outcome that are no longer polled, or timed out."""
        if not self._changes.empty():
            return []
        left = [
            job
            for job in self._unknown_jobs.values()
            if not self._session.studio.jobs.is_running(job.id)
            or self._is_out_of_patience(self._troubled_since[job.id])
        ]
        for job in left:
            del self._unknown_jobs[job.id]
        return left

    def _is_out_of_patience(self, since: float) -> bool:
        return monotonic() - since > self._patience_s

    def _watch_trouble(self, job: Job) -> None:
        self._unwritten.discard(job.id)
        if job.fault is not None and _is_unwritten(job, job.fault):
            self._unwritten.add(job.id)
        if job.state is JobState.UNKNOWN:
            # A service that lists its tasks, or supports idempotency keys, may determine the
            # outcome.
            self._unknown_jobs[job.id] = job
            self._troubled_since.setdefault(job.id, monotonic())
            return
        if job.id in self._unknown_jobs and job.state is JobState.SENDING:
            return
        self._unknown_jobs.pop(job.id, None)
        if job.fault is None or job.state in _END_STATES:
            self._troubled_since.pop(job.id, None)
            self._troubles.pop(job.id, None)
            self._given_up.pop(job.id, None)
            return
        self._troubled_since.setdefault(job.id, monotonic())
        self._show_wait(job, job.fault)
        if _is_fatal(job, job.fault):
            is_reported = job.fault.message in self._session.output.written_messages
            sentence = sentences("" if is_reported else job.fault.message, _RESUME_HINT)
            self._given_up[job.id] = CommandError(exit_code_for_kind(job.fault.kind), sentence)

    def _show_wait(self, job: Job, error: ErrorRecord) -> None:
        """Prints why a job waits, each reason once."""
        before = self._troubles.get(job.id)
        self._troubles[job.id] = error
        if _is_fatal(job, error) or (before is not None and before.message == error.message):
            return
        if self._session.output.as_json:
            event = {"event": "waiting", "job": job.id, "task_id": job.task_id}
            self._session.output.write_result(event | {"fault": error.to_json()}, "")
        else:
            self._session.output.write_message(
                mark("“{title}” waits: {message}", title=job.title, message=error.message)
            )

    def _give_up_if_stuck(self) -> None:
        for job_id, since in self._troubled_since.items():
            if (
                job_id not in self._unknown_jobs
                and job_id not in self._unwritten
                and self._is_out_of_patience(since)
            ):
                state, error = self._shown_states.get(job_id), self._troubles.get(job_id)
                trouble = _describe_trouble(state, error.kind if error is not None else None)
                short = job_id[:8]
                is_unsent = state is JobState.QUEUED
                after = _UNSENT_HINT.with_values(job=short) if is_unsent else _RESUME_HINT
                seconds = unrounded(self._patience_s)
                self._given_up[job_id] = CommandError(
                    ExitCode.UNREACHABLE,
                    sentences(trouble.with_values(seconds=seconds, job=short), after),
                )

    def _give_up_without_source(self, waiting: Collection[JobId]) -> None:
        """Gives up jobs that wait for the upload of their source, which nothing here runs."""
        for job in self._queued.values():
            is_running = self._session.studio.jobs.is_running(job.id)
            if job.after is not None and job.after not in waiting and not is_running:
                self._given_up[job.id] = CommandError(
                    ExitCode.FAILURE,
                    _NO_SOURCE_MESSAGE.with_values(first=job.after[:8], job=job.id[:8]),
                )


_NO_SOURCE_MESSAGE = mark(
    "This waits for the upload of its source (job {first}), which is not being sent or "
    "waits for a decision. It was not sent itself, so nothing was charged for it. Continue "
    "the upload with “producer-studio jobs resume” or “producer-studio jobs resolve "
    "{first}”, then send this with “producer-studio jobs resolve {job} --send-again”."
)

_RESUME_HINT = mark(
    "Everything that the service has accepted is kept: “producer-studio jobs resume” continues."
)
_UNSENT_HINT = mark(
    "It has not accepted this, so nothing was charged. Decide with “producer-studio jobs "
    "resolve {job} --send-again” or “--forget”."
)


def _describe_trouble(state: JobState | None, kind: ErrorKind | None) -> Message:
    """Returns a sentence about a continuing problem, for its time and the id of its job."""
    if state is JobState.COLLECTING and kind is ErrorKind.MEDIA_REJECTED:
        return mark("The finished file has not been available for {seconds} seconds (job {job}).")
    if state is JobState.COLLECTING:
        return mark("The finished file could not be downloaded for {seconds} seconds (job {job}).")
    if kind is None or kind is ErrorKind.UNREACHABLE:
        return mark("The service has been unreachable for {seconds} seconds (job {job}).")
    if kind is ErrorKind.RATE_LIMITED:
        return mark(
            "The service has been busy with other requests for {seconds} seconds (job {job})."
        )
    return mark(
        "The service has not reported the status of this for {seconds} seconds (job {job})."
    )


def _is_unwritten(job: Job, error: ErrorRecord) -> bool:
    """Whether the disk has not taken the outcome of a request yet, such as the id of its task.

    It would be lost with the end of the command.
    """
    return job.state is JobState.SENDING and error.kind is ErrorKind.STORAGE


def _is_fatal(job: Job, error: ErrorRecord) -> bool:
    return error.kind in _FATAL_KINDS and not _is_unwritten(job, error)


def _is_finished(job: Job) -> bool:
    """Whether no more events of a job are expected."""
    watched_quietly = job.task_id is not None and job.finished_at is None
    if job.state is JobState.CANCELLED:
        return not watched_quietly
    return job.state.is_finished


def _clip_file_lines(clip: Clip) -> list[str]:
    """Returns a line with the clip's file, or the text of lyrics."""
    if clip.media is MediaState.NONE and clip.lyrics:
        return [f"    {tr_message(clip.display_title)}", *indent_lines(clip.lyrics)]
    if clip.path is not None:
        return [f"    {clip.path}"]
    return [f"    {tr('{title} (without its sound)', title=clip.display_title)}"]


def raise_for_failed_jobs(jobs: Sequence[Job]) -> None:
    """Ends the command with the exit code of the first job that failed.

    Raises:
        CommandError: A job failed.
    """
    for job in jobs:
        if job.state is JobState.DONE:
            continue
        if job.fault is None:
            raise CommandError(ExitCode.FAILURE, mark("{title}: cancelled.", title=job.title))
        sentence = format_error(job.fault)
        if job.state is JobState.UNKNOWN or job.is_failure_unconfirmed:
            sentence = sentences(
                sentence,
                mark(
                    "Decide with “producer-studio jobs resolve {job} --forget” or “--send-again”.",
                    job=job.id[:8],
                ),
            )
        code = exit_code_for_error(job.fault)
        if job.task_id is not None and code is not ExitCode.OUTCOME_UNKNOWN:
            code = ExitCode.FAILED_BY_SERVICE
        raise CommandError(code, sentence)

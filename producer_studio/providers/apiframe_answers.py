"""Answers of Apiframe (seed 004 and services.md).

The wire shapes below never leave this module. Unknown fields are ignored; a known field of a wrong
type makes the whole answer unreadable.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import msgspec

from producer_studio.domain.clip import MediaLinks
from producer_studio.domain.credits import Balance
from producer_studio.domain.faults import FaultKind, FaultRecord
from producer_studio.domain.ids import RemoteId, TaskId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.faults import (
    MODERATION,
    fault_of,
    field_in,
    retry_after_s,
    unreadable,
)
from producer_studio.providers.http import KEPT_OF_UNREADABLE, Answer
from producer_studio.providers.protocol import (
    Accepted,
    Failed,
    Finished,
    FoundTask,
    LookAnswer,
    RemoteClip,
    Working,
)
from producer_studio.providers.reading import clean, decode, is_task_id, length_s, moment
from producer_studio.providers.words import as_number, read_words

MODEL = "producer"


class _Submitted(msgspec.Struct):
    """Seed 004, submission response; a repeated key brings the first job back."""

    job_id: str | None = msgspec.field(name="jobId", default=None)


class _Track(msgspec.Struct, rename="camel"):
    id: str | int | None = None
    audio_url: str | None = None
    image_url: str | None = None
    title: str | None = None
    tags: str | list[str] | None = None
    duration: float | str | None = None


class _Result(msgspec.Struct):
    tracks: list[_Track] | None = None


_AnyResult: TypeAlias = _Result | list[_Track | str] | str
"""services.md shows `{"tracks": […]}`; the seed says only that the addresses are in there."""


class _Job(msgspec.Struct, rename="camel"):
    """One job, alone or in the list.

    What was asked for is in `input`, or beside the rest, or left out: the documents do not say.
    """

    id: str | None = None
    status: str | None = None
    model: str | None = None
    progress: float | None = None
    credit_cost: float | str | None = None
    created_at: str | None = None
    completed_at: str | None = None
    expired: bool | None = None
    result: _AnyResult | None = None
    input: Any = None
    prompt: Any = None
    params: Any = None


class _Page(msgspec.Struct, rename="camel"):
    jobs: list[_Job]
    next_cursor: str | None = None
    has_more: bool | None = None


class _Team(msgspec.Struct):
    credits: float | str


class _Me(msgspec.Struct):
    team: _Team


_WORKING = frozenset({"QUEUED", "PROCESSING"})
_ENDED = frozenset({"FAILED", "CANCELLED"})


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list of past jobs.

    Attributes:
        tasks: Of this kind of model only.
        times: When each job of the page was made, in the page's order.
        next_cursor: Empty on the last page.
    """

    tasks: tuple[FoundTask, ...]
    times: tuple[datetime, ...]
    next_cursor: str


def read_submit(answer: Answer, service: str) -> Accepted:
    """The id of an accepted job.

    Raises:
        Fault: As `fault_of`; OutcomeUnknown when a success cannot be read or names no job.
    """
    refused = not 200 <= answer.status < 300
    shape = decode(answer.body, _Submitted)
    task = "" if isinstance(shape, str) else (shape.job_id or "").strip()
    # A server error that names a job was raised after the job was made: watch it.
    if is_task_id(task) and (not refused or answer.status >= 500):
        return Accepted(TaskId(task))
    if refused:
        raise fault_of(answer, service=service, paid=True, operation=Operation.CREATE)
    why = shape if isinstance(shape, str) else "The answer names no job."
    raise unreadable(answer, service=service, paid=True, why=why)


def read_look(answer: Answer, recipe: Recipe, service: str) -> LookAnswer:
    """What has become of a job.

    Raises:
        Fault: The answer says nothing about the job itself.
    """
    job = _read_job(answer, service)
    phase = clean(job.status).upper()[:40]
    if phase in _ENDED:
        return _failed(answer, job, service, cancelled=phase == "CANCELLED")
    if phase != "COMPLETED":
        if not phase:
            raise unreadable(answer, service=service, paid=False, why="The job has no status.")
        # Also for a phase that no document names: looking again is free.
        return Working(
            progress=_share(job.progress) if phase in _WORKING else None,
            note=phase,
            retry_after_s=retry_after_s(answer.header("retry-after")),
        )
    return _finished(answer, job, recipe, service)


def read_found(answer: Answer, service: str) -> FoundTask:
    """A job of the list with what was asked for, which the list itself leaves out. Raises `Fault`s.

    An answer without a name for the job is unreadable.
    """
    job = _read_job(answer, service)
    found = _found(job)
    if found is None:
        raise unreadable(answer, service=service, paid=False, why="The job has no id.")
    return found


def read_page(answer: Answer, service: str) -> Page:
    """One page of the list. Raises `Fault`s, also where it does not say how to go on."""
    if not 200 <= answer.status < 300:
        raise fault_of(answer, service=service, paid=False)
    page = decode(answer.body, _Page)
    if isinstance(page, str):
        raise unreadable(answer, service=service, paid=False, why=page)
    cursor = (page.next_cursor or "").strip()
    found = [_found(job) for job in page.jobs]
    if page.has_more and not cursor:
        why = "More jobs are said to follow, and no way to them."
        raise unreadable(answer, service=service, paid=False, why=why)
    if None in found:
        raise unreadable(answer, service=service, paid=False, why="A job has no id.")
    times = (moment(job.created_at) for job in page.jobs)
    return Page(
        tasks=tuple(
            task
            for task, job in zip(found, page.jobs, strict=True)
            if task is not None and clean(job.model) in {MODEL, ""}
        ),
        times=tuple(time for time in times if time is not None),
        next_cursor="" if page.has_more is False else cursor,
    )


def read_credits(answer: Answer, service: str) -> Balance:
    """The team's balance. Raises `Fault`s."""
    if not 200 <= answer.status < 300:
        raise fault_of(answer, service=service, paid=False)
    shape = decode(answer.body, _Me)
    if isinstance(shape, str):
        raise unreadable(answer, service=service, paid=False, why=shape)
    amount = as_number(shape.team.credits)
    if amount is None:
        raise unreadable(answer, service=service, paid=False, why="The balance is not a number.")
    return Balance(credits=amount)


def _read_job(answer: Answer, service: str) -> _Job:
    if not 200 <= answer.status < 300:
        raise fault_of(answer, service=service, paid=False, about_task=True)
    job = decode(answer.body, _Job)
    if isinstance(job, str):
        raise unreadable(answer, service=service, paid=False, why=job)
    return job


def _share(percent: float | None) -> float | None:
    number = as_number(percent)
    return number / 100 if number is not None and 0 <= number <= 100 else None


def _failed(answer: Answer, job: _Job, service: str, *, cancelled: bool) -> Failed:
    """A job that ended without a result: only a success is paid for (seed 004)."""
    words = read_words(answer)
    cost = as_number(job.credit_cost)
    # The rule speaks of failures; what a cancelled job costs is known only where it says so.
    came_back = True if cost == 0 else None if cancelled or cost is not None else True
    money = (
        "Nothing was charged. You can try again."
        if came_back
        else "It did not say whether this was charged: check your balance."
    )
    moderated = not cancelled and bool(MODERATION.search(words.text))
    if cancelled:
        what = f"This was cancelled at {service}. "
    elif moderated:
        said = words.text.rstrip(".")[:160]
        what = f"{service} refused this after taking it: \u201c{said}\u201d. "
    else:
        what = f"{service} could not finish this. "
    return Failed(
        fault=FaultRecord(
            kind=FaultKind.REFUSED if moderated else FaultKind.FAILED_BY_SERVICE,
            message=what + money,
            service_words=words.text,
            trace_id=words.trace_id,
            field=field_in(words.text) if moderated else "",
            status=answer.status,
        ),
        refunded=came_back,
        raw=answer.body[:KEPT_OF_UNREADABLE],
    )


def _finished(answer: Answer, job: _Job, recipe: Recipe, service: str) -> LookAnswer:
    clips = [_clip(track, job, recipe) for track in _tracks(job.result)]
    good = [clip for clip in clips if clip.remote_id is not None or clip.links.audio]
    raw = answer.body[:KEPT_OF_UNREADABLE]
    if not good and job.expired:
        return Failed(
            FaultRecord(
                kind=FaultKind.FAILED_BY_SERVICE,
                message=f"{service} finished this, and has deleted the song since: it keeps songs "
                "for a day only. It was charged. Ask the service's support for it.",
                service_words=read_words(answer).text,
                status=answer.status,
            ),
            refunded=False,
            raw=raw,
        )
    if not good:
        why = "Done, but nothing usable was delivered."
        raise unreadable(answer, service=service, paid=False, why=why)
    note = ""
    if job.expired:
        note = (
            f"{service} has deleted the files of this song: it keeps them for a day only. What it "
            "says of the song was kept."
        )
    elif len(good) < len(clips) or not all(clip.links.audio for clip in good):
        note = f"{service} delivered only part of this."
    return Finished(
        clips=tuple(good),
        charged=as_number(job.credit_cost),
        raw=raw,
        note=note,
        expired=bool(job.expired),
    )


def _tracks(result: _AnyResult | None) -> list[_Track]:
    if isinstance(result, _Result):
        return result.tracks or []
    entries = [result] if isinstance(result, str) else result or []
    return [_Track(audio_url=entry) if isinstance(entry, str) else entry for entry in entries]


def _clip(track: _Track, job: _Job, recipe: Recipe) -> RemoteClip:
    remote_id = clean(str(track.id)) if track.id is not None else ""
    tags = ", ".join(track.tags) if isinstance(track.tags, list) else track.tags
    return RemoteClip(
        remote_id=RemoteId(remote_id) if remote_id else None,
        title=clean(track.title),
        # The user's own words say more than the tags made of them.
        sound=recipe.sound or clean(tags),
        duration_s=length_s(track.duration),
        created_at=moment(job.completed_at) or moment(job.created_at),
        links=MediaLinks(audio=clean(track.audio_url), image=clean(track.image_url)),
    )


def _found(job: _Job) -> FoundTask | None:
    task = (job.id or "").strip()
    if not is_task_id(task):
        return None
    beside = {"prompt": job.prompt, "params": job.params}
    asked = job.input if isinstance(job.input, dict) else beside
    inner = asked.get("producerParams") or asked.get("params")
    params = inner if isinstance(inner, dict) else asked
    return FoundTask(
        task=TaskId(task),
        created_at=moment(job.created_at),
        title=_said(params, "title"),
        prompt=_said(asked, "prompt"),
        lyrics=_said(params, "lyrics"),
        seed=_said(params, "seed"),
        status=clean(job.status).upper()[:40],
    )


def _said(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    return clean(value) if isinstance(value, str) else ""

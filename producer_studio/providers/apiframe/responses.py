"""Answers of Apiframe (seed 004 and services.md).

Fields are read one by one; unknown ones are ignored.
"""

from dataclasses import dataclass
from datetime import datetime

from producer_studio.domain.clip import MediaLinks
from producer_studio.domain.credits import Balance
from producer_studio.domain.errors import FaultKind, FaultRecord
from producer_studio.domain.ids import RemoteId, TaskId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.base import (
    Accepted,
    Failed,
    Finished,
    FoundTask,
    LookAnswer,
    RemoteClip,
)
from producer_studio.providers.http.api_client import KEPT_OF_UNREADABLE, Answer
from producer_studio.providers.http.decoding import ITEMS_LIMIT, Fields, is_task_id
from producer_studio.providers.http.error_details import as_amount, read_words, says_refunded
from producer_studio.providers.http.errors import MODERATION, fault_of, field_in, unreadable
from producer_studio.providers.task_results import failed, limited, working

MODEL = "producer"


_WORKING = frozenset({"QUEUED", "PROCESSING"})
_ENDED = frozenset({"FAILED", "CANCELLED"})


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list of past jobs.

    Attributes:
        tasks: Of this kind of model only; one that cannot be read has an empty name.
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
    # A repeated key brings the first job back (seed 004, submission response).
    task = Fields(answer.document, "submit").identifier("jobId")
    # A server error that names a job was raised after the job was made: watch it.
    if is_task_id(task) and (not refused or answer.status >= 500):
        return Accepted(TaskId(task))
    if refused:
        raise fault_of(answer, service=service, paid=True, operation=Operation.CREATE)
    raise unreadable(answer, service=service, paid=True, why="The answer names no job.")


def read_look(answer: Answer, recipe: Recipe, service: str) -> LookAnswer:
    """What has become of a job.

    Raises:
        Fault: The answer says nothing about the job itself.
    """
    words = read_words(answer)
    if answer.status >= 500 and says_refunded(words.text):
        return failed(answer, words, answer.status, recipe, service)
    job = _read_job(answer, service)
    phase = job.text("status").upper()[:40]
    if phase in _ENDED and not any(clip.links.audio for clip in _clips(job, recipe)):
        return _failed(answer, job, service, cancelled=phase == "CANCELLED")
    if phase in _WORKING:
        return working(answer, phase, _share(job.number("progress")))
    # Whatever the status is called: a job that has its sound is done.
    if phase == "COMPLETED" or any(clip.links.audio for clip in _clips(job, recipe)):
        return _finished(answer, job, recipe, service)
    if not phase:
        raise unreadable(answer, service=service, paid=False, why="The job has no status.")
    # A phase that no document names: looking again is free.
    return working(answer, phase)


def read_found(answer: Answer, service: str) -> FoundTask:
    """A job of the list with what was asked for, which the list itself leaves out. Raises `Fault`s.

    An answer without a name for the job is unreadable.
    """
    found = _found(_read_job(answer, service))
    if not found.task:
        raise unreadable(answer, service=service, paid=False, why="The job has no id.")
    return found


def read_page(answer: Answer, service: str) -> Page:
    """One page of the list. Raises `Fault`s, also where it does not say how to go on.

    A job whose name cannot be read stands in the list without one.
    """
    if not 200 <= answer.status < 300:
        raise fault_of(answer, service=service, paid=False)
    page = Fields(answer.document, "page")
    listed = page.raw("jobs")
    if not isinstance(listed, list) or len(listed) > ITEMS_LIMIT:
        raise unreadable(answer, service=service, paid=False, why="This is no list of jobs.")
    cursor = page.identifier("nextCursor")
    more = page.flag("hasMore")
    if not cursor and (more or page.raw("nextCursor")):
        why = "More jobs are said to follow, and no way to them."
        raise unreadable(answer, service=service, paid=False, why=why)
    jobs = [Fields(entry, "job") for entry in listed]
    times = (job.time("createdAt") for job in jobs)
    return Page(
        tasks=tuple(_found(job) for job in jobs if job.text("model") in {MODEL, ""}),
        times=tuple(time for time in times if time is not None),
        next_cursor="" if more is False else cursor,
    )


def read_credits(answer: Answer, service: str) -> Balance:
    """The team's balance. Raises `Fault`s."""
    if not 200 <= answer.status < 300:
        raise fault_of(answer, service=service, paid=False)
    amount = as_amount(Fields(answer.document, "me").fields("team").number("credits"))
    if amount is None:
        raise unreadable(answer, service=service, paid=False, why="The balance is not a number.")
    return Balance(credits=amount)


def _read_job(answer: Answer, service: str) -> Fields:
    if not 200 <= answer.status < 300:
        raise fault_of(answer, service=service, paid=False, about_task=True)
    if not isinstance(answer.document, dict):
        raise unreadable(answer, service=service, paid=False, why="This is no job.")
    return Fields(answer.document, "job")


def _share(percent: float | None) -> float | None:
    return percent / 100 if percent is not None and 0 <= percent <= 100 else None


def _failed(answer: Answer, job: Fields, service: str, *, cancelled: bool) -> Failed:
    """A job that ended without a result: only a success is paid for (seed 004)."""
    words = read_words(answer)
    cost = job.number("creditCost")
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


def _finished(answer: Answer, job: Fields, recipe: Recipe, service: str) -> LookAnswer:
    clips = _clips(job, recipe)
    expired = bool(job.flag("expired"))
    good = [clip for clip in clips if clip.remote_id is not None or clip.links.audio]
    raw = answer.body[:KEPT_OF_UNREADABLE]
    if not good and expired:
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
    if expired:
        note = (
            f"{service} has deleted the files of this song: it keeps them for a day only. What it "
            "says of the song was kept."
        )
    elif (
        len(good) < len(clips)
        or not all(clip.links.audio for clip in good)
        or job.text("status").upper() in _ENDED
    ):
        note = f"{service} delivered only part of this."
    done = Finished(
        clips=tuple(good),
        charged=job.number("creditCost"),
        raw=raw,
        note=note,
        expired=expired,
    )
    return limited(done, service)


def _clips(job: Fields, recipe: Recipe) -> list[RemoteClip]:
    return [_clip(track, job, recipe) for track in _tracks(job.raw("result"))]


def _tracks(result: object) -> list[Fields]:
    """services.md shows `{"tracks": […]}`; the seed says only that the addresses are in there."""
    entries = result.get("tracks") if isinstance(result, dict) else result
    if entries is None or entries == "":
        return []
    return [
        Fields(entry if isinstance(entry, dict) else {"audioUrl": entry}, "track")
        for entry in (entries[:ITEMS_LIMIT] if isinstance(entries, list) else [entries])
    ]


def _clip(track: Fields, job: Fields, recipe: Recipe) -> RemoteClip:
    remote_id = track.identifier("id")
    return RemoteClip(
        remote_id=RemoteId(remote_id) if remote_id else None,
        title=track.text("title"),
        # The user's own words say more than the tags made of them.
        sound=recipe.sound or track.text("tags", joined_by=", "),
        duration_s=track.length_s("duration"),
        created_at=job.time("completedAt", "createdAt"),
        links=MediaLinks(audio=track.link("audioUrl"), image=track.link("imageUrl")),
    )


def _found(job: Fields) -> FoundTask:
    """What was asked for is in `input`, or beside the rest, or left out: no document says."""
    asked = job.fields("input") if isinstance(job.raw("input"), dict) else job
    inner = next((name for name in ("producerParams", "params") if asked.raw(name)), "")
    params = asked.fields(inner) if isinstance(asked.raw(inner), dict) else asked
    task = job.identifier("id")
    return FoundTask(
        task=TaskId(task if is_task_id(task) else ""),
        created_at=job.time("createdAt"),
        title=params.scalar("title"),
        prompt=asked.scalar("prompt"),
        lyrics=params.scalar("lyrics"),
        seed=params.scalar("seed"),
        status=job.text("status").upper()[:40],
    )

"""Answers of the musicapi family, in every revision that the documents show.

The wire shapes below never leave this module. Unknown fields are ignored; a known field of a wrong
type makes the whole answer unreadable.
"""

import re

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
    refused_field,
    retry_after_s,
    status_of,
    unreadable,
)
from producer_studio.providers.http import KEPT_OF_UNREADABLE, Answer
from producer_studio.providers.protocol import (
    Accepted,
    Failed,
    Finished,
    LookAnswer,
    RemoteClip,
    Working,
)
from producer_studio.providers.reading import clean, decode, is_task_id, length_s, moment
from producer_studio.providers.words import ServiceWords, as_number, read_words


class _Submitted(msgspec.Struct):
    """Seed 000: `{"message", "task_id"}`; seed 002 section 11 adds `code`."""

    task_id: str | None = None


class _Entry(msgspec.Struct):
    """One entry of `data`: seed 000, and seed 003 sections 1.6, 2.3, 3.3, 4.3 and 5.3."""

    clip_id: str | None = None
    lyrics_id: str | None = None
    title: str | None = None
    sound: str | None = None
    lyrics: str | None = None
    audio_url: str | None = None
    wav_url: str | None = None
    image_url: str | None = None
    video_url: str | None = None
    duration: float | str | None = None
    mv: str | None = None
    seed: str | int | None = None
    state: str | None = None
    created_at: str | None = None
    format: str | None = None


class _Task(msgspec.Struct):
    """Seed 000 (by `code`) and seed 003 section 6 (by `status`).

    `data` is a list; seed 002 sections 11 and 12 write a bare object.
    """

    code: int | str | None = None
    status: str | None = None
    type: str | None = None
    message: str | None = None
    data: list[_Entry] | _Entry | None = None


class _Credits(msgspec.Struct):
    """services.md: `{"credits": 50, "extra_credits": 0}`, flat."""

    credits: float | str
    extra_credits: float | str | None = None


_WORKING = frozenset({"PENDING", "RUNNING", "QUEUED", "PROCESSING", "SUBMITTED", "STARTED"})
_FAILED = frozenset({"FAILED", "FAILURE", "ERROR", "CANCELLED"})
_SUCCEEDED = frozenset({"SUCCESS", "SUCCEEDED", "COMPLETED"})
_REFUNDED = re.compile(r"refunded", re.IGNORECASE)
_NOT_REFUNDED = re.compile(r"\b(not|no|never|cannot)\b[^.]*refund", re.IGNORECASE)
_TASK_FAILED = re.compile(r"task (has )?failed|refunded", re.IGNORECASE)


def read_submit(answer: Answer, recipe: Recipe, service: str) -> Accepted:
    """The task id of an accepted request.

    Raises:
        Fault: As `fault_of`; OutcomeUnknown when a success cannot be read or has no task id.
    """
    words = read_words(answer)
    status = status_of(answer, words)
    shape = decode(answer.body, _Submitted)
    task = "" if isinstance(shape, str) else (shape.task_id or "").strip()
    # A server error that names a task was raised after the task was made: watch it.
    taken = 200 <= answer.status < 300 and (words.code is None or words.code < 300)
    if (taken or status >= 500) and is_task_id(task):
        return Accepted(TaskId(task), remaining_credits=words.remaining_credits)
    if not 200 <= status < 300:
        raise fault_of(answer, service=service, paid=True, operation=recipe.operation)
    raise unreadable(
        answer,
        service=service,
        paid=True,
        why=shape if isinstance(shape, str) else "The answer names no task.",
    )


def read_look(answer: Answer, recipe: Recipe, service: str) -> LookAnswer:
    """What has become of a task.

    Raises:
        Fault: The answer says nothing about the task itself.
    """
    words = read_words(answer)
    status = status_of(answer, words)
    if words.type == "not_ready" or status == 202 or words.code == 202:
        return _working(answer, "")
    if _ended(answer, words, status):
        return _failed(answer, words, status, recipe, service)
    if not 200 <= status < 300:
        raise fault_of(
            answer, service=service, paid=False, about_task=True, operation=recipe.operation
        )
    task = decode(answer.body, _Task)
    if isinstance(task, str):
        raise unreadable(answer, service=service, paid=False, why=task)
    phase = clean(task.status).upper()[:40]
    if phase in _FAILED:
        refunded = phase == "FAILED"
        return _failed(answer, words, status, recipe, service, refunded=refunded)
    if phase in _WORKING:
        return _working(answer, phase)
    entries = [task.data] if isinstance(task.data, _Entry) else task.data or []
    if phase and phase not in _SUCCEEDED and not entries:
        # A phase that no document names; looking again is free.
        return _working(answer, phase)
    return _finished(answer, entries, words, recipe, service)


def read_credits(answer: Answer, service: str) -> Balance:
    """The balance. Raises `Fault`s."""
    if not 200 <= status_of(answer, read_words(answer)) < 300:
        raise fault_of(answer, service=service, paid=False)
    shape = decode(answer.body, _Credits)
    if isinstance(shape, str):
        raise unreadable(answer, service=service, paid=False, why=shape)
    amount = as_number(shape.credits)
    extra = as_number(0 if shape.extra_credits is None else shape.extra_credits)
    if amount is None or extra is None:
        raise unreadable(answer, service=service, paid=False, why="The balance is not a number.")
    return Balance(credits=amount, extra=extra)


def _working(answer: Answer, phase: str) -> Working:
    return Working(note=phase, retry_after_s=retry_after_s(answer.header("retry-after")))


def _ended(answer: Answer, words: ServiceWords, status: int) -> bool:
    """Whether an error speaks of the task rather than of the question about it.

    Seed 000 reports a failed task as `{"code": 500, "error": …}` without a `type`; trouble with the
    request itself has a `type` and no `code` (seed 003 section 8). 504 is services.md.
    """
    if not words.is_json or status < 400:
        return False
    if status >= 500:
        in_body_alone = 200 <= answer.status < 300 and words.code is not None
        bare = words.code is not None and not words.type
        return in_body_alone or bare or bool(_TASK_FAILED.search(words.text))
    return status in {400, 403, 422} and bool(MODERATION.search(words.text))


def _failed(
    answer: Answer,
    words: ServiceWords,
    status: int,
    recipe: Recipe,
    service: str,
    *,
    refunded: bool = False,
) -> Failed:
    """A task that ended; `FAILED` means that the credits are back (seed 003 section 6.2)."""
    came_back: bool | None = refunded or bool(_REFUNDED.search(words.text)) or None
    if _NOT_REFUNDED.search(words.text):
        came_back = False
    money = {
        True: "The credits were refunded. You can try again.",
        False: "The credits were not refunded.",
        None: "It did not say whether the credits came back: check your balance.",
    }[came_back]
    moderated = bool(MODERATION.search(words.text))
    message = (
        f"{service} refused this after taking it: \u201c{words.text.rstrip('.')[:160]}\u201d. "
        if moderated
        else f"{service} could not finish this. "
    )
    return Failed(
        fault=FaultRecord(
            kind=FaultKind.REFUSED if moderated else FaultKind.FAILED_BY_SERVICE,
            message=message + money,
            service_words=words.text,
            trace_id=words.trace_id,
            field=refused_field(words, recipe.operation) if moderated else "",
            status=status,
        ),
        refunded=came_back,
        raw=answer.body[:KEPT_OF_UNREADABLE],
    )


def _finished(
    answer: Answer, entries: list[_Entry], words: ServiceWords, recipe: Recipe, service: str
) -> LookAnswer:
    states = [(entry.state or "").strip().upper() for entry in entries]
    if entries and all(state in _FAILED for state in states):
        return _failed(answer, words, answer.status, recipe, service)
    good = [
        (entry, clip)
        for entry, state in zip(entries, states, strict=True)
        if state not in _FAILED and _is_something(clip := _clip(entry, recipe), recipe)
    ]
    silent = sum(recipe.operation.makes_audio and not clip.links.audio for _, clip in good)
    if good and silent == len(good) and any(state in _WORKING for state in states):
        return _working(answer, "RUNNING")
    if not good:
        raise unreadable(
            answer, service=service, paid=False, why="Done, but nothing usable was delivered."
        )
    missing = len(entries) - len(good) + silent
    note = f"{service} delivered only part of this." if missing else ""
    return Finished(
        clips=tuple(clip for _, clip in good),
        raw=answer.body[:KEPT_OF_UNREADABLE],
        note=note,
    )


def _is_something(clip: RemoteClip, recipe: Recipe) -> bool:
    """Whether an entry delivers what was asked for, or at least a name to ask by."""
    match recipe.operation:
        case Operation.LYRICS:
            return bool(clip.lyrics)
        case Operation.VIDEO:
            return bool(clip.links.video)
        case Operation.EXPORT:
            return bool(clip.links.audio)
        case Operation.UPLOAD:
            return clip.remote_id is not None
        case _:
            return clip.remote_id is not None or bool(clip.links.audio)


def _clip(entry: _Entry, recipe: Recipe) -> RemoteClip:
    remote_id = clean(entry.clip_id) or clean(entry.lyrics_id)
    # Some answers have only the WAV.
    audio = clean(entry.audio_url) or clean(entry.wav_url)
    exported = recipe.operation is Operation.EXPORT
    return RemoteClip(
        remote_id=RemoteId(remote_id) if remote_id else None,
        title=clean(entry.title),
        sound=clean(entry.sound),
        lyrics=clean(entry.lyrics),
        model=clean(entry.mv),
        seed=clean(str(entry.seed)) if entry.seed is not None else "",
        duration_s=length_s(entry.duration),
        created_at=moment(entry.created_at),
        links=MediaLinks(
            audio=audio,
            wav=clean(entry.wav_url),
            image=clean(entry.image_url),
            video=clean(entry.video_url),
        ),
        file_format=(clean(entry.format) or recipe.export_format or "mp3") if exported else "",
    )

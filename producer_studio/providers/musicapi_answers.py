"""Answers of the musicapi family, in every revision that the documents show.

The wire shapes below never leave this module. Unknown fields are ignored; a known field of a wrong
type makes the whole answer unreadable.
"""

import re

import msgspec

from producer_studio.domain.clip import MediaLinks
from producer_studio.domain.credits import Balance
from producer_studio.domain.ids import RemoteId, TaskId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.endings import (
    FAILED,
    SUCCEEDED,
    WORKING,
    failed,
    finished,
    working,
)
from producer_studio.providers.faults import (
    MODERATION,
    fault_of,
    status_of,
    unreadable,
)
from producer_studio.providers.http import Answer
from producer_studio.providers.protocol import (
    Accepted,
    LookAnswer,
    RemoteClip,
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
        return working(answer, "")
    if _ended(answer, words, status):
        return failed(answer, words, status, recipe, service)
    if not 200 <= status < 300:
        raise fault_of(
            answer, service=service, paid=False, about_task=True, operation=recipe.operation
        )
    task = decode(answer.body, _Task)
    if isinstance(task, str):
        raise unreadable(answer, service=service, paid=False, why=task)
    phase = clean(task.status).upper()[:40]
    if phase in FAILED:
        refunded = phase == "FAILED"
        return failed(answer, words, status, recipe, service, refunded=refunded)
    if phase in WORKING:
        return working(answer, phase)
    entries = [task.data] if isinstance(task.data, _Entry) else task.data or []
    if phase and phase not in SUCCEEDED and not entries:
        # A phase that no document names; looking again is free.
        return working(answer, phase)
    found = [(entry.state or "", _clip(entry, recipe)) for entry in entries]
    return finished(found, answer, words, status, recipe, service)


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

"""Answers of AceData Cloud (seed 001 and services.md).

The wire shapes below never leave this module. Unknown fields are ignored; a known field of a wrong
type makes the whole answer unreadable.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from producer_studio.domain.clip import MediaLinks
from producer_studio.domain.faults import Nonsense, UnknownTask
from producer_studio.domain.ids import RemoteId, TaskId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.acedata_requests import DIALECT, FORMATS
from producer_studio.providers.endings import WORKING, failed, finished, working
from producer_studio.providers.faults import fault_of, status_of, unreadable
from producer_studio.providers.http import Answer
from producer_studio.providers.protocol import (
    Accepted,
    Finished,
    FoundTask,
    LookAnswer,
    RemoteClip,
    SubmitAnswer,
)
from producer_studio.providers.reading import clean, decode, is_task_id, length_s, moment
from producer_studio.providers.words import as_number, read_words

_ACTIONS = {offer.task_type: operation for operation, offer in DIALECT.offers.items()}
_TYPES = {
    "lyric": Operation.LYRICS,
    "upload": Operation.UPLOAD,
    "video": Operation.VIDEO,
    "wav": Operation.EXPORT,
}


class _Entry(msgspec.Struct):
    """One entry of `data`: a song, its stems, lyrics, an upload, a video, or a WAV."""

    id: str | None = None
    audio_id: str | None = None
    title: str | None = None
    sound: str | None = None
    lyric: str | None = None
    lyrics: str | None = None
    text: str | None = None
    model: str | None = None
    seed: str | int | None = None
    duration: float | str | None = None
    created_at: str | float | None = None
    state: str | None = None
    status: str | None = None
    progress: str | float | None = None
    audio_url: str | None = None
    file_url: str | None = None
    image_url: str | None = None
    video_url: str | None = None
    stems_url: str | None = None


class _Result(msgspec.Struct):
    """What a held connection answers, and what the `response` of a record holds."""

    success: bool | None = None
    task_id: str | None = None
    error: Any = None
    data: list[_Entry] | _Entry | None = None

    @property
    def entries(self) -> list[_Entry]:
        return [self.data] if isinstance(self.data, _Entry) else self.data or []

    @property
    def is_failure(self) -> bool:
        return self.success is False or bool(self.error)


class _Record(msgspec.Struct):
    """A task as `/producer/tasks` shows it, alone or in the list."""

    id: str | None = None
    created_at: float | str | None = None
    finished_at: float | str | None = None
    type: str | None = None
    request: Any = None
    response: _Result | None = None


class _Page(msgspec.Struct):
    items: list[_Record]
    count: int | None = None


class _Named(msgspec.Struct):
    """The least that an answer to a submit can say; nothing beside it may hide the task."""

    task_id: str | None = None
    success: Any = None


def read_submit(answer: Answer, recipe: Recipe, service: str) -> SubmitAnswer:
    """The task of an accepted request, or its result where the service has it at once.

    Raises:
        Fault: As `fault_of`; OutcomeUnknown when a success can be neither read nor asked after.
    """
    status = status_of(answer, read_words(answer))
    named = decode(answer.body, _Named)
    task = "" if isinstance(named, str) else (named.task_id or "").strip()
    result = decode(answer.body, _Result)
    if 200 <= status < 300 and isinstance(result, _Result) and result.entries:
        try:
            found = _delivered(answer, answer, result, recipe, service)
        except Nonsense:
            found = None
        if isinstance(found, Finished):
            # By its name the task can be looked at again, for new links.
            return replace(found, task=TaskId(task) if is_task_id(task) else None)
    # An error that names a task was raised after the task was made: it is asked after, to learn
    # what has become of it.
    taken = 200 <= answer.status < 300 or answer.status >= 500
    if not isinstance(named, str) and is_task_id(task) and (taken or named.success is False):
        return Accepted(TaskId(task))
    if not 200 <= status < 300:
        raise fault_of(answer, service=service, paid=True, operation=recipe.operation)
    why = result if isinstance(result, str) else "The answer names no task."
    raise unreadable(answer, service=service, paid=True, why=why)


def read_look(answer: Answer, recipe: Recipe, service: str) -> LookAnswer:
    """What has become of a task.

    Raises:
        UnknownTask: The service answers with nothing.
        Fault: The answer says nothing about the task itself.
    """
    _check(answer, service, about_task=True)
    if answer.body.strip() == b"null":
        raise UnknownTask(
            f"{service} does not know this task. It may have been removed there, or belong to "
            "another account.",
            status=answer.status,
            raw=answer.body,
        )
    record = decode(answer.body, _Record)
    if isinstance(record, str):
        raise unreadable(answer, service=service, paid=False, why=record)
    if record.response is None:
        if not record.id:
            raise unreadable(answer, service=service, paid=False, why="This is no task.")
        return working(answer, "")
    ended = record.finished_at is not None
    return _delivered(answer, _inner(answer), record.response, recipe, service, ended=ended)


def read_page(answer: Answer, service: str) -> tuple[list[FoundTask], int]:
    """One page of past tasks, and how many the service counts: of this page, or of all.

    Raises `Fault`s, also where a task has no name.
    """
    _check(answer, service)
    page = decode(answer.body, _Page)
    if isinstance(page, str):
        raise unreadable(answer, service=service, paid=False, why=page)
    if not all(is_task_id((item.id or "").strip()) for item in page.items):
        raise unreadable(answer, service=service, paid=False, why="A task has no id.")
    return [_found(item) for item in page.items], page.count or 0


def _check(answer: Answer, service: str, *, about_task: bool = False) -> None:
    if not 200 <= status_of(answer, read_words(answer)) < 300:
        raise fault_of(answer, service=service, paid=False, about_task=about_task)


def _inner(answer: Answer) -> Answer:
    """The `response` of a record as an answer of its own, so that its words can be read."""
    body = json.loads(answer.body.decode("utf-8", "replace"))
    return Answer(answer.status, answer.headers, json.dumps(body["response"]).encode())


def _delivered(
    answer: Answer,
    inner: Answer,
    result: _Result,
    recipe: Recipe,
    service: str,
    *,
    ended: bool = False,
) -> LookAnswer:
    """What a result holds.

    Args:
        answer: All of it.
        inner: The part of it that explains a failure.
        ended: Whether the service says when the task ended.
    """
    words = read_words(inner)
    status = status_of(inner, words)
    states = [_state(entry) for entry in result.entries]
    if not (ended or result.is_failure) and any(state in WORKING for state in states):
        # What it links to so far is a preview, which may end in the middle.
        return working(answer, "RUNNING", _progress(result.entries))
    clips = [_clip(entry, recipe) for entry in result.entries]
    found = list(zip(states, clips, strict=True))
    if not result.is_failure:
        return finished(found, answer, words, status, recipe, service)
    try:
        partly = finished(found, answer, words, status, recipe, service)
    except Nonsense:
        partly = None
    if not isinstance(partly, Finished):
        return failed(answer, words, status, recipe, service)
    said = f" It said: \u201c{words.text.rstrip('.')}\u201d." if words.text else ""
    return replace(partly, note=f"{service} delivered only part of this.{said}")


def _clip(entry: _Entry, recipe: Recipe) -> RemoteClip:
    remote_id = clean(entry.id) or clean(entry.audio_id)
    exported = recipe.operation is Operation.EXPORT
    # Only a file that was exported is called so; beside a song it may be anything.
    audio = clean(entry.file_url if exported else None) or clean(entry.audio_url)
    return RemoteClip(
        remote_id=RemoteId(remote_id) if remote_id else None,
        title=clean(entry.title),
        sound=clean(entry.sound),
        lyrics=clean(entry.lyric) or clean(entry.lyrics) or clean(entry.text),
        model=clean(entry.model),
        seed=clean(str(entry.seed)) if entry.seed is not None else "",
        duration_s=length_s(entry.duration),
        created_at=_time(entry.created_at),
        links=MediaLinks(
            audio=audio,
            image=clean(entry.image_url),
            video=clean(entry.video_url),
            archive=clean(entry.stems_url),
        ),
        file_format=FORMATS[0] if exported else "",
    )


def _found(record: _Record) -> FoundTask:
    asked = record.request if isinstance(record.request, dict) else {}
    words = {
        name: clean(asked[name] if isinstance(asked.get(name), str) else "")
        for name in ("title", "prompt", "lyric", "seed", "action", "audio_id", "audio_url")
    }
    return FoundTask(
        task=TaskId((record.id or "").strip()),
        created_at=_time(record.created_at),
        title=words["title"],
        prompt=words["prompt"],
        lyrics=words["lyric"],
        seed=words["seed"],
        operation=_operation(words["action"], clean(record.type)),
        source=RemoteId(words["audio_id"]) if words["audio_id"] else None,
        audio_url=words["audio_url"],
        status="" if record.response is None else "ended",
    )


def _operation(action: str, kind: str) -> Operation | None:
    """What a past task was, by its action or else by the endpoint that it names as its type."""
    if action:
        return _ACTIONS.get(action.removeprefix("upload_"))
    return next((found for word, found in _TYPES.items() if word in kind.lower()), None)


def _state(entry: _Entry) -> str:
    return (clean(entry.state) or clean(entry.status)).upper()


def _progress(entries: list[_Entry]) -> float | None:
    """The least of them, from 0 to 1: it comes as "40%"."""
    told = [as_number(str(entry.progress or "").strip().removesuffix("%")) for entry in entries]
    known = [number / 100 for number in told if number is not None and 0 <= number <= 100]
    return min(known, default=None)


def _time(value: str | float | None) -> datetime | None:
    """ISO 8601, or Unix seconds."""
    seconds = as_number(value)
    if seconds is None:
        return moment(value) if isinstance(value, str) else None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None

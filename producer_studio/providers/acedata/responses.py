"""Answers of AceData Cloud (seed 001 and services.md).

Fields are read one by one; unknown ones are ignored.
"""

from dataclasses import replace

from producer_studio.domain.clip import MediaLinks
from producer_studio.domain.errors import Nonsense, UnknownTask
from producer_studio.domain.ids import RemoteId, TaskId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.acedata.requests import DIALECT, FORMATS
from producer_studio.providers.base import (
    Accepted,
    Finished,
    FoundTask,
    LookAnswer,
    RemoteClip,
    SubmitAnswer,
)
from producer_studio.providers.http.api_client import Answer
from producer_studio.providers.http.decoding import ITEMS_LIMIT, Fields, is_task_id
from producer_studio.providers.http.error_details import as_number, read_words, says_refunded
from producer_studio.providers.http.errors import fault_of, status_of, unreadable
from producer_studio.providers.task_results import (
    WORKING,
    failed,
    failed_or_partly,
    finished,
    working,
)

_ACTIONS = {offer.task_type: operation for operation, offer in DIALECT.offers.items()}
_TYPES = {
    "lyric": Operation.LYRICS,
    "upload": Operation.UPLOAD,
    "video": Operation.VIDEO,
    "wav": Operation.EXPORT,
}


class _Result:
    """What a held connection answers, and what the `response` of a record holds.

    Its `data` is a song, its stems, lyrics, an upload, a video or a WAV, or a list of them.
    """

    def __init__(self, value: object) -> None:
        """Takes the parsed object."""
        self.document = value if isinstance(value, dict) else {}
        told = Fields(value, "response")
        self.entries = told.items("data")
        self.is_failure = told.flag("success") is False or bool(told.raw("error"))


def read_submit(answer: Answer, recipe: Recipe, service: str) -> SubmitAnswer:
    """The task of an accepted request, or its result where the service has it at once.

    Raises:
        Fault: As `fault_of`; OutcomeUnknown when a success can be neither read nor asked after.
    """
    status = status_of(answer, read_words(answer))
    told = Fields(answer.document, "submit")
    task = told.identifier("task_id")
    result = _Result(answer.document)
    if 200 <= status < 300 and result.entries:
        try:
            found = _delivered(answer, result, recipe, service)
        except Nonsense:
            found = None
        if isinstance(found, Finished):
            # By its name the task can be looked at again, for new links.
            return replace(found, task=TaskId(task) if is_task_id(task) else None)
    # An error that names a task was raised after the task was made: it is asked after, to learn
    # what has become of it.
    taken = 200 <= answer.status < 300 or answer.status >= 500
    if is_task_id(task) and (taken or told.flag("success") is False):
        return Accepted(TaskId(task))
    if not 200 <= status < 300:
        raise fault_of(answer, service=service, paid=True, operation=recipe.operation)
    raise unreadable(answer, service=service, paid=True, why="The answer names no task.")


def read_look(answer: Answer, recipe: Recipe, service: str) -> LookAnswer:
    """What has become of a task.

    Raises:
        UnknownTask: The service answers with nothing.
        Fault: The answer says nothing about the task itself.
    """
    words = read_words(answer)
    if status_of(answer, words) >= 500 and says_refunded(words.text):
        return failed(answer, words, answer.status, recipe, service)
    _check(answer, service, about_task=True)
    if answer.document is None:
        raise UnknownTask(
            f"{service} does not know this task. It may have been removed there, or belong to "
            "another account.",
            status=answer.status,
            raw=answer.body,
        )
    record = Fields(answer.document, "task")
    if "response" not in record:
        if not record.identifier("id"):
            raise unreadable(answer, service=service, paid=False, why="This is no task.")
        return working(answer, "")
    if not isinstance(record.raw("response"), dict):
        raise unreadable(answer, service=service, paid=False, why="The response is no object.")
    result = _Result(record.raw("response"))
    return _delivered(answer, result, recipe, service, ended="finished_at" in record)


def read_page(answer: Answer, service: str) -> tuple[list[FoundTask], int]:
    """One page of past tasks, and how many the service counts: of this page, or of all.

    A task whose name cannot be read stands in the list without one. Raises `Fault`s.
    """
    _check(answer, service)
    page = Fields(answer.document, "page")
    listed = page.raw("items")
    if not isinstance(listed, list) or len(listed) > ITEMS_LIMIT:
        raise unreadable(answer, service=service, paid=False, why="This is no list of tasks.")
    count = page.number("count") or 0
    return [_found(Fields(item, "task")) for item in listed], int(min(count, 1e9))


def _check(answer: Answer, service: str, *, about_task: bool = False) -> None:
    if not 200 <= status_of(answer, read_words(answer)) < 300:
        raise fault_of(answer, service=service, paid=False, about_task=about_task)


def _delivered(
    answer: Answer,
    result: _Result,
    recipe: Recipe,
    service: str,
    *,
    ended: bool = False,
) -> LookAnswer:
    """What a result holds.

    Args:
        answer: All of it.
        result: The part of it that delivers, or explains a failure.
        ended: Whether the service says when the task ended.
    """
    words = read_words(answer, result.document)
    status = status_of(answer, words)
    states = [_state(entry) for entry in result.entries]
    if not (ended or result.is_failure) and any(state in WORKING for state in states):
        # What it links to so far is a preview, which may end in the middle.
        return working(answer, "RUNNING", _progress(result.entries))
    clips = [_clip(entry, recipe) for entry in result.entries]
    found = list(zip(states, clips, strict=True))
    if not result.is_failure:
        return finished(found, answer, words, status, recipe, service)
    return failed_or_partly(found, answer, words, status, recipe, service)


def _clip(entry: Fields, recipe: Recipe) -> RemoteClip:
    remote_id = entry.identifier("id", "audio_id")
    exported = recipe.operation is Operation.EXPORT
    # Only a file that was exported is called so; beside a song it may be anything.
    audio = entry.link("file_url", "audio_url") if exported else entry.link("audio_url")
    return RemoteClip(
        remote_id=RemoteId(remote_id) if remote_id else None,
        title=entry.text("title"),
        sound=entry.text("sound", joined_by=", "),
        lyrics=entry.text("lyric", "lyrics", "text", joined_by="\n"),
        model=entry.text("model"),
        seed=entry.text("seed"),
        duration_s=entry.length_s("duration"),
        created_at=entry.time("created_at"),
        links=MediaLinks(
            audio=audio,
            image=entry.link("image_url"),
            video=entry.link("video_url"),
            archive=entry.link("stems_url"),
        ),
        file_format=FORMATS[0] if exported else "",
    )


def _found(record: Fields) -> FoundTask:
    asked = record.fields("request")
    task = record.identifier("id")
    source = asked.identifier("audio_id")
    return FoundTask(
        task=TaskId(task if is_task_id(task) else ""),
        created_at=record.time("created_at"),
        title=asked.scalar("title"),
        prompt=asked.scalar("prompt"),
        lyrics=asked.scalar("lyric"),
        seed=asked.scalar("seed"),
        operation=_operation(asked.scalar("action"), record.text("type")),
        source=RemoteId(source) if source else None,
        audio_url=asked.link("audio_url"),
        status="ended" if "response" in record else "",
    )


def _operation(action: str, kind: str) -> Operation | None:
    """What a past task was, by its action or else by the endpoint that it names as its type."""
    if action:
        return _ACTIONS.get(action.removeprefix("upload_"))
    return next((found for word, found in _TYPES.items() if word in kind.lower()), None)


def _state(entry: Fields) -> str:
    return entry.text("state", "status").upper()


def _progress(entries: list[Fields]) -> float | None:
    """The least of them, from 0 to 1: it comes as "40%"."""
    told = [as_number(entry.text("progress").removesuffix("%")) for entry in entries]
    known = [number / 100 for number in told if number is not None and 0 <= number <= 100]
    return min(known, default=None)

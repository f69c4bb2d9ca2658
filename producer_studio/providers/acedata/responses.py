"""Parser for responses of AceData Cloud (AceData Cloud, Producer API; .github/docs/services.md).

Fields are parsed one by one; unknown ones are ignored.
"""

from collections.abc import Sequence
from dataclasses import replace

from producer_studio.domain.clip import MediaLinks
from producer_studio.domain.errors import EmptyResult, InvalidResponse, UnknownTask
from producer_studio.domain.field_reader import MAX_NAME_LENGTH
from producer_studio.domain.ids import RemoteId, TaskId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.acedata.requests import DIALECT, EXPORT_FORMATS
from producer_studio.providers.base import (
    AcceptedTask,
    FinishedTask,
    FoundTask,
    PollResult,
    RemoteClip,
    SubmitResult,
)
from producer_studio.providers.http.decoding import (
    ITEMS_LIMIT,
    SOUND_LIMIT,
    TEXT_LIMIT,
    JsonFields,
    find_task_id,
    is_task_id,
)
from producer_studio.providers.http.error_details import as_number, parse_error_details
from producer_studio.providers.http.refunds import is_refunded
from producer_studio.providers.http.response import Response
from producer_studio.providers.http.response_errors import (
    create_service_error,
    create_unreadable_error,
    resolve_status,
)
from producer_studio.providers.task_results import (
    create_failed_task,
    create_running_task,
    evaluate_failed_task,
    evaluate_finished_task,
    has_delivery,
    parse_entries,
)
from producer_studio.translation import mark

_OPERATION_BY_ACTION = {
    offer.task_type: operation for operation, offer in DIALECT.operations.items()
}
_OPERATION_BY_TYPE = {
    "lyric": Operation.LYRICS,
    "upload": Operation.UPLOAD,
    "video": Operation.VIDEO,
    "wav": Operation.EXPORT,
}


class _Result:
    """Result of a synchronous response, or of the `response` field of a record.

    Its `data` is a song, its stems, lyrics, an upload, a video or a WAV, or a list of them.
    """

    def __init__(self, value: object) -> None:
        """Wraps the parsed object."""
        self.document = value if isinstance(value, dict) else {}
        fields = JsonFields(value, "response")
        self.entries = fields.nested_list("data")
        self.is_failure = fields.flag("success") is False or bool(fields.raw("error"))


def parse_submit(response: Response, recipe: Recipe, service: str) -> SubmitResult:
    """Parses the task of an accepted request, or its result where the service has it at once.

    Raises:
        ServiceError: As `create_service_error`; OutcomeUnknown when a success can be neither parsed
            nor polled.
    """
    status = resolve_status(response, parse_error_details(response))
    task = find_task_id(response.json, "task_id", "taskId")
    result = _Result(response.json)
    # Results in an error response are used only where there is no task to poll.
    is_success = 200 <= (response.status if task is None else status) < 300
    if is_success and result.entries:
        try:
            found = _parse_result(response, result, recipe, service)
        except InvalidResponse:
            found = None
        if isinstance(found, FinishedTask):
            # With its id the task can be polled again, for new links.
            return replace(found, task=task)
    if task is not None:
        return AcceptedTask(task)
    if not 200 <= status < 300:
        raise create_service_error(response, service=service, paid=True, operation=recipe.operation)
    raise create_unreadable_error(
        response, service=service, paid=True, reason=mark("The response has no task id.")
    )


def parse_poll(response: Response, recipe: Recipe, service: str) -> PollResult:
    """Parses the state of a task.

    Raises:
        UnknownTask: The response is JSON null.
        ServiceError: The response does not describe the task itself.
    """
    details = parse_error_details(response)
    record = JsonFields(response.json, "task")
    document = record.document("response")
    result = _Result(document)
    # Available audio decides, whatever code is beside it.
    if not has_delivery(_parse_entries(result, recipe), recipe):
        if resolve_status(response, details) >= 500 and is_refunded(details.text):
            return create_failed_task(response, details, response.status, recipe, service)
        _check_status(response, service, about_task=True)
    if response.json is None:
        raise UnknownTask(
            mark(
                "{service} does not know this task. It may have been deleted there, or belong to "
                "another account.",
                service=service,
            ),
            status=response.status,
            raw=response.body,
        )
    if "response" not in record:
        if not record.identifier("id"):
            raise create_unreadable_error(
                response, service=service, paid=False, reason=mark("The response is not a task.")
            )
        return create_running_task(response, "")
    if not isinstance(document, dict):
        raise create_unreadable_error(
            response,
            service=service,
            paid=False,
            reason=mark("The response is not an object."),
            free_kind=EmptyResult,
        )
    return _parse_result(response, result, recipe, service, has_ended="finished_at" in record)


def parse_task_page(response: Response, service: str) -> tuple[list[FoundTask], int]:
    """Parses one page of past tasks, and the service's count: of this page, or of all.

    A task whose id cannot be parsed is in the list without one. Raises `ServiceError`s.
    """
    _check_status(response, service)
    page = JsonFields(response.json, "page")
    listed = page.raw("items")
    if not isinstance(listed, list) or len(listed) > ITEMS_LIMIT:
        raise create_unreadable_error(
            response,
            service=service,
            paid=False,
            reason=mark("The response is not a list of tasks."),
        )
    count = page.number("count") or 0
    return [_parse_found_task(JsonFields(item, "task")) for item in listed], int(min(count, 1e9))


def _check_status(response: Response, service: str, *, about_task: bool = False) -> None:
    if not 200 <= resolve_status(response, parse_error_details(response)) < 300:
        raise create_service_error(response, service=service, paid=False, about_task=about_task)


def _parse_result(
    response: Response,
    result: _Result,
    recipe: Recipe,
    service: str,
    *,
    has_ended: bool = False,
) -> PollResult:
    """Evaluates a result.

    Args:
        response: The whole response.
        result: The part of it with the entries, or the explanation of a failure.
        has_ended: Whether the service states when the task ended.
    """
    details = parse_error_details(response, result.document)
    status = resolve_status(response, details)
    found = _parse_entries(result, recipe)
    if not result.is_failure:
        return evaluate_finished_task(
            found,
            response,
            details,
            status,
            recipe,
            service,
            progress=_parse_progress(result.entries),
            has_ended=has_ended,
        )
    return evaluate_failed_task(found, response, details, status, recipe, service)


def _parse_entries(result: _Result, recipe: Recipe) -> list[tuple[str, RemoteClip]]:
    """Parses each entry with its own state."""
    return parse_entries(result.entries, lambda entries: _parse_clips(entries, recipe), recipe)


def _parse_clips(entries: Sequence[JsonFields], recipe: Recipe) -> list[tuple[str, RemoteClip]]:
    if recipe.operation is Operation.STEMS:
        return _parse_stems(entries, recipe)
    return [(_parse_state(entry), _parse_clip(entry, recipe)) for entry in entries]


def _parse_stems(entries: Sequence[JsonFields], recipe: Recipe) -> list[tuple[str, RemoteClip]]:
    """Parses each file of stems: archives, or one sound per stem.

    An entry may have several files. Several entries may have the same archive, which counts once.
    """
    found: list[tuple[str, RemoteClip]] = []
    archives: set[str] = set()
    for entry in entries:
        state, whole = _parse_state(entry), _parse_clip(entry, recipe)
        files = entry.named_links("stems_url")
        if files:
            new = [link for _, link in files if link not in archives]
            archives.update(new)
            clips = [replace(whole, links=replace(whole.links, archive=link)) for link in new]
        else:
            sounds = entry.named_links("audio_url") or [("", "")]
            clips = [_create_stem(whole, name, link) for name, link in sounds]
        # An id names one file; the others are found by their position.
        found += [
            (state, replace(clip, remote_id=None) if place else clip)
            for place, clip in enumerate(clips)
        ]
    return found


def _create_stem(whole: RemoteClip, name: str, link: str) -> RemoteClip:
    name = name[:MAX_NAME_LENGTH]
    title = " · ".join(part for part in (whole.title, name) if part)
    return replace(whole, title=title, stem=name, links=replace(whole.links, audio=link))


def _parse_clip(entry: JsonFields, recipe: Recipe) -> RemoteClip:
    remote_id = entry.identifier("id", "audio_id")
    exported = recipe.operation is Operation.EXPORT
    # Only for an exported file is this its URL; for a song the field may be anything.
    audio = entry.link("file_url", "audio_url") if exported else entry.link("audio_url")
    return RemoteClip(
        remote_id=RemoteId(remote_id) if remote_id else None,
        title=entry.text("title"),
        sound=entry.text("sound", joined_by=", ", limit=SOUND_LIMIT),
        lyrics=entry.text("lyric", "lyrics", "text", joined_by="\n", limit=TEXT_LIMIT),
        model=entry.text("model", limit=MAX_NAME_LENGTH),
        seed=entry.text("seed", limit=MAX_NAME_LENGTH),
        duration_s=entry.duration_s("duration"),
        created_at=entry.time("created_at"),
        links=MediaLinks(
            audio=audio,
            image=entry.link("image_url"),
            video=entry.link("video_url"),
            archive=entry.link("stems_url"),
        ),
        file_format=EXPORT_FORMATS[0] if exported else "",
    )


def _parse_found_task(record: JsonFields) -> FoundTask:
    request = record.nested("request")
    task = record.identifier("id")
    source = request.identifier("audio_id")
    return FoundTask(
        task=TaskId(task if is_task_id(task) else ""),
        created_at=record.time("created_at"),
        title=request.scalar_text("title"),
        prompt=request.scalar_text("prompt"),
        lyrics=request.scalar_text("lyric"),
        seed=request.scalar_text("seed"),
        operation=_parse_operation(request.scalar_text("action"), record.text("type")),
        source=RemoteId(source) if source else None,
        audio_url=request.link("audio_url"),
        status="ended" if "response" in record else "",
    )


def _parse_operation(action: str, kind: str) -> Operation | None:
    """Determines the operation of a past task by its action, or by the endpoint in its type."""
    if action:
        return _OPERATION_BY_ACTION.get(action.removeprefix("upload_"))
    return next((found for word, found in _OPERATION_BY_TYPE.items() if word in kind.lower()), None)


def _parse_state(entry: JsonFields) -> str:
    return entry.text("state", "status").upper()


def _parse_progress(entries: list[JsonFields]) -> float | None:
    """Parses the lowest progress, from 0 to 1; the service sends it as "40%"."""
    percentages = [as_number(entry.text("progress").removesuffix("%")) for entry in entries]
    known = [number / 100 for number in percentages if number is not None and 0 <= number <= 100]
    return min(known, default=None)

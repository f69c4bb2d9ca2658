"""Evaluation of task results for all dialects: finished, partially finished, failed."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from producer_studio.domain.errors import EmptyResult, ErrorKind, ErrorRecord
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.base import (
    FailedTask,
    FinishedTask,
    PollResult,
    RemoteClip,
    RunningTask,
)
from producer_studio.providers.http.decoding import ITEMS_LIMIT, JsonFields
from producer_studio.providers.http.error_details import ErrorDetails
from producer_studio.providers.http.refunds import is_refunded
from producer_studio.providers.http.rejected_field import MODERATION_PATTERN, find_rejected_field
from producer_studio.providers.http.response import RAW_BODY_LIMIT_BYTES, Response
from producer_studio.providers.http.response_errors import create_unreadable_error
from producer_studio.providers.http.retry_after import parse_retry_after_s
from producer_studio.translation import Message, mark, sentences

RUNNING_STATES = frozenset(
    {
        "PENDING", "RUNNING", "QUEUED", "PROCESSING", "SUBMITTED", "STARTED", "IN_PROGRESS",
        "WAITING", "GENERATING", "STREAMING",
    }
)  # fmt: skip
CANCELLED_STATES = frozenset({"CANCELLED", "CANCELED"})
DOCUMENTED_FAILURES = CANCELLED_STATES | {"FAILED"}
"""States that are certainly about the task: others of `FAILED_STATES` may be about the poll."""

FAILED_STATES = DOCUMENTED_FAILURES | {
    "FAILURE", "ERROR", "TIMEOUT", "TIMED_OUT", "TIMEDOUT", "ABORTED", "REJECTED",
}  # fmt: skip
SUCCEEDED_STATES = frozenset({"SUCCESS", "SUCCEEDED", "COMPLETED", "COMPLETE"})

_ENTRY_FIELDS = ("id", "clip_id", "lyrics_id", "audio_id", "state", "audio_url")
"""Fields that show an entry to be a result; an object inside of it may be another song."""

MAX_CLIPS = 48
"""Clips of one task. Services deliver one or two, and some twenty stems; thousands are an attack.
"""


def create_running_task(
    response: Response,
    phase: str,
    progress: float | None = None,
    preview: FinishedTask | None = None,
) -> RunningTask:
    """Creates the result of an unfinished task, with the delay that the service requests."""
    return RunningTask(
        progress=progress,
        phase=phase,
        retry_after_s=parse_retry_after_s(response.headers),
        preview=preview,
    )


def create_failed_task(
    response: Response,
    details: ErrorDetails,
    status: int,
    recipe: Recipe,
    service: str,
    *,
    refunded: bool = False,
) -> FailedTask:
    """Creates the result of a task that ended without clips.

    Args:
        details: The service's explanation, wherever in the response it was found.
        refunded: Whether this kind of end implies that the credits were refunded.
    """
    stated_refund = is_refunded(details.text)
    came_back = stated_refund if stated_refund is not None else refunded or None
    money = {
        True: mark("The credits were refunded. You can try again."),
        False: mark("The credits were not refunded."),
        None: mark("It did not say whether the credits were refunded: check your balance."),
    }[came_back]
    moderated = bool(MODERATION_PATTERN.search(details.text))
    message = (
        rejection_message(service, details)
        if moderated
        else mark("{service} could not finish this.", service=service)
    )
    return FailedTask(
        error=ErrorRecord(
            kind=ErrorKind.REQUEST_REJECTED if moderated else ErrorKind.FAILED_BY_SERVICE,
            message=sentences(message, money),
            service_words=details.text,
            trace_id=details.trace_id,
            field=find_rejected_field(details, recipe.operation) if moderated else "",
            status=status,
        ),
        refunded=came_back,
        raw=response.body[:RAW_BODY_LIMIT_BYTES],
    )


def evaluate_finished_task(
    entries: Sequence[tuple[str, RemoteClip]],
    response: Response,
    details: ErrorDetails,
    status: int,
    recipe: Recipe,
    service: str,
    *,
    running_phase: str = "",
    progress: float | None = None,
    has_ended: bool = False,
) -> PollResult:
    """Evaluates the entries that a task has delivered.

    One unfinished entry makes the whole task count as running: a second clip may follow, or the URL
    so far is that of a preview.

    Args:
        entries: Each entry of the response with its own state, which may be empty. A failed one
            counts all the same when its audio is available.
        running_phase: Name of the phase, where the response reports that the task is running.
        progress: As in `RunningTask`.
        has_ended: Whether the service reports the task as over, whatever its entries state.

    Raises:
        InvalidResponse: Nothing usable is among them.
    """
    states = [state.strip().upper() for state, _ in entries]
    finished = _collect_clips(entries, response, recipe, service)
    if not running_phase and any(state in RUNNING_STATES for state in states):
        running_phase = "RUNNING"
    if running_phase and not has_ended:
        preview = finished if has_delivery(entries, recipe) else None
        return create_running_task(response, running_phase, progress, preview)
    if finished is not None:
        return finished
    if entries and all(state in FAILED_STATES for state in states):
        return create_failed_task(response, details, status, recipe, service)
    raise create_unreadable_error(
        response,
        service=service,
        paid=False,
        reason=mark("Finished, but without a usable result."),
        free_kind=EmptyResult,
    )


def evaluate_failed_task(
    entries: Sequence[tuple[str, RemoteClip]],
    response: Response,
    details: ErrorDetails,
    status: int,
    recipe: Recipe,
    service: str,
    *,
    refunded: bool = False,
) -> FinishedTask | FailedTask:
    """Evaluates the entries of a failed task: the clips it delivered nevertheless, or the failure.

    Args:
        entries: As in `evaluate_finished_task`.
        refunded: As in `create_failed_task`.
    """
    # The id is the only result of an upload; for a song it is not a result.
    by_id = recipe.operation is Operation.UPLOAD
    heard = [
        (state, clip) for state, clip in entries if by_id or not _is_audio_missing(clip, recipe)
    ]
    partly = _collect_clips(heard, response, recipe, service)
    if partly is None:
        return create_failed_task(response, details, status, recipe, service, refunded=refunded)
    quoted = mark("It said: “{reason}”.", reason=details.text.rstrip(".")) if details.text else ""
    return replace(partly, message=sentences(partial_message(service), quoted))


def parse_entries(
    entries: Sequence[JsonFields],
    parse: Callable[[Sequence[JsonFields]], list[tuple[str, RemoteClip]]],
    recipe: Recipe,
) -> list[tuple[str, RemoteClip]]:
    """Parses the entries of a response, or the objects inside of them where these have the result.

    A service may begin to wrap its list into an object, or number its entries by keys.

    Args:
        parse: Returns entries with their states, as `evaluate_finished_task` expects them.
    """
    found = parse(entries)
    if has_delivery(found, recipe):
        return found
    wrappers = [entry for entry in entries if not any(name in entry for name in _ENTRY_FIELDS)]
    inner = parse([one for entry in wrappers for one in entry.inner_objects()][:ITEMS_LIMIT])
    return inner if has_delivery(inner, recipe) else found


def has_delivery(entries: Sequence[tuple[str, RemoteClip]], recipe: Recipe) -> bool:
    """Whether an entry has the requested result: audio, a text, a file; for an upload its id."""
    return any(_is_delivered(state, clip, recipe) for state, clip in entries)


def _collect_clips(
    entries: Sequence[tuple[str, RemoteClip]], response: Response, recipe: Recipe, service: str
) -> FinishedTask | None:
    """Returns the result with the usable clips; None when there are none."""
    good = [
        clip
        for state, clip in entries
        if _is_delivered(state, clip, recipe)
        or (not _has_failed(state) and _is_usable(clip, recipe))
    ]
    if not good:
        return None
    is_partial = (
        len(good) < len(entries)
        or any(_is_audio_missing(clip, recipe) for clip in good)
        or any(_has_failed(state) for state, _ in entries)
    )
    note = partial_message(service) if is_partial else ""
    return limit_clips(
        FinishedTask(tuple(good), raw=response.body[:RAW_BODY_LIMIT_BYTES], message=note), service
    )


def limit_clips(task: FinishedTask, service: str) -> FinishedTask:
    """Limits the result to `MAX_CLIPS` clips, and adds a message about the rest."""
    count = len(task.clips)
    if count <= MAX_CLIPS:
        return task
    note = mark(
        "{service} delivered {count} clips for one request, which cannot be right. The first "
        "{most} were added.",
        service=service,
        count=count,
        most=MAX_CLIPS,
    )
    return replace(task, clips=task.clips[:MAX_CLIPS], message=note.strip())


def _has_failed(state: str) -> bool:
    return state.strip().upper() in FAILED_STATES


def _is_delivered(state: str, clip: RemoteClip, recipe: Recipe) -> bool:
    if recipe.operation is Operation.UPLOAD:
        # The id of a failed upload cannot be used.
        return clip.remote_id is not None and not _has_failed(state)
    return _is_usable(clip, recipe) and not _is_audio_missing(clip, recipe)


def _is_usable(clip: RemoteClip, recipe: Recipe) -> bool:
    """Whether an entry has the requested result, or at least an id to request it by."""
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
            return clip.remote_id is not None or not _is_audio_missing(clip, recipe)


def _is_audio_missing(clip: RemoteClip, recipe: Recipe) -> bool:
    """Whether audio was requested and is missing."""
    return recipe.operation.makes_audio and not (clip.links.audio or clip.links.archive)


def partial_message(service: str) -> Message:
    """Says that a part of the result is missing."""
    return mark("{service} delivered only part of this.", service=service)


def rejection_message(service: str, details: ErrorDetails) -> Message:
    """Says that a service has rejected what it had accepted, and what it said."""
    return mark(
        "{service} accepted this and then rejected it: “{reason}”.",
        service=service,
        reason=details.text.rstrip(".")[:160],
    )

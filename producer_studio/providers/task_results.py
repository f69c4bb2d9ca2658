"""How a task ends: with clips, with some of them, or with none; the same for every dialect."""

from collections.abc import Sequence
from dataclasses import replace

from producer_studio.domain.errors import ErrorKind, ErrorRecord, InvalidResponse
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.providers.base import (
    FailedTask,
    FinishedTask,
    PollResult,
    RemoteClip,
    RunningTask,
)
from producer_studio.providers.http.api_client import RAW_BODY_LIMIT_BYTES, Response
from producer_studio.providers.http.error_details import ErrorDetails, is_refunded
from producer_studio.providers.http.errors import (
    MODERATION_PATTERN,
    create_unreadable_error,
    find_rejected_field,
)
from producer_studio.providers.http.retry_after import parse_retry_after_s

RUNNING_STATES = frozenset({"PENDING", "RUNNING", "QUEUED", "PROCESSING", "SUBMITTED", "STARTED"})
FAILED_STATES = frozenset({"FAILED", "FAILURE", "ERROR", "CANCELLED", "CANCELED"})
SUCCEEDED_STATES = frozenset({"SUCCESS", "SUCCEEDED", "COMPLETED", "COMPLETE"})

MAX_CLIPS = 48
"""Of one task. Services make one or two, and some twenty stems; thousands are an attack."""


def create_running_task(
    response: Response, phase: str, progress: float | None = None
) -> RunningTask:
    """Not done yet; with how long the service asks to be left alone."""
    return RunningTask(
        progress=progress, phase=phase, retry_after_s=parse_retry_after_s(response.headers)
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
    """A task that ended without a result.

    Args:
        words: What the service says of the end, wherever in the answer it says so.
        refunded: Whether the way in which it ended means that the credits are back.
    """
    stated_refund = is_refunded(details.text)
    came_back = stated_refund if stated_refund is not None else refunded or None
    money = {
        True: "The credits were refunded. You can try again.",
        False: "The credits were not refunded.",
        None: "It did not say whether the credits came back: check your balance.",
    }[came_back]
    moderated = bool(MODERATION_PATTERN.search(details.text))
    message = (
        f"{service} refused this after taking it: \u201c{details.text.rstrip('.')[:160]}\u201d. "
        if moderated
        else f"{service} could not finish this. "
    )
    return FailedTask(
        error=ErrorRecord(
            kind=ErrorKind.REQUEST_REJECTED if moderated else ErrorKind.FAILED_BY_SERVICE,
            message=message + money,
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
) -> PollResult:
    """What a task delivered that the service calls done.

    Args:
        found: Each entry of the answer with the state that it names for itself, which may be empty.

    Raises:
        Nonsense: Nothing usable is among them.
    """
    states = [state.strip().upper() for state, _ in entries]
    if entries and all(state in FAILED_STATES for state in states):
        return create_failed_task(response, details, status, recipe, service)
    good = [
        clip
        for (_, clip), state in zip(entries, states, strict=True)
        if state not in FAILED_STATES and _is_usable(clip, recipe)
    ]
    silent = sum(_is_audio_missing(clip, recipe) for clip in good)
    if good and silent == len(good) and any(state in RUNNING_STATES for state in states):
        return create_running_task(response, "RUNNING")
    if not good:
        raise create_unreadable_error(
            response, service=service, paid=False, reason="Done, but nothing usable was delivered."
        )
    missing = len(entries) - len(good) + silent
    note = f"{service} delivered only part of this." if missing else ""
    return limit_clips(
        FinishedTask(tuple(good), raw=response.body[:RAW_BODY_LIMIT_BYTES], message=note), service
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
    """Read the result of a failed task: the clips it delivered all the same, else the failure.

    Args:
        found: As in `finished`.
        refunded: As in `failed`.
    """
    # The id is all that an upload is for; of a song it is none.
    by_id = recipe.operation is Operation.UPLOAD
    heard = [
        (state, clip) for state, clip in entries if by_id or not _is_audio_missing(clip, recipe)
    ]
    try:
        partly = evaluate_finished_task(heard, response, details, status, recipe, service)
    except InvalidResponse:
        partly = None
    if not isinstance(partly, FinishedTask):
        return create_failed_task(response, details, status, recipe, service, refunded=refunded)
    suffix = f" It said: \u201c{details.text.rstrip('.')}\u201d." if details.text else ""
    return replace(partly, message=f"{service} delivered only part of this.{suffix}")


def limit_clips(task: FinishedTask, service: str) -> FinishedTask:
    """The result with as many clips as a task can have, and a note about the rest."""
    count = len(task.clips)
    if count <= MAX_CLIPS:
        return task
    note = (
        f"{service} delivered {count} clips for one request, which cannot be right. The first "
        f"{MAX_CLIPS} were taken. {task.message}"
    )
    return replace(task, clips=task.clips[:MAX_CLIPS], message=note.strip())


def _is_usable(clip: RemoteClip, recipe: Recipe) -> bool:
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
            return clip.remote_id is not None or not _is_audio_missing(clip, recipe)


def _is_audio_missing(clip: RemoteClip, recipe: Recipe) -> bool:
    """Whether sound was asked for and is missing."""
    return recipe.operation.makes_audio and not (clip.links.audio or clip.links.archive)

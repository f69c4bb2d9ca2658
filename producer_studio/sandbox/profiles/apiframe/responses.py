"""Response bodies of the dialect."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from producer_studio.sandbox.profiles.apiframe.requests import PARAMS
from producer_studio.sandbox.records import SandboxClip, SandboxTask

Status = Literal["QUEUED", "PROCESSING", "COMPLETED", "FAILED", "CANCELLED"]
#: Failure code of a cancelled task.
CANCELLED_CODE = 499

_ERRORS = {
    400: "Validation failed",
    401: "Invalid API key",
    402: "Insufficient credits",
    403: "Forbidden",
    404: "Job not found",
    408: "Request timeout",
    409: "Idempotency-Key was already used with a different request body",
    410: "This model has been retired",
    422: "Unprocessable request",
    429: "Rate limit exceeded",
    500: "Internal server error",
    502: "Bad gateway",
    503: "Service unavailable",
    504: "Gateway timeout",
}

#: Returns a link to a file of a clip.
JobLinkBuilder = Callable[[str, str], str]


def error_body(status: int, text: str | None = None, **more: object) -> dict[str, Any]:
    """Returns an error body; without a text, this dialect's own for that status."""
    return {"error": text or _ERRORS.get(status, "Unexpected error"), **more}


def job_status(task: SandboxTask) -> Status:
    if task.failure is not None:
        return "CANCELLED" if task.failure.code == CANCELLED_CODE else "FAILED"
    if task.state == "done":
        return "COMPLETED"
    return "QUEUED" if task.state == "pending" else "PROCESSING"


def job_body(
    task: SandboxTask,
    clips: Sequence[SandboxClip],
    link: JobLinkBuilder,
    *,
    expired: bool,
    now: float,
) -> dict[str, Any]:
    """Returns one job, alone or in a list, with its parameters so that the client recognises it."""
    status = job_status(task)
    asked = task.order.asked
    model: str = task.order.details["model"]
    holder = PARAMS[model]
    return {
        "id": task.id,
        "jobId": task.id,
        "status": status,
        "model": model,
        "prompt": asked.get("prompt"),
        "params": asked.get(holder) or {},
        "progress": _progress(task, status, now),
        "error": task.failure.error if task.failure else None,
        # Only successful generations are charged ("Apiframe, Producer").
        "creditCost": 0 if task.failure else task.order.price,
        "createdAt": _format_time(task.created_at),
        "completedAt": None if task.finished_at is None else _format_time(task.finished_at),
        "expired": expired,
        "result": {"tracks": [_track_body(clip, link) for clip in clips]} if clips else None,
    }


def _track_body(clip: SandboxClip, link: JobLinkBuilder) -> dict[str, Any]:
    return {
        "id": clip.id,
        "audioUrl": link(clip.id, "audio.m4a"),
        "imageUrl": link(clip.id, "cover.png"),
        "title": clip.title,
        "tags": clip.sound,
        "duration": clip.duration_s,
    }


def _progress(task: SandboxTask, status: Status, now: float) -> int | None:
    """Returns the progress in per cent if the duration is known, else None."""
    if status == "COMPLETED":
        return 100
    wanted_s = task.ready_at - task.created_at
    if status != "PROCESSING" or wanted_s <= 0:
        return None
    return min(99, int(100 * (now - task.created_at) / wanted_s))


def _format_time(seconds: float) -> str:
    at = datetime.fromtimestamp(seconds, UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"

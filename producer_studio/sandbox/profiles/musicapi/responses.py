"""Response bodies of the dialect."""

from datetime import UTC, datetime
from typing import Any

from producer_studio.sandbox.media_routes import MediaFiles
from producer_studio.sandbox.records import SandboxClip, SandboxTask
from producer_studio.sandbox.task_service import PollRevision

INSUFFICIENT_CREDITS = (
    "insufficient_credits",
    "Insufficient credits. Please purchase additional credits or subscribe to continue.",
)
#: Types and messages of errors: "AI Music API, Producer API", §8, with the statuses of "MusicAPI,
#: Producer API". Where both lack a status, the text is ours.
ERRORS = {
    400: ("validation_error", "Invalid parameters"),
    401: ("unauthorized", "Invalid API key"),
    402: INSUFFICIENT_CREDITS,
    403: INSUFFICIENT_CREDITS,
    404: ("not_found", "Task not found"),
    408: ("timeout", "Request timed out."),
    409: ("conflict", "The request conflicts with another one."),
    410: (
        "endpoint_retired",
        "This operation has been retired. Please use create_music with a new prompt.",
    ),
    422: ("validation_error", "The request could not be processed."),
    429: ("rate_limited", "Too many concurrent tasks. Retry after a short wait."),
    500: ("internal_error", "Internal Server Error"),
    502: ("upstream_error", "Generation provider is temporarily unavailable. Please retry."),
    503: ("service_unavailable", "Service temporarily unavailable. Please retry later."),
    504: ("timeout", "Task failed due to timeout. Credits were previously refunded."),
}
NOT_READY = "Task is still processing. Please wait a few seconds and try again."
FAILED = "Task failed. Credits have been refunded."


def error_body(status: int, text: str | None = None, kind: str | None = None) -> dict[str, Any]:
    """Returns an error body; without a text, the documented one for that status."""
    usual_kind, usual_text = ERRORS.get(status, ("error", "Unexpected error"))
    return {"code": status, "type": kind or usual_kind, "error": text or usual_text}


def add_remaining_credits(status: int, body: dict[str, Any], left: int = 0) -> dict[str, Any]:
    """Adds the fields that a 402 has since April 2026 ("AI Music API, Producer API", §8)."""
    return {**body, "remaining_credits": left} if status == 402 else body


def poll_response(
    task: SandboxTask, data: list[dict[str, Any]], revision: PollRevision
) -> tuple[int, dict[str, Any]]:
    """Returns HTTP status and body of a poll response.

    `classic` ("MusicAPI, Producer API") has 200, 202 or 500 in the body under HTTP 200,
    `classic-http` in both, `status` ("AI Music API, Producer API", §6) uses text.
    """
    if revision == "status":
        return 200, status_poll_body(task, data)
    if task.failure is not None:
        body: dict[str, Any] = {"code": task.failure.code, "error": task.failure.error}
    elif task.state == "done":
        body = {"code": 200, "data": data, "message": "success"}
    else:
        body = {"code": 202, "type": "not_ready", "error": NOT_READY}
    return (body["code"] if revision == "classic-http" else 200), body


def status_poll_body(task: SandboxTask, data: list[dict[str, Any]]) -> dict[str, Any]:
    """Returns the poll response of "AI Music API, Producer API", §6."""
    if task.failure is not None:
        message = f"{FAILED} {task.failure.error}"
        return {"code": 200, "status": "FAILED", "type": "failed", "message": message, "data": []}
    if task.state == "done":
        return {"code": 200, "status": "SUCCESS", "message": "success", "data": data}
    word = "PENDING" if task.state == "pending" else "RUNNING"
    return {"code": 200, "status": word, "message": "task is still processing", "data": []}


def task_data(
    task: SandboxTask, clip: SandboxClip | None, media_files: MediaFiles, origin: str
) -> list[dict[str, Any]]:
    """Returns the `data` of a finished task, with new links."""
    if task.state != "done":
        return []
    if task.order.kind == "lyrics":
        # "AI Music API, Producer API", §2.3
        return [
            {
                "lyrics_id": f"lyr_{task.id.replace('-', '')[:12]}",
                **task.result,
                "created_at": _format_time(task),
            }
        ]
    if clip is None:
        raise LookupError(f"task {task.id} is done, but its clip is not known")
    audio_url = media_files.create_link(origin, clip.id, "audio.m4a")
    image_url = clip.image_url or media_files.create_link(origin, clip.id, "cover.png")
    ended = {"state": "succeeded", "created_at": _format_time(task)}
    match task.order.kind:
        case "upload":
            words = {"clip_id": clip.id, "audio_url": audio_url, "lyrics": clip.lyrics}
            return [{**words, "duration": clip.duration_s, **ended}]
        case "download":
            file = media_files.create_link(origin, clip.id, task.result["file"])
            return [
                {"clip_id": clip.id, "format": task.result["format"], "audio_url": file, **ended}
            ]
        case "video":
            # "AI Music API, Producer API", §3.3
            named = {"clip_id": clip.id, "title": clip.title, "audio_url": audio_url}
            video_url = media_files.create_link(origin, clip.id, task.result["file"])
            pictures = {"video_url": video_url, "image_url": image_url}
            return [{**named, **pictures, "duration": clip.duration_s, **ended}]
        case _:
            return [_song_data(clip, audio_url, image_url, _format_time(task))]


def _song_data(
    clip: SandboxClip, audio_url: str, image_url: str, created_at: str
) -> dict[str, Any]:
    """Returns the data of a finished task as in "MusicAPI, Producer API"."""
    return {
        "clip_id": clip.id,
        "title": clip.title,
        "sound": clip.sound,
        "lyrics": clip.lyrics,
        "image_url": image_url,
        "audio_url": audio_url,
        "video_url": None,
        "created_at": created_at,
        "mv": clip.model,
        "seed": clip.seed,
        "duration": clip.duration_s,
        "state": "succeeded",
    }


def _format_time(task: SandboxTask) -> str:
    return datetime.fromtimestamp(task.created_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

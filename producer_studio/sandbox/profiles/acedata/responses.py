"""Response bodies of the dialect."""

import uuid
from datetime import UTC, datetime
from typing import Any

from producer_studio.sandbox.media_routes import MediaFiles
from producer_studio.sandbox.records import SandboxClip, SandboxTask

#: Codes and messages of errors: "AceData Cloud, Producer API" and .github/docs/services.md.
ERRORS = {
    400: ("bad_request", "Bad request, possibly due to missing or invalid parameters."),
    401: ("invalid_token", "Unauthorized, invalid or missing authorization token."),
    403: ("used_up", "The balance of this application is used up. Please buy more credits."),
    404: ("no_api", "There is no such API."),
    410: ("endpoint_retired", "This operation is not offered any more."),
    429: ("too_many_requests", "Too many requests, you have exceeded the rate limit."),
    500: ("api_error", "Internal server error, something went wrong on the server."),
}
_KINDS = {"lyrics": "lyrics", "upload": "upload", "video": "videos", "download": "wav"}


def error_body(status: int, text: str | None = None, code: str | None = None) -> dict[str, Any]:
    """Returns an error body; without a text, the documented one for that status."""
    return {"error": _error_fields(status, text, code), "trace_id": str(uuid.uuid4())}


def finished_body(task: SandboxTask, data: object) -> dict[str, Any]:
    """Returns the body of an ended task for held connections, callbacks and records."""
    named: dict[str, Any] = {"task_id": task.id, "trace_id": _trace_id(task)}
    if task.failure is not None:
        failed = _error_fields(task.failure.code, task.failure.error)
        return {"success": False, **named, "error": failed}
    return {"success": True, **named, "data": data}


def task_record(task: SandboxTask, data: object) -> dict[str, Any]:
    """Returns a task as in `/producer/tasks`; one without a `response` is still in progress."""
    shown: dict[str, Any] = {
        "id": task.id,
        "type": _KINDS.get(task.order.kind, "audios"),
        "trace_id": _trace_id(task),
        "request": task.order.asked,
        "created_at": task.created_at,
        "started_at": task.created_at,
    }
    if task.finished_at is not None:
        shown["finished_at"] = task.finished_at
        shown["elapsed"] = task.finished_at - task.created_at
        shown["response"] = finished_body(task, data)
    return shown


def task_data(
    task: SandboxTask, clip: SandboxClip | None, media_files: MediaFiles, origin: str
) -> object:
    """Returns the `data` of a finished task, with new links.

    It is a list or an object, as documented in .github/docs/services.md.
    """
    if task.state != "done":
        return []
    if task.order.kind == "lyrics":
        words = task.result
        return {"title": words["title"], "text": words["lyrics"], "status": "complete"}
    if clip is None:
        raise LookupError(f"task {task.id} is done, but its clip is not known")
    audio_url = media_files.create_link(origin, clip.id, "audio.m4a")
    match task.order.kind:
        case "upload":
            return {"audio_id": clip.id, "lyric": clip.lyrics, "audio_url": audio_url}
        case "video":
            return {"video_url": media_files.create_link(origin, clip.id, task.result["file"])}
        case "download":
            file_url = media_files.create_link(origin, clip.id, task.result["file"])
            return [{"title": clip.title, "file_url": file_url}]
        case "stems":
            stems_url = media_files.create_link(origin, clip.id, task.result["file"])
            return [{"title": clip.title, "stems_url": stems_url, **_end_fields(task)}]
        case _:
            image_url = clip.image_url or media_files.create_link(origin, clip.id, "cover.png")
            return [_song_fields(task, clip, audio_url, image_url)]


def _song_fields(
    task: SandboxTask, clip: SandboxClip, audio_url: str, image_url: str
) -> dict[str, Any]:
    """Returns the fields of "AceData Cloud, Producer API"; numbers are strings there."""
    return {
        "id": clip.id,
        "title": clip.title,
        "image_url": image_url,
        "lyric": clip.lyrics,
        "audio_url": audio_url,
        "video_url": None,
        "image_id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"image {clip.id}")),
        "seed": clip.seed,
        "sound": clip.sound,
        "model": clip.model,
        "duration": f"{clip.duration_s:g}",
        **_end_fields(task),
    }


def _end_fields(task: SandboxTask) -> dict[str, Any]:
    when = datetime.fromtimestamp(task.created_at, UTC).isoformat(timespec="seconds")
    return {"created_at": when, "progress": "100%", "state": "complete"}


def _error_fields(status: int, text: str | None = None, code: str | None = None) -> dict[str, str]:
    usual_code, usual_text = ERRORS.get(status, ERRORS[500])
    return {"code": code or usual_code, "message": text or usual_text}


def _trace_id(task: SandboxTask) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"trace {task.id}"))

"""Response data of "AI Music API, Producer API"."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from producer_studio.sandbox.records import SandboxClip, SandboxTask

#: Returns a link to a file of the clip.
LinkBuilder = Callable[[str], str]


def format_time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def lyrics_data(task: SandboxTask) -> dict[str, Any]:
    """Returns generated lyrics, §2.3."""
    return {
        "lyrics_id": f"lyr_{task.id.replace('-', '')[:12]}",
        "lyrics": task.result["lyrics"],
        "title": task.result["title"],
        "sound": task.result["sound"],
        "created_at": format_time(task.created_at),
    }


def item_data(task: SandboxTask, clip: SandboxClip, link: LinkBuilder) -> dict[str, Any]:
    """Returns an item: §1.6 for a song, §3.3 a video, §4.3 an upload, §5.3 a download."""
    state = {"state": "succeeded"}
    created = {"created_at": format_time(task.created_at)}
    match task.order.kind:
        case "video":
            return {
                "clip_id": clip.id,
                "title": clip.title,
                "audio_url": link("audio.m4a"),
                "video_url": link(task.result["file"]),
                "image_url": _image_url(clip, link),
                "duration": clip.duration_s,
                **state,
                **created,
            }
        case "upload":
            heard = {"audio_url": link("audio.m4a"), "duration": clip.duration_s}
            return {"clip_id": clip.id, **heard, **state, **created}
        case "download":
            file = {"format": task.result["format"], "audio_url": link(task.result["file"])}
            return {"clip_id": clip.id, **file, **state, **created}
        case _:
            return {
                "clip_id": clip.id,
                "title": clip.title,
                "sound": clip.sound or None,
                "lyrics": clip.lyrics,
                "audio_url": link("audio.m4a"),
                "wav_url": link("audio.wav"),
                "image_url": _image_url(clip, link),
                "video_url": None,
                "duration": clip.duration_s,
                "mv": clip.model,
                "seed": clip.seed,
                **state,
                **created,
            }


def _image_url(clip: SandboxClip, link: LinkBuilder) -> str:
    return clip.image_url or link("cover.png")

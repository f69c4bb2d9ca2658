"""Conversion of tasks to orders for the worker, and of its output to results."""

import asyncio
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec

from producer_studio.sandbox.outbound_http import download_file
from producer_studio.sandbox.records import SandboxClip, SandboxTask, TaskFailure, TaskOrder
from producer_studio.sandbox.temporary_uploads import copy_upload

_PLACEHOLDER = re.compile(
    r"(test|testing|music|song|sound|lyrics|audio|asdf\w*|lorem ipsum.*|hello|foo|bar|abc|123)"
    r"(\s+(test|testing|music|song|sound|lyrics|here))*",
)
_SMALL_WORDS = {"a", "an", "and", "at", "by", "for", "from", "in", "my", "of", "on", "or", "the"}
_SMALL_WORDS |= {"to", "with", "your"}
_FILLER_SYLLABLES = re.compile(r"((la|na|da|blah)\s*)+")
_MAX_WORDS_IN_NOTE = 8
_SECTION = re.compile(r"\[[^\]]*\]")


class TaskFailed(Exception):
    """The task cannot succeed; the message contains the reason."""


@dataclass(frozen=True)
class SandboxFolders:
    """Folders of rendered files.

    Attributes:
        media: Served files, one folder for each clip.
        performances: Stems and plans, one folder for each clip.
        uploads: Files fetched and not yet decoded.
        temporary_uploads: Files that clients have uploaded for an upload request.
    """

    media: Path
    performances: Path
    uploads: Path
    temporary_uploads: Path

    @classmethod
    def create_under(cls, root: Path) -> "SandboxFolders":
        """Creates the folders and deletes unfinished files of an earlier run."""
        folders = cls(root / "media", root / "performances", root / "uploads", root / "lent")
        for folder in (
            folders.media,
            folders.performances,
            folders.uploads,
            folders.temporary_uploads,
        ):
            folder.mkdir(parents=True, exist_ok=True)
            for unfinished in folder.glob("part-*/"):
                shutil.rmtree(unfinished)
            for file in folder.glob("*/part-*"):
                file.unlink()
        for file in folders.temporary_uploads.glob("part-*"):
            file.unlink()
        return folders

    def media_file(self, clip_id: str, name: str) -> str:
        return str(self.media / clip_id / name)

    def performance(self, clip_id: str) -> str:
        return str(self.performances / clip_id)


def is_placeholder(text: str) -> bool:
    """Whether a text is poor input such as "test", "music", "la la la".

    "MusicAPI, Producer API" warns of it.
    """
    words = re.sub(r"[^\w\s]", " ", _SECTION.sub(" ", text)).lower()
    plain = " ".join(words.split())
    return bool(text.strip()) and (
        not plain or bool(_PLACEHOLDER.fullmatch(plain) or _FILLER_SYLLABLES.fullmatch(plain))
    )


def predict_failure(order: TaskOrder) -> TaskFailure | None:
    """Predicts failures: poor input is accepted and charged, then fails and is refunded."""
    details = order.details
    sound: str = details.get("sound") or ""
    lyrics: str = "" if details.get("make_instrumental") else details.get("lyrics") or ""
    if is_placeholder(lyrics) or (is_placeholder(sound) and not lyrics):
        return TaskFailure(
            code=500, error="Generation failed: the sound or lyrics are not meaningful enough."
        )
    return None


async def fetch_upload(task: SandboxTask, folders: SandboxFolders) -> Path | None:
    """Fetches the file of an upload; None for other tasks. Raises UrlUnreachable."""
    if task.order.kind != "upload":
        return None
    # Always fetched again: an earlier run may have left a partial file under this name.
    path = folders.uploads / task.clip_id
    url = task.order.details["audio_url"]
    if not await asyncio.to_thread(copy_upload, folders.temporary_uploads, url, path):
        await asyncio.to_thread(download_file, url, path)
    return path


def split_into_tracks(task: SandboxTask) -> list[SandboxTask]:
    """Splits a task into one task for each track, with a clip and a seed of its own.

    The seeds are derived from the first one, so that the same request gives the same second track.
    """
    others = [
        msgspec.structs.replace(task, clip_id=clip_id, seed=f"{task.seed}-{number}")
        for number, clip_id in enumerate(task.other_clip_ids, 2)
    ]
    return [task, *others]


def build_work_order(
    task: SandboxTask,
    source: SandboxClip | None,
    file: Path | None,
    folders: SandboxFolders,
    longest_s: float | None,
) -> Any:  # noqa: ANN401
    """Builds the order for `rendering.execute_order`; new music is at most `longest_s` long."""
    details = task.order.details
    keeping = {
        "title": _title(task, source),
        "seed": task.seed,
        "media": str(folders.media / task.clip_id),
        "performance": folders.performance(task.clip_id),
    }
    match task.order.kind:
        case "upload":
            return {"job": "decode", "file": str(file), **keeping}
        case "lyrics":
            return {"job": "lyrics", "prompt": details["prompt"], "seed": task.seed}
        case "download" | "video" | "stems":
            result = _file_result(task)
            return {
                "job": "export" if task.order.kind == "download" else task.order.kind,
                "performance": folders.performance(details["clip_id"]),
                "cover": folders.media_file(details["clip_id"], "cover.png"),
                **result,
                "file": folders.media_file(details["clip_id"], result["file"]),
            }
        case _:
            from_clip = folders.performance(source.id) if source else None
            asked = {**_piece_fields(task, source), "longest_s": longest_s}
            piece = {"piece": asked, "source": from_clip}
            return {"job": "piece", **piece, "theme": details.get("theme"), **keeping}


def build_wav_order(clip_id: str, folders: SandboxFolders) -> dict[str, str]:
    """Builds the order for the WAV of a clip."""
    return {
        "job": "export",
        "format": "wav",
        "performance": folders.performance(clip_id),
        "file": folders.media_file(clip_id, "audio.wav"),
    }


def build_result(
    task: SandboxTask, source: SandboxClip | None, done: dict[str, Any]
) -> tuple[SandboxClip | None, dict[str, str]]:
    """Returns the new clip, if there is one, and other fields of the response."""
    if task.order.kind == "lyrics":
        return None, done
    if task.order.kind in {"download", "video", "stems"}:
        return None, _file_result(task)
    details = task.order.details
    clip = SandboxClip(
        id=task.clip_id,
        account=task.account,
        title=_title(task, source),
        sound=_sound(task, source),
        lyrics=done["lyrics"] if details.get("theme") else _lyrics(task, source),
        model=details.get("mv", ""),
        seed=task.seed,
        duration_s=done["duration_s"],
        created_at=task.created_at,
        image_url=details.get("cover_url"),
        task_id=task.id,
        uploaded=task.order.kind == "upload",
        note=_note(done.get("unknown_words", [])),
    )
    return clip, {}


def _note(unknown_words: list[str]) -> str:
    """Returns what to say about words that changed nothing; empty when all were understood."""
    if not unknown_words:
        return ""
    shown = ", ".join(unknown_words[:_MAX_WORDS_IN_NOTE])
    more = " …" if len(unknown_words) > _MAX_WORDS_IN_NOTE else ""
    return f"Demo Studio does not know these words of the sound: {shown}{more}"


def _file_result(task: SandboxTask) -> dict[str, str]:
    details = task.order.details
    if task.order.kind == "stems":
        return {"clip_id": details["clip_id"], "file": "stems.zip"}
    if task.order.kind == "download":
        wanted: str = details["format"]
        return {"clip_id": details["clip_id"], "format": wanted, "file": f"audio.{wanted}"}
    preset: str = details["preset"]
    return {"clip_id": details["clip_id"], "preset": preset, "file": f"video-{preset}.mp4"}


def _sound(task: SandboxTask, source: SandboxClip | None) -> str:
    given: str = task.order.details.get("sound") or ""
    return given or (source.sound if source else "")


def _lyrics(task: SandboxTask, source: SandboxClip | None) -> str:
    """Returns the lyrics of the whole new clip, including those of its source."""
    details = task.order.details
    kind = task.order.kind
    given: str = "" if details.get("make_instrumental") else details.get("lyrics") or ""
    if source is None or (kind == "cover_music" and details.get("make_instrumental")):
        return given
    if kind == "extend_music":
        return "\n\n".join(words for words in (source.lyrics, given) if words)
    return given or source.lyrics


def _piece_fields(task: SandboxTask, source: SandboxClip | None) -> dict[str, Any]:
    """Returns the fields of the synthesiser's Piece.

    Missing values are taken from the source, except the style for the two operations that replace
    the style of the whole clip.
    """
    details = task.order.details
    dresses_anew = task.order.kind in {"cover_music", "swap_music_sound"}
    return {
        "task_type": task.order.kind,
        "sound": _sound(task, source if dresses_anew else None),
        "lyrics": details.get("lyrics") or "",
        "seed": task.seed,
        "model": details["mv"],
        "instrumental": details["make_instrumental"],
        "lyrics_strength": details["lyrics_strength"],
        "sound_strength": details["sound_strength"],
        "weirdness": details["weirdness"],
        "starts_at": details.get("starts_at"),
        "ends_at": details.get("ends_at"),
        "cover_strength": details.get("cover_strength"),
        "length_s": details.get("length_s"),
    }


def _title(task: SandboxTask, source: SandboxClip | None) -> str:
    details = task.order.details
    if details.get("title"):
        return str(details["title"])
    if task.order.kind == "upload":
        name = Path(unquote(urlsplit(details["audio_url"]).path)).stem
        return name[:80] or "Upload"
    if source is not None:
        return source.title
    return _title_from(_lyrics(task, None)) or _title_from(details.get("sound") or "") or "Untitled"


def _title_from(text: str) -> str:
    """Returns the first words of the first line, without small words at the end."""
    lines = [line.strip() for line in _SECTION.sub("\n", text).splitlines()]
    words = re.findall(r"[\w'’-]+", next((line for line in lines if line), ""))[:5]
    while words and words[-1].lower() in _SMALL_WORDS:
        words.pop()
    return " ".join(word[:1].upper() + word[1:] for word in words)[:80]

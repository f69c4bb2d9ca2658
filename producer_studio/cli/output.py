"""Output on stdout: plain text lines, or JSON Lines."""

import json
import os
import sys
from collections.abc import Sequence
from typing import Any

from producer_studio.cli.terminal_text import (
    escape_control_characters,
    sanitise_line,
    sanitise_message,
)
from producer_studio.domain.account import Account
from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.job import Job
from producer_studio.domain.strength import COVER_STRENGTH, STRENGTHS
from producer_studio.domain.timestamps import to_local_time
from producer_studio.studio.calendar import is_known_time


class OutputClosed(Exception):
    """The reader of stdout has closed it; no more output is possible."""


class Output:
    """Writer of results to stdout and messages to stderr.

    Args:
        as_json: Whether stdout carries JSON Lines and nothing else.
    """

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.written_messages: set[str] = set()

    def write_result(self, data: dict[str, Any], lines: str | Sequence[str]) -> None:
        """Writes one result: as JSON, or as one or more lines of text.

        A line end within a line is printed as a space: a title must not look like further results.
        """
        if sys.stdout is None:
            return
        # Where stdout is not UTF-8, JSON escapes represent every character.
        escaped = (sys.stdout.encoding or "").lower() not in {"utf-8", "utf8"}
        if self.as_json:
            text = escape_control_characters(json.dumps(data, ensure_ascii=escaped))
        else:
            text = "\n".join(map(sanitise_line, [lines] if isinstance(lines, str) else lines))
        try:
            sys.stdout.write(f"{text}\n")
            sys.stdout.flush()
        except OSError as error:
            _detach_stdout()
            if isinstance(error, BrokenPipeError):
                raise OutputClosed from error
            raise

    def write_hint(self, message: str) -> None:
        """Writes a hint to stderr, unless the output is JSON, where the results include it."""
        if not self.as_json:
            self.write_message(message)

    def write_message(self, message: str) -> None:
        """Writes a message that is not a result to stderr; each message once."""
        if sys.stderr is not None and message not in self.written_messages:
            self.written_messages.add(message)
            sys.stderr.write(f"{sanitise_message(message)}\n")
            sys.stderr.flush()


def _detach_stdout() -> None:
    """Prevents the interpreter from flushing stdout at exit, which would print another error."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def clip_json(clip: Clip) -> dict[str, Any]:
    return {
        "id": clip.id,
        "remote_id": clip.remote_id,
        "title": clip.title,
        "sound": clip.sound,
        "lyrics": clip.lyrics,
        "op": str(clip.operation),
        "model": clip.model,
        "service": clip.service,
        "account": clip.account,
        "seed": clip.seed,
        "duration_s": round(clip.duration_s, 3),
        "bpm": clip.bpm,
        "bpm_is_sure": clip.bpm is not None and clip.is_bpm_certain,
        "bpm_is_set_by_user": clip.bpm_override is not None,
        "key": clip.key,
        "key_is_set_by_user": bool(clip.key_override),
        "created_at": clip.created_at.isoformat() if is_known_time(clip.created_at) else None,
        "path": str(clip.path) if clip.path is not None else None,
        "parent": clip.parent,
        "stem": clip.stem,
        "recipe": clip.recipe.strip_secrets().to_json(),
        "stars": clip.stars,
        "tags": list(clip.tags),
        "media": str(clip.media),
        "cover": str(clip.cover) if clip.cover is not None else None,
        "video": str(clip.video) if clip.video is not None else None,
    }


def clip_line(clip: Clip) -> str:
    silent = "words only" if clip.media is MediaState.NONE else f"sound {clip.media}"
    location = str(clip.path) if clip.path is not None else f"({silent})"
    model = f"  [{clip.model}]" if clip.model else ""
    return f"{clip.id[:8]}  {_duration_text(clip)}  {clip.title}{model}  {location}"


def clip_detail_lines(clip: Clip) -> list[str]:
    """Returns the details of a clip as lines, one fact a line."""
    recipe = clip.recipe
    strengths = [
        f"{strength.label.lower()} {value:g}"
        for strength in (*STRENGTHS, COVER_STRENGTH)
        if (value := getattr(recipe, strength.name)) is not None
    ]
    region = [f"{at:g} s" for at in (recipe.starts_at_s, recipe.ends_at_s) if at is not None]
    is_dated = is_known_time(clip.created_at)
    made = to_local_time(clip.created_at).strftime("%Y-%m-%d %H:%M") if is_dated else ""
    facts = {
        "title": clip.title,
        "id": clip.id,
        "length": f"{_duration_text(clip)} ({clip.duration_s:.1f} s)" if clip.duration_s else "",
        "made by": clip.operation.label + (f" of {clip.parent[:8]}" if clip.parent else ""),
        "part": f"from {' to '.join(region)}" if region else "",
        "account": clip.account,
        "model": clip.model,
        "seed": clip.seed,
        "strengths": ", ".join(strengths),
        "tempo": clip.bpm_text,
        "key": clip.key,
        "made": made,
        "stars": str(clip.stars or ""),
        "tags": ", ".join(clip.tags),
        "notes": clip.notes,
        "file": "" if clip.media is MediaState.NONE else str(clip.path or "not on this disk"),
        "cover": str(clip.cover or ""),
        "video": str(clip.video or ""),
        "sound": clip.sound,
    }
    lines = [f"{name:<10}  {value}" for name, value in facts.items() if value]
    return [*lines, "lyrics", *indent_lines(clip.lyrics)] if clip.lyrics else lines


def indent_lines(text: str) -> list[str]:
    """Indents the non-empty lines of a text by four spaces."""
    return [f"    {line}" if line.strip() else "" for line in text.splitlines()]


_LONGEST_S = 9_999 * 3600.0
"""Longest time that is shown: a row or a sidecar may contain any number of seconds."""


def _duration_text(clip: Clip) -> str:
    minutes, seconds = divmod(round(min(clip.duration_s, _LONGEST_S)), 60)
    return f"{minutes}:{seconds:02d}"


def job_json(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "state": str(job.state),
        "op": str(job.recipe.operation),
        "account": job.account,
        "task_id": job.task_id,
        "created_at": job.created_at.isoformat() if is_known_time(job.created_at) else None,
        "credits_expected": job.credits_expected,
        "credits_charged": job.credits_charged,
        "credits_refunded": job.credits_refunded,
        "fault": job.fault.to_json() if job.fault is not None else None,
        "title": job.title,
        "after": job.after,
        "clips": list(job.clips),
        "recipe": job.recipe.strip_secrets().to_json(),
    }


def job_line(job: Job) -> str:
    error_text = f"  {job.fault.message}" if job.fault is not None else ""
    return f"{job.id[:8]}  {job.state:<10}  {job.recipe.operation:<11}  {job.title}{error_text}"


def account_json(account: Account) -> dict[str, Any]:
    return {
        "name": account.name,
        "service": str(account.service),
        "profile": account.profile,
        "base_url": account.base_url,
        "poll_s": account.poll_s,
        "concurrency": account.concurrency,
        "platform_url": account.platform_url,
        "webhook_url": account.webhook_url,
        "budget": account.budget,
        "retired": dict(account.retired),
        "refused_models": dict(account.refused_models),
    }

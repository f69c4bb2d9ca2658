"""Output on stdout: plain text lines, or JSON Lines."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from producer_studio.cli.columns import cell_width, indent_lines, label_line, pad, value_line
from producer_studio.cli.terminal_text import sanitise_line, sanitise_message
from producer_studio.domain.account import Account
from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.decibels import loudness_text, true_peak_text
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.key_text import key_text
from producer_studio.domain.link_expiry import expiry_text
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.strength import COVER_STRENGTH, STRENGTHS
from producer_studio.domain.text import escape_control_characters
from producer_studio.domain.timestamps import to_local_time
from producer_studio.studio.clips import CLIP_FIELDS, DETAIL_ROWS, FieldSpec, ValueKind
from producer_studio.studio.utc_dates import is_known_time
from producer_studio.translation import mark, pmark, tr, tr_message
from producer_studio.translation.active import language
from producer_studio.translation.languages import ENGLISH
from producer_studio.translation.numbers import FixedDecimal


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

        Lines are translated; JSON is English. A line end within a line is printed as a space: a
        title must not look like further results.
        """
        if sys.stdout is None:
            return
        # Where stdout is not UTF-8, JSON escapes represent every character.
        escaped = (sys.stdout.encoding or "").lower() not in {"utf-8", "utf8"}
        if self.as_json:
            text = escape_control_characters(json.dumps(data, ensure_ascii=escaped))
        else:
            shown = [lines] if isinstance(lines, str) else lines
            text = "\n".join(sanitise_line(tr_message(line)) for line in shown)
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
            sys.stderr.write(f"{sanitise_message(tr_message(message))}\n")
            sys.stderr.flush()


def _detach_stdout() -> None:
    """Prevents the interpreter from flushing stdout at exit, which would print another error."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def clip_json(clip: Clip) -> dict[str, Any]:
    return {
        spec.json: _json_value(spec.kind, spec.value(clip)) for spec in CLIP_FIELDS if spec.json
    }


def _json_value(kind: ValueKind, value: object) -> object:
    match value:
        case float() if kind is ValueKind.LENGTH:
            return round(value, 3)
        case datetime():
            return value.isoformat() if is_known_time(value) else None
        case Recipe():
            return value.strip_secrets().to_json()
        case tuple():
            return list(value)
        case Path() | StrEnum():
            return str(value)
        case _:
            return value


def clip_line(clip: Clip) -> str:
    location = str(clip.path) if clip.path is not None else f"({_silence_text(clip.media)})"
    model = f"  [{clip.model}]" if clip.model else ""
    title = tr_message(clip.display_title)
    return f"{clip.id[:8]}  {duration_text(clip)}  {title}{model}  {location}"


def _silence_text(media: MediaState) -> str:
    """Says why a clip has no file."""
    if media is MediaState.NONE:
        return tr("lyrics only")
    return tr(_SOUND_LABELS[media])


_SOUND_LABELS = {
    MediaState.PENDING: mark("sound pending"),
    MediaState.READY: mark("sound ready"),
    MediaState.MISSING: mark("sound missing"),
    MediaState.REJECTED: mark("sound rejected"),
}


def clip_detail_lines(clip: Clip) -> list[str]:
    """Returns the details of a clip as lines, one fact a line."""
    lines: list[str] = []
    for spec, row in DETAIL_ROWS:
        label = tr_message(row.label) or inner_label(spec.label)
        text = _detail_text(spec, clip)
        if text and spec.kind is ValueKind.LYRICS:
            lines += [label, *indent_lines(text)]
        elif text:
            lines.append(label_line(label, text))
    return lines


def value_lines(values: Mapping[str, Any]) -> list[str]:
    """Returns what is set of a form or a recipe as lines, one value a line."""
    lines: list[str] = []
    for name, value in values.items():
        label = name.removesuffix("_s").replace("_", " ")
        if value is None or value == "" or value is False:
            continue
        if isinstance(value, str) and "\n" in value:
            lines += [label, *indent_lines(value)]
        else:
            lines.append(value_line(label, mark("yes") if value is True else str(value)))
    return lines


def _detail_text(spec: FieldSpec, clip: Clip) -> str:
    value = spec.value(clip)
    match spec.kind:
        case ValueKind.LENGTH:
            if not value:
                return ""
            return mark(
                "{length} ({seconds} s)",
                length=duration_text(clip),
                seconds=FixedDecimal(value, 1),
            )
        case ValueKind.OPERATION:
            if not clip.parent:
                return clip.operation.label
            return mark(
                "{operation} of {clip}", operation=clip.operation.label, clip=clip.parent[:8]
            )
        case ValueKind.PART:
            region = [at for at in (value.starts_at_s, value.ends_at_s) if at is not None]
            return f"from {' to '.join(f'{at:g} s' for at in region)}" if region else ""
        case ValueKind.STRENGTHS:
            return ", ".join(
                f"{inner_label(strength.label)} {number:g}"
                for strength in (*STRENGTHS, COVER_STRENGTH)
                if (number := getattr(value, strength.name)) is not None
            )
        case ValueKind.LOUDNESS:
            return loudness_text(value)
        case ValueKind.TRUE_PEAK:
            return true_peak_text(value)
        case ValueKind.TEMPO:
            return clip.bpm_text
        case ValueKind.KEY:
            return key_text(value or "")
        case ValueKind.TIME | ValueKind.AGE:
            return f"{to_local_time(value):%Y-%m-%d %H:%M}" if is_known_time(value) else ""
        case ValueKind.TAGS:
            return ", ".join(value)
        case ValueKind.AUDIO_FILE:
            return (
                ""
                if clip.media is MediaState.NONE
                else str(value)
                if value
                else mark("not downloaded")
            )
        case ValueKind.FLAG:
            return mark("yes") if value else ""
        case ValueKind.EXPIRY:
            return expiry_text(value, datetime.now(UTC))
        case _:
            return str(value or "")


_LONGEST_S = 9_999 * 3600.0
"""Longest time that is shown: a row or a sidecar may contain any number of seconds."""


def duration_text(clip: Clip) -> str:
    """Formats the length of a clip as "2:44"."""
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
        "press": job.press,
        "take": job.take,
        "after": job.after,
        "clips": list(job.clips),
        "recipe": job.recipe.strip_secrets().to_json(),
    }


def job_line(job: Job) -> str:
    error_text = f"  {tr_message(job.fault.message)}" if job.fault is not None else ""
    state = pad(state_label(job.state), max(cell_width(tr(one)) for one in _STATE_LABELS.values()))
    title = tr_message(job.title)
    return f"{job.id[:8]}  {state}  {job.recipe.operation:<11}  {title}{error_text}"


_STATE_LABELS = {
    JobState.DRAFTED: mark("drafted"),
    JobState.QUEUED: mark("queued"),
    JobState.SENDING: mark("sending"),
    JobState.ACCEPTED: mark("accepted"),
    JobState.WORKING: mark("working"),
    JobState.COLLECTING: mark("collecting"),
    JobState.DONE: mark("done"),
    JobState.FAILED: mark("failed"),
    JobState.UNKNOWN: pmark("job", "unknown"),
    JobState.CANCELLED: mark("cancelled"),
}


def state_label(state: JobState) -> str:
    """Returns the state of a job for people; in JSON it is the state itself."""
    return _STATE_LABELS[state]


def stars_text(stars: int) -> str:
    """Formats a rating, such as "4 of 5 stars"; empty without one."""
    return mark("{stars} of 5 stars", stars=stars) if stars else ""


def inner_label(label: str) -> str:
    """Translates a label to be within a line: lower case in English, as it is in German."""
    shown = tr(label)
    return shown.lower() if language() is ENGLISH else shown


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
        "daily_budget": account.daily_budget,
        "plan": account.plan,
        "retired": dict(account.retired),
        "refused_models": dict(account.refused_models),
    }

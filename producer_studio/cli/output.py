"""Output on stdout: plain text lines, or JSON Lines."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from producer_studio.cli.terminal_text import (
    sanitise_line,
    sanitise_message,
)
from producer_studio.domain.account import Account
from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.decibels import loudness_text, true_peak_text
from producer_studio.domain.job import Job
from producer_studio.domain.link_expiry import expiry_text
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.strength import COVER_STRENGTH, STRENGTHS
from producer_studio.domain.text import escape_control_characters
from producer_studio.domain.timestamps import to_local_time
from producer_studio.studio.clips import CLIP_FIELDS, DETAIL_ROWS, FieldSpec, ValueKind
from producer_studio.studio.utc_dates import is_known_time


def format_table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Aligns the columns of the rows; removes trailing spaces."""
    if not rows:
        return []
    rows = [[sanitise_line(cell) for cell in row] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


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
    silent = "lyrics only" if clip.media is MediaState.NONE else f"sound {clip.media}"
    location = str(clip.path) if clip.path is not None else f"({silent})"
    model = f"  [{clip.model}]" if clip.model else ""
    return f"{clip.id[:8]}  {duration_text(clip)}  {clip.display_title}{model}  {location}"


def clip_detail_lines(clip: Clip) -> list[str]:
    """Returns the details of a clip as lines, one fact a line."""
    lines: list[str] = []
    for spec, row in DETAIL_ROWS:
        label = row.label or spec.label.lower()
        text = _detail_text(spec, clip)
        if text and spec.kind is ValueKind.LYRICS:
            lines += [label, *indent_lines(text)]
        elif text:
            lines.append(f"{label:<10}  {text}")
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
            lines.append(f"{label:<16}  {'yes' if value is True else value}")
    return lines


def _detail_text(spec: FieldSpec, clip: Clip) -> str:
    value = spec.value(clip)
    match spec.kind:
        case ValueKind.LENGTH:
            return f"{duration_text(clip)} ({value:.1f} s)" if value else ""
        case ValueKind.OPERATION:
            return clip.operation.label + (f" of {clip.parent[:8]}" if clip.parent else "")
        case ValueKind.PART:
            region = [at for at in (value.starts_at_s, value.ends_at_s) if at is not None]
            return f"from {' to '.join(f'{at:g} s' for at in region)}" if region else ""
        case ValueKind.STRENGTHS:
            return ", ".join(
                f"{strength.label.lower()} {number:g}"
                for strength in (*STRENGTHS, COVER_STRENGTH)
                if (number := getattr(value, strength.name)) is not None
            )
        case ValueKind.LOUDNESS:
            return loudness_text(value)
        case ValueKind.TRUE_PEAK:
            return true_peak_text(value)
        case ValueKind.TEMPO:
            return clip.bpm_text
        case ValueKind.TIME | ValueKind.AGE:
            return f"{to_local_time(value):%Y-%m-%d %H:%M}" if is_known_time(value) else ""
        case ValueKind.TAGS:
            return ", ".join(value)
        case ValueKind.AUDIO_FILE:
            return "" if clip.media is MediaState.NONE else str(value or "not downloaded")
        case ValueKind.FLAG:
            return "yes" if value else ""
        case ValueKind.EXPIRY:
            return expiry_text(value, datetime.now(UTC))
        case _:
            return str(value or "")


def indent_lines(text: str) -> list[str]:
    """Indents the non-empty lines of a text by four spaces."""
    return [f"    {line}" if line.strip() else "" for line in text.splitlines()]


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
        "daily_budget": account.daily_budget,
        "plan": account.plan,
        "retired": dict(account.retired),
        "refused_models": dict(account.refused_models),
    }

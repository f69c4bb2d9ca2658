"""Text format of crash reports."""

import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from producer_studio.studio.crash_reports.redaction import ReportRedactor

MAX_BYTES = 64 * 1024
"""Maximum size of a report in bytes."""

_INTRODUCTION = """\
This report stays on this computer until you share it. It contains none of
your songs, lyrics or titles, and no keys or names: only what the program was
doing, and where the error occurred."""


@dataclass(frozen=True, slots=True)
class CrashFacts:
    """Facts about an error or crash.

    Attributes:
        at: Time at which it was detected.
        title: Summary of the error in one sentence.
        traceback: The traceback, or the output of the fault handler.
        details: State of the program, by names such as "doing" and "jobs".
        lines: The last lines of the log.
    """

    at: datetime
    title: str
    traceback: str
    details: Mapping[str, str]
    lines: Sequence[str] = ()


def format_report(facts: CrashFacts, redaction: ReportRedactor) -> str:
    """Formats a report and redacts private data."""
    rows = {
        "when": facts.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
        **{name: text for name, text in facts.details.items() if name.isidentifier()},
        "system": _system(),
    }
    details = redaction.redact("\n".join(f"{name:<10}{text}" for name, text in rows.items()))
    parts = [facts.title, _INTRODUCTION, details, f"Error\n\n{facts.traceback.strip()}"]
    if facts.lines:
        lines = redaction.redact("\n".join(facts.lines))
        parts.append(f"Last log lines (UTC)\n\n{lines}")
    return shorten(redaction.redact_secrets("\n\n".join(parts)) + "\n")


def shorten(text: str) -> str:
    """Returns the text, or its beginning and end if it is too long for a report."""
    raw = text.encode("utf-8", "replace")
    if len(raw) <= MAX_BYTES:
        return raw.decode("utf-8")
    note = "\n\n… (shortened) …\n\n"
    half = (MAX_BYTES - len(note.encode())) // 2
    return raw[:half].decode("utf-8", "ignore") + note + raw[-half:].decode("utf-8", "ignore")


def _system() -> str:
    name = f"{platform.system()} {platform.release()} {platform.machine()}"
    if sys.platform == "linux":
        try:
            name += f" ({platform.freedesktop_os_release().get('PRETTY_NAME', '')})"
        except OSError:  # a system without a name
            return name
    return name

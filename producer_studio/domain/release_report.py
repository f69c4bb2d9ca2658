"""Results of the release check, and the limits that it applies."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from producer_studio.domain.clip import Clip
from producer_studio.domain.local_edit import LocalEdit
from producer_studio.translation import join_texts, mark, nmark, pmark

MAX_HEAD_S = 0.5
MAX_TAIL_S = 2.0
MAX_TRUE_PEAK_DBTP = -1.0
MAX_END_DBFS = -30.0
MAX_SIDE_TO_MID_DB = 0.0
MIN_COVER_PX = 3000
TARGETS_LUFS = (-14.0, -16.0)
"""Loudness that services normalise to; information alone."""


class ReleaseCheck(StrEnum):
    """One of the checks, in the order in which they are shown."""

    SOUND = "sound"
    """Whether the sound is on this computer and measured; only if not, in place of the next six."""
    HEAD = "head"
    TAIL = "tail"
    TRUE_PEAK = "true-peak"
    CLIPPING = "clipping"
    END = "end"
    MONO = "mono"
    ARTIST = "artist"
    COVER = "cover"
    LOUDNESS = "loudness"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def name_in_text(self) -> str:
        """Label within a sentence."""
        return _NAMES[self]

    @property
    def rule(self) -> str:
        """Limit that passes, such as "at most 0.5 s"; empty where that is obvious."""
        return _RULES.get(self, "")


_LABELS = {
    ReleaseCheck.SOUND: pmark("audio", "Sound"),
    ReleaseCheck.HEAD: mark("Silence at the start"),
    ReleaseCheck.TAIL: mark("Silence at the end"),
    ReleaseCheck.TRUE_PEAK: mark("True peak"),
    ReleaseCheck.CLIPPING: mark("Clipping"),
    ReleaseCheck.END: mark("Last 50 ms"),
    ReleaseCheck.MONO: mark("Mono"),
    ReleaseCheck.ARTIST: mark("Artist"),
    ReleaseCheck.COVER: mark("Cover"),
    ReleaseCheck.LOUDNESS: mark("Loudness"),
}

_NAMES = {
    ReleaseCheck.SOUND: pmark("audio", "sound"),
    ReleaseCheck.HEAD: mark("silence at the start"),
    ReleaseCheck.TAIL: mark("silence at the end"),
    ReleaseCheck.TRUE_PEAK: mark("true peak"),
    ReleaseCheck.CLIPPING: mark("clipping"),
    ReleaseCheck.END: mark("last 50 ms"),
    ReleaseCheck.MONO: mark("mono"),
    ReleaseCheck.ARTIST: mark("artist"),
    ReleaseCheck.COVER: mark("cover"),
    ReleaseCheck.LOUDNESS: mark("loudness"),
}

_RULES = {
    ReleaseCheck.HEAD: mark("at most {limit} s", limit=MAX_HEAD_S),
    ReleaseCheck.TAIL: mark("at most {limit} s", limit=MAX_TAIL_S),
    ReleaseCheck.TRUE_PEAK: mark("at most {limit} dBTP", limit=MAX_TRUE_PEAK_DBTP),
    ReleaseCheck.END: mark("at most {limit} dBFS", limit=MAX_END_DBFS),
    ReleaseCheck.MONO: mark("side not louder than mid"),
    ReleaseCheck.COVER: mark("at least {size} × {size} px", size=str(MIN_COVER_PX)),
}


class Verdict(StrEnum):
    PASSED = "passed"
    PROBLEM = "problem"
    UNKNOWN = "unknown"
    INFORMATION = "information"
    """Neither good nor bad."""


class PictureSize(NamedTuple):
    """Size of a picture in pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFinding:
    """Result of one check.

    Attributes:
        text: The value with its unit, such as "−0.3 dBTP".
        advice: Sentences about what to do; empty if nothing.
        value: The value; seconds, decibels, runs or pixels.
        limit: Largest value that passes; for the cover the smallest.
        edit: Edit on this computer that solves it; None if none does.
    """

    check: ReleaseCheck
    verdict: Verdict
    text: str
    advice: str = ""
    value: float | None = None
    limit: float | None = None
    edit: LocalEdit | None = None


@dataclass(frozen=True, slots=True)
class ReleaseReport:
    """Results of all checks of a clip."""

    clip: Clip
    findings: tuple[ReleaseFinding, ...]

    @property
    def open_findings(self) -> tuple[ReleaseFinding, ...]:
        """Problems, and what is unknown."""
        open_verdicts = {Verdict.PROBLEM, Verdict.UNKNOWN}
        return tuple(one for one in self.findings if one.verdict in open_verdicts)

    @property
    def is_ready(self) -> bool:
        """Whether every check is passed; what is unknown is not."""
        return not self.open_findings

    @property
    def summary(self) -> str:
        """Such as "Ready for release", "2 problems" or "1 problem, 1 unknown"."""
        verdicts = [one.verdict for one in self.open_findings]
        problems, unknown = verdicts.count(Verdict.PROBLEM), verdicts.count(Verdict.UNKNOWN)
        parts = [nmark("{count} problem", "{count} problems", problems)] if problems else []
        parts += [nmark("{count} unknown", "{count} unknown", unknown)] if unknown else []
        return join_texts(parts) or mark("Ready for release")

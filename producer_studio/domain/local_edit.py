"""Edits of a clip's sound on this computer; each makes a new clip."""

import math
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from producer_studio.domain.errors import RequestRejected
from producer_studio.domain.ids import ClipId
from producer_studio.domain.operation import Operation
from producer_studio.translation import join_texts, mark, sentences
from producer_studio.translation.numbers import unrounded

LOWEST_LEVEL_DB, HIGHEST_LEVEL_DB = -60.0, 24.0
MAX_CROSSFADE_S = 30.0
"""Both sounds of a crossfade are in memory as a whole."""


@dataclass(frozen=True, slots=True)
class Trim:
    """The part of a clip from one time to another.

    Attributes:
        end_s: End in seconds; None for the end of the clip.
    """

    start_s: float = 0.0
    end_s: float | None = None
    operation: ClassVar[Operation] = Operation.TRIM


@dataclass(frozen=True, slots=True)
class Fade:
    """A clip that begins or ends softly; the level rises and falls in a straight line.

    Attributes:
        in_s: Seconds from silence to the full level; 0 for none.
        out_s: Seconds from the full level to silence; 0 for none.
    """

    in_s: float = 0.0
    out_s: float = 0.0
    operation: ClassVar[Operation] = Operation.FADE


@dataclass(frozen=True, slots=True)
class Join:
    """A clip and another one after it.

    Attributes:
        crossfade_s: Seconds at the end of the first in which the second is faded in.
    """

    other: ClipId
    crossfade_s: float = 0.0
    operation: ClassVar[Operation] = Operation.JOIN


@dataclass(frozen=True, slots=True)
class Level:
    """A louder or quieter clip."""

    gain_db: float
    operation: ClassVar[Operation] = Operation.LEVEL


LocalEdit: TypeAlias = Trim | Fade | Join | Level


def check_edit(edit: LocalEdit, duration_s: float, other_s: float = 0.0) -> None:
    """Checks that an edit is possible and changes something.

    Args:
        duration_s: Length of the clip in seconds.
        other_s: Length of the clip that is joined to it.

    Raises:
        RequestRejected: It is not; the message says why.
    """
    problem = _find_problem(edit, duration_s, other_s)
    if problem:
        raise RequestRejected(sentences(problem, mark("Nothing was changed.")))


def describe_edit(edit: LocalEdit, title: str, other_title: str = "") -> str:
    """Returns what was done, for the notes of the new clip."""
    match edit:
        case Trim(start_s, end_s):
            start = _time_text(start_s)
            if end_s is None:
                return mark("Trim of “{title}”: {start} to the end.", title=title, start=start)
            end = _time_text(end_s)
            return mark("Trim of “{title}”: {start} to {end}.", title=title, start=start, end=end)
        case Fade(in_s, out_s):
            parts = [mark("{length} s in", length=unrounded(in_s))] if in_s else []
            parts += [mark("{length} s out", length=unrounded(out_s))] if out_s else []
            return mark("Fade of “{title}”: {fades}.", title=title, fades=join_texts(parts))
        case Join(_, crossfade_s):
            if not crossfade_s:
                return mark(
                    "“{title}” joined with “{other}” without a crossfade.",
                    title=title,
                    other=other_title,
                )
            return mark(
                "“{title}” joined with “{other}” with a crossfade of {length} s.",
                title=title,
                other=other_title,
                length=unrounded(crossfade_s),
            )
        case Level(gain_db):
            level = mark("{level} dB", level=unrounded(gain_db))
            if gain_db > 0:
                level = mark("+{level} dB", level=unrounded(gain_db))
            return mark("Level of “{title}”: {level}.", title=title, level=level)


def _find_problem(edit: LocalEdit, duration_s: float, other_s: float) -> str:
    match edit:
        case Trim(start_s, end_s):
            return _trim_problem(start_s, duration_s if end_s is None else end_s, duration_s)
        case Fade(in_s, out_s):
            if not (_is_length(in_s) and _is_length(out_s)) or not in_s + out_s:
                return mark("A fade needs a length in seconds.")
            is_too_long = max(in_s, out_s) > duration_s
            return mark("The fade is longer than the clip.") if is_too_long else ""
        case Join(_, crossfade_s):
            if not _is_length(crossfade_s) or crossfade_s > MAX_CROSSFADE_S:
                return mark("A crossfade takes 0 to {most} seconds.", most=MAX_CROSSFADE_S)
            is_too_long = crossfade_s > min(duration_s, other_s)
            return mark("The crossfade is longer than one of the clips.") if is_too_long else ""
        case Level(gain_db):
            if not gain_db or not LOWEST_LEVEL_DB <= gain_db <= HIGHEST_LEVEL_DB:
                return mark(
                    "A level is between {low} and +{high} dB, and not 0.",
                    low=LOWEST_LEVEL_DB,
                    high=HIGHEST_LEVEL_DB,
                )
            return ""


def _trim_problem(start_s: float, end_s: float, duration_s: float) -> str:
    if not _is_length(start_s) or not _is_length(end_s) or start_s >= end_s:
        return mark("The end of the part must be after its start.")
    if start_s >= duration_s:
        return mark("The part begins after the end of the clip.")
    if start_s == 0 and end_s >= duration_s:
        return mark("This part is the whole clip.")
    return ""


def _is_length(seconds: float) -> bool:
    return math.isfinite(seconds) and seconds >= 0


def _time_text(seconds: float) -> str:
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    return f"{minutes}:{rest / 1000:06.3f}"

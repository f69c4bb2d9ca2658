"""Times in a song that are known: from time tags in its lyrics, and from its making."""

import re
from operator import itemgetter
from typing import NamedTuple

from producer_studio.domain.clip import Clip
from producer_studio.domain.lyrics.sections import parse_section_name
from producer_studio.domain.operation import Operation
from producer_studio.domain.text import to_single_line
from producer_studio.translation import mark

_TIME = re.compile(r"\s*\[([0-9]{1,3}):([0-5][0-9](?:[.:][0-9]{1,3})?)\]")


class TimedLine(NamedTuple):
    """Line of lyrics, and when it is sung in seconds; None if that is not known."""

    at_s: float | None
    text: str


class TimeMark(NamedTuple):
    """Name of a part, and where it begins in seconds."""

    at_s: float
    name: str


def parse_timed_lines(lyrics: str) -> list[TimedLine]:
    """Splits lyrics into lines, with the times of tags such as `[01:23.40]` before them.

    A line with several tags is sung several times, and returned for each.
    """
    lines: list[TimedLine] = []
    for line in lyrics.splitlines():
        times = []
        rest = line
        while found := _TIME.match(rest):
            seconds = float(found.group(2).replace(":", "."))
            times.append(60 * int(found.group(1)) + seconds)
            rest = rest[found.end() :]
        text = rest.strip() if times else line.strip()
        lines += [TimedLine(at_s, text) for at_s in times] or [TimedLine(None, text)]
    return lines


def strip_time_tags(lyrics: str) -> str:
    """Returns lyrics without time tags, for players that show them as they are."""
    if not any(line.at_s is not None for line in parse_timed_lines(lyrics)):
        return lyrics
    return "\n".join(_strip(line) for line in lyrics.splitlines())


def known_marks(clip: Clip) -> list[TimeMark]:
    """Returns the parts whose begin is known, in order; nothing is guessed.

    Sections begin where a time tag stands: before the section's own line, or else before its first
    line. The part that was made anew by *replace* begins and ends where that was asked for.
    """
    marks: dict[float, str] = {}
    pending = ""
    for at_s, text in parse_timed_lines(clip.export_lyrics or clip.lyrics):
        name = parse_section_name(text)
        if name is not None:
            pending = name
        elif not text:
            continue
        if pending and at_s is not None:
            marks.setdefault(at_s, pending)
        if name is None or at_s is not None:
            pending = ""
    start_s, end_s = clip.recipe.starts_at_s, clip.recipe.ends_at_s
    if clip.operation is Operation.REPLACE and start_s is not None:
        marks.setdefault(start_s, mark("Replaced part"))
        if end_s is not None:
            marks.setdefault(end_s, mark("End of the replaced part"))
    within = clip.duration_s or float("inf")
    return [TimeMark(at_s, name) for at_s, name in sorted(marks.items()) if at_s < within]


def lrc_text(clip: Clip, artist: str = "") -> str:
    """Returns the lyrics as LRC; empty unless the times of lines are known.

    Lines without a time, and section marks, are left out: a player could only show them wrongly.
    """
    timed = [
        (line.at_s, to_single_line(line.text))
        for line in parse_timed_lines(clip.export_lyrics or clip.lyrics)
        if line.at_s is not None and parse_section_name(line.text) is None
    ]
    if not timed:
        return ""
    # Lines of one time stay in their order: voices, or a translation.
    timed.sort(key=itemgetter(0))
    head = [f"[ti:{to_single_line(clip.title)}]"]
    head += [f"[ar:{to_single_line(artist)}]"] if artist else []
    head += [f"[length:{_time_text(clip.duration_s)}]"] if clip.duration_s else []
    lines = [f"[{_time_text(at_s)}]{text}" for at_s, text in timed]
    return "\n".join([*head, *lines]) + "\n"


def _strip(line: str) -> str:
    while found := _TIME.match(line):
        line = line[found.end() :].lstrip()
    return line


def _time_text(seconds: float) -> str:
    minutes, rest = divmod(round(seconds * 100), 6_000)
    return f"{minutes:02d}:{rest / 100:05.2f}"

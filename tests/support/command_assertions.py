"""What every command has to keep to, and whether a file can be heard."""

import re
from pathlib import Path
from typing import Any

from producer_studio.audio.measure import measure
from tests.support.program import Ended

_PYTHON = re.compile(r"Traceback|\b\w+(Error|Exception|Warning)\b|\[Errno|File \"|<class |\bNone\b")


def check_sentence(ended: Ended, *, code: int, words: str = "") -> None:
    """The command ended with this code, and said why in one plain line."""
    assert ended.code == code, (ended.code, ended.stderr)
    assert len(ended.stderr.splitlines()) == 1, ended.stderr
    assert words.lower() in ended.stderr.lower(), ended.stderr
    check_plain(ended.stderr)
    assert ended.stderr.strip()[-1] in ".)?", ended.stderr


def check_plain(text: str) -> None:
    """Nothing in the text is Python's own."""
    assert not _PYTHON.search(text), text


def seconds_heard(path: str | Path) -> float:
    """The length of what decodes; fails when it is silent."""
    sound = measure(Path(path)).sound
    assert sound.peak_dbfs is not None and sound.peak_dbfs > -30, sound  # noqa: PT018 - one fact
    return sound.duration_s


def events(ended: Ended) -> list[str]:
    return [line["event"] for line in ended.lines]


def brought(ended: Ended) -> dict[str, Any]:
    """The one clip that a command brought home."""
    assert ended.code == 0, ended.stderr
    (clip,) = ended.last()["clips"]
    found: dict[str, Any] = clip
    return found

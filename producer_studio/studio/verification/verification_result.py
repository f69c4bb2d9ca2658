"""Result of comparing the library with its files, and its wording."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import reduce
from typing import Any, Self

from producer_studio.domain.field_reader import FieldReader
from producer_studio.domain.file_problem import FileProblem, FileRole, FileState
from producer_studio.domain.ids import ClipId
from producer_studio.domain.timestamps import to_local_time
from producer_studio.studio.updates.installation import size_text
from producer_studio.translation import join_texts, mark, nmark, sentences

MAX_OUTCOMES = 500
"""Outcomes that are remembered; all are counted and reported."""


class RepairSource(StrEnum):
    """Origin of a repaired file; the values are those of `--json`."""

    SERVICE = "service"
    EXPORT = "export"
    VIDEO = "video"
    LIBRARY = "library"


_SOURCE_TEXTS = {
    RepairSource.SERVICE: mark("fetched from the service"),
    RepairSource.EXPORT: mark("made anew from the file by the service"),
    RepairSource.VIDEO: mark("made anew from the sound of the video"),
    RepairSource.LIBRARY: mark("written anew"),
}


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """Problem of a file, and what was done about it.

    Attributes:
        repaired_from: None if it was not repaired.
        error: Why it could not be repaired; empty if that was not tried.
    """

    problem: FileProblem
    repaired_from: RepairSource | None = None
    error: str = ""

    @property
    def text(self) -> str:
        """Finding and repair, such as "missing, fetched from the service"."""
        if self.repaired_from is not None:
            return f"{self.problem.state}, {_SOURCE_TEXTS[self.repaired_from]}"
        detail = self.error or self.problem.detail
        return f"{self.problem.state}: {detail}" if detail else str(self.problem.state)


@dataclass(slots=True)
class FilesResult:
    """Result of a check, or of its part before it was stopped.

    Attributes:
        total: Number of clips.
        checked: Number of those that were compared.
        after: Sequence number of the last one.
        files: Number of compared files.
        counts: Number of problems by their state; repaired ones are included.
        repaired: Number of problems that were repaired.
        outcomes: The first problems.
        continued_from: When the check began that this one continues; None for a new one.
        is_finished: Whether the whole library was compared.
    """

    total: int = 0
    checked: int = 0
    after: int = -1
    files: int = 0
    size_bytes: int = 0
    counts: Counter[FileState] = field(default_factory=Counter)
    repaired: int = 0
    outcomes: list[FileOutcome] = field(default_factory=list)
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    continued_from: datetime | None = None
    is_finished: bool = False

    @property
    def unrepaired(self) -> int:
        """Number of files that are missing or changed, and were not repaired."""
        return self.counts[FileState.MISSING] + self.counts[FileState.CHANGED] - self.repaired

    def add(self, outcome: FileOutcome) -> None:
        """Counts an outcome, and remembers it if there are not too many."""
        self.counts[outcome.problem.state] += 1
        self.repaired += outcome.repaired_from is not None
        if len(self.outcomes) < MAX_OUTCOMES:
            self.outcomes.append(outcome)

    def to_json(self) -> dict[str, Any]:
        """Returns the state from which a later check can go on."""
        return {
            "started_at": self.started_at.isoformat(),
            "checked": self.checked,
            "after": self.after,
            "files": self.files,
            "bytes": self.size_bytes,
            "counts": {str(state): count for state, count in self.counts.items()},
            "repaired": self.repaired,
            "outcomes": [_outcome_to_json(one) for one in self.outcomes],
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self | None:
        """Returns a stored state; None if it is not usable."""
        reader = FieldReader(stored)
        started_at = reader.timestamp("started_at")
        counts = FieldReader(reader.mapping("counts"))
        result = cls(
            checked=reader.integer("checked"),
            after=reader.integer("after", -1, low=-1),
            files=reader.integer("files"),
            size_bytes=reader.integer("bytes"),
            counts=Counter({state: counts.integer(str(state)) for state in FileState}),
            repaired=reader.integer("repaired"),
            outcomes=[
                _outcome_from_json(FieldReader(one))
                for one in reader.items("outcomes")
                if isinstance(one, dict)
            ],
            continued_from=started_at,
        )
        if started_at is None or reader.invalid_fields:
            return None
        result.started_at = started_at
        return result


@dataclass(frozen=True, slots=True)
class VerificationProgress:
    """More clips were compared, or a problem was found."""

    result: FilesResult


def progress_text(result: FilesResult) -> str:
    """Returns how far a check is."""
    found = _problems_text(result)
    text = nmark(
        "{checked} of {count} clip checked",
        "{checked} of {count} clips checked",
        result.total,
        checked=result.checked,
    )
    # Translators: a whole sentence gets its full stop.
    return mark("{text}.", text=join_texts((text, found), "; "))


def verification_text(result: FilesResult) -> str:
    """Returns what came of a check, as sentences for the user."""
    lines: list[str] = []
    if result.continued_from is not None:
        began = to_local_time(result.continued_from)
        lines.append(mark("Continued the check of {when}.", when=f"{began:%Y-%m-%d %H:%M}"))
    if not result.is_finished:
        lines.append(
            nmark(
                "Stopped after {checked} of {count} clip.",
                "Stopped after {checked} of {count} clips.",
                result.total,
                checked=result.checked,
            )
        )
    else:
        files = nmark("{count} file", "{count} files", result.files)
        lines.append(
            nmark(
                # Translators: files are such as "120 files, 1.2 GB".
                "{count} clip checked: {files}.",
                "{count} clips checked: {files}.",
                result.checked,
                files=join_texts((files, size_text(result.size_bytes))),
            )
        )
    wrong = result.counts[FileState.MISSING] + result.counts[FileState.CHANGED]
    if not wrong:
        lines.append(mark("Nothing is missing or changed."))
    else:
        lines.append(mark("{text}.", text=_problems_text(result)))
    foreign = result.counts[FileState.FOREIGN]
    if foreign and not wrong:
        lines.append(
            nmark(
                "{count} file does not belong to the library; it is left alone.",
                "{count} files do not belong to the library; they are left alone.",
                foreign,
            )
        )
    return reduce(sentences, lines)


def _problems_text(result: FilesResult) -> str:
    parts = [
        text.with_values(number=result.counts[state])
        for state, text in _STATE_COUNTS.items()
        if result.counts[state]
    ]
    if result.repaired:
        parts.append(mark("{number} repaired", number=result.repaired))
    return join_texts(parts)


_STATE_COUNTS = {
    FileState.MISSING: mark("{number} missing"),
    FileState.CHANGED: mark("{number} changed"),
    FileState.FOREIGN: mark("{number} foreign"),
}


def _outcome_to_json(outcome: FileOutcome) -> dict[str, Any]:
    problem = outcome.problem
    return {
        "state": str(problem.state),
        "path": problem.path,
        "role": str(problem.role),
        "clip": problem.clip,
        "title": problem.title,
        "detail": problem.detail,
        "repaired": str(outcome.repaired_from or ""),
        "error": outcome.error,
    }


def _outcome_from_json(reader: FieldReader) -> FileOutcome:
    problem = FileProblem(
        reader.choice("state", FileState, FileState.CHANGED),
        reader.text("path"),
        reader.choice("role", FileRole, FileRole.OTHER),
        ClipId(reader.text("clip")) if reader.text("clip") else None,
        reader.text("title"),
        reader.text("detail"),
    )
    stored = reader.text("repaired")
    return FileOutcome(
        problem, RepairSource(stored) if stored in set(RepairSource) else None, reader.text("error")
    )

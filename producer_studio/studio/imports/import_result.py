"""Result of an import, and its wording."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from producer_studio.domain.ids import ClipId
from producer_studio.studio.undo import UndoStep
from producer_studio.studio.updates.installation import size_text

MAX_OUTCOMES = 1000
"""Outcomes that are remembered; all are counted and reported."""


class ImportState(StrEnum):
    """Result of importing a file; the values are those of `--json`."""

    ADDED = "added"
    """A new clip; with a dry run, one that would be added."""
    RESTORED = "restored"
    """Its clip was in the trash and is back."""
    KNOWN = "known"
    """Its sound is in the library already; nothing was changed."""
    REFUSED = "refused"
    """It is not audio, or cannot be read."""


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """Result of importing one file.

    Attributes:
        clip: The new or the known clip; None with a dry run, and if the file was refused.
        detail: Why it was refused; empty otherwise.
    """

    path: Path
    state: ImportState
    title: str = ""
    clip: ClipId | None = None
    detail: str = ""


@dataclass(slots=True)
class ImportResult:
    """Result of an import, or of its part so far.

    Attributes:
        total: Number of files.
        size_bytes: Bytes of the sounds that were added, or would be.
        measured: Number of new clips that were measured.
        is_dry_run: Whether nothing was changed.
        is_stopped: Whether it was stopped before the end; the files before are imported.
        problem: Why it ended early; empty if it did not.
        step: Undo step; None if nothing was changed.
    """

    total: int = 0
    size_bytes: int = 0
    measured: int = 0
    is_dry_run: bool = False
    is_stopped: bool = False
    problem: str = ""
    counts: Counter[ImportState] = field(default_factory=Counter)
    outcomes: list[ImportOutcome] = field(default_factory=list)
    step: UndoStep | None = None

    @property
    def added(self) -> int:
        """Number of new clips."""
        return self.counts[ImportState.ADDED]

    @property
    def done(self) -> int:
        """Number of files that were looked at."""
        return self.counts.total()

    def add(self, outcome: ImportOutcome) -> None:
        """Counts an outcome, and remembers it if there are not too many."""
        self.counts[outcome.state] += 1
        if len(self.outcomes) < MAX_OUTCOMES:
            self.outcomes.append(outcome)


@dataclass(slots=True)
class MergeResult(ImportResult):
    """Result of merging another library; `total` and the states count clips.

    Attributes:
        second: Number of those clips that were added beside another one with their id.
        lists: Number of playlists and saved searches that were added.
        left_in_trash: Number of clips in the trash of the other library, which are left there.
    """

    second: int = 0
    lists: int = 0
    left_in_trash: int = 0


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """More files were imported or measured; published by the studio."""

    result: ImportResult


_ENDINGS: Mapping[ImportState, tuple[str, str]] = {
    ImportState.RESTORED: ("is back from the trash", "are back from the trash"),
    ImportState.KNOWN: ("is in the library already", "are in the library already"),
    ImportState.REFUSED: ("is no song that can be read", "are no songs that can be read"),
}


def merge_text(result: MergeResult) -> str:
    """Returns what came of a merge, as sentences for the user."""
    verb = "would be merged" if result.is_dry_run else "merged"
    what = _count(result.added, "clip")
    if result.lists:
        what += f" and {_count(result.lists, 'list')}"
    sentences = [f"{what} {verb}."]
    sentences += [
        f"{_count(count, 'clip')} {_ENDINGS[state][count != 1]}."
        for state in (ImportState.RESTORED, ImportState.KNOWN)
        if (count := result.counts[state])
    ]
    if result.second:
        sentences.append(
            f"{_count(result.second, 'clip')} of another content than the one with the same id "
            "here: both are kept."
        )
    if refused := result.counts[ImportState.REFUSED]:
        sentences.append(f"{_count(refused, 'clip')} could not be read.")
    if result.left_in_trash:
        sentences.append(f"{_count(result.left_in_trash, 'clip')} left in the trash there.")
    if result.problem:
        sentences.append(result.problem)
    if result.is_stopped:
        left = _count(result.total - result.done, "clip")
        sentences.append(f"Stopped; {left} left. The same merge again goes on from here.")
    return " ".join(sentences)


def import_progress_text(result: ImportResult) -> str:
    """Returns how far an import is."""
    if isinstance(result, MergeResult):
        return f"{result.done:,} of {_count(result.total, 'clip')}"
    if result.done < result.total or not result.added:
        return f"{result.done:,} of {_count(result.total, 'file')}"
    return f"Measured {result.measured:,} of {_count(result.added, 'song')}"


def import_text(result: ImportResult) -> str:
    """Returns what came of an import, as sentences for the user."""
    added = result.added
    size = f", {size_text(result.size_bytes)}" if added else ""
    verb = "would be imported" if result.is_dry_run else "imported"
    sentences = [f"{_count(added, 'song')}{size} {verb}."]
    for state, endings in _ENDINGS.items():
        if count := result.counts[state]:
            sentences.append(f"{_count(count, 'file')} {endings[count != 1]}.")
    if result.problem:
        sentences.append(result.problem)
    if result.is_stopped:
        left = result.total - result.done
        sentences.append(
            f"Stopped; {_count(left, 'file')} left. The same import again goes on from here."
            if left
            else "Stopped; the waveforms follow while nobody works."
        )
    return " ".join(sentences)


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"

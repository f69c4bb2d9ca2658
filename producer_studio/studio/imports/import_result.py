"""Result of an import, and its wording."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from functools import reduce
from pathlib import Path

from producer_studio.domain.ids import ClipId
from producer_studio.studio.undo import UndoStep
from producer_studio.studio.updates.installation import size_text
from producer_studio.translation import join_texts, mark, nmark, sentences

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
        unfinished_jobs: Number of jobs of the other library whose results arrive only there.
    """

    second: int = 0
    lists: int = 0
    left_in_trash: int = 0
    unfinished_jobs: int = 0


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """More files were imported or measured; published by the studio."""

    result: ImportResult


def merge_text(result: MergeResult) -> str:
    """Returns what came of a merge, as sentences for the user."""
    what = nmark("{count} clip", "{count} clips", result.added)
    if result.lists:
        lists = nmark("{count} list", "{count} lists", result.lists)
        what = mark("{clips} and {lists}", clips=what, lists=lists)
    lines: list[str] = [
        mark("{what} would be merged.", what=what)
        if result.is_dry_run
        else mark("{what} merged.", what=what)
    ]
    if count := result.counts[ImportState.RESTORED]:
        lines.append(
            nmark(
                "{count} clip is back from the trash.",
                "{count} clips are back from the trash.",
                count,
            )
        )
    if count := result.counts[ImportState.KNOWN]:
        lines.append(
            nmark(
                "{count} clip is in the library already.",
                "{count} clips are in the library already.",
                count,
            )
        )
    if result.second:
        lines.append(
            nmark(
                "{count} clip of another content than the one with the same id here: both are "
                "kept.",
                "{count} clips of another content than the one with the same id here: both are "
                "kept.",
                result.second,
            )
        )
    if refused := result.counts[ImportState.REFUSED]:
        lines.append(
            nmark("{count} clip could not be read.", "{count} clips could not be read.", refused)
        )
    if result.left_in_trash:
        lines.append(
            nmark(
                "{count} clip left in the trash there.",
                "{count} clips left in the trash there.",
                result.left_in_trash,
            )
        )
    if result.unfinished_jobs:
        lines.append(
            nmark(
                "{count} request there is not finished, and may have been charged. Its result "
                "arrives only there: keep that library, open it until the request is done, and "
                "merge it again.",
                "{count} requests there are not finished, and may have been charged. Their results "
                "arrive only there: keep that library, open it until the requests are done, and "
                "merge it again.",
                result.unfinished_jobs,
            )
        )
    lines.append(result.problem)
    if result.is_stopped:
        lines.append(
            nmark(
                "Stopped; {count} clip left. The same merge again goes on from here.",
                "Stopped; {count} clips left. The same merge again goes on from here.",
                result.total - result.done,
            )
        )
    return reduce(sentences, lines)


def import_progress_text(result: ImportResult) -> str:
    """Returns how far an import is."""
    if isinstance(result, MergeResult):
        return nmark(
            "{done} of {count} clip", "{done} of {count} clips", result.total, done=result.done
        )
    if result.done < result.total or not result.added:
        return nmark(
            "{done} of {count} file", "{done} of {count} files", result.total, done=result.done
        )
    return nmark(
        "Measured {measured} of {count} song",
        "Measured {measured} of {count} songs",
        result.added,
        measured=result.measured,
    )


def import_text(result: ImportResult) -> str:
    """Returns what came of an import, as sentences for the user."""
    what: str = nmark("{count} song", "{count} songs", result.added)
    if result.added:
        what = join_texts((what, size_text(result.size_bytes)))
    lines: list[str] = [
        mark("{what} would be imported.", what=what)
        if result.is_dry_run
        else mark("{what} imported.", what=what)
    ]
    if count := result.counts[ImportState.RESTORED]:
        lines.append(
            nmark(
                "{count} file is back from the trash.",
                "{count} files are back from the trash.",
                count,
            )
        )
    if count := result.counts[ImportState.KNOWN]:
        lines.append(
            nmark(
                "{count} file is in the library already.",
                "{count} files are in the library already.",
                count,
            )
        )
    if count := result.counts[ImportState.REFUSED]:
        lines.append(
            nmark(
                "{count} file is no song that can be read.",
                "{count} files are no songs that can be read.",
                count,
            )
        )
    lines.append(result.problem)
    if result.is_stopped and (left := result.total - result.done):
        lines.append(
            nmark(
                "Stopped; {count} file left. The same import again goes on from here.",
                "Stopped; {count} files left. The same import again goes on from here.",
                left,
            )
        )
    elif result.is_stopped:
        lines.append(mark("Stopped; the waveforms follow while nobody works."))
    return reduce(sentences, lines)

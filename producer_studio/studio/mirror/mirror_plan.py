"""Files that are to be fetched, with their sizes, and what came of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import reduce

from producer_studio.domain.clip import Clip, MediaLinks
from producer_studio.domain.errors import ErrorRecord
from producer_studio.domain.ids import ClipId, JobId
from producer_studio.studio.updates.installation import size_text
from producer_studio.translation import join_texts, mark, nmark, sentences


class MirrorKind(StrEnum):
    AUDIO = "audio"
    WAV = "wav"
    COVER = "cover"
    VIDEO = "video"
    RESPONSE = "answer"
    """Response of the service with the result, which is stored in the library's database."""


def select_link(links: MediaLinks, kind: MirrorKind) -> str:
    """Returns the link to a file of a clip; empty if there is none."""
    match kind:
        case MirrorKind.AUDIO:
            return links.audio or links.archive
        case MirrorKind.WAV:
            return "" if links.wav == links.audio else links.wav
        case MirrorKind.COVER:
            return links.image
        case MirrorKind.VIDEO:
            return links.video
        case MirrorKind.RESPONSE:
            return ""


@dataclass(frozen=True, slots=True)
class MirrorItem:
    """One file of one clip that is not on this computer.

    Attributes:
        clip: Clip that it belongs to; for a response, the first clip of its job.
        title: Title of that clip.
        job: Job that made the clip.
        size_bytes: Size that the server states; None if it is unknown.
        has_ended: Whether its link is known to have ended, so that the service is asked for a new
            one.
    """

    clip: ClipId
    title: str
    kind: MirrorKind
    job: JobId | None = None
    size_bytes: int | None = None
    has_ended: bool = False


def create_item(clip: Clip, kind: MirrorKind) -> MirrorItem:
    """Returns the item of a file whose size is not known yet."""
    return MirrorItem(clip.id, clip.display_title, kind, clip.job)


@dataclass(frozen=True, slots=True)
class MirrorPlan:
    """Everything that is to be fetched.

    Attributes:
        free_bytes: Free space on the library's disk; None if it is unknown.
    """

    items: tuple[MirrorItem, ...] = ()
    free_bytes: int | None = None

    @property
    def files(self) -> list[MirrorItem]:
        """Files, without responses, which are small."""
        return [item for item in self.items if item.kind is not MirrorKind.RESPONSE]

    @property
    def known_bytes(self) -> int:
        """Total of the known sizes."""
        return sum(item.size_bytes or 0 for item in self.files)

    @property
    def unknown_sizes(self) -> int:
        """Number of files of unknown size."""
        return sum(item.size_bytes is None for item in self.files)

    @property
    def ended_links(self) -> int:
        """Number of files whose links have ended."""
        return sum(item.has_ended for item in self.files)

    @property
    def is_too_large(self) -> bool:
        """Whether the known sizes alone are more than the free space."""
        return self.free_bytes is not None and self.known_bytes > self.free_bytes


@dataclass(frozen=True, slots=True)
class MirrorOutcome:
    """Result of one item.

    Attributes:
        size_bytes: Size of the file that was fetched; 0 for none.
        error: Why it was not fetched.
    """

    item: MirrorItem
    size_bytes: int = 0
    error: ErrorRecord | None = None


@dataclass(slots=True)
class MirrorResult:
    """Result of a plan, or of its part before it was stopped.

    Attributes:
        stopped: Why the rest was not tried; None if all of it was.
    """

    planned: int
    outcomes: list[MirrorOutcome] = field(default_factory=list)
    stopped: ErrorRecord | None = None

    @property
    def fetched(self) -> int:
        """Number of items that are here now."""
        return sum(one.error is None for one in self.outcomes)

    @property
    def failed(self) -> Sequence[MirrorOutcome]:
        return [one for one in self.outcomes if one.error is not None]

    @property
    def untried(self) -> int:
        """Number of items that were not tried, or not finished, before it was stopped."""
        return self.planned - len(self.outcomes)

    @property
    def size_bytes(self) -> int:
        """Total size of the fetched files."""
        return sum(one.size_bytes for one in self.outcomes)


@dataclass(frozen=True, slots=True)
class MirrorProgress:
    """One more item was fetched, or could not be."""

    result: MirrorResult


def plan_text(plan: MirrorPlan) -> str:
    """Returns what a plan fetches, as sentences for the user."""
    if not plan.items:
        return mark("Nothing is missing: everything that the services still offer is here.")
    files, responses = len(plan.files), len(plan.items) - len(plan.files)
    lines: list[str] = []
    if files:
        by_kind = Counter(item.kind for item in plan.files)
        parts = join_texts(_kind_text(kind, count) for kind, count in by_kind.items())
        lines += [
            nmark(
                # Translators: kinds are such as "2 sounds, 1 cover".
                "{count} file to fetch: {kinds}.",
                "{count} files to fetch: {kinds}.",
                files,
                kinds=parts,
            ),
            _sizes_text(plan),
        ]
    if responses:
        lines.append(
            nmark(
                "{count} answer of the services is asked for again.",
                "{count} answers of the services are asked for again.",
                responses,
            )
        )
    if plan.ended_links:
        lines.append(
            nmark(
                "{count} link has ended; a new one is asked for.",
                "{count} links have ended; a new one is asked for.",
                plan.ended_links,
            )
        )
    if plan.is_too_large and plan.free_bytes is not None:
        free = size_text(plan.free_bytes)
        lines.append(
            mark("The disk has only {free} left: it will be full before the end.", free=free)
        )
    return reduce(sentences, lines, "")


def result_text(result: MirrorResult) -> str:
    """Returns what came of a plan, as sentences for the user."""
    fetched, planned = result.fetched, result.planned
    lines: list[str] = [mark("{fetched} of {planned} fetched.", fetched=fetched, planned=planned)]
    if result.size_bytes:
        size = size_text(result.size_bytes)
        lines = [
            mark(
                "{fetched} of {planned} fetched, {size}.",
                fetched=fetched,
                planned=planned,
                size=size,
            )
        ]
    if result.failed:
        lines.append(
            nmark(
                "{count} file could not be fetched.",
                "{count} files could not be fetched.",
                len(result.failed),
            )
        )
    if result.stopped is not None:
        lines.append(result.stopped.message)
    if result.untried:
        lines.append(nmark("{count} file is left.", "{count} files are left.", result.untried))
    if result.stopped is not None or result.untried:
        lines.append(mark("Fetch everything again to go on from here."))
    return reduce(sentences, lines)


def _kind_text(kind: MirrorKind, count: int) -> str:
    match kind:
        case MirrorKind.AUDIO:
            return nmark("{count} sound", "{count} sounds", count)
        case MirrorKind.WAV:
            return nmark("{count} WAV", "{count} WAVs", count)
        case MirrorKind.COVER:
            return nmark("{count} cover", "{count} covers", count)
        case _:
            return nmark("{count} video", "{count} videos", count)


def _sizes_text(plan: MirrorPlan) -> str:
    unknown, files = plan.unknown_sizes, len(plan.files)
    if unknown == files:
        return nmark("Its size is unknown.", "Their sizes are unknown.", files)
    known = size_text(plan.known_bytes)
    if unknown:
        return mark("{size}, and {number} of unknown size.", size=known, number=unknown)
    return mark("{size} in all.", size=known)

"""Values of an export: format, destination and state."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from producer_studio.domain.errors import ErrorRecord
from producer_studio.domain.export_profile import BitDepth, ExportExtra, ExportFormat, Mp3Mode
from producer_studio.domain.ids import ClipId
from producer_studio.settings.preferences import DEFAULT_NAME_TEMPLATE
from producer_studio.studio.export.filenames import ExportPosition
from producer_studio.studio.export.tag_settings import TagSettings


class ExportState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    AT_SERVICE = "at-service"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        return self in {ExportState.DONE, ExportState.FAILED, ExportState.CANCELLED}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSpec:
    """Format and destination of exported files.

    Attributes:
        mp3_mode: "320" (constant, kbit/s) or "V0" (variable).
        bits: 16 or 24, for WAV and FLAC.
        sample_rate: In Hz; 0 for that of the original.
        loudness_lufs: Integrated loudness that is aimed at; None for that of the original.
        by_service: Whether the service makes the file, for its price; mp3 and wav only.
        template: File name without suffix; see `filenames.TEMPLATE_FIELDS`.
        tag_settings: Artist, album and the like, the same in every file.
        extras: What is done besides writing the sound.
    """

    format: ExportFormat
    folder: Path
    mp3_mode: Mp3Mode = "320"
    bits: BitDepth = 16
    sample_rate: int = 0
    loudness_lufs: float | None = None
    by_service: bool = False
    template: str = DEFAULT_NAME_TEMPLATE
    tag_settings: TagSettings = field(default_factory=TagSettings)
    extras: frozenset[ExportExtra] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One export of a clip to a file.

    Attributes:
        more_clips: Further clips of one archive.
        position: Number in an export of several clips.
        progress: 0 to 1 of the seconds written; None if unknown.
        path: The finished file.
        messages: What the user should know of the finished file, as sentences.
    """

    id: str
    clip: ClipId
    title: str
    spec: ExportSpec
    more_clips: tuple[ClipId, ...] = ()
    position: ExportPosition = ExportPosition()
    state: ExportState = ExportState.QUEUED
    progress: float | None = None
    path: Path | None = None
    error: ErrorRecord | None = None
    messages: tuple[str, ...] = ()

    @property
    def clips(self) -> tuple[ClipId, ...]:
        return (self.clip, *self.more_clips)


@dataclass(frozen=True, slots=True)
class ExportChanged:
    export: Export

"""A result that the user owns."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from producer_studio.domain.ids import AccountName, ClipId, JobId, RemoteId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.single_line import to_single_line
from producer_studio.domain.tempo import fit_to_requested_octave, is_tempo_certain


class MediaState(StrEnum):
    """Where a clip's sound is."""

    PENDING = "pending"
    """Known to the library, not yet fetched."""

    READY = "ready"
    """On disk, decoded once and found good."""

    REJECTED = "refused"
    """The service sent something that is not sound; the metadata is kept, a retry is offered."""

    MISSING = "missing"
    """Was on disk once, and is not there now."""

    NONE = "none"
    """There is no sound to expect (lyrics)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaLinks:
    """Addresses at the service; they expire, so they are only ever a means of fetching."""

    audio: str = ""
    wav: str = ""
    image: str = ""
    video: str = ""
    archive: str = ""
    """A ZIP of several files (stems)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioMeasurements:
    """What was measured on the decoded audio.

    Attributes:
        duration_s: Length in seconds.
        loudness_lufs: Integrated loudness (EBU R 128); None when silent or too short.
        peak_dbfs: Largest sample magnitude in dBFS.
        bpm: Tempo; None when not found.
        key: Such as "F minor"; empty when not found.
        bpm_confidence: 0 to 1, how far the tempo can be trusted, see `tempo.is_sure`; None when
            the measurement did not say, as those of earlier versions.
    """

    duration_s: float = 0.0
    loudness_lufs: float | None = None
    peak_dbfs: float | None = None
    bpm: float | None = None
    key: str = ""
    bpm_confidence: float | None = None

    def with_requested_tempo(self, requested: float | None) -> Self:
        """The same sound with its tempo in the octave of the requested one, where it fits."""
        found = None if self.bpm is None else fit_to_requested_octave(self.bpm, requested)
        return self if found is None else replace(self, bpm=found, bpm_confidence=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A clip that was uploaded to another account, so that it can be a source there."""

    account: AccountName
    remote_id: RemoteId
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One row of the library.

    Attributes:
        remote_id: The clip's id at its service.
        media: State of the sound file.
        path: Absolute path of the stored original; None until it is there.
        cover: Absolute path of the cover picture; None when there is none.
        video: Absolute path of a music video; None when there is none.
        stars: 0 (not rated) to 5.
        created_at: When the service made it, or when it was added if the service did not say.
        added_at: When it came into this library.
        parent: The clip it was made from.
        position: 0-based place among the clips of its job.
        stem: The stem's name, when it is one.
        bpm_override: Beats per minute that the user has set in place of the measured ones.
        key_override: Key that the user has set, such as "F minor"; empty for the measured one.
        registered: The other accounts that know it, by the ids they gave it.
    """

    id: ClipId
    remote_id: RemoteId | None = None
    title: str = ""
    sound: str = ""
    lyrics: str = ""
    operation: Operation = Operation.CREATE
    model: str = ""
    service: str = ""
    account: AccountName = AccountName("")
    seed: str = ""
    recipe: Recipe = field(default_factory=Recipe)
    parent: ClipId | None = None
    job: JobId | None = None
    position: int = 0
    stem: str = ""
    registered: tuple[Registration, ...] = ()
    measured: AudioMeasurements = field(default_factory=AudioMeasurements)
    bpm_override: float | None = None
    key_override: str = ""
    media: MediaState = MediaState.PENDING
    media_note: str = ""
    path: Path | None = None
    cover: Path | None = None
    video: Path | None = None
    links: MediaLinks = field(default_factory=MediaLinks)
    stars: int = 0
    favourite: bool = False
    heard: bool = False
    tags: tuple[str, ...] = ()
    notes: str = ""
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    added_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    trashed_at: datetime | None = None

    def __post_init__(self) -> None:
        # Wherever a title comes from, lists, tags and file names have one line for it.
        object.__setattr__(self, "title", to_single_line(self.title))

    @property
    def duration_s(self) -> float:
        return self.measured.duration_s

    @property
    def bpm(self) -> float | None:
        """Beats per minute: as the user has set them, else as measured."""
        return self.measured.bpm if self.bpm_override is None else self.bpm_override

    @property
    def is_bpm_certain(self) -> bool:
        """Whether the tempo was set by the user, or measured with confidence."""
        return self.bpm_override is not None or is_tempo_certain(self.measured.bpm_confidence)

    @property
    def bpm_text(self) -> str:
        """Tempo as it is shown, such as "84 BPM" or "≈84 BPM"; empty when there is none."""
        if self.bpm_override is not None:
            return f"{self.bpm_override:g} BPM"
        # The decimals of a measured tempo are no news to anybody.
        about = "" if self.is_bpm_certain else "≈"
        return f"{about}{self.measured.bpm:.0f} BPM" if self.measured.bpm else ""

    @property
    def key(self) -> str:
        """Key as the user has set it, else as measured; empty when there is none."""
        return self.key_override or self.measured.key

    @property
    def playable(self) -> bool:
        return self.media is MediaState.READY and self.path is not None

    def find_remote_id(self, account: AccountName) -> tuple[RemoteId, bool] | None:
        """The id by which an account knows it and whether by upload; None when it does not."""
        if self.account == account and self.remote_id:
            return self.remote_id, self.operation is Operation.UPLOAD
        for one in reversed(self.registered):
            if one.account == account:
                return one.remote_id, True
        return None

    def with_changes(self, **changes: Any) -> Self:  # noqa: ANN401 - fields have many types
        """A copy with some fields changed."""
        return replace(self, **changes)

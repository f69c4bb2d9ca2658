"""Clip: a result that the user owns."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from producer_studio.domain.ids import AccountName, ClipId, JobId, PressId, RemoteId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.takes import take_label, take_of_takes, title_with_take
from producer_studio.domain.tempo import fit_to_requested_octave, is_tempo_certain, scale_bpm
from producer_studio.domain.text import to_single_line
from producer_studio.translation import mark
from producer_studio.translation.numbers import FixedDecimal

MEASURE_VERSION = 3
"""Version of what is measured; clips of an earlier one are measured anew in the background."""

MAX_TRACK_NUMBER = 999
_SHORT_SEED_LENGTH = 4


class MediaState(StrEnum):
    """State of a clip's audio file."""

    PENDING = "pending"
    """In the library, not downloaded yet."""

    READY = "ready"
    """On disk and verified by decoding it once."""

    REJECTED = "refused"
    """The service sent data that is not audio; the metadata is stored, a retry is possible."""

    MISSING = "missing"
    """Was on disk, but is missing now."""

    NONE = "none"
    """No audio expected (lyrics)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaLinks:
    """Download URLs at the service; they expire, so they are used for downloading only."""

    audio: str = ""
    wav: str = ""
    image: str = ""
    video: str = ""
    archive: str = ""
    """URL of a ZIP of several files (stems)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioMeasurements:
    """Measurements of the decoded audio.

    Attributes:
        duration_s: Length in seconds.
        loudness_lufs: Integrated loudness (EBU R 128); None when silent or too short.
        peak_dbfs: Largest sample magnitude in dBFS.
        bpm: Tempo; None when not detected.
        key: Key such as "F minor"; empty when not detected.
        bpm_confidence: Confidence of the tempo, 0 to 1, see `tempo.is_tempo_certain`; None for
            measurements of earlier versions, which did not include it.
        true_peak_dbtp: Largest magnitude between the samples, too (EBU R 128); None when silent.
        head_s: Seconds of silence at the start; the whole length when silent.
        tail_s: Seconds of silence at the end.
        clipped_samples: Number of samples at full scale or above.
        clipped_runs: Number of runs of three and more such samples, one after another.
        end_dbfs: Level of the last 50 ms (RMS); None when silent. High where the end is abrupt.
        side_to_mid_db: Level of the difference of the channels against that of their sum, −120 to
            120; above 0 much is lost in mono. None for mono and silence.
        version: `MEASURE_VERSION` when it was measured; 0 before versions.
    """

    duration_s: float = 0.0
    loudness_lufs: float | None = None
    peak_dbfs: float | None = None
    bpm: float | None = None
    key: str = ""
    bpm_confidence: float | None = None
    true_peak_dbtp: float | None = None
    head_s: float | None = None
    tail_s: float | None = None
    clipped_samples: int | None = None
    clipped_runs: int | None = None
    end_dbfs: float | None = None
    side_to_mid_db: float | None = None
    version: int = 0

    def with_requested_tempo(self, requested: float | None) -> Self:
        """Returns a copy whose tempo is in the octave of the requested one, where they match."""
        found = None if self.bpm is None else fit_to_requested_octave(self.bpm, requested)
        return self if found is None else replace(self, bpm=found, bpm_confidence=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """Upload of a clip to another account, so that it can be a source there.

    Attributes:
        service: Service of the account at that time; empty for uploads of earlier versions.
    """

    account: AccountName
    remote_id: RemoteId
    service: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One row of the library.

    Attributes:
        remote_id: The clip's id at its service.
        media: State of the audio file.
        path: Absolute path of the stored original; None until it is downloaded.
        cover: Absolute path of the cover image; None when there is none.
        video: Absolute path of a music video; None when there is none.
        sha256: Checksum of the stored original, hexadecimal; empty if unknown.
        size_bytes: Size of the stored original; None if unknown.
        stars: Rating, 0 (not rated) to 5.
        plays: Number of times that it was played for ten seconds, or to its end.
        played_at: Time of the last of them.
        created_at: Time of creation at the service, else the time when it was added.
        added_at: Time when it was added to this library.
        parent: Clip that it was made from.
        press: Press that it belongs to; None if unknown, as for some clips of earlier versions.
        take: 1-based number among the takes of that press; None if unknown.
        takes: Number of takes that the press was to have; 0 if unknown.
        position: 0-based index among the clips of its job.
        stem: Name of the stem, if it is one.
        bpm_override: Beats per minute set by the user, instead of the measured ones.
        key_override: Key set by the user, such as "F minor"; empty for the measured one.
        registered: Uploads to other accounts, with the ids assigned there.
        artist: Artist tag of exported files; empty for the one in the settings or the profile. So
            are the album, the genre and the comment.
        track_number: Its number on the album, 1 to 999; None for none.
        year: Year in exported files; None for the day when it was created.
        export_lyrics: Lyrics of exported files; empty for its own.
        export_cover: Name of a picture in its folder, for exported files; empty for its own cover.
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
    press: PressId | None = None
    take: int | None = None
    takes: int = 0
    position: int = 0
    stem: str = ""
    registered: tuple[Registration, ...] = ()
    measured: AudioMeasurements = field(default_factory=AudioMeasurements)
    bpm_override: float | None = None
    key_override: str = ""
    media: MediaState = MediaState.PENDING
    media_note: str = ""
    path: Path | None = None
    sha256: str = ""
    size_bytes: int | None = None
    cover: Path | None = None
    video: Path | None = None
    links: MediaLinks = field(default_factory=MediaLinks)
    stars: int = 0
    favourite: bool = False
    heard: bool = False
    plays: int = 0
    played_at: datetime | None = None
    tags: tuple[str, ...] = ()
    notes: str = ""
    artist: str = ""
    album: str = ""
    track_number: int | None = None
    genre: str = ""
    year: int | None = None
    comment: str = ""
    export_lyrics: str = ""
    export_cover: str = ""
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    added_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    trashed_at: datetime | None = None

    def __post_init__(self) -> None:
        # Lists, tags and file names need a title on a single line, whatever its origin.
        object.__setattr__(self, "title", to_single_line(self.title))

    @property
    def take_label(self) -> str:
        """Such as "take 2"; empty unless its press has several takes."""
        if self.position and self.title.endswith(f"({self.position + 1})"):
            return ""  # earlier versions numbered the results of one request in the title
        return take_label(self.take, self.takes)

    @property
    def take_of_takes(self) -> str:
        """Such as "2 of 3"; empty for the only take of a press."""
        return take_of_takes(self.take, self.takes)

    @property
    def display_title(self) -> str:
        """Title that tells takes of a press apart, such as "Low tide · take 2"; never stored."""
        return title_with_take(self.title, self.take_label)

    @property
    def short_seed(self) -> str:
        """The seed, or its last digits such as "…0172"; takes often differ in nothing else."""
        if len(self.seed) <= _SHORT_SEED_LENGTH + 2:
            return self.seed
        return f"…{self.seed[-_SHORT_SEED_LENGTH:]}"

    @property
    def duration_s(self) -> float:
        return self.measured.duration_s

    @property
    def bpm(self) -> float | None:
        """Beats per minute: those set by the user, else the measured ones."""
        return self.measured.bpm if self.bpm_override is None else self.bpm_override

    @property
    def is_bpm_certain(self) -> bool:
        """Whether the tempo was set by the user, or measured with confidence."""
        return self.bpm_override is not None or is_tempo_certain(self.measured.bpm_confidence)

    @property
    def bpm_text(self) -> str:
        """Tempo for display, such as "84 BPM" or "≈84 BPM"; empty when unknown."""
        if self.bpm_override is not None:
            return mark("{tempo} BPM", tempo=self.bpm_override)
        # The decimals of a measured tempo are not significant.
        if not self.measured.bpm:
            return ""
        tempo = FixedDecimal(self.measured.bpm, 0)
        exact = mark("{tempo} BPM", tempo=tempo)
        return exact if self.is_bpm_certain else mark("≈{tempo} BPM", tempo=tempo)

    def scaled_bpm(self, factor: float) -> float | None:
        """Returns the tempo times a factor; None if it has none or the result is invalid."""
        return scale_bpm(self.bpm_override, self.measured.bpm, factor)

    @property
    def key(self) -> str:
        """Key set by the user, else the measured one; empty when unknown."""
        return self.key_override or self.measured.key

    @property
    def exported_cover(self) -> Path | None:
        """The cover of exported files; None when there is none."""
        beside = self.path or self.cover or self.video
        name = self.export_cover
        # A name may come from a file of anybody.
        is_plain = bool(name) and not name.startswith(".") and not {"/", "\\", ":"} & set(name)
        return beside.parent / name if beside is not None and is_plain else self.cover

    @property
    def playable(self) -> bool:
        return self.media is MediaState.READY and self.path is not None

    def find_remote_id(self, account: AccountName, service: str) -> tuple[RemoteId, bool] | None:
        """Returns the id at an account and whether it was uploaded there; None if unknown.

        Args:
            service: Service of the account. An account of the same name may have been at another
                one, which does not share its ids.
        """
        if self.account == account and self.remote_id and self.service in {"", service}:
            return self.remote_id, self.operation is Operation.UPLOAD
        for one in reversed(self.registered):
            if one.account == account and one.service in {"", service}:
                return one.remote_id, True
        return None

    def with_changes(self, **changes: Any) -> Self:  # noqa: ANN401 - fields have many types
        """Returns a copy with some fields changed."""
        return replace(self, **changes)

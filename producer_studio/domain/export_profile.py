"""Export profiles: everything that is chosen for an export, under a name."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Literal, Self

from producer_studio.domain.decibels import loudness_text
from producer_studio.domain.field_reader import FieldReader
from producer_studio.domain.names import clean_name
from producer_studio.translation import join_texts, mark, pmark

MAX_PROFILE_NAME_LENGTH = 60
"""Characters; a longer name is cut."""

MIN_LOUDNESS_LUFS, MAX_LOUDNESS_LUFS = -40.0, -5.0

SAMPLE_RATES = (44_100, 48_000, 88_200, 96_000)
"""Sample rates in Hz that files can be converted to."""

_MAX_TEMPLATE_LENGTH = 500
_MAX_TAG_LENGTH = 500
_MAX_FOLDER_LENGTH = 4_096
TAG_NAMES = ("artist", "album_artist", "album", "copyright", "genre", "comment")
"""Tags that a profile may set in place of those in the settings."""


class ExportFormat(StrEnum):
    MP3 = "mp3"
    WAV = "wav"
    FLAC = "flac"
    M4A = "m4a"


class ExportExtra(StrEnum):
    """Something that an export does besides writing the sound."""

    RELEASE_CHECK = "check"
    """Tell what shops or listeners would reject."""
    COVER = "cover"
    """The cover as a JPEG of 3000 pixels beside the file."""
    PROVENANCE = "provenance"
    """A sheet of where the sound comes from, as text and HTML beside the file."""
    LYRICS = "lyrics"
    """The lyrics as LRC beside the file, if their times are known."""
    DAW = "daw"
    """Tempo, key and sections in the WAV file, in its `acid`, `bext` and `cue` chunks."""
    ZIP = "zip"
    """All files of the export in one archive."""

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def description(self) -> str:
        return _DESCRIPTIONS[self]


_LABELS = {
    ExportExtra.RELEASE_CHECK: mark("Release check"),
    ExportExtra.COVER: mark("Cover 3000 px"),
    ExportExtra.PROVENANCE: mark("Provenance sheet"),
    ExportExtra.LYRICS: mark("Timed lyrics"),
    ExportExtra.DAW: mark("Tempo and key for DAWs"),
    ExportExtra.ZIP: mark("One ZIP file"),
}
_LABELS_IN_LISTS = {
    ExportExtra.RELEASE_CHECK: mark("release check"),
    ExportExtra.COVER: mark("cover 3000 px"),
    ExportExtra.PROVENANCE: mark("provenance sheet"),
    ExportExtra.LYRICS: mark("timed lyrics"),
    ExportExtra.DAW: mark("tempo and key for DAWs"),
    ExportExtra.ZIP: mark("one ZIP file"),
}
_DESCRIPTIONS = {
    ExportExtra.RELEASE_CHECK: mark(
        "Tells what shops or listeners would reject. The file is made."
    ),
    ExportExtra.COVER: mark("A JPEG beside the file; a smaller cover is enlarged."),
    ExportExtra.PROVENANCE: mark("How the sound was made, as text and HTML beside the file."),
    ExportExtra.LYRICS: mark("An LRC file beside it, if the lyrics have times such as [01:23.40]."),
    ExportExtra.DAW: mark("WAV only: tempo, key, and sections whose times are known."),
    ExportExtra.ZIP: mark("All files of this export in one archive."),
}

Mp3Mode = Literal["320", "V0"]
BitDepth = Literal[16, 24]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportProfile:
    """Named options of an export.

    Attributes:
        mp3_mode: "320" (constant, kbit/s) or "V0" (variable).
        bits: Bit depth of WAV and FLAC.
        sample_rate: In Hz; 0 for that of the original.
        template: File name without suffix.
        folder: Folder of the files; empty for the one that was used last.
        tags: Texts in place of those in the settings, by the names of `TAG_NAMES`.
        loudness_lufs: Integrated loudness that is aimed at; None for that of the original.
        is_built_in: Whether it comes with the program, so that it cannot be changed.
    """

    id: str
    name: str
    format: ExportFormat
    template: str
    mp3_mode: Mp3Mode = "320"
    bits: BitDepth = 16
    sample_rate: int = 0
    folder: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    loudness_lufs: float | None = None
    extras: frozenset[ExportExtra] = frozenset()
    is_built_in: bool = False

    def with_changes(self, **changes: Any) -> Self:  # noqa: ANN401 - fields have many types
        """Returns a copy with some fields changed."""
        return replace(self, **changes)

    @property
    def summary(self) -> str:
        """Such as "WAV 24 bit, release check, cover 3000 px"."""
        parts: list[str] = [self.format.upper()]
        if self.format is ExportFormat.MP3:
            parts[0] += " V0" if self.mp3_mode == "V0" else " 320 kbit/s"
        elif self.format is not ExportFormat.M4A:
            parts[0] = mark("{format} {bits} bit", format=parts[0], bits=self.bits)
        if self.sample_rate:
            parts.append(mark("{rate} kHz", rate=self.sample_rate / 1000))
        if self.loudness_lufs is not None:
            parts.append(loudness_text(self.loudness_lufs))
        parts += [_LABELS_IN_LISTS[extra] for extra in ExportExtra if extra in self.extras]
        return join_texts(parts)

    def to_json(self) -> dict[str, Any]:
        """Returns the profile as JSON values."""
        return {
            "id": self.id,
            "name": self.name,
            "format": self.format.value,
            "template": self.template,
            "mp3_mode": self.mp3_mode,
            "bits": self.bits,
            "sample_rate": self.sample_rate,
            "folder": self.folder,
            "tags": dict(self.tags),
            "loudness_lufs": self.loudness_lufs,
            "extras": [extra.value for extra in ExportExtra if extra in self.extras],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "ExportProfile | None":
        """Parses a stored profile; an invalid value gets its default.

        Returns:
            None without an id, a name or a known format.
        """
        reader = FieldReader(data)
        name = clean_name(reader.text("name"), MAX_PROFILE_NAME_LENGTH)
        profile_id = reader.identifier("id")
        try:
            file_format = ExportFormat(reader.text("format"))
        except ValueError:
            return None
        if not name or not profile_id:
            return None
        raw_tags, raw_extras = data.get("tags"), data.get("extras")
        tags = raw_tags if isinstance(raw_tags, dict) else {}
        extras = raw_extras if isinstance(raw_extras, list) else []
        rate, bits, loudness = (data.get(key) for key in ("sample_rate", "bits", "loudness_lufs"))
        return cls(
            id=profile_id,
            name=name,
            format=file_format,
            template=reader.text("template", limit=_MAX_TEMPLATE_LENGTH) or "{title}",
            mp3_mode="V0" if data.get("mp3_mode") == "V0" else "320",
            bits=24 if bits == 24 else 16,
            sample_rate=rate if isinstance(rate, int) and rate in SAMPLE_RATES else 0,
            folder=reader.text("folder", limit=_MAX_FOLDER_LENGTH),
            tags={
                key: text[:_MAX_TAG_LENGTH]
                for key in TAG_NAMES
                if isinstance(text := tags.get(key), str) and text
            },
            loudness_lufs=_parse_loudness(loudness),
            extras=frozenset(extra for extra in ExportExtra if extra.value in extras),
        )


def _parse_loudness(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if MIN_LOUDNESS_LUFS <= value <= MAX_LOUDNESS_LUFS else None


_E = ExportExtra
BUILT_IN_PROFILES = (
    ExportProfile(
        id="release",
        name=pmark("export profile", "Release"),
        format=ExportFormat.WAV,
        bits=24,
        template="{title}",
        extras=frozenset({_E.RELEASE_CHECK, _E.COVER, _E.PROVENANCE}),
        is_built_in=True,
    ),
    ExportProfile(
        id="daw",
        name="DAW",
        format=ExportFormat.WAV,
        bits=24,
        template="{title} - {take} - {bpm} - {key}",
        extras=frozenset({_E.DAW}),
        is_built_in=True,
    ),
    ExportProfile(
        id="share",
        name=pmark("export profile", "Share"),
        format=ExportFormat.MP3,
        template="{title} - {take}",
        is_built_in=True,
    ),
)
"""Profiles that come with the program."""

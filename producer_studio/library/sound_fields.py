"""Declarations of the fields of a clip that are measured, and of those that users set instead."""

from producer_studio.domain.field_reader import MAX_LENGTH_S, MAX_NAME_LENGTH
from producer_studio.domain.library_change import ChangeKind, ClipField
from producer_studio.library.field_spec import (
    DetailRow,
    FieldSpec,
    ListColumn,
    Search,
    SearchKind,
    Sort,
    SqlColumn,
    ValueKind,
)
from producer_studio.library.field_types import KeyName, Text
from producer_studio.library.number_types import Integer, Length, Number, OptionalInteger, Tempo
from producer_studio.translation import mark, pmark

_LEVEL = Number(-1_000, 1_000)
_NO_LEVEL = -1_000
_TEMPO = "coalesce(c.bpm_override, c.bpm, -1)"
_KEY = "coalesce(nullif(c.key_override, ''), c.tone)"
_LOUDNESS = f"coalesce(c.loudness_lufs, {_NO_LEVEL})"
_TRUE_PEAK = f"coalesce(c.true_peak_dbtp, {_NO_LEVEL})"
_SECONDS = Number(0, MAX_LENGTH_S)

SOUND_FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec(
        name="length", attribute="measured.duration_s", kind=ValueKind.LENGTH, label=mark("Length"),
        column=SqlColumn("clips", "duration_s", Length()),
        search=Search(SearchKind.LENGTH, ("length", "duration"), example="length:<2:30"),
        sort=Sort("c.duration_s", descending_first=True, changed_by=ChangeKind.MEDIA),
        list_column=ListColumn(20, width=56, min_list_width=260, is_spoken=True),
        json="duration_s", detail=DetailRow(30), fact=DetailRow(70),
    ),
    # Values set by the user take precedence over measured ones.
    FieldSpec(
        name="bpm", attribute="bpm", kind=ValueKind.TEMPO, label=mark("Tempo"),
        search=Search(
            SearchKind.TEMPO, ("bpm", "tempo"), "bpm",
            _TEMPO, -1, "bpm:80..95 or, with half and double, bpm:~84",
        ),
        sort=Sort(_TEMPO, changed_by=ChangeKind.DETAILS),
        list_column=ListColumn(
            12, width=76, min_list_width=880, is_spoken=True, heading=mark("BPM")
        ),
        json="bpm", detail=DetailRow(100),
    ),
    FieldSpec(
        name="bpm_is_sure", json="bpm_is_sure",
        compute=lambda clip: clip.bpm is not None and clip.is_bpm_certain,
    ),
    FieldSpec(
        name="bpm_override", attribute="bpm_override", label=mark("Tempo"), edit=ClipField.BPM,
        column=SqlColumn("clips", "bpm_override", Tempo(), since=5),
    ),
    FieldSpec(
        name="bpm_is_set_by_user", json="bpm_is_set_by_user",
        compute=lambda clip: clip.bpm_override is not None,
    ),
    FieldSpec(
        name="measured_bpm", attribute="measured.bpm",
        column=SqlColumn("clips", "bpm", Number(0, 1_000)),
    ),
    FieldSpec(
        name="bpm_confidence", attribute="measured.bpm_confidence",
        column=SqlColumn("details", "bpm_confidence", Number(0, 1), since=5),
    ),
    FieldSpec(
        name="key", attribute="key", kind=ValueKind.KEY, label=pmark("music", "Key"),
        search=Search(
            SearchKind.KEY, ("key",), "tone", _KEY
        ),
        sort=Sort(_KEY, changed_by=ChangeKind.DETAILS, index_since=8),
        list_column=ListColumn(14, width=60, min_list_width=880, is_spoken=True),
        json="key", detail=DetailRow(110),
    ),
    FieldSpec(
        name="key_override", attribute="key_override", label=pmark("music", "Key"),
        edit=ClipField.KEY,
        column=SqlColumn("clips", "key_override", KeyName(MAX_NAME_LENGTH), since=5),
    ),
    FieldSpec(
        name="key_is_set_by_user", json="key_is_set_by_user",
        compute=lambda clip: bool(clip.key_override),
    ),
    FieldSpec(
        name="measured_key", attribute="measured.key",
        column=SqlColumn("clips", "tone", Text(MAX_NAME_LENGTH)),
    ),
    FieldSpec(
        name="loudness", attribute="measured.loudness_lufs", kind=ValueKind.LOUDNESS,
        label=mark("Loudness"), column=SqlColumn("clips", "loudness_lufs", _LEVEL, since=6),
        search=Search(
            SearchKind.LEVEL, ("loudness",), "", _LOUDNESS, _NO_LEVEL, "loudness:>-14"
        ),
        sort=Sort(_LOUDNESS, descending_first=True, changed_by=ChangeKind.MEDIA),
        list_column=ListColumn(22, width=86, is_optional=True),
        json="loudness_lufs", detail=DetailRow(112), fact=DetailRow(80),
    ),
    FieldSpec(
        name="peak", attribute="measured.peak_dbfs",
        column=SqlColumn("details", "peak_dbfs", _LEVEL), json="peak_dbfs",
    ),
    FieldSpec(
        name="true_peak", attribute="measured.true_peak_dbtp", kind=ValueKind.TRUE_PEAK,
        label=mark("True peak"),
        column=SqlColumn("clips", "true_peak_dbtp", _LEVEL, since=6), json="true_peak_dbtp",
        search=Search(
            SearchKind.LEVEL, ("truepeak",), "", _TRUE_PEAK, _NO_LEVEL, "truepeak:>-1"
        ),
        detail=DetailRow(114), fact=DetailRow(85),
        sort=Sort(
            _TRUE_PEAK, descending_first=True, changed_by=ChangeKind.MEDIA, index_since=8
        ),
        list_column=ListColumn(24, width=86, is_optional=True),
    ),
    FieldSpec(
        name="head", attribute="measured.head_s",
        column=SqlColumn("details", "head_s", _SECONDS, since=6), json="head_s",
    ),
    FieldSpec(
        name="tail", attribute="measured.tail_s",
        column=SqlColumn("details", "tail_s", _SECONDS, since=6), json="tail_s",
    ),
    FieldSpec(
        name="clipped_samples", attribute="measured.clipped_samples",
        column=SqlColumn("details", "clipped_samples", OptionalInteger(), since=6),
        json="clipped_samples",
    ),
    FieldSpec(
        name="clipped_runs", attribute="measured.clipped_runs",
        column=SqlColumn("details", "clipped_runs", OptionalInteger(), since=6),
        json="clipped_runs",
    ),
    FieldSpec(
        name="end_level", attribute="measured.end_dbfs",
        column=SqlColumn("details", "end_dbfs", _LEVEL, since=6), json="end_dbfs",
    ),
    FieldSpec(
        name="side_to_mid", attribute="measured.side_to_mid_db",
        column=SqlColumn("details", "side_to_mid_db", _LEVEL, since=6), json="side_to_mid_db",
    ),
    FieldSpec(
        name="measure_version", attribute="measured.version",
        column=SqlColumn("clips", "measure_version", Integer(), since=6),
        json="measure_version",
    ),
)  # fmt: skip
"""In the order of `--json`."""

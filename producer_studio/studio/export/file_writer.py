"""Writing of one exported file and of the files beside it; blocking."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from producer_studio.domain.clip import AudioMeasurements, Clip
from producer_studio.domain.decibels import loudness_text, true_peak_text
from producer_studio.domain.export_profile import ExportExtra, ExportFormat
from producer_studio.domain.known_times import known_marks, lrc_text
from producer_studio.domain.provenance import ProvenanceSheet
from producer_studio.domain.release_report import MAX_TRUE_PEAK_DBTP
from producer_studio.domain.timestamps import to_local_time
from producer_studio.files.checksum import compute_sha256
from producer_studio.files.file_types import MAX_COVER_BYTES
from producer_studio.files.regular_files import read_regular
from producer_studio.studio.export.export import ExportSpec
from producer_studio.studio.export.filenames import ExportPosition, file_stem
from producer_studio.studio.export.tag_settings import build_tags
from producer_studio.studio.utc_dates import is_known_time
from producer_studio.translation import join_texts, mark

if TYPE_CHECKING:
    from producer_studio.audio.daw_chunks import DawMarkers

log = logging.getLogger(__name__)

_NOT_TAGGED_MESSAGE = mark(
    "“{name}” is finished, and its audio is complete. Its file type does not support all the tags "
    "that the studio writes, such as title, cover and recipe."
)
_NO_TIMES = mark("No LRC file: the times of the lyrics are not known.")
_NOT_MEASURED = mark("The level stays: the sound is silent, or too short to be measured.")
_TWO_CHANNELS_DB = 3.01
_AUDIBLE_DB = 0.05
"""Smallest change of the level that is made."""


@dataclass(frozen=True, slots=True)
class ExportItem:
    """One clip of an export.

    Attributes:
        source: File with its sound.
        sheet: Provenance sheet that is written beside the file; None for none.
    """

    source: Path
    clip: Clip
    position: ExportPosition
    sheet: ProvenanceSheet | None = None


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """Finished export.

    Attributes:
        path: The file with the sound.
        warnings: What is not as it should be, as sentences.
        messages: What else the user should know, as sentences.
    """

    path: Path
    warnings: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()


def write_file(
    item: ExportItem,
    spec: ExportSpec,
    progress: Callable[[float], None],
    is_cancelled: Callable[[], bool],
) -> WrittenFile | None:
    """Writes the file atomically, and then those beside it; None if it was cancelled."""
    # Codecs take 100 ms to import, which must not delay the start of the window.
    from producer_studio.audio.encode import (
        EncodeSpec,
        EncodingCancelled,
        copy_with_tags,
        transcode,
    )

    source, clip = item.source, item.clip
    # The service may have used another format than requested.
    suffix = source.suffix if spec.by_service else f".{spec.format}"
    target = spec.folder / f"{file_stem(spec.template, clip, item.position)}{suffix}"
    tags = build_tags(clip, clip.exported_cover, spec.tag_settings)
    messages: list[str] = []
    if spec.by_service:
        made = copy_with_tags(source, target, tags)
    else:
        gain_db = _find_gain(source, clip.measured, spec.loudness_lufs, messages)
        encode_spec = EncodeSpec(
            format=spec.format.value,
            mp3_mode=spec.mp3_mode,
            bits=spec.bits,
            sample_rate=spec.sample_rate,
            gain_db=gain_db,
            # Its service has delivered it like that, and nothing better.
            accepts_damage=clip.playable and bool(clip.media_note),
        )
        if ExportExtra.DAW in spec.extras and spec.format is ExportFormat.WAV:
            encode_spec = replace(encode_spec, markers=_markers(clip, gain_db))
        try:
            made = transcode(source, target, encode_spec, progress, is_cancelled, tags)
        except EncodingCancelled:
            return None
    warnings = () if made.has_all_tags else (_NOT_TAGGED_MESSAGE.with_values(name=made.path.name),)
    messages += _write_companions(clip, made.path, spec)
    if item.sheet is not None:
        _write_sheet(item.sheet, made.path, messages)
    return WrittenFile(made.path, warnings, tuple(messages))


def _find_gain(
    source: Path, measured: AudioMeasurements, target_lufs: float | None, messages: list[str]
) -> float:
    """Returns the change of the level in dB that comes nearest to a loudness.

    The true peak stays below −1 dBTP: the level is changed, the sound never compressed.
    """
    if target_lufs is None:
        return 0.0
    from producer_studio.audio.container import read_media_info  # codecs, as above

    if measured.loudness_lufs is None or measured.true_peak_dbtp is None:
        from producer_studio.audio.measure import measure

        measured = measure(source).sound
    loudness, peak = measured.loudness_lufs, measured.true_peak_dbtp
    if loudness is None or peak is None:
        messages.append(_NOT_MEASURED)
        return 0.0
    if read_media_info(source).channels == 1:
        # The exported file has two channels, which are louder together.
        loudness += _TWO_CHANNELS_DB
    gain_db = target_lufs - loudness
    room_db = MAX_TRUE_PEAK_DBTP - peak
    if gain_db > room_db:
        gain_db = room_db
        messages.append(
            mark(
                "{level} instead of {target}: louder, its true peak would exceed {peak}.",
                level=loudness_text(loudness + gain_db),
                target=loudness_text(target_lufs),
                peak=true_peak_text(MAX_TRUE_PEAK_DBTP),
            )
        )
    return gain_db if abs(gain_db) >= _AUDIBLE_DB else 0.0


def _markers(clip: Clip, gain_db: float) -> "DawMarkers":
    from producer_studio.audio.daw_chunks import DawMarkers  # codecs, as above

    measured = clip.measured
    loudness, peak = (
        None if level is None else level + gain_db
        for level in (measured.loudness_lufs, measured.true_peak_dbtp)
    )
    return DawMarkers(
        bpm=clip.bpm,
        key=clip.key,
        title=clip.display_title,
        reference=clip.id,
        created_at=to_local_time(clip.created_at) if is_known_time(clip.created_at) else None,
        marks=known_marks(clip),
        loudness_lufs=loudness,
        true_peak_dbtp=peak,
    )


def _write_companions(clip: Clip, sound: Path, spec: ExportSpec) -> list[str]:
    """Writes the files beside the sound, under its name; returns sentences about them."""
    messages: list[str] = []
    if ExportExtra.COVER in spec.extras:
        messages += _write_cover(clip, sound.with_suffix(".jpg"))
    if ExportExtra.LYRICS in spec.extras:
        text = lrc_text(clip, clip.artist or spec.tag_settings.artist)
        if text:
            _write(sound.with_suffix(".lrc"), text.encode("utf-8", "replace"))
        elif clip.lyrics.strip():
            messages.append(_NO_TIMES)
    return messages


def _write_sheet(sheet: ProvenanceSheet, sound: Path, messages: list[str]) -> None:
    """Writes the sheet as text and as HTML, with what is known of the file itself."""
    rows = [
        (mark("Name"), sound.name),
        (mark("Written"), f"{to_local_time(datetime.now(UTC)):%Y-%m-%d %H:%M:%S %z}"),
        (mark("Program"), "Producer Studio"),
        ("SHA-256", compute_sha256(sound)[0]),
        (mark("Remarks"), join_texts(messages, "\n")),
    ]
    whole = sheet.with_group(mark("This file"), rows)
    stem = sound.with_suffix("").name
    for suffix, text in ((".txt", whole.to_text()), (".html", whole.to_html())):
        target = sound.with_name(f"{stem} - provenance{suffix}")
        _write(target, text.encode("utf-8", "replace"))


def _write_cover(clip: Clip, target: Path) -> list[str]:
    from producer_studio.audio.release_cover import create_release_cover  # codecs, as above

    if clip.exported_cover is None:
        return [mark("There is no cover.")]
    try:
        made = create_release_cover(read_regular(clip.exported_cover, MAX_COVER_BYTES))
    except OSError as error:
        log.info("Cannot read cover: %s", error)
        made = None
    if made is None:
        return [mark("The cover cannot be read.")]
    _write(target, made.data)
    if not made.is_enlarged:
        return []
    return [mark("The cover was enlarged from {size} px.", size=str(made.original_px))]


def _write(target: Path, content: bytes) -> None:
    """Writes a file atomically, under the next free name."""
    from producer_studio.audio.output_file import atomic_output, translate_os_errors

    with atomic_output(target) as made, translate_os_errors(target):
        made.temporary_path.write_bytes(content)

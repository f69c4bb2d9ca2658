"""Release check: what a distributor, a radio or a listener would reject of a clip, in numbers."""

import math
from collections.abc import Iterator

from producer_studio.domain.clip import MEASURE_VERSION, AudioMeasurements, Clip, MediaState
from producer_studio.domain.decibels import loudness_text
from producer_studio.domain.local_edit import Fade, Level, Trim
from producer_studio.domain.release_report import (
    MAX_END_DBFS,
    MAX_HEAD_S,
    MAX_SIDE_TO_MID_DB,
    MAX_TAIL_S,
    MAX_TRUE_PEAK_DBTP,
    MIN_COVER_PX,
    TARGETS_LUFS,
    PictureSize,
    ReleaseCheck,
    ReleaseFinding,
    ReleaseReport,
    Verdict,
)
from producer_studio.domain.release_texts import normalisation_text, width_text
from producer_studio.translation import mark, nmark
from producer_studio.translation.numbers import FixedDecimal, unrounded

_KEPT_HEAD_S = 0.1
_KEPT_TAIL_S = 1.0
_FADE_OUT_S = 2.0


def check_release(clip: Clip, *, artist: str, cover: PictureSize | None) -> ReleaseReport:
    """Checks whether a clip can be released, by what is measured and known of it.

    Args:
        artist: Artist tag that its exported file gets.
        cover: Size of the picture `clip.cover`; None if there is none, or it cannot be read.
    """
    return ReleaseReport(
        clip,
        (
            *_check_sound(clip),
            _check_artist(artist),
            _check_cover(clip, cover),
            _check_loudness(clip.measured.loudness_lufs),
        ),
    )


def _check_sound(clip: Clip) -> Iterator[ReleaseFinding]:
    measured = clip.measured
    if not clip.playable:
        yield ReleaseFinding(
            check=ReleaseCheck.SOUND,
            verdict=Verdict.PROBLEM,
            text=_NONE if clip.media is MediaState.NONE else mark("not on this computer"),
            advice=mark("Choose a clip whose sound is downloaded."),
        )
        return
    if measured.head_s is None or measured.tail_s is None or measured.clipped_runs is None:
        is_tried = measured.version >= MEASURE_VERSION
        yield ReleaseFinding(
            check=ReleaseCheck.SOUND,
            verdict=Verdict.UNKNOWN,
            text=mark("cannot be measured") if is_tried else _NOT_MEASURED,
            advice=mark("Download it again, or choose another clip.") if is_tried else _WAIT,
        )
        return
    edit = _trim(measured, measured.head_s, measured.tail_s)
    yield _check_head(measured.head_s, edit)
    yield _check_tail(measured.tail_s, edit)
    yield _check_true_peak(measured.true_peak_dbtp)
    yield _check_clipping(measured.clipped_runs)
    yield _check_end(measured.end_dbfs, measured.duration_s)
    yield _check_mono(measured)


_NONE = mark("none")
_SILENT = mark("silent")
_NOT_MEASURED = mark("not measured yet")
_WAIT = mark("It is measured while nobody works with the program.")


def _trim(measured: AudioMeasurements, head_s: float, tail_s: float) -> Trim | None:
    """Returns the trim that solves head and tail; None if neither is long, or all is silent."""
    if head_s >= measured.duration_s:
        return None
    is_head_long, is_tail_long = head_s > MAX_HEAD_S, tail_s > MAX_TAIL_S
    start_s = round(head_s - _KEPT_HEAD_S, 3) if is_head_long else 0.0
    end_s = round(measured.duration_s - tail_s + _KEPT_TAIL_S, 3) if is_tail_long else None
    return Trim(start_s, end_s) if is_head_long or is_tail_long else None


def _check_head(head_s: float, edit: Trim | None) -> ReleaseFinding:
    is_problem = head_s > MAX_HEAD_S
    advice = ""
    if is_problem and edit is None:
        advice = mark("The whole clip is silent. Choose another one.")
    elif is_problem and edit is not None:
        advice = mark("Trim the start: begin at {start} s.", start=edit.start_s)
    return ReleaseFinding(
        check=ReleaseCheck.HEAD,
        verdict=_verdict(is_problem),
        text=_seconds_text(head_s),
        advice=advice,
        value=head_s,
        limit=MAX_HEAD_S,
        edit=edit if is_problem else None,
    )


def _check_tail(tail_s: float, edit: Trim | None) -> ReleaseFinding:
    is_problem = tail_s > MAX_TAIL_S
    has_end = edit is not None and edit.end_s is not None
    return ReleaseFinding(
        check=ReleaseCheck.TAIL,
        verdict=_verdict(is_problem),
        text=_seconds_text(tail_s),
        advice=mark("Trim the end: leave {length} s of silence.", length=_KEPT_TAIL_S)
        if is_problem
        else "",
        value=tail_s,
        limit=MAX_TAIL_S,
        edit=edit if is_problem and has_end else None,
    )


def _check_true_peak(peak: float | None) -> ReleaseFinding:
    is_problem = peak is not None and peak > MAX_TRUE_PEAK_DBTP
    advice, edit = "", None
    if peak is not None and is_problem:
        # To the next tenth below, so that the new clip passes.
        gain_db = math.floor(round((MAX_TRUE_PEAK_DBTP - peak) * 10, 3)) / 10
        edit = Level(gain_db)
        advice = mark(
            "Lower the level by {gain} dB: MP3 and AAC would clip where the samples themselves do "
            "not.",
            gain=FixedDecimal(-gain_db, 1),
        )
    return ReleaseFinding(
        check=ReleaseCheck.TRUE_PEAK,
        verdict=_verdict(is_problem),
        text=_SILENT if peak is None else mark("{level} dBTP", level=FixedDecimal(peak, 2)),
        advice=advice,
        value=peak,
        limit=MAX_TRUE_PEAK_DBTP,
        edit=edit,
    )


def _check_clipping(runs: int) -> ReleaseFinding:
    return ReleaseFinding(
        check=ReleaseCheck.CLIPPING,
        verdict=_verdict(runs > 0),
        text=nmark(
            "{count} place of three or more samples at full scale",
            "{count} places of three or more samples at full scale",
            runs,
        )
        if runs
        else _NONE,
        advice=mark(
            "A lower level does not repair it. Choose another take, or make the song again."
        )
        if runs
        else "",
        value=runs,
        limit=0,
    )


def _check_end(level: float | None, duration_s: float) -> ReleaseFinding:
    is_problem = level is not None and level > MAX_END_DBFS
    fade_s = round(min(_FADE_OUT_S, duration_s), 3)
    return ReleaseFinding(
        check=ReleaseCheck.END,
        verdict=_verdict(is_problem),
        text=_SILENT if level is None else mark("{level} dBFS", level=FixedDecimal(level, 2)),
        advice=mark(
            "It ends in the middle of the sound. Fade it out over {length} s, or extend it.",
            length=fade_s,
        )
        if is_problem
        else "",
        value=level,
        limit=MAX_END_DBFS,
        edit=Fade(out_s=fade_s) if is_problem else None,
    )


def _check_mono(measured: AudioMeasurements) -> ReleaseFinding:
    ratio = measured.side_to_mid_db
    check, limit = ReleaseCheck.MONO, MAX_SIDE_TO_MID_DB
    if ratio is None and measured.version < MEASURE_VERSION:
        # Earlier versions knew no ratio of channels that cancel each other.
        return ReleaseFinding(
            check=check, verdict=Verdict.UNKNOWN, text=_NOT_MEASURED, advice=_WAIT, limit=limit
        )
    if ratio is None:
        return ReleaseFinding(
            check=check, verdict=Verdict.PASSED, text=mark("one channel"), limit=limit
        )
    is_problem = ratio > limit
    return ReleaseFinding(
        check=check,
        verdict=_verdict(is_problem),
        text=width_text(ratio),
        advice=mark(
            "In mono, as from a phone, much of it is lost. Choose another take, or mix its "
            "stems nearer to the centre."
        )
        if is_problem
        else "",
        value=ratio,
        limit=limit,
    )


def _check_artist(artist: str) -> ReleaseFinding:
    artist = artist.strip()
    return ReleaseFinding(
        check=ReleaseCheck.ARTIST,
        verdict=_verdict(not artist),
        text=artist or _NONE,
        advice="" if artist else mark("Enter it in Settings → Export."),
    )


def _check_cover(clip: Clip, cover: PictureSize | None) -> ReleaseFinding:
    check, limit = ReleaseCheck.COVER, MIN_COVER_PX
    size = str(MIN_COVER_PX)
    if cover is None:
        is_missing = clip.cover is None
        return ReleaseFinding(
            check=check,
            verdict=_verdict(is_missing) if is_missing else Verdict.UNKNOWN,
            text=_NONE if is_missing else mark("cannot be read"),
            advice=mark("Use a picture of at least {size} × {size} px.", size=size),
            limit=limit,
        )
    shorter = min(cover)
    return ReleaseFinding(
        check=check,
        verdict=_verdict(shorter < MIN_COVER_PX),
        text=f"{cover.width} × {cover.height} px",
        advice=mark(
            "Use a picture of at least {size} × {size} px: most shops reject smaller ones.",
            size=size,
        )
        if shorter < MIN_COVER_PX
        else "",
        value=shorter,
        limit=limit,
    )


def _check_loudness(lufs: float | None) -> ReleaseFinding:
    advice = ""
    if lufs is not None:
        first, second = (normalisation_text(lufs, target) for target in TARGETS_LUFS)
        advice = mark(
            # Translators: both are such as "up by 2.0 dB for −14 LUFS".
            "Players that level all songs turn it {first} and {second}.",
            first=first,
            second=second,
        )
    return ReleaseFinding(
        check=ReleaseCheck.LOUDNESS,
        verdict=Verdict.INFORMATION,
        text=loudness_text(lufs) or mark("unknown"),
        advice=advice,
        value=lufs,
    )


def _seconds_text(seconds: float) -> str:
    return mark("{seconds} s", seconds=unrounded(seconds))


def _verdict(is_problem: bool) -> Verdict:
    return Verdict.PROBLEM if is_problem else Verdict.PASSED

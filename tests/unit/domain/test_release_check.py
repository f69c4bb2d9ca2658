"""Each check of a release: its limit, its words, and the edit that solves it."""

from dataclasses import replace
from pathlib import Path

import pytest

from producer_studio.domain.clip import MEASURE_VERSION, AudioMeasurements, Clip, MediaState
from producer_studio.domain.ids import ClipId
from producer_studio.domain.local_edit import Fade, Level, LocalEdit, Trim, check_edit
from producer_studio.domain.release_check import check_release
from producer_studio.domain.release_report import (
    PictureSize,
    ReleaseCheck,
    ReleaseFinding,
    ReleaseReport,
    Verdict,
)

LARGE = PictureSize(3000, 3000)
GOOD = AudioMeasurements(
    duration_s=180.0, loudness_lufs=-14.0, true_peak_dbtp=-1.0, head_s=0.5, tail_s=2.0,
    clipped_samples=2, clipped_runs=0, end_dbfs=-30.0, side_to_mid_db=0.0, version=MEASURE_VERSION,
)  # fmt: skip
CLIP = Clip(
    id=ClipId("1"), media=MediaState.READY, path=Path("a.wav"), cover=Path("c.jpg"), measured=GOOD
)


def report(
    artist: str = "Nora", cover: PictureSize | None = LARGE, **measured: object
) -> ReleaseReport:
    clip = replace(CLIP, measured=replace(GOOD, **measured))  # type: ignore[arg-type]
    return check_release(clip, artist=artist, cover=cover)


def finding(check: ReleaseCheck, of: ReleaseReport) -> ReleaseFinding:
    (found,) = [one for one in of.findings if one.check is check]
    return found


def test_a_clip_at_every_limit_is_ready() -> None:
    whole = report()
    assert whole.is_ready
    assert whole.summary == "Ready for release"
    assert [one.check for one in whole.findings] == list(ReleaseCheck)[1:]
    assert not any(one.advice or one.edit for one in whole.findings[:-1])


@pytest.mark.parametrize(
    ("check", "measured", "text", "edit"),
    [
        (ReleaseCheck.HEAD, {"head_s": 0.501}, "0.501 s", Trim(0.401, None)),
        (ReleaseCheck.TAIL, {"tail_s": 2.75}, "2.75 s", Trim(0.0, 178.25)),
        (ReleaseCheck.TRUE_PEAK, {"true_peak_dbtp": -0.99}, "−0.99 dBTP", Level(-0.1)),
        (ReleaseCheck.TRUE_PEAK, {"true_peak_dbtp": 2.3}, "2.30 dBTP", Level(-3.3)),
        (ReleaseCheck.CLIPPING, {"clipped_runs": 1},
         "1 place of three or more samples at full scale", None),
        (ReleaseCheck.CLIPPING, {"clipped_runs": 12},
         "12 places of three or more samples at full scale", None),
        (ReleaseCheck.END, {"end_dbfs": -29.99}, "−29.99 dBFS", Fade(0.0, 2.0)),
        (ReleaseCheck.END, {"end_dbfs": -6.0, "duration_s": 1.5}, "−6.00 dBFS", Fade(0.0, 1.5)),
        (ReleaseCheck.MONO, {"side_to_mid_db": 0.01}, "side 0.01 dB louder than mid", None),
        (ReleaseCheck.MONO, {"side_to_mid_db": 120.0}, "the channels cancel each other", None),
    ],
)  # fmt: skip
def test_a_measured_problem(
    check: ReleaseCheck, measured: dict[str, float], text: str, edit: LocalEdit | None
) -> None:
    whole = report(**measured)
    assert [one.check for one in whole.open_findings] == [check]
    assert (whole.is_ready, whole.summary) == (False, "1 problem")
    found = finding(check, whole)
    assert (found.verdict, found.text, found.edit) == (Verdict.PROBLEM, text, edit)
    assert found.advice.endswith(".")
    if edit is not None:
        check_edit(edit, whole.clip.duration_s)


def test_one_trim_solves_both_ends() -> None:
    whole = report(head_s=0.7, tail_s=5.0)
    both = Trim(0.6, 176.0)
    assert finding(ReleaseCheck.HEAD, whole).edit == both
    assert finding(ReleaseCheck.TAIL, whole).edit == both
    assert finding(ReleaseCheck.HEAD, whole).advice == "Trim the start: begin at 0.6 s."
    assert whole.summary == "2 problems"


@pytest.mark.parametrize(
    ("measured", "text"),
    [
        ({"side_to_mid_db": None}, "one channel"),
        ({"side_to_mid_db": -9.5}, "side 9.50 dB quieter than mid"),
        ({"side_to_mid_db": 0.0}, "side as loud as mid"),
        ({"side_to_mid_db": -120.0}, "channels alike"),
    ],
)
def test_what_passes_in_mono(measured: dict[str, float | None], text: str) -> None:
    found = finding(ReleaseCheck.MONO, report(**measured))
    assert (found.verdict, found.text) == (Verdict.PASSED, text)


def test_silence_has_nothing_to_trim() -> None:
    silent = report(
        head_s=180.0, tail_s=0.0, true_peak_dbtp=None, end_dbfs=None, side_to_mid_db=None,
        loudness_lufs=None,
    )  # fmt: skip
    (found,) = silent.open_findings
    assert (found.check, found.edit) == (ReleaseCheck.HEAD, None)
    assert "silent" in found.advice
    assert finding(ReleaseCheck.LOUDNESS, silent).text == "unknown"


@pytest.mark.parametrize(
    ("artist", "cover", "has_cover", "check", "verdict", "text"),
    [
        (" ", LARGE, True, ReleaseCheck.ARTIST, Verdict.PROBLEM, "none"),
        ("Nora", PictureSize(3000, 2999), True, ReleaseCheck.COVER, Verdict.PROBLEM,
         "3000 × 2999 px"),
        ("Nora", None, False, ReleaseCheck.COVER, Verdict.PROBLEM, "none"),
        ("Nora", None, True, ReleaseCheck.COVER, Verdict.UNKNOWN, "cannot be read"),
    ],
)  # fmt: skip
def test_artist_and_cover(
    artist: str, cover: PictureSize | None, has_cover: bool, check: ReleaseCheck,
    verdict: Verdict, text: str,
) -> None:  # fmt: skip
    clip = CLIP if has_cover else CLIP.with_changes(cover=None)
    whole = check_release(clip, artist=artist, cover=cover)
    (found,) = whole.open_findings
    assert (found.check, found.verdict, found.text) == (check, verdict, text)
    assert found.advice


@pytest.mark.parametrize(
    ("lufs", "advice"),
    [
        (-12.3, "down by 1.7 dB for −14 LUFS and down by 3.7 dB for −16 LUFS"),
        (-14.0, "neither up nor down for −14 LUFS and down by 2.0 dB for −16 LUFS"),
        (-20.0, "up by 6.0 dB for −14 LUFS and up by 4.0 dB for −16 LUFS"),
    ],
)
def test_loudness_is_information(lufs: float, advice: str) -> None:
    whole = report(loudness_lufs=lufs)
    assert whole.is_ready
    assert advice in finding(ReleaseCheck.LOUDNESS, whole).advice


@pytest.mark.parametrize(
    ("clip", "verdict", "text"),
    [
        (CLIP.with_changes(path=None, media=MediaState.PENDING), Verdict.PROBLEM,
         "not on this computer"),
        (CLIP.with_changes(path=None, media=MediaState.NONE), Verdict.PROBLEM, "none"),
        (CLIP.with_changes(measured=AudioMeasurements(duration_s=9.0, version=0)),
         Verdict.UNKNOWN, "not measured yet"),
        (CLIP.with_changes(measured=AudioMeasurements(version=MEASURE_VERSION)),
         Verdict.UNKNOWN, "cannot be measured"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_no_success(clip: Clip, verdict: Verdict, text: str) -> None:
    whole = check_release(clip, artist="Nora", cover=LARGE)
    assert not whole.is_ready
    (found,) = whole.open_findings
    assert (found.check, found.verdict, found.text) == (ReleaseCheck.SOUND, verdict, text)


def test_channels_of_an_earlier_version_may_cancel_each_other() -> None:
    whole = report(side_to_mid_db=None, version=1)
    (found,) = whole.open_findings
    assert (found.check, found.verdict) == (ReleaseCheck.MONO, Verdict.UNKNOWN)
    assert whole.summary == "1 unknown"

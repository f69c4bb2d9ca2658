"""What the command line reads and writes, without a studio behind it."""

import io
import sys
from datetime import UTC, datetime

import pytest

from producer_studio.cli.columns import format_table
from producer_studio.cli.exit_codes import CommandError, ExitCode
from producer_studio.cli.number_option import NumberOption
from producer_studio.cli.output import clip_detail_lines, clip_json, clip_line
from producer_studio.cli.stdin_secret import read_secret_from_stdin
from producer_studio.domain.clip import AudioMeasurements, Clip
from producer_studio.domain.ids import ClipId, PressId


def test_columns_stand_under_one_another() -> None:
    assert format_table([("create", "10 credits", ""), ("swap-vocals", "–", "why")]) == [
        "create       10 credits",
        "swap-vocals  –           why",
    ]
    assert format_table([]) == []


def test_a_number_may_be_without_bounds() -> None:
    assert NumberOption().convert("-3.5", None, None) == -3.5


def test_one_secret_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"  sk-1 \nmore")))
    wanted = {"key": False, "webhook_secret": True}
    assert read_secret_from_stdin(wanted) == {"webhook_secret": "sk-1"}
    assert read_secret_from_stdin({"key": False}) == {}


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"webhook_secret": True}, "No webhook secret was read"),
        ({"key": True, "platform_token": True}, "one secret at a time"),
    ],
)
def test_no_secret_or_too_many(
    monkeypatch: pytest.MonkeyPatch, wanted: dict[str, bool], words: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\n")))
    with pytest.raises(CommandError, match=words) as stopped:
        read_secret_from_stdin(wanted)
    assert stopped.value.exit_code is ExitCode.USAGE


def test_takes_are_told_apart() -> None:
    take = Clip(id=ClipId("0123456789"), title="Low tide", press=PressId("p"), take=2, takes=4)
    told = clip_json(take)
    assert (told["title"], told["press"], told["take"]) == ("Low tide", "p", 2)
    assert "Low tide · take 2" in clip_line(take)
    assert "take        2 of 4" in clip_detail_lines(take)
    only = take.with_changes(take=1, takes=1)
    assert "take" not in clip_line(only)
    assert not any("take" in line for line in clip_detail_lines(only))
    unknown = clip_json(Clip(id=ClipId("1")))
    assert (unknown["press"], unknown["take"]) == (None, None)


def test_a_tempo_says_whether_it_is_sure_and_who_set_it() -> None:
    unsure = Clip(
        id=ClipId("1"), measured=AudioMeasurements(bpm=124.2, key="C major", bpm_confidence=0.01)
    )
    assert "tempo       ≈124 BPM" in clip_detail_lines(unsure)
    told = clip_json(unsure)
    assert (told["bpm"], told["bpm_is_sure"], told["bpm_is_set_by_user"]) == (124.2, False, False)
    own = unsure.with_changes(bpm_override=62.1, key_override="A minor")
    assert "tempo       62.1 BPM" in clip_detail_lines(own)
    told = clip_json(own)
    assert (told["bpm"], told["bpm_is_sure"], told["bpm_is_set_by_user"]) == (62.1, True, True)
    assert (told["key"], told["key_is_set_by_user"]) == ("A minor", True)


def test_measured_levels_are_told() -> None:
    measured = AudioMeasurements(
        loudness_lufs=-14.16, peak_dbfs=-1.2, true_peak_dbtp=-0.04, head_s=0.7, tail_s=2.7,
        clipped_samples=12, clipped_runs=3, end_dbfs=-41.5, side_to_mid_db=120.0, version=2,
    )  # fmt: skip
    clip = Clip(id=ClipId("1"), measured=measured)
    lines = clip_detail_lines(clip)
    assert "loudness    \u221214.2 LUFS" in lines
    assert "true peak   0.0 dBTP" in lines
    told = clip_json(clip)
    names = (
        "loudness_lufs", "peak_dbfs", "true_peak_dbtp", "head_s", "tail_s", "clipped_samples",
        "clipped_runs", "end_dbfs", "side_to_mid_db", "measure_version",
    )  # fmt: skip
    assert [told[name] for name in names] == [
        -14.16, -1.2, -0.04, 0.7, 2.7, 12, 3, -41.5, 120.0, 2,
    ]  # fmt: skip
    unknown = clip_json(Clip(id=ClipId("1")))
    assert [unknown[name] for name in names] == [None] * 9 + [0]


@pytest.mark.parametrize("year", [1, 1970])
def test_a_time_that_stands_for_none_is_not_told(year: int) -> None:
    clip = Clip(id=ClipId("1"), created_at=datetime(year, 1, 1, 12, tzinfo=UTC))
    assert clip_json(clip)["created_at"] is None
    assert not [line for line in clip_detail_lines(clip) if line.startswith("made  ")]

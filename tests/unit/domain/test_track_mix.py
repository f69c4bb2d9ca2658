"""How the level and the place of a track are told and kept."""

import json
import math

import pytest

from producer_studio.domain.track_mix import TrackMix, heard_tracks


@pytest.mark.parametrize(
    ("gain_db", "text"),
    [(0.0, "0.0 dB"), (-1.5, "−1.5 dB"), (6.0, "+6.0 dB"), (-math.inf, "−∞ dB")],
)
def test_the_level_as_text(gain_db: float, text: str) -> None:
    assert TrackMix(gain_db=gain_db).gain_text == text


@pytest.mark.parametrize(
    ("pan", "text"), [(0.0, "C"), (-0.3, "L 30"), (1.0, "R 100"), (0.004, "C")]
)
def test_the_place_as_text(pan: float, text: str) -> None:
    assert TrackMix(pan=pan).pan_text == text


@pytest.mark.parametrize(
    "mix",
    [
        TrackMix(),
        TrackMix(gain_db=-math.inf),
        TrackMix(gain_db=-1.5, pan=0.25, is_muted=True, is_soloed=True),
    ],
)
def test_json_keeps_a_mix(mix: TrackMix) -> None:
    assert TrackMix.from_json(json.loads(json.dumps(mix.to_json(), allow_nan=False))) == mix


@pytest.mark.parametrize(
    "value", [None, [], "x", {"gain_db": "loud", "pan": True, "is_muted": 1, "is_soloed": None}]
)
def test_what_is_not_valid_has_its_default(value: object) -> None:
    assert TrackMix.from_json(value) == TrackMix()


def test_values_out_of_range_are_limited() -> None:
    assert TrackMix.from_json({"gain_db": 90, "pan": -3}) == TrackMix(gain_db=6.0, pan=-1.0)
    huge = {"gain_db": 10**400, "pan": -(10**400)}
    assert TrackMix.from_json(huge) == TrackMix(gain_db=6.0, pan=-1.0)
    assert TrackMix.from_json({"gain_db": float("nan")}) == TrackMix()
    assert TrackMix.from_json({"gain_db": -90}) == TrackMix(gain_db=-40.0)


def test_mute_wins_over_solo() -> None:
    quiet, solo, plain = TrackMix(is_muted=True), TrackMix(is_soloed=True), TrackMix()
    assert heard_tracks([quiet, plain]) == [False, True]
    assert heard_tracks([plain, solo]) == [False, True]
    assert heard_tracks([plain, TrackMix(is_muted=True, is_soloed=True)]) == [False, False]

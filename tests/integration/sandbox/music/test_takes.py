"""Takes of one request differ; an operation on a take keeps it what it is."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from producer_studio.sandbox.music.drum_part import take_groove
from producer_studio.sandbox.music.form import build_form
from producer_studio.sandbox.music.piece_rendering import Performance, Piece, perform
from producer_studio.sandbox.music.plan import MusicPlan
from producer_studio.sandbox.music.planning import create_plan
from producer_studio.sandbox.music.score_writer import write_score
from producer_studio.sandbox.music.styles import STYLES
from producer_studio.sandbox.music.takes import take_feel
from tests.support.listener import onset_correlation, onset_curve


@pytest.mark.parametrize(
    "sound", ["pop in C major, 110 bpm", "lofi hip hop in D minor, 80 bpm", "house, 124 bpm"]
)
def test_four_takes_at_one_tempo_have_their_own_rhythm(sound: str) -> None:
    takes = [perform(Piece(sound=sound, instrumental=True, seed=seed)) for seed in "1234"]
    assert len({take.plan["bpm"] for take in takes}) == 1
    curves = [onset_curve(take.mix.mean(axis=1)) for take in takes]
    alike = [onset_correlation(*pair) for pair in combinations(curves, 2)]
    assert np.mean(alike) < 0.5
    assert max(alike) < 0.7
    assert len({str(take.plan["form"]) for take in takes}) == 4
    assert len({take.plan["instruments"]["lead"] for take in takes}) > 1


def test_seeds_choose_form_groove_lead_register_and_feel() -> None:
    seeds = [str(number) for number in range(12)]
    style = STYLES["pop"]
    forms = {
        tuple(
            (one.kind, one.bars) for one in build_form(style, 110, "major", seed, "", weirdness=0.5)
        )
        for seed in seeds
    }
    assert len(forms) > 3
    assert len({str(take_groove(seed, "pop", "4/4")) for seed in seeds}) > 8
    feels = [take_feel(seed, "pop") for seed in seeds]
    assert len({feel.lead_shift for feel in feels}) > 3
    assert {feel.swing > 0 for feel in feels} == {True, False}
    assert {feel.upbeat > 0 for feel in feels} == {True, False}


def test_an_upbeat_sounds_before_the_first_bar_and_the_sections_follow_it() -> None:
    seed = next(str(n) for n in range(50) if take_feel(f"{n}/FUZZ-2.0", "pop").upbeat >= 1)
    made = perform(Piece(sound="pop, 120 bpm", instrumental=True, seed=seed))
    plan = MusicPlan.from_json(made.plan)
    assert plan.offset_s == take_feel(plan.take_seed, "pop").upbeat * 0.5
    assert plan.offset_s == made.plan["form"][0][1]
    assert made.plan["form"][-1][2] + plan.tail_s == pytest.approx(made.duration_s, abs=0.01)
    assert np.abs(made.mix[: int(0.9 * plan.offset_s * 44100)]).max() > 0.02


def test_an_extension_keeps_the_groove_and_the_players(song: Performance) -> None:
    longer = perform(Piece(task_type="extend_music", starts_at=20.0, seed="99"), song)
    kept = ("take_seed", "meter", "instruments", "comps", "offset_s")
    assert [longer.plan[name] for name in kept] == [song.plan[name] for name in kept]
    other = perform(Piece(task_type="music_variation", seed="99"), song)
    assert other.plan["take_seed"] != song.plan["take_seed"]


def test_plans_of_earlier_versions_can_be_continued(song: Performance) -> None:
    new = ("take_seed", "meter", "half_time", "unknown_words")
    old = {name: value for name, value in song.plan.items() if name not in new}
    plan = MusicPlan.from_json(old)
    assert (plan.meter, plan.take_seed, plan.beats) == ("4/4", plan.pattern_seed, 4)
    longer = perform(
        Piece(task_type="extend_music", starts_at=20.0, longest_s=10), replace(song, plan=old)
    )
    assert longer.duration_s > 25


@pytest.mark.parametrize("style", ["pop", "waltz", "jig", "blues", "metal", "chiptune"])
@pytest.mark.parametrize("meter", ["4/4", "3/4", "6/8", "12/8"])
def test_every_style_is_written_in_any_meter(style: str, meter: str) -> None:
    made = perform(
        Piece(sound=f"{style}, {meter}, 120 bpm", instrumental=True, seed="3", longest_s=12)
    )
    plan = MusicPlan.from_json(made.plan)
    assert (plan.style, plan.meter) == (style, meter)
    score = write_score(plan)
    beat_s = 60 / plan.bpm
    parts = 3 if plan.is_ternary else 4
    for hit in score.drums:
        place = (hit.start_s - plan.offset_s) / beat_s * parts
        swing = 0.45 if not plan.is_ternary else 0.0
        assert abs(place - round(place)) < 0.35 + swing
    assert all(hit.start_s < made.duration_s for hit in score.drums)


def test_half_time_puts_the_backbeat_on_three() -> None:
    plans = [
        create_plan(Piece(sound=sound, instrumental=True, seed="5"))
        for sound in ("rock, 120 bpm", "half-time rock, 120 bpm")
    ]
    counts = [
        sum(hit.stroke.startswith("snare") and hit.strength > 0.6 for hit in write_score(p).drums)
        for p in plans
    ]
    assert plans[1].half_time
    assert 0 < counts[1] < 0.75 * counts[0]

"""Styles are told apart by an automatic listener, and are what their words say."""

from itertools import combinations

import pytest

from producer_studio.sandbox.music.grooves import FILLS, GROOVES
from producer_studio.sandbox.music.instruments import INSTRUMENTS
from producer_studio.sandbox.music.meters import METERS
from producer_studio.sandbox.music.piece_rendering import Piece, perform
from producer_studio.sandbox.music.plan import MusicPlan
from producer_studio.sandbox.music.styles import STYLES
from tests.support.listener import Heard, distance, listen

_LISTENED = ("house", "dnb", "waltz", "jig", "blues", "reggaeton", "chiptune", "quartet")


@pytest.fixture(scope="module")
def heard() -> dict[str, tuple[MusicPlan, Heard]]:
    found = {}
    for name in _LISTENED:
        made = perform(Piece(sound=name, instrumental=True, seed="1", longest_s=40))
        plan = MusicPlan.from_json(made.plan)
        found[name] = (plan, listen(made.mix, plan.bpm, plan.offset_s, plan.beats))
    return found


def test_there_are_forty_styles_and_all_that_they_name_exists() -> None:
    assert len(STYLES) >= 40
    assert set(GROOVES) == set(STYLES)
    for style in STYLES.values():
        named = {style.bass, style.chords, style.lead, style.pad, style.arp}
        named |= {*style.also_leads, *style.also_chords}
        assert named - {""} <= set(INSTRUMENTS), style.name
        assert style.meter in METERS
        assert GROOVES[style.name].fill in {"", *FILLS}
        for layer in GROOVES[style.name][:5]:
            for bar in layer:
                assert {len(steps) for steps in bar.values()} <= {12, 16}, style.name
        slow, usual, fast = style.bpm
        assert slow < usual < fast


def test_styles_are_told_apart(heard: dict[str, tuple[MusicPlan, Heard]]) -> None:
    for left, right in combinations(_LISTENED, 2):
        assert distance(heard[left][1], heard[right][1]) > 0.6, (left, right)


def test_they_are_what_their_words_say(heard: dict[str, tuple[MusicPlan, Heard]]) -> None:
    assert 165 <= heard["dnb"][0].bpm <= 190
    assert heard["dnb"][1].onsets_per_s > heard["quartet"][1].onsets_per_s
    assert heard["waltz"][0].meter == "3/4"
    for name in ("jig", "blues"):  # thirds of the beat, and hardly any halves or quarters
        grid = heard[name][1].grid
        assert grid[4] + grid[8] > 2 * grid[6], name
        assert grid[4] + grid[8] > grid[3] + grid[9], name
    house = heard["house"][1].grid
    assert house[6] > house[3] + house[9] - 0.05  # off-beats
    dembow = heard["reggaeton"][1].grid
    assert dembow[3] + dembow[9] > 0.18  # sixteenths against the beat
    sub = {name: one.bands_db[0] for name, (_, one) in heard.items()}
    assert sub["house"] > sub["quartet"] + 10
    for plan, one in heard.values():
        assert (one.key, one.mode) == (plan.to_json()["key"], plan.mode)
        assert one.width < 0.8


@pytest.mark.parametrize(
    ("sound", "style", "meter"),
    [
        ("liquid drum & bass with rhodes", "dnb", "4/4"),
        ("ragga jungle", "jungle", "4/4"),
        ("big beat", "breakbeat", "4/4"),
        ("UK garage, 2-step", "ukgarage", "4/4"),
        ("garage rock", "rock", "4/4"),
        ("uplifting trance", "trance", "4/4"),
        ("psychedelic trance", "psytrance", "4/4"),
        ("bossa nova with nylon guitar", "bossa", "4/4"),
        ("latin salsa with congas", "salsa", "4/4"),
        ("8-bit video game music", "chiptune", "4/4"),
        ("argentine tango with bandoneon", "tango", "4/4"),
        ("Viennese waltz", "waltz", "3/4"),
        ("irish jig with fiddle", "jig", "6/8"),
        ("slow blues in 12/8", "blues", "12/8"),
        ("string quartet", "quartet", "4/4"),
        ("soft lullaby with music box", "lullaby", "3/4"),
        ("country with banjo", "country", "4/4"),
        ("gospel choir", "gospel", "4/4"),
        ("pop in 6/8", "pop", "6/8"),
        ("jazz waltz in 3/4", "jazz", "3/4"),
    ],
)
def test_words_that_people_type(sound: str, style: str, meter: str) -> None:
    made = perform(Piece(sound=sound, instrumental=True, seed="1", longest_s=8))
    assert (made.plan["style"], made.plan["meter"]) == (style, meter)
    assert made.plan["unknown_words"] == []


def test_words_without_an_effect_are_told() -> None:
    made = perform(Piece(sound="gamelan pop in 7/8", instrumental=True, seed="1", longest_s=8))
    assert made.plan["unknown_words"] == ["gamelan", "7/8"]
    nothing = perform(Piece(sound="zxcvb qwerty", instrumental=True, seed="1", longest_s=8))
    assert nothing.plan["unknown_words"] == ["zxcvb", "qwerty"]

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest

from producer_studio.sandbox.music.mastering import measure_loudness
from producer_studio.sandbox.music.piece_rendering import Performance, Piece, perform
from producer_studio.sandbox.music.stems import split_stems
from producer_studio.sandbox.music.styles import STYLES

_KEYS = (("F", "minor", 0.3), ("A", "major", 0.8), ("D#", "minor", 0.5), ("Bb", "major", 0.6))
_ASKED = [(style, *_KEYS[number % 4]) for number, style in enumerate(STYLES)]
# An estimator that is made for four and for a backbeat hears bars of three, divisions in three and
# half-time at these ratios of their tempo, too.
_OTHER_PULSES = {
    "waltz": (2 / 3,), "lullaby": (2.0, 2 / 3), "jig": (3 / 2, 2 / 3), "blues": (3 / 2,),
    "drill": (0.5,), "dubstep": (0.5,), "dnb": (0.5,), "jungle": (0.5,),
}  # fmt: skip
# In fast music the ear, and any estimator, may take every second beat for the beat.
_HURRIED = 140


@pytest.mark.parametrize(("style", "key", "mode", "share"), _ASKED)
def test_the_asked_tempo_and_key_are_the_measured_ones(
    style: str,
    key: str,
    mode: str,
    share: float,
    tempo_of: Callable[[Performance], float],
    key_of: Callable[[Performance], tuple[str, str]],
) -> None:
    slow, _, fast = STYLES[style].bpm
    bpm = round(min(_HURRIED, slow + share * (fast - slow)))
    piece = Piece(
        sound=f"{style} in {key} {mode}, {bpm} bpm", seed=f"{style}{share}", instrumental=True
    )
    performance = perform(piece)
    assert performance.plan["style"] == style
    heard = tempo_of(performance)
    ratios = (1.0, *_OTHER_PULSES.get(style, ()))
    assert any(heard == pytest.approx(ratio * bpm, rel=0.02) for ratio in ratios), heard
    assert key_of(performance) == ({"Bb": "A#"}.get(key, key), mode)
    assert -16 <= measure_loudness(np.ascontiguousarray(performance.mix.T)) <= -13
    assert 45 <= performance.duration_s <= 150
    assert not performance.vocals.any()


def test_the_mix_is_clean(song: Performance) -> None:
    mix = song.mix
    assert np.array_equal(mix, song.backing + song.vocals)
    assert mix.dtype == np.float32
    assert 0.3 < np.abs(mix).max() < 10 ** (-1 / 20)
    assert abs(float(mix.mean())) < 0.003
    assert np.abs(mix[:20]).max() < 0.05
    assert np.abs(mix[-200:]).max() < 0.001
    assert -16 <= measure_loudness(np.ascontiguousarray(mix.T)) <= -13


def test_the_voice_is_heard_where_there_are_words(song: Performance) -> None:
    levels = {}
    for name, start, end in song.plan["form"]:
        part = slice(int(start * 44100), int(end * 44100))
        levels.setdefault(name, float(np.sqrt(np.mean(song.vocals[part] ** 2))))
    assert levels["Verse"] > 0.02
    assert levels["Chorus"] > levels["Verse"]
    assert levels["Intro"] < 0.2 * levels["Verse"]


def test_the_plan_tells_what_was_played(song: Performance) -> None:
    assert (song.plan["bpm"], song.plan["key"], song.plan["mode"]) == (118, "D", "major")
    assert [name for name, _, _ in song.plan["form"]][:3] == ["Intro", "Verse", "Chorus"]
    assert song.plan["seed"] == "7"
    assert song.plan["title"]


def test_the_same_piece_gives_the_same_samples_in_another_process(lyrics: str) -> None:
    code = (
        "import hashlib, sys\n"
        "from producer_studio.sandbox.music.piece_rendering import Piece, perform\n"
        "made = perform(Piece(sound='soul', lyrics=sys.argv[1], seed='5'))\n"
        "print(hashlib.sha256(made.mix.tobytes()).hexdigest())"
    )
    here = hashlib.sha256(perform(Piece(sound="soul", lyrics=lyrics, seed="5")).mix.tobytes())
    for salt in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", code, lyrics],
            env={**os.environ, "PYTHONHASHSEED": salt},
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout.strip() == here.hexdigest()


def test_a_short_piece_is_sung_and_in_its_tempo_and_key(song: Performance, lyrics: str) -> None:
    asked = Piece(sound="pop in D major, 118 bpm, female", lyrics=lyrics, seed="7", longest_s=10)
    short = perform(asked)
    assert 7 < short.duration_s <= 10 < song.duration_s
    assert short.vocals.any()
    assert np.abs(short.mix[-200:]).max() < 0.001
    told = ("bpm", "key", "mode", "style", "instruments")
    assert [short.plan[name] for name in told] == [song.plan[name] for name in told]


def test_another_seed_is_another_take_of_the_same_request() -> None:
    takes = [
        perform(Piece(sound="jazz in D minor, 120 bpm", instrumental=True, seed=s)) for s in "12"
    ]
    length = min(len(take.mix) for take in takes)
    left, right = (take.mix[:length].ravel() for take in takes)
    assert abs(np.corrcoef(left, right)[0, 1]) < 0.5
    assert takes[0].plan["bpm"] == takes[1].plan["bpm"] == 120
    assert takes[0].plan["key"] == takes[1].plan["key"] == "D"


@pytest.mark.parametrize(
    "change",
    [
        {"weirdness": 0.95},
        {"sound_strength": 1.0},
        {"lyrics_strength": 0.95},
        {"model": "FUZZ-2.0 Raw"},
    ],
)
def test_the_knobs_are_heard(change: dict[str, object], lyrics: str) -> None:
    words = {"sound": "folk with violin, 110 bpm in D major", "lyrics": lyrics, "seed": "7"}
    plain, turned = perform(Piece(**words)), perform(Piece(**words, **change))
    length = min(len(plain.mix), len(turned.mix))
    difference = plain.mix[:length] - turned.mix[:length]
    assert np.sqrt(np.mean(difference**2)) > 0.01


def test_words_without_lyrics_are_hummed_unless_instrumental() -> None:
    assert perform(Piece(sound="soul", seed="1")).vocals.any()


def test_lyrics_are_ignored_in_an_instrumental(lyrics: str) -> None:
    assert not perform(Piece(sound="lofi", lyrics=lyrics, instrumental=True, seed="1")).vocals.any()


def test_banned_drums_stay_silent() -> None:
    with_drums = perform(Piece(sound="pop", instrumental=True, seed="1"))
    without = perform(Piece(sound="pop without drums", instrumental=True, seed="1"))
    assert "drums" in split_stems(with_drums)
    assert "drums" not in split_stems(without)
    assert without.plan["instruments"] == with_drums.plan["instruments"]


@pytest.mark.parametrize(
    "piece", [Piece(task_type="polka"), Piece(task_type="extend_music", sound="x")]
)
def test_what_cannot_be_played_is_refused(piece: Piece) -> None:
    with pytest.raises(ValueError, match=r"unknown task type|needs a source"):
        perform(piece)

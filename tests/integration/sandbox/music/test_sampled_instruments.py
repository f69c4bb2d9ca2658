"""Sampled instruments: in tune, without clicks, and complete."""

import json

import numpy as np
import pytest

from producer_studio.sandbox.music import sample_library
from producer_studio.sandbox.music.drum_sounds import VARIANTS, drum_sound
from producer_studio.sandbox.music.grooves import FILLS, GROOVES
from producer_studio.sandbox.music.instruments import INSTRUMENTS, render_note
from producer_studio.sandbox.music.sample_library import (
    decode_sample,
    find_sample_folder,
    load_sample,
    sampled_instruments,
    sampled_strokes,
)
from producer_studio.sandbox.music.sampled_patches import SAMPLED_PATCHES

RATE = 44100
_LOW = ("upright", "bass", "pickbass", "contrabass", "bowedbass", "lowbrass")


def _all_zones() -> list[sample_library.SampleZone]:
    zones = [zone for one in sampled_instruments().values() for zone in one.zones]
    return zones + [zone for stroke in sampled_strokes().values() for zone in stroke]


def test_the_folder_holds_each_sample_of_the_index_and_no_other() -> None:
    folder = find_sample_folder()
    assert {zone.sample for zone in _all_zones()} == {path.name for path in folder.glob("*.ogg")}
    assert sum(path.stat().st_size for path in folder.iterdir()) < 10_000_000
    assert "Permission is hereby granted" in (folder / "LICENSE.txt").read_text("utf-8")
    assert json.loads((folder / "index.json").read_text("utf-8"))["format"] == 1


def test_loops_are_inside_their_samples() -> None:
    for zone in {zone.sample: zone for zone in _all_zones() if zone.loop}.values():
        assert 0 <= zone.loop[0] < zone.loop[1] <= len(decode_sample(zone.sample)), zone


def _cents_off(sound: np.ndarray, hertz: float) -> float:
    """The distance of the strongest of the first four partials from where it belongs."""
    mono = (sound if sound.ndim == 1 else sound.mean(axis=0))[4000:26050]
    size = 1 << 17
    spectrum = np.abs(np.fft.rfft(mono * np.hanning(len(mono)), size))
    found = []
    for partial in (1, 2, 3, 4):
        low, high = (int(hertz * partial * 2 ** (c / 1200) * size / RATE) for c in (-80, 80))
        peak = low + int(np.argmax(spectrum[low : high + 1]))
        found.append((spectrum[peak], 1200 * np.log2(peak * RATE / size / (hertz * partial))))
    strength, cents = max(found)
    assert strength > 0.25 * spectrum.max()
    return float(cents)


@pytest.mark.parametrize("name", sorted(SAMPLED_PATCHES))
def test_an_instrument_is_in_tune_and_starts_and_stays_clean(name: str) -> None:
    patch = SAMPLED_PATCHES[name]
    for pitch in (36, 43, 52) if name in _LOW else (52, 60, 67, 76):
        sound = render_note(INSTRUMENTS[name], pitch, 0.8)
        hertz = 440 * 2 ** ((pitch + 12 * patch.octave - 69) / 12)
        # Sections are several players, a plucked section is hardly a tone.
        assert abs(_cents_off(sound, hertz)) < (60 if patch.unison or name == "pizzicato" else 22)
        assert 0.1 < np.abs(sound).max() < 1.3
        assert np.abs(sound[..., :8]).max() < 0.05
        assert abs(float(sound.mean())) < 0.01


def test_a_loop_goes_on_without_a_click() -> None:
    for name in ("strings", "sax", "flute", "organ"):
        sound = render_note(INSTRUMENTS[name], 64, 6.0)
        steps = np.abs(np.diff(sound, axis=-1))
        assert steps[..., 3 * RATE :].max() < 1.6 * steps[..., RATE // 2 : 3 * RATE].max()
        assert np.abs(sound[..., -RATE:]).max() > 0.05


def test_a_soft_note_is_darker_and_no_touch_changes_the_pitch() -> None:
    soft, loud = (render_note(INSTRUMENTS["piano"], 60, 1.0, touch=touch) for touch in (0, 2))

    def brightness(sound: np.ndarray) -> float:
        power = np.abs(np.fft.rfft(sound.mean(axis=0))) ** 2
        return float(power[2000:].sum() / power.sum())

    assert brightness(soft) < 0.6 * brightness(loud)
    assert abs(_cents_off(soft, 261.63)) < 15


def test_the_same_note_is_the_same_after_the_cache_was_emptied(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = render_note(INSTRUMENTS["cello"], 57, 1.0)
    monkeypatch.setattr(sample_library, "_CACHE", sample_library.SampleCache(1))
    again = render_note(INSTRUMENTS["cello"], 57, 1.0)
    assert np.array_equal(first, again)


def test_the_cache_is_bounded() -> None:
    cache = sample_library.SampleCache(4 << 20)
    for zone in sampled_instruments()["piano"].zones:
        cache.get(zone, 12000.0, 0.0)
        assert cache.size <= max(4 << 20, load_sample(zone, 12000.0, 0.0).nbytes)


def test_every_stroke_of_every_pattern_sounds_at_any_touch() -> None:
    bars = [bar for groove in GROOVES.values() for layer in groove[:5] for bar in layer]
    bars += [bar for fills in FILLS.values() for bar in fills]
    for stroke in sorted({stroke for bar in bars for stroke in bar}):
        for touch in range(3):
            sound = drum_sound(stroke, touch, touch % VARIANTS)
            assert 0.1 < np.abs(sound).max() < 2.5, stroke
            assert np.abs(sound[:, -1]).max() < 0.001
            assert abs(float(sound.mean())) < 0.02, stroke


def test_a_soft_hit_is_darker_and_neighbours_differ() -> None:
    assert not np.array_equal(drum_sound("hat", 2, 0)[:, :3000], drum_sound("hat", 2, 1)[:, :3000])
    soft, loud = (drum_sound("snare", touch) for touch in (0, 2))
    assert np.abs(np.diff(soft[:, :4000])).sum() < 0.8 * np.abs(np.diff(loud[:, :4000])).sum()


def test_a_cymbal_changes_its_tone_while_it_fades() -> None:
    """Noise that fades keeps its balance of high and middle; a ride cymbal loses the high first."""
    ride = drum_sound("ride").mean(axis=0)

    def balance_db(start_s: float, stop_s: float) -> float:
        part = ride[int(start_s * RATE) : int(stop_s * RATE)]
        power = np.abs(np.fft.rfft(part * np.hanning(len(part)))) ** 2
        hertz = np.fft.rfftfreq(len(part), 1 / RATE)
        high = power[(hertz > 7000) & (hertz < 15000)].sum()
        return float(10 * np.log10(high / power[(hertz > 1500) & (hertz < 6000)].sum()))

    assert balance_db(0.5, 0.7) < balance_db(0.0, 0.1) - 6

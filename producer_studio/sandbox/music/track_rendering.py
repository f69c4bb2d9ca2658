"""Tracks: notes and hits rendered to a time range."""

import numpy as np

from producer_studio.sandbox.music.drum_sounds import (
    VARIANTS,
    drum_sound,
    is_closing,
    is_open,
)
from producer_studio.sandbox.music.instruments import (
    INSTRUMENTS,
    Instrument,
    render_distorted_chord,
    render_note,
)
from producer_studio.sandbox.music.notation import Note, Score
from producer_studio.sandbox.music.plan import MusicPlan
from producer_studio.sandbox.music.sampled_patches import SampledPatch, touch_of
from producer_studio.sandbox.music.styles import STYLES
from producer_studio.sandbox.music.wavetable import SAMPLE_RATE, Samples


class RenderWindow:
    """Time range to render: its start in seconds and its number of samples."""

    def __init__(self, start_s: float, length: int) -> None:
        self.start = round(start_s * SAMPLE_RATE)
        self.length = length

    def sample_offset(self, second: float) -> int:
        return round(second * SAMPLE_RATE) - self.start


def active_power(track: Samples) -> float:
    thin = track[..., ::7]
    mono = thin if thin.ndim == 1 else 0.5 * (thin[0] + thin[1])
    count = len(mono) // 1260
    if count == 0:
        return 0.0
    powers = np.mean(mono[: count * 1260].reshape(count, 1260) ** 2, axis=1)
    top = float(powers.max())
    if top <= 1e-12:
        return 0.0
    return float(np.mean(powers[powers > 0.06 * top]))


#: Pitch, whether it is muted, and its touch.
_SoundKey = tuple[int, bool, int]


def render_part(
    part: str, plan: MusicPlan, notes: list[Note], window: RenderWindow
) -> Samples | None:
    """Renders all notes of one part; each distinct pitch is rendered once at full length."""
    patch = INSTRUMENTS[plan.instruments[part]]
    muted = INSTRUMENTS["muted" if patch.drive else "mutedclean"]
    hardness = 0.7 + 0.22 * plan.brightness + 0.1 * plan.energy
    wanted = [
        one
        for one in notes
        if window.sample_offset(one.start_s + one.seconds + 1.0) >= 0
        and window.sample_offset(one.start_s) < window.length
    ]
    if not wanted:
        return None
    if patch.drive > 3 and part == "chords":
        return _render_distorted_part(patch, muted, wanted, window, hardness)
    longest: dict[_SoundKey, float] = {}
    for one in wanted:
        for key in _sound_keys(one, patch):
            longest[key] = max(longest.get(key, 0.0), one.seconds)
    sounds = {
        key: render_note(
            muted if key[1] else patch,
            key[0],
            seconds + (muted if key[1] else patch).release_s,
            hardness,
            key[2],
        )
        for key, seconds in longest.items()
    }
    stacks: dict[tuple[tuple[_SoundKey, ...], int], Samples] = {}
    stereo = any(sound.ndim == 2 for sound in sounds.values())
    track = np.zeros((2, window.length) if stereo else window.length, np.float32)
    for one in wanted:
        used = muted if one.muted else patch
        held = max(1, int(one.seconds * SAMPLE_RATE))
        release = int(used.release_s * SAMPLE_RATE)
        keys = _sound_keys(one, patch)
        if len(keys) == 1:
            sound = sounds[keys[0]]
        else:
            stack = (keys, held // 64)
            if stack not in stacks:
                stacks[stack] = _stack_pitches(
                    [sounds[key] for key in keys], one.strum_s, held + release
                )
            sound = stacks[stack]
        _add_sound(track, sound, window.sample_offset(one.start_s), held, release, one.strength)
    return track


def _sound_keys(one: Note, patch: Instrument) -> tuple[_SoundKey, ...]:
    touch = touch_of(one.strength) if isinstance(patch, SampledPatch) and patch.touch else 2
    return tuple((pitch, one.muted, touch) for pitch in one.pitches)


def _stack_pitches(sounds: list[Samples], strum_s: float, length: int) -> Samples:
    stacked = np.zeros((*sounds[0].shape[:-1], length), np.float32)
    for number, sound in enumerate(sounds):
        late = int(number * strum_s * SAMPLE_RATE)
        count = min(sound.shape[-1], length - late)
        if count > 0:
            stacked[..., late : late + count] += sound[..., :count]
    return stacked


def _render_distorted_part(
    sounding: Instrument,
    muted: Instrument,
    notes: list[Note],
    window: RenderWindow,
    hardness: float,
) -> Samples:
    """Renders distorted chords, whose notes are mixed before the distortion."""
    track = np.zeros((2, window.length), np.float32)
    made: dict[tuple[tuple[int, ...], bool], Samples] = {}
    longest: dict[tuple[tuple[int, ...], bool], float] = {}
    for one in notes:
        key = (one.pitches, one.muted)
        longest[key] = max(longest.get(key, 0.0), one.seconds)
    for one in notes:
        patch = muted if one.muted else sounding
        key = (one.pitches, one.muted)
        if key not in made:
            made[key] = render_distorted_chord(
                patch, one.pitches, longest[key] + patch.release_s, hardness
            )
        held = max(1, int(one.seconds * SAMPLE_RATE))
        _add_sound(
            track,
            made[key],
            window.sample_offset(one.start_s),
            held,
            int(patch.release_s * SAMPLE_RATE),
            one.strength,
        )
    return track


def _add_sound(
    track: Samples, sound: Samples, start: int, held: int, release: int, strength: float
) -> None:
    gain = np.float32(strength)
    total = min(sound.shape[-1], held + release, track.shape[-1] - start)
    skip = max(0, -start)
    if total <= skip:
        return
    held = min(held, sound.shape[-1])
    body = min(held, total)
    if body > skip:
        track[..., start + skip : start + body] += sound[..., skip:body] * gain
    tail = total - max(body, skip)
    if tail > 0:
        first = max(body, skip)
        ramp = np.linspace(
            1, 0, max(1, min(sound.shape[-1], held + release) - held), dtype=np.float32
        )
        ramp = ramp[first - held : first - held + tail]
        track[..., start + first : start + first + len(ramp)] += sound[
            ..., first : first + len(ramp)
        ] * (ramp * ramp * gain)


def render_drums(score: Score, window: RenderWindow) -> Samples:
    """Renders all hits, (2, n); a closed hi-hat ends the sound of an open one."""
    track = np.zeros((2, window.length), np.float32)
    closings = np.array(sorted(hit.start_s for hit in score.drums if is_closing(hit.stroke)))
    for hit in score.drums:
        start = window.sample_offset(hit.start_s)
        # Neighbouring hits of one drum are never quite the same.
        variant = int(hit.start_s * 1000) % VARIANTS
        sound = drum_sound(hit.stroke, touch_of(hit.strength), variant)
        if is_open(hit.stroke):
            after = int(np.searchsorted(closings, hit.start_s + 0.02))
            if after < len(closings):
                sound = _damp(sound, closings[after] - hit.start_s)
        total = min(sound.shape[1], window.length - start)
        skip = max(0, -start)
        if total > skip:
            track[:, start + skip : start + total] += sound[:, skip:total] * np.float32(
                hit.strength
            )
    return track


def _damp(sound: Samples, seconds: float) -> Samples:
    held = int(seconds * SAMPLE_RATE)
    fade = int(0.03 * SAMPLE_RATE)
    if held + fade >= sound.shape[1]:
        return sound
    damped = sound[:, : held + fade].copy()
    damped[:, held:] *= np.linspace(1, 0, fade, dtype=np.float32) ** 2
    return damped


def sidechain_gain(plan: MusicPlan, score: Score, window: RenderWindow) -> Samples:
    """Returns the side-chain gain, which ducks other parts at each kick."""
    depth = STYLES[plan.style].duck
    gain = np.ones(window.length, np.float32)
    length = int(min(0.32, plan.beat_s * 0.8) * SAMPLE_RATE)
    rise = np.linspace(0, 1, length, dtype=np.float32)
    dip = 1 - np.float32(depth) * (1 - rise) ** 2
    dip[:128] = np.linspace(1, dip[128], 128, dtype=np.float32)
    for hit in score.drums:
        if not hit.stroke.startswith("kick"):
            continue
        start = window.sample_offset(hit.start_s)
        skip, total = max(0, -start), min(length, window.length - start)
        if total > skip:
            piece = gain[start + skip : start + total]
            np.minimum(piece, dip[skip:total], out=piece)
    return gain


def mix_in(track: Samples, window: RenderWindow, start_s: float, sound: Samples) -> None:
    start = window.sample_offset(start_s)
    skip, total = max(0, -start), min(len(sound), window.length - start)
    if total > skip:
        track[start + skip : start + total] += sound[skip:total]

"""Mixer: renders notes as parts, and mixes the parts to two stems."""

from collections.abc import Iterator

import numpy as np

from producer_studio.sandbox.music.plan import MusicPlan
from producer_studio.sandbox.music.reverb import render_reverb
from producer_studio.sandbox.music.score_writer import write_score
from producer_studio.sandbox.music.seeded_random import create_rng
from producer_studio.sandbox.music.styles import STYLES
from producer_studio.sandbox.music.track_rendering import (
    RenderWindow,
    active_power,
    mix_in,
    render_drums,
    render_part,
    sidechain_gain,
)
from producer_studio.sandbox.music.voice import (
    VOICE_CENTRES,
    SungSyllable,
    render_phrase,
    write_vocal_phrases,
)
from producer_studio.sandbox.music.wavetable import SAMPLE_RATE, Samples, shape_noise

_LOOP = 1 << 18


def render_noise_bed(plan: MusicPlan, start: int, length: int) -> Samples | None:
    """Renders the noise for a range of samples, (2, n), or None; it loops every six seconds."""
    kinds = []
    if STYLES[plan.style].bed:
        kinds.append(STYLES[plan.style].bed)
    kinds.extend(kind for kind in ("vinyl", "rain") if kind in plan.effects and kind not in kinds)
    if not kinds:
        return None
    loop = sum((_noise_loop(kind) for kind in kinds), np.zeros((2, _LOOP), np.float32))
    first = start % _LOOP
    turns = -(-(first + length) // _LOOP)
    return np.tile(loop, (1, turns))[:, first : first + length]


def _noise_loop(kind: str) -> Samples:
    rng = create_rng("bed", kind)
    noise = rng.standard_normal((2, _LOOP)).astype(np.float32)
    if kind == "vinyl":
        hiss = shape_noise(noise, 900, 6000) * np.float32(0.0022)
        for place in rng.integers(0, _LOOP - 200, 70):
            size = float(rng.random()) ** 3 * 0.06 + 0.004
            shape = np.exp(-np.arange(60, dtype=np.float32) / np.float32(6 + 10 * rng.random()))
            crack = rng.standard_normal(60).astype(np.float32) * shape * np.float32(size)
            hiss[int(rng.integers(2)), place : place + 60] += crack
        return hiss
    if kind == "rain":
        return shape_noise(noise, 600, 7500) * np.float32(0.008)
    slow = np.sin(np.arange(_LOOP, dtype=np.float32) * np.float32(2 * np.pi / _LOOP))
    wind = shape_noise(noise, 250, 1400) * (np.float32(0.006) + np.float32(0.004) * slow)
    return np.asarray(wind, np.float32)


_PANS = {"bass": 0.0, "chords": -0.12, "pad": 0.0, "arp": 0.3, "lead": 0.14}
_SENDS = {"bass": 0.03, "chords": 0.8, "pad": 1.0, "arp": 1.0, "lead": 1.1, "drums": 0.35}
_DEFAULT_LEVELS_DB = {
    "drums": -2.0,
    "bass": -3.0,
    "chords": -4.0,
    "pad": -10.0,
    "arp": -9.0,
    "lead": -6.0,
}
# Bass has its energy where hearing is insensitive, hiss and cymbals where it is sensitive.
_CORRECTION = {"bass": 1.0, "drums": 0.0, "lead": -1.5, "arp": -2.0, "pad": -1.0, "chords": 0.0}


def render_dry_parts(
    plan: MusicPlan, window: RenderWindow, *, ending: bool = True
) -> Iterator[tuple[str, Samples]]:
    """Renders each part at its level in the mix, before pan, echo and reverb."""
    score = write_score(plan, ending=ending)
    duck = sidechain_gain(plan, score, window) if STYLES[plan.style].duck else None
    for part in ("bass", "chords", "pad", "arp", "lead"):
        notes = score.parts.get(part)
        if not notes:
            continue
        track = render_part(part, plan, notes, window)
        if track is None:
            continue
        track *= np.float32(_part_gain(part, plan, track))
        if duck is not None and part != "lead":
            track *= duck
        yield part, track
    if score.drums:
        drums = render_drums(score, window)
        drums *= np.float32(_part_gain("drums", plan, drums))
        yield "drums", drums


def render_backing(plan: MusicPlan, window: RenderWindow, *, ending: bool = True) -> Samples:
    """Renders the instrumental stem before mastering, (2, n)."""
    style = STYLES[plan.style]
    mix = np.zeros((2, window.length), np.float32)
    send = np.zeros(window.length, np.float32)
    for part, track in render_dry_parts(plan, window, ending=ending):
        _mix_track(mix, send, track, part, plan)
    seconds, share = style.room
    share *= _reverb_amount(plan)
    wet = render_reverb(send, seconds, style.room_tone + 0.2 * plan.brightness)
    wet *= np.float32(1.6 * share)
    mix += wet
    surface = render_noise_bed(plan, window.start, window.length)
    if surface is not None:
        mix += surface
    if style.grit:
        _saturate(mix, style.grit)
    return mix


def _reverb_amount(plan: MusicPlan) -> float:
    wet = 1.0
    if "reverb" in plan.effects:
        wet *= 1.7
    if "dry" in plan.effects or plan.model.endswith("Raw"):
        wet *= 0.5
    return wet


def _saturate(mix: Samples, grit: float) -> None:
    """Applies soft saturation with a gain of one for quiet sounds."""
    level = float(np.sqrt(np.mean(mix[:, ::16] ** 2))) + 1e-9
    scale = np.float32(grit * 0.22 / level)
    mix *= scale
    np.tanh(mix, out=mix)
    mix *= np.float32(1) / scale


def _mix_track(mix: Samples, send: Samples, track: Samples, part: str, plan: MusicPlan) -> None:
    wet = np.float32(_SENDS[part] * 0.5)
    if track.ndim == 2:
        mix += track
        send += (track[0] + track[1]) * wet
        return
    angle = (_PANS.get(part, 0.0) + 1) * np.pi / 4
    mix[0] += track * np.float32(np.cos(angle) * 1.414)
    mix[1] += track * np.float32(np.sin(angle) * 1.414)
    send += track * (wet * np.float32(2))
    style = STYLES[plan.style]
    echo = max(style.echo, 0.35 if "delay" in plan.effects else 0.0)
    if part in ("lead", "arp") and echo:
        step = int(0.75 * plan.beat_s * SAMPLE_RATE)
        for turn in range(1, 4):
            late = track[: max(0, len(track) - step * turn)]
            if len(late):
                mix[turn % 2, step * turn :] += late * np.float32(echo**turn)


def _part_gain(part: str, plan: MusicPlan, track: Samples) -> float:
    """Returns the gain that brings a part to its level in the mix, from its own loudness."""
    power = active_power(track)
    if power <= 0:
        return 0.0
    style = STYLES[plan.style]
    wanted = style.levels.get(part, _DEFAULT_LEVELS_DB[part]) + _CORRECTION[part]
    wanted += plan.levels.get(part, 0.0)
    return float(10 ** ((wanted - 18.0) / 20) / np.sqrt(power))


def render_vocals(plan: MusicPlan, window: RenderWindow, backing: Samples) -> Samples:
    """Renders the vocal stem before mastering, (2, n), relative to the loudness of the backing."""
    out = np.zeros((2, window.length), np.float32)
    song = [
        phrase
        for phrase in write_vocal_phrases(plan)
        if window.sample_offset(phrase[-1].start_s + phrase[-1].seconds + 0.5) > 0
        and window.sample_offset(phrase[0].start_s) < window.length
    ]
    if not song:
        return out
    voice = plan.voice
    lead = np.zeros(window.length, np.float32)
    for phrase in song:
        mix_in(lead, window, *render_phrase(phrase, voice, 0.0, plan.pattern_seed))
    out += lead
    loud = [phrase for phrase in song if _is_doubled(plan, phrase)]
    if voice == "choir":
        loud = song
    for number, cents in enumerate((-9.0, 10.0)):
        side = np.zeros(window.length, np.float32)
        for phrase in loud:
            mix_in(
                side,
                window,
                *render_phrase(
                    _harmony_phrase(plan, phrase, number), voice, cents, plan.pattern_seed
                ),
            )
        share = np.float32(0.6 if voice == "choir" else 0.33)
        out[number] += side * share
        out[1 - number] += side * share * np.float32(0.35)
    power = active_power(out)
    against = active_power(backing)
    style = STYLES[plan.style]
    lift = -1.2 + 5.0 * (plan.lyrics_strength - 0.5) + (-4.0 if voice == "choir" else 0.0)
    gain = np.sqrt(max(against, 1e-6) / max(power, 1e-12)) * 10 ** (lift / 20)
    out *= np.float32(gain)
    mono = (out[0] + out[1]) * np.float32(0.5)
    wet = render_reverb(mono, min(1.4, style.room[0] + 0.2), 0.7)
    out += wet * np.float32((0.14 + 0.5 * style.room[1]) * _reverb_amount(plan))
    step = int(plan.beat_s * SAMPLE_RATE)
    if len(mono) > step:
        out[0, step:] += mono[:-step] * np.float32(0.07)
    return out


def _is_doubled(plan: MusicPlan, phrase: list[SungSyllable]) -> bool:
    middle = phrase[0].start_s + 0.05
    return any(
        one.kind in ("chorus", "drop")
        and plan.bar_start_s(one.bar) - 0.5 <= middle < plan.bar_start_s(one.bar + one.bars)
        for one in plan.sections
    )


def _harmony_phrase(plan: MusicPlan, phrase: list[SungSyllable], number: int) -> list[SungSyllable]:
    """Returns a second voice: a third above on the left, the melody itself on the right."""
    if number:
        return phrase
    scale = [
        (plan.tonic + step) % 12
        for step in ((0, 2, 4, 5, 7, 9, 11) if plan.mode == "major" else (0, 2, 3, 5, 7, 8, 10))
    ]
    raised = []
    for one in phrase:
        above = next(
            int(one.pitch) + step for step in (3, 4, 5) if (int(one.pitch) + step) % 12 in scale
        )
        raised.append(
            one._replace(pitch=above if above < VOICE_CENTRES[plan.voice] + 14 else one.pitch)
        )
    return raised

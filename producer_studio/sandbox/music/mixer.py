"""The mixing desk: notes into parts, parts into two stems."""

from collections.abc import Iterator

import numpy as np

from producer_studio.sandbox.music.noise_beds import bed
from producer_studio.sandbox.music.plan import Plan
from producer_studio.sandbox.music.reverb import reverberate
from producer_studio.sandbox.music.score import write_score
from producer_studio.sandbox.music.styles import STYLES
from producer_studio.sandbox.music.tracks import Window, active_power, beat, duck_of, lay, play
from producer_studio.sandbox.music.voice import RANGES, Sung, sing, write_song
from producer_studio.sandbox.music.wavetable import SAMPLE_RATE, Samples

_PANS = {"bass": 0.0, "chords": -0.12, "pad": 0.0, "arp": 0.3, "lead": 0.14}
_SENDS = {"bass": 0.03, "chords": 0.8, "pad": 1.0, "arp": 1.0, "lead": 1.1, "drums": 0.35}
_USUAL = {"drums": -2.0, "bass": -3.0, "chords": -4.0, "pad": -10.0, "arp": -9.0, "lead": -6.0}
# Bass carries its energy where ears are dull, hiss and cymbals where they are keen.
_CORRECTION = {"bass": 1.0, "drums": 0.0, "lead": -1.5, "arp": -2.0, "pad": -1.0, "chords": 0.0}


def dry_parts(plan: Plan, window: Window, *, ending: bool = True) -> Iterator[tuple[str, Samples]]:
    """Each part that plays, at its level in the mix and before pan, echo and reverb."""
    score = write_score(plan, ending=ending)
    duck = duck_of(plan, score, window) if STYLES[plan.style].duck else None
    for part in ("bass", "chords", "pad", "arp", "lead"):
        notes = score.parts.get(part)
        if not notes:
            continue
        track = play(part, plan, notes, window)
        if track is None:
            continue
        track *= np.float32(_level(part, plan, track))
        if duck is not None and part != "lead":
            track *= duck
        yield part, track
    if score.drums:
        drums = beat(score, window)
        drums *= np.float32(_level("drums", plan, drums))
        yield "drums", drums


def render_backing(plan: Plan, window: Window, *, ending: bool = True) -> Samples:
    """The instrumental stem before the master, (2, n)."""
    style = STYLES[plan.style]
    mix = np.zeros((2, window.length), np.float32)
    send = np.zeros(window.length, np.float32)
    for part, track in dry_parts(plan, window, ending=ending):
        _blend(mix, send, track, part, plan)
    seconds, share = style.room
    share *= _wetness(plan)
    wet = reverberate(send, seconds, style.room_tone + 0.2 * plan.brightness)
    wet *= np.float32(1.6 * share)
    mix += wet
    surface = bed(plan, window.start, window.length)
    if surface is not None:
        mix += surface
    if style.grit:
        _warm(mix, style.grit)
    return mix


def _wetness(plan: Plan) -> float:
    wet = 1.0
    if "reverb" in plan.effects:
        wet *= 1.7
    if "dry" in plan.effects or plan.model.endswith("Raw"):
        wet *= 0.5
    return wet


def _warm(mix: Samples, grit: float) -> None:
    """Soft saturation whose gain is one for quiet sounds."""
    level = float(np.sqrt(np.mean(mix[:, ::16] ** 2))) + 1e-9
    scale = np.float32(grit * 0.22 / level)
    mix *= scale
    np.tanh(mix, out=mix)
    mix *= np.float32(1) / scale


def _blend(mix: Samples, send: Samples, track: Samples, part: str, plan: Plan) -> None:
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


def _level(part: str, plan: Plan, track: Samples) -> float:
    """The gain that brings a part to its place in the mix, from its own loudness."""
    power = active_power(track)
    if power <= 0:
        return 0.0
    style = STYLES[plan.style]
    wanted = style.levels.get(part, _USUAL[part]) + _CORRECTION[part]
    wanted += plan.levels.get(part, 0.0)
    return float(10 ** ((wanted - 18.0) / 20) / np.sqrt(power))


def render_vocals(plan: Plan, window: Window, backing: Samples) -> Samples:
    """The vocal stem before the master, (2, n), set against the loudness of the backing."""
    out = np.zeros((2, window.length), np.float32)
    song = [
        phrase
        for phrase in write_song(plan)
        if window.place(phrase[-1].start_s + phrase[-1].seconds + 0.5) > 0
        and window.place(phrase[0].start_s) < window.length
    ]
    if not song:
        return out
    voice = plan.voice
    lead = np.zeros(window.length, np.float32)
    for phrase in song:
        lay(lead, window, *sing(phrase, voice, 0.0, plan.pattern_seed))
    out += lead
    loud = [phrase for phrase in song if _doubled(plan, phrase)]
    if voice == "choir":
        loud = song
    for number, cents in enumerate((-9.0, 10.0)):
        side = np.zeros(window.length, np.float32)
        for phrase in loud:
            lay(
                side, window, *sing(_harmony(plan, phrase, number), voice, cents, plan.pattern_seed)
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
    wet = reverberate(mono, min(1.4, style.room[0] + 0.2), 0.7)
    out += wet * np.float32((0.14 + 0.5 * style.room[1]) * _wetness(plan))
    step = int(plan.beat_s * SAMPLE_RATE)
    if len(mono) > step:
        out[0, step:] += mono[:-step] * np.float32(0.07)
    return out


def _doubled(plan: Plan, phrase: list[Sung]) -> bool:
    middle = phrase[0].start_s + 0.05
    return any(
        one.kind in ("chorus", "drop")
        and plan.second_of(one.bar) - 0.5 <= middle < plan.second_of(one.bar + one.bars)
        for one in plan.sections
    )


def _harmony(plan: Plan, phrase: list[Sung], number: int) -> list[Sung]:
    """The second voice: a third above on the left, the tune itself on the right."""
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
        raised.append(one._replace(pitch=above if above < RANGES[plan.voice] + 14 else one.pitch))
    return raised

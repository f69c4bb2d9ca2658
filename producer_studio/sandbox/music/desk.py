"""The mixing desk: notes into parts, parts into two stems."""

import numpy as np

from producer_studio.sandbox.music.beds import bed
from producer_studio.sandbox.music.drums import stroke
from producer_studio.sandbox.music.instruments import driven, note
from producer_studio.sandbox.music.patches import PATCHES
from producer_studio.sandbox.music.plan import Plan
from producer_studio.sandbox.music.reverb import reverberate
from producer_studio.sandbox.music.score import Note, Score, write_score
from producer_studio.sandbox.music.styles import STYLES
from producer_studio.sandbox.music.voice import RANGES, Sung, sing, write_song
from producer_studio.sandbox.music.wavetable import SAMPLE_RATE, Samples

_PANS = {"bass": 0.0, "chords": -0.12, "pad": 0.0, "arp": 0.3, "lead": 0.14}
_SENDS = {"bass": 0.03, "chords": 0.8, "pad": 1.0, "arp": 1.0, "lead": 1.1, "drums": 0.35}
_USUAL = {"drums": -2.0, "bass": -3.0, "chords": -4.0, "pad": -10.0, "arp": -9.0, "lead": -6.0}
# Bass carries its energy where ears are dull, hiss and cymbals where they are keen.
_CORRECTION = {"bass": 1.0, "drums": 0.0, "lead": -1.5, "arp": -2.0, "pad": -1.0, "chords": 0.0}


class Window:
    """The stretch of a piece that is rendered: it starts at a second and has so many samples."""

    def __init__(self, start_s: float, length: int) -> None:
        self.start = round(start_s * SAMPLE_RATE)
        self.length = length

    def place(self, second: float) -> int:
        return round(second * SAMPLE_RATE) - self.start


def render_backing(plan: Plan, window: Window, *, ending: bool = True) -> Samples:
    """The instrumental stem before the master, (2, n)."""
    style = STYLES[plan.style]
    score = write_score(plan, ending=ending)
    mix = np.zeros((2, window.length), np.float32)
    send = np.zeros(window.length, np.float32)
    duck = _duck(plan, score, window) if style.duck else None
    for part in ("bass", "chords", "pad", "arp", "lead"):
        notes = score.parts.get(part)
        if not notes:
            continue
        track = _play(part, plan, notes, window)
        if track is None:
            continue
        track *= np.float32(_level(part, plan, track))
        if duck is not None and part != "lead":
            track *= duck
        _blend(mix, send, track, part, plan)
    if score.drums:
        drums = _beat(plan, score, window)
        drums *= np.float32(_level("drums", plan, drums))
        _blend(mix, send, drums, "drums", plan)
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
    power = _active_power(track)
    if power <= 0:
        return 0.0
    style = STYLES[plan.style]
    wanted = style.levels.get(part, _USUAL[part]) + _CORRECTION[part]
    wanted += plan.levels.get(part, 0.0)
    return float(10 ** ((wanted - 18.0) / 20) / np.sqrt(power))


def _active_power(track: Samples) -> float:
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


def _play(part: str, plan: Plan, notes: list[Note], window: Window) -> Samples | None:
    """All notes of one part; each distinct stack of pitches is rendered once at full length."""
    patch_name = plan.instruments[part]
    hardness = 0.7 + 0.22 * plan.brightness + 0.1 * plan.energy
    longest: dict[tuple[tuple[int, ...], bool], float] = {}
    wanted: list[Note] = []
    for one in notes:
        if (
            window.place(one.start_s + one.seconds + 1.0) < 0
            or window.place(one.start_s) >= window.length
        ):
            continue
        wanted.append(one)
        for pitch in one.pitches:
            key = ((pitch,), one.muted)
            longest[key] = max(longest.get(key, 0.0), one.seconds)
    if not wanted:
        return None
    muted = PATCHES["muted"]
    patch = PATCHES[patch_name]
    if patch.drive > 3 and part == "chords":
        return _play_driven(plan, wanted, window, hardness)
    sounds = {
        key: note(
            muted if key[1] else patch,
            key[0][0],
            seconds + (muted if key[1] else patch).release_s,
            hardness,
        )
        for key, seconds in longest.items()
    }
    stacks: dict[tuple[tuple[int, ...], int, bool], Samples] = {}
    stereo = next(iter(sounds.values())).ndim == 2
    track = np.zeros((2, window.length) if stereo else window.length, np.float32)
    for one in wanted:
        used = muted if one.muted else patch
        held = max(1, int(one.seconds * SAMPLE_RATE))
        release = int(used.release_s * SAMPLE_RATE)
        if len(one.pitches) == 1:
            sound = sounds[(one.pitches, one.muted)]
        else:
            key = (one.pitches, held // 64, one.muted)
            stacked = stacks.get(key)
            if stacked is None:
                stacked = _stack(one, sounds, held + release)
                stacks[key] = stacked
            sound = stacked
        _put(track, sound, window.place(one.start_s), held, release, one.strength)
    return track


def _stack(one: Note, sounds: dict[tuple[tuple[int, ...], bool], Samples], length: int) -> Samples:
    first = sounds[((one.pitches[0],), one.muted)]
    stacked = np.zeros((*first.shape[:-1], length), np.float32)
    for number, pitch in enumerate(one.pitches):
        sound = sounds[((pitch,), one.muted)]
        late = int(number * one.strum_s * SAMPLE_RATE)
        count = min(sound.shape[-1], length - late)
        stacked[..., late : late + count] += sound[..., :count]
    return stacked


def _play_driven(plan: Plan, notes: list[Note], window: Window, hardness: float) -> Samples:
    """Distorted chords: their strings meet before the distortion."""
    track = np.zeros((2, window.length), np.float32)
    made: dict[tuple[tuple[int, ...], bool], Samples] = {}
    longest: dict[tuple[tuple[int, ...], bool], float] = {}
    for one in notes:
        key = (one.pitches, one.muted)
        longest[key] = max(longest.get(key, 0.0), one.seconds)
    for one in notes:
        patch = PATCHES["muted" if one.muted else plan.instruments["chords"]]
        key = (one.pitches, one.muted)
        if key not in made:
            made[key] = driven(patch, one.pitches, longest[key] + patch.release_s, hardness)
        held = max(1, int(one.seconds * SAMPLE_RATE))
        _put(
            track,
            made[key],
            window.place(one.start_s),
            held,
            int(patch.release_s * SAMPLE_RATE),
            one.strength,
        )
    return track


def _put(
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


def _beat(plan: Plan, score: Score, window: Window) -> Samples:
    track = np.zeros((2, window.length), np.float32)
    for hit in score.drums:
        start = window.place(hit.start_s)
        sound = stroke(hit.stroke)
        total = min(sound.shape[1], window.length - start)
        skip = max(0, -start)
        if total > skip:
            track[:, start + skip : start + total] += sound[:, skip:total] * np.float32(
                hit.strength
            )
    return track


def _duck(plan: Plan, score: Score, window: Window) -> Samples:
    """The side chain: everything bows to the kick."""
    depth = STYLES[plan.style].duck
    gain = np.ones(window.length, np.float32)
    length = int(min(0.32, plan.beat_s * 0.8) * SAMPLE_RATE)
    rise = np.linspace(0, 1, length, dtype=np.float32)
    dip = 1 - np.float32(depth) * (1 - rise) ** 2
    dip[:128] = np.linspace(1, dip[128], 128, dtype=np.float32)
    for hit in score.drums:
        if not hit.stroke.startswith("kick"):
            continue
        start = window.place(hit.start_s)
        skip, total = max(0, -start), min(length, window.length - start)
        if total > skip:
            piece = gain[start + skip : start + total]
            np.minimum(piece, dip[skip:total], out=piece)
    return gain


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
        _lay(lead, window, *sing(phrase, voice, 0.0, plan.pattern_seed))
    out += lead
    loud = [phrase for phrase in song if _doubled(plan, phrase)]
    if voice == "choir":
        loud = song
    for number, cents in enumerate((-9.0, 10.0)):
        side = np.zeros(window.length, np.float32)
        for phrase in loud:
            _lay(
                side, window, *sing(_harmony(plan, phrase, number), voice, cents, plan.pattern_seed)
            )
        share = np.float32(0.6 if voice == "choir" else 0.33)
        out[number] += side * share
        out[1 - number] += side * share * np.float32(0.35)
    power = _active_power(out)
    against = _active_power(backing)
    style = STYLES[plan.style]
    lift = -1.2 + 2.4 * (plan.lyrics_strength - 0.5) + (-4.0 if voice == "choir" else 0.0)
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


def _lay(track: Samples, window: Window, start_s: float, sound: Samples) -> None:
    start = window.place(start_s)
    skip, total = max(0, -start), min(len(sound), window.length - start)
    if total > skip:
        track[start + skip : start + total] += sound[skip:total]

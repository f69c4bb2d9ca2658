"""The six ways to make a piece from another one."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from producer_studio.sandbox.music.form import form_of
from producer_studio.sandbox.music.loudness import TARGET_LUFS, loudness
from producer_studio.sandbox.music.lyrics_parser import stanzas
from producer_studio.sandbox.music.mastering import fade, fit, interleaved, master
from producer_studio.sandbox.music.mixer import render_backing, render_vocals
from producer_studio.sandbox.music.piece import Performance, Piece
from producer_studio.sandbox.music.plan import Plan, Section, clipped
from producer_studio.sandbox.music.planning import dressed, seed_of, style_of, voice_of, within
from producer_studio.sandbox.music.prompt_parser import Wish, read_prompt
from producer_studio.sandbox.music.styles import STYLES
from producer_studio.sandbox.music.tracks import Window
from producer_studio.sandbox.music.wavetable import SAMPLE_RATE, Samples

_SEAM_S = 0.03
_DEFAULT_EXTEND_S = 30.0


def extend(piece: Piece, source: Performance) -> Performance:
    """Keeps everything before `starts_at` and goes on from there in the same tempo and key."""
    old = Plan.from_json(source.plan)
    cut_s = _DEFAULT_EXTEND_S if piece.starts_at is None else piece.starts_at
    cut = int(min(max(0.0, cut_s), source.duration_s) * SAMPLE_RATE)
    first = _bar_at(old, cut / SAMPLE_RATE)
    plan = _redressed(piece, old, _new_seed(piece, old))
    style = STYLES[plan.style]
    lyrics = "" if piece.instrumental else piece.lyrics
    sections = form_of(
        style, plan.bpm, plan.mode, old.seed, lyrics, weirdness=piece.weirdness, first_bar=first,
            bookends=False,
        wanted_s=piece.length_s or 44.0,
    )  # fmt: skip
    while piece.length_s and (_end_of(sections) - first) * old.bar_s < piece.length_s:
        sections = (*sections, *form_of(style, plan.bpm, plan.mode, old.seed, "",
            weirdness=piece.weirdness, first_bar=_end_of(sections), bookends=False,
            wanted_s=piece.length_s))  # fmt: skip
    if not any(section.kind == "outro" for section in sections):
        sections = (*sections, *form_of(style, plan.bpm, plan.mode, old.seed, "[Outro]",
            weirdness=0, first_bar=_end_of(sections)))  # fmt: skip
    plan = replace(plan, sections=sections, voice=_voice(piece, old))
    if not piece.length_s:
        plan = within(plan, piece.longest_s)
    start_s = plan.second_of(first)
    stop = round(plan.duration_s * SAMPLE_RATE)
    if piece.length_s:
        stop = min(stop, cut + round(piece.length_s * SAMPLE_RATE))
    window = Window(start_s, stop - round(start_s * SAMPLE_RATE))
    backing, vocals = _render(plan, window, _level_of(source))
    fade(backing, fade_in_s=0.0)
    fade(vocals, fade_in_s=0.0)
    skip = max(0, cut - window.start)
    whole = (*clipped(old.sections, 0, first), *plan.sections)
    merged = replace(plan, sections=whole, style=old.style)
    merged = replace(
        merged, instruments=old.instruments, comps=old.comps, levels=old.levels, effects=old.effects
    )
    stems = [
        _joined(before, interleaved(after)[skip:], cut)
        for before, after in ((source.backing, backing), (source.vocals, vocals))
    ]
    return Performance(stems[0], stems[1], merged.as_json())


def replace_region(piece: Piece, source: Performance) -> Performance:
    """Plays the stretch from `starts_at` to `ends_at` anew, over the same chords."""
    old = Plan.from_json(source.plan)
    length = len(source.backing)
    start = min(length, max(0, round((piece.starts_at or 0.0) * SAMPLE_RATE)))
    stop = (
        length
        if piece.ends_at is None
        else min(length, max(start, round(piece.ends_at * SAMPLE_RATE)))
    )
    seed = _new_seed(piece, old)
    first, last = (
        _bar_at(old, start / SAMPLE_RATE),
        _bar_at(old, max(0, stop - 1) / SAMPLE_RATE) + 1,
    )
    region = clipped(old.sections, first, last)
    if piece.lyrics and not piece.instrumental:
        region = _with_words(region, piece.lyrics)
    plan = replace(_redressed(piece, old, seed), melody_seed=seed, voice=_voice(piece, old))
    # the bars around stay in the plan for their chords; only the window is rendered
    played = replace(plan, sections=region)
    window = Window(
        max(0.0, plan.second_of(first)), stop - max(0, round(plan.second_of(first) * SAMPLE_RATE))
    )
    region_mix = (source.backing[start:stop] + source.vocals[start:stop]).T
    level = loudness(np.ascontiguousarray(region_mix))
    ending = stop >= length - SAMPLE_RATE
    backing, vocals = _render(
        played, window, level if level > -30 else _level_of(source), ending=ending and bool(region)
    )
    if ending:
        fade(backing, fade_in_s=0.0)
        fade(vocals, fade_in_s=0.0)
    skip = start - window.start
    stems = [
        _patched(before, interleaved(after)[skip : skip + stop - start], start, stop)
        for before, after in ((source.backing, backing), (source.vocals, vocals))
    ]
    sections = (*clipped(old.sections, 0, first), *region, *clipped(old.sections, last, old.bars))
    return Performance(
        stems[0], stems[1], replace(old, sections=sections, seed=seed, voice=plan.voice).as_json()
    )


def swap_vocals(piece: Piece, source: Performance) -> Performance:
    """Another singer over the very same instrumental stem."""
    old = Plan.from_json(source.plan)
    wish = read_prompt(piece.sound)
    seed = _new_seed(piece, old)
    strength = 0.5 if piece.cover_strength is None else piece.cover_strength
    sections = old.sections
    if piece.lyrics:
        sections = _with_words(sections, piece.lyrics)
    voice = wish.voice or {"female": "male", "male": "female"}.get(old.voice, old.voice or "female")
    plan = replace(
        old,
        seed=seed,
        sections=sections,
        voice=voice,
        melody_seed=old.melody_seed if strength < 0.4 else seed,
        lyrics_strength=piece.lyrics_strength,
    )
    backing = np.ascontiguousarray(source.backing.T)
    vocals = render_vocals(plan, Window(0.0, backing.shape[1]), backing)
    fade(vocals)
    fit(vocals, backing)
    return Performance(source.backing, interleaved(vocals), plan.as_json())


def swap_sound(piece: Piece, source: Performance) -> Performance:
    """Other players under the very same vocal stem, at the same tempo, key and form."""
    old = Plan.from_json(source.plan)
    seed = _new_seed(piece, old)
    plan = replace(_redressed(piece, old, seed, fresh=True), voice=old.voice)
    vocals = np.ascontiguousarray(source.vocals.T)
    backing = render_backing(plan, Window(0.0, vocals.shape[1]))
    level = loudness(np.ascontiguousarray(source.backing.T))
    backing *= np.float32(10 ** ((max(level, -20.0) - loudness(backing)) / 20))
    fade(backing)
    fit(backing, vocals)
    return Performance(interleaved(backing), source.vocals, plan.as_json())


def variation(piece: Piece, source: Performance) -> Performance:
    """The same tempo, key, form and words with another take's tune and patterns."""
    old = Plan.from_json(source.plan)
    seed = _new_seed(piece, old)
    plan = replace(old, seed=seed, pattern_seed=seed, melody_seed=seed)
    return _whole(plan, len(source.backing) / SAMPLE_RATE)


def cover(piece: Piece, source: Performance) -> Performance:
    """The same tune, form and words in another style; `cover_strength` says how far it goes."""
    old = Plan.from_json(source.plan)
    wish = read_prompt(piece.sound)
    strength = 0.6 if piece.cover_strength is None else piece.cover_strength
    plan = _redressed(piece, old, _new_seed(piece, old), fresh=True)
    if strength < 0.5:  # a light touch keeps the rhythm section
        kept = {part: old.instruments[part] for part in ("bass",) if part in old.instruments}
        plan = replace(
            plan, instruments={**plan.instruments, **kept}, energy=(old.energy + plan.energy) / 2
        )
    bpm = wish.bpm
    if bpm is None and strength > 0.75:
        slow, usual, fast = STYLES[plan.style].bpm
        leaning = usual + wish.tempo_bias * (
            (fast - usual) if wish.tempo_bias > 0 else (usual - slow)
        )
        bpm = float(
            round(
                old.bpm + (min(1.3, max(0.75, leaning / old.bpm)) - 1) * old.bpm * (strength - 0.5)
            )
        )
    sections = old.sections if not piece.lyrics else _with_words(old.sections, piece.lyrics)
    plan = replace(
        plan,
        bpm=bpm or old.bpm,
        tonic=old.tonic if wish.tonic is None else wish.tonic,
        sections=sections,
        melody_seed=old.melody_seed,
        voice=""
        if piece.instrumental
        else voice_of(wish, STYLES[plan.style])
        if wish.voice
        else old.voice,
        offset_s=old.offset_s if (bpm or old.bpm) == old.bpm else 0.0,
        measured=False,
    )
    return _whole(plan, plan.duration_s)


OPERATIONS: dict[str, Callable[[Piece, Performance], Performance]] = {
    "extend_music": extend,
    "cover_music": cover,
    "replace_music": replace_region,
    "swap_music_vocals": swap_vocals,
    "swap_music_sound": swap_sound,
    "music_variation": variation,
}


def _whole(plan: Plan, duration_s: float) -> Performance:
    backing, vocals = _render(plan, Window(0.0, round(duration_s * SAMPLE_RATE)), TARGET_LUFS)
    fade(backing)
    fade(vocals)
    return Performance(interleaved(backing), interleaved(vocals), plan.as_json())


def _render(
    plan: Plan, window: Window, lufs: float, *, ending: bool = True
) -> tuple[Samples, Samples]:
    backing = render_backing(plan, window, ending=ending)
    vocals = render_vocals(plan, window, backing)
    master(backing, vocals, lufs)
    return backing, vocals


def _new_seed(piece: Piece, old: Plan) -> str:
    return piece.seed.strip() or seed_of(replace(piece, seed="", sound=f"{piece.sound}/{old.seed}"))


def _redressed(piece: Piece, old: Plan, seed: str, *, fresh: bool = False) -> Plan:
    """The old plan with a new take's patterns and, where the prompt names any, new players."""
    plan = replace(
        old,
        seed=seed,
        pattern_seed=seed,
        weirdness=piece.weirdness,
        sound_strength=piece.sound_strength,
        lyrics_strength=piece.lyrics_strength,
    )
    wish = read_prompt(piece.sound)
    if not (fresh or wish.styles or wish.instruments or wish.effects):
        return plan
    style = style_of(wish, seed) if (wish.styles or fresh) else STYLES[old.style]
    if wish.styles or fresh:
        return dressed(plan, wish, style, piece.sound_strength)
    return _joined_by(plan, wish, piece)


def _joined_by(plan: Plan, wish: Wish, piece: Piece) -> Plan:
    """The same band, joined by the instruments that a prompt names."""
    guests = dressed(plan, wish, STYLES[plan.style], piece.sound_strength)
    named = {part: guests.instruments[part] for part in guests.levels if part in guests.instruments}
    return replace(
        plan,
        instruments={**plan.instruments, **named},
        comps={**plan.comps, **guests.comps},
        levels={**plan.levels, **guests.levels},
        drums=guests.drums,
        energy=wish.energy,
        effects=(*plan.effects, *wish.effects),
    )


def _voice(piece: Piece, old: Plan) -> str:
    if piece.instrumental:
        return ""
    wish = read_prompt(piece.sound)
    if wish.voice or old.voice:
        return wish.voice or old.voice
    return STYLES[old.style].voice if piece.lyrics else ""


def _with_words(sections: tuple[Section, ...], lyrics: str) -> tuple[Section, ...]:
    """Deals new lines to the sections: by kind where kinds agree, else in order."""
    parts = [part for part in stanzas(lyrics) if part.lines]
    if not parts:
        return sections
    singable = [
        one for one in sections if one.bars >= 2 and one.kind not in ("intro", "outro")
    ] or list(sections)
    dealt = {}
    turn: dict[str, int] = {}
    for one in singable:
        matching = [part for part in parts if part.kind == one.kind] or parts
        number = turn.get(one.kind, 0)
        turn[one.kind] = number + 1
        lines = matching[number % len(matching)].lines
        line_bars = max(1, min(2, one.bars // max(1, len(lines)))) if one.bars >= len(lines) else 1
        dealt[one.bar] = replace(
            one, lines=lines[: max(1, one.bars // line_bars)], line_bars=line_bars
        )
    return tuple(dealt.get(one.bar, replace(one, lines=())) for one in sections)


def _bar_at(plan: Plan, second: float) -> int:
    return max(0, int((second - plan.offset_s) / plan.bar_s + 1e-6))


def _level_of(source: Performance) -> float:
    level = loudness(np.ascontiguousarray((source.backing + source.vocals).T))
    return level if level > -30 else TARGET_LUFS


def _end_of(sections: tuple[Section, ...]) -> int:
    """The first bar after them."""
    return sections[-1].bar + sections[-1].bars


def _joined(before: Samples, after: Samples, cut: int) -> Samples:
    """Before the cut the old samples, after it the new ones, blended just after the cut."""
    seam = min(int(_SEAM_S * SAMPLE_RATE), len(before) - cut, len(after))
    after = after.copy()
    if seam > 0:
        ramp = np.linspace(0, 1, seam, dtype=np.float32)[:, None]
        after[:seam] = _on_grid(before[cut : cut + seam] * (1 - ramp) + after[:seam] * ramp)
    return np.concatenate((before[:cut], after))


def _patched(before: Samples, inside: Samples, start: int, stop: int) -> Samples:
    out = before.copy()
    inside = inside.copy()
    seam = min(int(_SEAM_S * SAMPLE_RATE), (stop - start) // 2)
    if seam > 0:
        ramp = np.linspace(0, 1, seam, dtype=np.float32)[:, None]
        if start > 0:
            inside[:seam] = _on_grid(
                before[start : start + seam] * (1 - ramp) + inside[:seam] * ramp
            )
        if stop < len(before):
            inside[-seam:] = _on_grid(
                before[stop - seam : stop] * ramp + inside[-seam:] * (1 - ramp)
            )
    out[start:stop] = inside
    return out


def _on_grid(samples: Samples) -> Samples:
    return np.asarray(np.rint(samples * np.float32(32768)) / np.float32(32768), np.float32)

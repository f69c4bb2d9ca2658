"""Operations that make a piece from another one: extend, replace, swap, variation, cover."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from producer_studio.sandbox.music.form import build_form
from producer_studio.sandbox.music.lyrics_parser import parse_stanzas
from producer_studio.sandbox.music.mastering import (
    TARGET_LUFS,
    apply_fade,
    apply_mastering,
    interleave,
    limit_to_fit,
    measure_loudness,
)
from producer_studio.sandbox.music.mixer import render_backing, render_vocals
from producer_studio.sandbox.music.piece import Performance, Piece
from producer_studio.sandbox.music.plan import MusicPlan, PlanSection, clip_sections
from producer_studio.sandbox.music.planning import (
    arrange_instruments,
    choose_style,
    choose_voice,
    effective_seed,
    limit_length,
)
from producer_studio.sandbox.music.prompt_parser import ParsedPrompt, parse_prompt
from producer_studio.sandbox.music.styles import STYLES
from producer_studio.sandbox.music.track_rendering import RenderWindow
from producer_studio.sandbox.music.wavetable import SAMPLE_RATE, Samples

_CROSSFADE_S = 0.03
_DEFAULT_EXTEND_S = 30.0


def extend(piece: Piece, source: Performance) -> Performance:
    """Preserves everything before `starts_at` and continues in the same tempo and key."""
    old = MusicPlan.from_json(source.plan)
    cut_s = _DEFAULT_EXTEND_S if piece.starts_at is None else piece.starts_at
    cut = int(min(max(0.0, cut_s), source.duration_s) * SAMPLE_RATE)
    first = _bar_at(old, cut / SAMPLE_RATE)
    plan = _rearranged(piece, old, _new_seed(piece, old))
    style = STYLES[plan.style]
    lyrics = "" if piece.instrumental else piece.lyrics
    sections = build_form(
        style, plan.bpm, plan.mode, old.seed, lyrics, weirdness=piece.weirdness, first_bar=first,
            bookends=False,
        wanted_s=piece.length_s or 44.0, beats=plan.beats,
    )  # fmt: skip
    while piece.length_s and (_end_bar(sections) - first) * old.bar_s < piece.length_s:
        sections = (*sections, *build_form(style, plan.bpm, plan.mode, old.seed, "",
            weirdness=piece.weirdness, first_bar=_end_bar(sections), bookends=False,
            wanted_s=piece.length_s, beats=plan.beats))  # fmt: skip
    if not any(section.kind == "outro" for section in sections):
        sections = (*sections, *build_form(style, plan.bpm, plan.mode, old.seed, "[Outro]",
            weirdness=0, first_bar=_end_bar(sections), beats=plan.beats))  # fmt: skip
    plan = replace(plan, sections=sections, voice=_voice(piece, old))
    if not piece.length_s:
        plan = limit_length(plan, piece.longest_s)
    start_s = plan.bar_start_s(first)
    stop = round(plan.duration_s * SAMPLE_RATE)
    if piece.length_s:
        stop = min(stop, cut + round(piece.length_s * SAMPLE_RATE))
    window = RenderWindow(start_s, stop - round(start_s * SAMPLE_RATE))
    backing, vocals = _render(plan, window, _loudness_of(source))
    apply_fade(backing, fade_in_s=0.0)
    apply_fade(vocals, fade_in_s=0.0)
    skip = max(0, cut - window.start)
    whole = (*clip_sections(old.sections, 0, first), *plan.sections)
    merged = replace(plan, sections=whole, style=old.style)
    merged = replace(
        merged, instruments=old.instruments, comps=old.comps, levels=old.levels, effects=old.effects
    )
    stems = [
        _crossfade_at(before, interleave(after)[skip:], cut)
        for before, after in ((source.backing, backing), (source.vocals, vocals))
    ]
    return Performance(stems[0], stems[1], merged.to_json())


def replace_region(piece: Piece, source: Performance) -> Performance:
    """Renders the range from `starts_at` to `ends_at` again, over the same chords."""
    old = MusicPlan.from_json(source.plan)
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
    region = clip_sections(old.sections, first, last)
    if piece.lyrics and not piece.instrumental:
        region = _assign_lines(region, piece.lyrics)
    plan = replace(_rearranged(piece, old, seed), melody_seed=seed, voice=_voice(piece, old))
    # the bars around stay in the plan for their chords; only the window is rendered
    played = replace(plan, sections=region)
    window = RenderWindow(
        max(0.0, plan.bar_start_s(first)),
        stop - max(0, round(plan.bar_start_s(first) * SAMPLE_RATE)),
    )
    region_mix = (source.backing[start:stop] + source.vocals[start:stop]).T
    level = measure_loudness(np.ascontiguousarray(region_mix))
    ending = stop >= length - SAMPLE_RATE
    backing, vocals = _render(
        played,
        window,
        level if level > -30 else _loudness_of(source),
        ending=ending and bool(region),
    )
    if ending:
        apply_fade(backing, fade_in_s=0.0)
        apply_fade(vocals, fade_in_s=0.0)
    skip = start - window.start
    stems = [
        _replace_between(before, interleave(after)[skip : skip + stop - start], start, stop)
        for before, after in ((source.backing, backing), (source.vocals, vocals))
    ]
    sections = (
        *clip_sections(old.sections, 0, first),
        *region,
        *clip_sections(old.sections, last, old.bars),
    )
    return Performance(
        stems[0], stems[1], replace(old, sections=sections, seed=seed, voice=plan.voice).to_json()
    )


def swap_vocals(piece: Piece, source: Performance) -> Performance:
    """Renders another voice over the same instrumental stem."""
    old = MusicPlan.from_json(source.plan)
    wish = parse_prompt(piece.sound)
    seed = _new_seed(piece, old)
    strength = 0.5 if piece.cover_strength is None else piece.cover_strength
    sections = old.sections
    if piece.lyrics:
        sections = _assign_lines(sections, piece.lyrics)
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
    vocals = render_vocals(plan, RenderWindow(0.0, backing.shape[1]), backing)
    apply_fade(vocals)
    limit_to_fit(vocals, backing)
    return Performance(source.backing, interleave(vocals), plan.to_json())


def swap_sound(piece: Piece, source: Performance) -> Performance:
    """Renders other instruments under the same vocal stem, at the same tempo, key and form."""
    old = MusicPlan.from_json(source.plan)
    seed = _new_seed(piece, old)
    plan = replace(_rearranged(piece, old, seed, is_new_tune=True), voice=old.voice)
    vocals = np.ascontiguousarray(source.vocals.T)
    backing = render_backing(plan, RenderWindow(0.0, vocals.shape[1]))
    level = measure_loudness(np.ascontiguousarray(source.backing.T))
    backing *= np.float32(10 ** ((max(level, -20.0) - measure_loudness(backing)) / 20))
    apply_fade(backing)
    limit_to_fit(backing, vocals)
    return Performance(interleave(backing), source.vocals, plan.to_json())


def variation(piece: Piece, source: Performance) -> Performance:
    """Renders the same tempo, key, form and lyrics with another take's melody and patterns."""
    old = MusicPlan.from_json(source.plan)
    seed = _new_seed(piece, old)
    plan = replace(old, seed=seed, pattern_seed=seed, melody_seed=seed, take_seed=seed)
    return _full_window(plan, len(source.backing) / SAMPLE_RATE)


def cover(piece: Piece, source: Performance) -> Performance:
    """Renders the same melody, form and lyrics in a style as far away as `cover_strength`."""
    old = MusicPlan.from_json(source.plan)
    wish = parse_prompt(piece.sound)
    strength = 0.6 if piece.cover_strength is None else piece.cover_strength
    plan = _rearranged(piece, old, _new_seed(piece, old), is_new_tune=True)
    if strength < 0.5:  # a low strength preserves the rhythm section
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
    sections = old.sections if not piece.lyrics else _assign_lines(old.sections, piece.lyrics)
    plan = replace(
        plan,
        bpm=bpm or old.bpm,
        tonic=old.tonic if wish.tonic is None else wish.tonic,
        sections=sections,
        melody_seed=old.melody_seed,
        voice=""
        if piece.instrumental
        else choose_voice(wish, STYLES[plan.style])
        if wish.voice
        else old.voice,
        offset_s=old.offset_s if (bpm or old.bpm) == old.bpm else 0.0,
        measured=False,
    )
    return _full_window(plan, plan.duration_s)


OPERATIONS: dict[str, Callable[[Piece, Performance], Performance]] = {
    "extend_music": extend,
    "cover_music": cover,
    "replace_music": replace_region,
    "swap_music_vocals": swap_vocals,
    "swap_music_sound": swap_sound,
    "music_variation": variation,
}


def _full_window(plan: MusicPlan, duration_s: float) -> Performance:
    backing, vocals = _render(plan, RenderWindow(0.0, round(duration_s * SAMPLE_RATE)), TARGET_LUFS)
    apply_fade(backing)
    apply_fade(vocals)
    return Performance(interleave(backing), interleave(vocals), plan.to_json())


def _render(
    plan: MusicPlan, window: RenderWindow, lufs: float, *, ending: bool = True
) -> tuple[Samples, Samples]:
    backing = render_backing(plan, window, ending=ending)
    vocals = render_vocals(plan, window, backing)
    apply_mastering(backing, vocals, lufs)
    return backing, vocals


def _new_seed(piece: Piece, old: MusicPlan) -> str:
    return piece.seed.strip() or effective_seed(
        replace(piece, seed="", sound=f"{piece.sound}/{old.seed}")
    )


def _rearranged(piece: Piece, old: MusicPlan, seed: str, *, is_new_tune: bool = False) -> MusicPlan:
    """Returns the old plan with a new take's patterns and the instruments that the prompt names."""
    plan = replace(
        old,
        seed=seed,
        pattern_seed=seed,
        weirdness=piece.weirdness,
        sound_strength=piece.sound_strength,
        lyrics_strength=piece.lyrics_strength,
    )
    if is_new_tune:
        plan = replace(plan, take_seed=seed)
    wish = parse_prompt(piece.sound)
    if not (is_new_tune or wish.styles or wish.instruments or wish.effects):
        return plan
    style = choose_style(wish, seed) if (wish.styles or is_new_tune) else STYLES[old.style]
    if wish.styles or is_new_tune:
        return arrange_instruments(plan, wish, style, piece.sound_strength)
    return _add_instruments(plan, wish, piece)


def _add_instruments(plan: MusicPlan, parsed_prompt: ParsedPrompt, piece: Piece) -> MusicPlan:
    """Adds the instruments that a prompt names to the plan."""
    guests = arrange_instruments(plan, parsed_prompt, STYLES[plan.style], piece.sound_strength)
    named = {part: guests.instruments[part] for part in guests.levels if part in guests.instruments}
    return replace(
        plan,
        instruments={**plan.instruments, **named},
        comps={**plan.comps, **guests.comps},
        levels={**plan.levels, **guests.levels},
        drums=guests.drums,
        energy=parsed_prompt.energy,
        effects=(*plan.effects, *parsed_prompt.effects),
    )


def _voice(piece: Piece, old: MusicPlan) -> str:
    if piece.instrumental:
        return ""
    wish = parse_prompt(piece.sound)
    if wish.voice or old.voice:
        return wish.voice or old.voice
    return STYLES[old.style].voice if piece.lyrics else ""


def _assign_lines(sections: tuple[PlanSection, ...], lyrics: str) -> tuple[PlanSection, ...]:
    """Assigns new lines to the sections: by kind where kinds agree, else in order."""
    parts = [part for part in parse_stanzas(lyrics) if part.lines]
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


def _bar_at(plan: MusicPlan, second: float) -> int:
    return max(0, int((second - plan.offset_s) / plan.bar_s + 1e-6))


def _loudness_of(source: Performance) -> float:
    level = measure_loudness(np.ascontiguousarray((source.backing + source.vocals).T))
    return level if level > -30 else TARGET_LUFS


def _end_bar(sections: tuple[PlanSection, ...]) -> int:
    """Returns the first bar after the sections."""
    return sections[-1].bar + sections[-1].bars


def _crossfade_at(before: Samples, after: Samples, cut: int) -> Samples:
    """Joins samples before the cut and new ones after it, with a crossfade after the cut."""
    seam = min(int(_CROSSFADE_S * SAMPLE_RATE), len(before) - cut, len(after))
    after = after.copy()
    if seam > 0:
        ramp = np.linspace(0, 1, seam, dtype=np.float32)[:, None]
        after[:seam] = _interleave_on_grid(
            before[cut : cut + seam] * (1 - ramp) + after[:seam] * ramp
        )
    return np.concatenate((before[:cut], after))


def _replace_between(before: Samples, inside: Samples, start: int, stop: int) -> Samples:
    out = before.copy()
    inside = inside.copy()
    seam = min(int(_CROSSFADE_S * SAMPLE_RATE), (stop - start) // 2)
    if seam > 0:
        ramp = np.linspace(0, 1, seam, dtype=np.float32)[:, None]
        if start > 0:
            inside[:seam] = _interleave_on_grid(
                before[start : start + seam] * (1 - ramp) + inside[:seam] * ramp
            )
        if stop < len(before):
            inside[-seam:] = _interleave_on_grid(
                before[stop - seam : stop] * ramp + inside[-seam:] * (1 - ramp)
            )
    out[start:stop] = inside
    return out


def _interleave_on_grid(samples: Samples) -> Samples:
    return np.asarray(np.rint(samples * np.float32(32768)) / np.float32(32768), np.float32)

"""Conversion of a piece's parameters to a plan: style, tempo, key, instruments, form."""

import hashlib
from dataclasses import replace

from producer_studio.sandbox.music.form import build_form
from producer_studio.sandbox.music.grooves import GROOVES
from producer_studio.sandbox.music.lyrics_parser import parse_stanzas
from producer_studio.sandbox.music.meters import METERS
from producer_studio.sandbox.music.piece import Piece
from producer_studio.sandbox.music.plan import MusicPlan, shorten_sections
from producer_studio.sandbox.music.prompt_parser import ParsedPrompt, parse_prompt
from producer_studio.sandbox.music.seeded_random import choose, create_rng
from producer_studio.sandbox.music.styles import STYLES, MusicStyle
from producer_studio.sandbox.music.takes import take_feel

# Another style takes precedence: "pop rock" is rock, "acoustic jazz" is jazz.
_FALLBACK_STYLES = ("pop", "folk", "orchestral", "synthwave")
# Parts for each instrument, best first, and its patch.
_PARTS_BY_INSTRUMENT: dict[str, tuple[tuple[str, ...], str]] = {
    "piano": (("chords", "lead"), "piano"),
    "epiano": (("chords", "lead"), "epiano"),
    "organ": (("chords", "pad"), "organ"),
    "harpsichord": (("chords", "arp"), "harpsichord"),
    "celesta": (("arp", "lead"), "celesta"),
    "vibraphone": (("lead", "chords"), "vibraphone"),
    "marimba": (("arp", "lead"), "marimba"),
    "strings": (("pad", "chords"), "strings"),
    "violin": (("lead",), "violin"),
    "cello": (("lead",), "cello"),
    "brass": (("lead", "chords"), "brass"),
    "horns": (("lead", "pad"), "horns"),
    "trombone": (("lead",), "trombone"),
    "harmonica": (("lead",), "harmonica"),
    "pizzicato": (("arp", "chords"), "pizzicato"),
    "viola": (("lead", "chords"), "viola"),
    "ukulele": (("chords",), "ukulele"),
    "kalimba": (("arp", "lead"), "kalimba"),
    "steeldrum": (("lead", "arp"), "steeldrum"),
    "clavinet": (("chords", "arp"), "clavinet"),
    "jazzguitar": (("chords", "lead"), "jazzguitar"),
    "glass": (("pad",), "glass"),
    "trumpet": (("lead",), "trumpet"),
    "sax": (("lead",), "sax"),
    "flute": (("lead",), "flute"),
    "clarinet": (("lead",), "clarinet"),
    "choir": (("pad",), "choir"),
    "harp": (("arp", "chords"), "harp"),
    "nylon": (("chords", "lead"), "nylon"),
    "steel": (("chords", "lead"), "steel"),
    "banjo": (("chords", "arp"), "banjo"),
    "clean": (("chords", "lead"), "clean"),
    "distorted": (("chords", "lead"), "distorted"),
    "pluck": (("arp",), "pluck"),
    "supersaw": (("chords", "lead"), "supersaw"),
    "synth": (("lead", "arp"), "synth"),
    "pad": (("pad",), "pad"),
    "sitar": (("lead", "arp"), "sitar"),
    "accordion": (("chords", "lead"), "accordion"),
    "sub": (("bass",), "sub"),
    "upright": (("bass",), "upright"),
    "bass": (("bass",), "bass"),
    "synthbass": (("bass",), "synthbass"),
}
_STYLE_OF_INSTRUMENT = {
    "distorted": "rock", "strings": "orchestral", "brass": "orchestral", "choir": "orchestral",
        "synth": "synthwave",
    "steel": "folk", "nylon": "folk", "banjo": "folk", "sax": "jazz", "trumpet": "jazz",
        "upright": "jazz",
    "organ": "soul", "harpsichord": "classical", "pad": "ambient", "sub": "trap",
        "supersaw": "house",
}  # fmt: skip
_PLUCKED_PATCHES = ("steel", "nylon", "banjo", "clean", "harp", "ukulele", "jazzguitar")


def effective_seed(piece: Piece) -> str:
    """Returns the requested seed, or one derived from the text."""
    if piece.seed.strip():
        return piece.seed.strip()
    words = f"{piece.sound}\x1f{piece.lyrics}\x1f{piece.instrumental}\x1f{piece.task_type}"
    return str(int.from_bytes(hashlib.blake2b(words.encode(), digest_size=4).digest(), "little"))


def create_plan(piece: Piece) -> MusicPlan:
    """Creates the plan of a new piece."""
    parsed_prompt = parse_prompt(piece.sound)
    seed = effective_seed(piece)
    style = choose_style(parsed_prompt, seed)
    mode = _choose_mode(parsed_prompt, style, seed)
    bpm = _choose_tempo(parsed_prompt, style, seed, piece.sound_strength)
    tonic = (
        parsed_prompt.tonic
        if parsed_prompt.tonic is not None
        else int(create_rng(seed, "tonic").integers(12))
    )
    lyrics = "" if piece.instrumental else piece.lyrics
    take_seed = f"{seed}/{piece.model}"
    meter = choose_meter(parsed_prompt, style)
    sections = build_form(
        style, bpm, mode, seed, lyrics, weirdness=piece.weirdness, beats=METERS[meter].beats
    )
    plan = MusicPlan(
        bpm=bpm,
        tonic=tonic,
        mode=mode,
        style=style.name,
        seed=seed,
        pattern_seed=take_seed,
        take_seed=take_seed,
        meter=meter,
        melody_seed=seed,
        sections=sections,
        instruments={},
        title=suggest_title(piece, style),
        weirdness=piece.weirdness,
        sound_strength=piece.sound_strength,
        lyrics_strength=piece.lyrics_strength,
        model=piece.model,
        voice="" if piece.instrumental else choose_voice(parsed_prompt, style),
        tail_s=round(max(3.0, min(4.5, 480.0 / bpm / 2)), 3),
    )
    if METERS[meter].beats == METERS["4/4"].beats and not plan.is_ternary:
        plan = replace(plan, offset_s=take_feel(take_seed, style.name).upbeat * plan.beat_s)
    return arrange_instruments(
        limit_length(plan, piece.longest_s), parsed_prompt, style, piece.sound_strength
    )


def limit_length(plan: MusicPlan, longest_s: float | None) -> MusicPlan:
    """Limits the plan to the bars that end, including the tail, within a number of seconds."""
    if longest_s is None:
        return plan
    bars = max(1, int((longest_s - plan.offset_s - plan.tail_s) / plan.bar_s))
    return replace(plan, sections=shorten_sections(plan.sections, bars))


def arrange_instruments(
    plan: MusicPlan, parsed_prompt: ParsedPrompt, style: MusicStyle, strength: float
) -> MusicPlan:
    """Assigns the instruments of a style and a prompt to the plan's parts.

    Args:
        strength: 0..1, precedence of the named instruments over the style's own.
    """
    players, comps = _choose_players(plan, style)
    levels: dict[str, float] = {}
    named = parsed_prompt.instruments if strength >= 0.35 else parsed_prompt.instruments[:1]
    taken: set[str] = set()
    for instrument in named:
        if instrument not in _PARTS_BY_INSTRUMENT:
            continue
        parts, patch = _PARTS_BY_INSTRUMENT[instrument]
        part = next((part for part in parts if part not in taken), "")
        if not part:
            continue
        taken.add(part)
        if part == "lead" and patch == "distorted":
            patch = "leadguitar"
        if instrument == "piano" and style.name == "lofi":
            patch = "feltpiano"
        if instrument == "bass":  # which bass, the style knows
            patch = style.bass
        players[part] = patch
        levels[part] = 8.0 * (strength - 0.4)
        if part == "pad":
            comps["pad"] = "swell"
        if part == "chords":
            comps["chords"] = _choose_comp(patch, style, plan, comps["chords"])
        if part == "bass" and instrument == "upright" and style.bass_line in ("lazy", "roots"):
            comps["bass"] = "rootfifth"
    if taken and strength > 0.5:  # the higher the strength, the quieter the unnamed instruments
        unnamed = ("drums", "bass", "chords", "pad", "arp", "lead")
        levels |= {part: -6.0 * (strength - 0.5) for part in unnamed if part not in taken}
    for instrument in parsed_prompt.banned:
        patch = _PARTS_BY_INSTRUMENT.get(instrument, ((), ""))[1]
        players = {
            part: player
            for part, player in players.items()
            if player != patch and part != instrument
        }
    return replace(
        plan,
        style=style.name,
        instruments=players,
        comps=comps,
        levels=levels,
        drums="drums" not in parsed_prompt.banned and any(GROOVES[style.name].core),
        half_time=parsed_prompt.half_time or style.half_time,
        unknown_words=parsed_prompt.unknown_words,
        energy=parsed_prompt.energy,
        brightness=parsed_prompt.brightness,
        effects=parsed_prompt.effects,
    )


def _choose_players(plan: MusicPlan, style: MusicStyle) -> tuple[dict[str, str], dict[str, str]]:
    """Chooses a take's instruments and figures among those of a style."""
    rng = create_rng(plan.take_seed, "players")
    players = {
        "bass": style.bass,
        "chords": choose(rng, (style.chords, style.chords, *style.also_chords)),
        "lead": choose(rng, (style.lead, *style.also_leads)),
    }
    players |= {part: name for part, name in (("pad", style.pad), ("arp", style.arp)) if name}
    bass_lines, comps = (style.bass_line, *style.also_bass), (style.comp, *style.also_comps)
    meter = METERS[plan.meter]
    if not meter.is_like(METERS[style.meter]):
        bass_lines, comps = meter.bass_lines, meter.comps
    elif players["chords"] != style.chords and style.comp in ("rock", "metal", "swell"):
        comps = style.also_comps or comps
    return players, {"bass": choose(rng, bass_lines), "chords": choose(rng, comps)}


def choose_meter(parsed_prompt: ParsedPrompt, style: MusicStyle) -> str:
    return parsed_prompt.meter or style.meter


def _choose_comp(patch: str, style: MusicStyle, plan: MusicPlan, chosen: str) -> str:
    """Chooses the figure of a named instrument."""
    if plan.meter != "4/4":
        return chosen
    if patch in ("distorted", "muted"):
        return "metal" if style.name == "metal" else "rock"
    if style.comp in ("rock", "metal"):
        return "strum" if patch in _PLUCKED_PATCHES else "pop"
    if patch in _PLUCKED_PATCHES and style.comp in ("swell", "halves", "pop", "alberti"):
        return "pick" if patch != "clean" else "strum"
    if style.comp == "swell" and patch not in (
        "strings",
        "organ",
        "accordion",
        "brass",
        "supersaw",
    ):
        return "arp" if style.name in ("orchestral", "synthwave") else "halves"
    return chosen


def choose_style(parsed_prompt: ParsedPrompt, seed: str) -> MusicStyle:
    strong = [name for name in parsed_prompt.styles if name not in _FALLBACK_STYLES]
    if strong or parsed_prompt.styles:
        return STYLES[(strong or list(parsed_prompt.styles))[0]]
    if parsed_prompt.instruments:
        guess = next(
            (
                _STYLE_OF_INSTRUMENT[one]
                for one in parsed_prompt.instruments
                if one in _STYLE_OF_INSTRUMENT
            ),
            "",
        )
        if guess:
            return STYLES[guess]
        if parsed_prompt.instruments == ("piano",):
            return STYLES["classical"]
    if parsed_prompt.energy < 0:
        return STYLES[choose(create_rng(seed, "style"), ("ambient", "lofi", "folk"))]
    if parsed_prompt.energy > 0:
        return STYLES[choose(create_rng(seed, "style"), ("rock", "house", "pop"))]
    return STYLES[choose(create_rng(seed, "style"), ("pop", "pop", "soul", "lofi", "synthwave"))]


def _choose_mode(parsed_prompt: ParsedPrompt, style: MusicStyle, seed: str) -> str:
    if parsed_prompt.mode:
        return parsed_prompt.mode
    lean = parsed_prompt.brightness + (0.35 if style.mode == "major" else -0.35)
    return "major" if lean + float(create_rng(seed, "mode").uniform(-0.3, 0.3)) > 0 else "minor"


def _choose_tempo(
    parsed_prompt: ParsedPrompt, style: MusicStyle, seed: str, strength: float
) -> float:
    if parsed_prompt.bpm is not None:
        return parsed_prompt.bpm
    slow, usual, fast = style.bpm
    bpm = usual + parsed_prompt.tempo_bias * (
        (fast - usual) if parsed_prompt.tempo_bias > 0 else (usual - slow)
    )
    spread = 0.05 + 0.08 * max(0.0, 0.5 - strength)
    return float(round(bpm * (1 + float(create_rng(seed, "tempo").uniform(-spread, spread)))))


def choose_voice(parsed_prompt: ParsedPrompt, style: MusicStyle) -> str:
    return parsed_prompt.voice or style.voice


def suggest_title(piece: Piece, style: MusicStyle) -> str:
    """Suggests a title: the chorus's first words, else words of the prompt."""
    if piece.lyrics and not piece.instrumental:
        parts = sorted(parse_stanzas(piece.lyrics), key=lambda part: part.kind != "chorus")
        for part in parts:
            if part.lines:
                return " ".join(part.lines[0].strip(" ,.;:!?").split()[:5]).title()[:60]
    words = [word.strip(",.;:") for word in piece.sound.split()]
    words = [
        word
        for word in words
        if len(word) > 3 and word.isalpha() and word.lower() not in ("with", "minor", "major")
    ]
    return " ".join(words[:3]).title() or f"{style.name.title()} {effective_seed(piece)[:4]}"

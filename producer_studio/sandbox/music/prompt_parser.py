"""Parser for the sound prompt: tempo, key, style, mood and instruments."""

import re
from dataclasses import dataclass

STYLES: dict[str, tuple[str, ...]] = {
    "lofi": ("lofi", "lo-fi", "lo fi", "chillhop", "study beat", "chill beat"),
    "ambient": ("ambient", "meditation", "drone", "soundscape", "new age", "chillout", "spa"),
    "metal": ("metal", "metalcore", "djent", "thrash", "double bass drum"),
    "rock": ("rock", "punk", "grunge", "indie", "alternative", "blues", "garage"),
    "jazz": ("jazz", "jazzy", "bebop", "bossa nova", "bossa", "swing", "big band"),
    "house": ("house", "edm", "dance", "techno", "trance", "club", "disco", "electronic", "rave"),
    "trap": ("trap", "hip-hop", "hip hop", "hiphop", "rap", "drill", "boom bap", "phonk"),
    "orchestral": (
        "orchestral",
        "orchestra",
        "cinematic",
        "epic",
        "trailer",
        "film score",
        "symphonic",
    ),
    "folk": (
        "folk",
        "acoustic",
        "country",
        "singer-songwriter",
        "bluegrass",
        "americana",
        "campfire",
        "celtic",
    ),
    "synthwave": (
        "synthwave",
        "retrowave",
        "outrun",
        "80s",
        "synth-pop",
        "synthpop",
        "vaporwave",
        "new wave",
    ),
    "reggae": ("reggae", "dub", "ska", "dancehall", "rocksteady"),
    "classical": (
        "classical",
        "chopin",
        "sonata",
        "nocturne",
        "romantic period",
        "baroque",
        "piano solo",
        "solo piano",
        "waltz",
    ),
    "soul": ("soul", "r&b", "rnb", "neo-soul", "neo soul", "gospel", "funk", "funky", "motown"),
    "pop": ("pop", "ballad", "top 40", "k-pop", "boy band", "radio"),
}

INSTRUMENTS: dict[str, tuple[str, ...]] = {
    "piano": ("piano", "grand piano", "upright piano"),
    "epiano": ("electric piano", "rhodes", "wurlitzer", "e-piano", "fender rhodes"),
    "organ": ("organ", "hammond"),
    "harpsichord": ("harpsichord",),
    "celesta": ("celesta", "music box", "glockenspiel", "wind chime", "bell", "chime"),
    "vibraphone": ("vibraphone", "vibes"),
    "marimba": ("marimba", "kalimba", "xylophone", "steel drum"),
    "strings": ("string", "string section", "orchestra"),
    "violin": ("violin", "fiddle"),
    "cello": ("cello", "cellos", "celli"),
    "brass": ("brass", "horn section", "horn", "trombone", "french horn"),
    "trumpet": ("trumpet",),
    "sax": ("sax", "saxophone"),
    "flute": ("flute", "whistle", "pan flute"),
    "clarinet": ("clarinet", "oboe", "woodwind"),
    "choir": ("choir", "choral", "backing vocal"),
    "harp": ("harp",),
    "nylon": ("nylon guitar", "classical guitar", "spanish guitar", "ukulele"),
    "steel": (
        "acoustic guitar",
        "fingerpicked guitar",
        "fingerpicking",
        "steel-string",
        "strummed guitar",
        "guitar",
        "mandolin",
    ),
    "banjo": ("banjo",),
    "clean": ("electric guitar", "clean guitar", "jazz guitar", "guitar lick"),
    "distorted": (
        "distorted guitar",
        "distorted electric guitar",
        "heavy guitar",
        "distortion",
        "distorted",
        "overdriven",
        "guitar riff",
    ),
    "pluck": ("pluck", "arpeggio", "arp", "arpeggiated"),
    "supersaw": ("supersaw", "saw lead", "big synth"),
    "synth": (
        "synth",
        "synthesizer",
        "synthesiser",
        "analog synth",
        "lead synth",
        "energetic synth",
    ),
    "pad": ("pad", "atmospheric pad", "warm pad"),
    "sitar": ("sitar",),
    "accordion": ("accordion", "bandoneon", "harmonica"),
    "sub": ("808", "sub bass", "deep bass", "sub"),
    "upright": ("upright bass", "double bass", "acoustic bass", "walking bass"),
    "bass": ("bass", "bass guitar", "slap bass"),
    "synthbass": ("synth bass", "bassline", "acid bass", "reese"),
    "drums": ("drum", "percussion", "beat", "drum kit"),
}

VOICES: dict[str, tuple[str, ...]] = {
    "choir": ("choir", "choral", "gospel choir"),
    "female": ("female", "woman", "girl", "soprano", "alto", "diva"),
    "male": ("male", "man", "baritone", "tenor", "rapper"),
    "whisper": ("whisper", "breathy", "intimate"),
}

EFFECTS: dict[str, tuple[str, ...]] = {
    "vinyl": ("vinyl", "crackle", "tape", "dusty", "scratches"),
    "rain": ("rain", "water", "ocean", "wave", "nature", "wind", "stream"),
    "reverb": ("reverb", "ethereal", "spacious", "cathedral", "vast"),
    "dry": ("dry", "raw", "close"),
    "delay": ("delay", "echo", "dub"),
    "glitch": ("glitch", "glitchy"),
    "chorus": ("dreamy", "shimmer", "lush"),
    "build": ("build", "buildup", "build-up", "crescendo", "rising"),
    "fade": ("fade out", "fade", "silence"),
}

FAST = (
    "uptempo",
    "up-tempo",
    "fast",
    "upbeat",
    "energetic",
    "driving",
    "quick",
    "frantic",
    "lively",
    "high energy",
)
SLOW = (
    "slow",
    "downtempo",
    "relaxed",
    "gentle",
    "ballad",
    "laid-back",
    "laid back",
    "lazy",
    "calm",
    "peaceful",
)
ENERGETIC = (
    "energetic",
    "driving",
    "powerful",
    "epic",
    "aggressive",
    "heavy",
    "anthem",
    "explosive",
    "intense",
    "pulsing",
    "euphoric",
    "banger",
    "loud",
    "thundering",
    "dramatic",
    "upbeat",
    "festival",
)
CALM = (
    "calm",
    "peaceful",
    "gentle",
    "soft",
    "quiet",
    "relaxing",
    "mellow",
    "intimate",
    "chill",
    "sleep",
    "delicate",
    "tender",
    "meditation",
    "minimal",
    "sparse",
)
BRIGHT = (
    "bright",
    "happy",
    "uplifting",
    "joyful",
    "cheerful",
    "sunny",
    "euphoric",
    "hopeful",
    "playful",
    "sparkling",
    "summer",
    "warm and bright",
    "optimistic",
)
DARK = (
    "dark",
    "sad",
    "melancholic",
    "melancholy",
    "moody",
    "gloomy",
    "haunting",
    "sombre",
    "somber",
    "brooding",
    "night",
    "tense",
    "lonely",
    "emotional",
    "deep",
    "warm",
    "mellow",
)


KEY_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
PITCH_CLASSES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}

_BPM = re.compile(
    r"(\d{2,3}(?:\.\d+)?)\s*-?\s*(?:bpm|beats per minute)"
    r"|(?:bpm|tempo)\s*(?:of|:|=|at)?\s*(\d{2,3})",
    re.IGNORECASE,
)
_ACCIDENTAL = r"\s*-?\s*(#|♯|b(?![a-z])|♭|sharp|flat)?"
_KEY = re.compile(
    rf"(?:\b(in|key(?:\s+of)?:?)\s+)?(?<![A-Za-z])([A-Ga-g]){_ACCIDENTAL}\s*-?\s*"
    r"(major|minor|maj|min)\b(\s+key)?",
    re.IGNORECASE,
)
_SHORT_KEY = re.compile(rf"(?i:\b(?:in|key(?:\s+of)?:?))\s+([A-G]){_ACCIDENTAL}(m)?(?![A-Za-z])")
_NEGATION = re.compile(r"\b(?:no|without|minus)\s+((?:[\w-]+\s*){1,2})", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedPrompt:
    """Parsed sound prompt; None or empty for everything that it does not mention.

    Attributes:
        bpm: Beats per minute, 40-220.
        tonic: Pitch class, 0 = C.
        tempo_bias, energy, brightness: -1..1, from words such as slow, driving, dark.
        instruments: Names from `prompt_vocabulary.INSTRUMENTS` in the order of mention.
    """

    styles: tuple[str, ...] = ()
    bpm: float | None = None
    tonic: int | None = None
    mode: str | None = None
    tempo_bias: float = 0.0
    energy: float = 0.0
    brightness: float = 0.0
    instruments: tuple[str, ...] = ()
    banned: tuple[str, ...] = ()
    voice: str = ""
    effects: tuple[str, ...] = ()


def parse_prompt(sound: str) -> ParsedPrompt:
    """Parses a prompt; unknown words are ignored.

    Args:
        sound: Free English text, as in the field `sound` of "MusicAPI, Producer API".
    """
    text = " ".join(sound.split())
    lower = text.lower()
    refused = " ".join(match.group(1) for match in _NEGATION.finditer(lower))
    wanted = _NEGATION.sub(" ", lower)
    tonic, mode = _parse_key(text)
    return ParsedPrompt(
        styles=_find_terms(STYLES, wanted),
        bpm=_parse_bpm(lower),
        tonic=tonic,
        mode=mode,
        tempo_bias=_score_bias(wanted, FAST, SLOW),
        energy=_score_bias(wanted, ENERGETIC, CALM),
        brightness=_score_bias(wanted, BRIGHT, DARK),
        instruments=_find_terms(INSTRUMENTS, wanted),
        banned=_find_terms(INSTRUMENTS, refused),
        voice=next(iter(_find_terms(VOICES, wanted)), ""),
        effects=_find_terms(EFFECTS, wanted),
    )


def _parse_bpm(lower: str) -> float | None:
    match = _BPM.search(lower)
    if match is None:
        return None
    return min(220.0, max(40.0, float(match.group(1) or match.group(2))))


def _parse_key(text: str) -> tuple[int | None, str | None]:
    for match in _KEY.finditer(text):
        lead, letter, sign, mode, suffix = match.groups()
        # "a minor key", "a major change": an article, not the note A
        article = letter == "a" and sign is None and (suffix or not lead)
        if article:
            continue
        return _pitch_class(letter, sign), "major" if mode.lower().startswith("maj") else "minor"
    short = _SHORT_KEY.search(text)
    if short is not None:
        return _pitch_class(short.group(1), short.group(2)), "minor" if short.group(3) else None
    for mode in ("minor", "major"):
        if re.search(rf"\b{mode}\b", text, re.IGNORECASE):
            return None, mode
    return None, None


def _pitch_class(letter: str, accidental: str | None) -> int:
    shift = {"#": 1, "♯": 1, "sharp": 1, "b": -1, "♭": -1, "flat": -1}
    return (PITCH_CLASSES[letter.upper()] + shift.get((accidental or "").lower(), 0)) % 12


def _find_terms(table: dict[str, tuple[str, ...]], text: str) -> tuple[str, ...]:
    places: dict[str, int] = {}
    for name, words in table.items():
        for word in words:
            match = re.search(rf"(?<![a-z]){re.escape(word)}(?:e?s)?(?![a-z])", text)
            if match is not None:
                places[name] = min(places.get(name, len(text)), match.start())
    return tuple(sorted(places, key=lambda name: places[name]))


def _score_bias(text: str, up: tuple[str, ...], down: tuple[str, ...]) -> float:
    score = sum(word in text for word in up) - sum(word in text for word in down)
    return max(-1.0, min(1.0, 0.5 * score))

"""Words of sound prompts: those that the form offers, and those that its advice looks for.

Services are asked in English ("MusicAPI, Producer API"): a word is its own English text, and its
translation is only shown. "MusicAPI, Producer examples" asks for instruments, mood, tempo and genre
in every sound, and for the style of the voice in one that is sung.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from producer_studio.translation import Message, mark, pmark


class WordKind(StrEnum):
    """Category of a word about a sound."""

    GENRE = "genre"
    MOOD = "mood"
    INSTRUMENT = "instrument"
    VOICE = "voice"
    TEMPO = "tempo"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class WordGroup:
    """Words of one kind.

    Attributes:
        label: Heading of the group.
        words: Those that are offered.
        stems: Beginnings of further words that are of this kind, as regular expressions.
    """

    label: Message
    words: tuple[Message, ...]
    stems: tuple[str, ...] = ()


# Translators: below are words for sounds. The English word is what is put into the sound, and is
# shown beside the translation: use the term that musicians use.
_GENRES = (
    pmark("sound", "pop"), pmark("sound", "indie pop"), pmark("sound", "synth-pop"),
    pmark("sound", "K-pop"), pmark("sound", "rock"), pmark("sound", "indie rock"),
    pmark("sound", "punk"), pmark("sound", "metal"), pmark("sound", "folk"),
    pmark("sound", "country"), pmark("sound", "singer-songwriter"), pmark("sound", "blues"),
    pmark("sound", "jazz"), pmark("sound", "bossa nova"), pmark("sound", "soul"),
    pmark("sound", "R&B"), pmark("sound", "funk"), pmark("sound", "disco"),
    pmark("sound", "gospel"), pmark("sound", "hip-hop"), pmark("sound", "trap"),
    pmark("sound", "lo-fi"), pmark("sound", "house"), pmark("sound", "techno"),
    pmark("sound", "trance"), pmark("sound", "drum and bass"), pmark("sound", "dubstep"),
    pmark("sound", "synthwave"), pmark("sound", "ambient"), pmark("sound", "reggae"),
    pmark("sound", "reggaeton"), pmark("sound", "afrobeats"), pmark("sound", "salsa"),
    pmark("sound", "classical"), pmark("sound", "orchestral"), pmark("sound", "film score"),
    pmark("sound", "experimental"),
)  # fmt: skip
_MOODS = (
    pmark("sound", "warm"), pmark("sound", "calm"), pmark("sound", "dreamy"),
    pmark("sound", "mellow"), pmark("sound", "gentle"), pmark("sound", "tender"),
    pmark("sound", "intimate"), pmark("sound", "romantic"), pmark("sound", "nostalgic"),
    pmark("sound", "melancholic"), pmark("sound", "bittersweet"), pmark("sound", "sad"),
    pmark("sound", "dark"), pmark("sound", "haunting"), pmark("sound", "mysterious"),
    pmark("sound", "tense"), pmark("sound", "aggressive"), pmark("sound", "powerful"),
    pmark("sound", "epic"), pmark("sound", "dramatic"), pmark("sound", "energetic"),
    pmark("sound", "euphoric"), pmark("sound", "uplifting"), pmark("sound", "hopeful"),
    pmark("sound", "happy"), pmark("sound", "playful"), pmark("sound", "groovy"),
    pmark("sound", "sultry"), pmark("sound", "peaceful"), pmark("sound", "atmospheric"),
    pmark("sound", "raw"), pmark("sound", "lush"), pmark("sound", "late night"),
)  # fmt: skip
_INSTRUMENTS = (
    pmark("sound", "piano"), pmark("sound", "electric piano"), pmark("sound", "organ"),
    pmark("sound", "acoustic guitar"), pmark("sound", "electric guitar"),
    pmark("sound", "distorted guitar"), pmark("sound", "nylon guitar"), pmark("sound", "ukulele"),
    pmark("sound", "banjo"), pmark("sound", "mandolin"), pmark("sound", "harp"),
    pmark("sound", "strings"), pmark("sound", "violin"), pmark("sound", "cello"),
    pmark("sound", "orchestra"), pmark("sound", "brass"), pmark("sound", "trumpet"),
    pmark("sound", "saxophone"), pmark("sound", "flute"), pmark("sound", "clarinet"),
    pmark("sound", "harmonica"), pmark("sound", "accordion"), pmark("sound", "synthesizer"),
    pmark("sound", "analog synth"), pmark("sound", "synth pads"), pmark("sound", "arpeggiator"),
    pmark("sound", "bass guitar"), pmark("sound", "upright bass"), pmark("sound", "synth bass"),
    pmark("sound", "808 bass"), pmark("sound", "drums"), pmark("sound", "brushed drums"),
    pmark("sound", "drum machine"), pmark("sound", "percussion"), pmark("sound", "handclaps"),
    pmark("sound", "marimba"), pmark("sound", "bells"), pmark("sound", "music box"),
    pmark("sound", "vinyl crackle"),
)  # fmt: skip
_VOICES = (
    pmark("sound", "female vocals"), pmark("sound", "male vocals"), pmark("sound", "duet"),
    pmark("sound", "children's choir"), pmark("sound", "choir"), pmark("sound", "gospel choir"),
    pmark("sound", "backing vocals"), pmark("sound", "vocal harmonies"),
    pmark("sound", "soft vocals"), pmark("sound", "breathy vocals"),
    pmark("sound", "whispered vocals"), pmark("sound", "smooth vocals"),
    pmark("sound", "powerful vocals"), pmark("sound", "soulful vocals"),
    pmark("sound", "raspy vocals"), pmark("sound", "screamed vocals"), pmark("sound", "falsetto"),
    pmark("sound", "vibrato"), pmark("sound", "rap vocals"), pmark("sound", "spoken word"),
    pmark("sound", "opera soprano"), pmark("sound", "baritone"), pmark("sound", "humming"),
    pmark("sound", "autotune"), pmark("sound", "vocoder"),
)  # fmt: skip
_TEMPI = (
    pmark("sound", "slow"), pmark("sound", "mid-tempo"), pmark("sound", "fast"),
    pmark("sound", "downtempo"), pmark("sound", "uptempo"), pmark("sound", "laid-back"),
    pmark("sound", "upbeat"), pmark("sound", "driving"), pmark("sound", "pulsing"),
    pmark("sound", "ballad"), pmark("sound", "four-on-the-floor"), pmark("sound", "swing"),
    pmark("sound", "shuffle"), pmark("sound", "half-time"), pmark("sound", "double-time"),
    pmark("sound", "60 BPM"), pmark("sound", "72 BPM"), pmark("sound", "84 BPM"),
    pmark("sound", "96 BPM"), pmark("sound", "110 BPM"), pmark("sound", "120 BPM"),
    pmark("sound", "128 BPM"), pmark("sound", "140 BPM"), pmark("sound", "174 BPM"),
)  # fmt: skip
_KEYS = (
    pmark("sound", "C major"), pmark("sound", "Db major"), pmark("sound", "D major"),
    pmark("sound", "Eb major"), pmark("sound", "E major"), pmark("sound", "F major"),
    pmark("sound", "Gb major"), pmark("sound", "G major"), pmark("sound", "Ab major"),
    pmark("sound", "A major"), pmark("sound", "Bb major"), pmark("sound", "B major"),
    pmark("sound", "C minor"), pmark("sound", "C# minor"), pmark("sound", "D minor"),
    pmark("sound", "Eb minor"), pmark("sound", "E minor"), pmark("sound", "F minor"),
    pmark("sound", "F# minor"), pmark("sound", "G minor"), pmark("sound", "G# minor"),
    pmark("sound", "A minor"), pmark("sound", "Bb minor"), pmark("sound", "B minor"),
)  # fmt: skip

GROUPS: Mapping[WordKind, WordGroup] = {
    WordKind.GENRE: WordGroup(
        mark("Genre"),
        _GENRES,
        (
            r"acid", r"afro", r"americana", r"anthem", r"baroque", r"bebop", r"bluegrass",
            r"boom bap", r"celtic", r"chanson", r"chill-?out", r"chiptune", r"cinematic",
            r"dance", r"drill", r"dub\b", r"edm", r"electro", r"emo\b", r"flamenco", r"garage",
            r"grunge", r"idm\b", r"industrial", r"jazzy", r"jungle", r"latin", r"lullaby",
            r"march\b", r"meditation", r"mariachi", r"neoclassical", r"new age", r"new wave",
            r"opera(?:tic)?\b", r"phonk", r"polka", r"rap\b", r"rave", r"rnb", r"samba", r"score",
            r"shoegaze", r"ska\b", r"soundtrack", r"swing", r"tango", r"trailer", r"trip-?hop",
            r"vapou?rwave", r"waltz", r"world music",
        ),
    ),
    WordKind.MOOD: WordGroup(
        mark("Mood"),
        _MOODS,
        (
            r"aggress", r"anthem", r"atmospher", r"bright", r"chill", r"emotional", r"funky",
            r"heavy", r"late.night", r"melanchol", r"moody", r"nostalg", r"power", r"relax",
            r"smooth", r"soft", r"upbeat", r"uplift",
        ),
    ),
    WordKind.INSTRUMENT: WordGroup(
        mark("Instruments"),
        _INSTRUMENTS,
        (
            r"808", r"arpegg", r"bass", r"beat", r"bell", r"choir", r"drum", r"guitar",
            r"hi-?hat", r"horn", r"keys", r"kick", r"pad", r"rhodes", r"riff", r"sax", r"snare",
            r"string", r"synth", r"timpani", r"vinyl", r"vocal", r"voice",
        ),
    ),
    WordKind.VOICE: WordGroup(
        mark("Voice"),
        _VOICES,
        (
            r"altos?\b", r"bass voice", r"boy", r"chant", r"choral", r"chorus of", r"croon",
            r"diva", r"female", r"girl", r"male", r"man\b", r"mezzo", r"rapp", r"scream",
            r"sing(?:s|ers?|ing)?\b", r"sung", r"soprano", r"tenor", r"vocal", r"voice",
            r"whisper", r"woman",
        ),
    ),
    WordKind.TEMPO: WordGroup(
        mark("Tempo"),
        _TEMPI,
        (
            r"\d{2,3}\s*bpm", r"brushed", r"calm", r"chill", r"energetic", r"groove", r"lo-?fi",
            r"relaxed",
        ),
    ),
    WordKind.KEY: WordGroup(pmark("music", "Key"), _KEYS),
}  # fmt: skip
"""Groups in the order in which they are shown."""

_FORMS: Mapping[str, str] = {
    "R&B": r"r\s*(?:&|and|n)\s*b",
    "drum and bass": r"(?:drums?\s*(?:and|&|n|'n'|\+)\s*bass|dnb|d&b)",
    "synthesizer": r"synth(?:esi[sz]er)?",
    "saxophone": r"sax(?:ophone)?",
    "analog synth": r"analog(?:ue)?[\s-]*synth(?:esi[sz]er)?",
    "melancholic": r"melanchol(?:ic|y)",
    "autotune": r"auto[\s-]*tuned?",
    "vinyl crackle": r"(?:vinyl|record)[\s-]*crackles?",
    "C# minor": r"(?:c\s*(?:#|♯|[\s-]sharp)|d\s*(?:b|♭|[\s-]flat))[\s-]*minor",
    "F# minor": r"(?:f\s*(?:#|♯|[\s-]sharp)|g\s*(?:b|♭|[\s-]flat))[\s-]*minor",
    "G# minor": r"(?:g\s*(?:#|♯|[\s-]sharp)|a\s*(?:b|♭|[\s-]flat))[\s-]*minor",
}
"""Further spellings of words, as regular expressions."""

_OTHER_FIRST_CHARACTERS = {"vinyl crackle": "r", "C# minor": "d", "F# minor": "g", "G# minor": "a"}
"""Those that another spelling of a word begins with."""

_WORD_START = re.compile(r"\b\w")
_PLURALS = ("strings", "drums", "vocals", "pads", "handclaps", "bells", "harmonies")

_FLATS = {"Db": "C", "Eb": "D", "Gb": "F", "Ab": "G", "Bb": "A"}
"""Sharps that sound as flats do."""

BPM = re.compile(r"\b\d{2,3}\s*bpm\b", re.IGNORECASE)
KEY = re.compile(
    r"\b(?:(?-i:A)|[b-g]|a(?=\s*[#♯b♭]|[\s-](?:sharp|flat)))"
    r"(?:\s*[#♯b♭]|[\s-](?:sharp|flat))?[\s-]*(?:major|minor)\b",
    re.IGNORECASE,
)
"""A key; of "a minor" only with a capital letter, which may be an article otherwise."""


@dataclass(frozen=True, slots=True)
class FoundWord:
    """A word of the vocabulary in a text; offsets in characters."""

    word: str
    start: int
    end: int


def find_words(text: str) -> list[FoundWord]:
    """Finds the words that are offered; the longer one of two that overlap."""
    found: list[FoundWord] = []
    end = 0
    for start in _WORD_START.finditer(text):
        finder = _finders().get(start[0].casefold())
        if finder is None or start.start() < end:
            continue
        pattern, words = finder
        match = pattern.match(text, start.start())
        if match is not None:
            end = match.end()
            found.append(FoundWord(words[int((match.lastgroup or "w0")[1:])], *match.span()))
    return found


def names_kind(text: str, kind: WordKind) -> bool:
    """Whether a text tells something of this kind, in the words that are offered or others."""
    # A key that is typed changes one of the parts; the others are not searched again.
    return any(_part_names_kind(part, kind) for part in text.split(","))


@lru_cache(maxsize=1024)
def _part_names_kind(text: str, kind: WordKind) -> bool:
    return _kind_pattern(kind).search(text) is not None


@cache
def _kind_pattern(kind: WordKind) -> re.Pattern[str]:
    group = GROUPS[kind]
    words = "|".join(map(_word_pattern, group.words))
    # "calmly" is a mood, and "popular" no genre.
    ending = r"(?:e?s)?\b" if kind is WordKind.GENRE else r"\w*"
    stems = rf"|(?:{'|'.join(group.stems)})\w*" if group.stems else ""
    return re.compile(rf"\b(?:(?:{words}){ending}{stems})", re.IGNORECASE)


@cache
def _finders() -> Mapping[str, tuple[re.Pattern[str], Sequence[str]]]:
    """Returns a pattern, and the words of its groups, for each character that begins a word."""
    by_character: dict[str, list[str]] = {}
    for group in GROUPS.values():
        for word in group.words:
            for character in _first_characters(word):
                by_character.setdefault(character, []).append(str(word))
    return {character: _create_finder(words) for character, words in by_character.items()}


def _create_finder(words: list[str]) -> tuple[re.Pattern[str], Sequence[str]]:
    # Of words with the same beginning, those of more parts come first: "synth-pop" before "synth".
    words = sorted(words, key=lambda word: (-len(re.split(r"[\s-]", word)), -len(word)))
    forms = (f"(?P<w{place}>{_word_pattern(word)})" for place, word in enumerate(words))
    return re.compile(rf"(?:{'|'.join(forms)})(?:e?s)?\b", re.IGNORECASE), words


def _first_characters(word: str) -> str:
    """Returns the characters that spellings of a word begin with, in lower case."""
    tone = word.partition(" ")[0]
    return (word[0] + _OTHER_FIRST_CHARACTERS.get(word, "") + _FLATS.get(tone, "")).casefold()


def _word_pattern(word: str) -> str:
    """Returns the pattern of a word: with or without hyphens, singular where it is a plural."""
    if word in _FORMS:
        return _FORMS[word]
    tone, _, mode = word.partition(" ")
    if tone == "A":
        # In lower case it is an article: "in a minor mood".
        return rf"(?-i:A)[\s-]*{mode}"
    if tone in _FLATS:
        return rf"(?:{tone[0]}\s*(?:b|♭|[\s-]flat)|{_FLATS[tone]}\s*(?:#|♯|[\s-]sharp))[\s-]*{mode}"
    singular = word.removesuffix("s") if word.endswith(_PLURALS) else word
    return r"[\s-]*".join(map(re.escape, re.split(r"[\s-]+", singular)))

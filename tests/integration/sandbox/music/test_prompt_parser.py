import pytest

from producer_studio.sandbox.music.planning import choose_style
from producer_studio.sandbox.music.prompt_parser import parse_prompt
from producer_studio.sandbox.music.styles import STYLES


@pytest.mark.parametrize(
    ("sound", "tonic", "mode"),
    [
        ("lofi in F minor", 5, "minor"),
        ("rock anthem, A major", 9, "major"),
        ("D# minor trap", 3, "minor"),
        ("jazz in C sharp minor", 1, "minor"),
        ("reggae in Bb major", 10, "major"),
        ("folk in E♭ major", 3, "major"),
        ("song in c minor", 0, "minor"),
        ("house in A minor", 9, "minor"),
        ("house in a minor", 9, "minor"),
        ("key of G", 7, None),
        ("synthwave in Am", 9, "minor"),
        ("ballad in a minor key", None, "minor"),
        ("uplifting major key change", None, "major"),
        ("calm piano", None, None),
    ],
)
def test_key(sound: str, tonic: int | None, mode: str | None) -> None:
    wish = parse_prompt(sound)
    assert (wish.tonic, wish.mode) == (tonic, mode)


@pytest.mark.parametrize(
    ("sound", "bpm"),
    [
        ("lofi, 84 bpm", 84),
        ("lofi at 84bpm", 84),
        ("120 beats per minute", 120),
        ("tempo: 96", 96),
        ("92.5 BPM", 92.5),
        ("900 bpm", None),
        ("rock from the 90s", None),
    ],
)
def test_tempo(sound: str, bpm: float | None) -> None:
    found = parse_prompt(sound).bpm
    assert found == (220 if sound == "900 bpm" else bpm)


@pytest.mark.parametrize(
    ("sound", "style"),
    [
        ("chill lofi hip hop with soft piano and vinyl crackle", "lofi"),
        ("Energetic pop rock with electric guitar", "rock"),
        ("peaceful ambient meditation music with soft piano melodies", "ambient"),
        ("smooth jazz lounge music with sultry saxophone", "jazz"),
        ("upbeat electronic dance music with energetic synths", "house"),
        ("90s hip-hop beat with vinyl scratches", "hiphop"),
        ("epic orchestral trailer with powerful choirs", "orchestral"),
        ("stripped down acoustic version with fingerpicked guitar", "folk"),
        ("80s synthwave with analog synths", "synthwave"),
        ("classical piano solo reminiscent of Chopin", "classical"),
        ("neo-soul groove", "soul"),
        ("thrash metal", "metal"),
        ("dub reggae", "reggae"),
        ("distorted guitar", "rock"),
        ("emotional female ballad with piano accompaniment", "ballad"),
    ],
)
def test_style(sound: str, style: str) -> None:
    assert choose_style(parse_prompt(sound), "1").name == style


def test_mood_instruments_and_what_is_unwanted() -> None:
    wish = parse_prompt("dark, slow and calm, with cello and a rhodes, no drums, male vocals, rain")
    assert wish.brightness < 0
    assert wish.tempo_bias < 0
    assert wish.energy < 0
    assert "cello" in wish.instruments
    assert "epiano" in wish.instruments
    assert "drums" not in wish.instruments
    assert wish.banned == ("drums",)
    assert wish.voice == "male"
    assert "rain" in wish.effects


@pytest.mark.parametrize(
    "sound",
    ["crusader hymns of an ambassador", "breakfast at the cloud", "tensors of a nightingale"],
)
def test_a_mood_inside_another_word_is_none(sound: str) -> None:
    wish = parse_prompt(sound)
    assert (wish.tempo_bias, wish.energy, wish.brightness) == (0, 0, 0)


def test_a_refused_mood_is_not_wanted() -> None:
    assert parse_prompt("piano, unhappy").brightness <= 0
    assert parse_prompt("not dark, without heavy drums").brightness == 0
    assert parse_prompt("not too fast").tempo_bias == 0


def test_forms_of_a_mood() -> None:
    assert parse_prompt("slower, a sadder song").tempo_bias < 0
    assert parse_prompt("slowly and softly").energy < 0
    assert parse_prompt("late nights").brightness < 0


@pytest.mark.parametrize(
    ("sound", "unknown"),
    [
        ("darkwave", ("darkwave",)),
        ("nightcore, piano", ("nightcore",)),
        ("cloud rap", ("cloud",)),
        ("sadcore with piano", ("sadcore",)),
        ("民谣，钢琴", ("民谣", "钢琴")),
        ("jazz, 古筝", ("古筝",)),
        ("演歌", ("演歌",)),
        ("트로트, piano", ("트로트",)),
        ("piano, балалайка", ("балалайка",)),
    ],
)
def test_words_that_change_nothing(sound: str, unknown: tuple[str, ...]) -> None:
    assert parse_prompt(sound).unknown_words == unknown


@pytest.mark.parametrize(
    ("sound", "style", "meter"),
    [
        ("Drum 'n' Bass", "dnb", ""),
        ("drum ’n’ bass", "dnb", ""),
        ("techno in 6 / 8", "techno", "6/8"),
    ],
)
def test_other_spellings(sound: str, style: str, meter: str) -> None:
    wish = parse_prompt(sound)
    assert (wish.styles, wish.meter) == ((style,), meter)


def test_what_is_refused_ends_with_the_instrument() -> None:
    wish = parse_prompt("no drums piano")
    assert (wish.banned, wish.instruments) == (("drums",), ("piano",))
    assert parse_prompt("no electric guitar").banned == ("clean",)


def test_a_style_named_alone_is_that_style() -> None:
    assert {name: choose_style(parse_prompt(name), "1").name for name in STYLES} == {
        name: name for name in STYLES
    }

"""Words of sounds: found in every spelling, added and removed, and known to the advice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.domain.sound_phrases import (
    add_word,
    open_phrase,
    remove_word,
    split_phrases,
)
from producer_studio.domain.sound_vocabulary import GROUPS, WordKind, find_words, names_kind

WORDS = [(kind, str(word)) for kind, group in GROUPS.items() for word in group.words]


def found(text: str) -> list[str]:
    return [one.word for one in find_words(text)]


@pytest.mark.parametrize(("kind", "word"), WORDS)
def test_every_word_is_found_and_is_of_its_kind(kind: WordKind, word: str) -> None:
    assert found(f"so {word.upper()}, and more") == [word]
    assert names_kind(word, kind)


def test_no_word_is_in_two_groups() -> None:
    assert len({word for _, word in WORDS}) == len(WORDS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("chill lofi hip hop", ["lo-fi", "hip-hop"]),
        ("Lo-Fi HipHop", ["lo-fi", "hip-hop"]),
        ("an electric piano beside a piano", ["electric piano", "piano"]),
        ("pianos, a violin and synths", ["piano", "violin", "synthesizer"]),
        ("drum & bass in D# minor", ["drum and bass", "Eb minor"]),
        ("modern RnB, auto-tuned", ["R&B", "autotune"]),
        ("synth-pop at 84bpm", ["synth-pop", "84 BPM"]),
        ("in a minor mood", []),
        ("in A minor", ["A minor"]),
        ("a warmer popular pianist", []),
        ("record crackle", ["vinyl crackle"]),
        ("", []),
    ],
)
def test_words_are_found_in_their_spellings(text: str, words: list[str]) -> None:
    assert found(text) == words


@pytest.mark.parametrize(
    ("sound", "word", "after"),
    [
        ("", "piano", "piano"),
        ("calm", "piano", "calm, piano"),
        ("calm, ", "piano", "calm, piano"),
        ("A calm song. ", "piano", "A calm song, piano"),
        ("calm, 84 bpm, late", "120 BPM", "calm, 120 BPM, late"),
        ("calm in F# minor", "A minor", "calm in A minor"),
        ("calm", "A minor", "calm, A minor"),
        ("温暖，", "piano", "温暖, piano"),
    ],
)
def test_a_word_is_added_at_the_end(sound: str, word: str, after: str) -> None:
    assert add_word(sound, word) == after
    assert word in found(after)


@pytest.mark.parametrize(
    ("sound", "word", "after"),
    [
        ("piano", "piano", ""),
        ("calm, piano", "piano", "calm"),
        ("piano, calm", "piano", "calm"),
        ("calm, piano, late", "piano", "calm, late"),
        ("soft piano, late", "piano", "soft, late"),
        ("piano and strings, late", "strings", "piano, late"),
        ("piano and strings, late", "piano", "strings, late"),
        ("calm, in A minor, late", "A minor", "calm, late"),
        ("calm, soft piano and a piano", "piano", "calm, soft"),
        ("lofi beat\nwith lo-fi drums", "lo-fi", "beat\nwith drums"),
        ("calm", "piano", "calm"),
    ],
)
def test_a_word_is_removed_with_what_it_leaves_behind(sound: str, word: str, after: str) -> None:
    assert remove_word(sound, word) == after


@given(st.text(alphabet="ab,;.\n piano", max_size=40), st.sampled_from([word for _, word in WORDS]))
def test_what_was_added_can_be_removed(sound: str, word: str) -> None:
    added = add_word(sound, word)
    assert word in found(added)
    assert word not in found(remove_word(added, word))


@given(st.text())
def test_any_text_can_be_searched(text: str) -> None:
    for one in find_words(text):
        assert 0 <= one.start < one.end <= len(text)


def test_phrases_are_the_parts_between_commas() -> None:
    assert split_phrases(" Warm  lofi, soft piano.,\nlate night，钢琴 ") == [
        "Warm lofi", "soft piano", "late night", "钢琴",
    ]  # fmt: skip
    assert split_phrases(" , ") == []


@pytest.mark.parametrize(
    ("sound", "position", "text"),
    [
        ("warm pi", 7, "warm pi"),
        ("calm,  pi, late", 9, "pi"),
        ("calm, pi  , late", 8, "pi"),
        ("calm\npi", 7, "pi"),
        ("calm, ", 6, None),
        ("calm piano", 5, None),
        ("", 0, None),
    ],
)
def test_a_phrase_is_open_at_its_end_alone(sound: str, position: int, text: str | None) -> None:
    phrase = open_phrase(sound, position)
    assert (phrase.text if phrase else None) == text
    if phrase:
        assert sound[phrase.start : phrase.end] == text

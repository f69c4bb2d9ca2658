"""Phrases of past prompts: ranked by rating, counted in any spelling, found while typed."""

from hypothesis import given
from hypothesis import strategies as st

from producer_studio.domain.prompt_phrases import (
    PhraseIndex,
    PromptPhrase,
    PromptUse,
    rank_phrases,
)


def phrases(*texts: str) -> list[PromptPhrase]:
    return [PromptPhrase(text, 1) for text in texts]


def find(index: PhraseIndex, typed: str, *used: str, limit: int = 8) -> list[str]:
    return [phrase.text for phrase in index.find(typed, used, limit)]


def test_the_best_rated_is_first_and_then_the_most_used() -> None:
    uses = [
        PromptUse("soft piano, warm tape", clips=4, rated=4, stars=20),
        PromptUse("loud drums", clips=3, rated=3, stars=3),
        PromptUse("rain", clips=1),
        PromptUse("wind", clips=2),
    ]
    assert rank_phrases(uses) == [
        PromptPhrase("soft piano", 4, 26 / 6),
        PromptPhrase("warm tape", 4, 26 / 6),
        PromptPhrase("wind", 2),
        PromptPhrase("rain", 1),
        PromptPhrase("loud drums", 3, 9 / 5),
    ]


def test_one_clip_of_five_stars_does_not_outrank_many_of_nearly_five() -> None:
    many = PromptUse("soft piano", clips=20, rated=20, stars=96)
    once = PromptUse("kazoo", clips=1, rated=1, stars=5)
    assert [one.text for one in rank_phrases([once, many])] == ["soft piano", "kazoo"]


def test_spellings_are_counted_as_one_phrase_and_the_usual_one_is_shown() -> None:
    uses = [
        PromptUse("Soft  piano.", clips=1),
        PromptUse("soft piano, Soft Piano", clips=5),
        PromptUse("soft piano", clips=1),
    ]
    assert rank_phrases(uses) == [PromptPhrase("soft piano", 7)]


def test_sentences_are_no_phrases() -> None:
    assert rank_phrases([PromptUse(f"{'so ' * 40}long, short", clips=1)]) == [
        PromptPhrase("short", 1)
    ]
    assert rank_phrases([PromptUse("a, b, c", clips=1)], limit=2) == phrases("a", "b")


def test_what_begins_so_comes_before_what_contains_it() -> None:
    index = PhraseIndex(phrases("soft piano", "piano solo", "pianola", "grand Piano", "repiano"))
    assert find(index, "pia") == ["piano solo", "pianola", "soft piano", "grand Piano"]
    assert find(index, "PIA", limit=3) == ["piano solo", "pianola", "soft piano"]
    assert find(index, "pia", "Piano Solo", "grand piano") == ["pianola", "soft piano"]
    assert find(index, "piano  s") == ["piano solo"]
    assert find(index, "piano solo") == []
    assert find(PhraseIndex(), "pia") == []


@given(
    st.lists(st.text("abc Ä", min_size=1, max_size=6).map(str.strip).filter(bool), max_size=12),
    st.text("abc Ä", min_size=1, max_size=3).map(str.strip).filter(bool),
)
def test_everything_that_matches_is_found_once(texts: list[str], typed: str) -> None:
    texts = list(dict.fromkeys(" ".join(text.casefold().split()) for text in texts))
    wanted = " ".join(typed.casefold().split())
    matching = [text for text in texts if f" {wanted}" in f" {text}" and text != wanted]
    matching.sort(key=lambda text: not text.startswith(wanted))
    assert find(PhraseIndex(phrases(*texts)), typed, limit=99) == matching

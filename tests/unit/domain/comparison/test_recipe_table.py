"""What differs in the recipes, and word by word in their texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.domain.clip import Clip
from producer_studio.domain.comparison.recipe_table import compare_recipes, same_in_all
from producer_studio.domain.comparison.word_diff import (
    DiffPart,
    PartKind,
    diff_words,
    fold_same_lines,
)
from producer_studio.domain.ids import ClipId
from producer_studio.domain.recipe import Recipe

SAME, ADDED, REMOVED = PartKind.SAME, PartKind.ADDED, PartKind.REMOVED


def take(number: int, model: str, seed: str, sound: str = "lofi piano", lyrics: str = "") -> Clip:
    recipe = Recipe(sound=sound, lyrics=lyrics, lyrics_strength=0.7)
    return Clip(
        id=ClipId(f"clip{number}"), model=model, seed=seed, sound=sound, lyrics=lyrics,
        recipe=recipe,
    )  # fmt: skip


def test_values_that_differ_from_most_are_marked() -> None:
    table = compare_recipes(
        [
            take(1, "FUZZ-2.0 Pro", "3966900172"),
            take(2, "FUZZ-2.0 Pro", "3966900173"),
            take(3, "FUZZ-2.0", "3966900172"),
            take(4, "Lyria 3 preview", "3966900172"),
        ]
    )
    rows = {row.label: row for row in table.rows}
    assert list(rows) == ["Operation", "Model", "Seed", "Lyrics strength", "Instrumental"]
    assert rows["Model"].is_unusual == (False, False, True, True)
    assert rows["Seed"].is_unusual == (False, True, False, False)
    assert rows["Lyrics strength"].values == ("0.70",) * 4
    assert rows["Lyrics strength"].is_same
    assert not rows["Seed"].is_same
    (sound,) = table.texts
    assert sound.label == "Sound"
    assert sound.is_same


def test_of_two_different_values_the_second_is_marked() -> None:
    table = compare_recipes([take(1, "A", "1"), take(2, "B", "1")])
    assert {row.label: row for row in table.rows}["Model"].is_unusual == (False, True)


def test_texts_are_compared_word_by_word() -> None:
    table = compare_recipes(
        [take(1, "A", "1", "slow lofi piano"), take(2, "A", "1", "slow warm piano and bass")]
    )
    (sound,) = table.texts
    assert sound.parts[0] == (DiffPart("slow lofi piano", SAME),)
    assert sound.parts[1] == (
        DiffPart("slow", SAME),
        DiffPart(" lofi", REMOVED),
        DiffPart(" warm", ADDED),
        DiffPart(" piano", SAME),
        DiffPart(" and bass", ADDED),
    )


@given(st.text(max_size=200), st.text(max_size=200))
def test_the_parts_of_a_text_are_the_text(before: str, after: str) -> None:
    parts = diff_words(before, after)
    later = "".join(part.text for part in parts if part.kind is not REMOVED)
    assert later == after[: len(after.rstrip())]
    removed = [word for part in parts if part.kind is not ADDED for word in part.text.split()]
    assert removed == before.split()


def test_a_very_long_text_is_compared_all_the_same() -> None:
    before = " ".join(str(number) for number in range(10_000))
    parts = diff_words(before, f"{before} end")
    assert "".join(part.text for part in parts if part.kind is not REMOVED) == f"{before} end"


def test_lines_far_from_a_difference_are_folded() -> None:
    before = "\n".join(f"line {number}" for number in range(20))
    after = before.replace("10", "ten")
    shown = "".join(part.text for part in fold_same_lines(diff_words(before, after)))
    assert shown.splitlines() == ["…", "line 9", "line 10 ten", "line 11", "…"]


def test_a_text_that_is_the_same_is_folded_to_its_first_lines() -> None:
    text = "\n".join(f"line {number}" for number in range(20))
    (part,) = fold_same_lines(diff_words(text, text))
    assert part.text.splitlines() == ["line 0", "line 1", "…"]


def test_a_text_without_differences_is_one_part() -> None:
    assert diff_words("a b", "a  b") == [DiffPart("a  b", SAME)]
    assert diff_words("", "") == []


@pytest.mark.parametrize(
    ("count", "words"),
    [(2, "the same in both"), (4, "the same in all four"), (8, "the same in all eight")],
)
def test_the_number_of_clips_is_a_word(count: int, words: str) -> None:
    assert same_in_all(count) == words


def test_words_that_repeat_without_end_take_no_minutes() -> None:
    """Each common word between others is a match, whose search passes all the others."""
    before = " ".join(f"x a{number}" for number in range(1_500))
    after = " ".join(f"x b{number}" for number in range(1_500))
    assert len(diff_words(before, after)) <= 3
    chorus = "la " * 3_000
    assert diff_words(chorus, chorus) == [DiffPart(chorus.rstrip(), PartKind.SAME)]


def test_a_text_that_ends_with_many_spaces_is_compared() -> None:
    """A pattern that looks for the next word from each of them would take hours."""
    assert diff_words("a" + " " * 1_000_000, "a") == [DiffPart("a", SAME)]

"""Proposed lyrics, accepted section by section."""

from hypothesis import given
from hypothesis import strategies as st

from producer_studio.domain.lyrics.proposal import MAX_SECTIONS, accept_sections, compare_sections

CURRENT = "[Verse]\nold verse\n\n[Solo]\n\n[Chorus]\nsame"
PROPOSED = "[Intro]\nnew\n\n[Verse]\nnew verse\n\n[chorus]\nsame\n\n[Chorus]\nagain"


def test_sections_are_paired_by_name_and_number() -> None:
    changes = compare_sections(CURRENT, PROPOSED)
    assert [(change.name, change.before, change.after) for change in changes] == [
        ("Intro", "", "[Intro]\nnew"),
        ("Verse", "[Verse]\nold verse", "[Verse]\nnew verse"),
        ("Solo", "[Solo]", ""),
        ("chorus", "[Chorus]\nsame", "[chorus]\nsame"),
        ("Chorus", "", "[Chorus]\nagain"),
    ]


def test_what_is_not_accepted_stays() -> None:
    changes = compare_sections(CURRENT, PROPOSED)
    assert accept_sections(changes, range(5)) == PROPOSED
    assert accept_sections(changes, ()) == CURRENT
    assert accept_sections(changes, {1}) == CURRENT.replace("old", "new")


@given(st.lists(st.sampled_from(["[A]", "[B]", "x", "y", ""]), max_size=10), st.data())
def test_all_or_nothing_are_the_two_texts(rows: list[str], data: st.DataObject) -> None:
    other = data.draw(st.lists(st.sampled_from(["[A]", "[C]", "x", "z"]), max_size=10))
    current, proposed = "\n".join(rows), "\n".join(other)

    def lines(text: str) -> list[str]:
        return sorted(line for line in text.split("\n") if line.strip())

    changes = compare_sections(current, proposed)
    assert lines(accept_sections(changes, range(len(changes)))) == lines(proposed)
    assert lines(accept_sections(changes, ())) == lines(current)


def test_very_many_sections_are_offered_as_a_whole() -> None:
    """Each would be shown with a switch and its differences."""
    (change,) = compare_sections(CURRENT, "[Hook]\nla\n\n" * (MAX_SECTIONS + 1))
    assert (change.before, change.after) == (CURRENT, ("[Hook]\nla\n\n" * 101).strip())
    assert accept_sections([change], ()) == CURRENT

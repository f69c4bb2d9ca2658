"""Which takes of a press are kept."""

import pytest

from producer_studio.domain.best_takes import choose_takes
from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId


def takes(*marks: str) -> list[Clip]:
    """Takes with as many stars as the mark says; "*" is a favourite."""
    return [
        Clip(
            id=ClipId(f"take {number}"),
            take=number,
            takes=len(marks),
            favourite="*" in mark,
            stars=int(mark.strip("*") or 0),
        )
        for number, mark in enumerate(marks, 1)
    ]


@pytest.mark.parametrize(
    ("marks", "selected", "label", "kept"),
    [
        (("0", "*", "5", "0"), None, "Keep best, trash 3", ["take 2"]),
        (("*", "*", "0"), None, "Keep best, trash 1", ["take 1", "take 2"]),
        (("3", "5", "2"), None, "Keep best, trash 2", ["take 2"]),
        (("3", "5", "2"), "take 1", "Keep best, trash 2", ["take 2"]),
        (("0", "0", "0"), "take 3", "Keep take 3, trash 2", ["take 3"]),
        (("4", "4", "0"), "take 1", "Keep take 1, trash 2", ["take 1"]),
    ],
)
def test_the_best_are_favourites_then_stars_then_the_selected(
    marks: tuple[str, ...], selected: str | None, label: str, kept: list[str]
) -> None:
    choice = choose_takes(takes(*marks), ClipId(selected) if selected else None)
    assert choice is not None
    assert (choice.label, list(choice.kept)) == (label, kept)
    assert len(choice.kept) + len(choice.others) == len(marks)
    assert set(choice.kept).isdisjoint(choice.others)


@pytest.mark.parametrize("marks", [("0", "0"), ("4", "4"), ("*", "*"), ("5",), ()])
def test_nothing_is_chosen_where_nothing_decides(marks: tuple[str, ...]) -> None:
    assert choose_takes(takes(*marks)) is None

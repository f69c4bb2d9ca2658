"""Lists in which the takes of a press are one row."""

import pytest

from producer_studio.domain.clip_list import ClipList, expand, group_key, press_of
from producer_studio.domain.ids import ClipId, PressId

A, B, C, D, E = (ClipId(name) for name in "abcde")
SONG = group_key(PressId("song"))
OTHER = group_key(PressId("other"))


def test_a_group_counts_its_takes() -> None:
    listed = ClipList([A, SONG], {SONG: (B, C, D)})
    assert listed.clip_count == 4
    assert (listed.find_group(C), listed.find_group(A)) == (SONG, None)
    assert press_of(SONG) == "song"


def test_the_clips_of_rows_are_in_their_order() -> None:
    assert expand([A, SONG, E], {SONG: (B, C)}) == [A, B, C, E]


@pytest.mark.parametrize(
    ("gone", "rows", "takes"),
    [
        ({A}, [SONG, E], (B, C, D)),
        ({B}, [A, SONG, E], (C, D)),
        ({B, D}, [A, C, E], None),
        ({B, C, D}, [A, E], None),
    ],
)
def test_removing_clips(
    gone: set[ClipId], rows: list[ClipId], takes: tuple[ClipId, ...] | None
) -> None:
    left = ClipList([A, SONG, E], {SONG: (B, C, D)}).without(gone)
    assert list(left.rows) == rows
    assert left.groups.get(SONG) == takes


def test_an_added_clip_comes_on_top() -> None:
    top = ClipList([A, B, C])
    assert ClipList([B, C, D]).merge_added(top, frozenset({A})) == ClipList([A, B, C, D])


def test_an_added_take_moves_its_group_to_the_top() -> None:
    known = ClipList([A, SONG, D], {SONG: (B, C)})
    top = ClipList([SONG, A], {SONG: (B, C, E)})
    assert known.merge_added(top, frozenset({E})) == ClipList([SONG, A, D], {SONG: (B, C, E)})


def test_a_second_take_makes_a_group_of_the_first() -> None:
    known = ClipList([A, B, C, D])
    top = ClipList([SONG, A, C], {SONG: (B, E)})
    assert known.merge_added(top, frozenset({E})) == ClipList([SONG, A, C, D], {SONG: (B, E)})


@pytest.mark.parametrize(
    "top",
    [
        ClipList([E, C, A]),  # in another order
        ClipList([A, B, C]),  # the added one is further down
        ClipList([E]),  # nothing that shows where the known ones begin
    ],
)
def test_other_changes_need_the_whole_list(top: ClipList) -> None:
    assert ClipList([A, B, C, D]).merge_added(top, frozenset({E})) is None
    assert ClipList().merge_added(top, frozenset({E})) is None

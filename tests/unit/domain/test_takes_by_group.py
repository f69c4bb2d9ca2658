"""Groups keep their takes whatever the ids are, and those that are made here in few bytes."""

import pytest

from producer_studio.domain.clip_list import ClipList, group_key
from producer_studio.domain.ids import ClipId, PressId, new_clip_id
from producer_studio.domain.takes_by_group import TakesByGroup, pack_takes

MADE = [new_clip_id() for _ in range(6)]
SHORT = [ClipId(name) for name in "abcdef"]
CAPITALS = [ClipId(clip.upper()[:31] + "F") for clip in MADE]
OF_32_SIGNS = [ClipId(f"{number} " * 16) for number in range(6)]
OF_32_ON_AVERAGE = [ClipId(clip[:31] if at % 2 else f"{clip}0") for at, clip in enumerate(MADE)]
MIXED = [*MADE[:3], *SHORT[:3]]

SONG, OTHER = group_key(PressId("song")), group_key(PressId("other"))


@pytest.fixture(params=[MADE, SHORT, CAPITALS, OF_32_SIGNS, OF_32_ON_AVERAGE, MIXED])
def ids(request: pytest.FixtureRequest) -> list[ClipId]:
    found: list[ClipId] = request.param
    return found


def test_takes_come_back_as_they_were(ids: list[ClipId]) -> None:
    plain = {SONG: (ids[0], ids[4]), OTHER: (ids[1], ids[2], ids[5])}
    groups = TakesByGroup.of(plain)
    assert groups == plain
    assert groups[SONG] == groups.get(SONG) == plain[SONG]
    assert (groups.get(ids[3]), groups.get(ids[3], ())) == (None, ())
    assert (SONG in groups, ids[0] in groups) == (True, False)
    assert groups.clip_count == 5
    assert [groups.find(clip) for clip in plain[SONG]] == [SONG] * 2
    assert [groups.find(clip) for clip in plain[OTHER]] == [OTHER] * 3
    assert groups.find(ids[3]) is None


def test_rows_are_replaced_by_their_clips(ids: list[ClipId]) -> None:
    groups = TakesByGroup.of({SONG: (ids[0], ids[4]), OTHER: (ids[1], ids[2])})
    rows = [ids[3], OTHER, ids[5], SONG]
    assert groups.expand(rows) == [ids[3], ids[1], ids[2], ids[5], ids[0], ids[4]]
    assert groups.expand([]) == []


@pytest.mark.parametrize("more", [0, 20])
def test_clips_are_removed_from_their_groups(ids: list[ClipId], more: int) -> None:
    groups = {SONG: (ids[0], ids[4], ids[5]), OTHER: (ids[1], ids[2])}
    listed = ClipList([ids[3], SONG, OTHER], TakesByGroup.of(groups))
    unknown = {new_clip_id() for _ in range(more)}
    left = listed.without({ids[4], ids[2], *unknown})
    assert left == ClipList([ids[3], SONG, ids[1]], {SONG: (ids[0], ids[5])})
    assert listed.groups == groups
    assert listed.without({ids[0], ids[4], ids[5]}).rows == [ids[3], OTHER]


def test_the_bytes_of_two_ids_hold_no_third() -> None:
    """An id that lies across two others is in neither."""
    first, second = MADE[:2]
    across = ClipId(first[16:] + second[:16])
    assert TakesByGroup.of({SONG: (first, second)}).find(across) is None


def test_only_ids_that_are_made_here_are_packed() -> None:
    assert pack_takes(MADE[:2]) == bytes.fromhex(MADE[0] + MADE[1])
    for ids in (SHORT, CAPITALS, OF_32_SIGNS, OF_32_ON_AVERAGE, MIXED):
        assert pack_takes(ids) == tuple(ids)

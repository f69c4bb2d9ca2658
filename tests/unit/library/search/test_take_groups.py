"""Lists in which the takes of a press are one group."""

import random
from datetime import timedelta

import pytest

from producer_studio.domain.clip import Clip
from producer_studio.domain.clip_list import ClipList, expand, group_key
from producer_studio.domain.ids import ClipId, PressId, new_clip_id
from producer_studio.domain.library_change import ClipField
from producer_studio.domain.operation import Operation
from producer_studio.domain.press import Press
from producer_studio.domain.recipe import Recipe
from producer_studio.library import Library, SmartList, SortOrder, press_sql
from producer_studio.library.fields import SORTS
from tests.support.library_fixtures import START

pytestmark = pytest.mark.anyio


def a_take(press: str, take: int, takes: int = 4, *, age: float = 0, **fields: object) -> Clip:
    moment = START - timedelta(minutes=age)
    values: dict[str, object] = {
        "id": ClipId(f"{press}{take}"),
        "title": press,
        "press": PressId(press),
        "take": take,
        "takes": takes,
        "created_at": moment,
        "added_at": moment,
    }
    return Clip(**values | fields)  # type: ignore[arg-type]


async def test_takes_stand_together_in_their_order(library: Library) -> None:
    clips = [a_take("s", 3, age=1), a_take("x", 1, 1, age=2), a_take("s", 1, age=3)]
    await library.clips.add([*clips, a_take("s", 2, age=4)])
    listed = await library.clips.list_groups()
    assert listed == ClipList([group_key(PressId("s")), "x1"], {"press s": ("s1", "s2", "s3")})


async def test_parts_of_one_take_and_single_takes_are_no_group(library: Library) -> None:
    parts = [
        a_take("p", 1, operation=Operation.STEMS, id=ClipId(f"part{number}"), age=number)
        for number in range(3)
    ]
    await library.clips.add([*parts, a_take("s", 1, age=9), a_take("x", 1, 1, age=10)])
    listed = await library.clips.list_groups()
    assert listed.groups == {}
    assert list(listed.rows) == ["part0", "part1", "part2", "s1", "x1"]


async def test_the_trash_and_smart_lists_have_groups_of_their_own(library: Library) -> None:
    await library.clips.add([a_take("s", number, age=number) for number in range(1, 5)])
    await library.clips.edit([ClipId("s1"), ClipId("s2")], {ClipField.FAVOURITE: True})
    await library.clips.trash([ClipId("s2"), ClipId("s3")])
    key = group_key(PressId("s"))
    for smart, takes in ((SmartList.ALL, ("s1", "s4")), (SmartList.TRASH, ("s2", "s3"))):
        assert (await library.clips.list_groups(smart=smart)).groups == {key: takes}
    assert (await library.clips.list_groups(smart=SmartList.FAVOURITES)).rows == ["s1"]
    assert [clip.id for clip in await library.clips.get_takes(PressId("s"))] == ["s1", "s4"]


@pytest.mark.parametrize("one_more", [(), ("short",), ("x" * 31 + "é",)])
async def test_ids_of_any_length_are_grouped(library: Library, one_more: tuple[str, ...]) -> None:
    ids = [*(new_clip_id() for _ in range(9)), *map(ClipId, one_more)]
    clips = [
        a_take(f"press {place % 4}", place // 4 + 1, 4 if place % 4 else 1, age=place, id=clip)
        for place, clip in enumerate(ids)
    ]
    await library.clips.add(clips)
    listed = await library.clips.list_groups()
    assert listed.clip_count == len(ids)
    assert listed.groups[group_key(PressId("press 1"))] == tuple(ids[1::4])
    assert set(expand(listed.rows, listed.groups)) == set(ids)


@pytest.mark.parametrize("by", sorted(SORTS))
async def test_a_page_is_the_start_of_the_whole_list(library: Library, by: str) -> None:
    dice = random.Random(7)
    clips = [
        a_take(f"p{number % 40}-", number // 40 + 1, age=dice.random() * 500, stars=number % 6)
        for number in range(120)
    ]
    await library.clips.add(clips)
    for descending in (True, False):
        sort = SortOrder(by, descending)
        whole = await library.clips.list_groups(sort)
        assert sorted(expand(whole.rows, whole.groups)) == sorted(clip.id for clip in clips)
        filled = await library.clips.page_with_rows("", sort, SmartList.ALL, 30, 3, grouped=True)
        rows = filled.listed.rows
        assert list(rows) == list(whole.rows[: len(rows)])
        assert filled.listed.groups == {row: whole.groups[row] for row in rows}
        # With all that the first rows show: the takes of their groups.
        assert {clip.id for clip in filled.rows.clips} == set(expand(rows[:3], whole.groups))


async def test_an_empty_list(library: Library) -> None:
    assert await library.clips.list_groups() == ClipList([])
    filled = await library.clips.page_with_rows("", SortOrder(), SmartList.ALL, 30, 3, grouped=True)
    assert filled.listed == ClipList([])


async def test_rows_know_what_their_press_cost(library: Library) -> None:
    recipes = (Recipe(title="s", seed="1"), Recipe(title="s", seed="2"))
    press = Press(
        id=PressId("s"), account=Clip(id=ClipId("any")).account, recipes=recipes,
        credits_expected=40.0,
    )  # fmt: skip
    await library.context.database.write(press_sql.write_press, press)
    await library.clips.add([a_take("s", 1), a_take("s", 2, age=1), a_take("x", 1, age=2)])
    rows = await library.clips.get_rows([ClipId("s1"), ClipId("x1")])
    assert [clip.id for clip in rows.clips] == ["s1", "x1"]
    assert rows.prices == {"s": 40.0}

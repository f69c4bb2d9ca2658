"""Groups the clips of a list by their presses."""

import time
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from producer_studio.domain.clip_list import ClipList
from producer_studio.domain.ids import ClipId
from producer_studio.domain.takes_by_group import GroupKey, RowKey, TakesByGroup, pack_takes

_CHUNK = 2_000
_NO_GROUP = -1


def group_takes(
    ids: Sequence[ClipId], keys: Iterable[str], takes: Iterable[int], shown: int | None = None
) -> ClipList:
    """Groups the clips of a list by their presses; runs on a thread of the database.

    Args:
        ids: The clips in order.
        keys: Key of the group of each, see `group_key`; empty for a clip that belongs to no group.
        takes: The number of each.
        shown: Clips that may be a row; those after them are only takes of groups. All, if None.
    """
    known: dict[str, int] = {}
    # Arrays: numbers as objects would leave the process with their memory, in pieces.
    group_of = array("l")
    sizes = array("l")
    for place, key in enumerate(keys):
        group = known.setdefault(key, len(known)) if key else _NO_GROUP
        if group == len(sizes):
            sizes.append(0)
        if group != _NO_GROUP:
            sizes[group] += 1
        group_of.append(group)
        if place % _CHUNK == 0:
            _yield_to_other_threads()
    rows: list[RowKey] = []
    groups: dict[RowKey, bytes | tuple[ClipId, ...]] = {}
    names = list(known)
    started = 0
    end = len(ids) if shown is None else shown
    for place, group in enumerate(group_of):
        if group == _NO_GROUP or sizes[group] < 2:
            if place < end:
                rows.append(ids[place])
        elif group >= started:
            row = GroupKey(names[group])
            rows.append(row)
            groups[row] = ()
            started = group + 1
        if place % _CHUNK == 0:
            _yield_to_other_threads()
    rows_with_takes = iter(groups)
    for number, places in enumerate(_places_by_group(group_of, sizes, array("l", takes))):
        groups[next(rows_with_takes)] = pack_takes([ids[place] for place in places])
        if number % _CHUNK == 0:
            _yield_to_other_threads()
    return ClipList(rows, TakesByGroup(groups))


def _places_by_group(
    group_of: Sequence[int], sizes: Sequence[int], takes: Sequence[int]
) -> Iterator[list[int]]:
    """Yields the places of each group of two or more, in the order of the takes."""
    ends = array("l", accumulate(sizes, initial=0))
    places = array("l", bytes(ends.itemsize * ends[-1]))
    for place, group in enumerate(group_of):
        if group != _NO_GROUP:
            places[ends[group]] = place
            ends[group] += 1
        if place % _CHUNK == 0:
            _yield_to_other_threads()
    for size, end in zip(sizes, ends, strict=False):
        if size > 1:
            yield sorted(places[end - size : end], key=takes.__getitem__)


def _yield_to_other_threads() -> None:
    """Releases the interpreter's lock: the window's thread must not wait for a whole list."""
    time.sleep(0)

"""Groups the clips of a list by their presses."""

import time
from array import array
from collections.abc import Iterable, Iterator, Sequence

from producer_studio.domain.clip_list import ClipList, group_key
from producer_studio.domain.ids import ClipId, PressId
from producer_studio.domain.takes_by_group import RowKey, TakesByGroup, pack_takes

_CHUNK = 2_000
_NO_GROUP = -1


def group_takes(
    ids: Sequence[ClipId], presses: Iterable[str], takes: Sequence[str], shown: int | None = None
) -> ClipList:
    """Groups the clips of a list by their presses; runs on a thread of the database.

    Args:
        ids: The clips in order.
        presses: The press of each; empty for a clip that belongs to no group.
        takes: The number of each.
        shown: Clips that may be a row; those after them are only takes of groups. All, if None.
    """
    known: dict[str, int] = {}
    # Arrays: a list for each press would leave the process with their memory, in pieces.
    group_of = array("l")
    sizes = array("l")
    for place, press in enumerate(presses):
        group = known.setdefault(press, len(known)) if press else _NO_GROUP
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
            key = group_key(PressId(names[group]))
            rows.append(key)
            groups[key] = ()
            started = group + 1
        if place % _CHUNK == 0:
            _yield_to_other_threads()
    keys = iter(groups)
    for number, places in enumerate(_places_by_group(group_of, sizes, takes)):
        groups[next(keys)] = pack_takes([ids[place] for place in places])
        if number % _CHUNK == 0:
            _yield_to_other_threads()
    return ClipList(rows, TakesByGroup(groups))


def _places_by_group(
    group_of: Sequence[int], sizes: Sequence[int], takes: Sequence[str]
) -> Iterator[list[int]]:
    """Yields the places of each group of two or more, in the order of the takes."""
    places = [place for place, group in enumerate(group_of) if group != _NO_GROUP]
    places.sort(key=lambda place: int(takes[place]))
    _yield_to_other_threads()
    places.sort(key=group_of.__getitem__)
    _yield_to_other_threads()
    start = 0
    for size in sizes:
        if size > 1:
            yield places[start : start + size]
        start += size


def _yield_to_other_threads() -> None:
    """Releases the interpreter's lock: the window's thread must not wait for a whole list."""
    time.sleep(0)

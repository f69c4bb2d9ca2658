"""Groups the clips of a list by their presses."""

import time
from collections import Counter
from collections.abc import Sequence

from producer_studio.domain.clip_list import ClipList, RowKey, group_key
from producer_studio.domain.ids import ClipId, PressId

_CHUNK = 2_000


def group_takes(
    ids: Sequence[ClipId], presses: Sequence[str], takes: Sequence[str], shown: int | None = None
) -> ClipList:
    """Groups the clips of a list by their presses; runs on a thread of the database.

    Args:
        ids: The clips in order.
        presses: The press of each; empty for a clip that belongs to no group.
        takes: The number of each.
        shown: Clips that may be a row; those after them are only takes of groups. All, if None.
    """
    shared = {press for press, count in Counter(presses).items() if press and count > 1}
    rows: list[RowKey] = []
    members: dict[str, list[int]] = {}
    end = len(ids) if shown is None else shown
    for start in range(0, len(ids), _CHUNK):
        stop = min(start + _CHUNK, len(ids))
        for place, press in enumerate(presses[start:stop], start):
            if press not in shared:
                if place < end:
                    rows.append(ids[place])
            elif press in members:
                members[press].append(place)
            else:
                members[press] = [place]
                rows.append(group_key(PressId(press)))
        _yield_to_other_threads()
    numbers = list(map(int, takes))
    groups: dict[RowKey, tuple[ClipId, ...]] = {}
    for number, (press, places) in enumerate(members.items()):
        places.sort(key=numbers.__getitem__)
        groups[group_key(PressId(press))] = tuple([ids[place] for place in places])
        if number % _CHUNK == 0:
            _yield_to_other_threads()
    return ClipList(rows, groups)


def _yield_to_other_threads() -> None:
    """Releases the interpreter's lock: the window's thread must not wait for a whole list."""
    time.sleep(0)

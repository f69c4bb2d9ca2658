"""List of clips in which the takes of one press are one group."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NewType, cast

from producer_studio.domain.ids import ClipId, PlaylistItemId, PressId

GroupKey = NewType("GroupKey", str)
"""Identifies a group among the rows of a list; never equal to the id of a clip."""

RowKey = ClipId | GroupKey | PlaylistItemId
"""Row of a list: a clip, a group in place of its takes, or an item of a playlist."""

_PREFIX = "press "


def group_key(press: PressId) -> GroupKey:
    return GroupKey(f"{_PREFIX}{press}")


def press_of(group: RowKey) -> PressId:
    return PressId(group.removeprefix(_PREFIX))


@dataclass(frozen=True, slots=True)
class ClipList:
    """Rows of a list in order, and the takes of its groups.

    Attributes:
        rows: A group stands where the first of its takes would; its takes are no rows.
        groups: Two or more takes each, in the order of their numbers.
        items: The clip of each row, if the rows are the items of a playlist.
    """

    rows: Sequence[RowKey] = ()
    groups: Mapping[RowKey, tuple[ClipId, ...]] = field(default_factory=dict)
    items: Mapping[RowKey, ClipId] = field(default_factory=dict)

    @property
    def clip_count(self) -> int:
        """Number of clips, the takes of groups included."""
        return len(self.rows) - len(self.groups) + sum(map(len, self.groups.values()))

    def clips_of(self, rows: Sequence[RowKey]) -> list[ClipId]:
        """Returns the clips of rows in their order, as often as the rows have them."""
        if self.items:
            return [self.items[row] for row in rows]
        return expand(rows, self.groups)

    def item_ids(self) -> list[PlaylistItemId]:
        """Returns the rows as items of a playlist; empty for another list."""
        return [PlaylistItemId(row) for row in self.rows] if self.items else []

    def find_group(self, clip: ClipId) -> RowKey | None:
        """Returns the group that a clip belongs to; None without one."""
        return next((group for group, takes in self.groups.items() if clip in takes), None)

    def without(self, gone: Collection[ClipId]) -> "ClipList":
        """Returns the list without some clips; a group with one take left becomes that clip."""
        missing = frozenset(gone)
        if self.items:
            rows = [row for row in self.rows if self.items[row] not in missing]
            return ClipList(rows, items={row: self.items[row] for row in rows})
        remaining = {
            group: tuple(clip for clip in takes if clip not in missing)
            for group, takes in self.groups.items()
            if not missing.isdisjoint(takes)
        }
        if not remaining:
            return ClipList([row for row in self.rows if row not in missing], self.groups)
        groups = dict(self.groups)
        single: dict[RowKey, RowKey | None] = {}
        for group, takes in remaining.items():
            groups[group] = takes
            if len(takes) < 2:
                del groups[group]
                single[group] = takes[0] if takes else None
        replaced = (single.get(row, row) for row in self.rows if row not in missing)
        return ClipList([row for row in replaced if row is not None], groups)

    def merge_added(self, top: "ClipList", added: frozenset[ClipId]) -> "ClipList | None":
        """Returns this list with added clips on top; None if more than that has changed.

        Args:
            top: The first rows of the list as it is now.
            added: Clips that were added, each of them at the top.
        """
        fresh = 0
        pending = set(added)
        while pending and fresh < len(top.rows):
            row = top.rows[fresh]
            pending.difference_update(top.groups.get(row, (ClipId(row),)))
            fresh += 1
        if pending or not self.rows:
            return None
        rows = list(self.rows)
        for row in top.rows[:fresh]:
            moved = [row, *top.groups.get(row, ())]
            for one in moved:
                if one not in added and one in rows:
                    rows.remove(one)
        rest = top.rows[fresh:]
        if not rest or list(rest) != rows[: len(rest)]:
            return None
        return ClipList([*top.rows[:fresh], *rows], {**self.groups, **top.groups})


def expand(rows: Sequence[RowKey], groups: Mapping[RowKey, tuple[ClipId, ...]]) -> list[ClipId]:
    """Returns the clips of rows in their order; fast for long lists.

    The takes of a group whose rows are given as well are given twice.
    """
    # No loop in Python: zip gives each row as the takes of itself.
    clips = chain.from_iterable(map(groups.get, rows, zip(rows, strict=False)))
    return list(cast("Iterable[ClipId]", clips))

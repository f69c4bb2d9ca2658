"""List of clips in which the takes of one press are one group."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from producer_studio.domain.ids import ClipId, PlaylistItemId, PressId
from producer_studio.domain.takes_by_group import GroupKey, RowKey, TakesByGroup

__all__ = ["ClipList", "GroupKey", "RowKey", "expand", "group_key", "press_of"]

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
        return len(self.rows) - len(self.groups) + TakesByGroup.of(self.groups).clip_count

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
        return TakesByGroup.of(self.groups).find(clip)

    def without(self, gone: Collection[ClipId]) -> "ClipList":
        """Returns the list without some clips; a group with one take left becomes that clip."""
        missing = frozenset(gone)
        if self.items:
            rows = [row for row in self.rows if self.items[row] not in missing]
            return ClipList(rows, items={row: self.items[row] for row in rows})
        groups = TakesByGroup.of(self.groups)
        remaining = {
            group: tuple(clip for clip in takes if clip not in missing)
            for group, takes in groups.containing(missing).items()
        }
        if not remaining:
            return ClipList([row for row in self.rows if row not in missing], self.groups)
        single: dict[RowKey, RowKey | None] = {
            group: takes[0] if takes else None
            for group, takes in remaining.items()
            if len(takes) < 2
        }
        replaced = (single.get(row, row) for row in self.rows if row not in missing)
        rows = [row for row in replaced if row is not None]
        return ClipList(rows, groups.replace(remaining))

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
        groups = TakesByGroup.of(self.groups).replace(top.groups)
        return ClipList([*top.rows[:fresh], *rows], groups)


def expand(rows: Sequence[RowKey], groups: Mapping[RowKey, tuple[ClipId, ...]]) -> list[ClipId]:
    """Returns the clips of rows in their order; fast for long lists.

    The takes of a group whose rows are given as well are given twice.
    """
    return TakesByGroup.of(groups).expand(rows)

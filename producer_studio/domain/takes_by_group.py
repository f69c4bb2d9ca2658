"""Takes of the groups of a long list, in little memory."""

from collections.abc import Collection, ItemsView, Iterable, Iterator, KeysView, Mapping, Sequence
from typing import NewType, Self, TypeVar, cast, overload

from producer_studio.domain.ids import ClipId, PlaylistItemId

GroupKey = NewType("GroupKey", str)
"""Identifies a group among the rows of a list; never equal to the id of a clip."""

RowKey = ClipId | GroupKey | PlaylistItemId
"""Row of a list: a clip, a group in place of its takes, or an item of a playlist."""

D = TypeVar("D")

_SIGNS = 32
"""Hexadecimal digits of the ids that are made here."""

_BYTES = 16

Takes = tuple[ClipId, ...]
_Packed = bytes | Takes


def pack_takes(takes: Sequence[ClipId]) -> bytes | Takes:
    """Returns the bytes of ids with 32 hexadecimal digits; for others the ids themselves."""
    joined = "".join(takes)
    if len(joined) != _SIGNS * len(takes) or not joined.isalnum():
        return tuple(takes)
    try:
        packed = bytes.fromhex(joined)
    except ValueError:
        return tuple(takes)
    # Capital letters would come back as small ones.
    return packed if packed.hex() == joined and _have_length(takes) else tuple(takes)


class TakesByGroup(Mapping[RowKey, Takes]):
    """Groups with their takes.

    An id is 16 bytes here, and 96 as a text: most takes of a long list are never looked at.
    """

    __slots__ = ("_packed",)

    def __init__(self, packed: dict[RowKey, bytes | Takes]) -> None:
        """Keeps takes as `pack_takes` returns them, and the dict itself."""
        self._packed = packed

    @classmethod
    def of(cls, groups: Mapping[RowKey, Takes]) -> Self:
        """Returns the same groups packed."""
        if isinstance(groups, cls):
            return groups
        return cls({key: pack_takes(takes) for key, takes in groups.items()})

    @property
    def clip_count(self) -> int:
        """Number of takes of all groups."""
        return sum(
            len(takes) // _BYTES if isinstance(takes, bytes) else len(takes)
            for takes in self._packed.values()
        )

    def __getitem__(self, group: RowKey) -> Takes:
        return _unpack(self._packed[group])

    @overload
    def get(self, group: RowKey, /) -> Takes | None: ...
    @overload
    def get(self, group: RowKey, /, default: Takes | D) -> Takes | D: ...
    def get(self, group: RowKey, /, default: Takes | D | None = None) -> Takes | D | None:
        packed = self._packed.get(group)
        return default if packed is None else _unpack(packed)

    def __contains__(self, group: object) -> bool:
        return group in self._packed

    def __iter__(self) -> Iterator[RowKey]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)

    def keys(self) -> KeysView[RowKey]:
        return self._packed.keys()

    def items(self) -> ItemsView[RowKey, Takes]:
        return ItemsView(self)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, TakesByGroup):
            return self._packed == other._packed
        return super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]

    def find(self, clip: ClipId) -> RowKey | None:
        """Returns the group that has a clip; None without one."""
        return next(iter(self._find({clip})), None)

    def containing(self, clips: Collection[ClipId]) -> dict[RowKey, Takes]:
        """Returns the groups that have any of some clips."""
        return {key: self[key] for key in self._find(clips)}

    def replace(self, changed: Mapping[RowKey, Takes]) -> "TakesByGroup":
        """Returns the groups with the takes of some changed; those with fewer than two are gone."""
        packed = self._packed | {key: pack_takes(takes) for key, takes in changed.items()}
        for key, takes in changed.items():
            if len(takes) < 2:
                del packed[key]
        return TakesByGroup(packed)

    def expand(self, rows: Sequence[RowKey]) -> list[ClipId]:
        """Returns the clips of rows in their order; fast for long lists.

        The takes of a group whose rows are given as well are given twice.
        """
        found = list(map(self._packed.get, rows))
        single = [row for row, takes in zip(rows, found, strict=True) if takes is None]
        if _have_length(single) and not any(isinstance(takes, tuple) for takes in found):
            # One text of all ids: it is cut in a third of the time of a loop over the rows.
            joined = "".join(
                [
                    row if takes is None else cast("bytes", takes).hex()
                    for row, takes in zip(rows, found, strict=True)
                ]
            )
            return _cut(joined)
        return [
            clip
            for row, takes in zip(rows, found, strict=True)
            for clip in ((ClipId(row),) if takes is None else _unpack(takes))
        ]

    def _find(self, clips: Collection[ClipId]) -> Iterator[RowKey]:
        wanted = frozenset(clips)
        needles = frozenset(
            takes for clip in wanted if isinstance(takes := pack_takes([clip]), bytes)
        )
        packed: Iterable[tuple[RowKey, _Packed]] = self._packed.items()
        if len(wanted) == len(needles) == 1:
            # Nearly always one clip: most groups are left out without a loop of our own.
            [needle] = needles
            packed = [
                pair for pair in packed if not isinstance(pair[1], bytes) or needle in pair[1]
            ]
        for key, takes in packed:
            if not isinstance(takes, bytes):
                if not wanted.isdisjoint(takes):
                    yield key
            elif not needles.isdisjoint(
                [takes[start : start + _BYTES] for start in range(0, len(takes), _BYTES)]
            ):
                yield key


def _unpack(packed: _Packed) -> Takes:
    return tuple(_cut(packed.hex())) if isinstance(packed, bytes) else packed


def _cut(joined: str) -> list[ClipId]:
    parts = [joined[start : start + _SIGNS] for start in range(0, len(joined), _SIGNS)]
    return cast("list[ClipId]", parts)


def _have_length(ids: Sequence[str]) -> bool:
    return set(map(len, ids)) <= {_SIGNS}

"""Groups of takes that are open in the list."""

from collections.abc import Iterable, Iterator

from producer_studio.domain.clip_list import RowKey, group_key, press_of
from producer_studio.domain.ids import ClipId, PressId

_MAX_OPEN = 200
"""The list looks them up at each change, and the preferences keep them."""


class OpenGroups:
    """Set of open groups, latest last; groups stay open while they are not listed.

    Attributes:
        arrived: Clips that were added; a group that appears with one of them is opened.
    """

    def __init__(self) -> None:
        self._keys: dict[RowKey, None] = {}
        self.arrived: set[ClipId] = set()

    def __contains__(self, key: RowKey) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[RowKey]:
        return iter(self._keys)

    def set_open(self, key: RowKey, *, is_open: bool) -> None:
        """Opens or closes a group; the group that was opened first is closed beyond the limit."""
        self._keys.pop(key, None)
        if is_open:
            self._keys[key] = None
            if len(self._keys) > _MAX_OPEN:
                del self._keys[next(iter(self._keys))]

    def presses(self) -> tuple[PressId, ...]:
        """Returns the presses of the open groups, to be restored later."""
        return tuple(press_of(key) for key in self._keys)

    def restore(self, presses: Iterable[PressId]) -> None:
        """Opens the groups of an earlier run."""
        for press in presses:
            self.set_open(group_key(press), is_open=True)

"""Cache that evicts the least recently used entries."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, KeysView
from typing import Generic, TypeVar

KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")


class LruCache(Generic[KeyT, ValueT]):
    """Mapping bounded by the number of its entries, and optionally by their size.

    Args:
        max_bytes: Total size of the entries; the latest entry is kept even if it is larger.
        size_of: Returns the size of a value in bytes; needed with `max_bytes`.
        on_evicted: Called with each key that is evicted to make room.
    """

    def __init__(
        self,
        max_entries: int,
        *,
        max_bytes: int | None = None,
        size_of: Callable[[ValueT], int] = lambda _value: 0,
        on_evicted: Callable[[KeyT], object] | None = None,
    ) -> None:
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._size_of = size_of
        self._on_evicted = on_evicted
        self._entries: OrderedDict[KeyT, ValueT] = OrderedDict()
        self._bytes = 0

    @property
    def byte_count(self) -> int:
        """Total size of the entries in bytes; 0 without `size_of`."""
        return self._bytes

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: KeyT) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[KeyT]:
        return iter(self._entries)

    def keys(self) -> KeysView[KeyT]:
        return self._entries.keys()

    def get(self, key: KeyT) -> ValueT | None:
        """Returns an entry, which then counts as the latest used; None without it."""
        value = self._entries.get(key)
        if value is not None:
            self._entries.move_to_end(key)
        return value

    def put(self, key: KeyT, value: ValueT) -> None:
        """Adds or replaces an entry, and evicts others if there are too many."""
        self.discard(key)
        self._entries[key] = value
        self._bytes += self._size_of(value)
        while len(self._entries) > 1 and self._is_full():
            evicted, old = self._entries.popitem(last=False)
            self._bytes -= self._size_of(old)
            if self._on_evicted is not None:
                self._on_evicted(evicted)

    def discard(self, key: KeyT) -> None:
        """Removes an entry, if there is one."""
        value = self._entries.pop(key, None)
        if value is not None:
            self._bytes -= self._size_of(value)

    def clear(self) -> None:
        self._entries.clear()
        self._bytes = 0

    def _is_full(self) -> bool:
        return len(self._entries) > self._max_entries or (
            self._max_bytes is not None and self._bytes > self._max_bytes
        )

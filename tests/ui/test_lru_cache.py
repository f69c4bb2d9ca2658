"""Cache bounded by number and by size."""

from producer_studio.ui.widgets.lru_cache import LruCache


def test_the_least_recently_used_entry_is_evicted() -> None:
    evicted: list[str] = []
    cache: LruCache[str, int] = LruCache(2, on_evicted=evicted.append)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.get("a") == 1
    cache.put("c", 3)
    assert evicted == ["b"]
    assert list(cache) == ["a", "c"]
    assert cache.get("b") is None


def test_the_size_is_bounded_and_the_latest_entry_is_kept() -> None:
    cache: LruCache[str, bytes] = LruCache(100, max_bytes=10, size_of=len)
    cache.put("a", bytes(4))
    cache.put("b", bytes(4))
    cache.put("c", bytes(4))
    assert (list(cache), cache.byte_count) == (["b", "c"], 8)
    cache.put("d", bytes(40))
    assert (list(cache), cache.byte_count) == (["d"], 40)


def test_a_replaced_entry_is_counted_once() -> None:
    evicted: list[str] = []
    cache: LruCache[str, bytes] = LruCache(2, max_bytes=10, size_of=len, on_evicted=evicted.append)
    for size in (3, 5, 7):
        cache.put("a", bytes(size))
    assert (len(cache), cache.byte_count, evicted) == (1, 7, [])
    cache.discard("a")
    cache.discard("never there")
    assert (len(cache), cache.byte_count) == (0, 0)
    cache.put("b", bytes(2))
    cache.clear()
    assert ("b" in cache, cache.byte_count) == (False, 0)

"""Garbage collection in the window's thread only."""

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt

from producer_studio.ui.garbage_collection import GarbageCollector, collect_due_generation

pytestmark = pytest.mark.usefixtures("qapp")


class _Cycle(QObject):
    """A QObject that only the garbage collector can release."""

    def __init__(self, destroyed_in: list[int]) -> None:
        super().__init__()
        self.itself = self
        self.destroyed.connect(
            lambda: destroyed_in.append(threading.get_ident()), Qt.ConnectionType.DirectConnection
        )


@pytest.fixture
def automatic() -> Iterator[None]:
    """Automatic collection, as the interpreter starts with it."""
    gc.enable()
    yield
    gc.disable()
    gc.unfreeze()


def _allocate_in_a_thread() -> None:
    """Creates more cyclic garbage than any threshold."""

    def allocate() -> None:
        for _ in range(200_000):
            garbage: list[object] = []
            garbage.append(garbage)

    thread = threading.Thread(target=allocate)
    thread.start()
    thread.join()


@pytest.mark.usefixtures("automatic")
def test_a_qobject_is_destroyed_in_the_thread_of_the_window() -> None:
    destroyed_in: list[int] = []
    owner = QObject()
    GarbageCollector(owner)
    _Cycle(destroyed_in)
    _allocate_in_a_thread()
    assert destroyed_in == []
    assert collect_due_generation() == 0
    assert destroyed_in == [threading.get_ident()]


def test_each_generation_is_collected_in_its_turn() -> None:
    gc.collect()
    collected = []
    for _ in range(200):
        kept = [[] for _ in range(gc.get_threshold()[0] + 100)]  # type: ignore[var-annotated]
        collected.append(collect_due_generation())
        del kept
    assert collect_due_generation() is None
    assert set(collected) == {0, 1, 2}

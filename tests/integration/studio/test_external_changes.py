"""Changes of another process, published in this one."""

from producer_studio.domain.ids import ClipId
from producer_studio.domain.library_change import ChangeKind, LibraryChange
from producer_studio.studio.external_changes import merge_changes

ONE, TWO, THREE = (frozenset({ClipId(name)}) for name in ("one", "two", "three"))


def test_neighbours_of_one_kind_are_published_as_one() -> None:
    changes = [
        LibraryChange(ONE, ChangeKind.ADDED),
        LibraryChange(TWO, ChangeKind.ADDED),
        LibraryChange(ONE, ChangeKind.MEDIA),
        LibraryChange(THREE, ChangeKind.ADDED),
    ]
    assert list(merge_changes(changes)) == [
        LibraryChange(ONE | TWO, ChangeKind.ADDED),
        LibraryChange(ONE, ChangeKind.MEDIA),
        LibraryChange(THREE, ChangeKind.ADDED),
    ]
    assert list(merge_changes([])) == []

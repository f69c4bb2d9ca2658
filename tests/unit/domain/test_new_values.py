"""Values that depend on what a clip has already."""

import pytest

from producer_studio.domain.library_change import AppendedText, TagChange


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        (TagChange(rename=(("Demo", "sketch"),)), ("a", "demo", "b"), ("a", "sketch", "b")),
        (TagChange(rename=(("demo", "Keep"),)), ("keep", "demo"), ("keep",)),
        (TagChange(rename=(("demo", "DEMO"),)), ("demo",), ("DEMO",)),
        (TagChange(rename=(("demo", "x"),)), ("other",), ("other",)),
        (TagChange(add=("new", "A"), remove=("b",)), ("a", "b"), ("a", "new")),
    ],
)
def test_tags_change_in_place(
    change: TagChange, before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    assert change.apply(before) == after


@pytest.mark.parametrize(
    ("before", "added", "after"),
    [
        ("", " loud ", "loud"),
        ("first\n", "second", "first\n\nsecond"),
        ("kept ", "  ", "kept "),
    ],
)
def test_a_text_is_added_in_a_paragraph_of_its_own(before: str, added: str, after: str) -> None:
    assert AppendedText(added).apply(before) == after

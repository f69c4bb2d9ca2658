"""Positions of columns and of their texts."""

from producer_studio.studio.clips import LIST_COLUMNS, FieldSpec, ListColumn
from producer_studio.ui.clips.row_layout import TEXT_LEFT, RowLayout, compute_row_layout


def test_columns_end_at_the_right_edge_and_the_least_important_is_hidden_first() -> None:
    names = [spec.name for spec, _ in LIST_COLUMNS[1:]]
    wide = compute_row_layout(800)
    assert [spec.name for spec, _ in wide.columns] == names
    assert wide.right(names[-1]) == 800
    for width, hidden in ((559, "model"), (479, "added"), (379, "rating"), (259, "length")):
        assert compute_row_layout(width + 1).left(hidden) is not None
        assert compute_row_layout(width).left(hidden) is None
    assert compute_row_layout(200).left("title") == TEXT_LEFT


def test_a_text_is_placed_by_the_alignment_of_its_column() -> None:
    left = FieldSpec(name="a", list_column=ListColumn(1, width=60))
    right = FieldSpec(name="b", list_column=ListColumn(2, width=60, is_right_aligned=True))
    layout = RowLayout(400, 1.0, 100, 0, 0, 250, ((left, 260), (right, 320)))
    assert layout.text_left(left, 20) == 260
    assert layout.text_left(right, 20) == 380 - 18 - 20
    assert layout.text_left(right, 500) == 320

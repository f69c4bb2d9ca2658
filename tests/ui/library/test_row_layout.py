"""Positions of columns and of their texts."""

import pytest

from producer_studio.studio.clips import FieldSpec, ListColumn
from producer_studio.ui.clips.list_columns import OTHER_COLUMNS, ColumnArrangement, ListColumns
from producer_studio.ui.clips.row_layout import (
    TEXT_LEFT,
    PlacedColumn,
    RowLayout,
    compute_row_layout,
)


def shown(layout: RowLayout) -> list[str]:
    return [column.spec.name for column in layout.columns]


def test_columns_end_at_the_right_and_the_least_important_is_hidden_first() -> None:
    wide = compute_row_layout(1400)
    assert shown(wide) == ["model", "bpm", "key", "length", "rating", "added"]
    assert wide.columns[-1].right == 1392
    hidden = ((879, "bpm"), (879, "key"), (559, "model"), (479, "added"), (379, "rating"))
    for width, name in (*hidden, (259, "length")):
        assert compute_row_layout(width + 1).left(name) is not None
        assert compute_row_layout(width).left(name) is None
    assert compute_row_layout(200).left("title") == TEXT_LEFT


def test_a_text_is_placed_by_the_alignment_of_its_column() -> None:
    left = FieldSpec(name="a", list_column=ListColumn(1, width=60))
    right = FieldSpec(name="b", list_column=ListColumn(2, width=60, is_right_aligned=True))
    columns = (PlacedColumn(left, 260, 320), PlacedColumn(right, 320, 380))
    layout = RowLayout(400, 1.0, 100, 0, 0, 250, columns)
    assert layout.text_left(left, 20) == 260
    assert layout.text_left(right, 20) == 380 - 18 - 20
    assert layout.text_left(right, 500) == 320


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_chosen_columns_leave_room_for_the_title_and_the_rightmost_give_way(scale: float) -> None:
    columns = ListColumns()
    for name in OTHER_COLUMNS:
        columns.show_column(name)
    before = len(OTHER_COLUMNS)
    for width in range(1700, 100, -40):
        layout = compute_row_layout(width, scale, columns.arrangement)
        assert shown(layout) == list(OTHER_COLUMNS[: len(layout.columns)])
        assert len(layout.columns) <= before
        before = len(layout.columns)
        assert not layout.columns or layout.text_width >= 100
        edges = [TEXT_LEFT + layout.text_width, layout.waveform_left + layout.waveform_width]
        assert all(max(edges) <= column.left for column in layout.columns)
    assert before == 0


def test_a_chosen_column_is_shown_below_its_declared_width() -> None:
    columns = ListColumns()
    columns.show_column("key")
    assert shown(compute_row_layout(740, 1.0, columns.arrangement)) == [
        "model", "key", "length", "rating", "added",
    ]  # fmt: skip


def test_order_and_widths_are_remembered_and_unknown_columns_are_left_out() -> None:
    columns = ListColumns()
    assert (columns.names, columns.widths) == ((), ())
    columns.move("added", 0)
    columns.set_width("model", 150)
    columns.hide_column("rating")
    columns.show_column("plays")
    names, widths = columns.names, columns.widths
    again = ListColumns()
    again.restore(names, widths)
    assert again.arrangement == columns.arrangement
    assert again.arrangement.shown == ("added", "model", "bpm", "key", "length", "plays")
    again.restore(("title", "model", "no such", "model"), (0, 9_999))
    assert again.arrangement == ColumnArrangement(("model",), {"model": 400})
    again.restore((), ())
    assert again.arrangement == ColumnArrangement()
    columns.reset()
    assert columns.arrangement == ColumnArrangement()

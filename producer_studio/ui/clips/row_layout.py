"""Geometry of a clip's row for any width of the list."""

from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QPoint, QPointF, QRect

from producer_studio.studio.clips import FieldSpec, ListColumn, ValueKind
from producer_studio.ui.clips.list_columns import TITLE, ColumnArrangement

COVER_SIZE = 44
MARGIN = 16
TEXT_LEFT = MARGIN + COVER_SIZE + 18
STAR_PITCH = 12.5

_GAP = 10
_RIGHT_MARGIN = 8
_TEXT_GAP = 18
"""From a text at the right of its column to the next column; an arrow of a heading fits in."""


def row_height(scale: float) -> int:
    """Returns the height of a clip's row in logical pixels for a text size (1 is 100 %)."""
    return max(60, round(54 * scale))


def job_row_height(scale: float) -> int:
    return max(56, round(52 * scale))


class RowPart(Enum):
    """Part of a row under the pointer."""

    ROW = auto()
    COVER = auto()
    STARS = auto()
    TOGGLE = auto()
    """Chevron that opens and closes a group."""
    COMPARE = auto()
    KEEP = auto()


_WAVEFORM_MIN_LIST_WIDTH = 640
_WAVEFORM_MIN_ROOM = 240
"""Least width of title and waveform beside the columns, at a text size of 100 % as the next."""
_TITLE_MIN_ROOM = 104


@dataclass(frozen=True, slots=True)
class PlacedColumn:
    """Column with its edges, in pixels from the left edge of the row."""

    spec: FieldSpec
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class RowLayout:
    """Horizontal positions in a row, in pixels from its left edge.

    Attributes:
        scale: Text size, 1 is 100 %; columns grow with it.
        text_width: Width of title and sound from `TEXT_LEFT` on.
        waveform_left: Start of the waveform, or 0 when there is no space for one.
        waveform_width: Its width, a multiple of the bars' pitch.
        title_right: Right edge of the title's column.
        columns: The visible columns besides the title, from left to right.
    """

    width: int
    scale: float
    text_width: int
    waveform_left: int
    waveform_width: int
    title_right: int
    columns: tuple[PlacedColumn, ...]

    @property
    def spare_width(self) -> int:
        """Pixels at a text size of 100 % that columns can take without hiding one."""
        spare = self.title_right - TEXT_LEFT - _TITLE_MIN_ROOM * self.scale
        return max(0, int(spare / self.scale))

    def left(self, name: str) -> int | None:
        """Returns the left edge of a column; None when it is hidden."""
        if name == TITLE:
            return TEXT_LEFT
        return next((one.left for one in self.columns if one.spec.name == name), None)

    def right(self, name: str) -> int:
        """Returns the right edge of a column, which is the left edge of the next."""
        found = (one.right for one in self.columns if one.spec.name == name)
        return next(found, self.title_right)

    def text_left(self, spec: FieldSpec, text_width: float) -> float:
        """Returns the left edge of a text in a column, by the column's alignment."""
        left = self.left(spec.name) or 0
        if spec.list_column is None or not spec.list_column.is_right_aligned:
            return left
        return max(left, self.right(spec.name) - _TEXT_GAP - text_width)

    def cover_rect(self, row: QRect) -> QRect:
        return QRect(
            row.left() + MARGIN,
            row.top() + (row.height() - COVER_SIZE) // 2,
            COVER_SIZE,
            COVER_SIZE,
        )

    def part_at(self, row: QRect, point: QPoint) -> tuple[RowPart, int]:
        """Returns the part at a point, and for the stars which one (1 to 5)."""
        if self.cover_rect(row).contains(point):
            return RowPart.COVER, 0
        rated = (one.left for one in self.columns if one.spec.kind is ValueKind.RATING)
        stars = next(rated, None)
        if stars is not None:
            offset = QPointF(point).x() - row.left() - stars
            near = abs(point.y() - row.center().y()) <= 12
            pitch = STAR_PITCH * self.scale
            if near and -4 <= offset < 5 * pitch:
                return RowPart.STARS, max(1, min(5, int(offset // pitch) + 1))
        return RowPart.ROW, 0


def compute_row_layout(
    width: int, scale: float = 1.0, arrangement: ColumnArrangement | None = None
) -> RowLayout:
    """Computes the layout for a width.

    Columns are hidden one by one as the list narrows: each below its declared width unless the user
    has chosen it, and then the rightmost ones for which there is no room.

    Args:
        arrangement: The columns; None for the default ones.
    """
    arrangement = arrangement or ColumnArrangement()
    chosen = [
        spec
        for spec in arrangement.specs
        if spec.name in arrangement.widths or width >= _declared(spec).min_list_width * scale
    ]
    widths = [round(arrangement.width(spec.name) * scale) for spec in chosen]
    end = width - _RIGHT_MARGIN
    while chosen and end - sum(widths) - _GAP - TEXT_LEFT < _TITLE_MIN_ROOM * scale:
        chosen.pop()
        widths.pop()
    edge = end - sum(widths)
    title_right = edge - _GAP
    places: list[PlacedColumn] = []
    for spec, wide in zip(chosen, widths, strict=True):
        places.append(PlacedColumn(spec, edge, edge + wide))
        edge += wide
    room = max(40, title_right - TEXT_LEFT)
    wave_width = 0
    if width >= _WAVEFORM_MIN_LIST_WIDTH * scale and room >= _WAVEFORM_MIN_ROOM * scale:
        wave_width = int(min(240, max(96, room * 0.42))) // 3 * 3
    wave_left = title_right - wave_width if wave_width else 0
    text = room - (wave_width + 12 if wave_width else 0)
    return RowLayout(width, scale, text, wave_left, wave_width, title_right, tuple(places))


def _declared(spec: FieldSpec) -> ListColumn:
    return spec.list_column or ListColumn(0)

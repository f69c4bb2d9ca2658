"""Columns of the list of clips: which are shown, in which order, how wide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from producer_studio.studio.clips import LIST_COLUMNS, FieldSpec

TITLE = "title"
"""The first column, which takes the width that the others leave."""

MIN_WIDTH = 32
MAX_WIDTH = 400
"""Bounds of a column's width in pixels at a text size of 100 %."""

_SPECS: Mapping[str, FieldSpec] = {spec.name: spec for spec, _ in LIST_COLUMNS}
_WIDTHS = {spec.name: column.width for spec, column in LIST_COLUMNS}
OTHER_COLUMNS = tuple(name for name in _SPECS if name != TITLE)
"""All columns but the title, in their default order."""

_DEFAULT = tuple(
    spec.name for spec, column in LIST_COLUMNS if spec.name != TITLE and not column.is_optional
)


@dataclass(frozen=True, slots=True)
class ColumnArrangement:
    """Columns right of the title.

    Attributes:
        shown: Their names, from left to right.
        widths: Widths in pixels at a text size of 100 %, of the columns that the user has chosen or
            resized. These are shown in any list that has room for them.
    """

    shown: tuple[str, ...] = _DEFAULT
    widths: dict[str, int] = field(default_factory=dict)

    @property
    def specs(self) -> tuple[FieldSpec, ...]:
        return tuple(_SPECS[name] for name in self.shown)

    def width(self, name: str) -> int:
        """Returns the width of a column in pixels at a text size of 100 %."""
        return self.widths.get(name, _WIDTHS[name])


class ListColumns(QObject):
    """The arrangement that the list, its jobs and its headers have in common.

    Signals:
        changed: The user chose, moved or resized a column, or an arrangement was restored.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._arrangement = ColumnArrangement()

    @property
    def arrangement(self) -> ColumnArrangement:
        return self._arrangement

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns with the title, for the preferences; empty for the default."""
        return () if self._arrangement == ColumnArrangement() else (TITLE, *self._arrangement.shown)

    @property
    def widths(self) -> tuple[int, ...]:
        """Width of each column of `names`; 0 for the title, and for a declared width."""
        return tuple(self._arrangement.widths.get(name, 0) for name in self.names)

    @property
    def spoken(self) -> tuple[str, ...]:
        """Names of the shown columns that screen readers do not always read."""
        return tuple(name for name in self._arrangement.shown if name not in _DEFAULT)

    def restore(self, names: Sequence[str], widths: Sequence[int]) -> None:
        """Shows the columns of an earlier run; columns that do not exist are left out."""
        known = tuple(dict.fromkeys(name for name in names if name in OTHER_COLUMNS))
        stored = zip(names, widths, strict=False)
        sizes = {name: _bounded(width) for name, width in stored if name in known and width}
        self._set(ColumnArrangement(known, sizes) if names else ColumnArrangement())

    def reset(self) -> None:
        """Shows the declared columns in their order and widths."""
        self._set(ColumnArrangement())

    def show_column(self, name: str) -> None:
        """Shows a column in any list that has room, at its place or else at the declared one."""
        before = self._arrangement
        shown = before.shown
        if name not in shown:
            earlier = OTHER_COLUMNS[: OTHER_COLUMNS.index(name)]
            # Behind the last of those that are left of it by default.
            place = max((shown.index(one) + 1 for one in earlier if one in shown), default=0)
            shown = (*shown[:place], name, *shown[place:])
        self._set(ColumnArrangement(shown, {name: _WIDTHS[name], **before.widths}))

    def hide_column(self, name: str) -> None:
        before = self._arrangement
        widths = {one: width for one, width in before.widths.items() if one != name}
        self._set(ColumnArrangement(tuple(one for one in before.shown if one != name), widths))

    def move(self, name: str, place: int) -> None:
        """Moves a column to a place among the shown ones, 0 for the one beside the title."""
        others = [one for one in self._arrangement.shown if one != name]
        place = max(0, min(place, len(others)))
        shown = (*others[:place], name, *others[place:])
        self._set(ColumnArrangement(shown, self._arrangement.widths))

    def set_width(self, name: str, width: int | None = None) -> None:
        """Sets a width in pixels at a text size of 100 %; by default the declared one."""
        width = _bounded(_WIDTHS[name] if width is None else width)
        self._set(
            ColumnArrangement(self._arrangement.shown, self._arrangement.widths | {name: width})
        )

    def _set(self, arrangement: ColumnArrangement) -> None:
        if arrangement != self._arrangement:
            self._arrangement = arrangement
            self.changed.emit()


def _bounded(width: int) -> int:
    return max(MIN_WIDTH, min(width, MAX_WIDTH))

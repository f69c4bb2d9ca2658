"""The parts that the program brings along, as a table."""

from collections.abc import Sequence

from producer_studio.domain.bundled_component import BundledPart
from producer_studio.ui.widgets.row_table import RowTable


class PartTable(RowTable[BundledPart]):
    """A part a row."""

    def __init__(self) -> None:
        super().__init__(("Part", "Licence", "Comes with"))

    def words(self, row: BundledPart) -> Sequence[str]:
        return row.title, row.licence, row.within

"""Table of the bundled components."""

from collections.abc import Sequence

from producer_studio.domain.bundled_component import BundledComponent
from producer_studio.ui.widgets.row_table import RowTable


class PartTable(RowTable[BundledComponent]):
    """Table with one row per component."""

    def __init__(self) -> None:
        super().__init__(("Part", "Licence", "Comes with"))

    def cell_texts(self, row: BundledComponent) -> Sequence[str]:
        return row.title, row.licence, row.within

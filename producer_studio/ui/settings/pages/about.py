"""Settings: which program this is, and what it is made of."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from producer_studio import __version__
from producer_studio.domain.bundled_component import BundledPart
from producer_studio.domain.errors import Fault
from producer_studio.studio.bundled_components import FROM_SOURCE, Bundled
from producer_studio.ui.settings.licence_dialog import LicenceDialog
from producer_studio.ui.settings.part_table import PartTable
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.card import Card
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.logo import Logo

if TYPE_CHECKING:
    from producer_studio.ui.tasks import Tasks

_READ = "list the bundled parts"
_FREE = (
    "Free software under the GNU General Public License, version 3 or later: use it, look into "
    "it, share it, change it. It comes without any warranty."
)


class AboutPage(QWidget):
    """Version and licence, and the parts with theirs.

    Args:
        bundled: Knows the parts.
    """

    def __init__(
        self, bundled: Bundled, look: Look, tasks: "Tasks", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._bundled = bundled
        self._look = look
        self._tasks = tasks
        self._own: BundledPart | None = None
        self.version = label(f"Version {__version__}", "secondary", self)
        self.licence = QPushButton("Licence", self)
        self.licence.setAutoDefault(False)
        self.licence.hide()
        look.dress(self.licence, "file-text", "text1", 14)
        self.folder = QPushButton("Open folder", self)
        self.folder.setAutoDefault(False)
        self.folder.hide()
        look.dress(self.folder, "folder-open", "text1", 14)
        self.words = label("", "secondary", self, wrap=True)
        self.table = PartTable()
        self.view = QTableView(self)
        self._lay_out()
        self.licence.clicked.connect(self._on_licence)
        self.folder.clicked.connect(self._on_folder)
        self.view.doubleClicked.connect(self._on_row)
        self.view.installEventFilter(self)
        tasks.restart(_READ, self._read(), failed=self._on_fault)

    def show_licence(self, part: BundledPart) -> LicenceDialog:
        """Opens the texts of a part."""
        dialog = LicenceDialog(self._bundled, part, self._look, self._tasks, self.window())
        dialog.open()
        return dialog

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.view and isinstance(event, QKeyEvent):
            pressed = event.type() == QEvent.Type.KeyPress
            if pressed and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._on_row(self.view.currentIndex())
                return True
        return super().eventFilter(watched, event)

    async def _read(self) -> None:
        self._own = await self._bundled.own()
        self.licence.setVisible(bool(self._own.texts))
        self._show_parts(await self._bundled.parts())

    def _show_parts(self, parts: Sequence[BundledPart]) -> None:
        # Hundreds of small libraries would hide the rest; the folder lists them all.
        shown = [part for part in parts if part.is_apart]
        hidden = len(parts) - len(shown)
        self.table.show_rows(shown)
        self.view.setVisible(bool(shown))
        self.folder.setVisible(bool(shown))
        more = f", and {hidden} compiled into them" if hidden else ""
        self.words.setText(
            f"{len(shown)} parts that others made{more}. Double-click one, or press Enter, for "
            "its licence."
            if shown
            else FROM_SOURCE
        )

    def _on_fault(self, fault: Fault) -> None:
        self.words.setText(fault.message)

    def _on_licence(self) -> None:
        if self._own is not None:
            self.show_licence(self._own)

    def _on_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._bundled.folder)))

    def _on_row(self, index: QModelIndex) -> None:
        if index.isValid():
            self.show_licence(self.table.row(index.row()))

    def _lay_out(self) -> None:
        self._dress_view()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._card())
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.words, 1)
        line.addWidget(self.folder, 0, Qt.AlignmentFlag.AlignTop)
        column.addWidget(label("Made with the work of others", "label", self))
        column.addLayout(line)
        column.addWidget(self.view, 1)
        column.addStretch(0)

    def _card(self) -> Card:
        card = Card(self)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Logo(self._look, 40, card))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label("Producer Studio", "title", card))
        words.addWidget(self.version)
        head.addLayout(words, 1)
        head.addWidget(self.licence, 0, Qt.AlignmentFlag.AlignVCenter)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(14, 14, 14, 14)
        inside.setSpacing(10)
        inside.addLayout(head)
        inside.addWidget(label(_FREE, "secondary", card, wrap=True))
        return card

    def _dress_view(self) -> None:
        view = self.view
        view.hide()
        view.setModel(self.table)
        view.setAccessibleName("Bundled parts")
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        view.setTabKeyNavigation(False)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(self._look.px(26))
        head = view.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        head.resizeSection(0, self._look.px(190))
        head.resizeSection(2, self._look.px(130))

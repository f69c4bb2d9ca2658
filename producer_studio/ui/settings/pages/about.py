"""Settings page with version, licence and bundled components."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from producer_studio import __version__
from producer_studio.domain.errors import ServiceError
from producer_studio.domain.release import BundledComponent
from producer_studio.studio.bundled_components import SOURCE_INSTALL_MESSAGE, BundledComponents
from producer_studio.translation import mark, nmark, sentences, tr
from producer_studio.ui.external_programs import open_folder, open_page
from producer_studio.ui.settings.page import SettingsPage
from producer_studio.ui.style.style import Style
from producer_studio.ui.tasks import Tasks
from producer_studio.ui.widgets.card import Card
from producer_studio.ui.widgets.combo_box import ComboBox
from producer_studio.ui.widgets.dialog import Dialog, show_open_problem
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.logo import Logo
from producer_studio.ui.widgets.row_table import RowTable


class PartTable(RowTable[BundledComponent]):
    """Table with one row per component."""

    def __init__(self) -> None:
        super().__init__((tr("Part"), tr("Licence"), tr("Comes with")))

    def cell_texts(self, row: BundledComponent) -> Sequence[str]:
        return row.title, row.licence, row.within


_READ_LICENCE_TASK = "read a licence"


class LicenceDialog(Dialog):
    """Shows one licence text at a time; a combo box selects among several."""

    def __init__(
        self,
        components: BundledComponents,
        component: BundledComponent,
        style: Style,
        tasks: Tasks,
        parent: QWidget,
    ) -> None:
        super().__init__(style, component.title, parent)
        self._components = components
        self._component = component
        self._tasks = tasks
        self.choice = ComboBox(tr("Text"), self, small=True)
        for name in component.texts:
            self.choice.addItem(name.rpartition("/")[2], name)
        self.choice.setVisible(len(component.texts) > 1)
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setAccessibleName(tr("Licence"))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.home_button = QPushButton(tr("Home page"), self)
        self.home_button.setVisible(bool(component.home))
        self.home_button.setToolTip(component.home)
        style.set_icon(self.home_button, "globe", "text1", 14)
        self._build()
        self.resize_within_screen(680, 560)
        self.choice.activated.connect(self._read_text)
        report = partial(show_open_problem, style, self)
        self.home_button.clicked.connect(lambda: open_page(component.home, report))
        self._read_text()

    def _read_text(self) -> None:
        name = self.choice.currentData()
        if name:
            self._tasks.restart(
                _READ_LICENCE_TASK,
                self._components.read_licence(name),
                on_result=self._show_text,
                on_error=self._on_error,
            )

    def _show_text(self, text: str) -> None:
        self.text.setPlainText(text)
        self.text.moveCursor(QTextCursor.MoveOperation.Start)

    def _on_error(self, error: ServiceError) -> None:
        self._show_text(tr(error.message))

    def _build(self) -> None:
        close = QPushButton(tr("Close"), self)
        close.clicked.connect(self.accept)
        top = QHBoxLayout()
        top.setSpacing(12)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label(self._component.title, "title", self))
        words.addWidget(label(self._component.licence, "secondary", self, wrap=True))
        top.addLayout(words, 1)
        top.addWidget(self.choice, 0, Qt.AlignmentFlag.AlignTop)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.home_button)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(14)
        column.addLayout(top)
        column.addWidget(self.text, 1)
        column.addLayout(buttons)


_READ_TASK = "list the bundled parts"
_LICENCE_TEXT = mark(
    "Free software under the GNU General Public License, version 3 or later: use it, study it, "
    "share it, change it. It comes without any warranty."
)


_HOW_TO_READ = mark("Double-click one, or press Enter, to show its licence.")


class AboutPage(QWidget):
    """Version and licence of the program, and its components with theirs.

    Args:
        components: Source of the bundled components.
    """

    def __init__(
        self,
        components: BundledComponents,
        style: Style,
        tasks: "Tasks",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._components = components
        self._style = style
        self._tasks = tasks
        self._own_component: BundledComponent | None = None
        self.version = label(tr("Version {version}", version=__version__), "secondary", self)
        self.licence_button = QPushButton(tr("Licence"), self)
        self.licence_button.setAutoDefault(False)
        self.licence_button.hide()
        style.set_icon(self.licence_button, "file-text", "text1", 14)
        self.folder_button = QPushButton(tr("Open folder"), self)
        self.folder_button.setAutoDefault(False)
        self.folder_button.hide()
        style.set_icon(self.folder_button, "folder-open", "text1", 14)
        self.summary = label("", "secondary", self, wrap=True)
        self.table = PartTable()
        self.view = QTableView(self)
        self._build()
        self.licence_button.clicked.connect(self._on_licence_clicked)
        self.folder_button.clicked.connect(self._on_folder_clicked)
        self.view.doubleClicked.connect(self._on_row_activated)
        self.view.installEventFilter(self)
        tasks.restart(
            _READ_TASK,
            self._read_components(),
            on_result=self._on_components_read,
            on_error=self._on_error,
        )

    def show_licence(self, component: BundledComponent) -> LicenceDialog:
        """Opens the licence texts of a component."""
        dialog = LicenceDialog(self._components, component, self._style, self._tasks, self.window())
        dialog.open()
        return dialog

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.view and isinstance(event, QKeyEvent):
            pressed = event.type() == QEvent.Type.KeyPress
            if pressed and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._on_row_activated(self.view.currentIndex())
                return True
        return super().eventFilter(watched, event)

    async def _read_components(self) -> tuple[BundledComponent, Sequence[BundledComponent]]:
        return await self._components.program(), await self._components.components()

    def _on_components_read(
        self, found: tuple[BundledComponent, Sequence[BundledComponent]]
    ) -> None:
        self._own_component, components = found
        self.licence_button.setVisible(bool(self._own_component.texts))
        # Hundreds of small libraries would hide the others; the folder lists all of them.
        shown = [part for part in components if part.is_apart]
        hidden = len(components) - len(shown)
        self.table.set_rows(shown)
        self.view.setVisible(bool(shown))
        self.folder_button.setVisible(bool(shown))
        self.summary.setText(
            tr(sentences(_count_text(len(shown), hidden), _HOW_TO_READ))
            if shown
            else tr(SOURCE_INSTALL_MESSAGE)
        )

    def _on_error(self, error: ServiceError) -> None:
        self.summary.setText(tr(error.message))

    def _on_licence_clicked(self) -> None:
        if self._own_component is not None:
            self.show_licence(self._own_component)

    def _on_folder_clicked(self) -> None:
        if self._components.folder is not None:
            open_folder(self._components.folder, partial(show_open_problem, self._style, self))

    def _on_row_activated(self, index: QModelIndex) -> None:
        if index.isValid():
            self.show_licence(self.table.row_at(index.row()))

    def _build(self) -> None:
        self._configure_view()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._build_card())
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.summary, 1)
        line.addWidget(self.folder_button, 0, Qt.AlignmentFlag.AlignTop)
        column.addWidget(label(tr("Third-party components"), "label", self))
        column.addLayout(line)
        column.addWidget(self.view, 1)
        column.addStretch(0)

    def _build_card(self) -> Card:
        card = Card(self)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Logo(self._style, 40, card))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label("Producer Studio", "title", card))
        words.addWidget(self.version)
        head.addLayout(words, 1)
        head.addWidget(self.licence_button, 0, Qt.AlignmentFlag.AlignVCenter)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(14, 14, 14, 14)
        inside.setSpacing(10)
        inside.addLayout(head)
        inside.addWidget(label(tr(_LICENCE_TEXT), "secondary", card, wrap=True))
        return card

    def _configure_view(self) -> None:
        view = self.view
        view.hide()
        view.setModel(self.table)
        view.setAccessibleName(tr("Bundled parts"))
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        view.setTabKeyNavigation(False)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(self._style.px(26))
        head = view.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        head.resizeSection(0, self._style.px(190))
        head.resizeSection(2, self._style.px(130))


def _count_text(shown: int, hidden: int) -> str:
    if not hidden:
        return nmark("{count} third-party component.", "{count} third-party components.", shown)
    return nmark(
        "{count} third-party component, and {hidden} compiled into them.",
        "{count} third-party components, and {hidden} compiled into them.",
        shown,
        hidden=hidden,
    )


PAGE = SettingsPage(
    mark("About"),
    "info",
    100,
    AboutPage,
    lambda context, parent: AboutPage(
        BundledComponents(), context.ui.style, context.ui.tasks, parent
    ),
)

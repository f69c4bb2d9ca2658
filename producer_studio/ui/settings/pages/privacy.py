"""Settings page about what is stored on this computer, and what leaves it."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from producer_studio.domain.errors import ServiceError
from producer_studio.studio.stored_data import DELETABLE, DataKind, StoredData
from producer_studio.studio.updates.installation import size_text
from producer_studio.translation import join_texts, mark, nmark, tr
from producer_studio.ui.context import UiContext
from producer_studio.ui.external_programs import open_folder
from producer_studio.ui.settings.form_fields import create_small_button
from producer_studio.ui.settings.page import SettingsContext, SettingsPage
from producer_studio.ui.widgets.card import Card
from producer_studio.ui.widgets.dialog import Confirmation, show_open_problem
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.switch import Switch

_READ = "list the stored data"
_DELETE = "delete stored data"
_SENT = mark(
    "Sounds, lyrics and settings of a request go to the service of the account that is in use, and "
    "recordings that you upload to it or to your bucket. Each service gets its own key only. Once "
    "a day the list of releases is read, if you switched that on. Nothing else leaves this "
    "computer: no statistics, no crash reports."
)
_TITLES = {
    DataKind.LIBRARY: mark("Library"),
    DataKind.SETTINGS: mark("Settings and accounts"),
    DataKind.KEYS: mark("Keys of the accounts"),
    DataKind.SEARCHES: mark("Past searches"),
    DataKind.FILES: mark("Recent files"),
    DataKind.LYRICS: mark("Versions of lyrics"),
    DataKind.REPORTS: mark("Crash reports"),
    DataKind.PREVIEWS: mark("Cache"),
    DataKind.DEMO: "Demo Studio",
}
_EXPLANATIONS = {
    DataKind.LIBRARY: mark(
        "Clips with their sounds, ratings, jobs and credits. Clips are deleted in the library, and "
        "for good from its trash."
    ),
    DataKind.SETTINGS: mark("Files with preferences, accounts and export profiles; no keys."),
    DataKind.KEYS: mark(
        "In the system's keychain, or in memory. A key is deleted with its account."
    ),
    DataKind.SEARCHES: mark("In the database of the library, for completion in the search field."),
    DataKind.FILES: mark(
        "Names of the files that you opened in the form, among the preferences. The files and the "
        "desktop's own list stay."
    ),
    DataKind.LYRICS: mark("In the database of the library: earlier texts of the lyrics field."),
    DataKind.REPORTS: mark("Texts about errors of the program. They stay on this computer."),
    DataKind.PREVIEWS: mark("Rendered previews of templates. They are rendered again when needed."),
    DataKind.DEMO: mark(
        "Songs and credits that the demo keeps, as a service would. Clips in the library stay."
    ),
}
_QUESTIONS = {
    DataKind.SEARCHES: mark("Delete all past searches?"),
    DataKind.FILES: mark("Delete the list of recent files?"),
    DataKind.LYRICS: mark("Delete all versions of lyrics?"),
    DataKind.REPORTS: mark("Delete all crash reports?"),
    DataKind.PREVIEWS: mark("Delete the cache?"),
    DataKind.DEMO: mark("Delete the data of Demo Studio?"),
}
_DESKTOP_LIST = mark(
    "Files that you export, and audio files and presets that you open, are then offered by the "
    "desktop and by other programs of this computer. What is in that list already stays there."
)
_CANNOT_BE_UNDONE = mark("This cannot be undone.")


class DataRow(Card):
    """A kind of stored data: how much, where, and its buttons.

    Signals:
        open_requested: Show its folder in the file manager.
        deletion_requested: Delete it, after a question.
    """

    open_requested = Signal()
    deletion_requested = Signal()

    def __init__(self, data: StoredData, parent: QWidget) -> None:
        super().__init__(parent)
        self.data = data
        title = tr(_TITLES[data.kind])
        self.amount_label = label(_amount_text(data), "secondary", self)
        self.open_button = create_small_button(tr("Open folder"), self)
        self.open_button.setAccessibleName(tr("Open folder: {name}", name=title))
        self.open_button.setVisible(data.folder is not None)
        self.delete_button = create_small_button(tr("Delete…"), self)
        self.delete_button.setAccessibleName(tr("Delete: {name}", name=title))
        self.delete_button.setVisible(data.kind in DELETABLE)
        self.delete_button.setEnabled(not data.is_empty)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label(title, "strong", self))
        head.addWidget(self.amount_label)
        head.addStretch(1)
        head.addWidget(self.open_button)
        head.addWidget(self.delete_button)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(14, 10, 14, 12)
        inside.setSpacing(4)
        inside.addLayout(head)
        inside.addWidget(label(tr(_EXPLANATIONS[data.kind]), "secondary", self, wrap=True))
        if data.folder is not None:
            inside.addWidget(label(str(data.folder), "caption", self, wrap=True))
        self.open_button.clicked.connect(self.open_requested)
        self.delete_button.clicked.connect(self.deletion_requested)


class PrivacyPage(QWidget):
    """Lists all stored data, each of it to be opened, and deleted where nothing else does."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._studio = context.studio
        self._style = context.style
        self._tasks = context.tasks
        self.rows: dict[DataKind, DataRow] = {}
        self.problem_label = label("", "bad", self, wrap=True)
        self.problem_label.hide()
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label(tr("What leaves this computer"), "label", self))
        column.addWidget(label(tr(_SENT), "secondary", self, wrap=True))
        column.addSpacing(6)
        self.desktop_list = Switch(self._style, tr("Add files to the recent files of the desktop"))
        self.desktop_list.setChecked(self._studio.preferences.value.lists_recent_files)
        self.desktop_list.toggled.connect(
            lambda on: self._studio.preferences.change(lists_recent_files=on)
        )
        column.addWidget(self.desktop_list)
        column.addWidget(label(tr(_DESKTOP_LIST), "secondary", self, wrap=True))
        column.addSpacing(6)
        column.addWidget(label(tr("What is stored here"), "label", self))
        column.addWidget(self.problem_label)
        column.addLayout(self._list)
        column.addStretch(1)
        self.read()

    def read(self) -> None:
        """Reads what there is now, and shows it."""
        self._tasks.restart(
            _READ,
            self._studio.stored_data.list_all(),
            on_result=self._show,
            on_error=self._show_problem,
        )

    def _show(self, found: Sequence[StoredData]) -> None:
        for row in self.rows.values():
            row.hide()
            row.deleteLater()
        self.rows = {}
        for data in found:
            row = DataRow(data, self)
            row.open_requested.connect(partial(self._open, data))
            row.deletion_requested.connect(partial(self._ask, data.kind))
            self._list.addWidget(row)
            row.show()
            self.rows[data.kind] = row

    def _open(self, data: StoredData) -> None:
        if data.folder is not None:
            open_folder(data.folder, partial(show_open_problem, self._style, self))

    def _ask(self, kind: DataKind) -> None:
        question = Confirmation(
            self._style, tr(_QUESTIONS[kind]), tr(_CANNOT_BE_UNDONE), tr("Delete"), self
        )
        question.accepted.connect(partial(self._delete, kind))
        question.open()

    def _delete(self, kind: DataKind) -> None:
        self.problem_label.hide()
        self._tasks.start(
            _DELETE,
            self._studio.stored_data.delete(kind),
            on_result=lambda _nothing: self.read(),
            on_error=self._on_deletion_failed,
        )

    def _on_deletion_failed(self, error: ServiceError) -> None:
        self._show_problem(error)
        self.read()

    def _show_problem(self, error: ServiceError) -> None:
        self.problem_label.setText(tr(error.message))
        self.problem_label.setToolTip(error.service_words)
        self.problem_label.show()


def _amount_text(data: StoredData) -> str:
    """Returns such as "12 reports · 40 kB"; empty for data that has neither."""
    parts = [] if data.count is None else [_count_text(data.kind, data.count)]
    if data.size_bytes:
        parts.append(size_text(data.size_bytes))
    elif data.count is None:
        parts.append(mark("empty"))
    return tr(join_texts(parts, " · "))


def _count_text(kind: DataKind, count: int) -> str:
    match kind:
        case DataKind.LIBRARY:
            return nmark("{count} clip", "{count} clips", count)
        case DataKind.KEYS:
            return nmark("{count} account", "{count} accounts", count)
        case DataKind.SEARCHES:
            return nmark("{count} search", "{count} searches", count)
        case DataKind.FILES:
            return nmark("{count} file", "{count} files", count)
        case DataKind.LYRICS:
            return nmark("{count} text", "{count} texts", count)
        case _:
            return nmark("{count} report", "{count} reports", count)


def _create(context: SettingsContext, parent: QWidget) -> PrivacyPage:
    return PrivacyPage(context.ui, parent)


PAGE = SettingsPage(
    mark("Privacy"),
    "shield-check",
    88,
    PrivacyPage,
    _create,
    scrolls=True,
    manual_page="kept",
)

"""Settings page for the library: folder, other libraries, backups, and checks of its files."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from producer_studio.translation import mark
from producer_studio.ui.context import UiContext
from producer_studio.ui.settings.backup_card import BackupCard
from producer_studio.ui.settings.known_libraries_card import KnownLibrariesCard
from producer_studio.ui.settings.library_card import LibraryCard
from producer_studio.ui.settings.mirror_card import MirrorCard
from producer_studio.ui.settings.page import SettingsContext, SettingsPage
from producer_studio.ui.settings.verification_card import VerificationCard


class LibraryPage(QWidget):
    """Shows the open library, opens others, backs up, fetches what is missing, and checks.

    Signals:
        library_requested: Close the library, and do what a `LibraryRequest` says.
    """

    library_requested = Signal(object)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.library = LibraryCard(context, self)
        self.known = KnownLibrariesCard(context, self)
        self.backups = BackupCard(context, self)
        self.mirror = MirrorCard(context, self)
        self.verification = VerificationCard(context, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for card in (self.library, self.known, self.backups, self.mirror, self.verification):
            column.addWidget(card)
        column.addStretch(1)
        for asking in (self.library, self.known, self.backups):
            asking.library_requested.connect(self.library_requested)


def _create(context: SettingsContext, parent: QWidget) -> LibraryPage:
    page = LibraryPage(context.ui, parent)
    page.library_requested.connect(context.request_library)
    return page


PAGE = SettingsPage(
    mark("Library"),
    "hard-drive",
    50,
    LibraryPage,
    _create,
    scrolls=True,
    manual_page="kept",
)

"""Dialogs of the main window, each open once."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from producer_studio.domain.account import Service
from producer_studio.domain.ids import AccountName, ClipId
from producer_studio.translation import ntr, tr
from producer_studio.ui.context import UiContext
from producer_studio.ui.shortcuts.chosen_keys import CommandShortcuts
from producer_studio.ui.shortcuts.manual_page import set_manual_page
from producer_studio.ui.shortcuts.table import Shortcut
from producer_studio.ui.window.manual_opener import ManualOpener

# Dialogs are imported on first use: most starts show none.
if TYPE_CHECKING:
    from producer_studio.studio.export.export import Export
    from producer_studio.studio.library_work import LibraryRequest
    from producer_studio.ui.inspector.panel import InspectorPanel
    from producer_studio.ui.library.panel import LibraryPanel
    from producer_studio.ui.settings.account_dialog import AccountDialog
    from producer_studio.ui.settings.dialog import SettingsDialog


_MANUAL_PAGES = {
    "account": "accounts", "export": "export", "tags": "export",
    "compare": "comparing", "keys": "keys",
}  # fmt: skip
"""Pages of the manual by the name of a dialog."""


class WindowDialogs(QObject):
    """Opens the dialogs of a window; one that is open already is activated instead.

    Args:
        shortcuts: Those that the sheet of shortcuts lists.

    Attributes:
        manual: Opens the manual.
        library_request: What to do after the window was closed; None to end the program.

    Signals:
        demo_requested: Use Demo Studio.
        undo_available: Message about a change, and its `UndoStep`.
    """

    demo_requested = Signal()
    notice_requested = Signal(str)
    undo_available = Signal(str, object)

    def __init__(self, context: UiContext, shortcuts: Sequence[Shortcut], window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._shortcuts = shortcuts
        self._window = window
        self.manual = ManualOpener(context, window)
        self.manual.settings_requested.connect(self.open_settings)
        self.manual.keys_requested.connect(self.open_shortcut_sheet)
        self.open_dialogs: dict[str, QDialog] = {}
        self.library_request: LibraryRequest | None = None

    def open_settings(self, page: str = "") -> "SettingsDialog":
        """Opens the settings, or activates the open dialog.

        Args:
            page: English title of the page to show; empty for the first, or the one shown.
        """
        from producer_studio.ui.settings.dialog import SettingsDialog  # start-up cost

        dialog = self._open("settings", lambda: SettingsDialog(self._context, self._window))
        assert isinstance(dialog, SettingsDialog)  # noqa: S101 - created one line above
        dialog.add_account_requested.connect(self.add_account, Qt.ConnectionType.UniqueConnection)
        dialog.demo_requested.connect(self.demo_requested, Qt.ConnectionType.UniqueConnection)
        dialog.change_account_requested.connect(
            self.change_account, Qt.ConnectionType.UniqueConnection
        )
        dialog.library_requested.connect(
            self._on_library_requested, Qt.ConnectionType.UniqueConnection
        )
        dialog.keys_requested.connect(self.open_shortcut_sheet, Qt.ConnectionType.UniqueConnection)
        if page:
            dialog.open_page(page)
        return dialog

    def add_account(self, service: Service = Service.MUSICAPI) -> "AccountDialog":
        """Opens the dialog that connects a service."""
        from producer_studio.ui.settings.account_dialog import AccountDialog  # start-up cost

        dialog = self._open("account", lambda: AccountDialog(self._context, service, self._window))
        assert isinstance(dialog, AccountDialog)  # noqa: S101 - created one line above
        return dialog

    def change_account(self, name: str) -> None:
        """Opens the dialog that changes an account."""
        from producer_studio.ui.settings.account_dialog import AccountDialog  # start-up cost

        account = self._context.studio.accounts.get(AccountName(name))
        if account is not None:
            self._open(
                "account",
                lambda: AccountDialog(
                    self._context, account.service, self._window, account=account
                ),
            )

    def follow_exports(self, panel: "LibraryPanel | InspectorPanel") -> None:
        """Opens the export dialog when a panel, or its menu, asks for it."""
        panel.export_requested.connect(self.open_export)
        panel.clip_actions.export_requested.connect(self.open_export)
        panel.clip_actions.export_tags_requested.connect(self.open_tags)

    def open_tags(self, clips: list[ClipId]) -> None:
        """Opens the editor of the tags that exported files of some clips get."""
        from producer_studio.ui.export.tag_editor import TagEditor  # start-up cost

        def create() -> TagEditor:
            dialog = TagEditor(self._context, clips, self._window)
            dialog.undo_available.connect(self.undo_available)
            return dialog

        self._open("tags", create)

    def show_exports(self, exports: "Sequence[Export]") -> None:
        """Shows the progress of exports of an earlier run, which go on."""
        if exports:
            from producer_studio.ui.export.export_progress import ExportTray  # start-up cost

            ExportTray.for_window(self._context, self._window.window()).follow(exports)
            self.notice_requested.emit(
                ntr(
                    "An export of an earlier run goes on.",
                    "{count} exports of an earlier run go on.",
                    len(exports),
                )
            )

    def open_export(self, clips: list[ClipId], profile: str | None = None) -> None:
        """Opens the export dialog for some clips; says so if there are none.

        Args:
            profile: Id of the export profile; None for the one that was used last.
        """
        from producer_studio.ui.export.dialog import ExportDialog  # start-up cost

        def create() -> ExportDialog:
            dialog = ExportDialog(self._context, clips, self._window, profile)
            dialog.undo_available.connect(self.undo_available)
            return dialog

        if clips:
            self._open("export", create)
        else:
            self.notice_requested.emit(tr("Select a clip in the library first."))

    def choose_compared(self, clip: str, on_chosen: Callable[[Sequence[ClipId]], object]) -> None:
        """Opens the dialog that chooses what a clip is compared with.

        Args:
            on_chosen: Called with the clip and the others.
        """
        from producer_studio.ui.clips.clip_chooser import COMPARE, ClipChooser  # start-up cost

        first = ClipId(clip)

        def create() -> ClipChooser:
            dialog = ClipChooser(self._context, first, self._window, COMPARE)
            dialog.chosen.connect(lambda others: on_chosen([first, *others]))
            return dialog

        self._open("compare", create)

    def open_shortcut_sheet(self) -> None:
        from producer_studio.ui.window.shortcuts import ShortcutSheet  # start-up cost

        def create() -> ShortcutSheet:
            sheet = ShortcutSheet(self._context.style, self._shortcuts, self._window)
            sheet.change_requested.connect(lambda: self.open_settings("Keyboard"))
            return sheet

        self._open("keys", create)

    def _on_library_requested(self, request: object) -> None:
        from producer_studio.studio.library_work import LibraryRequest  # start-up cost

        assert isinstance(request, LibraryRequest)  # noqa: S101 - as the signal says
        self.library_request = request
        self._window.window().close()

    def _open(self, name: str, create: Callable[[], QDialog]) -> QDialog:
        dialog = self.open_dialogs.get(name)
        if dialog is None:
            dialog = create()
            self.open_dialogs[name] = dialog
            if name in _MANUAL_PAGES:
                set_manual_page(dialog, _MANUAL_PAGES[name])
            # The window's own keys do not reach a dialog.
            CommandShortcuts("manual", self.manual.open_for_focus, dialog)
            dialog.finished.connect(lambda _result: self.open_dialogs.pop(name, None))
            dialog.open()
        dialog.raise_()
        dialog.activateWindow()
        return dialog

"""Opens the manual, and offers its page about a new release."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from producer_studio import __version__
from producer_studio.studio.studio import resources_folder
from producer_studio.studio.whats_new import ReleaseNotes, load_whats_new
from producer_studio.translation import tr
from producer_studio.ui.context import UiContext
from producer_studio.ui.shortcuts.manual_page import manual_page_of

# Imported on first use: most starts do not show it.
if TYPE_CHECKING:
    from producer_studio.ui.manual.window import ManualWindow


class ManualOpener(QObject):
    """Opens the manual's window, one at a time.

    Signals:
        settings_requested: Open a page of the settings (its English title).
        keys_requested: Open the list of all keys.
    """

    settings_requested = Signal(str)
    keys_requested = Signal()

    def __init__(self, context: UiContext, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self.window: ManualWindow | None = None

    def open_for_focus(self) -> None:
        """Opens the page about the part of the window that has the focus."""
        # The type stub claims that there is always one.
        focused: QWidget | None = QApplication.focusWidget()
        self.open_page(manual_page_of(focused))

    def open_page(self, page: str = "") -> None:
        """Opens a page; the first, or the one shown already, if empty."""
        if self.window is None:
            self.window = self._create_window()
        self.window.open_page(page)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def shut_down(self) -> None:
        """Closes the manual's window."""
        if self.window is not None:
            self.window.close()

    async def find_news(self) -> Sequence[ReleaseNotes]:
        """Returns what is new since the last start, once: the version of this start is stored.

        Empty at the first start, and while the version stays the same.
        """
        preferences = self._context.studio.preferences
        last = preferences.value.last_version
        if last == __version__:
            return ()
        preferences.change(last_version=__version__)
        if not last:
            return ()
        return (await load_whats_new(resources_folder())).since(last, __version__)

    def offer_news(self, news: Sequence[ReleaseNotes], show_notice: Callable[..., object]) -> None:
        """Shows a notice with a button for what is new; nothing if there is nothing."""
        if news:
            from producer_studio.studio.manual import WHATS_NEW  # start-up cost

            show_notice(
                # Of this level none closes by itself: it comes once.
                "release",
                tr("Producer Studio was updated to {version}.", version=__version__),
                action=tr("What’s new"),
                on_action=lambda: self.open_page(WHATS_NEW),
            )

    def _create_window(self) -> "ManualWindow":
        from producer_studio.studio.manual import Manual  # start-up cost
        from producer_studio.ui.manual.window import ManualWindow  # start-up cost

        context = self._context
        window = ManualWindow(context.style, context.tasks, Manual(resources_folder()))
        window.settings_requested.connect(self.settings_requested)
        window.keys_requested.connect(self.keys_requested)
        window.destroyed.connect(self._on_window_destroyed)
        return window

    def _on_window_destroyed(self) -> None:
        self.window = None

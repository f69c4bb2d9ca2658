"""Declaration of a page of the settings dialog."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from producer_studio.translation import Message
from producer_studio.ui.context import UiContext


@dataclass(frozen=True, slots=True)
class SettingsContext:
    """Collaborators of the pages, and requests that only the window can fulfil.

    Attributes:
        add_account: Opens the dialog that adds an account.
        use_demo: Uses Demo Studio.
        change_account: Opens the dialog that changes an account, by its name.
        request_library: Closes the library, and does what a `LibraryRequest` says.
        show_keys: Opens the list of all keys.
    """

    ui: UiContext
    add_account: Callable[[], None]
    use_demo: Callable[[], None]
    change_account: Callable[[str], None]
    request_library: Callable[[object], None]
    show_keys: Callable[[], None]


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """A page, declared as `PAGE` in its own module of `ui/settings/pages`.

    Attributes:
        title: Shown above the page and in the list of pages; its English names the page.
        order: Position in the list of pages, from the top.
        create: Creates the widget; called when the page is first shown.
        manual_page: Page of the manual about it; empty for a general one.
        scrolls: Whether the dialog puts the page into a scroll area. A page with its own does not.
    """

    title: Message
    icon: str
    order: int
    kind: type[QWidget]
    create: Callable[[SettingsContext, QWidget], QWidget]
    scrolls: bool = False
    manual_page: str = ""

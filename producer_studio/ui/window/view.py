"""Declaration of a view for the middle of the window."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget

from producer_studio.domain.account import Service
from producer_studio.domain.ids import ClipId
from producer_studio.ui.context import UiContext


@dataclass(frozen=True, slots=True)
class ViewContext:
    """Collaborators of the views, and requests that only the window can fulfil.

    Attributes:
        add_account: Opens the dialog that connects a service.
        begin_composing: Shows the library and focuses the compose form.
        focus_library: Shows the library and focuses its list.
        show_compare: Shows clips in the view that compares them, where there is one.
    """

    ui: UiContext
    add_account: Callable[[Service], object]
    begin_composing: Callable[[], None]
    focus_library: Callable[[], None]
    show_compare: Callable[[Sequence[ClipId]], None]


class ViewPlayback(Protocol):
    """Sound of a view that plays by itself: the keys of the player belong to it while shown."""

    @property
    def state_changed(self) -> SignalInstance:
        """It begins or stops playing (bool)."""

    @property
    def is_playing(self) -> bool: ...

    @property
    def position_s(self) -> float: ...

    @property
    def length_s(self) -> float: ...

    def play_or_pause(self) -> None: ...

    def seek(self, seconds: float) -> None: ...

    def toggle_loop(self) -> None: ...


@runtime_checkable
class ViewUndo(Protocol):
    """Widget of a view with undo steps of its own, which come before those of the library.

    Both return False if the library's is to be undone or redone instead.
    """

    def undo(self) -> bool: ...

    def redo(self) -> bool: ...


@runtime_checkable
class ViewLeaving(Protocol):
    """Widget of a view that Esc closes, wherever in the window the focus is."""

    def leave(self) -> None: ...


@dataclass(frozen=True, slots=True)
class View:
    """A view, declared as `VIEW` in its own module of `ui/window/views`.

    Attributes:
        name: Identifies the view in code.
        label: Name and tooltip of its navigation button, and its line in the shortcut sheet.
        icon: Lucide name.
        order: Position among the navigation buttons, from the left.
        create: Creates the widget as a child of another; called when the view is first needed.
        shows_inspector: Whether the inspector is visible beside it.
        is_listed: Whether it has a navigation button; these appear with the second such view.
        shortcut: Qt's name of the key that shows it; empty for none.
        show_clips: Shows clips in its widget; None if it takes none.
        manual_page: Page of the manual about it; empty for none.
        playback: Returns the sound of its widget; None if it does not play by itself.
    """

    name: str
    label: str
    icon: str
    order: int
    create: Callable[[ViewContext, QWidget], QWidget]
    shows_inspector: bool = False
    is_listed: bool = True
    shortcut: str = ""
    manual_page: str = ""
    show_clips: Callable[[QWidget, Sequence[ClipId]], object] | None = None
    playback: Callable[[QWidget], ViewPlayback] | None = None

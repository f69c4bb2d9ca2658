"""Table of the keyboard shortcuts."""

from dataclasses import dataclass

from producer_studio.translation import mark

PLAYBACK = mark("Playback")
COMPOSE = mark("Composing")
LIBRARY = mark("Library")
COMPARE = mark("Compare and video")
WINDOW = mark("Window")
GROUPS = (PLAYBACK, COMPOSE, LIBRARY, COMPARE, WINDOW)


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A command and its keys.

    Attributes:
        keys: Qt's key names; the first is shown.
        description: Description of the command, translated when it is shown.
        group: One of `GROUPS`.
        action: Name of the command; empty for keys that a panel handles by itself.
        is_plain: Whether its keys may have no modifier, and are then left to text fields.
        is_fixed: Whether the user cannot choose other keys; always so without `action`.
        others: More keys of the same kind, such as those of the other digits.
    """

    keys: tuple[str, ...]
    description: str
    group: str
    action: str = ""
    is_plain: bool = False
    is_fixed: bool = False
    others: tuple[str, ...] = ()

    @property
    def is_changeable(self) -> bool:
        return bool(self.action) and not self.is_fixed


def qt_keys(*names: str) -> tuple[str, ...]:
    """Returns Qt's names of keys, which are alike in all languages."""
    return names


def _digits(modifiers: str, last: int) -> tuple[str, ...]:
    return tuple(f"{modifiers}{digit}" for digit in range(1, last + 1))


SHORTCUTS: tuple[Shortcut, ...] = (
    Shortcut(qt_keys("Space"), mark("Play or pause"), PLAYBACK, "play", is_plain=True),
    Shortcut(qt_keys("Left"), mark("Back 5 seconds"), PLAYBACK, "back", is_plain=True),
    Shortcut(qt_keys("Right"), mark("Forward 5 seconds"), PLAYBACK, "on", is_plain=True),
    Shortcut(qt_keys("Home"), mark("To the start"), PLAYBACK, "home", is_plain=True),
    Shortcut(qt_keys("End"), mark("To the end"), PLAYBACK, "end", is_plain=True),
    Shortcut(
        qt_keys("L"),
        mark("Repeat the marked region, or the clip"),
        PLAYBACK,
        "repeat",
        is_plain=True,
    ),
    Shortcut(
        qt_keys("["),
        mark("Loop from here, on the waveform; ] to here"),
        PLAYBACK,
        others=qt_keys("]"),
    ),
    # Ctrl+Enter presses whatever costs credits, everywhere: it cannot be another key.
    Shortcut(
        qt_keys("Ctrl+Return", "Ctrl+Enter"), mark("Generate"), COMPOSE, "generate", is_fixed=True
    ),
    Shortcut(
        qt_keys("Ctrl+1"), mark("Number of takes, 1 to 8"), COMPOSE, others=_digits("Ctrl+", 8)
    ),
    Shortcut(
        qt_keys("Ctrl+Alt+1"),
        mark("Show a preset in the form, 1 to 9"),
        COMPOSE,
        others=_digits("Ctrl+Alt+", 9),
    ),
    Shortcut(qt_keys("Ctrl+Shift+R"), mark("Show the request of the form"), COMPOSE, "request"),
    Shortcut(qt_keys("Ctrl+K", "Ctrl+F"), mark("Search"), LIBRARY, "search"),
    Shortcut(qt_keys("Ctrl+L"), mark("Go to a list"), LIBRARY, "lists"),
    Shortcut(qt_keys("Ctrl+P"), mark("Add to a playlist"), LIBRARY, "playlist"),
    Shortcut(
        qt_keys("Alt+Up"),
        mark("Move in a list, the queue or the lyrics"),
        LIBRARY,
        others=qt_keys("Alt+Down"),
    ),
    Shortcut(
        qt_keys("Alt+Left"),
        mark("Move a column; with Shift: its width"),
        LIBRARY,
        others=qt_keys("Alt+Right", "Alt+Shift+Left", "Alt+Shift+Right"),
    ),
    Shortcut(qt_keys("F2"), mark("Rename"), LIBRARY, "rename"),
    Shortcut(qt_keys("Ctrl+T"), mark("Tags of the selection"), LIBRARY, "tags"),
    Shortcut(qt_keys("Ctrl+D"), mark("Favourite, or no longer"), LIBRARY, "favourite"),
    Shortcut(qt_keys("Ctrl+I"), mark("Details of the selection"), LIBRARY, "details"),
    Shortcut(qt_keys("Delete"), mark("Move to the trash"), LIBRARY),
    Shortcut(qt_keys("Ctrl+Z"), mark("Undo"), LIBRARY, "undo", is_fixed=True),
    Shortcut(qt_keys("Ctrl+Shift+Z"), mark("Redo"), LIBRARY, "redo", is_fixed=True),
    Shortcut(qt_keys("Shift+1"), mark("Rate, from 1 to 5"), LIBRARY, others=_digits("Shift+", 5)),
    Shortcut(
        qt_keys("Right"), mark("Open a group of takes"), LIBRARY, others=qt_keys("Left", "+", "-")
    ),
    Shortcut(qt_keys("Shift+Delete"), mark("Keep the best take, trash the others"), LIBRARY),
    Shortcut(qt_keys("Ctrl+E"), mark("Export"), LIBRARY, "export"),
    Shortcut(qt_keys("Ctrl+O"), mark("Import songs"), LIBRARY, "import"),
    Shortcut(
        qt_keys("1"),
        mark("Compare: hear a clip, 1 to 8"),
        COMPARE,
        others=(*_digits("", 9), "0", "Shift+A", "Shift+B"),
    ),
    Shortcut(qt_keys("Enter"), mark("Compare: keep it"), COMPARE),
    Shortcut(qt_keys("R"), mark("Compare: hide or show the names"), COMPARE),
    Shortcut(qt_keys("F"), mark("Video: full screen"), COMPARE),
    Shortcut(qt_keys("Return"), mark("Press the focused button"), WINDOW),
    Shortcut(qt_keys("Ctrl+Return"), mark("Press one that costs or discards"), WINDOW),
    Shortcut(qt_keys("Ctrl+,"), mark("Settings"), WINDOW, "settings"),
    Shortcut(qt_keys("F6"), mark("Next part of the window"), WINDOW, "next pane"),
    Shortcut(qt_keys("Shift+F6"), mark("Previous part of the window"), WINDOW, "previous pane"),
    Shortcut(
        qt_keys("Shift+F10", "Menu"), mark("Menu of what is focused"), WINDOW, "menu", is_fixed=True
    ),
    Shortcut(qt_keys("Ctrl+Q"), mark("Quit"), WINDOW, "quit"),
    Shortcut(qt_keys("F1"), mark("Manual"), WINDOW, "manual"),
    Shortcut(qt_keys("Ctrl+/"), mark("This shortcut list"), WINDOW, "sheet"),
)

_BY_ACTION = {one.action: one for one in SHORTCUTS if one.action}


def shortcut_of(action: str) -> Shortcut:
    """Returns the entry of a command.

    Raises:
        KeyError: There is no such command.
    """
    return _BY_ACTION[action]

"""Goes through the main job as a screen reader does: by names, roles, actions and values alone.

Run by the system's Python, which has the bindings of AT-SPI; knows nothing of the program but the
words that it says. Prints one JSON object: what was found, and how far it came.

    python3 screen_reader.py FOLDER     the export is looked for in FOLDER
"""

import ctypes
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

APP = "Producer Studio"
LIMIT_S = 120.0
LOOK_EVERY_S = 0.1
COMPOSING = (
    "Sound", "Lyrics", "Title", "Model", "Lyrics strength", "Sound strength", "Weirdness", "Seed",
    "Instrumental", "Takes", "Generate", "Create", "Extend", "Cover", "Replace", "Variation",
    "Swap vocals", "Swap sound", "More", "Search library", "Account", "Settings", "Play",
    "Previous", "Next", "Position", "Volume",
)  # fmt: skip
SLIDERS = ("Lyrics strength", "Sound strength", "Weirdness", "Volume")
POPUPS = (
    ("Account", "popup menu", "Accounts"),
    ("More lists", "dialog", "Go to a list"),
    ("Show queue", "dialog", "Queue"),
)
SOUND = "gentle lofi beat with soft piano and brushed drums, mellow late night mood, 90 bpm"
LYRICS = "[Verse]\nQuiet harbour lights are calling us tonight over the dark water"


class Lost(Exception):
    """Something was not to be found, or did not come about."""


class Reader:
    """Ears and hands on the accessibility bus."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        listener = Atspi.EventListener.new(self._on_event)
        listener.register("object:announcement")

    def find(self, name: str, roles: tuple[str, ...], *, limit_s: float = LIMIT_S) -> Any:
        """What is showing under exactly this name in one of these roles."""
        found: list[Any] = []

        def look() -> bool:
            found[:] = [one for one in self.shown() if name == said(one) and role(one) in roles]
            return bool(found)

        self.until(look, f"“{name}” as {' or '.join(roles)}", limit_s)
        return found[0]

    def shown(self) -> Iterator[Any]:
        """Everything that is showing, in the order of the tree."""
        desktop = Atspi.get_desktop(0)
        for place in range(desktop.get_child_count()):
            app = desktop.get_child_at_index(place)
            if app is not None and said(app) == APP:
                yield from below(app)

    def until(self, holds: Callable[[], object], what: str, limit_s: float = LIMIT_S) -> None:
        deadline = time.monotonic() + limit_s
        context = GLib.MainContext.default()
        while True:
            while context.iteration(False):
                continue
            try:
                if holds():
                    return
            except GLib.Error:
                # It went away while it was looked at.
                continue
            if time.monotonic() > deadline:
                raise Lost(f"waited {limit_s:.0f} s in vain for {what}")
            time.sleep(LOOK_EVERY_S)

    def press(self, name: str, *roles: str) -> None:
        thing = self.find(name, roles or ("button", "check box", "radio button"))
        self.until(lambda: has(thing, Atspi.StateType.SENSITIVE), f"“{name}” to be pressable")
        act(thing, "press", "toggle")

    def come_to_front(self) -> None:
        """Gives the keyboard to the newest window, as a window manager would."""
        focus_newest_window()
        self.until(
            lambda: any(has(one, Atspi.StateType.ACTIVE) for one in self.shown()),
            "the window to be in front",
        )

    def write(self, name: str, text: str) -> None:
        field = self.find(name, ("text",))
        act(field, "setfocus")
        Atspi.EditableText.set_text_contents(field, text)
        self.until(lambda: contents(field) == text, f"“{name}” to hold what was written")

    def key(self, name: str) -> None:
        press_key(KEYS[name])

    def _on_event(self, event: Any) -> None:
        self.heard.append(str(event.any_data))


KEYS = {"Up": 0xFF52, "Down": 0xFF54, "Return": 0xFF0D, "Tab": 0xFF09, "Escape": 0xFF1B}


def focus_newest_window() -> None:
    """There is no window manager on the bare display, and nobody else does so."""
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    x11.XDefaultRootWindow.restype = ctypes.c_ulong
    root = x11.XDefaultRootWindow(display)
    one, other, count = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_uint()
    windows = ctypes.POINTER(ctypes.c_ulong)()
    x11.XQueryTree(
        display, ctypes.c_ulong(root), ctypes.byref(one), ctypes.byref(other),
        ctypes.byref(windows), ctypes.byref(count),
    )  # fmt: skip
    # A window that is not to be seen refuses the focus, so the newest visible one is left with it.
    x11.XSetErrorHandler(IGNORE)
    for place in range(count.value):
        x11.XSetInputFocus(display, ctypes.c_ulong(windows[place]), 1, ctypes.c_ulong(0))
        x11.XSync(display, 0)
    x11.XCloseDisplay(display)


def press_key(sign: int) -> None:
    x11, test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    code = x11.XKeysymToKeycode(display, ctypes.c_ulong(sign))
    for down in (1, 0):
        test.XTestFakeKeyEvent(display, code & 0xFF, down, ctypes.c_ulong(0))
    x11.XSync(display, 0)
    x11.XCloseDisplay(display)


ERROR_HANDLER = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
IGNORE = ERROR_HANDLER(lambda _display, _error: 0)


def below(node: Any) -> Iterator[Any]:
    for place in range(min(node.get_child_count(), 400)):
        child = node.get_child_at_index(place)
        if child is None:
            continue
        yield child
        yield from below(child)


def said(node: Any) -> str:
    return node.get_name() or ""


def role(node: Any) -> str:
    if not (has(node, Atspi.StateType.SHOWING) and has(node, Atspi.StateType.VISIBLE)):
        return "hidden"
    # AT-SPI calls a button “push button” up to 2.54.
    return str(node.get_role_name()).removeprefix("push ")


def has(node: Any, state: Any) -> bool:
    return node.get_state_set().contains(state)


def contents(field: Any) -> str:
    return Atspi.Text.get_text(field, 0, -1)


def act(thing: Any, *names: str) -> None:
    actions = thing.get_action_iface()
    offered = [
        Atspi.Action.get_action_name(actions, place) for place in range(actions.get_n_actions())
    ]
    for place, offer in enumerate(offered):
        # “SetFocus” became “Set Focus” with Qt 6.12.
        if offer.replace(" ", "").lower() in names:
            Atspi.Action.do_action(actions, place)
            return
    raise Lost(f"“{said(thing)}” offers {offered} and none of {names}")


def main(folder: Path) -> dict[str, Any]:
    reader = Reader()
    told: dict[str, Any] = {"steps": [], "roles": {}, "values": {}}

    def step(words: str) -> None:
        told["steps"].append(words)

    try:
        lead(reader, folder, told, step)
    except Lost as lost:
        told["lost"] = str(lost)
    told["heard"] = reader.heard
    return told


def lead(reader: Reader, folder: Path, told: dict[str, Any], step: Callable[[str], None]) -> None:
    reader.press("Open the demo")
    library = reader.find("Library", ("table",))
    told["empty library"] = library.get_description()
    reader.find("Inspector", ("filler", "panel"))
    step("demo")
    for name in COMPOSING:
        shown = [one for one in reader.shown() if said(one) == name]
        told["roles"][name] = [
            role(one) for one in shown if role(one) not in {"hidden", "label", "list"}
        ]
    for name in SLIDERS:
        slider = reader.find(name, ("slider",))
        low, high = slider.get_minimum_value(), slider.get_maximum_value()
        wanted = round(low + (high - low) / 4)
        slider.set_current_value(wanted)
        reader.until(lambda: slider.get_current_value() == wanted, f"{name} to be set")  # noqa: B023
        told["values"][name] = [low, high, wanted]
    reader.write("Sound", SOUND)
    reader.write("Lyrics", LYRICS)
    reader.write("Title", "Harbour")
    step("written")
    reader.press("Generate")
    reader.until(lambda: len(list(rows(library))) == 1, "the clip in the list")
    row = next(rows(library))
    reader.until(lambda: "Downloading" not in said(row), "its sound")
    told["row"] = said(row)
    step("generated")
    reader.come_to_front()
    act(library, "setfocus")
    reader.until(
        lambda: has(library, Atspi.StateType.FOCUSED) or has(row, Atspi.StateType.FOCUSED),
        "the list to have the keyboard",
    )
    reader.key("Down")
    reader.until(lambda: has(row, Atspi.StateType.SELECTED), "the row to be selected")
    reader.key("Return")
    reader.find("Pause", ("button",))
    position = reader.find("Position", ("slider",))
    before = position.get_current_value()
    reader.until(lambda: position.get_current_value() > before, "the position to move")
    middle = position.get_maximum_value() / 2
    position.set_current_value(middle)
    reader.until(lambda: position.get_current_value() > middle + 100, "playing to go on from there")
    reader.press("Pause")
    reader.find("Play", ("button",))
    step("played")
    told["popups"] = [look_into(reader, *words) for words in POPUPS]
    step("looked into popups")
    use_group(reader, library, told)
    step("grouped")
    reader.write("Search library", "nothing like it")
    reader.until(lambda: not list(rows(library)), "the search to leave nothing")
    told["nothing found"] = library.get_description()
    reader.write("Search library", "harbour")
    reader.until(lambda: len(list(rows(library))) == 1, "the search to find it")
    act(library, "setfocus")
    reader.key("Down")
    reader.until(lambda: has(next(rows(library)), Atspi.StateType.SELECTED), "it to be selected")
    step("searched")
    reader.find("Clip title", ("text",))
    reader.press("Export this clip")
    reader.press("Export")
    reader.until(lambda: list(folder.rglob("*.mp3")), "the exported file")
    step("exported")


def look_into(reader: Reader, button: str, kind: str, name: str) -> str:
    """Opens a menu or popover, finds its name and closes it; returns what it was called."""
    reader.press(button)
    reader.find(name, (kind,))
    reader.key("Escape")

    def is_open() -> bool:
        return any(said(one) == name and role(one) == kind for one in reader.shown())

    reader.until(lambda: not is_open(), f"“{name}” to close")
    return name


def use_group(reader: Reader, library: Any, told: dict[str, Any]) -> None:
    """Makes two takes, and works their group by the buttons that are said beside its row."""
    reader.write("Title", "Pair")
    reader.write("Lyrics", "[Verse]\nTwo boats are leaving in the early light of a winter day")
    act(reader.find("Takes", ("combo box",)), "setfocus")
    reader.key("Down")
    reader.press("Generate")
    opened, closed = (f"Pair, group of 2 takes, {state}" for state in ("open", "closed"))

    def group() -> Any:
        return next((one for one in rows(library) if said(one) in {opened, closed}), None)

    reader.until(lambda: group() is not None, "the group of both takes")
    act(library, "setfocus")
    # Over the two takes; the group is the first row.
    for _ in range(4):
        reader.key("Up")
    reader.until(lambda: has(group(), Atspi.StateType.SELECTED), "the group to be selected")
    told["group"] = []
    for name, state in (("Close the group", closed), ("Open the group", opened)):
        button = reader.find(name, ("button",))
        told["group"].append(button.get_description())
        act(button, "press")
        reader.until(lambda: said(group()) == state, f"“{state}”")  # noqa: B023
    keep = reader.find("Keep best", ("button",))
    told["group"].append(keep.get_description())
    reader.press("Compare the takes")
    reader.press("A/B/X")
    reader.press("Close")
    reader.find("Compare the takes", ("button",))


def rows(library: Any) -> Iterator[Any]:
    for place in range(library.get_child_count()):
        child = library.get_child_at_index(place)
        if child is not None and child.get_role_name() == "table cell":
            yield child


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))

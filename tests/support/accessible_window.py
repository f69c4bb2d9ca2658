"""Walks the real window as the accessibility bus hands it out; run as a process of its own.

Prints one JSON object: what is showing, what Tab visits, and what a slider takes.
"""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from typing import Any

import qasync
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QSlider, QWidget

from producer_studio.app import AppSession, open_app_session, start_background_work
from producer_studio.main import sandbox_command
from producer_studio.ui.window.views.library import VIEW as LIBRARY

_MOST_TABS = 200


def things(node: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    """Everything below that is not hidden."""
    for place in range(node.childCount()):
        child = node.child(place)
        if child is not None and child.isValid():
            if not child.state().invisible:
                yield child
            yield from things(child)


def shown(window: QWidget) -> list[dict[str, Any]]:
    root = QAccessible.queryAccessibleInterface(window.window())
    return [
        {
            "name": thing.text(QAccessible.Text.Name),
            "role": thing.role().name,
            "description": thing.text(QAccessible.Text.Description),
            "value": thing.text(QAccessible.Text.Value),
            "focusable": bool(thing.state().focusable),
            "disabled": bool(thing.state().disabled),
            "of": type(thing.object()).__name__,
        }
        for thing in things(root)
    ]


def tabs(window: QWidget) -> list[list[Any]]:
    """Name and place of what Tab visits from the top, once around."""
    window.activateWindow()
    seen: list[list[Any]] = []
    first = window.top_bar.search.edit  # type: ignore[attr-defined]
    first.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(_MOST_TABS):
        now = QApplication.focusWidget()
        if now is None or (seen and now is first):
            break
        spoken = QAccessible.queryAccessibleInterface(now).text(QAccessible.Text.Name)
        corner = now.mapTo(window, now.rect().topLeft())
        seen.append([spoken, corner.x(), corner.y()])
        QTest.keyClick(now, Qt.Key.Key_Tab)
    return seen


def slid(window: QWidget) -> dict[str, Any]:
    """Each slider set to a quarter of its range, as a screen reader sets it."""
    taken = {}
    for slider in window.findChildren(QSlider):
        if slider.isVisible() and slider.isEnabled():
            spoken = QAccessible.queryAccessibleInterface(slider)
            wanted = slider.minimum() + (slider.maximum() - slider.minimum()) // 4
            spoken.valueInterface().setCurrentValue(wanted)
            taken[slider.accessibleName()] = [wanted, spoken.valueInterface().currentValue()]
    return taken


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0.05)


async def walk() -> dict[str, Any]:
    async with open_app_session(os.environ, sandbox_command(), None) as run:
        assert run is not None
        QAccessible.setActive(True)
        run.window.window().resize(1440, 900)
        run.window.window().show()
        await start_background_work(run)
        await settle()
        return await visit(run)


async def visit(run: AppSession) -> dict[str, Any]:
    window = run.window
    told: dict[str, Any] = {"welcome": shown(window), "welcome tabs": tabs(window)}
    for button in window.findChildren(QPushButton):
        if button.accessibleName() == "Open the demo":
            button.click()
    while run.studio.accounts.active is None or not window.views.is_shown(LIBRARY):
        await settle()
    window.compose.view.sound.edit.setPlainText("calm ambient pads with soft piano")
    await settle()
    told["empty"] = shown(window)
    told["tabs"] = tabs(window)
    told["sliders"] = slid(window)
    return told


if __name__ == "__main__":
    json.dump(qasync.run(walk()), sys.stdout)

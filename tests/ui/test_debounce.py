"""One call for many triggers."""

from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from producer_studio.ui.widgets.debounce import Debounce


def test_many_triggers_are_one_call(qapp: QApplication, qtbot: QtBot) -> None:
    calls: list[int] = []
    owner = QObject()
    debounce = Debounce(lambda: calls.append(1), 0, owner)
    for _ in range(5):
        debounce.trigger()
    assert debounce.is_pending
    assert calls == []
    qtbot.waitUntil(lambda: not debounce.is_pending)
    assert calls == [1]
    debounce.trigger()
    qtbot.waitUntil(lambda: not debounce.is_pending)
    assert calls == [1, 1]


@pytest.mark.parametrize("options", [{"restarts": False}, {"max_delay_ms": 0}])
def test_a_trigger_begins_the_delay_anew_unless_it_must_not(
    options: dict[str, Any], qapp: QApplication, qtbot: QtBot
) -> None:
    calls: list[str] = []
    owner = QObject()
    restarting = Debounce(lambda: calls.append("restarting"), 40, owner)
    fixed = Debounce(lambda: calls.append("fixed"), 40, owner, **options)

    def trigger_both() -> None:
        restarting.trigger()
        fixed.trigger()

    again = Debounce(trigger_both, 20, owner)
    trigger_both()
    again.trigger()
    qtbot.waitUntil(lambda: len(calls) == 2)
    assert calls == ["fixed", "restarting"]


def test_a_cancelled_call_does_not_come(qapp: QApplication, qtbot: QtBot) -> None:
    calls: list[str] = []
    owner = QObject()
    cancelled = Debounce(lambda: calls.append("cancelled"), 0, owner)
    closed = Debounce(lambda: calls.append("closed"), 0, owner)
    after = Debounce(lambda: calls.append("after"), 0, owner)
    for debounce in (cancelled, closed):
        debounce.trigger()
    cancelled.cancel()
    closed.close()
    closed.trigger()
    after.trigger()
    qtbot.waitUntil(lambda: "after" in calls)
    assert calls == ["after"]
    cancelled.trigger()
    qtbot.waitUntil(lambda: not cancelled.is_pending)
    assert calls == ["after", "cancelled"]

"""Making four takes and keeping the best, in as few actions as it needs."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from producer_studio.studio.clips import SmartList
from producer_studio.ui.compare.panel import ComparePanel
from producer_studio.ui.window.views.compare import VIEW as COMPARE
from producer_studio.ui.window.window import MainWindow
from tests.ui.window.conftest import WindowBench

MOST_ACTIONS = 9
SOUND = "Slow lofi piano with vinyl crackle and brushed drums, late night mood, 84 BPM"
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


class CountedUser:
    """Presses keys on what has the keyboard, and buttons; counts what it does."""

    def __init__(self, bench: WindowBench) -> None:
        self._bench = bench
        self.actions: list[str] = []

    def type(self, text: str) -> None:
        self.actions.append("type the sound")
        self._bench.press(lambda: QTest.keyClicks(QApplication.focusWidget(), text))

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        self.actions.append(f"press {modifier.name} {key.name}")
        self._bench.press(lambda: QTest.keyClick(QApplication.focusWidget(), key, modifier))

    def click(self, button: QPushButton) -> None:
        self.actions.append(f"click {button.text()}")
        centre = button.rect().center()
        self._bench.press(lambda: QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=centre))


def test_four_takes_and_the_best_of_them_need_nine_actions(
    bench: WindowBench, joined: MainWindow
) -> None:
    user = CountedUser(bench)
    joined.activateWindow()
    sound, generate = joined.compose.view.sound.edit, joined.compose.bar.button
    bench.until(sound.hasFocus)
    user.type(SOUND)
    bench.until(generate.isEnabled)
    user.key(Qt.Key.Key_4, CONTROL)
    assert joined.compose.bar.take_count() == 4
    user.key(Qt.Key.Key_Return, CONTROL)
    bench.until(lambda: "Compare" in [one.action for one in joined.notices.notices()])
    (offer,) = [one for one in joined.notices.findChildren(QPushButton) if one.text() == "Compare"]
    user.click(offer)
    panel = joined.views.view_widget(COMPARE, ComparePanel)
    bench.until(lambda: panel.comparison.is_playing)
    takes = [one.clip for one in panel.comparison.clips]
    for index, key in ((1, Qt.Key.Key_2), (2, Qt.Key.Key_3), (3, Qt.Key.Key_4), (1, Qt.Key.Key_2)):
        user.key(key)
        assert panel.comparison.heard == index
    user.key(Qt.Key.Key_Delete, SHIFT)
    bench.until(lambda: len(panel.comparison.clips) == 1)

    clips = bench.studio.clips
    assert bench.run(clips.list_ids()) == [takes[1].id]
    trashed = bench.run(clips.list_ids(smart=SmartList.TRASH))
    assert set(trashed) == {takes[index].id for index in (0, 2, 3)}
    assert len(user.actions) <= MOST_ACTIONS, user.actions

"""Views in the middle of the window."""

from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleActionInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget

from producer_studio.ui.settings.dialog import SettingsDialog
from producer_studio.ui.settings.pages.appearance import AppearancePage
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.window.view import View, ViewContext
from producer_studio.ui.window.views import load_views
from producer_studio.ui.window.views.library import VIEW as LIBRARY
from producer_studio.ui.window.views.welcome import VIEW as WELCOME
from producer_studio.ui.window.window import MainWindow
from tests.support.sandbox_process import SandboxProcess
from tests.ui.player.conftest import add_clip
from tests.ui.window.conftest import WindowBench, named, opened_window


class SecondPanel(QWidget):
    """A view with a text field."""

    def __init__(self, context: ViewContext, parent: QWidget) -> None:
        super().__init__(parent)
        self.context = context
        self.field = QLineEdit(self)
        self.field.setAccessibleName("Field of the second view")
        column = QVBoxLayout(self)
        column.addWidget(self.field)


SECOND = View("second", "Second view", "layers", 20, SecondPanel, shortcut="Ctrl+Alt+2")
BESIDE = View(
    "beside", "Beside", "sun", 30, lambda _, parent: QLabel("Beside", parent), shows_inspector=True
)


@pytest.fixture
def two(bench: WindowBench, sandbox: SandboxProcess) -> Iterator[MainWindow]:
    """A window with two views more, and an account."""
    window = opened_window(bench, [*load_views(), SECOND, BESIDE])
    bench.add_account("personal", sandbox.url)
    yield window
    bench.run(window.shut_down())
    bench.run(bench.tasks.close())
    window.deleteLater()
    QApplication.sendPostedEvents()


def press_button(bench: WindowBench, window: MainWindow, name: str) -> IconButton:
    button = named(window.top_bar, name)
    assert isinstance(button, IconButton)
    bench.press(button.click)
    return button


def test_a_navigation_button_leads_to_a_view_and_back(bench: WindowBench, two: MainWindow) -> None:
    assert two.library.isVisible()
    assert two.inspector.isVisible()
    library = named(two.top_bar, "Library")
    second = press_button(bench, two, "Second view")
    panel = two.views.view_widget(SECOND, SecondPanel)
    assert panel.isVisible()
    assert not two.library.isVisible()
    assert not two.inspector.isVisible()
    assert panel.context.ui.studio is bench.studio
    assert isinstance(library, IconButton)
    assert (library.isChecked(), second.isChecked()) == (False, True)
    press_button(bench, two, "Library")
    assert two.library.isVisible()
    assert two.inspector.isVisible()
    assert (library.isChecked(), second.isChecked()) == (True, False)


def test_the_inspector_stays_beside_a_view_that_wants_it(
    bench: WindowBench, two: MainWindow
) -> None:
    press_button(bench, two, "Second view")
    assert not two.inspector.isVisible()
    press_button(bench, two, "Beside")
    assert two.inspector.isVisible()
    bench.press(lambda: two.resize(1100, 700))
    assert not two.inspector.isVisible()


def test_a_press_on_the_button_of_the_shown_view_leaves_it_shown(
    bench: WindowBench, two: MainWindow
) -> None:
    press_button(bench, two, "Second view")
    again = press_button(bench, two, "Second view")
    assert again.isChecked()
    assert two.views.is_shown(SECOND)


def test_a_view_stays_when_the_account_changes(bench: WindowBench, two: MainWindow) -> None:
    press_button(bench, two, "Second view")
    bench.add_account("other")
    bench.press(lambda: two.top_bar.set_active_account(bench.studio.accounts.all()[0].name))
    assert two.views.is_shown(SECOND)
    assert two.views.view_widget(SECOND, SecondPanel).isVisible()


def test_the_key_of_a_view_shows_it_and_is_in_the_sheet(
    bench: WindowBench, two: MainWindow
) -> None:
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    bench.press(lambda: QTest.keyClick(two, Qt.Key.Key_2, both))
    assert two.views.is_shown(SECOND)
    bench.press(two.dialogs.open_shortcut_sheet)
    sheet = two.dialogs.open_dialogs["keys"]
    assert "Second view" in [one.text() for one in sheet.findChildren(QLabel)]
    bench.press(sheet.close)


def test_a_search_leads_back_to_the_library(bench: WindowBench, two: MainWindow) -> None:
    press_button(bench, two, "Second view")
    bench.press(lambda: two.top_bar.search.set_query("rain"))
    assert two.views.is_shown(LIBRARY)


@pytest.mark.parametrize("key", ["D", "T", "I", "P"])
def test_a_key_does_not_change_clips_of_the_hidden_list(
    bench: WindowBench, two: MainWindow, key: str
) -> None:
    clip = add_clip(bench, "Hidden", 1.0)
    bench.until(lambda: list(two.library.listed_clips()) == [clip.id])
    bench.press(lambda: two.library.select_clip(clip.id))
    bench.settle()
    press_button(bench, two, "Second view")
    field = two.views.view_widget(SECOND, SecondPanel).field
    for code, modifiers in ((f"Key_{key}", Qt.KeyboardModifier.ControlModifier),
                            ("Key_F2", Qt.KeyboardModifier.NoModifier)):  # fmt: skip
        bench.press(partial(QTest.keyClick, two, Qt.Key[code], modifiers))
        bench.settle()
    assert QApplication.activePopupWidget() is None
    assert QApplication.activeModalWidget() is None
    assert bench.run(bench.studio.clips.get(clip.id)) == clip
    focused = QApplication.focusWidget()
    assert focused is field or not two.library.isAncestorOf(focused)


def test_the_next_pane_is_the_view_that_is_shown(bench: WindowBench, two: MainWindow) -> None:
    press_button(bench, two, "Second view")
    panel = two.views.view_widget(SECOND, SecondPanel)
    bench.press(lambda: two.compose.view.sound.edit.setFocus(Qt.FocusReason.OtherFocusReason))
    bench.press(lambda: QTest.keyClick(two, Qt.Key.Key_F6))
    assert panel.field.hasFocus()


def test_one_view_has_no_button(bench: WindowBench, window: MainWindow) -> None:
    bench.until(lambda: window.views.is_shown(WELCOME))
    assert window.top_bar.view_buttons.isHidden()
    assert window.top_bar.view_buttons.findChildren(IconButton) == []


def test_a_screen_reader_turns_the_switches_of_the_window(
    bench: WindowBench, joined: MainWindow
) -> None:
    toggle = QAccessibleActionInterface.toggleAction()

    def press(button: QWidget) -> None:
        switch = QAccessible.queryAccessibleInterface(button).actionInterface()
        bench.press(lambda: switch.doAction(toggle))

    library = joined.library
    changes: list[bool] = []
    library.arrangement_changed.connect(lambda: changes.append(library.view.is_grid))
    # The second toggle of Show as grid leaves it checked.
    for button in (
        library.header.grid_button,
        library.header.grid_button,
        library.header.list_button,
    ):
        press(button)
        assert button.isChecked()
    assert changes == [True, True, False]
    press(library.group_button)
    assert not library.groups_takes
    assert len(changes) == 4
    joined.resize(1100, 700)
    bench.until(joined.top_bar.inspector.isVisible)
    press(joined.top_bar.inspector)
    assert joined.inspector.isVisible()
    press(joined.top_bar.inspector)
    assert not joined.inspector.isVisible()
    bench.press(joined.compose.show_templates)
    templates = joined.compose.templates
    assert templates is not None
    bench.until(lambda: len(templates.group_buttons) > 1)
    first, second = templates.group_buttons[:2]
    shown = [card for card in templates.cards.values() if card.isVisible()]
    assert shown
    press(second)
    assert not any(card.isVisible() for card in shown)
    assert any(card.isVisible() for card in templates.cards.values())
    assert (first.isChecked(), second.isChecked()) == (False, True)
    bench.press(joined.dialogs.open_settings)
    settings = joined.dialogs.open_dialogs["settings"]
    assert isinstance(settings, SettingsDialog)
    press(named(settings, "Appearance"))
    assert settings.page(AppearancePage).isVisible()
    bench.press(settings.close)

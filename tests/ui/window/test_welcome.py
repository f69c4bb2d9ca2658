"""The first page."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton, QScrollArea
from pytestqt.qtbot import QtBot

from producer_studio.domain.account import Service
from producer_studio.ui.window.welcome import WelcomePanel
from tests.ui.window.conftest import Shell, named


def welcome(shell: Shell, qtbot: QtBot) -> WelcomePanel:
    made = WelcomePanel(shell.context)
    qtbot.addWidget(made)
    made.resize(1048, 760)
    made.show()
    return made


def test_the_demo_opens_and_is_the_active_account(shell: Shell, qtbot: QtBot) -> None:
    page = welcome(shell, qtbot)
    opened: list[bool] = []
    page.demo_opened.connect(lambda: opened.append(True))
    button = named(page, "Open the demo")
    assert isinstance(button, QPushButton)
    shell.press(button.click)
    assert not button.isEnabled()
    shell.until(lambda: bool(opened))
    assert button.isEnabled()
    active = shell.studio.accounts.active
    assert active is not None
    assert active.service is Service.DEMO


def test_a_service_is_chosen_by_keyboard(shell: Shell, qtbot: QtBot) -> None:
    page = welcome(shell, qtbot)
    card = page.cards[Service.APIFRAME]
    with qtbot.waitSignal(page.service_chosen) as told:
        qtbot.keyClick(card, Qt.Key.Key_Space)
    assert told.args == [Service.APIFRAME]
    assert card.accessibleName() == "Apiframe"


def test_the_button_stays_inside_its_card(shell: Shell, qtbot: QtBot) -> None:
    page = welcome(shell, qtbot)
    for width in (1048, 700, 480):
        page.resize(width, 760)
        page.grab()
        card = page.demo_button.parentWidget()
        assert card is not None
        assert card.rect().contains(page.demo_button.geometry())
        shown = page.demo_button.mapTo(page, QPoint(page.demo_button.width(), 0)).x()
        assert shown <= width


def test_large_text_needs_no_horizontal_scroll_bar(shell: Shell, qtbot: QtBot) -> None:
    shell.look.set_text_scale(1.5)
    page = welcome(shell, qtbot)
    # Beside the form in a window of 1100 pixels.
    page.resize(630, 520)
    page.grab()
    area = page.findChild(QScrollArea)
    assert area is not None
    assert area.horizontalScrollBar().maximum() == 0


def test_cards_beside_one_another_are_equally_wide(shell: Shell, qtbot: QtBot) -> None:
    page = welcome(shell, qtbot)
    page.grab()
    widths = {card.width() for card in page.cards.values()}
    assert max(widths) - min(widths) <= 1


def test_the_way_back_is_offered_only_with_clips(shell: Shell, qtbot: QtBot) -> None:
    page = welcome(shell, qtbot)
    assert not page._library_button.isVisible()
    page.set_library_link_visible(visible=True)
    with qtbot.waitSignal(page.library_requested):
        page._library_button.click()

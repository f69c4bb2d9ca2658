"""The first page."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton, QScrollArea
from pytestqt.qtbot import QtBot

from producer_studio.domain.account import Service
from producer_studio.ui.window.welcome import WelcomePanel
from tests.ui.window.conftest import WindowBench, named


def welcome(bench: WindowBench, qtbot: QtBot) -> WelcomePanel:
    made = WelcomePanel(bench.context)
    qtbot.addWidget(made)
    made.resize(1048, 760)
    made.show()
    return made


def test_the_demo_opens_and_is_the_active_account(bench: WindowBench, qtbot: QtBot) -> None:
    page = welcome(bench, qtbot)
    opened: list[bool] = []
    page.demo_opened.connect(lambda: opened.append(True))
    button = named(page, "Open the demo")
    assert isinstance(button, QPushButton)
    bench.press(button.click)
    assert not button.isEnabled()
    bench.until(lambda: bool(opened))
    assert button.isEnabled()
    active = bench.studio.accounts.active
    assert active is not None
    assert active.service is Service.DEMO


def test_a_service_is_chosen_by_keyboard(bench: WindowBench, qtbot: QtBot) -> None:
    page = welcome(bench, qtbot)
    card = page.cards[Service.APIFRAME]
    with qtbot.waitSignal(page.service_chosen) as told:
        qtbot.keyClick(card, Qt.Key.Key_Space)
    assert told.args == [Service.APIFRAME]
    assert card.accessibleName() == "Apiframe"


def test_each_service_has_a_card_with_what_it_offers(bench: WindowBench, qtbot: QtBot) -> None:
    page = welcome(bench, qtbot)
    assert list(page.cards) == [service for service in Service if service is not Service.DEMO]
    offered = {profile.summary for profile in bench.studio.accounts.services()}
    for card in page.cards.values():
        assert card.accessibleDescription() in offered - {""}


def test_the_button_stays_inside_its_card(bench: WindowBench, qtbot: QtBot) -> None:
    page = welcome(bench, qtbot)
    for width in (1048, 700, 480):
        page.resize(width, 760)
        page.grab()
        card = page.demo_button.parentWidget()
        assert card is not None
        assert card.rect().contains(page.demo_button.geometry())
        shown = page.demo_button.mapTo(page, QPoint(page.demo_button.width(), 0)).x()
        assert shown <= width


def test_large_text_needs_no_horizontal_scroll_bar(bench: WindowBench, qtbot: QtBot) -> None:
    bench.style.set_text_scale(1.5)
    page = welcome(bench, qtbot)
    # Beside the form in a window of 1100 pixels.
    page.resize(630, 520)
    page.grab()
    area = page.findChild(QScrollArea)
    assert area is not None
    assert area.horizontalScrollBar().maximum() == 0


def test_cards_beside_one_another_are_equally_wide(bench: WindowBench, qtbot: QtBot) -> None:
    page = welcome(bench, qtbot)
    page.grab()
    widths = {card.width() for card in page.cards.values()}
    assert max(widths) - min(widths) <= 1


def test_the_way_back_is_offered_only_with_clips(bench: WindowBench, qtbot: QtBot) -> None:
    page = welcome(bench, qtbot)
    assert not page._library_button.isVisible()
    page.set_library_link_visible(visible=True)
    with qtbot.waitSignal(page.library_requested):
        page._library_button.click()

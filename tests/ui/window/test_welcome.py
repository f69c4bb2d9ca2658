"""The first page."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton, QScrollArea
from pytestqt.qtbot import QtBot

from producer_studio.domain.account import Service
from producer_studio.domain.ids import AccountName
from producer_studio.studio.template_previews import _file_stem
from producer_studio.ui.window.welcome import WelcomePanel
from tests.support.signals import tone
from tests.support.stem_song import add_clip
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


def test_an_example_is_played_before_anything_is_opened(bench: WindowBench, qtbot: QtBot) -> None:
    clip = bench.run(add_clip(bench.studio._library, tone(20.0), title="Sketch"))
    assert clip.path is not None
    template = bench.run(bench.studio.templates.groups())[0].templates[0]
    folder = bench.studio.template_previews._folder
    folder.mkdir(parents=True)
    clip.path.rename(folder / f"{_file_stem(template)}_0{clip.path.suffix}")
    page = welcome(bench, qtbot)
    button = page.listen_button
    assert button.text() == "Listen first"
    bench.press(button.click)
    bench.until(lambda: button.text() == "Stop")
    player = page._player
    assert player is not None
    assert player.playing == template.id
    bench.press(button.click)
    assert (player.playing, button.text()) == ("", "Listen first")
    bench.press(button.click)
    bench.until(lambda: player.playing == template.id)
    page.hide()
    assert player.playing == ""
    assert bench.studio.accounts.get(AccountName("Demo Studio")) is None


def test_an_example_that_cannot_be_rendered_is_explained(bench: WindowBench, qtbot: QtBot) -> None:
    folder = bench.studio.template_previews._folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_bytes(b"no folder")
    page = welcome(bench, qtbot)
    bench.press(page.listen_button.click)
    bench.until(lambda: page._demo_label.property("role") == "bad")
    assert page._demo_label.text()
    assert page.listen_button.text() == "Listen first"

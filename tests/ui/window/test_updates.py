"""Newer releases: the page of the settings, and the notice in the window's corner."""

import asyncio
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from producer_studio.domain.release import Artefact, Installation
from producer_studio.settings.paths import default_paths
from producer_studio.studio.studio import Studio
from producer_studio.studio.updates.update_check import ReleaseFound
from producer_studio.ui.context import UiContext
from producer_studio.ui.settings.dialog import SettingsDialog
from producer_studio.ui.settings.pages.updates import CHECK_TASK, UpdatesPage
from producer_studio.ui.settings.release_notice import ReleaseDetails, ReleaseNotice
from producer_studio.ui.window.user_idle import IDLE_MS, _IdleDetector, wait_until_idle
from producer_studio.ui.window.window import MainWindow
from tests.support.release_server import Announcer, announcing, document, encoded
from tests.ui.window.conftest import WindowBench


@pytest.fixture
def announcer() -> Iterator[Announcer]:
    with announcing() as running:
        yield running


class Browser(QObject):
    """Takes the addresses that the system would open."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@pytest.fixture
def browser() -> Iterator[Browser]:
    made = Browser()
    for scheme in ("https", "http", "file"):
        QDesktopServices.setUrlHandler(scheme, made, "take")
    yield made
    for scheme in ("https", "http", "file"):
        QDesktopServices.unsetUrlHandler(scheme)


@pytest.fixture
def page(bench: WindowBench, qtbot: QtBot) -> Iterator[UpdatesPage]:
    settings = SettingsDialog(bench.context)
    settings.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(settings)
    settings.show()
    bench.press(lambda: settings.open_page("Updates"))
    bench.until(lambda: bool(settings.page(UpdatesPage).status.text()))
    yield settings.page(UpdatesPage)
    settings.close()


def texts(widget: QWidget) -> str:
    """All that can be read there."""
    return "\n".join(one.accessibleName() or one.text() for one in widget.findChildren(QLabel))


def enter(bench: WindowBench, page: UpdatesPage, url: str) -> None:
    def type_it() -> None:
        page.address.setText(url)
        page.address.editingFinished.emit()

    bench.press(type_it)


def test_it_is_off_and_asks_nobody(
    bench: WindowBench, page: UpdatesPage, announcer: Announcer
) -> None:
    assert not page.notify_switch.isChecked()
    assert not page.check_button.isEnabled()
    assert page.status.text() == "No address is set, so no check is possible."
    enter(bench, page, announcer.url)
    bench.until(page.check_button.isEnabled)
    assert page.status.text() == "Not checked yet."
    assert announcer.agents == []


def test_asking_shows_what_changed_and_what_to_do(
    bench: WindowBench, page: UpdatesPage, announcer: Announcer, browser: Browser
) -> None:
    enter(bench, page, announcer.url)
    bench.until(page.check_button.isEnabled)
    bench.press(page.check_button.click)
    bench.until(lambda: bool(page.findChildren(ReleaseDetails)))
    bench.until(lambda: page.status.text().startswith("Checked today at "))
    assert len(announcer.agents) == 1
    said = texts(page)
    for words in (
        *("Producer Studio 9.2.0 is out", "21 November 2026", "The library opens faster."),
        *("runs from source", "The announcement is not signed. Its page is at studio.example."),
    ):
        assert words in said
    (words,) = page.findChildren(ReleaseDetails)
    bench.until(words.isVisible)
    words.page_button.click()
    assert browser.opened == ["https://studio.example/releases/9.2.0"]
    assert not words.dismiss_button.isVisible()


def test_the_newest_release_says_so(
    bench: WindowBench, page: UpdatesPage, announcer: Announcer
) -> None:
    running = str(bench.studio.updates.running_version)
    enter(bench, page, announcer.url)
    bench.until(page.check_button.isEnabled)
    for version, words in (
        (running, f"{running} is the newest release."),
        ("0.0.1", f"This is {running}; 0.0.1 is announced."),
    ):
        announcer.body = encoded(document(version))
        bench.press(page.check_button.click)
        bench.until(lambda words=words: page.status.text().startswith(words))
        bench.until(lambda: not bench.tasks.is_running(CHECK_TASK))
    assert not page.findChildren(ReleaseDetails)


def test_what_goes_wrong_is_said_in_place(
    bench: WindowBench, page: UpdatesPage, announcer: Announcer
) -> None:
    enter(bench, page, announcer.url)
    bench.until(page.check_button.isEnabled)
    announcer.body = b"<html>"
    bench.press(page.check_button.click)
    bench.until(lambda: page.status.property("role") == "bad")
    assert "is not a release announcement" in page.status.text()
    assert bench.notices == []
    enter(bench, page, "http://studio.example/latest.json")
    assert "must start with https" in page.status.text()
    assert bench.studio.preferences.value.updates_url == announcer.url


def test_the_address_in_the_field_is_asked_although_the_field_has_the_focus(
    bench: WindowBench, page: UpdatesPage, announcer: Announcer
) -> None:
    with announcing() as other:
        enter(bench, page, other.url)
        bench.until(page.check_button.isEnabled)
        page.address.setFocus()
        page.address.selectAll()
        QTest.keyClicks(page.address, announcer.url)
        bench.press(lambda: QTest.mouseClick(page.check_button, Qt.MouseButton.LeftButton))
        bench.until(lambda: page.status.text().startswith("Checked today at "))
        assert (len(announcer.agents), len(other.agents)) == (1, 0)
    page.address.setFocus()
    page.address.selectAll()
    QTest.keyClicks(page.address, "http://studio.example/latest.json")
    bench.until(page.check_button.isEnabled)
    bench.press(lambda: QTest.mouseClick(page.check_button, Qt.MouseButton.LeftButton))
    assert "must start with https" in page.status.text()
    assert len(announcer.agents) == 1
    assert bench.studio.preferences.value.updates_url == announcer.url


def test_the_first_address_can_be_asked_as_soon_as_it_is_typed(
    bench: WindowBench, page: UpdatesPage, announcer: Announcer
) -> None:
    assert not page.check_button.isEnabled()
    page.address.setFocus()
    QTest.keyClicks(page.address, announcer.url)
    assert page.check_button.isEnabled()
    bench.press(lambda: QTest.mouseClick(page.check_button, Qt.MouseButton.LeftButton))
    bench.until(lambda: page.status.text().startswith("Checked today at "))
    assert len(announcer.agents) == 1


def test_the_switch_asks_at_the_address_in_the_field(
    bench: WindowBench, page: UpdatesPage, announcer: Announcer
) -> None:
    page.address.setFocus()
    QTest.keyClicks(page.address, announcer.url)
    bench.press(lambda: QTest.mouseClick(page.notify_switch, Qt.MouseButton.LeftButton))
    stored = bench.studio.preferences.value
    assert (stored.updates, stored.updates_url) == (True, announcer.url)


def test_the_switch_is_kept(bench: WindowBench, page: UpdatesPage) -> None:
    bench.press(page.notify_switch.click)
    assert bench.studio.preferences.value.updates


def test_an_address_from_the_environment_is_shown_and_not_changed(
    bench: WindowBench, qtbot: QtBot, tmp_path: Path, announcer: Announcer
) -> None:
    environ = {
        "PRODUCER_STUDIO_HOME": str(tmp_path / "other"),
        "PRODUCER_STUDIO_UPDATES": announcer.url,
    }
    command = [sys.executable, "-c", ""]
    studio = bench.run(Studio.open(default_paths(environ), environ, command))
    made: list[UpdatesPage] = []

    def build() -> None:
        made.append(UpdatesPage(UiContext(studio, bench.style, bench.tasks)))

    bench.press(build)
    qtbot.addWidget(made[0])
    bench.until(lambda: made[0].address.text() == announcer.url)
    assert not made[0].address.isEnabled()
    assert "PRODUCER_STUDIO_UPDATES" in texts(made[0])
    bench.run(studio.close())


@dataclass
class Told:
    """A window that follows the releases, and what it shows of them."""

    window: MainWindow
    following: "asyncio.Task[None]" = field(repr=False)

    @property
    def notices(self) -> list[ReleaseNotice]:
        return [one for one in self.window.notices.findChildren(ReleaseNotice) if one.isVisible()]

    @property
    def notice(self) -> ReleaseNotice:
        (one,) = self.notices
        return one


@pytest.fixture
def told(bench: WindowBench, announcer: Announcer) -> Iterator[Told]:
    async def build() -> Told:
        bench.studio.preferences.change(updates=True, updates_url=announcer.url)
        window = MainWindow(bench.context)
        window.resize(1100, 700)
        window.show()
        await asyncio.sleep(0)
        follow = bench.studio.updates.run(lambda: wait_until_idle(0))
        return Told(window, asyncio.get_running_loop().create_task(follow))

    made = bench.run(build())
    bench.until(lambda: bool(made.notices))
    yield made
    made.following.cancel()
    bench.run(made.window.shut_down())
    bench.run(bench.tasks.close())
    made.window.deleteLater()
    QApplication.sendPostedEvents()


def test_a_newer_release_is_told_in_the_corner(told: Told, browser: Browser) -> None:
    said = texts(told.notice)
    for words in ("Producer Studio 9.2.0 is out", "Compare up to eight takes.", "not signed"):
        assert words in said
    told.notice.details.page_button.click()
    assert browser.opened == ["https://studio.example/releases/9.2.0"]
    assert told.notices == []


def test_not_now_is_kept(bench: WindowBench, told: Told) -> None:
    bench.press(told.notice.details.dismiss_button.click)
    assert told.notices == []
    bench.until(lambda: not bench.tasks.is_running("dismiss a release"))
    kept = next(Path(bench.studio.clips.folder).parent.rglob("state/updates.json"))
    assert '"dismissed": "9.2.0"' in kept.read_text()


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_nothing_of_the_notice_is_cut_off(bench: WindowBench, told: Told, scale: float) -> None:
    standing = bench.run(bench.studio.updates.status())
    assert standing.release is not None
    told.window.notices._remove_bar(told.notice)
    bench.style.set_text_scale(scale)
    wordy = replace(standing.release, notes=("many words about it, and then some " * 10,) * 9)
    standing = replace(standing, release=wordy, installation=Installation.DEB)
    bench.press(lambda: bench.studio.events.publish(ReleaseFound(standing, wordy)))
    bench.until(lambda: bool(told.notices))
    bench.until(told.notice.details.dismiss_button.isVisible)
    notice = told.notice
    assert told.window.rect().contains(told.window.notices.geometry())
    for part in notice.findChildren(QLabel) + notice.findChildren(QPushButton):
        if not part.isVisible():
            continue
        lower = part.mapTo(notice, part.rect().bottomRight())
        assert notice.rect().contains(lower), texts(notice)
        if isinstance(part, QLabel) and part.text() and part.wordWrap():
            assert part.height() >= part.heightForWidth(part.width())


def test_a_release_without_a_page_offers_none(bench: WindowBench, qtbot: QtBot, told: Told) -> None:
    standing = bench.run(bench.studio.updates.status())
    assert standing.release is not None
    file = Artefact("producer-studio_9.2.0_amd64.deb", "linux", "universal", 112_000_000, "")
    release = replace(standing.release, page="", signed=True, artefacts=(file,))
    words = ReleaseDetails(bench.style, replace(standing, installation=Installation.DEB), release)
    qtbot.addWidget(words)
    words.show()
    assert not words.page_button.isVisible()
    assert "package manager" in texts(words)
    assert "producer-studio_9.2.0_amd64.deb · 112 MB" in texts(words)
    assert "The announcement is signed." in texts(words)


def test_a_busy_musician_is_not_disturbed(bench: WindowBench, qtbot: QtBot) -> None:
    line = QLineEdit()
    qtbot.addWidget(line)
    line.show()
    listener = _IdleDetector(IDLE_MS)
    waiting = bench.loop.create_task(listener.wait())
    # Such a timer may be a twentieth early or late.
    bench.until(lambda: 0 < listener._debounce._timer.remainingTime() < IDLE_MS * 0.85)
    before = listener._debounce._timer.remainingTime()
    QTest.keyClick(line, Qt.Key.Key_A)
    after = listener._debounce._timer.remainingTime()
    waiting.cancel()
    bench.until(waiting.done)
    assert after > before
    # And leaves no ear behind.
    assert not listener._debounce.is_pending
    QTest.keyClick(line, Qt.Key.Key_A)
    assert not listener._debounce.is_pending

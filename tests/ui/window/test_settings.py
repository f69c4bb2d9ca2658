"""Accounts, library folder and appearance in the settings."""

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from producer_studio.domain.account import Service
from producer_studio.domain.ids import AccountName, TaskId, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.ui.settings import pages
from producer_studio.ui.settings.account_dialog import ADD_ACCOUNT_TASK, AccountDialog
from producer_studio.ui.settings.dialog import SettingsDialog
from producer_studio.ui.settings.pages.accounts import AccountsPage
from producer_studio.ui.settings.pages.appearance import AppearancePage
from producer_studio.ui.settings.pages.export import ExportPage
from producer_studio.ui.settings.pages.library import LibraryPage
from producer_studio.ui.settings.pages.sound import SoundPage
from producer_studio.ui.style.theme import LIGHT
from producer_studio.ui.widgets.text_format import version_text
from tests.support.open_studio import open_studio
from tests.support.sandbox_process import SandboxProcess
from tests.ui.window.conftest import KEY, WindowBench


@pytest.fixture
def adding(bench: WindowBench, qtbot: QtBot) -> AccountDialog:
    made = AccountDialog(bench.context)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    return made


def settings_of(bench: WindowBench, qtbot: QtBot) -> SettingsDialog:
    made = SettingsDialog(bench.context)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def settings(bench: WindowBench, qtbot: QtBot) -> SettingsDialog:
    return settings_of(bench, qtbot)


def test_an_account_is_added_and_tried(
    bench: WindowBench, adding: AccountDialog, sandbox: SandboxProcess
) -> None:
    added: list[str] = []
    adding.added.connect(added.append)
    adding.name.setText("studio")
    adding.key.setText(KEY)
    adding.address.setText(sandbox.url)
    bench.press(adding.connect_button.click)
    bench.until(lambda: bool(added))
    active = bench.studio.accounts.active
    assert active is not None
    assert (active.name, active.service) == ("studio", Service.MUSICAPI)
    assert bench.notices == ["MusicAPI is connected: 1\u202f240 credits."]


def test_another_account_with_the_same_key_is_named(
    bench: WindowBench, adding: AccountDialog, sandbox: SandboxProcess
) -> None:
    bench.add_account("personal", sandbox.url)
    added: list[str] = []
    adding.added.connect(added.append)
    adding.name.setText("work")
    adding.key.setText(KEY)
    adding.address.setText(f"{sandbox.url}/")
    bench.press(adding.connect_button.click)
    bench.until(lambda: bool(added))
    assert bench.notices == [
        (
            "MusicAPI is connected: 1\u202f240 credits. “personal” has the same key: both spend "
            "the same credits, but the budget of each account counts only its own requests."
        )
    ]


def test_a_wrong_key_is_said_in_place(
    bench: WindowBench, adding: AccountDialog, sandbox: SandboxProcess
) -> None:
    adding.key.setText("wrong")
    adding.address.setText(sandbox.url)
    bench.press(adding.connect_button.click)
    bench.until(lambda: not bench.tasks.is_running(ADD_ACCOUNT_TASK))
    assert adding.status.property("role") == "bad"
    assert "key" in adding.status.text()
    assert adding.connect_button.isEnabled()
    adding.key.setText(KEY)
    bench.press(adding.connect_button.click)
    bench.until(lambda: bench.studio.balances.get(AccountName("personal")) is not None)


def test_plain_http_elsewhere_is_refused_before_anything_is_sent(
    bench: WindowBench, adding: AccountDialog
) -> None:
    adding.key.setText(KEY)
    adding.address.setText("http://example.org")
    bench.press(adding.connect_button.click)
    bench.until(lambda: not bench.tasks.is_running(ADD_ACCOUNT_TASK))
    assert "https" in adding.status.text()
    assert not bench.studio.accounts.all()


def test_a_name_is_not_taken_twice(bench: WindowBench, adding: AccountDialog) -> None:
    bench.add_account("studio")
    adding.name.setText("studio")
    adding.key.setText(KEY)
    adding.submit()
    assert "already" in adding.status.text()


def test_a_corrected_name_does_not_replace_another_account(
    bench: WindowBench, adding: AccountDialog, sandbox: SandboxProcess
) -> None:
    bench.add_account("studio", "https://example.org", "the key of the studio")
    before = bench.studio.accounts.get(AccountName("studio"))
    adding.key.setText("wrong")
    adding.address.setText(sandbox.url)
    bench.press(adding.connect_button.click)
    bench.until(lambda: not bench.tasks.is_running(ADD_ACCOUNT_TASK))
    assert adding.status.property("role") == "bad"
    adding.name.setText("studio")
    bench.press(adding.connect_button.click)
    bench.settle()
    assert "already" in adding.status.text()
    assert bench.studio.accounts.get(AccountName("studio")) == before


def test_an_account_that_another_process_added_is_not_replaced(
    bench: WindowBench, adding: AccountDialog, tmp_path: Path
) -> None:
    async def add_elsewhere() -> None:
        other = await open_studio(tmp_path, ["not", "needed"])
        await other.accounts.add(AccountName("studio"), Service.APIFRAME, "another key")
        await other.close()

    bench.run(add_elsewhere())
    adding.name.setText("studio")
    adding.key.setText(KEY)
    bench.press(adding.submit)
    bench.settle()
    assert "already" in adding.status.text()
    (account,) = bench.studio.accounts.all()
    assert account.service is Service.APIFRAME


def test_the_key_is_hidden_until_it_is_asked_for(adding: AccountDialog) -> None:
    adding.key.setText("secret")
    assert adding.key.displayText() != "secret"
    adding.show_key.click()
    assert adding.key.displayText() == "secret"
    assert adding.show_key.accessibleName() == "Hide the key"


def test_a_service_brings_its_address(adding: AccountDialog) -> None:
    adding.service.setCurrentText("Apiframe")
    assert adding.connect_button.isEnabled()
    assert "apiframe.ai" in adding.address.text()


def test_an_account_is_tested_and_removed(
    bench: WindowBench, qtbot: QtBot, sandbox: SandboxProcess
) -> None:
    bench.add_account("personal", sandbox.url)
    settings = settings_of(bench, qtbot)
    (card,) = settings.page(AccountsPage).cards
    bench.press(card.test_button.click)
    bench.until(lambda: "works" in card.status.text())
    assert card.status.text() == "It works: 1\u202f240 credits."
    card.remove_button.click()
    assert card.confirm_button.isVisible()
    bench.press(card.confirm_button.click)
    bench.until(lambda: not bench.studio.accounts.all())
    assert settings.page(AccountsPage).cards == []


def test_the_removal_of_an_account_warns_of_unfinished_requests(
    bench: WindowBench, qtbot: QtBot
) -> None:
    bench.add_account("personal")
    for state in (JobState.WORKING, JobState.UNKNOWN, JobState.DONE):
        job = Job(
            id=new_job_id(), state=state, account=AccountName("personal"), task_id=TaskId("t")
        )
        bench.run(bench.studio._library.jobs.write(job))
    settings = settings_of(bench, qtbot)
    (card,) = settings.page(AccountsPage).cards
    bench.press(card.remove_button.click)
    bench.until(lambda: "2 requests are not finished" in card.removal_label.text())
    assert "after this account is added again, under the same name" in card.removal_label.text()


def test_where_the_key_is_kept_is_said(bench: WindowBench, qtbot: QtBot) -> None:
    bench.add_account("personal")
    settings = settings_of(bench, qtbot)
    (card,) = settings.page(AccountsPage).cards
    bench.until(lambda: bool(card._key_location.text()))
    assert card._key_location.text().startswith("The key is ")


def test_the_theme_changes_at_once_and_is_kept(
    bench: WindowBench, settings: SettingsDialog
) -> None:
    light = settings.page(AppearancePage).theme
    bench.press(lambda: light.option_chosen.emit("light"))
    assert bench.style.theme is LIGHT
    assert bench.studio.preferences.value.theme == "light"
    bench.press(lambda: settings.page(AppearancePage).text_size.option_chosen.emit("1.3"))
    assert bench.style.text_scale == 1.3
    assert bench.studio.preferences.value.text_scale == 1.3


def test_the_arrow_keys_go_on_from_the_page_that_was_clicked(
    bench: WindowBench, settings: SettingsDialog
) -> None:
    settings.activateWindow()
    bench.until(settings.isActiveWindow)
    names = {button.text(): button for button in settings._nav_buttons.buttons()}
    names["Accounts"].setFocus()
    QTest.mouseClick(names["Appearance"], Qt.MouseButton.LeftButton)
    assert names["Appearance"].hasFocus()
    QTest.keyClick(names["Appearance"], Qt.Key.Key_Down)
    assert names["Sound"].isChecked()


def test_every_page_opens_by_its_name(settings: SettingsDialog) -> None:
    by_name = {
        "Accounts": settings.page(AccountsPage),
        "Library": settings.page(LibraryPage),
        "Appearance": settings.page(AppearancePage),
        "Sound": settings.page(SoundPage),
    }
    for name, page in by_name.items():
        settings.open_page(name)
        assert page.isVisible()
        focused = settings.focusWidget()
        assert isinstance(focused, QPushButton)
        assert focused.text() == name


def test_pages_may_be_closed_while_they_are_read(bench: WindowBench) -> None:
    errors: list[str] = []
    bench.tasks.internal_error_reported.connect(errors.append)

    async def open_and_close(page: str, turns: int) -> None:
        dialog = SettingsDialog(bench.context)
        dialog.show()
        dialog.open_page(page)
        for _ in range(turns):
            await asyncio.sleep(0)
        dialog.reject()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert not isValid(dialog)

    for page in ("Credits", "About"):
        for turns in (1, 3, 10):
            bench.run(open_and_close(page, turns))
            bench.settle()
    assert errors == []


@pytest.fixture
def changing(bench: WindowBench, qtbot: QtBot, sandbox: SandboxProcess) -> AccountDialog:
    bench.add_account("mine", sandbox.url)
    account = bench.studio.accounts.get(AccountName("mine"))
    made = AccountDialog(bench.context, account=account)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    return made


def test_another_address_says_before_saving_that_the_key_is_removed(
    bench: WindowBench, changing: AccountDialog, sandbox: SandboxProcess
) -> None:
    accounts, mine = bench.studio.accounts, AccountName("mine")
    bench.until(lambda: not bench.tasks._tasks)
    assert "leave empty to keep" in changing.key.placeholderText()
    changing.address.setText(f"{sandbox.url}/musicapi")
    assert "enter it for the new address" in changing.key.placeholderText()
    assert "enter it for the new" in changing.options.webhook_secret.edit.placeholderText()
    assert "Saving removes them" in changing._key_location.text()
    bench.press(changing.connect_button.click)
    bench.until(lambda: "Nothing was changed" in changing.status.text())
    assert "Enter the key for this address" in changing.status.text()
    assert bench.run(accounts.secret_location(mine)) is not None
    account = accounts.get(mine)
    assert account is not None
    assert account.base_url == sandbox.url
    changing.address.setText(sandbox.url)
    assert "leave empty to keep" in changing.key.placeholderText()
    assert "Saving removes them" not in changing._key_location.text()
    changing.address.setText(f"{sandbox.url}/musicapi")
    changing.key.setText(f"\ufeffBearer {KEY}\n")
    added: list[str] = []
    changing.added.connect(added.append)
    bench.press(changing.connect_button.click)
    bench.until(lambda: bool(added))
    account = accounts.get(mine)
    assert account is not None
    assert account.base_url == f"{sandbox.url}/musicapi"


@pytest.mark.parametrize("key", ["\u200b", '""', "cl\u00e9"])
def test_what_holds_no_key_is_said_before_anything_is_sent(
    adding: AccountDialog, bench: WindowBench, key: str
) -> None:
    adding.key.setText(key)
    adding.address.setText("http://127.0.0.1:9")
    bench.press(adding.connect_button.click)
    bench.until(lambda: "Nothing was changed" in adding.status.text())
    assert bench.studio.accounts.all() == ()


def test_labels_of_exported_files_are_kept(bench: WindowBench, settings: SettingsDialog) -> None:
    settings.open_page("Export")
    artist = settings.page(ExportPage).fields["artist"]
    assert artist.text() == ""

    bench.press(lambda: artist.setText("  Anna   B "))

    assert bench.studio.preferences.value.export_artist == "Anna B"


def test_only_secrets_that_are_stored_can_be_left_empty(
    bench: WindowBench, changing: AccountDialog
) -> None:
    bench.until(lambda: not bench.tasks._tasks)
    assert "leave empty to keep" in changing.key.placeholderText()
    assert changing.options.webhook_secret.edit.placeholderText() == "none"
    assert changing.platform_token.edit.placeholderText() == "for balance and files"


@pytest.mark.parametrize(
    ("profile", "text"),
    [
        ("musicapi-2026-05", "MusicAPI, May 2026"),
        ("acedata", "AceData Cloud"),
        ("other-2027-01", "other-2027-01"),
        ("musicapi-next", "musicapi-next"),
    ],
)
def test_versions_of_a_service_are_named_for_people(profile: str, text: str) -> None:
    assert version_text(profile) == text


def test_a_module_of_the_package_is_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "extra.py").write_text(
        "from PySide6.QtWidgets import QWidget\n"
        "from producer_studio.ui.settings.page import SettingsPage\n"
        "PAGE = SettingsPage('Extra', 'sun', 75, QWidget, lambda _, parent: QWidget(parent))"
    )
    monkeypatch.setattr(pages, "__path__", [*pages.__path__, str(tmp_path)])
    titles = [page.title for page in pages.load_pages()]
    assert titles[titles.index("Extra") - 1] == "Appearance"
    assert titles[titles.index("Extra") + 1] == "Sound"

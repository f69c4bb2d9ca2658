"""Accounts in full, credits, bucket and webhooks in the settings."""

import csv
import io
import socket
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from producer_studio.domain.account import BucketLocation, Service
from producer_studio.domain.ids import AccountName, TaskId, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.accounts.ledger import LedgerLine
from producer_studio.ui.settings.account_dialog import ADD_ACCOUNT_TASK, AccountDialog
from producer_studio.ui.settings.dialog import SettingsDialog
from producer_studio.ui.settings.ledger_table import (
    CLIP_COLUMN,
    NOTE_COLUMN,
    LedgerTable,
    number_text,
)
from producer_studio.ui.settings.pages.accounts import AccountsPage, offer_rows
from producer_studio.ui.settings.pages.ledger import LedgerPage
from producer_studio.ui.settings.pages.uploads import BUCKET_TASK, UploadsPage
from producer_studio.ui.settings.pages.webhooks import WebhooksPage
from tests.support.sandbox_process import SandboxProcess
from tests.ui.window.conftest import KEY, WindowBench

PERSONAL = AccountName("personal")


@pytest.fixture
def adding(bench: WindowBench, qtbot: QtBot) -> AccountDialog:
    return shown(AccountDialog(bench.context), qtbot)


def shown(dialog: AccountDialog, qtbot: QtBot) -> AccountDialog:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def settings_at(bench: WindowBench, qtbot: QtBot, page: str) -> SettingsDialog:
    made = SettingsDialog(bench.context)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    bench.press(lambda: made.open_page(page))
    return made


def account_of(bench: WindowBench, name: str = PERSONAL) -> object:
    return bench.studio.accounts.get(AccountName(name))


def test_every_service_and_each_of_its_profiles_can_be_chosen(adding: AccountDialog) -> None:
    offered = {}
    for row in range(adding.service.count()):
        adding.service.setCurrentIndex(row)
        profile = adding.profile
        offered[adding.service.currentText()] = [
            profile.itemData(at) for at in range(profile.count())
        ]
    assert offered == {
        "MusicAPI": ["musicapi-2026-02", "musicapi-2026-05"],
        "AIMusicAPI": ["aimusicapi-2026-04"],
        "AceData Cloud": ["acedata"],
        "Apiframe": ["apiframe"],
        "Demo Studio": [
            "musicapi-2026-02",
            "musicapi-2026-05",
            "aimusicapi-2026-04",
            "acedata",
            "apiframe",
        ],
    }


def test_only_what_a_service_has_is_asked_for(adding: AccountDialog) -> None:
    adding.service.setCurrentText("AceData Cloud")
    assert adding.platform_token.isVisible()
    assert adding.key.isVisible()
    adding.service.setCurrentText("Demo Studio")
    assert not adding.key.isVisible()
    assert not adding.platform_token.isVisible()
    assert adding.address.placeholderText() == "on this computer"
    adding.service.setCurrentText("MusicAPI")
    assert not adding.platform_token.isVisible()


def test_an_account_takes_budget_webhook_and_jobs_at_a_time(
    bench: WindowBench, adding: AccountDialog, sandbox: SandboxProcess
) -> None:
    adding.profile.setCurrentIndex(1)
    adding.key.setText(KEY)
    adding.address.setText(f"{sandbox.url}/musicapi-2026-05")
    adding.options_section.expand()
    adding.options.budget.setText("1 200,5")
    adding.options.concurrency.setText("2")
    adding.options.webhook.setText("https://hooks.example.org/studio")
    adding.options.webhook_secret.edit.setText("quiet")
    bench.press(adding.connect_button.click)
    bench.until(lambda: not bench.tasks.is_running(ADD_ACCOUNT_TASK))
    account = bench.studio.accounts.get(PERSONAL)
    assert account is not None
    assert (account.profile, account.budget, account.concurrency) == ("musicapi-2026-05", 1200.5, 2)
    assert account.webhook_url == "https://hooks.example.org/studio"
    assert adding.options.webhook_secret.text() == ""


@pytest.mark.parametrize(
    ("field", "text"), [("budget", "much"), ("concurrency", "2.5"), ("webhook", "http://here")]
)
def test_what_will_not_do_is_said_and_unfolded(
    bench: WindowBench, adding: AccountDialog, field: str, text: str
) -> None:
    adding.key.setText(KEY)
    adding.address.setText("http://127.0.0.1:9")
    getattr(adding.options, field).setText(text)
    bench.press(adding.connect_button.click)
    bench.until(lambda: not bench.tasks.is_running(ADD_ACCOUNT_TASK))
    assert adding.status.property("role") == "bad"
    assert adding.options_section.is_expanded
    assert not bench.studio.accounts.all()


def test_an_account_is_changed_and_its_key_stays(
    bench: WindowBench, qtbot: QtBot, sandbox: SandboxProcess
) -> None:
    bench.add_account("personal", sandbox.url)
    account = bench.studio.accounts.get(PERSONAL)
    assert account is not None
    dialog = shown(AccountDialog(bench.context, account=account), qtbot)
    assert dialog.name.isReadOnly()
    assert dialog.connect_button.text() == "Save"
    dialog.options.budget.setText("40")
    changed: list[str] = []
    dialog.added.connect(changed.append)
    bench.press(dialog.connect_button.click)
    bench.until(lambda: bool(changed))
    after = bench.studio.accounts.get(PERSONAL)
    assert after is not None
    assert (after.budget, after.base_url) == (40, account.base_url)
    assert bench.run(bench.studio.accounts.secret_location(PERSONAL)) is not None


def test_nothing_of_the_dialog_is_cut_off_and_long_ones_scroll(
    bench: WindowBench, adding: AccountDialog
) -> None:
    for scale in (1.0, 1.5):
        bench.style.set_text_scale(scale)
        adding.service.setCurrentText("AceData Cloud")
        adding.options_section.expand()
        for _ in range(4):
            QApplication.processEvents()
        inside = adding._content_widget
        assert inside.height() >= inside.minimumSizeHint().height()
        for widget in adding.findChildren(QWidget):
            if widget.isVisible() and widget.accessibleName():
                assert widget.width() >= min(widget.minimumSizeHint().width(), 60)


def test_the_dialog_stays_on_the_screen_and_shows_what_it_says(
    bench: WindowBench, adding: AccountDialog
) -> None:
    room = adding.screen().availableGeometry()
    adding.service.setCurrentText("AceData Cloud")
    adding.move(room.left() + 100, room.bottom() - adding.height() + 1)
    adding.options_section.expand()
    adding.name.clear()
    bench.press(adding.connect_button.click)
    for _ in range(4):
        QApplication.processEvents()
    assert room.contains(adding.frameGeometry())
    seen = adding._scroll_area.viewport().rect()
    corner = adding.status.mapTo(adding._scroll_area.viewport(), adding.status.rect().bottomLeft())
    assert seen.top() < corner.y() <= seen.bottom()


def test_a_card_says_what_is_offered_and_asks_again(bench: WindowBench, qtbot: QtBot) -> None:
    bench.add_account("personal", "http://127.0.0.1:9")
    retired = {str(Operation.VARIATION): "2026-11-20"}
    bench.run(
        bench.studio.accounts.update_offers(
            PERSONAL, lambda account: replace(account, retired=retired)
        )
    )
    account = bench.studio.accounts.get(PERSONAL)
    assert account is not None
    lines = {name: (price, reason) for name, price, _, reason in offer_rows(bench.studio, account)}
    assert lines["Upload"] == ("2 credits", "")
    assert lines["Create"][0] == "price unknown"
    assert lines["Variation"][0] == "not offered"
    assert lines["Stems"][1]
    settings = settings_at(bench, qtbot, "Accounts")
    (card,) = settings.page(AccountsPage).cards
    bench.press(card.offers.header_button.click)
    again = next(
        one
        for one in card.findChildren(QWidget)
        if one.accessibleName() == "Allow again at “personal”"
    )
    bench.until(again.isVisible)
    bench.press(lambda: qtbot.mouseClick(again, Qt.MouseButton.LeftButton))

    def asked_again() -> bool:
        known = bench.studio.accounts.get(PERSONAL)
        return known is not None and not known.retired

    bench.until(asked_again)
    (card,) = settings.page(AccountsPage).cards
    assert card.offers.is_expanded


def test_a_card_says_what_of_the_budget_is_spent(bench: WindowBench, qtbot: QtBot) -> None:
    bench.run(
        bench.studio.accounts.add(
            PERSONAL, Service.MUSICAPI, KEY, base_url="http://127.0.0.1:9", budget=50
        )
    )
    settings = settings_at(bench, qtbot, "Accounts")
    (card,) = settings.page(AccountsPage).cards
    bench.until(lambda: bool(card.budget.text()))
    assert card.budget.text().startswith("0 of 50 credits this month")


def shown_names(page: QWidget) -> set[str]:
    """The accessible names of what is shown."""
    return {one.accessibleName() for one in page.findChildren(QWidget) if one.isVisible()}


def spend(bench: WindowBench, balance: float = 1230) -> Job:
    """A job that was charged and gave nothing."""
    job = Job(
        id=new_job_id(),
        state=JobState.FAILED,
        recipe=Recipe(title="Lost Song"),
        account=PERSONAL,
        credits_expected=10,
        credits_charged=10,
    )
    library = bench.studio._library
    entries = [
        LedgerEntry(account=PERSONAL, kind=EntryKind.EXPECTED, amount=10, job=job.id),
        LedgerEntry(account=PERSONAL, kind=EntryKind.CHARGED, amount=10, job=job.id),
        LedgerEntry(account=PERSONAL, kind=EntryKind.BALANCE, amount=balance),
    ]

    bench.run(library.jobs.write_all([job], entries))
    return job


def test_the_month_of_each_account_is_added_up(
    bench: WindowBench, qtbot: QtBot, tmp_path: Path
) -> None:
    bench.add_account("personal", "http://127.0.0.1:9")
    spend(bench)
    settings = settings_at(bench, qtbot, "Credits")
    page = settings.page(LedgerPage)
    bench.until(lambda: page.table.rowCount() == 3)

    total = "personal: expected 10, charged 10, refunded 0, spent 10, balance 1\u202f230"
    bench.until(lambda: total in shown_names(page))
    lost = "Lost Song · Create · personal, 10 credits"
    bench.until(lambda: any(name.startswith(lost) for name in shown_names(page)))
    target = tmp_path / "credits.csv"
    bench.run(page.save_csv(target))
    rows = list(csv.reader(io.StringIO(target.read_text(encoding="utf-8"))))
    assert len(rows) == 4
    page.month.setCurrentIndex(1)
    bench.press(lambda: page.month.activated.emit(1))
    bench.until(lambda: page.table.rowCount() == 0)
    assert page.view.isHidden()
    assert not page.export_button.isEnabled()


def test_numbers_without_a_single_price_are_dashes(bench: WindowBench, qtbot: QtBot) -> None:
    bench.add_account("personal", "http://127.0.0.1:9")
    job = Job(id=new_job_id(), recipe=Recipe(title="Lost Song"), account=PERSONAL)
    charged = LedgerEntry(account=PERSONAL, kind=EntryKind.CHARGED, amount=None, job=job.id)
    bench.run(bench.studio._library.jobs.write_all([job], [charged]))
    settings = settings_at(bench, qtbot, "Credits")
    page = settings.page(LedgerPage)
    total = "personal: expected —, charged 0 + 1 unknown, refunded —, spent —, balance —"
    bench.until(lambda: total in shown_names(page))


@pytest.mark.parametrize(
    ("seen", "said"), [(1230.0, "10 credits, refunded"), (1227.0, "10 credits, probably refunded")]
)
def test_a_failed_request_says_whether_its_refund_was_seen(
    bench: WindowBench, qtbot: QtBot, seen: float, said: str
) -> None:
    bench.add_account("personal", "http://127.0.0.1:9")
    before = LedgerEntry(account=PERSONAL, kind=EntryKind.BALANCE, amount=1230)
    bench.run(bench.studio._library.ledger.add(before))
    spend(bench, balance=seen)
    settings = settings_at(bench, qtbot, "Credits")
    page = settings.page(LedgerPage)
    lost = f"Lost Song · Create · personal, {said}. "
    bench.until(lambda: lost in shown_names(page))


def _ledger_shown(bench: WindowBench, qtbot: QtBot, note: str = "") -> SettingsDialog:
    bench.add_account("personal", "http://127.0.0.1:9")
    spend(bench)
    job = Job(id=new_job_id(), recipe=Recipe(title="Lost Song"), account=PERSONAL)
    noted = LedgerEntry(account=PERSONAL, kind=EntryKind.CHARGED, amount=1, job=job.id, note=note)
    bench.run(bench.studio._library.jobs.write_all([job], [noted]))
    settings = settings_at(bench, qtbot, "Credits")
    page = settings.page(LedgerPage)
    bench.until(lambda: page.table.rowCount() == 4)
    return settings


def test_what_the_ledger_does_not_explain_is_one_line_that_opens(
    bench: WindowBench, qtbot: QtBot
) -> None:
    bench.add_account("personal", "http://127.0.0.1:9")
    spend(bench)
    bought = LedgerEntry(account=PERSONAL, kind=EntryKind.BALANCE, amount=1725)
    used_elsewhere = LedgerEntry(account=PERSONAL, kind=EntryKind.BALANCE, amount=1718)
    bench.run(bench.studio._library.ledger.add(bought, used_elsewhere))
    settings = settings_at(bench, qtbot, "Credits")
    page = settings.page(LedgerPage)
    bench.until(lambda: bool(page.unexplained.sections()))
    (section,) = page.unexplained.sections()
    assert section.header_button.text() == "Not explained: 7 credits gone, 495 credits added"
    bench.press(section.header_button.click)
    said = [one.text() for one in section.findChildren(QLabel) if one.isVisible()]
    assert len(said) == 2
    assert "may have been bought" in said[0]
    assert "used elsewhere" in said[1]
    # What is open stays open when the ledger is read again.
    bench.run(bench.studio._library.ledger.add(replace(used_elsewhere, amount=1700)))
    page.refresh()
    bench.until(lambda: "25 credits gone" in page.unexplained.sections()[0].header_button.text())
    assert page.unexplained.sections()[0].is_expanded


def test_what_is_opened_above_the_ledger_cuts_nothing_off(bench: WindowBench, qtbot: QtBot) -> None:
    bench.add_account("personal", "http://127.0.0.1:9")
    done = [
        Job(
            id=new_job_id(),
            state=JobState.DONE,
            recipe=Recipe(
                title="Song", sound="calm pads", model=f"FUZZ-{number}" + " of many words" * 8
            ),
            account=PERSONAL,
            task_id=TaskId(f"task {number}"),
        )
        for number in range(8)
    ]
    spend(bench)
    bench.run(bench.studio._library.jobs.write_all(done))
    settings = settings_at(bench, qtbot, "Credits")
    page = settings.page(LedgerPage)
    bench.until(lambda: page.records.isVisible())
    settings.resize(settings.minimumSize())
    bench.press(page.records.section.header_button.click)
    bench.settle()
    texts = [one for one in page.findChildren(QLabel) if one.isVisible() and one.text()]
    assert len(texts) > 8
    heights = [(one.text(), one.height() - one.heightForWidth(one.width())) for one in texts]
    assert [text for text, spare in heights if spare < 0] == []
    assert page.view.height() >= 6 * page.view.verticalHeader().defaultSectionSize()


def test_the_budget_of_all_accounts_is_stored_when_it_is_left(
    bench: WindowBench, qtbot: QtBot
) -> None:
    settings = settings_at(bench, qtbot, "Credits")
    budget = settings.page(LedgerPage).budget
    for text, stored in (("12,5", 12.5), ("-1", 12.5), ("", None)):
        budget.daily.setText(text)
        bench.press(budget.daily.editingFinished.emit)
        assert bench.studio.accounts.overall_budget() == (None, stored)
        assert budget.problem.isVisible() == (text == "-1")


def test_without_notes_the_songs_have_their_column(bench: WindowBench, qtbot: QtBot) -> None:
    settings = _ledger_shown(bench, qtbot)
    assert settings.page(LedgerPage).view.isColumnHidden(NOTE_COLUMN)


@pytest.mark.parametrize("note", ["ok", "the service charged more than it had announced " * 5])
def test_a_note_has_the_width_that_it_needs_within_its_share(
    bench: WindowBench, qtbot: QtBot, note: str
) -> None:
    settings = _ledger_shown(bench, qtbot, note)
    view = settings.page(LedgerPage).view
    assert not view.isColumnHidden(NOTE_COLUMN)
    assert view.columnWidth(CLIP_COLUMN) > view.fontMetrics().horizontalAdvance("Lost Song")
    assert view.columnWidth(NOTE_COLUMN) <= view.viewport().width() * 2 // 5
    if len(note) < 10:
        assert view.columnWidth(CLIP_COLUMN) > 2 * view.columnWidth(NOTE_COLUMN)


def test_the_takes_of_a_long_title_differ_in_the_ledger(bench: WindowBench, qtbot: QtBot) -> None:
    settings = _ledger_shown(bench, qtbot)
    page = settings.page(LedgerPage)
    entry = LedgerEntry(account=PERSONAL, kind=EntryKind.CHARGED, amount=1)
    long = "First Snow on Strings and a Long Way Home " * 3

    def picture(end: str) -> QImage:
        page.table.set_rows([LedgerLine(entry, f"{long}· {end}")])
        return page.view.grab().toImage()

    assert picture("take 1") == picture("take 1")
    assert picture("take 1") != picture("take 2")


def test_a_ledger_that_cannot_be_written_says_why(
    bench: WindowBench, qtbot: QtBot, tmp_path: Path
) -> None:
    settings = settings_at(bench, qtbot, "Credits")
    work = settings.page(LedgerPage).save_csv(tmp_path / "missing" / "credits.csv")
    bench.press(lambda: bench.tasks.start("export the ledger", work))
    bench.until(lambda: bool(bench.notices))
    assert bench.notices[0].endswith("cannot be written: No such file or directory.")


def test_the_ledgers_model_keeps_qts_rules(bench: WindowBench, qtbot: QtBot) -> None:
    model = LedgerTable()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    kinds = (
        (EntryKind.CHARGED, None),
        (EntryKind.REFUNDED, 1240.5),
        (EntryKind.BALANCE, 3.0),
    )
    lines = [
        LedgerLine(LedgerEntry(account=PERSONAL, kind=kind, amount=amount), "Night", count)
        for count, (kind, amount) in enumerate(kinds, 1)
    ]
    model.set_rows(lines)
    assert model.index(0, 2, QModelIndex()).data() == "Night"
    assert model.index(0, 4, QModelIndex()).data() == "unknown"
    assert model.index(1, 4, QModelIndex()).data() == "1\u202f240.5"
    assert model.index(2, 5, QModelIndex()).data() == "checked 3 times"
    assert number_text(-2.0) == "\u22122"
    assert tester.model() is model


def test_a_bucket_is_set_up_tried_and_forgotten(bench: WindowBench, qtbot: QtBot) -> None:
    settings = settings_at(bench, qtbot, "Uploads")
    page = settings.page(UploadsPage)
    bench.press(page.save_button.click)
    bench.until(lambda: not bench.tasks.is_running(BUCKET_TASK))
    assert page.status.property("role") == "bad"
    assert "bucket" in page.status.text()
    page.endpoint.setText("http://127.0.0.1:9")
    page.region.setText("us-east-1")
    page.bucket.setText("songs")
    page.key_id.setText("AKIA")
    page.secret.edit.setText("hush")
    bench.press(page.save_button.click)
    bench.until(lambda: not bench.tasks.is_running(BUCKET_TASK))
    assert page.status.property("role") == "bad"
    assert bench.studio.bucket.location == BucketLocation(
        bucket="songs", access_key_id="AKIA", endpoint="http://127.0.0.1:9", region="us-east-1"
    )
    assert page.secret.text() == ""
    assert page.remove_button.isEnabled()
    bench.press(page.remove_button.click)
    bench.until(
        lambda: bench.studio.bucket.location is None and not bench.tasks.is_running(BUCKET_TASK)
    )
    assert page.bucket.text() == ""


def test_what_is_typed_during_the_test_of_a_bucket_stays(bench: WindowBench, qtbot: QtBot) -> None:
    settings = settings_at(bench, qtbot, "Uploads")
    page = settings.page(UploadsPage)
    page.endpoint.setText("http://127.0.0.1:9")
    page.bucket.setText("songs")
    page.key_id.setText("AKIA")
    page.secret.edit.setText("hush")
    bench.press(page.save_button.click)
    page.prefix.setText("typed since")
    page.secret.edit.setText("another")
    bench.until(lambda: not bench.tasks.is_running(BUCKET_TASK))
    assert bench.studio.bucket.location is not None
    bench.press(partial(page._on_test_succeeded, None))
    bench.settle()
    assert (page.prefix.text(), page.secret.text()) == ("typed since", "another")


def test_the_port_for_reports_is_opened_and_closed(bench: WindowBench, qtbot: QtBot) -> None:
    # Held here: a window that only its own page knows is collected while the test waits.
    settings = settings_at(bench, qtbot, "Webhooks")
    page = settings.page(WebhooksPage)
    preferences = bench.studio.preferences
    assert page.address.text() == "not listening"
    page.port.setText("80")
    bench.press(page.listen_switch.click)
    assert preferences.value.webhook_port == 0
    assert not page.listen_switch.isChecked()
    assert "1024" in page.status.text()
    bench.run(bench.studio.webhooks.start())
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        page.port.setText(str(port))
        bench.press(page.listen_switch.click)
        bench.until(lambda: "another program uses it" in page.status.text())
        assert preferences.value.webhook_port == port
        assert page.address.text() == "not listening"
        assert not page.copy_button.isEnabled()
    bench.press(page.listen_switch.click)
    bench.press(page.listen_switch.click)
    bench.until(lambda: f":{port}/" in page.address.text())
    assert page.status.text() == ""
    page.copy_button.click()
    assert QGuiApplication.clipboard().text() == page.address.text()
    bench.press(page.listen_switch.click)
    assert preferences.value.webhook_port == 0
    bench.until(lambda: page.address.text() == "not listening")


def test_nothing_of_the_bucket_is_squeezed(bench: WindowBench, qtbot: QtBot) -> None:
    settings = settings_at(bench, qtbot, "Uploads")
    page = settings.page(UploadsPage)
    page._show_status(
        "one line of words that are too long for the page, again and again. " * 5, "bad"
    )
    QApplication.processEvents()
    for part in (page.status, page.save_button, page.remove_button):
        # What it answers is in sight without scrolling.
        assert page.rect().contains(part.geometry())
        assert part.parentWidget() is page
    for part in page.findChildren(QLineEdit):
        assert part.height() >= part.sizeHint().height(), part.accessibleName()
        holder = part.parentWidget()
        assert holder.rect().contains(part.geometry()), part.accessibleName()


def test_the_late_pages_have_names_for_all_their_controls(bench: WindowBench, qtbot: QtBot) -> None:
    bench.add_account("personal", "http://127.0.0.1:9")
    settings = settings_at(bench, qtbot, "Accounts")
    for page in ("Accounts", "Credits", "Uploads", "Webhooks"):
        bench.press(lambda page=page: settings.open_page(page))
        nameless = [
            one
            for one in settings.findChildren(QWidget)
            if one.focusPolicy() & Qt.FocusPolicy.TabFocus
            and one.isVisible()
            and not (one.accessibleName() or getattr(one, "text", str)())
        ]
        assert nameless == []


def test_a_tunnels_address_is_completed_for_the_account(adding: AccountDialog) -> None:
    adding.options_section.expand()
    more = adding.options
    assert not more.tunnel_button.isEnabled()
    more.webhook.setText("https://tunnel.example.org")
    more.tunnel_button.click()
    completed = more.webhook.text()
    assert completed.startswith("https://tunnel.example.org/")
    assert len(completed) > len("https://tunnel.example.org/") + 16
    more.tunnel_button.click()
    assert more.webhook.text() == completed

"""Search, credits and account in the top bar."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from producer_studio.domain.account import Service
from producer_studio.domain.ids import AccountName, new_job_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.library.search.parser import parse_query
from producer_studio.studio.clips import SEARCH_FIELD_NAMES
from producer_studio.studio.events import BalanceChanged, OtherJobChanged
from producer_studio.translation.numbers import format_shortest
from producer_studio.ui.style.style import Style
from producer_studio.ui.window import balance_display
from producer_studio.ui.window.search_field import SearchField, split_finished_terms
from producer_studio.ui.window.top_bar import TopBar
from tests.support.sandbox_process import SandboxProcess
from tests.ui.window.conftest import WindowBench, named


@pytest.mark.parametrize(
    ("text", "terms", "rest"),
    [
        ("lofi", [], "lofi"),
        ("lofi model:fuzz", [], "lofi model:fuzz"),
        ("lofi model:fuzz ", ["model:fuzz"], "lofi "),
        ("stars:>3 -key:Fm rain", ["stars:>3", "-key:Fm"], "rain"),
        ('title:"late night" rain', ['title:"late night"'], "rain"),
        ("starz:>3 rain", [], "starz:>3 rain"),
        ("bpm:80 | bpm:90 ", [], "bpm:80 | bpm:90 "),
        ('title:"a | b" rain', ['title:"a | b"'], "rain"),
        ("tags:x Rating:>3 rain", ["tags:x", "Rating:>3"], "rain"),
        ("x-stars:>3 rain", ["-stars:>3"], "x rain"),
        ("a" * 1_000_000, [], "a" * 1_000_000),
    ],
)
def test_finished_terms_leave_the_text(text: str, terms: list[str], rest: str) -> None:
    assert split_finished_terms(text) == (terms, rest)


@pytest.fixture
def field(style: Style, qtbot: QtBot) -> SearchField:
    made = SearchField(style)
    qtbot.addWidget(made)
    made.show()
    return made


def test_every_key_is_searched_for_at_once(field: SearchField, qtbot: QtBot) -> None:
    queries: list[str] = []
    field.query_changed.connect(queries.append)
    qtbot.keyClicks(field.edit, "lofi")
    assert queries == ["l", "lo", "lof", "lofi"]


def test_a_finished_term_becomes_a_chip_and_stays_in_the_query(
    field: SearchField, qtbot: QtBot
) -> None:
    queries: list[str] = []
    field.query_changed.connect(queries.append)
    qtbot.keyClicks(field.edit, "stars:>3 rain")
    assert queries[-1] == "stars:>3 rain"
    assert field.edit.text() == "rain"


@pytest.mark.parametrize(
    "query",
    [
        "stars:>3 | fav:yes",
        "rain stars:>3 | fav:yes",
        "rain stars:>3 fav:yes | op:cover snow",
        "key:Am rain stars:>3 |fav:yes",
        "tag:x | rain stars:>3 snow",
    ],
)
def test_alternatives_stay_beside_each_other(field: SearchField, qtbot: QtBot, query: str) -> None:
    queries: list[str] = []
    field.query_changed.connect(queries.append)
    qtbot.keyClicks(field.edit, query)
    assert meaning(queries[-1]) == meaning(query)


def meaning(query: str) -> list[list[str]]:
    """What must hold: one term of each group, in whatever order they stand."""
    groups = parse_query(query).groups
    return sorted(sorted(term.text.strip() for term in group) for group in groups)


def test_an_alternative_before_the_text_takes_the_chip_back(
    field: SearchField, qtbot: QtBot
) -> None:
    field.set_query("stars:>3 ")
    qtbot.keyClicks(field.edit, "| fav:yes")
    assert field.query() == "stars:>3 | fav:yes"
    assert field.edit.text() == "stars:>3 | fav:yes"


def test_every_name_of_a_field_becomes_a_chip(field: SearchField, qtbot: QtBot) -> None:
    for name in SEARCH_FIELD_NAMES:
        terms, rest = split_finished_terms(f"{name}:x rain")
        assert (terms, rest) == ([f"{name}:x"], "rain")


def test_the_count_of_hits_stands_beside_the_query(field: SearchField, qtbot: QtBot) -> None:
    field.show_result_count(12, True)
    assert not field._result_count.isVisible()
    qtbot.keyClicks(field.edit, "lofi")
    field.show_result_count(200, False)
    assert (field._result_count.text(), field._result_count.toolTip()) == (
        "200+",
        "More than 200 clips found",
    )
    field.show_result_count(1204, True)
    assert field._result_count.isVisible()
    assert field._result_count.text() == "1\u202f204"
    assert field.edit.accessibleDescription() == "1\u202f204 clips found"
    qtbot.keyClick(field.edit, Qt.Key.Key_Escape)
    field.show_result_count(9000, True)
    assert not field._result_count.isVisible()


def test_a_chip_is_removed_and_the_list_follows(field: SearchField, qtbot: QtBot) -> None:
    field.set_query("stars:>3 rain")
    cross = named(field, "Remove stars:>3")
    with qtbot.waitSignal(field.query_changed) as told:
        qtbot.mouseClick(cross, Qt.MouseButton.LeftButton)
    assert told.args == ["rain"]


def test_backspace_at_the_start_takes_a_chip_back_into_the_text(
    field: SearchField, qtbot: QtBot
) -> None:
    field.set_query("stars:>3 ")
    assert field.edit.text() == ""
    qtbot.keyClick(field.edit, Qt.Key.Key_Backspace)
    assert field.edit.text() == "stars:>3"


def test_escape_clears_the_search(field: SearchField, qtbot: QtBot) -> None:
    field.set_query("model:fuzz rain")
    with qtbot.waitSignal(field.query_changed) as told:
        qtbot.keyClick(field.edit, Qt.Key.Key_Escape)
    assert told.args == [""]
    assert field.query() == ""


def test_numbers_are_grouped_with_thin_spaces() -> None:
    assert format_shortest(1240) == "1\u202f240"
    assert format_shortest(2.5) == "2.5"


@pytest.fixture
def bar(bench: WindowBench, qtbot: QtBot) -> TopBar:
    made = TopBar(bench.context)
    qtbot.addWidget(made)
    made.resize(1440, 48)
    made.show()
    return made


def test_without_an_account_there_are_no_credits(bar: TopBar) -> None:
    assert bar.credits.texts() == ("—", "credits")
    assert bar.account.texts() == ("No account", "")
    for name in ("Search library", "Account", "Settings"):
        assert named(bar, name).isVisible()


def test_the_active_account_and_its_credits_are_shown(
    bench: WindowBench, bar: TopBar, sandbox: SandboxProcess
) -> None:
    bench.add_account("personal", sandbox.url)
    assert bar.account.texts() == ("MusicAPI", "personal")
    bench.press(bar.request_active_balance)
    bench.until(lambda: bar.credits.texts()[0] != "—")
    assert bar.credits.texts() == ("1\u202f240", "credits")


@pytest.mark.parametrize("state", [JobState.ACCEPTED, JobState.DONE])
def test_what_another_process_has_spent_is_asked_for(
    bench: WindowBench, bar: TopBar, sandbox: SandboxProcess, state: JobState
) -> None:
    bench.add_account("personal", sandbox.url)
    assert bar.credits.texts()[0] == "—"
    job = Job(id=new_job_id(), state=state, account=AccountName("personal"))
    bench.press(lambda: bench.studio.events.publish(OtherJobChanged(job)))
    bench.until(lambda: bar.credits.texts()[0] == "1\u202f240")


def test_a_request_during_another_one_is_made_after_it(
    bench: WindowBench, bar: TopBar, sandbox: SandboxProcess
) -> None:
    bench.add_account("personal", sandbox.url)
    heard: list[BalanceChanged] = []
    bench.studio.events.subscribe(BalanceChanged, heard.append)

    def request_three_times() -> None:
        for _ in range(3):
            bar.request_active_balance()

    bench.press(request_three_times)
    bench.until(lambda: len(heard) == 2)


def test_what_another_process_has_read_is_shown(bench: WindowBench, bar: TopBar) -> None:
    bench.add_account("personal", "http://127.0.0.1:9")
    bench.run(_store_balance(bench, 1230))
    bench.run(bench.studio.external_changes.publish_new())
    assert bar.credits.texts() == ("1\u202f230", "credits")
    assert "Reported by the service at" in bar.credits.toolTip()


def test_an_old_balance_says_from_when_it_is(
    bench: WindowBench, bar: TopBar, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.add_account("personal", sandbox.url)
    now = datetime.now(UTC)
    bench.run(_store_balance(bench, 1250, now))
    monkeypatch.setattr(balance_display, "_FRESH_FOR", timedelta(0))
    bench.press(bar.load_stored_balances)
    bench.until(lambda: bar.credits.texts()[0] == "1\u202f250")
    assert bar.credits.texts()[1] == f"credits at {now.astimezone():%H:%M}"
    monkeypatch.undo()
    bench.press(bar.request_active_balance)
    bench.until(lambda: bar.credits.texts() == ("1\u202f240", "credits"))


def test_the_balance_is_asked_for_when_the_window_becomes_active_later(
    bench: WindowBench, bar: TopBar, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.add_account("personal", sandbox.url)
    bench.press(bar.request_active_balance)
    bench.until(lambda: not bench.tasks.is_running("balance of personal"))
    sandbox.control("credits", {"credits": 1200})
    try:
        activate = QEvent(QEvent.Type.WindowActivate)
        bench.press(lambda: QApplication.sendEvent(bar, activate))
        assert not bench.tasks.is_running("balance of personal")
        monkeypatch.setattr(balance_display, "_RECENT_FOR", timedelta(0))
        bench.press(lambda: QApplication.sendEvent(bar, activate))
        bench.until(lambda: bar.credits.texts()[0] == "1\u202f200")
    finally:
        sandbox.control("credits", {"credits": 1240})


async def _store_balance(bench: WindowBench, amount: float, at: datetime | None = None) -> None:
    """Stores a balance as another process does."""
    entry = LedgerEntry(
        account=AccountName("personal"),
        kind=EntryKind.BALANCE,
        amount=amount,
        at=at or datetime.now(UTC),
    )
    await bench.studio._library.ledger.add(entry)


def test_another_account_is_chosen_from_the_menu(
    bench: WindowBench, bar: TopBar, sandbox: SandboxProcess
) -> None:
    bench.add_account("personal", sandbox.url)
    bench.add_account("work", sandbox.url)
    bar.account.click()
    menu = bar.findChild(QMenu)
    assert menu is not None
    words = [action.text() for action in menu.actions() if action.text()]
    assert words == [
        "MusicAPI  personal",
        "MusicAPI  work",
        "Add account…",
        "Credits by month…",
        "Demo Studio",
    ]
    bench.press(menu.actions()[1].trigger)
    assert bar.account.texts() == ("MusicAPI", "work")
    active = bench.studio.accounts.active
    assert active is not None
    assert active.name == AccountName("work")


def test_a_service_that_does_not_answer_is_only_a_tooltip(bench: WindowBench, bar: TopBar) -> None:
    bench.add_account("personal", "http://127.0.0.1:9")
    bench.press(bar.request_active_balance)
    bench.until(lambda: not bench.tasks.is_running("balance of personal"))
    assert bar.credits.texts()[0] == "—"
    assert "Could not connect" in bar.credits.toolTip()
    assert bench.notices == []


def test_a_mistake_in_the_query_is_explained_under_the_field(bar: TopBar) -> None:
    bar.show_problem("There is no field “starz”.")
    assert bar._problem.isVisible()
    assert bar.search.property("invalid") is True
    bar.show_problem("")
    assert not bar._problem.isVisible()
    assert bar.search.property("invalid") is False


@pytest.mark.parametrize("text_scale", [1.0, 1.25])
def test_nothing_of_the_bar_covers_the_search(
    bench: WindowBench, qtbot: QtBot, text_scale: float
) -> None:
    bench.add_account("a rather long name", "http://127.0.0.1:9")
    bar = TopBar(bench.context)
    qtbot.addWidget(bar)
    bar.resize(1100, 47)
    bar.show_inspector_button(True, on=False)
    bar.show()
    bench.style.set_text_scale(text_scale)
    for _ in range(3):
        QApplication.processEvents()
    assert bar.search.geometry().right() < bar.credits.geometry().left()
    bench.style.set_text_scale(1.0)
    bar.unsubscribe()


def test_demo_studio_says_which_dialect_it_shows(bench: WindowBench, bar: TopBar) -> None:
    accounts = bench.studio.accounts
    for profile, shown in (("musicapi-2026-02", ""), ("acedata", "as AceData Cloud")):
        bench.run(
            accounts.add(
                AccountName("Demo Studio"),
                Service.DEMO,
                base_url="http://127.0.0.1:9",
                profile=profile,
            )
        )
        accounts.set_active(AccountName("Demo Studio"))
        bar.refresh()
        assert bar.account.texts() == ("Demo Studio", shown)


def test_the_credits_of_an_earlier_run_show_until_the_service_is_asked(
    bench: WindowBench, qtbot: QtBot, sandbox: SandboxProcess
) -> None:
    name = AccountName("personal")
    bench.add_account("personal", sandbox.url)
    entry = LedgerEntry(account=name, kind=EntryKind.BALANCE, amount=1240)
    bench.run(bench.studio._library.ledger.add(entry))
    bar = TopBar(bench.context)
    qtbot.addWidget(bar)
    assert bar.credits.accessibleDescription().startswith("—")
    bench.press(bar.load_stored_balances)
    bench.until(lambda: bar.credits.accessibleDescription() == "1\u202f240 credits")
    assert "Reported by the service at" in bar.credits.toolTip()
    bar.unsubscribe()

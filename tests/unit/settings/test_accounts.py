import json
from dataclasses import replace
from pathlib import Path

import pytest

from producer_studio.domain.account import Account, Service
from producer_studio.domain.errors import StorageError
from producer_studio.domain.ids import AccountName
from producer_studio.settings.accounts import AccountStore
from tests.support.dead_drive import unreadable

DEMO = Account(name=AccountName("Demo"), service=Service.DEMO, profile="musicapi-2026-02")
MINE = Account(
    name=AccountName("Größe 曲"),
    service=Service.MUSICAPI,
    profile="musicapi-2026-02",
    base_url="https://api.musicapi.ai",
    poll_s=0.5,
    concurrency=2,
    added_at="2026-11-20T15:00:00+00:00",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "accounts.json"


def test_accounts_come_back_in_order(path: Path) -> None:
    book = AccountStore(path)
    assert book.all() == ()

    book.add(MINE)
    book.add(DEMO)

    assert AccountStore(path).all() == (MINE, DEMO)
    assert book.get(DEMO.name) == DEMO
    assert book.get(AccountName("none")) is None


def test_adding_a_name_again_changes_it_in_place(path: Path) -> None:
    book = AccountStore(path)
    book.add(MINE)
    book.add(DEMO)
    changed = Account(name=MINE.name, service=Service.APIFRAME, profile="apiframe")

    book.add(changed)

    assert book.all() == (changed, DEMO)


def test_removing_returns_what_was_there(path: Path) -> None:
    book = AccountStore(path)
    book.add(MINE)

    assert book.remove(AccountName("none")) is None
    assert book.remove(MINE.name) == MINE
    assert AccountStore(path).all() == ()


def test_a_nameless_account_and_a_password_in_the_address_are_refused(path: Path) -> None:
    book = AccountStore(path)

    with pytest.raises(ValueError, match="name"):
        book.add(Account(name=AccountName(" "), service=Service.DEMO, profile="p"))
    with pytest.raises(ValueError, match="password"):
        book.add(
            Account(
                name=AccountName("x"),
                service=Service.MUSICAPI,
                profile="p",
                base_url="https://me:secret@host",
            )
        )
    assert not path.exists()


def test_an_entry_of_another_version_is_passed_over_and_kept(path: Path) -> None:
    odd = [{"name": "later", "service": "something-new"}, {"name": 4, "service": "demo"}]
    path.write_text(json.dumps({"accounts": odd}), encoding="utf-8")
    book = AccountStore(path)

    assert book.all() == ()
    book.add(DEMO)

    assert book.all() == (DEMO,)
    assert json.loads(path.read_text(encoding="utf-8"))["accounts"][:2] == odd


def test_a_damaged_book_is_kept_aside_and_the_message_stays(path: Path) -> None:
    path.write_text("{", encoding="utf-8")
    book = AccountStore(path)

    assert book.all() == ()
    assert book.all() == ()

    assert "damaged" in book.problem
    assert [item.read_text(encoding="utf-8") for item in path.parent.iterdir()] == ["{"]


FULL = Account(
    name=AccountName("ace"),
    service=Service.ACEDATA,
    profile="acedata",
    base_url="https://api.acedata.cloud",
    platform_url="https://platform.acedata.cloud",
    webhook_url="https://tunnel.example/hook",
    budget=250.5,
    retired={"variation": "2026-11-21"},
    refused_models={"FUZZ-0.8": "2026-11-20"},
)


def test_everything_about_an_account_comes_back(path: Path) -> None:
    AccountStore(path).add(FULL)
    assert AccountStore(path).all() == (FULL,)


@pytest.mark.parametrize(
    ("entry", "field", "read"),
    [
        ({"budget": "lots"}, "budget", 0.0),
        ({"budget": True}, "budget", 0.0),
        ({"budget": -1}, "budget", 0.0),
        ({"budget": float("nan")}, "budget", 0.0),
        ({"budget": None}, "budget", None),
        ({"budget": 30}, "budget", 30.0),
        ({"retired": ["extend"]}, "retired", {}),
        ({"retired": {"extend": 3, "cover": "2026-11-21"}}, "retired", {"cover": "2026-11-21"}),
        ({"refused_models": None}, "refused_models", {}),
        ({"platform_url": 7}, "platform_url", ""),
        ({"webhook_url": None}, "webhook_url", ""),
    ],
)
def test_a_field_that_cannot_be_read_does_not_cost_the_account(
    path: Path, entry: dict[str, object], field: str, read: object
) -> None:
    stored = {"name": "a", "service": "acedata", "profile": "acedata"} | entry
    path.write_text(json.dumps({"accounts": [stored]}), "utf-8")
    (account,) = AccountStore(path).all()
    assert getattr(account, field) == read


def test_a_change_is_made_to_what_is_on_disk(path: Path) -> None:
    book, other = AccountStore(path), AccountStore(path)
    book.add(MINE)
    other.update(MINE.name, lambda account: replace(account, retired={"extend": "2026-11-21"}))
    after = book.update(MINE.name, lambda account: replace(account, budget=5.0))

    assert after == replace(MINE, retired={"extend": "2026-11-21"}, budget=5.0)
    assert book.all() == (after,)
    assert book.update(AccountName("none"), lambda account: account) is None


@pytest.mark.parametrize("field", ["base_url", "platform_url", "webhook_url"])
def test_no_password_is_written_with_an_address(path: Path, field: str) -> None:
    wrong = replace(FULL, **{field: "https://me:word@x.example"})
    with pytest.raises(ValueError, match="user name and password"):
        AccountStore(path).add(wrong)
    assert not path.exists()


@pytest.mark.parametrize("name", ["a\nb", "\x1b[31m", "\udcff", "\u202ename", "x" * 81])
def test_a_name_is_a_line_that_can_be_shown(path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        AccountStore(path).add(replace(MINE, name=AccountName(name)))
    assert not path.exists()


def test_accounts_that_cannot_be_read_for_a_moment_are_not_replaced_by_a_new_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    AccountStore(path).add(MINE)
    book = AccountStore(path)
    with unreadable(path, monkeypatch, ["open"]):
        assert book.all() == ()
        with pytest.raises(StorageError, match="could not be saved"):
            book.add(DEMO)
    assert book.all() == (MINE,)
    book.add(DEMO)
    assert AccountStore(path).all() == (MINE, DEMO)

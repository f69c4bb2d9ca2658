"""Accounts: keys go to the secrets alone, and only over https."""

from pathlib import Path

import pytest

from producer_studio.domain.account import Service
from producer_studio.domain.faults import NotAuthorised, Refused, Unreachable
from producer_studio.domain.ids import AccountName
from producer_studio.settings.secrets import KeptIn
from producer_studio.studio.events import AccountsChanged, BalanceChanged
from tests.end2end.sandbox_process import SandboxProcess, running_sandbox

from .conftest import ACCOUNT, KEY, Desk, open_desk

pytestmark = pytest.mark.anyio

MINE = AccountName("mine")
SECRET = "sk-a-key-of-mine-0815"


def all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_a_key_is_nowhere_on_disk(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        kept = await desk.studio.accounts.add(MINE, Service.MUSICAPI, SECRET)
        assert kept is KeptIn.MEMORY
        assert await desk.studio.accounts.kept_in(MINE) is KeptIn.MEMORY
        assert "no keychain" in desk.studio.accounts.key_notice
    written = all_bytes(tmp_path)
    assert b"mine" in written
    assert SECRET.encode() not in written


async def test_accounts_outlive_the_run_without_their_keys(tmp_path: Path) -> None:
    async with open_desk(tmp_path) as desk:
        await desk.studio.accounts.add(MINE, Service.MUSICAPI, SECRET, poll_s=2)
        assert desk.studio.accounts.active is not None
    async with open_desk(tmp_path) as desk:
        (account,) = desk.studio.accounts.all()
        assert (account.name, account.service, account.poll_s) == (MINE, Service.MUSICAPI, 2)
        assert account.base_url == "https://api.musicapi.ai"
        with pytest.raises(NotAuthorised, match="Nothing was sent"):
            await desk.studio.accounts.test(MINE)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://api.musicapi.ai", "only sent over https"),
        ("http://192.168.1.4:8701", "only sent over https"),
        ("http://127.0.0.1.example.com", "only sent over https"),
        ("ftp://api.musicapi.ai", "must be a web address"),
        ("file:///etc/passwd", "must be a web address"),
        ("api.musicapi.ai", "must be a web address"),
        ("https://[oops", "must be a web address"),
        ("https://name:word@api.musicapi.ai", "user name and password"),
    ],
)
async def test_an_address_that_will_not_do_is_refused(desk: Desk, url: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        await desk.studio.accounts.add(MINE, Service.MUSICAPI, SECRET, base_url=url)
    assert desk.studio.accounts.get(MINE) is None
    assert await desk.studio.accounts.kept_in(MINE) is None


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8701", "http://localhost:1", "https://a.example"]
)
async def test_plain_http_is_for_this_computer(desk: Desk, url: str) -> None:
    await desk.studio.accounts.add(MINE, Service.MUSICAPI, SECRET, base_url=url)
    account = desk.studio.accounts.get(MINE)
    assert account is not None
    assert account.base_url == url


async def test_names_and_profiles_that_will_not_do(desk: Desk) -> None:
    with pytest.raises(Refused) as caught:
        await desk.studio.accounts.add(AccountName("  "), Service.MUSICAPI)
    assert caught.value.field == "name"
    with pytest.raises(Refused) as caught:
        await desk.studio.accounts.add(MINE, Service.MUSICAPI, profile="musicapi-1999")
    assert caught.value.field == "profile"


async def test_a_key_is_not_sent_to_an_address_it_was_not_given_for(desk: Desk) -> None:
    accounts = desk.studio.accounts
    await accounts.add(MINE, Service.MUSICAPI, SECRET)
    before = accounts.get(MINE)
    await accounts.add(MINE, Service.MUSICAPI, poll_s=9)
    assert await accounts.kept_in(MINE) is KeptIn.MEMORY
    after = accounts.get(MINE)
    assert before is not None
    assert after is not None
    assert after.added_at == before.added_at
    await accounts.add(MINE, Service.MUSICAPI, base_url="https://elsewhere.example")
    assert await accounts.kept_in(MINE) is None


async def test_removed_with_its_key(desk: Desk) -> None:
    accounts = desk.studio.accounts
    await accounts.add(MINE, Service.MUSICAPI, SECRET)
    accounts.set_active(MINE)
    assert await accounts.remove(MINE)
    assert not await accounts.remove(MINE)
    assert await accounts.kept_in(MINE) is None
    assert accounts.active is not None
    assert accounts.active.name == ACCOUNT


async def test_a_balance_is_asked_for_and_told(desk: Desk) -> None:
    told: list[BalanceChanged] = []
    desk.studio.events.subscribe(BalanceChanged, told.append)
    balance = await desk.studio.accounts.test(ACCOUNT)
    assert balance.total > 0
    assert desk.studio.accounts.balance(ACCOUNT) == balance
    assert [(one.account, one.balance) for one in told] == [(ACCOUNT, balance)]
    (entry,) = await desk.studio._library.ledger()
    assert (str(entry.kind), entry.amount) == ("balance", balance.total)
    # The same again is no news for the book.
    await desk.studio.accounts.test(ACCOUNT)
    assert len(await desk.studio._library.ledger()) == 1


async def test_a_wrong_key_and_a_dead_port_say_so(tmp_path: Path) -> None:
    with running_sandbox("--key", "another") as strict:
        async with open_desk(tmp_path) as desk:
            await desk.studio.accounts.add(ACCOUNT, Service.MUSICAPI, base_url=strict.url)
            told: list[BalanceChanged] = []
            desk.studio.events.subscribe(BalanceChanged, told.append)
            with pytest.raises(NotAuthorised):
                await desk.studio.accounts.test(ACCOUNT)
            strict.stop()
            with pytest.raises(Unreachable):
                await desk.studio.accounts.test(ACCOUNT)
            assert [one.balance for one in told] == [None, None]
            assert all(one.fault is not None for one in told)
            assert all(KEY not in repr(one.fault) for one in told)


async def test_changes_are_told(desk: Desk, sandbox: SandboxProcess) -> None:
    told: list[AccountsChanged] = []
    desk.studio.events.subscribe(AccountsChanged, told.append)
    await desk.studio.accounts.add(MINE, Service.MUSICAPI, SECRET, base_url=sandbox.url)
    desk.studio.accounts.set_active(MINE)
    await desk.studio.accounts.remove(MINE)
    assert len(told) == 3

"""Accounts: keys go to the secrets alone, and only over https."""

import errno
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from producer_studio.domain.account import Service
from producer_studio.domain.credits import Balance
from producer_studio.domain.errors import (
    NotAuthorised,
    OperationRetired,
    RequestRejected,
    Unreachable,
)
from producer_studio.domain.ids import AccountName, ClipId, JobId, RemoteId
from producer_studio.domain.job import Job
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.settings.paths import default_paths
from producer_studio.settings.secrets import KEY as KEY_NAME
from producer_studio.settings.secrets import PLATFORM_TOKEN, WEBHOOK_SECRET, SecretLocation
from producer_studio.studio.events import AccountsChanged, BalanceChanged
from producer_studio.studio.studio import Studio
from tests.integration.studio.conftest import ACCOUNT, KEY, NO_DEMO, StudioBench, open_bench
from tests.support.sandbox_process import SandboxProcess, running_sandbox

pytestmark = pytest.mark.anyio

MINE = AccountName("mine")
SECRET = "sk-a-key-of-mine-0815"


def all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_a_key_is_nowhere_on_disk(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        kept = await bench.studio.accounts.add(MINE, Service.MUSICAPI, SECRET)
        assert kept is SecretLocation.MEMORY
        assert await bench.studio.accounts.secret_location(MINE) is SecretLocation.MEMORY
        assert "no usable keychain" in bench.studio.accounts.key_notice
    written = all_bytes(tmp_path)
    assert b"mine" in written
    assert SECRET.encode() not in written


async def test_accounts_outlive_the_run_without_their_keys(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        await bench.studio.accounts.add(MINE, Service.MUSICAPI, SECRET, poll_s=2)
        assert bench.studio.accounts.active is not None
    async with open_bench(tmp_path) as bench:
        (account,) = bench.studio.accounts.all()
        assert (account.name, account.service, account.poll_s) == (MINE, Service.MUSICAPI, 2)
        assert account.base_url == "https://api.musicapi.ai"
        with pytest.raises(NotAuthorised, match="Nothing was sent"):
            await bench.studio.balances.fetch(MINE)


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
async def test_an_address_that_will_not_do_is_refused(
    bench: StudioBench, url: str, words: str
) -> None:
    with pytest.raises(RequestRejected, match=words):
        await bench.studio.accounts.add(MINE, Service.MUSICAPI, SECRET, base_url=url)
    assert bench.studio.accounts.get(MINE) is None
    assert await bench.studio.accounts.secret_location(MINE) is None


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8701", "http://localhost:1", "https://a.example"]
)
async def test_plain_http_is_for_this_computer(bench: StudioBench, url: str) -> None:
    await bench.studio.accounts.add(MINE, Service.MUSICAPI, SECRET, base_url=url)
    account = bench.studio.accounts.get(MINE)
    assert account is not None
    assert account.base_url == url


async def test_names_and_profiles_that_will_not_do(bench: StudioBench) -> None:
    with pytest.raises(RequestRejected) as caught:
        await bench.studio.accounts.add(AccountName("  "), Service.MUSICAPI)
    assert caught.value.field == "name"
    with pytest.raises(RequestRejected) as caught:
        await bench.studio.accounts.add(MINE, Service.MUSICAPI, profile="musicapi-1999")
    assert caught.value.field == "profile"


async def test_a_key_is_not_sent_to_an_address_it_was_not_given_for(bench: StudioBench) -> None:
    accounts = bench.studio.accounts
    await accounts.add(MINE, Service.MUSICAPI, SECRET)
    before = accounts.get(MINE)
    await accounts.add(MINE, Service.MUSICAPI, poll_s=9)
    assert await accounts.secret_location(MINE) is SecretLocation.MEMORY
    after = accounts.get(MINE)
    assert before is not None
    assert after is not None
    assert after.added_at == before.added_at
    await accounts.add(MINE, Service.MUSICAPI, base_url="https://elsewhere.example")
    assert await accounts.secret_location(MINE) is None


async def test_removed_with_its_key(bench: StudioBench) -> None:
    accounts = bench.studio.accounts
    await accounts.add(MINE, Service.MUSICAPI, SECRET)
    accounts.set_active(MINE)
    assert await accounts.remove(MINE)
    assert not await accounts.remove(MINE)
    assert await accounts.secret_location(MINE) is None
    assert accounts.active is not None
    assert accounts.active.name == ACCOUNT


async def test_a_balance_is_asked_for_and_told(bench: StudioBench) -> None:
    told: list[BalanceChanged] = []
    bench.studio.events.subscribe(BalanceChanged, told.append)
    balance = await bench.studio.balances.fetch(ACCOUNT)
    assert balance.total > 0
    assert bench.studio.balances.get(ACCOUNT) == balance
    assert [(one.account, one.balance) for one in told] == [(ACCOUNT, balance)]
    (entry,) = await bench.studio._library.ledger.list_entries()
    assert (str(entry.kind), entry.amount) == ("balance", balance.total)
    # The same again is no news for the book.
    await bench.studio.balances.fetch(ACCOUNT)
    assert len(await bench.studio._library.ledger.list_entries()) == 1


async def test_a_balance_is_stored_if_another_process_stored_another_one(
    bench: StudioBench,
) -> None:
    balance = await bench.studio.balances.fetch(ACCOUNT)
    ledger = bench.studio._library.ledger
    await ledger.add(LedgerEntry(account=ACCOUNT, kind=EntryKind.BALANCE, amount=90))
    await bench.studio.balances.fetch(ACCOUNT)
    assert await ledger.balances() == {ACCOUNT: balance}


async def test_balances_of_other_processes_are_published_once(bench: StudioBench) -> None:
    studio = bench.studio
    await studio.balances.fetch(ACCOUNT)
    told: list[BalanceChanged] = []
    studio.events.subscribe(BalanceChanged, told.append)
    await studio.balances.reload()
    assert told == []
    other = LedgerEntry(account=ACCOUNT, kind=EntryKind.BALANCE, amount=90)
    await studio._library.ledger.add(other)
    for _ in range(2):
        await studio.external_changes.publish_new()
    assert told == [BalanceChanged(ACCOUNT, Balance(credits=90))]
    last = studio.balances.get(ACCOUNT)
    assert last is not None
    assert last.at == other.at
    # Nothing is known of an account whose key or address was changed.
    studio.balances.forget(ACCOUNT)
    await studio._library.ledger.add(LedgerEntry(account=ACCOUNT, kind=EntryKind.CHARGED, amount=1))
    await studio.balances.reload()
    assert studio.balances.last_known(ACCOUNT) is None


async def test_the_balance_of_an_account_that_another_process_moved_is_forgotten(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    await bench.studio.balances.fetch(ACCOUNT)
    environ = {"PRODUCER_STUDIO_HOME": str(bench.home)}
    other = await Studio.open(default_paths(environ), environ, NO_DEMO)
    await other.accounts.change(ACCOUNT, budget=5)
    await bench.studio.accounts.reload()
    assert bench.studio.balances.last_known(ACCOUNT) is not None
    await other.accounts.change(ACCOUNT, base_url=f"{sandbox.url}/musicapi")
    await bench.studio.accounts.reload()
    assert bench.studio.balances.last_known(ACCOUNT) is None
    await other.close()


async def test_a_wrong_key_and_a_dead_port_say_so(tmp_path: Path) -> None:
    with running_sandbox("--key", "another") as strict:
        async with open_bench(tmp_path) as bench:
            await bench.studio.accounts.add(ACCOUNT, Service.MUSICAPI, base_url=strict.url)
            told: list[BalanceChanged] = []
            bench.studio.events.subscribe(BalanceChanged, told.append)
            with pytest.raises(NotAuthorised):
                await bench.studio.balances.fetch(ACCOUNT)
            strict.stop()
            with pytest.raises(Unreachable):
                await bench.studio.balances.fetch(ACCOUNT)
            assert [one.balance for one in told] == [None, None]
            assert all(one.error is not None for one in told)
            assert all(KEY not in repr(one.error) for one in told)


async def test_changes_are_told(bench: StudioBench, sandbox: SandboxProcess) -> None:
    told: list[AccountsChanged] = []
    bench.studio.events.subscribe(AccountsChanged, told.append)
    await bench.studio.accounts.add(MINE, Service.MUSICAPI, SECRET, base_url=sandbox.url)
    bench.studio.accounts.set_active(MINE)
    await bench.studio.accounts.remove(MINE)
    assert len(told) == 3


ACE = AccountName("ace")


async def test_everything_about_an_account_can_be_said_and_changed(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        accounts = bench.studio.accounts
        await accounts.add(
            ACE,
            Service.ACEDATA,
            SECRET,
            webhook_url="https://tunnel.example/hook",
            webhook_secret="whsec-4711",
            platform_token="platform-0815",
            platform_url="https://platform.example",
            budget=100,
            concurrency=5,
        )
        for which in (KEY_NAME, WEBHOOK_SECRET, PLATFORM_TOKEN):
            assert await accounts.secret_location(ACE, which) is SecretLocation.MEMORY
        await accounts.change(ACE, budget=None, webhook_url="", poll_s=2)
    async with open_bench(tmp_path) as bench:
        account = bench.studio.accounts.get(ACE)
        assert account is not None
        assert (account.profile, account.base_url) == ("acedata", "https://api.acedata.cloud")
        assert (account.platform_url, account.concurrency) == ("https://platform.example", 5)
        assert (account.budget, account.webhook_url, account.poll_s) == (None, "", 2)
    written = all_bytes(tmp_path)
    assert not any(word in written for word in (b"whsec-4711", b"platform-0815", SECRET.encode()))


async def test_adding_again_leaves_what_is_not_said(bench: StudioBench) -> None:
    accounts = bench.studio.accounts
    await accounts.add(ACE, Service.ACEDATA, SECRET, budget=7, webhook_url="https://a.example/h")
    await accounts.add(ACE, Service.ACEDATA, "another")
    account = accounts.get(ACE)
    assert account is not None
    assert (account.budget, account.webhook_url) == (7, "https://a.example/h")


@pytest.mark.parametrize(
    ("profile", "service"),
    [
        ("musicapi-2026-05", Service.MUSICAPI),
        ("aimusicapi-2026-04", Service.AIMUSICAPI),
        ("acedata", Service.ACEDATA),
        ("apiframe", Service.APIFRAME),
        ("musicapi-2026-05", Service.DEMO),
        ("aimusicapi-2026-04", Service.DEMO),
        ("acedata", Service.DEMO),
        ("apiframe", Service.DEMO),
    ],
)
async def test_an_account_may_speak_any_dialect_of_its_service(
    bench: StudioBench, profile: str, service: Service
) -> None:
    await bench.studio.accounts.add(MINE, service, SECRET, profile=profile)
    account = bench.studio.accounts.get(MINE)
    assert account is not None
    assert (account.profile, account.service) == (profile, service)
    assert bench.studio.offers.capabilities(MINE).get(Operation.CREATE).available


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"webhook_url": "http://x.example/h"}, "webhook_url", "must start with https"),
        ({"webhook_url": "https://x.example/" + "h" * 1024}, "webhook_url", "18 characters too"),
        ({"webhook_url": "https://me:word@x.example"}, "webhook_url", "user name and password"),
        ({"budget": -1.0}, "budget", "0 or more"),
        ({"budget": float("nan")}, "budget", "0 or more"),
        ({"concurrency": 0}, "concurrency", "between 1 and 20"),
        ({"platform_url": "https://p.example"}, "platform_url", "has no platform"),
        ({"platform_token": "x"}, "platform_token", "has no platform"),
        ({"profile": "musicapi-1999"}, "profile", "has no profile"),
    ],
)
async def test_a_change_that_will_not_do_changes_nothing(
    bench: StudioBench, changes: dict[str, Any], field: str, words: str
) -> None:
    before = bench.studio.accounts.get(ACCOUNT)
    with pytest.raises(RequestRejected, match=words) as refused:
        await bench.studio.accounts.change(ACCOUNT, **changes)
    assert refused.value.field == field
    assert bench.studio.accounts.get(ACCOUNT) == before


async def test_reports_may_come_to_this_computer_over_plain_http(bench: StudioBench) -> None:
    after = await bench.studio.accounts.change(ACCOUNT, webhook_url="http://127.0.0.1:9/hook")
    assert after.webhook_url == "http://127.0.0.1:9/hook"


async def test_a_platform_token_is_not_sent_to_another_platform(bench: StudioBench) -> None:
    accounts = bench.studio.accounts
    await accounts.add(ACE, Service.ACEDATA, SECRET, platform_token="platform-0815")
    await accounts.change(ACE, platform_url="https://elsewhere.example")
    assert await accounts.secret_location(ACE, PLATFORM_TOKEN) is None
    assert await accounts.secret_location(ACE) is SecretLocation.MEMORY
    await accounts.change(ACE, base_url="https://elsewhere.example", webhook_secret="fresh")
    assert await accounts.secret_location(ACE) is None
    assert await accounts.secret_location(ACE, WEBHOOK_SECRET) is SecretLocation.MEMORY


def ended() -> OperationRetired:
    return OperationRetired("It was ended.", status=410)


async def test_what_a_service_ended_is_marked_until_it_comes_back(tmp_path: Path) -> None:
    extend = Recipe(operation=Operation.EXTEND, model="FUZZ-2.0")
    async with open_bench(tmp_path) as bench:
        accounts, offers, told = bench.studio.accounts, bench.studio.offers, list[AccountsChanged]()
        await accounts.add(ACE, Service.DEMO)
        await accounts.add(MINE, Service.MUSICAPI, SECRET)
        bench.studio.events.subscribe(AccountsChanged, told.append)
        await bench.studio._connections.record_response(MINE, extend, ended())
        assert len(told) == 1
        offer = offers.capabilities(MINE).get(Operation.EXTEND)
        assert (offer.available, offer.retired_at) == (False, datetime.now(UTC).date().isoformat())
        assert offer.reason.startswith("Extend at MusicAPI was discontinued by the service on ")
        assert offer.reason.endswith(f"{datetime.now(UTC).year}. Nothing was charged.")
        assert offers.capabilities(MINE).get(Operation.COVER).available
        assert [one.name for one in offers.alternatives(Operation.EXTEND)] == [ACE]
        other_ways = (
            "“ace” offers it for 10 credits. Without a service, you can join another clip to its "
            "end, with a crossfade."
        )
        assert offers.unavailable_reason(MINE, Operation.EXTEND) == f"{offer.reason} {other_ways}"
        again = offers.retry_unavailable_reason(MINE, extend)
        assert again == f"{offer.reason.removesuffix('Nothing was charged.')}{other_ways}"
        assert offers.retry_unavailable_reason(ACE, extend) == ""
        gone = offers.retry_unavailable_reason(AccountName("gone"), extend)
        assert gone == "The account “gone” is no longer set up here."
        with pytest.raises(RequestRejected, match="was discontinued by the service"):
            await bench.studio.jobs.submit(
                [
                    extend.with_changes(
                        source=ClipId("a"), source_remote=RemoteId("b"), sound="warm pads"
                    )
                ],
                MINE,
            )
    async with open_bench(tmp_path) as bench:
        assert not bench.studio.offers.capabilities(MINE).get(Operation.EXTEND).available
        # A request that was on its way has been taken after all.
        await bench.studio._connections.record_response(MINE, extend, None)
        assert bench.studio.offers.capabilities(MINE).get(Operation.EXTEND).available
        assert bench.studio.offers.unavailable_reason(MINE, Operation.EXTEND) == ""


async def test_a_success_takes_back_what_another_process_was_told(tmp_path: Path) -> None:
    extend = Recipe(operation=Operation.EXTEND)
    async with open_bench(tmp_path) as first, open_bench(tmp_path) as second:
        await first.studio.accounts.add(MINE, Service.MUSICAPI, SECRET)
        await second.studio.accounts.add(MINE, Service.MUSICAPI, SECRET)
        await first.studio._connections.record_response(MINE, extend, ended())
        assert first.studio.offers.is_marked_unavailable(MINE, Operation.EXTEND)
        assert not second.studio.offers.is_marked_unavailable(MINE, Operation.EXTEND)
        await second.studio._connections.record_response(MINE, extend, None)
    async with open_bench(tmp_path) as third:
        assert third.studio.offers.capabilities(MINE).get(Operation.EXTEND).available


async def test_only_an_answer_of_the_service_is_a_mark(bench: StudioBench) -> None:
    accounts, offers = bench.studio.accounts, bench.studio.offers
    await accounts.add(MINE, Service.MUSICAPI, SECRET)
    assert not offers.is_marked_unavailable(MINE, Operation.STEMS), (
        "this service has never offered it"
    )
    assert not offers.is_marked_unavailable(AccountName("gone"), Operation.CREATE)
    model = offers.capabilities(MINE).default_model
    refused = RequestRejected("No.", field="model", status=400)
    await bench.studio._connections.record_response(MINE, Recipe(model=model), refused)
    assert offers.is_marked_unavailable(MINE, Operation.CREATE, model)
    assert not offers.is_marked_unavailable(MINE, Operation.CREATE, "another")
    assert not offers.is_marked_unavailable(MINE, Operation.EXPORT, model)


async def test_a_refused_model_is_marked_and_not_the_default(bench: StudioBench) -> None:
    accounts, offers = bench.studio.accounts, bench.studio.offers
    await accounts.add(MINE, Service.MUSICAPI, SECRET)
    usual = offers.capabilities(MINE).default_model
    learn = bench.studio._connections.record_response
    await learn(MINE, Recipe(model=usual), RequestRejected("Not here.", field="model"))
    assert not offers.capabilities(MINE).refused_models, "the studio itself declined"
    await learn(
        MINE, Recipe(model=usual), RequestRejected("No such title.", field="title", status=400)
    )
    assert not offers.capabilities(MINE).refused_models
    await learn(MINE, Recipe(model=usual), RequestRejected("No.", field="model", status=400))
    offer = offers.capabilities(MINE)
    assert list(offer.refused_models) == [usual]
    assert offer.default_model != usual
    assert usual in offer.models
    again = offers.retry_unavailable_reason(MINE, Recipe(model=usual))
    assert again.startswith(f"MusicAPI rejected the model {usual} on ")
    assert (
        offers.retry_unavailable_reason(MINE, Recipe(operation=Operation.EXPORT, model=usual)) == ""
    )
    await accounts.forget_refusals(MINE)
    assert offers.capabilities(MINE).default_model == usual


async def test_another_address_or_dialect_has_ended_nothing(bench: StudioBench) -> None:
    accounts, offers = bench.studio.accounts, bench.studio.offers
    await accounts.add(MINE, Service.MUSICAPI, SECRET)
    for change in ({"profile": "musicapi-2026-05"}, {"base_url": "https://elsewhere.example"}):
        await bench.studio._connections.record_response(MINE, Recipe(), ended())
        assert not offers.capabilities(MINE).get(Operation.CREATE).available
        await accounts.change(MINE, budget=3)
        assert not offers.capabilities(MINE).get(Operation.CREATE).available
        await accounts.change(MINE, **change)
        assert offers.capabilities(MINE).get(Operation.CREATE).available


async def test_the_other_routes_are_told_with_their_prices_and_what_needs_no_service(
    bench: StudioBench,
) -> None:
    accounts, offers = bench.studio.accounts, bench.studio.offers
    await accounts.add(MINE, Service.APIFRAME, SECRET)
    await accounts.add(ACE, Service.MUSICAPI, SECRET, profile="musicapi-2026-05")
    await accounts.add(AccountName("band"), Service.ACEDATA, SECRET)
    told = offers.unavailable_reason(MINE, Operation.REPLACE)
    assert "offer it: " in told
    assert "12 credits at “ace”" in told
    assert "price unknown at “band”" in told
    assert told.endswith("Without a service, you can trim the clip, and join its parts.")
    stems = offers.unavailable_reason(MINE, Operation.STEMS)
    assert stems.endswith("“band” offers it, price unknown.")
    recipe = Recipe(operation=Operation.STEMS)
    for number in range(6):
        job = Job(id=JobId(f"j{number}"), account=AccountName("band"), recipe=recipe)
        await bench.studio.prices.add_sample(job, 9)
    stems = offers.unavailable_reason(MINE, Operation.STEMS)
    assert stems.endswith("“band” offers it for about 9 credits, learnt from 6.")


async def test_nobody_offers_it(bench: StudioBench) -> None:
    words = bench.studio.offers.unavailable_reason(ACCOUNT, Operation.STEMS)
    assert words.endswith(". You have no account that offers it.")


async def test_a_mark_that_cannot_be_written_holds_until_the_end(
    bench: StudioBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    await bench.studio._connections.record_response(ACCOUNT, Recipe(), ended())
    assert not bench.studio.offers.capabilities(ACCOUNT).get(Operation.CREATE).available
    assert "the disk is full" in bench.notices[-1].text


async def test_what_a_change_would_remove_is_known_before(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        accounts = bench.studio.accounts
        await accounts.add(MINE, Service.ACEDATA, SECRET, platform_token="p" * 20)
        account = accounts.get(MINE)
        assert account is not None
        same = {"profile": account.profile, "base_url": account.base_url}
        elsewhere = {**same, "base_url": "https://other.example"}
        cases: list[tuple[dict[str, Any], tuple[str, ...]]] = [
            (same, ()),
            ({**same, "base_url": ""}, ()),
            ({**same, "platform_url": "https://other.example"}, (PLATFORM_TOKEN,)),
            (elsewhere, (KEY_NAME, WEBHOOK_SECRET, PLATFORM_TOKEN)),
            ({**same, "profile": "no such dialect"}, ()),
        ]
        for change, removed in cases:
            assert accounts.secrets_removed_by_change(MINE, **change) == removed
        assert accounts.secrets_removed_by_change(AccountName("nobody"), **elsewhere) == ()
        # Added again at another service, none of them is kept.
        other = accounts.secrets_removed_by_change(
            MINE, profile="", base_url="", service=Service.MUSICAPI
        )
        assert other == (KEY_NAME, WEBHOOK_SECRET, PLATFORM_TOKEN)
        assert await accounts.secret_location(MINE) is SecretLocation.MEMORY
        await accounts.change(MINE, **elsewhere)
        assert await accounts.secret_location(MINE) is None


@pytest.mark.parametrize("key", ["\u200b", '""', "cl\u00e9"])
async def test_what_holds_no_key_changes_nothing(tmp_path: Path, key: str) -> None:
    async with open_bench(tmp_path) as bench:
        await bench.studio.accounts.add(MINE, Service.MUSICAPI, f"Bearer {SECRET}\n")
        with pytest.raises(RequestRejected, match="Nothing was changed") as caught:
            await bench.studio.accounts.change(MINE, key=key, base_url="https://other.example")
        assert caught.value.field == "key"
        assert await bench.studio.accounts.secret_location(MINE) is SecretLocation.MEMORY

"""Reports of a service shorten the wait, and nothing else."""

import asyncio
import hashlib
import hmac
import json
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from producer_studio.domain.account import Service
from producer_studio.domain.ids import AccountName, TaskId
from producer_studio.domain.job import JobState
from producer_studio.studio.webhooks import Webhooks
from tests.integration.studio.conftest import (
    ACCOUNT,
    KEY,
    LONGEST_WAIT_S,
    WORDS,
    StudioBench,
    open_bench,
)
from tests.support.sandbox_process import SandboxProcess

pytestmark = pytest.mark.anyio

SECRET = "whsec-0815"
NEVER_S = 3600.0
"""Between looks: within a test nobody looks by himself a second time."""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@pytest.fixture
async def waiting(sandbox: SandboxProcess, tmp_path: Path) -> AsyncIterator[StudioBench]:
    """A desk with an account that looks once an hour, and an address that leads to it."""
    async with open_bench(tmp_path / "home") as bench:
        port = free_port()
        await bench.studio.accounts.add(
            ACCOUNT,
            Service.DEMO,
            base_url=sandbox.url,
            poll_s=NEVER_S,
            webhook_url=Webhooks.build_url(f"http://127.0.0.1:{port}"),
            webhook_secret=SECRET,
        )
        bench.studio.preferences.change(webhook_port=port)
        await bench.studio.webhooks.start()
        yield bench


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    stamp = str(int(time.time()))
    mac = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256)
    return {"X-Webhook-Timestamp": stamp, "X-Webhook-Signature": f"sha256={mac.hexdigest()}"}


async def report(bench: StudioBench, task: TaskId | None, secret: str = SECRET) -> int:
    account = bench.studio.accounts.get(ACCOUNT)
    assert account is not None
    path = urlsplit(account.webhook_url).path
    body = json.dumps({"task_id": task, "event": "song.completed"}).encode()
    async with httpx.AsyncClient(trust_env=False) as http:
        url = f"http://127.0.0.1:{bench.studio.webhooks.port}{path}"
        return (await http.post(url, content=body, headers=signed(body, secret))).status_code


async def test_the_services_own_report_ends_the_wait(waiting: StudioBench) -> None:
    (job,) = await waiting.press(WORDS)
    done = await waiting.until_in(job, JobState.DONE, JobState.FAILED)
    assert done.state is JobState.DONE


async def test_a_report_that_is_quicker_than_its_task_is_remembered(
    waiting: StudioBench, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([{"where": "webhook", "kind": "lost"}])
    (job,) = await waiting.press(WORDS)
    job = await waiting.until_in(job, JobState.ACCEPTED)
    assert job.task_id is not None
    watcher = waiting.studio.jobs._runner._poller
    assert not watcher.poll_now(TaskId("of-nobody-yet"))
    async with asyncio.timeout(LONGEST_WAIT_S):
        await watcher._wait_for_next_poll(
            job.with_changes(task_id=TaskId("of-nobody-yet")), NEVER_S
        )


async def test_a_forged_report_wakes_nobody(waiting: StudioBench, sandbox: SandboxProcess) -> None:
    sandbox.set_faults([{"where": "webhook", "kind": "lost"}])
    (job,) = await waiting.press(WORDS)
    job = await waiting.until_in(job, JobState.ACCEPTED)
    assert await report(waiting, job.task_id, "a wrong secret") == 401
    assert not sandbox.requests("GET", f"/task/{job.task_id}")
    # A genuine one is heard; one that names no task may be about any of them.
    assert await report(waiting, None) == 200
    await waiting.until_in(job, JobState.WORKING, JobState.DONE)


async def test_a_busy_port_is_a_notice_and_no_more(waiting: StudioBench, tmp_path: Path) -> None:
    async with open_bench(tmp_path / "other") as other:
        other.studio.preferences.change(webhook_port=waiting.studio.webhooks.port)
        await other.studio.webhooks.start()
        assert other.studio.webhooks.port == 0
        (notice,) = other.notices
        assert "another program uses it" in notice.text


async def test_it_follows_the_preferences_and_the_accounts(waiting: StudioBench) -> None:
    webhooks, told = waiting.studio.webhooks, waiting.studio.preferences
    first = webhooks.port
    assert await report(waiting, TaskId("nobody")) == 200
    await waiting.studio.accounts.change(ACCOUNT, webhook_secret="another")
    await asyncio.gather(*webhooks._tasks)
    assert await report(waiting, TaskId("nobody")) == 401
    told.change(webhook_port=free_port())
    await asyncio.gather(*webhooks._tasks)
    assert webhooks.port not in {0, first}
    assert await report(waiting, TaskId("nobody"), "another") == 200
    told.change(webhook_port=0)
    await asyncio.gather(*webhooks._tasks)
    assert webhooks.port == 0


async def test_each_service_is_believed_by_its_own_signature(bench: StudioBench) -> None:
    accounts, webhooks = bench.studio.accounts, bench.studio.webhooks
    url = "https://tunnel.example"
    for name, service in (
        ("a", Service.ACEDATA),
        ("b", Service.APIFRAME),
        ("c", Service.MUSICAPI),
        ("d", Service.AIMUSICAPI),
    ):
        secret = SECRET if service is Service.AIMUSICAPI else ""
        await accounts.add(
            AccountName(name), service, KEY, webhook_url=webhooks.build_url(url),
            webhook_secret=secret,
        )  # fmt: skip
    await accounts.add(AccountName("e"), Service.MUSICAPI, KEY, webhook_url=f"{url}/mine")
    heard = {
        one.account: type(one.verifier).__name__
        for one in (await webhooks._listening_by_token()).values()
    }
    assert heard == {
        "a": "UnsignedVerifier",
        "b": "ApiKeyVerifier",
        "c": "UnsignedVerifier",
        "d": "TimestampedVerifier",
    }


def test_an_address_that_leads_here_already_stays() -> None:
    made = Webhooks.build_url("https://tunnel.example/")
    assert made.startswith("https://tunnel.example/hooks/")
    assert Webhooks.build_url(made) == made
    assert Webhooks.build_url("https://tunnel.example") != made

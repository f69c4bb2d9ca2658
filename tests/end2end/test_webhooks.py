"""Reports of the services reach the real program, and only ever shorten the wait.

The tunnel is left out: the stand-in is on this computer as well. Whether a report was followed is
judged by how often the service was asked, not by how long anything took.
"""

import hashlib
import hmac
import json
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.end2end.conftest import SHORT_SONG
from tests.matrix.cells import DIALECTS, Dialect
from tests.support.command_assertions import brought, check_sentence
from tests.support.command_batch import Quick, batch
from tests.support.command_output import next_told, wait_for
from tests.support.program import KEY, Ended, Program
from tests.support.sandbox_process import SandboxProcess

SECRET = "whsec-0815-4711"
NEVER_S = "3600"
"""Whoever looks once an hour alone does not see the end of a song in a test."""
REPORTING = {one.profile: one for one in DIALECTS if one.profile in {
    "musicapi-2026-02", "acedata", "apiframe"
}}  # fmt: skip
POLLS = {
    "musicapi-2026-02": ("GET", "/musicapi/api/v1/producer/task/"),
    "acedata": ("POST", "/acedata/producer/tasks"),
    "apiframe": ("GET", "/apiframe/v2/jobs/"),
}
SONG = (*SHORT_SONG, "--title", "Harbour", "--seed", "7", "--again")
IMPATIENT = "impatient"
"""An account at the same service as the first, whose program looks often by itself."""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


class House:
    """A program whose accounts are reported to it.

    Attributes:
        hooks: Where each account's service reports to.
    """

    def __init__(self, program: Program, sandbox: SandboxProcess) -> None:
        self.sandbox = sandbox
        self.port = free_port()
        self.program = program
        self.hooks: dict[str, str] = {}
        self.listen()
        for profile, dialect in REPORTING.items():
            self._add(profile, dialect, NEVER_S)
        self._add(IMPATIENT, REPORTING["musicapi-2026-02"], "0.5")

    def _add(self, account: str, dialect: Dialect, poll_s: str) -> None:
        added = self.program.run(
            "accounts", "add", account, "--service", dialect.service, "--profile", dialect.profile,
            "--base-url", self.sandbox.url + dialect.prefix, "--poll", poll_s,
        )  # fmt: skip
        assert added.code == 0, added.stderr
        joined = self.program.run(
            "webhooks", "join", account, "--tunnel", f"http://127.0.0.1:{self.port}"
        )
        assert joined.code == 0, joined.stderr
        self.hooks[account] = joined.last()["webhook_url"]

    def listen(self) -> None:
        ended = self.program.run("webhooks", "set", "--port", str(self.port))
        assert ended.last() == {"port": self.port}, ended.stderr

    def looks(self, profile: str) -> int:
        """How often the service was asked for a task."""
        method, path = POLLS[profile]
        return sum(
            one["method"] == method and one["path"].startswith(path)
            for one in self.sandbox.state()["requests"]
        )

    def asks(self, profile: str) -> "subprocess.Popen[str]":
        return self.program.start("generate", "--account", profile, *SONG, "--json")

    def task(self, profile: str) -> dict[str, Any]:
        """The newest task of this dialect at the service."""
        tasks = [one for one in self.sandbox.state()["tasks"] if one["profile"] == profile]
        found: dict[str, Any] = tasks[-1]
        return found

    def report(
        self, profile: str, body: bytes, *, secret: str = SECRET, age_s: float = 0, name: str = ""
    ) -> int:
        """Reports as the profile's service does; answers the status."""
        headers = {"Content-Type": "application/json"}
        if profile == "apiframe":
            key = hashlib.sha256(secret.encode()).digest()
            headers["X-Webhook-Signature"] = f"sha256={hmac.digest(key, body, 'sha256').hex()}"
            headers["X-Webhook-Event"] = "completed"
        elif profile != "acedata":
            at = str(int(time.time() - age_s))
            signed = hmac.digest(secret.encode(), at.encode() + b"." + body, "sha256")
            headers |= {
                "X-Webhook-Signature": f"sha256={signed.hex()}",
                "X-Webhook-Timestamp": at,
                "X-Webhook-Id": name,
                "X-Webhook-Event": "song.completed",
            }
        answer = httpx.post(self.hooks[profile], content=body, headers=headers, trust_env=False)
        return answer.status_code


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, service: SandboxProcess) -> Iterator[House]:
    program = Quick(tmp_path_factory.mktemp("home"), (*REPORTING, IMPATIENT))
    for account in (*REPORTING, IMPATIENT):
        name = account.upper().replace("-", "_")
        program.environ[f"PRODUCER_STUDIO_WEBHOOK_SECRET_{name}"] = SECRET
    with batch(program) as program.commands:
        yield House(program, service)


@pytest.fixture
def quiet(house: House, calm: SandboxProcess) -> Iterator[House]:
    """The house as it was built, and what a test changed put back."""
    yield house
    calm.set_faults([])
    house.listen()


def ended(process: "subprocess.Popen[str]") -> Ended:
    """The rest of a command that was listened to."""
    lines = []
    while (told := next_told(process)) is not None:
        lines.append(told)
    assert process.stderr is not None
    stderr = process.stderr.read()
    process.communicate()
    return Ended(process.returncode, lines, stderr)


def until(true: Callable[[], bool]) -> None:
    """Asks again and again, as what is waited for happens in another process."""
    pause = threading.Event()
    limit = time.monotonic() + 60
    while not true():
        assert time.monotonic() < limit, "it did not happen"
        pause.wait(0.05)


@pytest.mark.parametrize("profile", REPORTING)
def test_a_report_ends_the_wait(quiet: House, profile: str) -> None:
    # The report comes after the song was taken, as it does at a real service.
    quiet.sandbox.set_faults([{"where": "create", "kind": "slow_task", "seconds": 2, "times": 1}])
    brought_home = brought(ended(quiet.asks(profile)))
    assert Path(brought_home["path"]).is_file()
    # Once, and after the report: whoever polls every hour has not looked by itself.
    assert quiet.looks(profile) == 1
    task = quiet.task(profile)
    assert task["webhook_told"]
    method, path = POLLS[profile]
    (look,) = (
        one
        for one in quiet.sandbox.state()["requests"]
        if one["method"] == method and one["path"].startswith(path)
    )
    assert look["at"] >= task["finished_at"]
    asked = task["order"]["webhook"]
    assert asked["url"] == quiet.hooks[profile]


@pytest.mark.parametrize("profile", ["musicapi-2026-02", "apiframe"])
def test_what_the_service_did_not_sign_is_not_followed(quiet: House, profile: str) -> None:
    quiet.sandbox.set_faults([{"where": "create", "kind": "slow_task", "seconds": 5, "times": 1}])
    process = quiet.asks(profile)
    task = wait_for(process, "accepted")["task_id"]
    body = _report_of(task)
    genuine = KEY if profile == "apiframe" else SECRET
    assert quiet.report(profile, body, secret="not-the-secret") == 401
    assert quiet.report(profile, b"[]", secret=genuine, name="odd") == 400
    if profile != "apiframe":
        assert quiet.report(profile, body, secret=genuine, age_s=3600, name="old") == 401
    assert quiet.report(profile, body, secret=genuine, name="new") == 200
    until(lambda: quiet.looks(profile) == 1)
    # The same again: it is known already.
    assert quiet.report(profile, body, secret=genuine, name="new") == 200
    brought(ended(process))
    # One look for the genuine report of this test, and one for the service's own.
    assert quiet.looks(profile) == 2


def test_what_is_not_signed_is_a_hint_about_tasks_that_are_watched(quiet: House) -> None:
    quiet.sandbox.set_faults([{"where": "create", "kind": "slow_task", "seconds": 5, "times": 1}])
    process = quiet.asks("acedata")
    task = wait_for(process, "accepted")["task_id"]
    assert quiet.report("acedata", _report_of("00000000-0000-4000-8000-000000000000")) == 200
    assert quiet.report("acedata", b'{"success": true}') == 200
    assert quiet.report("acedata", b"oh") == 400
    assert quiet.report("acedata", _report_of(task)) == 200
    until(lambda: quiet.looks("acedata") == 1)
    assert quiet.report("acedata", _report_of(task)) == 200
    brought(ended(process))
    assert quiet.looks("acedata") == 2


@pytest.mark.parametrize("flaw", ["forged", "stale", "lost", "twice"])
def test_polling_remains_the_truth(quiet: House, flaw: str) -> None:
    quiet.sandbox.set_faults([{"where": "webhook", "kind": flaw}])
    clip = brought(ended(quiet.asks(IMPATIENT)))
    task = quiet.task("musicapi-2026-02")
    home = [one for one in quiet.program.clips() if one["remote_id"] == clip["remote_id"]]
    assert (clip["remote_id"], len(home)) == (task["clip_id"], 1)
    moves = quiet.sandbox.state()["ledger"]
    assert [one["reason"] for one in moves if one["task_id"] == task["id"]] == ["charge"]


def test_a_failure_is_reported_too(quiet: House) -> None:
    quiet.sandbox.set_faults(
        [{"where": "create", "kind": "fail", "times": 1},
         {"where": "create", "kind": "slow_task", "seconds": 2, "times": 1}]
    )  # fmt: skip
    failed = ended(quiet.asks("apiframe"))
    assert failed.code == 8, failed.stderr
    assert quiet.looks("apiframe") == 1


def test_a_port_that_is_taken_is_said_and_nothing_else_is_lost(quiet: House) -> None:
    with socket.socket() as other:
        # What earlier programs left of their connections does not stop a listener.
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", quiet.port))
        other.listen()
        made = ended(quiet.asks(IMPATIENT))
    assert brought(made)
    assert f"port {quiet.port}" in made.stderr
    assert "Choose another port" in made.stderr


def test_without_a_receiver_it_is_polled_for(quiet: House) -> None:
    assert quiet.program.run("webhooks", "set", "--off").last() == {"port": 0}
    made = ended(quiet.asks(IMPATIENT))
    assert brought(made)
    assert made.stderr == ""


def test_a_resumed_song_is_reported_to_the_next_program(quiet: House) -> None:
    quiet.sandbox.set_faults([{"where": "create", "kind": "slow_task", "seconds": 8, "times": 1}])
    process = quiet.asks("musicapi-2026-02")
    wait_for(process, "accepted")
    process.kill()
    process.communicate()
    resumed = quiet.program.run("jobs", "resume")
    assert resumed.code == 0, resumed.stderr
    assert resumed.last()["clips"]
    assert len(quiet.sandbox.requests("POST", "/create")) == 1


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://hooks.example/x", "must start with https://"),
        ("http://192.168.1.5/x", "must start with https://"),
        ("ftp://hooks.example", "must start with https://"),
        ("https://me:word@hooks.example/", "user name and password"),
        ("https://hooks.example/" + "x" * 1003, "1 character too long: 1024"),
    ],
)
def test_an_address_for_reports_is_held_to_the_rules(quiet: House, url: str, words: str) -> None:
    changed = quiet.program.run("accounts", "set", "acedata", "--webhook-url", url)
    check_sentence(changed, code=2, words=words)
    asked = quiet.program.run("generate", "--account", "acedata", *SONG, "--webhook-url", url)
    check_sentence(asked, code=2, words="webhook address")
    assert quiet.sandbox.state()["requests"] == []


def test_the_longest_address_is_taken(quiet: House) -> None:
    url = "https://hooks.example/" + "x" * 1002
    changed = quiet.program.run("accounts", "set", "acedata", "--webhook-url", url)
    assert changed.last()["webhook_url"] == url
    back = quiet.program.run("accounts", "set", "acedata", "--webhook-url", quiet.hooks["acedata"])
    assert back.code == 0, back.stderr


def _report_of(task: str) -> bytes:
    return json.dumps({"task_id": task, "id": task, "jobId": task}).encode()

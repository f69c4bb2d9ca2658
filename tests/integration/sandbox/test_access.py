"""Who is answered: no web page, and nobody without the key."""

import json
import subprocess
import sys

import httpx
import pytest

from producer_studio.sandbox.access import is_loopback_host
from tests.support.sandbox_process import SandboxProcess, running_sandbox

PATHS = ("/api/v1/get-credits", "/control/state", "/media/x/y.m4a", "/handshake/1", "/")


def ask(url: str, **headers: str) -> httpx.Response:
    return httpx.get(url, headers=headers, trust_env=False)


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1:8701", True),
        ("127.0.0.1", True),
        ("127.8.9.1:1", True),
        ("localhost:8701", True),
        ("LOCALHOST.", True),
        ("demo.localhost:8701", True),
        ("[::1]:8701", True),
        ("[::1]", True),
        ("evil.example:8701", False),
        ("127.0.0.1.evil.example", False),
        ("localhost.evil.example:8701", False),
        ("evil.example:127.0.0.1", False),
        ("192.168.1.2:8701", False),
        ("0.0.0.0:8701", False),
        ("[::ffff:10.0.0.1]", False),
        ("localhost:80@evil.example", False),
        ("127.0.0.1@evil.example", False),
        ("127.0.0.1:evil.example", False),
        ("[::1]evil.example", False),
        ("[", False),
        ("", False),
    ],
)
def test_names_of_this_computer(host: str, here: bool) -> None:
    assert is_loopback_host(host) is here


@pytest.mark.parametrize("path", PATHS)
def test_a_page_that_calls_this_computer_by_a_name_of_its_own_is_refused(
    sandbox: SandboxProcess, path: str
) -> None:
    own = {"Authorization": "Bearer any", "X-Sandbox-Control": "any"}
    assert ask(sandbox.url + path, Host="evil.example:80", **own).status_code == 421
    assert ask(sandbox.url + path, **own).status_code != 421


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "state"), ("POST", "reset"), ("POST", "credits"), ("DELETE", "faults"),
     ("PUT", "faults"), ("POST", "settings")],
)  # fmt: skip
def test_control_wants_a_header_that_no_page_can_send(
    sandbox: SandboxProcess, method: str, path: str
) -> None:
    # A form of a page, and what a page may send without being asked whether it may.
    headers = {"Content-Type": "text/plain", "Origin": "https://evil.example", "Accept": "*/*"}
    url = f"{sandbox.url}/control/{path}"
    answer = httpx.request(method, url, content=b"{}", headers=headers, trust_env=False)
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers
    may = httpx.options(
        url,
        headers={
            "Origin": "https://evil.example",
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "x-sandbox-control",
        },
        trust_env=False,
    )
    assert "access-control-allow-origin" not in may.headers


def test_each_run_has_a_key_of_its_own() -> None:
    command = "from producer_studio.sandbox.command import run; import sys; run(sys.argv[1:])"
    keys = []
    for _ in range(2):
        with subprocess.Popen(
            [sys.executable, "-c", command, "--stop-with-stdin"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            ready = json.loads(process.stdout.readline())
            balance, control = "/api/v1/get-credits", "/control/state"
            keys.append(ready["key"])
            for key, status in (("any", 401), (ready["key"], 200)):
                bearer = {"Authorization": f"Bearer {key}"}
                assert ask(ready["url"] + balance, **bearer).status_code == status
                found = ask(ready["url"] + control, **{"X-Sandbox-Control": key})
                assert found.status_code == {401: 403}.get(status, status)
            assert process.stdin is not None
            process.stdin.close()
    assert keys[0] != keys[1]


def test_control_takes_an_accepted_key_only() -> None:
    with running_sandbox("--key", "mine") as sandbox:
        assert sandbox.state()["tasks"] == []
        answer = ask(f"{sandbox.url}/control/state", **{"X-Sandbox-Control": "another"})
        assert answer.status_code == 403


def test_without_an_introduction_it_does_not_start() -> None:
    command = (
        "from producer_studio.sandbox.command import run; import sys; sys.exit(run(sys.argv[1:]))"
    )
    for line in (b"", b"{}\n", b'{"key": "", "secret": "s"}\n', b"x" * 9000):
        done = subprocess.run(
            [sys.executable, "-c", command, "--introduced"],
            input=line,
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 1
        assert b"introduction" in done.stderr

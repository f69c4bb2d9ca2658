"""No secret is anywhere but in the keychain, whatever is done and whatever a service repeats.

Keys, webhook secrets, a platform token and a bucket's secret are given to accounts of all dialects,
at services that quote every request in every answer. Then everything that the studio has left, said
and handed out is looked through.
"""

import json
import os
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.end2end.conftest import SHORT_SONG
from tests.integration.providers.uploads.test_bucket import NAME, S3Server, s3
from tests.matrix.cells import DIALECTS
from tests.matrix.reference import write_reference
from tests.support.echo_service import parrot
from tests.support.keychain import need_keychain, open_keychain
from tests.support.program import LIMIT_S, Program
from tests.support.sandbox_process import SandboxProcess

__all__ = ["s3"]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc and gnome-keyring")

KEYS = {one.profile: f"sk-{secrets.token_hex(12)}" for one in DIALECTS}
HOOKS = {one.profile: f"whsec/{secrets.token_hex(12)}" for one in DIALECTS}
TOKEN = f"platform-{secrets.token_hex(12)}"
SONG = (*SHORT_SONG, "--title", "Low tide", "--seed", "7", "--again")
FAULTS = {
    400: {"where": "submit", "kind": "status", "status": 400, "times": 1},
    401: {"where": "submit", "kind": "status", "status": 401, "times": 1},
    0: {"where": "submit", "kind": "garbage", "times": 1},
}


@dataclass
class Traces:
    """What the studio has left behind after all that was done with it.

    Attributes:
        secrets: All of them, each by what it is.
        said: What commands wrote to standard output and error, with the log at its most talkative.
        listed: The arguments of every process that ran meanwhile.
        heard: What each service was told, and repeated.
    """

    home: Path
    exported: Path
    secrets: dict[str, str]
    heard: dict[str, list[str]]
    said: list[str] = field(default_factory=list)
    listed: set[str] = field(default_factory=set)

    def found_in(self, text: bytes) -> list[str]:
        return [name for name, secret in self.secrets.items() if secret.encode() in text]


class Studio:
    """Runs commands in the session of an open keychain, and keeps what they say."""

    def __init__(self, program: Program, traces: Traces) -> None:
        self._program = program
        self._traces = traces

    def run(self, *arguments: str, typed: str = "") -> list[str]:
        ended = subprocess.run(
            [sys.executable, "-m", "producer_studio", *arguments, "--json"],
            env=self._program.environ | {"PRODUCER_STUDIO_LOG": "debug"},
            input=typed,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        assert "Traceback" not in ended.stderr, ended.stderr
        self._traces.said += [ended.stdout, ended.stderr]
        return [str(ended.returncode), *ended.stdout.splitlines()]


@pytest.fixture(scope="module")
def traces(
    tmp_path_factory: pytest.TempPathFactory,
    service: SandboxProcess,
    s3: S3Server,
) -> Iterator[Traces]:
    need_keychain()
    root = tmp_path_factory.mktemp("secrets")
    program = Program(root / "home", accounts=())
    told = {f"key of {name}": key for name, key in KEYS.items()}
    told |= {f"webhook secret of {name}": secret for name, secret in HOOKS.items()}
    told |= {"platform token": TOKEN, "bucket secret": s3.secret}
    with (
        parrot(service.url) as (address, heard),
        open_keychain(root / "keyrings", program.environ) as environ,
    ):
        program.environ = environ
        found = Traces(program.home, root / "exported", told, heard)
        over = threading.Event()
        watching = threading.Thread(target=_watch_processes, args=(found, over))
        watching.start()
        try:
            _use_everything(Studio(program, found), service, s3, address, root)
        finally:
            over.set()
            watching.join()
        yield found


def _use_everything(
    studio: Studio, service: SandboxProcess, s3: S3Server, address: str, root: Path
) -> None:
    port = _free_port()
    sound = write_reference(root)
    assert studio.run("webhooks", "set", "--port", str(port))[0] == "0"
    added = studio.run(
        "bucket", "set", NAME, "--key-id", s3.key_id, "--endpoint", s3.url, "--secret-stdin",
        typed=s3.secret,
    )  # fmt: skip
    assert json.loads(added[1])["secret"] == "keychain"
    for dialect in DIALECTS:
        name = dialect.profile
        added = studio.run(
            "accounts", "add", name, "--service", dialect.service, "--profile", name,
            "--base-url", address + dialect.prefix, "--poll", "0.1", "--key-stdin",
            typed=KEYS[name],
        )  # fmt: skip
        assert added[0] == "0"
        assert (
            studio.run("accounts", "set", name, "--webhook-secret-stdin", typed=HOOKS[name])[0]
            == "0"
        )
        tunnel = f"http://127.0.0.1:{port}"
        assert studio.run("webhooks", "join", name, "--tunnel", tunnel)[0] == "0"
        if name == "acedata":
            given = studio.run("accounts", "set", name, "--platform-token-stdin", typed=TOKEN)
            assert given[0] == "0"
        shown = json.loads(studio.run("accounts", "show", name)[1])
        assert {shown["secrets"]["key"], shown["secrets"]["webhook secret"]} == {"keychain"}

        assert studio.run("accounts", "credits", name)[0] == "0"
        assert studio.run("generate", "--account", name, *SONG, "--dry-run")[0] == "0"
        made = studio.run("generate", "--account", name, *SONG)
        assert made[0] == "0", made
        clip = json.loads(made[-1])["clips"][0]
        assert "***" in json.dumps(clip) + json.dumps(made), "the service repeated nothing"
        for status, fault in FAULTS.items():
            service.set_faults([fault])
            code = studio.run("generate", "--account", name, *SONG)[0]
            # What cannot be read may have been taken; Apiframe finds out by itself.
            unclear = "0" if name == "apiframe" else "7"
            assert code == {400: "5", 401: "3", 0: unclear}[status], (name, status, code)
            service.set_faults([])
        if name != "apiframe":
            upload = studio.run("generate", "--again", "--account", name, "--op", "upload",
                                "--source", str(sound))  # fmt: skip
            assert upload[0] == "0", upload
        wanted = "wav" if name == "acedata" else "m4a"
        done = studio.run("export", clip["id"], "--format", wanted, "--to", str(root / "exported"))
        assert done[0] == "0"
    for wanted in ("mp3", "flac"):
        studio.run("export", clip["id"], "--format", wanted, "--to", str(root / "exported"))
    assert studio.run("ledger", "--csv", str(root / "exported" / "ledger.csv"))[0] == "0"
    for told in (
        ("jobs", "list", "--all"), ("accounts", "list"), ("bucket", "show"), ("webhooks", "show"),
        ("library", "search", ""), ("ledger",), ("ledger", "--models"), ("history",), ("presets",),
        ("library", "mirror", "--dry-run"), ("accounts", "offers"), ("bucket", "test"),
    ):  # fmt: skip
        assert studio.run(*told)[0] == "0"


def _watch_processes(found: Traces, over: threading.Event) -> None:
    while not over.wait(0.05):
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                found.listed.add((folder / "cmdline").read_text("utf-8", "replace"))
            except OSError:  # it has ended meanwhile
                continue


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def test_the_services_were_told_and_repeated_it(traces: Traces) -> None:
    heard = " ".join(one for told in traces.heard.values() for one in told)
    for key in KEYS.values():
        assert key in heard
    assert TOKEN in heard
    assert [one for one in HOOKS.values() if one in heard]


def test_no_secret_is_in_any_file(traces: Traces) -> None:
    """Library, settings and state: the pages of the database, its log, recipes, sounds."""
    files = [path for path in traces.home.rglob("*") if path.is_file()]
    names = {path.name for path in files}
    assert {"library.db", "accounts.json", "recipe.json"} <= names
    assert {
        f"{path}": found for path in files if (found := traces.found_in(path.read_bytes()))
    } == {}
    assert [path for path in files if traces.found_in(str(path).encode())] == []


def test_no_secret_is_in_what_is_handed_out(traces: Traces) -> None:
    files = [path for path in traces.exported.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".m4a", ".wav", ".mp3", ".flac", ".csv"}
    assert [path for path in files if traces.found_in(path.read_bytes())] == []


def test_no_secret_is_said_or_logged(traces: Traces) -> None:
    assert any(" DEBUG " in said for said in traces.said)
    assert [said for said in traces.said if traces.found_in(said.encode())] == []


def test_no_secret_is_in_the_process_list(traces: Traces) -> None:
    assert any("producer_studio\0generate" in one for one in traces.listed)
    assert [one for one in traces.listed if traces.found_in(one.encode())] == []


def test_programs_that_are_started_do_not_get_secrets_of_the_environment(tmp_path: Path) -> None:
    program = Program(tmp_path / "home", accounts=("demo", "other"))
    given = {
        "PRODUCER_STUDIO_KEY_OTHER": KEYS["acedata"],
        "PRODUCER_STUDIO_WEBHOOK_SECRET_OTHER": HOOKS["acedata"],
        "PRODUCER_STUDIO_PLATFORM_TOKEN_OTHER": TOKEN,
        "PRODUCER_STUDIO_BUCKET_SECRET": "bucket-secret-4711",
    }
    assert program.run("accounts", "add", "demo", "--service", "demo").code == 0
    process = program.start("generate", "--account", "demo", *SHORT_SONG, "--json", **given)
    seen: dict[str, bytes] = {}
    while len(seen) < 2:
        # A new child is no event that could be waited for; this waits a little for the end instead.
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
            break
        for child in _children_of(process.pid):
            try:
                words = (child / "cmdline").read_bytes().decode()
                environ = (child / "environ").read_bytes()
            except OSError:  # it has ended meanwhile
                continue
            # Between fork and exec a child still looks like its parent.
            for kind in ("sandbox", "measure"):
                if f"\0{kind}\0" in words and environ:
                    seen[kind] = environ
    _, stderr = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 0, stderr
    assert len(seen) == 2, seen.keys()
    for environ in seen.values():
        assert b"PRODUCER_STUDIO_HOME=" in environ
        assert not [one for one in given if one.encode() in environ]
        assert not [one for one in given.values() if one.encode() in environ]


def _children_of(pid: int) -> list[Path]:
    try:
        numbers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [Path("/proc") / number for number in numbers]


LOOK = """
import secretstorage
from producer_studio.settings.secrets import Secrets
secrets = Secrets({}, timeout_s=20.0)
print(secrets.get_key("demo"), repr(secrets.notice))
secrets.delete_all("demo")
print([one.get_label() for one in secretstorage.get_all_collections(secretstorage.dbus_init())])
"""


def test_a_look_for_a_key_creates_no_keychain(tmp_path: Path) -> None:
    """The user would be asked for the password of a new keychain without anything to store."""
    need_keychain()
    environ = dict(os.environ)
    with open_keychain(tmp_path / "keychain", environ, has_collection=False) as inside:
        looked = subprocess.run(
            [sys.executable, "-c", LOOK],
            env=inside,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
        )
    found, collections = looked.stdout.splitlines()
    assert found == "None ''"
    assert "Default" not in collections

"""Keys go to the keychain of the desktop and nowhere else."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.keychain import need_keychain, open_keychain
from tests.support.program import LIMIT_S, Ended, Program
from tests.support.sandbox_process import SandboxProcess, running_sandbox

KEY = f"sk-{secrets.token_hex(12)}"
OTHER_KEY = f"sk-{secrets.token_hex(12)}"
ONLY_KEY = ("--key", KEY, "--key", OTHER_KEY)


@pytest.fixture(scope="module")
def service() -> Iterator[SandboxProcess]:
    """A service that takes these keys alone."""
    with running_sandbox(*ONLY_KEY) as sandbox:
        yield sandbox


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path / "home", accounts=())


def test_a_key_is_kept_in_the_keychain_for_the_next_run_and_taken_away(
    program: Program, service: SandboxProcess
) -> None:
    need_keychain()
    ended = _in_keychain(
        program,
        f"""
        {_add(program, service)} <<< "$FIRST"
        {_say("accounts", "test", "mine")}
        {_say("accounts", "list")}
        {_say("accounts", "remove", "mine")}
        {_say("accounts", "add", "mine", "--service", "musicapi", "--base-url", service.url)}
        {_say("accounts", "test", "mine")}
        {_add(program, service)} <<< "$FIRST"
        {_say("accounts", "add", "mine", "--service", "acedata")}
        """,
    )
    codes = [line["code"] for line in ended.lines if "code" in line]
    assert codes == [0, 0, 0, 0, 0, 3, 0, 0], ended.stderr
    assert "The key of mine belongs to another address, so it is removed." in ended.stderr
    assert "memory" not in ended.stderr
    _check_key_is_nowhere(program, ended, but_in=program.home / "keyrings")


def test_without_a_keychain_a_key_is_for_this_run_and_it_says_so(
    program: Program, service: SandboxProcess
) -> None:
    ended = _run(
        program,
        f"""
        {_add(program, service)} <<< "$FIRST"
        {_say("accounts", "test", "mine")}
        """,
    )
    codes = [line["code"] for line in ended.lines if "code" in line]
    assert codes == [0, 3], ended.stderr
    assert "no usable keychain" in ended.stderr
    _check_key_is_nowhere(program, ended)


def test_the_environment_overrides_the_keychain(program: Program, service: SandboxProcess) -> None:
    need_keychain()
    ended = _in_keychain(
        program,
        f"""
        {_add(program, service)} <<< sk-wrong-in-the-keychain
        {_say("accounts", "test", "mine")}
        export PRODUCER_STUDIO_KEY_MINE="$OTHER"
        {_say("accounts", "test", "mine")}
        """,
    )
    codes = [line["code"] for line in ended.lines if "code" in line]
    assert codes == [0, 3, 0], ended.stderr
    _check_key_is_nowhere(program, ended, but_in=program.home / "keyrings")


def test_a_key_is_not_among_the_arguments_of_any_process(
    program: Program, service: SandboxProcess
) -> None:
    process = subprocess.Popen(
        [
            sys.executable, "-m", "producer_studio", "accounts", "add", "mine", "--json",
            "--service", "musicapi", "--base-url", service.url, "--key-stdin",
        ],
        env=program.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(KEY.encode())
    process.stdin.flush()
    # It still waits for the end of the line.
    assert process.poll() is None
    listed = [
        (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        for folder in Path("/proc").glob(f"{process.pid}*")
    ]
    _, stderr = process.communicate(b"\n", timeout=LIMIT_S)
    assert process.returncode == 0, stderr
    assert KEY.encode() not in stderr
    assert not [one for one in listed if KEY.encode() in one]


def _add(program: Program, service: SandboxProcess) -> str:
    return _say(
        "accounts", "add", "mine", "--service", "musicapi", "--base-url", service.url, "--key-stdin"
    )


def _say(*arguments: str) -> str:
    """A line of shell that runs a command, followed by its code as JSON."""
    words = " ".join(arguments)
    return f"studio {words} --json"


def _in_keychain(program: Program, script: str) -> Ended:
    """Runs a script in a session of its own with an open keychain."""
    with open_keychain(program.home / "keyrings", program.environ) as environ:
        return _run(program, script, environ)


def _run(program: Program, script: str, environ: dict[str, str] | None = None) -> Ended:
    studio = f"""
        studio() {{
            {sys.executable} -m producer_studio "$@"
            echo "{{\\"code\\": $?}}"
        }}
    """
    given = {**(environ or program.environ), "PRODUCER_STUDIO_LOG": "debug"}
    given |= {"FIRST": KEY, "OTHER": OTHER_KEY}
    ended = subprocess.run(
        ["bash", "-c", studio + script],
        env=given,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    lines = [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")]
    return Ended(ended.returncode, lines, ended.stderr)


def _check_key_is_nowhere(program: Program, ended: Ended, but_in: Path | None = None) -> None:
    """In no file of the home, in no log, and in nothing that was said."""
    said = json.dumps(ended.lines) + ended.stderr
    assert not [key for key in (KEY, OTHER_KEY) if key in said]
    for folder, _, names in os.walk(program.home):
        for name in names:
            path = Path(folder) / name
            if but_in is not None and but_in in path.parents:
                continue
            text = path.read_bytes()
            assert KEY.encode() not in text, f"the key is in {path}"
            assert OTHER_KEY.encode() not in text, f"the key is in {path}"

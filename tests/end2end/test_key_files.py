"""Keys from standard input, as editors, shells and browsers save them."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.program import Program
from tests.support.sandbox_process import running_sandbox

FILES = {
    "bearer": b"Bearer mk-good\n",
    "bom": b"\xef\xbb\xbfmk-good\n",
    "utf16": "mk-good\r\n".encode("utf-16"),
    "quoted": b'"mk-good"\r\n',
}


@pytest.mark.parametrize("name", FILES)
def test_a_key_works_however_it_was_saved(tmp_path: Path, name: str) -> None:
    """The keychain keeps nothing here, so the answer to the key is looked for at once."""
    program = Program(tmp_path, accounts=())
    code = (
        "import asyncio, os, sys\n"
        "from pathlib import Path\n"
        "from producer_studio.cli.stdin_secret import read_secret_from_stdin\n"
        "from producer_studio.settings.secrets import KEY, clean_value\n"
        "print(clean_value(KEY, read_secret_from_stdin({'key': True})['key']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=FILES[name], capture_output=True, check=True
    )
    assert done.stdout.decode().strip() == "mk-good"
    with running_sandbox("--key", "mk-good") as sandbox:
        added = subprocess.run(
            [sys.executable, "-m", "producer_studio", "accounts", "add", "mine", "--service",
             "musicapi", "--base-url", sandbox.url, "--key-stdin", "--json"],
            input=FILES[name], capture_output=True, check=False, env=program.environ,
        )  # fmt: skip
        assert added.returncode == 0, added.stderr
        text = FILES[name].decode("utf-16" if name == "utf16" else "utf-8")
        tested = program.run("accounts", "test", "mine", PRODUCER_STUDIO_KEY_MINE=text)
        assert tested.code == 0, tested.stderr


def test_a_change_of_address_says_that_the_key_goes(tmp_path: Path) -> None:
    program = Program(tmp_path, accounts=())
    program.run("accounts", "add", "mine", "--service", "musicapi")
    ended = program.run(
        "accounts", "set", "mine", "--base-url", "https://other.example",
        PRODUCER_STUDIO_KEY_MINE="of-the-environment",
    )  # fmt: skip
    assert ended.code == 0
    assert "removed" not in ended.stderr

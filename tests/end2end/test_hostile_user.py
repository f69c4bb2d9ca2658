"""Absurd input on the command line, over all dialects.

Each command ends with a documented code and one plain sentence, and what is refused is not sent.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.end2end.conftest import SHORT_SONG
from tests.matrix.cells import DIALECTS, METAL, SOUND, THEME, WORDS, cells_of
from tests.support.command_assertions import check_plain, check_sentence
from tests.support.command_batch import Batch, batch
from tests.support.program import Ended, Program
from tests.support.sandbox_process import SandboxProcess

PROFILES = [one.profile for one in DIALECTS]
OFFERED = {name: sorted({cell.operation for cell in cells_of(name)}) for name in PROFILES}
USUAL: dict[str, tuple[str, ...]] = {
    "create": ("--sound", SOUND),
    "extend": ("--sound", METAL, "--from", "3"),
    "cover": ("--sound", METAL),
    "replace": ("--sound", METAL, "--from", "1", "--to", "4"),
    "swap-vocals": ("--lyrics", WORDS),
    "swap-sound": ("--sound", METAL),
    "variation": (),
    "stems": (),
    "lyrics": ("--sound", THEME),
    "video": (),
    "upload": ("--source", "https://files.example/song.wav"),
}
NUMBERS = (
    "--from", "--to", "--length", "--lyrics-strength", "--sound-strength", "--weirdness",
    "--cover-strength", "--takes", "--patience",
)  # fmt: skip
TEXTS = (
    "--sound", "--lyrics", "--title", "--model", "--seed", "--instruction", "--cover-url",
    "--preset", "--webhook-url",
)  # fmt: skip
NO_NUMBER = ("nan", "-inf", "1e309", "", "0x10", "-1", "x" * 10**6, "\x1b[2J", "\u202e1", "\udcff")
NO_TEXT = ("\x1b[2J", "a\x07", "\udcff", "\x9b31m")
LONG = "x" * 10**6


class Hostile:
    """Somebody with an account of every dialect, and a clip at each."""

    def __init__(self, program: Program, commands: Batch, sandbox: SandboxProcess) -> None:
        self.program = program
        self.commands = commands
        self._sandbox = sandbox
        self.clips: dict[str, dict[str, Any]] = {}
        for dialect in DIALECTS:
            added = commands.run(
                "accounts", "add", dialect.profile, "--service", dialect.service, "--profile",
                dialect.profile, "--base-url", sandbox.url + dialect.prefix, "--poll", "0.1",
            )  # fmt: skip
            assert added.code == 0, added.stderr
            made = commands.run("generate", "--account", dialect.profile, *SHORT_SONG)
            assert made.code == 0, made.stderr
            self.clips[dialect.profile] = made.last()["clips"][0]
        self.begin()

    def begin(self) -> None:
        self._sandbox.control("reset", {})

    def ask(self, profile: str, operation: str, *options: str) -> Ended:
        source: tuple[str, ...] = ()
        if operation not in {"create", "lyrics", "upload"} and "--source" not in options:
            source = ("--source", self.clips[profile]["id"])
        return self.commands.run(
            "generate", "--account", profile, "--op", operation, *source, *options
        )  # fmt: skip

    def check_nothing_sent(self) -> None:
        sent = [one["path"] for one in self._sandbox.state()["requests"]]
        # AceData Cloud is asked, free of charge, whether it still has a clip.
        assert [path for path in sent if not path.endswith("/tasks")] == []


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, service: SandboxProcess) -> Iterator[Hostile]:
    program = Program(tmp_path_factory.mktemp("hostile") / "home", tuple(PROFILES))
    with batch(program) as commands:
        yield Hostile(program, commands, service)


@pytest.fixture(autouse=True)
def _fresh(hostile: Hostile) -> None:
    hostile.begin()


def check_refused(ended: Ended, words: str = "") -> None:
    check_sentence(ended, code=2, words=words)
    assert len(ended.stderr) < 3000
    assert ended.stderr.strip("\n").isprintable(), ascii(ended.stderr)


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_no_number_is_refused(hostile: Hostile, profile: str) -> None:
    for operation in OFFERED[profile]:
        if operation == "export":
            continue
        for option in NUMBERS:
            # All of them once, and each operation with one that differs from option to option.
            at = (NUMBERS.index(option) + len(operation)) % len(NO_NUMBER)
            for number in NO_NUMBER if operation == "create" else (NO_NUMBER[at],):
                check_refused(hostile.ask(profile, operation, *USUAL[operation], option, number))
    hostile.check_nothing_sent()


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_no_text_is_refused(hostile: Hostile, profile: str) -> None:
    for operation in OFFERED[profile]:
        if operation == "export":
            continue
        for at, option in enumerate(TEXTS):
            text = NO_TEXT[(at + len(operation)) % len(NO_TEXT)]
            check_refused(hostile.ask(profile, operation, *USUAL[operation], option, text))
    hostile.check_nothing_sent()


@pytest.mark.parametrize("profile", PROFILES)
def test_a_million_characters_are_told_in_one_sentence(hostile: Hostile, profile: str) -> None:
    for option in ("--title", "--model", "--preset", "--webhook-url", "--instruction", "--source"):
        check_refused(hostile.ask(profile, "create", "--sound", SOUND, option, LONG))
    hostile.check_nothing_sent()


@pytest.mark.parametrize("profile", PROFILES)
def test_an_option_that_would_be_ignored_is_refused(hostile: Hostile, profile: str) -> None:
    """Whatever the account does not send for an operation, the user hears of before it is paid."""
    values = {
        "starts_at_s": ("--from", "2"), "ends_at_s": ("--to", "4"), "length_s": ("--length", "9"),
        "lyrics_strength": ("--lyrics-strength", "0.5"), "weirdness": ("--weirdness", "0.5"),
        "sound_strength": ("--sound-strength", "0.5"), "seed": ("--seed", "4"),
        "cover_strength": ("--cover-strength", "0.5"), "instruction": ("--instruction", "slower"),
        "cover_url": ("--cover-url", "https://x.example/a.jpg"), "preset": ("--preset", "simple"),
        "instrumental": ("--instrumental",), "lyrics": ("--lyrics", WORDS),
    }  # fmt: skip
    shown = hostile.commands.run("accounts", "show", profile).last()
    left_out = 0
    for told in shown["operations"]:
        if not told["available"] or told["op"] == "export":
            continue
        for field, option in values.items():
            if field in told["fields"]:
                continue
            left_out += 1
            ended = hostile.ask(profile, told["op"], *USUAL[told["op"]], *option)
            check_refused(ended, words=f"does not support {option[0]} for {told['op']}")
    assert left_out > 3
    hostile.check_nothing_sent()


@pytest.mark.parametrize(
    ("profile", "operation", "options", "words"),
    [
        ("musicapi-2026-05", "replace", ("--from", "1", "--sound", METAL), "end time"),
        ("musicapi-2026-05", "replace", ("--from", "4", "--to", "4", "--sound", METAL), "after"),
        ("acedata", "replace", ("--from", "4", "--to", "2", "--sound", METAL), "after the start"),
        ("musicapi-2026-05", "extend", ("--sound", METAL), "start time"),
        ("acedata", "extend", ("--sound", METAL), "start time"),
        ("musicapi-2026-05", "extend", ("--from", "3", "--sound", METAL, "--length", "0"), "240"),
        ("musicapi-2026-05", "extend", ("--from", "3", "--sound", METAL, "--length", "241"), "240"),
        ("aimusicapi-2026-04", "video", ("--preset", "nonsense"), "simple, modern, player"),
        ("aimusicapi-2026-04", "create", ("--sound", SOUND, "--seed", "abc"), "digits"),
        ("acedata", "create", ("--sound", SOUND, "--model", "Lyria 3 Pro"), "no model"),
        ("apiframe", "create", ("--sound", SOUND, "--model", "FUZZ-0.8"), "no model"),
        ("apiframe", "create", ("--sound", SOUND, "--model", "FUZZ_2_PRO"), "no model"),
        ("musicapi-2026-02", "create", ("--sound", SOUND, "--model", "Lyria 3 Pro"), "no model"),
        ("acedata", "create", ("--sound", "s" * 201), "200 is the limit"),
        ("apiframe", "create", ("--sound", "s" * 5001), "5000 is the limit"),
        ("apiframe", "upload", ("--source", "https://x.example/a.wav"), "only makes new songs"),
        ("aimusicapi-2026-04", "extend", ("--sound", METAL), "discontinued"),
        ("musicapi-2026-05", "variation", (), "discontinued"),
        ("musicapi-2026-02", "lyrics", ("--sound", THEME), "offer it"),
        ("aimusicapi-2026-04", "lyrics", (), "what the song is about"),
        ("musicapi-2026-02", "upload", ("--source", "https://x y/a.wav"), "web address"),
        ("acedata", "upload", ("--source", "https://[::1"), "web address"),
        ("acedata", "upload", ("--source", "file:///etc/passwd"), "neither"),
        ("aimusicapi-2026-04", "upload", ("--source", "/dev/null"), "neither"),
        ("musicapi-2026-05", "upload", ("--source", "/etc/passwd"), "no place to upload"),
    ],
)  # fmt: skip
def test_wrong_combinations_are_refused(
    hostile: Hostile, profile: str, operation: str, options: tuple[str, ...], words: str
) -> None:
    check_refused(hostile.ask(profile, operation, *options), words)
    hostile.check_nothing_sent()


@pytest.mark.parametrize(
    "arguments",
    [
        ("accounts", "add", "\x1b[2J", "--service", "demo"),
        ("accounts", "add", "\udcff", "--service", "demo"),
        ("accounts", "add", "\u202eevil", "--service", "demo"),
        ("accounts", "add", "x" * 5000, "--service", "demo"),
        ("accounts", "set", "acedata", "--budget", "1e309"),
        ("accounts", "set", "acedata", "--poll", "nan"),
        ("accounts", "set", "acedata", "--concurrency", "9" * 30),
        ("accounts", "set", "acedata", "--base-url", "https://[::1"),
        ("accounts", "set", "acedata", "--base-url", "https://x y"),
        ("accounts", "set", "acedata", "--base-url", "https://me:word@x.example"),
        ("accounts", "set", "acedata", "--base-url", "ftp://x.example"),
        ("accounts", "set", "acedata", "--webhook-url", "https://" + "x" * 2000),
        ("accounts", "set", "acedata", "--platform-url", "http://x.example"),
        ("accounts", "set", "acedata", "--profile", "\x1b"),
        ("webhooks", "set", "--port", "80"),
        ("webhooks", "join", "acedata", "--tunnel", "\x1b"),
        ("webhooks", "join", "acedata", "--tunnel", "https://" + "x" * 2000),
        ("ledger", "--month", "0000-01"),
        ("ledger", "--account", "\udcff"),
        ("jobs", "resolve", "\x1b", "--forget"),
        ("library", "show", "\udcff"),
        ("export", "\udcff", "--format", "mp3", "--to", "."),
        ("bucket", "set", "b", "--key-id", "k", "--endpoint", "https://[::1"),
        ("whistle\x1b[2J" + LONG,),
    ],
    ids=lambda value: ascii(" ".join(value))[:60],
)
def test_settings_stay_whole(hostile: Hostile, arguments: tuple[str, ...]) -> None:
    before = hostile.commands.run("accounts", "list").lines
    check_refused(hostile.commands.run(*arguments))
    assert hostile.commands.run("accounts", "list").lines == before
    hostile.check_nothing_sent()


def test_sources_that_cannot_be_worked_on(hostile: Hostile, service: SandboxProcess) -> None:
    """Words, stems, and a clip of an account that has gone."""
    words = hostile.ask("aimusicapi-2026-04", "lyrics", "--sound", THEME).last()["clips"][0]
    stem = hostile.ask("acedata", "stems").last()["clips"][0]
    hostile.begin()
    check_refused(hostile.ask("acedata", "cover", "--sound", METAL, "--source", words["id"]))
    check_refused(hostile.ask("acedata", "cover", "--sound", METAL, "--source", stem["id"]))
    dialect = DIALECTS[0]
    gone = hostile.commands.run(
        "accounts", "add", "gone", "--service", dialect.service, "--base-url",
        service.url + dialect.prefix,
    )  # fmt: skip
    assert gone.code == 0
    assert hostile.commands.run("accounts", "remove", "gone").code == 0
    check_refused(hostile.ask("gone", "create", "--sound", SOUND), "no account")
    hostile.check_nothing_sent()


@pytest.mark.skipif(sys.platform != "linux", reason="arguments are bytes on Linux alone")
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([b"generate", b"--account", b"acedata", b"--sound", b"caf\xe9 au lait"], 2),
        ([b"generate", b"--account", b"\xff", b"--sound", b"x"], 2),
        ([b"generate", b"--account", b"acedata", b"--op", b"upload", b"--source", b"\xff.wav"], 2),
        ([b"library", b"search", b"\xff\xfe"], 2),
        ([b"library", b"new", b"--library", b"%s/caf\xe9"], 0),
        ([b"\xff"], 2),
    ],
)
def test_bytes_that_are_no_text(
    hostile: Hostile, tmp_path: Path, arguments: list[bytes], code: int
) -> None:
    place = os.fsencode(tmp_path)
    ended = subprocess.run(
        [os.fsencode(sys.executable), b"-m", b"producer_studio",
         *(one.replace(b"%s", place) for one in arguments)],
        env=hostile.program.environ, capture_output=True, check=False,
    )  # fmt: skip
    said = ended.stderr.decode("utf-8")
    assert ended.returncode == code, said
    check_plain(said)
    assert len(said.splitlines()) <= 1
    hostile.check_nothing_sent()


@pytest.mark.parametrize(
    "content", [b"\x00" * 100, b"la\x00la la la", b"\xff\xfe\x00", b"\x1b[2J words", b""]
)
def test_lyrics_files_that_are_none(hostile: Hostile, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "lyrics.txt"
    file.write_bytes(content)
    ended = hostile.ask("acedata", "create", "--lyrics-file", str(file))
    check_refused(ended)
    hostile.check_nothing_sent()


def test_two_programs_at_once_lose_no_setting(hostile: Hostile) -> None:
    def add(number: int) -> int:
        return hostile.program.run("accounts", "add", f"twin {number}", "--service", "demo").code

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(add, range(4))) == [0] * 4
    listed = {one["name"] for one in hostile.commands.run("accounts", "list").lines}
    assert listed >= {f"twin {number}" for number in range(4)}

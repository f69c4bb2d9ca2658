"""The real program and an address that announces releases: who asks, when, and what is said."""

import hashlib
import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from producer_studio import __version__
from tests.support.command_assertions import check_sentence
from tests.support.program import LIMIT_S, Program
from tests.support.release_server import Announcer, announcing, document, encoded


@pytest.fixture
def announcer() -> Iterator[Announcer]:
    with announcing() as running:
        yield running


@pytest.fixture
def alone(tmp_path: Path) -> Program:
    """A program without an account."""
    return Program(tmp_path / "Zoë's Musik")


def open_until(program: Program, words: str, url: str) -> None:
    """Opens the window, closes it when its log has these words, and sees that it ends well.

    Raises:
        AssertionError: It did not come to that, or did not end well.
    """
    window = program.start(PRODUCER_STUDIO_UPDATES=url, PRODUCER_STUDIO_LOG="info")
    assert window.stderr is not None
    said = []
    for line in window.stderr:
        said.append(line)
        if words in line:
            break
    else:
        window.wait(LIMIT_S)
        raise AssertionError("".join(said))
    window.send_signal(signal.SIGTERM)
    _, rest = window.communicate(timeout=LIMIT_S)
    assert window.returncode == 0, rest
    assert "Traceback" not in "".join([*said, rest])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a program without asking it")
def test_a_window_asks_once_a_day_and_only_where_that_is_wanted(
    alone: Program, announcer: Announcer
) -> None:
    open_until(alone, "Updates are off", announcer.url)
    assert announcer.agents == []
    chosen = alone.home / "config" / "preferences.json"
    chosen.write_text(json.dumps(json.loads(chosen.read_text()) | {"updates": True}))
    open_until(alone, "Newer release available: 9.2.0", announcer.url)
    assert announcer.agents == [f"producer-studio/{__version__}"]
    assert announcer.headers == [
        {"host", "accept", "accept-encoding", "cache-control", "connection", "user-agent"}
    ]
    open_until(alone, "Updates were checked already", announcer.url)
    assert len(announcer.agents) == 1


def test_asking_from_the_command_line(alone: Program, announcer: Announcer) -> None:
    check_sentence(alone.run("updates", "check"), code=2, words="There is no update address")
    given = {"PRODUCER_STUDIO_UPDATES": announcer.url}
    asked = alone.run("updates", "check", **given)
    assert asked.code == 0, asked.stderr
    told = asked.last()
    assert (told["version"], told["announced"], told["newer"]) == (__version__, "9.2.0", True)
    assert (told["signed"], told["installation"]) == (False, "checkout")
    assert told["notes"] == ["Compare up to eight takes.", "The library opens faster."]

    process = alone.start("updates", "check", **given)
    page, problems = process.communicate(timeout=LIMIT_S)
    assert (process.returncode, problems) == (0, "")
    for words in (
        "9.2.0 was released",
        "The library opens faster.",
        "The announcement is not signed",
    ):
        assert words in page
    assert len(announcer.agents) == 2

    announcer.body = encoded(document("0.0.1"))
    assert alone.run("updates", "check", **given).last()["newer"] is False
    announcer.body = b"[" * 10_000
    check_sentence(alone.run("updates", "check", **given), code=6, words="was rejected")
    announcer.status = 503
    check_sentence(alone.run("updates", "check", **given), code=6, words="HTTP 503")
    away = alone.run("updates", "check", PRODUCER_STUDIO_UPDATES="https://127.0.0.1:9/latest.json")
    check_sentence(away, code=6, words="cannot be reached now")
    plain = alone.run("updates", "check", PRODUCER_STUDIO_UPDATES="http://studio.example/")
    check_sentence(plain, code=2, words="must start with https")


def test_a_download_is_verified(alone: Program, announcer: Announcer, tmp_path: Path) -> None:
    good = b"a package" * 5000
    name = "producer-studio_9.2.0_amd64.deb"
    file = {
        "name": name,
        "system": "linux",
        "architecture": "x86_64",
        "size": len(good),
        "sha256": hashlib.sha256(good).hexdigest(),
    }
    announcer.body = encoded(document(artefacts=[file]))
    download = tmp_path / name
    download.write_bytes(good)
    given = {"PRODUCER_STUDIO_UPDATES": announcer.url}
    verified = alone.run("updates", "verify", str(download), **given)
    assert verified.code == 0, verified.stderr
    assert (verified.last()["genuine"], verified.last()["artefact"]) == (True, name)

    download.write_bytes(good.replace(b"a package", b"A package", 1))
    forged = alone.run("updates", "verify", str(download), **given)
    assert forged.code == 1
    assert forged.last()["genuine"] is False
    assert "Do not open it" in forged.stderr

    kept = tmp_path / "latest.json"
    kept.write_bytes(announcer.body)
    download.write_bytes(good)
    before = len(announcer.agents)
    ended = alone.run("updates", "verify", str(download), "--announcement", str(kept))
    assert ended.code == 0, ended.stderr
    assert len(announcer.agents) == before


def test_help_says_that_nothing_is_installed(alone: Program) -> None:
    process = alone.start("updates", "--help")
    page, _ = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 0
    assert "nothing is ever downloaded or installed" in " ".join(page.split())

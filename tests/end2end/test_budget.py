"""A monthly budget holds for all programs on a library, and what came back may be spent again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end2end.conftest import SHORT_SONG
from tests.support.command_assertions import check_sentence
from tests.support.command_batch import Quick, batch
from tests.support.program import Program
from tests.support.sandbox_process import SandboxProcess

KEYS = {f"PRODUCER_STUDIO_KEY_{name.upper()}": f"sk-{name}" for name in ("other", "ace", "frame")}
WORDS = ("--again", "--op", "lyrics", "--sound", "a small boat that comes home through the fog")
"""One credit at the service whose prices are stated."""


@pytest.fixture
def thrifty(tmp_path: Path, calm: SandboxProcess) -> Iterator[Program]:
    program = Quick(tmp_path / "home")
    program.environ |= KEYS
    with batch(program) as program.commands:
        add(program, calm, "aimusicapi", "test", "--budget", "2")
        yield program


def charged(sandbox: SandboxProcess, since: int) -> list[str]:
    """What the service's own ledger says was moved since."""
    moves: list[dict[str, Any]] = sandbox.state()["ledger"]
    return [one["reason"] for one in moves[since:] if one["reason"] != "grant"]


def test_two_programs_at_once_do_not_pass_it_together(
    thrifty: Program, calm: SandboxProcess
) -> None:
    before = len(calm.state()["ledger"])
    asked = ("generate", "--account", "test", *WORDS, "--takes", "2", "--json")
    both = [thrifty.start(*asked) for _ in range(2)]
    said = [one.communicate()[1] for one in both]
    # Together they asked for four credits, and two may be spent.
    assert len(charged(calm, before)) <= 2
    assert {one.returncode for one in both} <= {0, 2}, said
    (totals,) = thrifty.run("ledger", "--totals").lines
    assert totals["spent"] == len(charged(calm, before))


def test_what_the_service_gives_back_may_be_spent_again(
    thrifty: Program, calm: SandboxProcess
) -> None:
    before = len(calm.state()["ledger"])
    calm.set_faults([{"where": "lyrics", "kind": "fail", "times": 2}])
    failed = thrifty.run("generate", "--account", "test", *WORDS, "--takes", "2")
    assert failed.code == 8, failed.stderr
    assert sorted(charged(calm, before)) == ["charge", "charge", "refund", "refund"]
    assert thrifty.run("accounts", "show", "test").last()["budget_left"] == 2
    assert thrifty.run("ledger", "--without-clip").lines == []
    made = thrifty.run("generate", "--account", "test", *WORDS, "--takes", "2")
    assert made.code == 0, made.stderr
    refused = thrifty.run("generate", "--account", "test", *WORDS)
    check_sentence(refused, code=2, words="2 credits of 2 credits are spent")


def test_a_registration_counts_as_well(thrifty: Program, calm: SandboxProcess) -> None:
    add(thrifty, calm, "apiframe", "other")
    song = thrifty.run("generate", "--account", "other", *SHORT_SONG, "--seed", "7")
    clip = song.last()["clips"][0]
    before = len(calm.state()["ledger"])
    # The upload alone would be within the budget, the video after it would not.
    video = (
        "generate",
        "--again",
        "--account",
        "test",
        "--op",
        "video",
        "--source",
        clip["id"],
        "--register",
    )
    check_sentence(thrifty.run(*video), code=2, words="budget")
    assert charged(calm, before) == []


def test_a_price_that_nobody_knows_is_not_taken_for_nothing(
    thrifty: Program, calm: SandboxProcess
) -> None:
    """AceData Cloud states no prices, and its answers do not tell what they cost."""
    account = ("generate", "--account", "ace", *WORDS)
    add(thrifty, calm, "acedata", "ace", "--budget", "5")
    unknown = "lyrics has no known price at “ace”"
    before = len(calm.state()["ledger"])
    check_sentence(thrifty.run(*account), code=2, words=unknown)
    assert thrifty.jobs() == []
    assert thrifty.run("ledger").lines == []
    assert calm.state()["requests"] == []
    # One that is made without a budget teaches nothing about the next.
    assert thrifty.run("accounts", "set", "ace", "--no-budget").code == 0
    assert thrifty.run(*account).code == 0
    (totals,) = thrifty.run("ledger", "--totals", "--account", "ace").lines
    assert totals["unpriced"] == 1
    assert thrifty.run("accounts", "set", "ace", "--budget", "5").code == 0
    check_sentence(thrifty.run(*account), code=2, words=unknown)
    assert charged(calm, before) == ["charge"]


def test_a_price_that_nobody_states_is_the_most_that_it_ever_was(
    thrifty: Program, calm: SandboxProcess
) -> None:
    """Apiframe states no prices either, but tells of each job what it did cost."""
    song = ("generate", "--again", "--account", "frame", *SHORT_SONG, "--seed", "7")
    add(thrifty, calm, "apiframe", "frame")
    made = thrifty.run(*song)
    assert made.code == 0, made.stderr
    cost = thrifty.jobs()[-1]["credits_charged"]
    assert cost > 0
    # Twice is within the budget, three times is not.
    assert thrifty.run("accounts", "set", "frame", "--budget", str(2.5 * cost)).code == 0
    assert thrifty.run(*song).code == 0
    before = len(calm.state()["ledger"])
    refused = thrifty.run(*song)
    check_sentence(refused, code=2, words=f"and this costs about {cost:g} credits")
    assert charged(calm, before) == []


def add(program: Program, sandbox: SandboxProcess, service: str, name: str, *more: str) -> None:
    added = program.run(
        "accounts", "add", name, "--service", service, "--poll", "0.1",
        "--base-url", f"{sandbox.url}/{service}", *more,
    )  # fmt: skip
    assert added.code == 0, added.stderr

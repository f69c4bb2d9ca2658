"""What the command line says of accounts: what they offer, spend and no longer do."""

import csv
import io
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.end2end.conftest import SHORT_SONG
from tests.matrix.reference import write_reference
from tests.support.command_assertions import check_sentence, events
from tests.support.command_batch import quick
from tests.support.file_server import served
from tests.support.program import Program
from tests.support.sandbox_process import SandboxProcess

PLACES = {
    "musicapi-2026-02": ("musicapi", "/musicapi"),
    "musicapi-2026-05": ("musicapi", "/musicapi-2026-05"),
    "aimusicapi-2026-04": ("aimusicapi", "/aimusicapi"),
    "acedata": ("acedata", "/acedata"),
    "apiframe": ("apiframe", "/apiframe"),
}
OPERATIONS = [
    "create", "extend", "cover", "replace", "swap-vocals", "swap-sound", "variation", "stems",
    "lyrics", "video", "upload", "export",
]  # fmt: skip
WORDS = ("--again", "--op", "lyrics", "--sound", "a lighthouse that keeps the last ship waiting")


def add(program: Program, sandbox: SandboxProcess, profile: str, name: str, *more: str) -> None:
    service, prefix = PLACES[profile]
    ended = program.run(
        "accounts", "add", name, "--service", service, "--profile", profile,
        "--base-url", sandbox.url + prefix, "--poll", "0.1", *more,
    )  # fmt: skip
    assert ended.code == 0, ended.stderr


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory, service: SandboxProcess) -> Iterator[Program]:
    """A program with an account at every service, each named after its profile."""
    names = [profile.replace("-", "_") for profile in PLACES]
    with quick(tmp_path_factory.mktemp("five"), tuple(names)) as program:
        for profile, name in zip(PLACES, names, strict=True):
            add(program, service, profile, name)
        yield program


Fresh: TypeAlias = Callable[..., Program]


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Fresh]:
    """Makes a program in a home of its own, with the names of its accounts."""
    with ExitStack() as stack:
        yield lambda *accounts: stack.enter_context(quick(tmp_path / "home", accounts))


def test_who_offers_what_is_told_of_every_service(five: Program) -> None:
    ended = five.run("accounts", "offers")
    assert ended.code == 0, ended.stderr
    assert [line["op"] for line in ended.lines] == OPERATIONS
    told = {
        line["op"]: {name for name, one in line["accounts"].items() if one["available"]}
        for line in ended.lines
    }
    assert told["create"] == {profile.replace("-", "_") for profile in PLACES}
    assert told["stems"] == {"acedata"}
    assert told["extend"] == {"musicapi_2026_02", "musicapi_2026_05", "acedata"}
    assert told["lyrics"] == told["video"] == {"aimusicapi_2026_04", "acedata"}
    extend = next(line for line in ended.lines if line["op"] == "extend")["accounts"]
    assert extend["musicapi_2026_05"]["price"] == 12
    assert extend["musicapi_2026_02"]["price"] is None
    assert extend["apiframe"]["reason"]


@pytest.mark.parametrize("profile", PLACES)
def test_an_account_is_shown_with_everything_it_takes(five: Program, profile: str) -> None:
    ended = five.run("accounts", "show", profile.replace("-", "_"))
    assert ended.code == 0, ended.stderr
    shown = ended.last()
    assert (shown["profile"], shown["secrets"]["key"]) == (profile, "environment")
    assert shown["default_model"] in shown["models"]
    assert [one["op"] for one in shown["operations"]] == OPERATIONS
    for one in shown["operations"]:
        assert one["available"] == (not one["reason"])
        assert set(one["required"]) <= set(one["fields"])
        assert profile.replace("-", "_") not in one["others"]


def test_what_is_not_offered_names_who_does(five: Program, calm: SandboxProcess) -> None:
    stems = five.run("generate", "--account", "apiframe", "--op", "stems", "--source", "x")
    check_sentence(stems, code=2, words="“acedata” offers it")
    length = five.run(
        "generate", "--account", "musicapi_2026_02", "--op", "extend", "--source", "x",
        "--sound", SHORT_SONG[1], "--length", "20",
    )  # fmt: skip
    check_sentence(length, code=2, words="“musicapi_2026_05” does")
    instruction = five.run(
        "generate", "--account", "acedata", "--op", "cover", "--source", "x",
        "--sound", SHORT_SONG[1], "--instruction", "slower",
    )  # fmt: skip
    check_sentence(instruction, code=2, words="does not support --instruction")
    preset = five.run(
        "generate", "--account", "aimusicapi_2026_04", "--op", "video", "--preset", "loud"
    )
    check_sentence(preset, code=2, words="no preset “loud”: simple, modern, player")
    assert not calm.state()["requests"]


@pytest.mark.parametrize(
    ("account", "strength", "words"),
    [
        ("musicapi_2026_02", "0.1", "between 0.2 and 1"),
        ("acedata", "0.1", "between 0.2 and 1"),
        ("musicapi_2026_05", "1.1", "between 0 and 1"),
    ],
)
def test_strengths_have_each_services_own_range(
    five: Program, calm: SandboxProcess, account: str, strength: str, words: str
) -> None:
    clip = made_at(five, account)
    ended = five.run(
        "generate", "--account", account, "--op", "cover", "--source", clip["id"],
        "--sound", SHORT_SONG[1], "--cover-strength", strength,
    )  # fmt: skip
    check_sentence(ended, code=2, words=words)
    assert not [one for one in calm.state()["requests"] if one["path"].endswith("audios")][1:]


def made_at(program: Program, account: str) -> dict[str, Any]:
    """A clip of an account, made if there is none."""
    found = program.run("library", "search", f"account:{account}").lines
    if found:
        return found[0]
    ended = program.run("generate", "--account", account, "--sound", SHORT_SONG[1], "--title", "A")
    assert ended.code == 0, ended.stderr
    clip: dict[str, Any] = ended.last()["clips"][0]
    return clip


def test_a_clip_made_elsewhere_is_registered_at_the_users_word(
    five: Program, calm: SandboxProcess
) -> None:
    clip = made_at(five, "musicapi_2026_02")
    calm.control("reset", {})
    cover = (
        "generate", "--account", "musicapi_2026_05", "--op", "cover", "--source", clip["id"],
        "--sound", SHORT_SONG[1], "--cover-strength", "0.05",
    )  # fmt: skip
    asked = five.run(*cover)
    check_sentence(asked, code=2, words="use --register to do this")
    assert "2 credits" in asked.stderr
    assert not [one for one in calm.state()["requests"] if one["method"] == "POST"]

    done = five.run(*cover, "--register")
    assert done.code == 0, done.stderr
    made = done.last()["clips"][0]
    assert (made["op"], made["parent"]) == ("cover", clip["id"])
    posted = [one["body"] for one in calm.state()["requests"] if one["method"] == "POST"]
    assert [body.get("task_type", "upload") for body in posted] == ["upload", "cover_upload_music"]
    # From now on that service knows it, and nothing is paid for a second time.
    calm.control("reset", {})
    again = five.run(*cover)
    assert again.code == 0, again.stderr
    posted = [one["body"] for one in calm.state()["requests"] if one["method"] == "POST"]
    assert [body["task_type"] for body in posted] == ["cover_upload_music"]


def test_a_file_of_this_computer_needs_a_place_to_lie(
    five: Program, song: dict[str, Any], calm: SandboxProcess
) -> None:
    ended = five.run(
        "generate", "--account", "musicapi_2026_02", "--op", "upload", "--source", song["path"]
    )
    check_sentence(ended, code=2, words="set up a bucket")
    assert not calm.state()["requests"]


def test_an_ended_operation_is_remembered_until_it_is_asked_for_anew(
    fresh: Fresh, calm: SandboxProcess
) -> None:
    program = fresh("old", "new")
    add(program, calm, "aimusicapi-2026-04", "old")
    add(program, calm, "acedata", "new")
    calm.set_faults([{"where": "lyrics", "kind": "status", "status": 410, "times": 1}])
    first = program.run("generate", "--account", "old", *WORDS)
    check_sentence(first, code=5)
    assert events(first)[-1] == "failed"
    day = datetime.now(UTC)
    words = f"was discontinued by the service on {day.day} {day:%B} {day.year}. nothing was charged"
    check_sentence(program.run("generate", "--account", "old", *WORDS), code=2, words=words)
    listed = {one["name"]: one for one in program.run("accounts", "list").lines}
    assert listed["old"]["retired"] == {"lyrics": day.date().isoformat()}
    shown = program.run("accounts", "show", "old").last()
    (lyrics,) = (one for one in shown["operations"] if one["op"] == "lyrics")
    assert (lyrics["available"], lyrics["others"]) == (False, ["new"])
    assert program.run("accounts", "set", "old", "--forget-refusals").code == 0
    assert program.run("generate", "--account", "old", *WORDS).code == 0


def test_a_budget_stops_before_it_is_passed(
    fresh: Fresh, tmp_path: Path, calm: SandboxProcess
) -> None:
    program = fresh("test")
    add(program, calm, "aimusicapi-2026-04", "test", "--budget", "2")
    words = ("generate", "--account", "test", *WORDS)
    assert program.run(*words, "--takes", "2").code == 0
    calm.control("reset", {})
    refused = program.run(*words)
    check_sentence(refused, code=2, words="2 credits of 2 credits are spent")
    assert not calm.state()["requests"]
    assert program.run("accounts", "set", "test", "--budget", "3").code == 0
    shown = program.run("accounts", "show", "test").last()
    assert (shown["budget"], shown["spent_this_month"], shown["budget_left"]) == (3, 2, 1)
    assert program.run(*words).code == 0
    assert program.run("accounts", "set", "test", "--no-budget").last()["budget"] is None
    assert program.run(*words).code == 0

    (totals,) = program.run("ledger", "--totals").lines
    assert (totals["account"], totals["expected"], totals["spent"]) == ("test", 4, 4)
    kinds = [line["kind"] for line in program.run("ledger", "--account", "test").lines]
    assert (kinds.count("expected"), kinds.count("charged")) == (4, 4)
    assert program.run("ledger", "--month", "2001-01").lines == []
    assert program.run("ledger", "--without-clip").lines == []
    (record,) = program.run("ledger", "--models").lines
    assert (record["op"], record["asked"], record["came"]) == ("lyrics", 4, 4)
    assert (record["credits"], record["few"], record["credits_per_kept"]) == (4, True, None)
    (compared,) = program.run("ledger", "--unexplained").lines
    assert (compared["account"], compared["unexplained"]) == ("test", 0)
    budgets = program.run("budget", "--day", "4").lines
    assert [(one["account"], one["period"], one["budget"]) for one in budgets] == [
        (None, "month", None), (None, "day", 4), ("test", "month", None), ("test", "day", None),
    ]  # fmt: skip
    assert budgets[1]["remaining"] == 0
    check_sentence(program.run(*words), code=2, words="daily budget of all accounts")
    assert program.run("budget", "--no-day").code == 0
    table = tmp_path / "ledger.csv"
    assert program.run("ledger", "--csv", str(table)).code == 0
    rows = list(csv.DictReader(io.StringIO(table.read_text("utf-8"))))
    assert len(rows) == len(kinds)
    assert {row["operation"] for row in rows} == {"lyrics"}
    check_sentence(program.run("ledger", "--csv", str(table)), code=2, words="already exists")


def test_what_was_charged_and_gave_no_clip(
    fresh: Fresh, tmp_path: Path, calm: SandboxProcess
) -> None:
    """Some services say that they give back what a failure cost, and some do not say."""
    program = fresh("says", "silent")
    add(program, calm, "aimusicapi-2026-04", "says")
    add(program, calm, "musicapi-2026-02", "silent")
    calm.set_faults([{"where": "submit", "kind": "fail", "times": 2}])
    says = program.run("generate", "--account", "says", *WORDS)
    assert says.code == 8, says.stderr
    totals = totals_of(program, "says")
    assert (totals["charged"], totals["refunded"], totals["spent"]) == (1, 1, 0)
    assert program.run("ledger", "--without-clip").lines == []

    upload = ("generate", "--again", "--account", "silent", "--op", "upload", "--source")
    sound = write_reference(tmp_path)
    with served(sound.parent) as address:
        silent = program.run(*upload, f"{address}/{sound.name}")
    check_sentence(silent, code=8, words="did not say whether the credits were refunded")
    totals = totals_of(program, "silent")
    assert (totals["charged"], totals["refunded"], totals["spent"]) == (2, 0, 2)
    (lost,) = program.run("ledger", "--without-clip").lines
    assert (lost["account"], lost["credits_charged"]) == ("silent", 2)


def totals_of(program: Program, account: str) -> dict[str, Any]:
    """What the ledger adds up to for an account."""
    (found,) = [one for one in program.run("ledger", "--totals").lines if one["account"] == account]
    return found


def test_secrets_come_one_at_a_time_and_stay_off_the_disk(tmp_path: Path) -> None:
    program = Program(tmp_path / "home", accounts=())
    typed = {"--key-stdin": "key-4711", "--webhook-secret-stdin": "hook-4712",
             "--platform-token-stdin": "platform-4713"}  # fmt: skip
    start = ["accounts", "add", "ace", "--service", "acedata"]
    said = ""
    for option, secret in typed.items():
        done = subprocess.run(
            [sys.executable, "-m", "producer_studio", *start, option],
            input=f"{secret}\n", capture_output=True, text=True, check=False, env=program.environ,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "no usable keychain" in done.stderr
        said += done.stdout + done.stderr
        start = ["accounts", "set", "ace"]
    assert "PRODUCER_STUDIO_WEBHOOK_SECRET_ACE" in said
    assert "PRODUCER_STUDIO_PLATFORM_TOKEN_ACE" in said
    kept = b"".join(path.read_bytes() for path in program.home.rglob("*") if path.is_file())
    for secret in typed.values():
        assert secret not in said
        assert secret.encode() not in kept
    given = {"PRODUCER_STUDIO_WEBHOOK_SECRET_ACE": "x", "PRODUCER_STUDIO_PLATFORM_TOKEN_ACE": "y"}
    shown = program.run("accounts", "show", "ace", **given).last()
    assert shown["secrets"] == {
        "key": None, "webhook secret": "environment", "platform token": "environment"
    }  # fmt: skip


def test_a_bucket_is_set_up_and_forgotten(tmp_path: Path) -> None:
    program = Program(tmp_path / "home")
    made = program.run(
        "bucket", "set", "songs", "--key-id", "AKIA", "--endpoint", "http://127.0.0.1:9",
        "--prefix", "lent/",
    )  # fmt: skip
    assert made.code == 0, made.stderr
    assert made.last() == {
        "bucket": "songs", "key_id": "AKIA", "endpoint": "http://127.0.0.1:9", "region": "",
        "prefix": "lent", "path_style": True, "public_url": "", "secret": None,
    }  # fmt: skip
    check_sentence(program.run("bucket", "test"), code=2, words="PRODUCER_STUDIO_BUCKET_SECRET")
    given = {"PRODUCER_STUDIO_BUCKET_SECRET": "s"}
    assert program.run("bucket", "show", **given).last()["secret"] == "environment"
    check_sentence(program.run("bucket", "test", **given), code=6, words="could not connect")
    assert program.run("bucket", "remove").code == 0
    assert program.run("bucket", "show").lines == []


def test_reports_come_through_a_tunnel_of_ones_own(tmp_path: Path, calm: SandboxProcess) -> None:
    """The tunnel is left out: the stand-in is on this computer as well."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    program = Program(tmp_path / "home")
    # Whoever looks once an hour alone would not see the end of it.
    service, prefix = PLACES["aimusicapi-2026-04"]
    added = program.run(
        "accounts", "add", "test", "--service", service, "--base-url", calm.url + prefix,
        "--poll", "3600",
    )  # fmt: skip
    assert added.code == 0, added.stderr
    assert program.run("webhooks", "show").last() == {"port": 0, "accounts": []}
    check_sentence(program.run("webhooks", "set"), code=2, words="--port or --off")
    assert program.run("webhooks", "set", "--port", str(port)).last() == {"port": port}
    wrong = program.run("webhooks", "join", "test", "--tunnel", "http://tunnel.example")
    check_sentence(wrong, code=2, words="https://")
    joined = program.run("webhooks", "join", "test", "--tunnel", f"http://127.0.0.1:{port}")
    assert joined.code == 0, joined.stderr
    secret = {"PRODUCER_STUDIO_WEBHOOK_SECRET_TEST": "whsec-0815"}
    shown = program.run("webhooks", "show", **secret).last()
    assert shown["accounts"] == [
        {"name": "test", "webhook_url": joined.last()["webhook_url"], "secret": "environment"}
    ]
    made = program.run("generate", "--account", "test", *WORDS, **secret)
    assert made.code == 0, made.stderr
    assert events(made)[-1] == "done"
    assert program.run("webhooks", "set", "--off").last() == {"port": 0}


def test_an_account_with_the_same_key_is_named(tmp_path: Path) -> None:
    program = Program(tmp_path, ("one", "two"))
    address = ("--service", "musicapi", "--base-url", "http://127.0.0.1:9")
    assert "same key" not in program.run("accounts", "add", "one", *address).stderr
    ended = program.run("accounts", "add", "two", *address)
    assert "“one” has the same key: both spend the same credits" in ended.stderr
    assert "“two” has the same key" in program.run("accounts", "set", "one", "--plan", "a").stderr

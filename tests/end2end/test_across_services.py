"""A clip made at one service is worked on at another: registered there once, at the user's word."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.end2end.conftest import SHORT_SONG
from tests.end2end.test_local_files import lying_there
from tests.integration.providers.uploads.test_bucket import NAME, S3Server, s3
from tests.matrix.cells import DIALECTS, METAL
from tests.support.command_assertions import brought, check_sentence, events, seconds_heard
from tests.support.command_batch import Batch, batch
from tests.support.command_output import kill_at
from tests.support.loopback_server import QuietHandler, serving
from tests.support.program import KEY, Ended, Program
from tests.support.s3_server import front_of
from tests.support.sandbox_process import SandboxProcess

__all__ = ["s3"]

PREFIXES = {one.profile: one.prefix for one in DIALECTS}
SONG = (*SHORT_SONG, "--seed", "7", "--again")
UPLOADS = {
    "musicapi-2026-02": "/musicapi/api/v1/producer/upload",
    "musicapi-2026-05": "/musicapi-2026-05/api/v1/producer/upload",
    "aimusicapi-2026-04": "/aimusicapi/api/v1/producer/upload",
    "acedata": "/acedata/producer/upload",
}
WORKS = {
    "musicapi-2026-02": "/musicapi/api/v1/producer/create",
    "musicapi-2026-05": "/musicapi-2026-05/api/v1/producer/create",
    "aimusicapi-2026-04": "/aimusicapi/api/v1/producer/video-clip",
    "acedata": "/acedata/producer/audios",
}


class House:
    """A program with an account of each dialect, named by its profile, and clips made there."""

    def __init__(self, program: Program, commands: Batch, sandbox: SandboxProcess) -> None:
        self.sandbox = sandbox
        self.program = program
        self.run = commands.run
        for one in DIALECTS:
            address = sandbox.url + one.prefix
            added = self.run(
                "accounts", "add", one.profile, "--service", one.service, "--profile", one.profile,
                "--base-url", address, "--poll", "0.1",
                *(("--platform-url", address) if one.profile == "acedata" else ()),
            )  # fmt: skip
            assert added.code == 0, added.stderr

    def fresh(self, account: str) -> dict[str, Any]:
        """A clip that this account has made and no other knows."""
        made = self.run("generate", "--account", account, *SONG, "--title", "Harbour")
        assert made.code == 0, made.stderr
        clip: dict[str, Any] = made.last()["clips"][0]
        return clip

    def stem(self) -> dict[str, Any]:
        whole = self.fresh("acedata")
        taken = self.ask("acedata", "stems", whole)
        assert taken.code == 0, taken.stderr
        clip: dict[str, Any] = taken.last()["clips"][0]
        return clip

    def ask(
        self, account: str, operation: str, clip: dict[str, Any], *more: str, **environ: str
    ) -> Ended:
        """Asks for something made of a clip; in a program of its own where that needs a secret."""
        asked = asking(account, operation, clip, *more)
        return self.program.run(*asked, **environ) if environ else self.run(*asked)

    def clips(self) -> list[dict[str, Any]]:
        return self.run("library", "search", "").lines

    def jobs(self) -> list[dict[str, Any]]:
        return self.run("jobs", "list", "--all").lines

    def posted(self, account: str) -> list[dict[str, Any]]:
        """The bodies that the account's service was sent for credits, oldest first.

        A studio that is killed while it sends leaves part of a body or none: the journal has the
        request, but the service cannot read an order in it, and refuses it.
        """
        paths = (UPLOADS[account], WORKS[account])
        return [
            one["body"] | {"path": one["path"]}
            for one in self.sandbox.state()["requests"]
            if one["method"] == "POST" and one["path"] in paths and isinstance(one["body"], dict)
        ]

    def uploads(self, account: str) -> int:
        return sum(one["path"] == UPLOADS[account] for one in self.posted(account))


def asking(account: str, operation: str, clip: dict[str, Any], *more: str) -> tuple[str, ...]:
    return (
        "generate",
        "--again",
        "--account",
        account,
        "--op",
        operation,
        "--source",
        clip["id"],
        *more,
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, service: SandboxProcess) -> Iterator[House]:
    program = Program(tmp_path_factory.mktemp("home"), tuple(PREFIXES))
    with batch(program) as commands:
        yield House(program, commands, service)


@pytest.fixture
def house(built: House, calm: SandboxProcess) -> Iterator[House]:
    yield built
    calm.set_faults([])
    calm.control("settings", {"retired": [], "link_life_s": 86400})


@pytest.mark.parametrize(
    ("made_at", "account", "operation", "more", "source_field", "wire"),
    [
        (
            "musicapi-2026-02", "acedata", "extend", ("--from", "5", "--sound", METAL),
            "audio_id", {"action": "upload_extend"},
        ),
        (
            "apiframe", "musicapi-2026-05", "cover", ("--sound", METAL),
            "clip_id", {"task_type": "cover_upload_music"},
        ),
        ("acedata", "aimusicapi-2026-04", "video", (), "clip_id", {}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_clip_is_registered_once_and_worked_on(
    house: House,
    made_at: str,
    account: str,
    operation: str,
    more: tuple[str, ...],
    source_field: str,
    wire: dict[str, str],
) -> None:
    clip = house.fresh(made_at)
    before = len(house.clips())
    asked = house.ask(account, operation, clip, *more)
    check_sentence(asked, code=2, words="use --register to do this")
    assert "uploaded there first, by its public link" in asked.stderr
    priced = (
        "does not state what that costs" if account == "acedata" else "costs 2 credits in addition"
    )
    assert priced in asked.stderr
    assert house.posted(account) == []

    child = brought(house.ask(account, operation, clip, *more, "--register"))
    upload, work = house.posted(account)
    assert (upload["path"], work["path"]) == (UPLOADS[account], WORKS[account])
    given = [value for value in upload.values() if str(value).startswith("http")]
    assert given[0].startswith(f"{house.sandbox.url}/media/")
    (known,) = [
        one["id"]
        for one in house.sandbox.state()["clips"]
        if one["uploaded"] and one["id"] == work[source_field]
    ]
    assert known != clip["remote_id"]
    assert {name: work[name] for name in wire} == wire
    _judge_lineage(house, clip, child, operation, before)
    # From now on that service knows it, and nothing is paid for a second time.
    again = house.ask(account, operation, clip, *more)
    assert again.code == 0, again.stderr
    assert len(house.posted(account)) == 3
    assert house.uploads(account) == 1


def test_a_stem_is_worked_on_from_a_copy_in_the_bucket(house: House, s3: S3Server) -> None:
    account = "musicapi-2026-02"
    stem = house.stem()
    swap = partial(house.ask, account, "swap-sound", stem, "--sound", METAL)
    # It came in an archive, so it has no address of its own.
    check_sentence(swap(), code=2, words="no public link that")
    before = len(house.clips())
    secret = {"PRODUCER_STUDIO_BUCKET_SECRET": s3.secret}
    with front_of(s3.url, s3.secret) as front:
        front.public = True
        there = house.run(
            "bucket", "set", NAME, "--key-id", s3.key_id, "--endpoint", front.url,
            "--public-url", f"{front.url}/{NAME}",
        )  # fmt: skip
        assert there.code == 0, there.stderr
        asked = swap(**secret)
        check_sentence(asked, code=2, words="use --register to do this")
        assert "costs 2 credits in addition" in asked.stderr
        child = brought(swap("--register", **secret))
        assert set(front.reads("DELETE")) == {204}
        assert lying_there(s3) == []
    assert house.run("bucket", "remove").code == 0
    upload, work = house.posted(account)
    (given,) = [value for value in upload.values() if str(value).startswith("http")]
    assert given.startswith(f"{front.url}/{NAME}/")
    assert (work["path"], work["task_type"]) == (WORKS[account], "swap_music_sound")
    _judge_lineage(house, stem, child, "swap-sound", before)


def _judge_lineage(
    house: House, clip: dict[str, Any], child: dict[str, Any], operation: str, before: int
) -> None:
    """The upload is no clip of its own; what came of it is the clip's child, or its video."""
    clips = house.clips()
    if operation == "video":
        assert child["id"] == clip["id"]
        assert Path(child["video"]).is_file()
        assert len(clips) == before
        return
    assert child["parent"] == clip["id"]
    assert child["op"] == operation
    assert seconds_heard(child["path"]) > 1
    assert len(clips) == before + 1


def test_a_dead_link_is_renewed_by_asking_the_task(house: House) -> None:
    clip = house.fresh("musicapi-2026-02")
    house.sandbox.control("reset", {})
    house.sandbox.set_faults([{"where": "media", "kind": "expired", "times": 1}])
    brought(house.ask("acedata", "variation", clip, "--register"))
    seen = house.sandbox.state()["requests"]
    dead = next(one for one in seen if "expired" in one["faults"])
    asked = [one for one in seen if one["path"].startswith("/musicapi/api/v1/producer/task/")]
    assert len(asked) == 1
    upload = next(one for one in seen if one["path"] == UPLOADS["acedata"])
    assert upload["body"]["audio_url"].startswith(house.sandbox.url + dead["path"])
    assert dead["query"] not in upload["body"]["audio_url"]
    assert not [one for one in seen if one["path"] == WORKS["musicapi-2026-02"]]


def test_without_a_living_link_a_copy_is_lent_or_the_way_is_refused(house: House) -> None:
    clip = house.fresh("apiframe")
    house.sandbox.control("reset", {})
    # As a day later, at a service whose results do not live longer.
    house.sandbox.control("settings", {"link_life_s": 0.001})
    refused = house.ask("musicapi-2026-02", "cover", clip, "--sound", METAL, "--register")
    check_sentence(
        refused, code=2, words="no place to upload its file is set up. Set up a bucket in Settings"
    )
    refused = house.ask("acedata", "cover", clip, "--sound", METAL, "--register")
    check_sentence(refused, code=2, words="give the account a platform token or set up a bucket")
    assert not [one for one in house.sandbox.state()["requests"] if one["method"] == "POST"]
    token = {"PRODUCER_STUDIO_PLATFORM_TOKEN_ACEDATA": f"platform-{KEY}"}
    cover = partial(house.ask, "acedata", "cover", clip, "--sound", METAL)
    asked = cover(**token)
    check_sentence(asked, code=2, words="from a copy in the account's own file storage")
    child = brought(cover("--register", **token))
    assert child["parent"] == clip["id"]
    upload, work = house.posted("acedata")
    assert upload["audio_url"].startswith(f"{house.sandbox.url}/media/")
    assert work["action"] == "upload_cover"


MOMENTS = [("sending", 1), ("accepted", 1), ("sending", 2)]
if os.environ.get("PRODUCER_STUDIO_MOMENTS") == "all":
    MOMENTS += [("queued", 1), ("done", 1), ("accepted", 2)]
"""Events of the registration, then of what it is for."""


@pytest.mark.parametrize(("event", "times"), MOMENTS)
def test_killed_between_the_two_nothing_is_lost_or_sent_twice(
    house: House, event: str, times: int
) -> None:
    """At a service with neither keys nor a list, so that only the user can decide."""
    account = "musicapi-2026-02"
    clip = house.fresh("acedata")
    house.sandbox.control("reset", {})
    process = house.program.start(
        *asking(account, "swap-sound", clip, "--sound", METAL, "--register"), "--json"
    )
    kill_at(process, event, times)
    sent = house.posted(account)
    resumed = house.program.run("jobs", "resume")
    assert resumed.code in {0, 7}, resumed.stderr
    left = [job for job in house.jobs() if job["state"] in {"queued", "unknown"}]
    # What was on its way when the studio was killed may have arrived a moment later.
    assert len(house.posted(account)) <= max(len(sent), 1 if times == 1 else 2)
    assert [job["state"] for job in left[1:]] in ([], ["queued"])
    said_again = _decided(house, left)
    done = [job for job in house.jobs() if job["recipe"].get("source") == clip["id"]]
    assert [job["state"] for job in done] == ["done", "done"]
    works = [one for one in house.posted(account) if one["path"] == WORKS[account]]
    assert house.uploads(account) + len(works) <= 2 + said_again
    children = [one for one in house.clips() if one["parent"] == clip["id"]]
    assert [child["op"] for child in children] == ["swap-sound"]
    assert seconds_heard(children[0]["path"]) > 1


def _decided(house: House, left: list[dict[str, Any]]) -> int:
    """Lets everything that waits be sent, the first first; how many may have been sent before."""
    for job in left:
        decided = house.run("jobs", "resolve", job["id"], "--send-again")
        assert decided.code == 0, decided.stderr
    return sum(job["state"] == "unknown" for job in left)


def test_what_waits_for_an_upload_of_unknown_outcome_says_so(house: House) -> None:
    account = "musicapi-2026-02"
    clip = house.fresh("acedata")
    house.sandbox.set_faults([{"where": "upload", "kind": "cut_after", "times": 1}])
    lost = house.ask(account, "swap-sound", clip, "--sound", METAL, "--register")
    assert lost.code == 7, lost.stderr
    first, second = house.jobs()[-2:]
    assert (first["state"], second["state"]) == ("unknown", "queued")
    wrong_order = house.run("jobs", "resolve", second["id"], "--send-again")
    check_sentence(wrong_order, code=2, words=f"jobs resolve {first['id'][:8]}")
    # Put away with the upload: nothing is sent for it.
    assert house.run("jobs", "resolve", first["id"], "--forget").code == 0
    after = house.jobs()[-1]
    assert after["state"] in {"failed", "cancelled"}
    assert len(house.posted(account)) == 1


def test_an_ended_operation_is_marked_and_another_account_is_named(house: House) -> None:
    clip = house.fresh("acedata")
    before = house.sandbox.state()["balances"]
    house.sandbox.control("settings", {"retired": ["acedata:music_variation"]})
    ended = house.ask("acedata", "variation", clip)
    check_sentence(ended, code=5, words="nothing was charged")
    assert events(ended)[-1] == "failed"
    assert house.sandbox.state()["balances"] == before
    day = datetime.now(UTC)
    shown = _operation(house.run("accounts", "show", "acedata").last(), "variation")
    assert (shown["available"], shown["others"]) == (False, ["musicapi-2026-02"])
    assert shown["retired_at"] == day.date().isoformat()
    assert f"discontinued by the service on {day.day} {day:%B} {day.year}" in shown["reason"]
    offers = house.run("accounts", "offers").lines
    told = next(line for line in offers if line["op"] == "variation")["accounts"]
    assert [name for name, one in told.items() if one["available"]] == ["musicapi-2026-02"]

    sent = len(house.posted("acedata"))
    again = house.ask("acedata", "variation", clip)
    check_sentence(again, code=2, words="“musicapi-2026-02” offers it")
    assert len(house.posted("acedata")) == sent
    # Others at the same service are not touched, and the mark can be forgotten.
    house.sandbox.control("settings", {"retired": []})
    forgotten = house.run("accounts", "set", "acedata", "--forget-refusals")
    assert forgotten.last()["retired"] == {}
    assert brought(house.ask("acedata", "variation", clip))["parent"] == clip["id"]


def _operation(shown: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = (one for one in shown["operations"] if one["op"] == name)
    operation: dict[str, Any] = found
    return operation


def test_a_refused_model_is_marked_and_not_asked_for_again(house: House) -> None:
    account = "musicapi-2026-02"
    create = ("generate", "--account", account, *SONG, "--model", "FUZZ-3-Demo")
    with refusing(house.sandbox.url, b"FUZZ-3-Demo") as (url, refused):
        changed = house.run("accounts", "set", account, "--base-url", f"{url}/musicapi")
        assert changed.code == 0, changed.stderr
        check_sentence(house.run(*create), code=5, words="nothing was charged")
        shown = house.run("accounts", "show", account).last()
        assert shown["refused_models"] == {"FUZZ-3-Demo": datetime.now(UTC).date().isoformat()}
        check_sentence(house.run(*create), code=2, words="--forget-refusals")
        assert len(refused) == 1
        # The others are offered as before.
        assert house.run(*create[:-1], "FUZZ-2.0").code == 0
        forgotten = house.run("accounts", "set", account, "--forget-refusals")
        assert forgotten.last()["refused_models"] == {}
    back = house.run("accounts", "set", account, "--base-url", house.sandbox.url + "/musicapi")
    assert back.code == 0, back.stderr


@contextmanager
def refusing(sandbox_url: str, model: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """The sandbox as a service that has given up a model; what it refused."""
    behind = urlsplit(sandbox_url).netloc
    refused: list[bytes] = []

    class Answer(QuietHandler):
        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if model in body:
                refused.append(body)
                said = b'{"code": 400, "error": "mv is invalid: this model is not supported."}'
                self._answer(400, "application/json", said)
                return
            connection = HTTPConnection(behind)
            connection.request(self.command, self.path, body, dict(self.headers.items()))
            found = connection.getresponse()
            self._answer(found.status, found.getheader("Content-Type", ""), found.read())
            connection.close()

        do_GET = do_POST = _pass_on

        def _answer(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with serving(Answer, waits_for_requests=False) as url:
        yield url, refused


def test_a_request_whose_upload_waits_for_a_decision_says_so_and_ends(house: House) -> None:
    clip = house.fresh("aimusicapi-2026-04")
    house.sandbox.set_faults([{"where": "upload", "kind": "cut_before", "times": 1}])
    unknown = house.ask("acedata", "variation", clip, "--register")
    assert unknown.code != 0
    house.sandbox.set_faults([])
    before = len(house.posted("acedata"))
    second = house.ask("acedata", "variation", clip, "--register", "--again")
    check_sentence(second, code=1, words="waits for the upload of its source")
    assert len(house.posted("acedata")) == before

"""Files of this computer become clips of services that only fetch from addresses.

The bucket lies at a real S3-compatible server; what stands before it holds addresses to their
signatures, and the services of the sandbox look with HEAD before they download.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.providers.uploads.test_bucket import NAME, S3Server, s3
from tests.matrix.cells import DIALECTS
from tests.matrix.reference import LENGTH_S, write_reference
from tests.support.command_assertions import brought, check_sentence, events, seconds_heard
from tests.support.command_batch import Quick, batch
from tests.support.command_output import kill_at
from tests.support.file_server import served
from tests.support.program import KEY, Ended, Program, kill_all
from tests.support.s3_server import Front, front_of
from tests.support.sandbox_process import SandboxProcess

__all__ = ["s3"]

TOKEN = {"PRODUCER_STUDIO_PLATFORM_TOKEN_ACEDATA": f"platform-{KEY}"}
BORROWING = [one.profile for one in DIALECTS if one.profile != "apiframe"]
"""Who takes uploads at all."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, service: SandboxProcess) -> Iterator[Program]:
    """A program with an account of each dialect, named by its profile."""
    program = Quick(tmp_path_factory.mktemp("home"), tuple(one.profile for one in DIALECTS))
    with batch(program) as program.commands:
        for one in DIALECTS:
            address = service.url + one.prefix
            ended = program.run(
                "accounts", "add", one.profile, "--service", one.service, "--profile", one.profile,
                "--base-url", address, "--poll", "0.1",
                *(("--platform-url", address) if one.profile == "acedata" else ()),
            )  # fmt: skip
            assert ended.code == 0, ended.stderr
        yield program


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_reference(tmp_path_factory.mktemp("Ma musique"))


@pytest.fixture
def front(s3: S3Server) -> Iterator[Front]:
    """The bucket's server as the world sees it: everybody may read."""
    with front_of(s3.url, s3.secret) as made:
        made.public = True
        yield made


@pytest.fixture
def bucket(home: Program, s3: S3Server, front: Front) -> Iterator[dict[str, str]]:
    """The bucket set up for the program; what its secret is given by."""
    set_up(home, s3, front, "--public-url", f"{front.url}/{NAME}")
    yield {"PRODUCER_STUDIO_BUCKET_SECRET": s3.secret}
    home.run("bucket", "remove")


def set_up(home: Program, s3: S3Server, front: Front, *more: str) -> None:
    ended = home.run(
        "bucket", "set", NAME, "--key-id", s3.key_id, "--endpoint", front.url,
        "--prefix", "lent", *more,
    )  # fmt: skip
    assert ended.code == 0, ended.stderr


def lying_there(s3: S3Server) -> list[str]:
    listed = httpx.get(f"{s3.url}/{NAME}?list-type=2", trust_env=False).raise_for_status().text
    return [part.partition("</Key>")[0] for part in listed.split("<Key>")[1:]]


def upload(home: Program, account: str, source: Path | str, **environ: str) -> Ended:
    return home.run(
        "generate",
        "--again",
        "--account",
        account,
        "--op",
        "upload",
        "--source",
        str(source),
        **environ,
    )


def posted(sandbox: SandboxProcess) -> list[dict[str, Any]]:
    """The requests that cost credits, and files that were handed over."""
    return [one for one in sandbox.state()["requests"] if one["method"] == "POST"]


@pytest.mark.parametrize("profile", BORROWING)
def test_a_file_lies_in_the_bucket_for_as_long_as_it_is_fetched(
    home: Program,
    calm: SandboxProcess,
    s3: S3Server,
    front: Front,
    bucket: dict[str, str],
    sound: Path,
    profile: str,
) -> None:
    clip = brought(upload(home, profile, sound, **bucket))
    assert (clip["op"], clip["account"]) == ("upload", profile)
    assert seconds_heard(clip["path"]) == pytest.approx(LENGTH_S, abs=0.3)
    (request,) = [one for one in posted(calm) if one["path"].endswith("upload")]
    given = next(value for value in request["body"].values() if str(value).startswith("http"))
    assert given.startswith(f"{front.url}/{NAME}/lent/")
    assert sound.stem not in given
    # Looked at here, looked at and fetched by the service, and only then taken away.
    seen = [(method, status) for method, _, status in front.seen]
    assert seen == [("PUT", 200), ("HEAD", 200), ("HEAD", 200), ("GET", 200), ("DELETE", 204)]
    assert lying_there(s3) == []


def test_without_a_public_address_it_is_said_before_anything_is_sent(
    home: Program, calm: SandboxProcess, s3: S3Server, front: Front, sound: Path
) -> None:
    front.public = False
    set_up(home, s3, front)
    secret = {"PRODUCER_STUDIO_BUCKET_SECRET": s3.secret}
    refused = upload(home, "musicapi-2026-02", sound, **secret)
    check_sentence(refused, code=2, words="enter its public address")
    assert "Nothing was charged" in refused.stderr
    check_sentence(home.run("bucket", "test", **secret), code=2, words="public address")
    assert front.reads("HEAD") == [403, 403]
    assert posted(calm) == []
    assert lying_there(s3) == []
    home.run("bucket", "remove")


def test_acedata_takes_a_file_by_its_own_platform(
    home: Program, calm: SandboxProcess, front: Front, bucket: dict[str, str], sound: Path
) -> None:
    clip = brought(upload(home, "acedata", sound, **bucket, **TOKEN))
    assert seconds_heard(clip["path"]) == pytest.approx(LENGTH_S, abs=0.3)
    handed, asked = [one for one in posted(calm) if not one["path"].endswith("tasks")]
    assert handed["path"] == "/acedata/api/v1/files/"
    assert asked["path"] == "/acedata/producer/upload"
    assert asked["body"]["audio_url"].startswith(f"{calm.url}/media/")
    assert front.seen == [], "the bucket is not needed there"


def test_demo_studio_takes_a_file_by_itself(
    home: Program, calm: SandboxProcess, sound: Path
) -> None:
    added = home.run(
        "accounts", "add", "own", "--service", "demo", "--base-url", calm.url, "--poll", "0.1"
    )
    assert added.code == 0, added.stderr
    clip = brought(upload(home, "own", sound))
    assert (clip["op"], clip["account"]) == ("upload", "own")
    assert seconds_heard(clip["path"]) == pytest.approx(LENGTH_S, abs=0.3)
    (asked,) = posted(calm)
    url = asked["body"]["audio_url"]
    assert url.startswith(f"{calm.url}/files/")
    assert sound.stem not in url
    path = url.removeprefix(calm.url)
    handed = [
        (one["method"], one["status"]) for one in calm.state()["requests"] if one["path"] == path
    ]
    assert handed == [("PUT", 201), ("DELETE", 204)]
    assert httpx.get(url, trust_env=False).status_code == 404
    home.run("accounts", "remove", "own")


def test_a_public_address_of_ones_own_needs_no_place(
    home: Program, calm: SandboxProcess, sound: Path
) -> None:
    with served(sound.parent) as address:
        clip = brought(upload(home, "aimusicapi-2026-04", f"{address}/{sound.name}"))
    assert seconds_heard(clip["path"]) == pytest.approx(LENGTH_S, abs=0.3)
    (request,) = posted(calm)
    assert f"{address}/{sound.name}" in request["body"].values()


@pytest.mark.parametrize("profile", BORROWING)
def test_without_any_way_the_ways_are_named(
    home: Program, calm: SandboxProcess, sound: Path, profile: str
) -> None:
    before = home.jobs()
    refused = upload(home, profile, sound)
    words = "set up a bucket in settings, or enter a public address of the file"
    check_sentence(refused, code=2, words=words)
    assert ("platform token" in refused.stderr) == (profile == "acedata")
    assert refused.lines == []
    assert home.jobs() == before
    assert calm.state()["requests"] == []


def test_where_nothing_is_uploaded_another_account_is_named(
    home: Program, calm: SandboxProcess, sound: Path
) -> None:
    check_sentence(upload(home, "apiframe", sound), code=2, words="“acedata” offer it")
    assert calm.state()["requests"] == []


@pytest.mark.parametrize("kind", ["fail", "status"])
def test_a_service_that_fails_leaves_nothing_in_the_bucket(
    home: Program,
    calm: SandboxProcess,
    s3: S3Server,
    front: Front,
    bucket: dict[str, str],
    sound: Path,
    kind: str,
) -> None:
    calm.set_faults([{"where": "upload", "kind": kind, "status": 400, "times": 1}])
    refused = upload(home, "musicapi-2026-05", sound, **bucket)
    assert events(refused)[-1] == "failed"
    assert front.reads("DELETE") == [204]
    assert lying_there(s3) == []
    assert "lent/" not in str(home.jobs()[-1])


def test_a_file_outlives_the_program_that_lent_it_and_goes_with_the_next(
    home: Program,
    calm: SandboxProcess,
    s3: S3Server,
    bucket: dict[str, str],
    sound: Path,
) -> None:
    calm.set_faults([{"where": "upload", "kind": "slow_task", "seconds": 4, "times": 1}])
    killed = _killed(home, "accepted", sound, bucket)
    assert killed["task_id"]
    (key,) = lying_there(s3)
    assert key.startswith("lent/")
    resumed = home.run("jobs", "resume", **bucket)
    assert resumed.code == 0, resumed.stderr
    assert [one["path"] for one in posted(calm)] == ["/musicapi/api/v1/producer/upload"]
    assert resumed.last()["clips"], "what was paid for came home"
    assert lying_there(s3) == []


def test_a_file_that_nobody_heard_of_is_found_again(
    home: Program,
    calm: SandboxProcess,
    s3: S3Server,
    front: Front,
    bucket: dict[str, str],
    sound: Path,
) -> None:
    """Killed when the file lay there and the bucket had not yet answered."""
    front.keep_waiting.add("PUT")
    process = _started(home, sound, bucket)
    front.kept_waiting.wait(60)
    kill_all(process)
    process.communicate()
    front.release()
    assert len(lying_there(s3)) == 1
    resumed = home.run("jobs", "resume", **bucket)
    assert events(resumed) == ["queued"], "what costs waits for the user's word"
    assert posted(calm) == []
    job = resumed.last()["job"]
    done = home.run("jobs", "resolve", job, "--send-again", **bucket)
    assert seconds_heard(done.last()["clips"][0]["path"]) > 1
    assert len(posted(calm)) == 1
    assert lying_there(s3) == []


def test_a_file_of_a_job_that_is_put_away_is_taken_down(
    home: Program,
    calm: SandboxProcess,
    s3: S3Server,
    front: Front,
    bucket: dict[str, str],
    sound: Path,
) -> None:
    front.keep_waiting.add("PUT")
    process = _started(home, sound, bucket)
    front.kept_waiting.wait(60)
    kill_all(process)
    process.communicate()
    front.release()
    job = home.jobs()[-1]
    assert job["state"] == "queued"
    assert home.run("jobs", "resolve", job["id"], "--forget", **bucket).code == 0
    assert lying_there(s3) == []
    assert posted(calm) == []


def _started(home: Program, sound: Path, bucket: dict[str, str]) -> "subprocess.Popen[str]":
    return home.start(
        "generate", "--again", "--account", "musicapi-2026-02", "--op", "upload",
        "--source", str(sound), "--json", **bucket,
    )  # fmt: skip


def _killed(home: Program, event: str, sound: Path, bucket: dict[str, str]) -> dict[str, Any]:
    return kill_at(_started(home, sound, bucket), event)

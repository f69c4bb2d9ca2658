"""A service that misbehaves: nothing is lost, nothing is sent twice, and each end has its code."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end2end.conftest import SHORT_SONG
from tests.support.command_assertions import (
    brought,
    check_plain,
    check_sentence,
    events,
    seconds_heard,
)
from tests.support.program import Ended, Program
from tests.support.sandbox_process import SandboxProcess, running_sandbox

Faults = list[dict[str, Any]]


def _generate(program: Program, *options: str) -> Ended:
    return program.run("generate", "--again", "--account", "test", *SHORT_SONG, *options)


def _posts(sandbox: SandboxProcess) -> int:
    return len(sandbox.requests("POST", "/create"))


def test_passing_trouble_is_waited_out(musician: Program, calm: SandboxProcess) -> None:
    calm.set_faults(
        [
            {"where": "create", "kind": "status", "status": 429, "retry_after": 0.2, "times": 1},
            {"where": "poll", "kind": "status", "status": 429, "retry_after": 0.2, "times": 1},
            {"where": "poll", "kind": "status", "status": 502, "times": 1},
            {"where": "poll", "kind": "cut_before", "times": 1},
            {"where": "poll", "kind": "html", "times": 1},
            {"where": "media", "kind": "expired", "times": 1},
            {"where": "media", "kind": "html", "times": 1},
            {"where": "media", "kind": "cut_midway", "times": 1},
        ]
    )
    clip = brought(ended := _generate(musician))

    assert events(ended)[:4] == ["queued", "sending", "queued", "sending"]
    assert _posts(calm) == 2
    assert seconds_heard(clip["path"]) == pytest.approx(clip["duration_s"], abs=0.1)
    # After the cut it went on where it had stopped.
    assert [one for one in calm.state()["requests"] if "range" in one["headers"]]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "cut_before"},
        {"kind": "cut_after"},
        {"kind": "garbage"},
        {"kind": "truncated"},
        {"kind": "status", "status": 500},
    ],
    ids=lambda fault: f"{fault['kind']} {fault.get('status', '')}".strip(),
)
def test_an_unknown_outcome_is_not_sent_again(
    musician: Program, calm: SandboxProcess, fault: dict[str, Any]
) -> None:
    calm.set_faults([{"where": "create", "times": 1} | fault])
    ended = _generate(musician)

    check_sentence(ended, code=7, words="may have been accepted and charged")
    assert events(ended) == ["queued", "sending", "unknown"]
    job = ended.last()["job"]
    assert f"jobs resolve {job[:8]}" in ended.stderr
    resumed = musician.run("jobs", "resume")
    check_sentence(resumed, code=7, words="outcome of 1 job is unknown")
    assert _posts(calm) == 1
    assert musician.run("jobs", "resolve", job, "--forget").code == 0
    assert _posts(calm) == 1
    check_sentence(musician.run("jobs", "resolve", job, "--forget"), code=2, words="cancelled")


def test_the_user_may_have_it_sent_again(musician: Program, calm: SandboxProcess) -> None:
    calm.set_faults([{"where": "create", "kind": "cut_before", "times": 1}])
    job = _generate(musician).last()["job"]
    check_sentence(musician.run("jobs", "resolve", job), code=2, words="--forget or --send-again")

    again = musician.run("jobs", "resolve", job, "--send-again")

    assert events(again)[:2] == ["queued", "sending"]
    assert seconds_heard(brought(again)["path"]) > 5
    assert _posts(calm) == 2
    assert musician.run("jobs", "resume").code == 0


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        ({"kind": "status", "status": 401}, 3, "does not accept the key"),
        ({"kind": "status", "status": 402}, 4, "too few credits"),
        ({"kind": "status", "status": 400}, 5, "rejected the request"),
        ({"kind": "status", "status": 410}, 5, "no longer offers this"),
    ],
)
def test_a_refusal_ends_the_job_and_costs_nothing(
    musician: Program, calm: SandboxProcess, fault: dict[str, Any], code: int, words: str
) -> None:
    calm.set_faults([{"where": "create", "times": 1} | fault])
    ended = _generate(musician)
    check_sentence(ended, code=code, words=words)
    assert "Nothing was charged" in ended.stderr
    assert events(ended) == ["queued", "sending", "failed"]
    assert _posts(calm) == 1
    # What was ended stays marked; the next tests have the service offer it again.
    assert musician.run("accounts", "set", "test", "--forget-refusals").code == 0


def test_a_failure_after_acceptance_is_refunded(musician: Program, calm: SandboxProcess) -> None:
    calm.control("settings", {"answers": "status"})
    calm.set_faults([{"where": "create", "kind": "fail", "times": 1, "error": "Out of tune"}])
    ended = _generate(musician)
    calm.control("settings", {"answers": "classic"})

    check_sentence(ended, code=8, words="credits were refunded")
    assert "Out of tune)" in ended.stderr
    task = ended.last()["task_id"]
    entries = [e for e in calm.state()["ledger"] if e["task_id"] == task]
    assert [entry["credits"] for entry in entries] == [-10, 10]


def test_a_clip_whose_sound_is_refused_is_kept_and_fetched_later(
    musician: Program, calm: SandboxProcess
) -> None:
    calm.set_faults([{"where": "media", "kind": "zeros", "bytes": 100_000}])
    # A new file may still be written; nobody waits for that longer than they want to.
    ended = _generate(musician, "--patience", "1")
    check_sentence(ended, code=6, words="jobs resume")
    clip = musician.run("library", "search").lines[0]  # the newest
    failed = musician.run("library", "fetch", clip["id"])
    assert failed.code == 1
    assert failed.last()["media"] == "refused"
    calm.set_faults([])
    fetched = musician.run("library", "fetch", clip["id"][:8])
    assert fetched.code == 0, fetched.stderr
    assert seconds_heard(fetched.last()["path"]) > 5
    assert musician.run("jobs", "resume").code == 0
    assert _posts(calm) == 1


def test_an_account_without_its_key_does_not_hold_up_the_others(
    musician: Program, calm: SandboxProcess
) -> None:
    musician.add_account(calm.url, "locked")
    key = {"PRODUCER_STUDIO_KEY_LOCKED": "another key"}
    for account in ("locked", "test"):
        taken = musician.run(
            "generate", "--account", account, *SHORT_SONG, "--no-wait", **key
        )  # fmt: skip
        assert taken.code == 0, taken.stderr

    without = musician.run("jobs", "resume")
    check_sentence(without, code=3, words="no key is stored for “locked”")
    assert events(without).count("done") == 1
    # What stood in the way then does not stand in the way now.
    assert seconds_heard(brought(musician.run("jobs", "resume", **key))["path"]) > 5
    assert _posts(calm) == 2


def test_a_service_that_goes_and_comes_back(tmp_path: Path) -> None:
    state = str(tmp_path / "state")
    program = Program(tmp_path / "home")
    with running_sandbox("--state", state) as service:
        program.add_account(service.url)
        # It is still at work when it goes.
        service.set_faults([{"where": "create", "kind": "slow_task", "seconds": 8, "times": 2}])
        patient, impatient = (
            program.start(
                "generate", "--account", "test", *SHORT_SONG, "--patience", patience, "--json"
            )
            for patience in ("90", "1")
        )
        _read_until(patient, "accepted")
        _read_until(impatient, "accepted")
        port = service.url.rsplit(":", 1)[1]
        service.kill()

    _, stderr = impatient.communicate(timeout=60)
    check_sentence(Ended(impatient.returncode, [], stderr), code=6, words="jobs resume")

    with running_sandbox("--state", state, "--port", port) as service:
        resumed = program.run("jobs", "resume")
        patient.communicate(timeout=110)
        assert resumed.code == patient.returncode == 0, resumed.stderr
        assert _posts(service) == 0
        clips = program.clips()
        assert len(clips) == len({clip["remote_id"] for clip in clips}) == 2
        assert all(seconds_heard(clip["path"]) > 5 for clip in clips)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk with room for a catalogue and not for a song."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux can mount a small disk")
    place = tmp_path / "small disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1100k", "tmpfs", str(place)]
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("mounting is not allowed here")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_said_and_waited_for(
    musician: Program, calm: SandboxProcess, small_disk: Path
) -> None:
    library = ("--library", str(small_disk))
    ended = _generate(musician, *library)
    assert ended.code == 1
    assert events(ended)[-1] == "collecting"
    said, hint = ended.stderr.splitlines()
    assert said.startswith("The disk is full")
    assert "jobs resume" in hint
    check_plain(ended.stderr)

    larger = ["mount", "-o", "remount,size=20m", str(small_disk)]
    subprocess.run(larger, check=True)
    resumed = musician.run("jobs", "resume", *library)
    assert seconds_heard(brought(resumed)["path"]) > 5
    assert _posts(calm) == 1


def _read_until(process: "subprocess.Popen[str]", event: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if f'"event": "{event}"' in line:
            return
    raise AssertionError(f"{event} never came")

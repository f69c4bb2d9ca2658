"""What a server that is killed still knows when it is started again, and how it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from producer_studio.sandbox.command import FolderInUse, FolderLock, run
from tests.support.musicapi_client import SOUND, Musician
from tests.support.sandbox_process import SandboxProcess, running_sandbox
from tests.support.small_disk import fill, mounted_small_disk

Join = Callable[..., Musician]

LYRICS = "[Chorus]\nHello moon, hello sun"
PROMPT = "a bittersweet goodbye to a small town"


def test_a_killed_server_finishes_what_it_accepted(tmp_path: Path, join: Join) -> None:
    state = ("--state", str(tmp_path))
    with running_sandbox(*state) as first:
        musician = join(first.url, "K")
        finished = musician.submit("lyrics-create", prompt=PROMPT)
        words = musician.wait(finished)
        song = musician.submit(
            "create", task_type="create_music", sound=SOUND, lyrics=LYRICS, seed="5"
        )
        refunded = musician.submit("create", task_type="create_music", sound="test")
        musician.wait(refunded)
        first.kill()
    with running_sandbox(*state) as second:
        musician = join(second.url, "K")
        assert musician.look(finished).json() == words
        assert musician.look(refunded).json()["code"] == 500
        clip = musician.wait(song)["data"][0]
        assert clip["seed"] == "5"
        assert clip["audio_url"].startswith(second.url)
        audio = musician.http.get(clip["audio_url"]).content
        assert musician.credits() == 1240 - 1 - 10
        assert musician.submit("download", clip_id=clip["clip_id"])
        assert second.stop() == 0
    with running_sandbox(*state) as third:
        musician = join(third.url, "K")
        again = musician.look(song).json()["data"][0]
        assert again["clip_id"] == clip["clip_id"]
        assert musician.http.get(again["audio_url"]).content == audio
        assert musician.credits() == 1240 - 1 - 10 - 2


def until_logged(sandbox: SandboxProcess, words: str) -> None:
    until = time.monotonic() + 60
    while not any(words in line for line in list(sandbox.log)):
        assert time.monotonic() < until, list(sandbox.log)
        time.sleep(0.05)


def test_a_full_disk_charges_nothing_and_loses_nothing(tmp_path: Path, join: Join) -> None:
    with (
        mounted_small_disk(tmp_path / "disk") as disk,
        running_sandbox("--state", str(disk)) as sandbox,
    ):
        musician = join(sandbox.url, "K")
        musician.wait(musician.submit("lyrics-create", prompt=PROMPT))
        sandbox.set_faults([{"where": "lyrics", "kind": "slow_task", "seconds": 1.0}])
        working = musician.submit("lyrics-create", prompt=PROMPT)
        ballast = fill(disk)
        refused = musician.ask("lyrics-create", prompt=PROMPT)
        # The status that proves that nothing was accepted: any other one is an unknown outcome.
        assert refused.status_code == 503
        assert "disk is full" in refused.json()["error"]
        assert musician.credits() == 1240 - 2
        until_logged(sandbox, "cannot store the end of task")
        ballast.unlink()
        assert musician.wait(working)["data"]
        assert musician.wait(musician.submit("lyrics-create", prompt=PROMPT))["data"]
        assert musician.credits() == 1240 - 3
        assert not [line for line in sandbox.log if "Traceback" in line]


def test_unfinished_files_are_swept_away(tmp_path: Path) -> None:
    half_folder = tmp_path / "media" / "part-0001"
    half_folder.mkdir(parents=True)
    (half_folder / "audio.m4a").write_bytes(b"half")
    half_file = tmp_path / "media" / "0002" / "part-audio.mp3"
    half_file.parent.mkdir()
    half_file.write_bytes(b"half")
    with running_sandbox("--state", str(tmp_path)):
        assert not half_folder.exists()
        assert not half_file.exists()
        assert half_file.parent.exists()


def test_one_server_at_a_time_in_a_folder(tmp_path: Path) -> None:
    claim = FolderLock(tmp_path)
    with pytest.raises(FolderInUse):
        FolderLock(tmp_path, timeout_s=0.05)
    claim.close()
    FolderLock(tmp_path, timeout_s=0.05).close()


def test_the_end_of_standard_input_ends_the_server_and_its_worker() -> None:
    with running_sandbox() as sandbox:
        assert sandbox.process.stdin is not None
        assert sandbox.process.stdout is not None
        sandbox.process.stdin.close()
        assert sandbox.process.wait(10) == 0
        # The worker holds the same pipe: its end is the end of both.
        assert sandbox.process.stdout.read() == ""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a POSIX word")
def test_the_worker_dies_with_a_killed_server(join: Join) -> None:
    with running_sandbox() as sandbox:
        assert sandbox.process.stdout is not None
        join(sandbox.url).submit("create", task_type="create_music", sound=SOUND)
        sandbox.kill()
        assert sandbox.process.stdout.read() == ""


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGINT for one process")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it_calmly(number: signal.Signals) -> None:
    with running_sandbox() as sandbox:
        sandbox.process.send_signal(number)
        assert sandbox.process.wait(10) == 0


def test_a_taken_port_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with running_sandbox() as sandbox:
        port = sandbox.url.rpartition(":")[2]
        assert run(["--port", port]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("The sandbox cannot run:")


def test_without_control(join: Join) -> None:
    with running_sandbox("--no-control") as sandbox:
        musician = join(sandbox.url)
        assert musician.http.get("/control/state").status_code == 404
        assert musician.credits() == 1240


def test_faults_from_a_file(tmp_path: Path, join: Join) -> None:
    path = tmp_path / "faults.toml"
    path.write_text('[[fault]]\nwhere = "credits"\nkind = "status"\nstatus = 504\n')
    with running_sandbox("--faults", str(path)) as sandbox:
        assert join(sandbox.url).http.get("/api/v1/get-credits").status_code == 504


def test_the_server_loads_nothing_heavy() -> None:
    program = (
        "import sys, producer_studio.sandbox.command; "
        "print({'numpy', 'av', 'httpx', 'PySide6'} & set(sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert said.stdout.strip() == "set()", said.stderr

"""Every command and option, its exit code, and what it prints."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from producer_studio.audio.tags import read_recipe
from tests.end2end.conftest import SHORT_SONG
from tests.support.command_assertions import (
    brought,
    check_plain,
    check_sentence,
    events,
    seconds_heard,
)
from tests.support.program import KEY, Ended, Program
from tests.support.sandbox_process import SandboxProcess, running_sandbox

SOUND = SHORT_SONG[1]
CLIP_FIELDS = {
    "id", "remote_id", "title", "sound", "lyrics", "op", "model", "service", "account", "seed",
    "duration_s", "created_at", "path", "parent", "recipe", "stars", "tags",
}  # fmt: skip
JOB_FIELDS = {
    "id", "state", "op", "account", "task_id", "created_at", "credits_expected",
    "credits_charged", "fault",
}  # fmt: skip


def test_a_song_is_made_and_found_again(
    musician: Program, calm: SandboxProcess, tmp_path: Path
) -> None:
    lyrics = tmp_path / "words.txt"
    lyrics.write_text("\ufeff" + SHORT_SONG[3], "utf-8")
    ended = musician.run(
        "generate", "--account", "test", "--sound", SOUND, "--lyrics-file", str(lyrics),
        "--title", "Größe / 音楽", "--model", "FUZZ-1.1", "--seed", "77", "--lyrics-strength",
        "0.4", "--sound-strength", "0.2", "--weirdness", "1",
    )  # fmt: skip

    clip = brought(ended)
    told = events(ended)
    assert told[:3] == ["queued", "sending", "accepted"]
    assert told[-2:] == ["collecting", "done"]
    assert {line["job"] for line in ended.lines} == {ended.lines[0]["job"]}
    assert calm.requests("POST", "/create")[0]["body"] == {
        "task_type": "create_music",
        "mv": "FUZZ-1.1",
        "sound": SOUND,
        "lyrics": SHORT_SONG[3],
        "title": "Größe / 音楽",
        "seed": "77",
        "lyrics_strength": 0.4,
        "sound_strength": 0.2,
        "weirdness": 1,
    }
    assert clip.keys() >= CLIP_FIELDS
    assert (clip["title"], clip["seed"], clip["op"]) == ("Größe / 音楽", "77", "create")
    assert clip["recipe"]["weirdness"] == 1.0
    assert Path(clip["path"]).is_relative_to(musician.library)
    assert seconds_heard(clip["path"]) == pytest.approx(clip["duration_s"], abs=0.1)
    (shown,) = musician.run("library", "show", clip["id"][:8]).lines
    assert clip.items() <= shown.items()
    related = {"preset", "price", "exports", "comparisons", "playlists"}
    assert shown.keys() - clip.keys() == related
    assert [one["id"] for one in musician.run("library", "search", "grosse 音楽").lines] == [
        clip["id"]
    ]
    (job,) = (job for job in musician.jobs() if job["id"] == ended.lines[0]["job"])
    assert job.keys() >= JOB_FIELDS
    assert (job["state"], job["fault"], job["clips"]) == ("done", None, [clip["id"]])


def test_takes_differ_and_instrumental_has_no_words(
    musician: Program, calm: SandboxProcess
) -> None:
    ended = musician.run(
        "generate", "--account", "test", *SHORT_SONG, "--instrumental", "--seed", "5",
        "--takes", "2",
    )  # fmt: skip
    assert ended.code == 0, ended.stderr
    bodies = [request["body"] for request in calm.requests("POST", "/create")]
    assert sorted(body["seed"] for body in bodies) == ["5", "6"]
    assert all(body["make_instrumental"] is True for body in bodies)
    clips = [line["clips"][0] for line in ended.lines if line["event"] == "done"]
    assert len({clip["path"] for clip in clips}) == 2
    assert len({Path(clip["path"]).read_bytes() for clip in clips}) == 2


def test_the_same_song_twice_wants_another_word(musician: Program, calm: SandboxProcess) -> None:
    song = ("generate", "--account", "test", *SHORT_SONG, "--instrumental", "--seed", "12345")
    assert musician.run(*song).code == 0
    asked = len(calm.requests("POST", "/create"))
    refused = musician.run(*song)
    check_sentence(refused, code=2, words="--again")
    assert len(calm.requests("POST", "/create")) == asked
    again = musician.run(*song, "--again")
    assert again.code == 0, again.stderr
    assert len(calm.requests("POST", "/create")) == asked + 1


def test_a_press_is_found_and_repeated(musician: Program, calm: SandboxProcess) -> None:
    first = musician.run(
        "generate", "--account", "test", *SHORT_SONG, "--instrumental", "--seed", "31",
        "--title", "Repeated", "--weirdness", "0",
    )  # fmt: skip
    assert first.code == 0, first.stderr
    (past,) = musician.run("history", "repeated lofi").lines
    assert (past["op"], past["takes"], past["clips"], past["pinned"]) == ("create", 1, 1, False)
    pinned = musician.run("history", "--pin", past["id"][:8]).last()
    assert pinned == past | {"pinned": True}
    assert [line["id"] for line in musician.run("history", "--pinned").lines] == [past["id"]]
    (request,) = calm.requests("POST", "/create")
    again = musician.run("generate", "--again", past["id"][:8], "--title", "Another")
    assert again.code == 0, again.stderr
    other = calm.requests("POST", "/create")[1]
    assert other["body"].get("seed") != "31"
    kept = {key: value for key, value in request["body"].items() if key not in {"seed", "title"}}
    assert other["body"] == kept | {
        key: other["body"][key] for key in ("seed", "title") if key in other["body"]
    }
    assert other["body"]["title"] == "Another"
    shown = musician.run("history", "--show", musician.run("history", "another").last()["id"])
    assert (shown.last()["repeats"], shown.last()["account"]) == (past["id"], "test")
    refused = musician.run("generate", "--again", past["id"], "--op", "cover")
    check_sentence(refused, code=2, words="--op")
    check_sentence(musician.run("generate", "--again", "nope"), code=2, words="no single press")


def test_a_press_whose_outcome_is_unknown_is_repeated_only_with_another_word(
    musician: Program, calm: SandboxProcess
) -> None:
    calm.set_faults([{"where": "submit", "kind": "cut_after", "times": 1}])
    lost = musician.run(
        "generate", "--account", "test", *SHORT_SONG, "--instrumental", "--title", "Lost at sea"
    )
    assert lost.code == 7, lost.stderr
    press = musician.run("history", "lost at sea").last()["id"]
    refused = musician.run("generate", "--again", press)
    check_sentence(refused, code=2, words="not known yet whether the service accepted it")
    assert len(calm.requests("POST", "/create")) == 1
    again = musician.run("generate", "--again", press, "--again")
    assert again.code == 0, again.stderr
    assert len(calm.requests("POST", "/create")) == 2
    # Killed before it was sent again.
    with closing(sqlite3.connect(musician.library / "library.db")) as db, db:
        db.execute(
            "UPDATE jobs SET state = 'queued', body = json_set(body, '$.uncertain_sends', 1) "
            "WHERE id = ?",
            (lost.last()["job"],),
        )
    cancelled = musician.run("jobs", "cancel", lost.last()["job"])
    check_sentence(cancelled, code=7, words="still unknown: decide with")
    # The other tests have the same home.
    forgotten = musician.run("jobs", "resolve", lost.last()["job"], "--forget")
    assert forgotten.code == 0, forgotten.stderr
    assert musician.run("jobs", "resume").lines == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["generate", "--again", "x", "--again", "y"], "one press"),
        (["generate", "--sound", SOUND], "--account"),
        (["history", "--show", "nope"], "no single press"),
        (["history", "piano", "--pin", "x"], "choose one"),
        (["generate", "--account", "test"], "write a sound or lyrics"),
        (["generate", "--account", "test", "--sound", " \n "], "write a sound or lyrics"),
        (["generate", "--account", "test", "--sound", "test"], "placeholder"),
        (["generate", "--account", "test", "--sound", SOUND, "--lyrics", "la la la"], "lyrics"),
        (["generate", "--account", "test", "--sound", SOUND, "--title", "x" * 81], "80"),
        (["generate", "--account", "test", "--sound", SOUND, "--model", "nope"], "no model"),
        (["generate", "--account", "test", "--sound", SOUND, "--weirdness", "1.1"], "0 and 1"),
        (["generate", "--account", "test", "--sound", SOUND, "--weirdness", "nan"], "not a number"),
        (["generate", "--account", "test", "--op", "cover", "--sound", SOUND], "choose a clip"),
        (["generate", "--account", "test", "--op", "cover", "--source", "nope"], "no clip"),
        (["generate", "--account", "test", "--op", "upload", "--source", "x"], "web address"),
        (["generate", "--account", "nobody", "--sound", SOUND], "no account"),
        (["accounts", "test", "nobody"], "no account"),
        (["accounts", "add", "a", "--service", "acedata", "--profile", "x"], "no profile called"),
        (
            ["accounts", "add", "a", "--service", "demo", "--platform-url", "https://p.example"],
            "demo studio has no platform address",
        ),
        (["accounts", "add", "a", "--service", "demo", "--webhook-url", "http://x.org"], "webhook"),
        (["accounts", "add", "a", "--service", "demo", "--budget", "-1"], "at least 0"),
        (
            ["accounts", "add", "a", "--service", "demo", "--key-stdin", "--webhook-secret-stdin"],
            "one secret at a time",
        ),
        (["accounts", "set", "test"], "nothing to change"),
        (["accounts", "set", "test", "--budget", "1", "--no-budget"], "not both"),
        (["accounts", "set", "nobody", "--budget", "1"], "no account"),
        (["accounts", "show", "nobody"], "no account"),
        (
            ["generate", "--account", "test", "--op", "stems", "--source", "x"],
            "no account that offers it",
        ),
        (["generate", "--account", "test", "--op", "export", "--source", "x"], "--by-service"),
        (
            ["generate", "--account", "test", "--op", "extend", "--length", "9"],
            "does not support --length",
        ),
        (
            ["generate", "--account", "test", "--sound", SOUND, "--from", "0"],
            "does not support --from",
        ),
        (
            ["generate", "--account", "test", "--sound", SOUND, "--source", "x"],
            "does not support --source",
        ),
        (
            ["generate", "--account", "test", "--sound", SOUND, "--webhook-url", "http://x.org"],
            "webhook address",
        ),
        (
            ["generate", "--account", "test", "--op", "upload", "--source", "/nowhere/a.wav"],
            "neither a web address nor a file",
        ),
        (["ledger", "--month", "november"], "not a month"),
        (["ledger", "--totals", "--without-clip"], "choose one"),
        (["bucket", "test"], "no bucket"),
        (["bucket", "remove"], "no bucket"),
        (["bucket", "set", "b", "--key-id", "k", "--endpoint", "http://x.org"], "https"),
        (["accounts", "add", "a", "--service", "musicapi", "--base-url", "http://x.org"], "https"),
        (["accounts", "add", "a", "--service", "demo", "--poll", "inf"], "not a number"),
        (["accounts", "add", "a", "--service", "demo", "--key-stdin"], "no key"),
        (["accounts", "remove", "nobody"], "no account"),
        (["library", "show", "nope"], "no clip"),
        (["export", "nope", "--format", "mp3", "--to", "."], "no clip"),
        (["jobs", "cancel", "nope"], "no single job"),
        (["jobs", "resolve", "nope", "--forget"], "no single job"),
        (["whistle"], "no such command"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else "",
)
def test_bad_input_is_a_matter_of_usage(
    musician: Program, calm: SandboxProcess, arguments: list[str], words: str
) -> None:
    ended = musician.run(*arguments)
    check_sentence(ended, code=2, words=words)
    assert not calm.state()["requests"]


def test_wrong_keys_and_empty_accounts_have_codes_of_their_own(tmp_path: Path) -> None:
    program = Program(tmp_path / "home", accounts=())
    with running_sandbox("--key", KEY, "--credits", "3") as service:
        program.add_account(service.url)
        create = ("generate", "--account", "test", "--sound", SOUND)
        check_sentence(program.run(*create), code=3, words="PRODUCER_STUDIO_KEY_TEST")
        wrong = {"PRODUCER_STUDIO_KEY_TEST": "another"}
        check_sentence(program.run(*create, **wrong), code=3, words="does not accept the key")
        check_sentence(program.run("accounts", "test", "test", **wrong), code=3, words="key")
        right = {"PRODUCER_STUDIO_KEY_TEST": KEY}
        check_sentence(program.run(*create, **right), code=4, words="too few credits")
        left = program.run("accounts", "credits", "test", **right).last()
        assert (left["account"], left["credits"], left["extra_credits"]) == ("test", 3.0, 0.0)
        assert not service.state()["tasks"]
    check_sentence(program.run(*create, **right), code=6, words="nothing was sent")
    check_sentence(
        program.run("accounts", "test", "test", **right), code=6, words="could not connect"
    )


def test_what_the_service_will_not_sing_is_refused(musician: Program, calm: SandboxProcess) -> None:
    ended = musician.run("generate", "--account", "test", "--sound", f"copyrighted {SOUND}")
    check_sentence(ended, code=5, words="copyrighted content")
    assert ended.stderr.count("copyrighted content") == 1
    assert events(ended) == ["queued", "sending", "failed"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals for a whole group")
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_stopped_by_hand_and_resumed(
    musician: Program, calm: SandboxProcess, sign: signal.Signals
) -> None:
    # Longer than the other command takes, also on a busy machine.
    calm.set_faults([{"where": "create", "kind": "slow_task", "seconds": 45}])
    process = musician.start("generate", "--account", "test", *SHORT_SONG, "--json")
    _read_until(process, "accepted")
    # Another one that tidies up meanwhile does not touch a job that is looked after.
    meanwhile = musician.run("jobs", "resume")
    # As from a terminal: all that the program has started hears it too.
    os.killpg(process.pid, sign)
    _, stderr = process.communicate(timeout=240)
    assert (meanwhile.code, meanwhile.lines) == (0, [])
    # The line that a terminal's ^C stands on is ended first.
    check_sentence(Ended(process.returncode, [], stderr.lstrip()), code=130, words="jobs resume")

    assert seconds_heard(brought(musician.run("jobs", "resume"))["path"]) > 5
    assert len(calm.requests("POST", "/create")) == 1
    assert musician.run("jobs", "resume").lines == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals for a whole group")
def test_in_the_background_it_ends_on_sigterm_alone(
    musician: Program, calm: SandboxProcess
) -> None:
    """A shell has commands that it starts with & ignore Ctrl+C."""
    calm.set_faults([{"where": "create", "kind": "slow_task", "seconds": 25}])
    background = musician.with_prefix("sh", "-c", "trap '' INT; exec \"$@\"", "sh")
    process = background.start("generate", "--account", "test", *SHORT_SONG, "--json")
    _read_until(process, "accepted")
    os.killpg(process.pid, signal.SIGINT)
    assert musician.run("jobs", "list").code == 0
    assert process.poll() is None
    os.killpg(process.pid, signal.SIGTERM)
    _, stderr = process.communicate(timeout=240)
    check_sentence(Ended(process.returncode, [], stderr.lstrip()), code=130, words="jobs resume")
    assert seconds_heard(brought(musician.run("jobs", "resume"))["path"]) > 5


def test_no_wait_and_cancel(musician: Program, calm: SandboxProcess) -> None:
    taken = musician.run("generate", "--account", "test", *SHORT_SONG, "--no-wait")
    assert taken.code == 0, taken.stderr
    assert events(taken) == ["queued", "sending", "accepted"]
    job = taken.last()["job"]
    cancelled = musician.run("jobs", "cancel", job[:8])
    assert (cancelled.code, cancelled.last()["state"]) == (0, "cancelled")
    check_sentence(musician.run("jobs", "cancel", job), code=2, words="finished")

    # It was paid for, so the clip comes all the same.
    before = len(musician.clips())
    resumed = musician.run("jobs", "resume")
    assert resumed.code == 0, resumed.stderr
    assert len(musician.clips()) == before + 1
    assert len(calm.requests("POST", "/create")) == 1


def test_a_job_is_left_to_the_program_that_looks_after_it(
    musician: Program, calm: SandboxProcess
) -> None:
    calm.set_faults([{"where": "create", "kind": "slow_task", "seconds": 15}])
    process = musician.start("generate", "--account", "test", *SHORT_SONG, "--takes", "4", "--json")
    for _ in range(3):
        _read_until(process, "accepted")
    calm.set_faults([])
    (waiting,) = (job for job in musician.jobs() if job["state"] == "queued")
    for command in (("cancel",), ("resolve", "--forget"), ("resolve", "--send-again")):
        refused = musician.run("jobs", command[0], waiting["id"], *command[1:])
        check_sentence(
            refused, code=1, words="another producer studio process is handling this job"
        )
    process.communicate(timeout=240)
    assert process.returncode == 0
    assert len(calm.requests("POST", "/create")) == 4


def test_files_are_made_in_every_format_and_none_is_overwritten(
    musician: Program, song: dict[str, Any], tmp_path: Path
) -> None:
    made: list[Path] = []
    for options in (
        ["--format", "mp3"],
        ["--format", "mp3", "--mp3", "V0"],
        ["--format", "wav"],
        ["--format", "wav", "--bits", "24"],
        ["--format", "flac"],
        ["--format", "m4a"],
    ):
        ended = musician.run("export", song["id"][:8], *options, "--to", str(tmp_path / "a b"))
        assert ended.code == 0, ended.stderr
        path = Path(ended.last()["path"])
        assert path.suffix == f".{options[1]}"
        assert seconds_heard(path) == pytest.approx(song["duration_s"], abs=0.1)
        recipe = read_recipe(path)
        assert recipe is not None
        assert recipe["sound"] == song["sound"]
        made.append(path)
    assert len(set(made)) == 6
    assert made[0].name == f"Harbour - FUZZ-2.0 - {song['seed']}.mp3"
    assert made[3].stat().st_size > made[2].stat().st_size * 1.3
    named = musician.run(
        "export", song["id"], "--format", "m4a", "--to", str(tmp_path), "--name", "{id}: {key}"
    )
    assert Path(named.last()["path"]).name.startswith(song["id"][:8])
    wrong = musician.run(
        "export", song["id"], "--format", "m4a", "--to", str(tmp_path), "--name", "{colour}"
    )
    check_sentence(wrong, code=2, words="{colour} is unknown")


def test_output_that_nobody_reads_and_narrow_encodings(
    musician: Program, song: dict[str, Any]
) -> None:
    deaf = musician.start("library", "search", "", "--json")
    assert deaf.stdout is not None
    deaf.stdout.close()
    assert deaf.wait(60) in {0, 1}
    assert deaf.stderr is not None
    assert deaf.stderr.read() == ""
    deaf.stderr.close()

    narrow = musician.run("library", "show", song["id"], PYTHONIOENCODING="cp1252")
    assert song.items() <= narrow.last().items()
    plain = musician.start("library", "search", "", PYTHONIOENCODING="ascii")
    stdout, stderr = plain.communicate(timeout=240)
    assert (plain.returncode, stderr) == (0, "")
    assert song["id"][:8] in stdout


@pytest.mark.parametrize(
    "damage", [b"this is no database at all" * 500, b""], ids=["other contents", "empty"]
)
def test_a_damaged_catalogue_is_rebuilt(
    musician: Program, song: dict[str, Any], tmp_path: Path, damage: bytes
) -> None:
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-r", str(musician.library), str(copy)], check=True)
    for file in copy.glob("library.db*"):
        file.unlink()
    (copy / "library.db").write_bytes(damage)
    ended = musician.run("library", "search", "title:Harbour", "--library", str(copy))
    check_sentence(ended, code=0, words="clips")
    assert song["id"] in {clip["id"] for clip in ended.lines}
    assert all(str(copy) in clip["path"] for clip in ended.lines)


@pytest.mark.skipif(sys.platform != "linux", reason="permissions and setpriv are Linux's")
def test_a_library_that_cannot_be_written(
    musician: Program, calm: SandboxProcess, song: dict[str, Any], tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-r", str(musician.library), str(copy)], check=True)
    subprocess.run(["chmod", "-R", "a-w", str(copy)], check=True)
    library = ("--library", str(copy))
    weak = musician if os.geteuid() else musician.with_prefix(
        "setpriv", "--bounding-set=-all", "--inh-caps=-all"
    )  # fmt: skip
    found = weak.run("library", "show", song["id"], *library)
    check_sentence(found, code=0, words="cannot be written to (permission denied)")
    exported = weak.run("export", song["id"], "--format", "wav", "--to", str(tmp_path), *library)
    assert exported.code == 0, exported.stderr
    refused = weak.run("generate", "--account", "test", "--sound", SOUND, *library)
    assert refused.code == 1
    check_plain(refused.stderr)
    assert refused.stderr.splitlines()[-1].endswith("nothing was changed.")
    assert not calm.state()["requests"]
    subprocess.run(["chmod", "-R", "u+w", str(copy)], check=True)


def test_no_key_is_kept_or_shown(calm: SandboxProcess, tmp_path: Path) -> None:
    program = Program(tmp_path / "home")
    program.add_account(calm.url)
    stdin = subprocess.run(
        [sys.executable, "-m", "producer_studio", "accounts", "add", "typed", "--service",
         "musicapi", "--base-url", calm.url, "--key-stdin"],
        input=f"{KEY}\n", capture_output=True, text=True, check=False, env=program.environ,
    )  # fmt: skip
    assert stdin.returncode == 0, stdin.stderr
    process = program.start(
        "generate", "--account", "test", *SHORT_SONG, "--json", PRODUCER_STUDIO_LOG="debug"
    )
    started = _read_until(process, "accepted")
    if sys.platform == "linux":
        assert KEY not in Path(f"/proc/{process.pid}/cmdline").read_text()
    stdout, stderr = process.communicate(timeout=240)
    assert process.returncode == 0
    assert json.loads(stdout.splitlines()[-1])["event"] == "done"
    listed = program.run("accounts", "list")
    for text in (stdin.stdout, stdin.stderr, started, stdout, stderr, json.dumps(listed.lines)):
        assert KEY not in text
    files = [path for path in program.home.rglob("*") if path.is_file()]
    assert len(files) > 5
    for path in files:
        assert KEY.encode() not in path.read_bytes(), path


def _read_until(process: "subprocess.Popen[str]", event: str) -> str:
    """Reads on to an event, and returns what has been read."""
    assert process.stdout is not None
    read = ""
    for line in process.stdout:
        read += line
        if f'"event": "{event}"' in line:
            return read
    raise AssertionError(f"{event} never came:\n{read}")

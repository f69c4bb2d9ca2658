"""Keys and accidents: where a key goes, and what a crash leaves behind."""

import json
import os
import signal
import time

from proof.report import Case
from proof.room import ANNA, ProofProblem, Room
from proof.stage import LIBRARY, PROGRAM, Stage, studio

KEY = "sk-proof-3b9d51f0c27e"
_CHAIN = ("dbus", "dbus-daemon", "gnome-keyring")

_SERVICE = """
mkfifo door
producer-studio sandbox --port 8701 --stop-with-stdin --key "$KEY" < door > told 2> errors &
exec 9> door
until grep -q ready told; do kill -0 $! || { cat errors; exit 1; }; sleep 0.1; done
url=$(sed -n 's/.*"url" *: *"\\([^"]*\\)".*/\\1/p' told)/musicapi
studio() { producer-studio "$@" --json; echo "code $?"; }
"""
_ADD = 'echo "$KEY" | studio accounts add mine --service musicapi --base-url "$url" --key-stdin'
_TEST = "studio accounts test mine"
_END = "exec 9>&-; wait"
_SESSION = (
    'printf secret | gnome-keyring-daemon --unlock --components=secrets > /dev/null; sh -c "$1"'
)


def keychain(stage: Stage) -> None:
    """With a Secret Service the key is there in the next session; nowhere else is it ever."""
    with stage.case("keychain") as case:
        layers, _ = stage.install(stage.installed, *_CHAIN)
        with stage.room(layers) as room:
            script = f"{_SERVICE} {_ADD}; {_TEST}; {_END}"
            first = _in_session(room, script)
            second = _in_session(room, f"rm -f door; {_SERVICE} {_TEST}; {_END}")
            case.need(_codes(first) == [0, 0], f"The key was not taken:\n{first}")
            case.need(_codes(second) == [0], f"The key was not found again:\n{second}")
            case.need("memory" not in first, f"The keychain was not used:\n{first}")
            _key_is_nowhere(case, room, first + second, but_in="keyrings")
            case.say("stored, found in the next session, in no other file")


def no_keychain(stage: Stage) -> None:
    """Without one the program says that the key is for this run only, and means it."""
    with stage.case("no keychain") as case, stage.room() as room:
        said = room.run(
            ANNA, "sh", "-c", f"{_SERVICE} {_ADD}; {_TEST}; {_END}", environ={"KEY": KEY}
        )
        case.need(_codes(said) == [0, 3], f"Unexpected codes:\n{said}")
        case.need("no usable keychain" in said, f"It does not say that there is none:\n{said}")
        _key_is_nowhere(case, room, said, but_in="")
        case.say("says so; the key is in no file")


def crash(stage: Stage) -> None:
    """A window that dies leaves a report for people, without the key, offered at the next start."""
    with stage.case("crash") as case, stage.room() as room:
        studio(room, ANNA, "accounts", "add", "mine", "--service", "musicapi")
        studio(room, ANNA, "accounts", "add", "demo", "--service", "demo")
        variable = "PRODUCER_STUDIO_KEY_MINE"
        process = room.start(ANNA, PROGRAM, "window", **{variable: KEY})
        number = _window_process(room)
        os.kill(number, signal.SIGSEGV)
        said, _ = process.communicate(timeout=60)
        listed = studio(room, ANNA, "reports", "list")
        case.need(listed, f"There is no report of the crash. The window said:\n{said[-800:]}")
        case.say(f"{len(listed)} report")
        state = room.outside(f"{ANNA.home}/.local/state/producer-studio")
        texts = [path.read_bytes() for path in state.rglob("*") if path.is_file()]
        case.need(
            any(b"SIGSEGV" in text or b"egmentation" in text for text in texts),
            "No report says what happened.",
        )
        _key_is_nowhere(case, room, said + json.dumps(listed), but_in="")
        case.need(not (left := room.until_empty()), f"Still running: {left}")
        case.say("readable, without the key")


def _window_process(room: Room, limit_s: float = 60.0) -> int:
    """The number of a window that has opened its library and is at rest."""
    lock = room.outside(f"{ANNA.home}/{LIBRARY}/library.db-wal")
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        programs = [one for one, name in room.processes().items() if name.endswith(PROGRAM)]
        if programs and lock.exists():
            return min(programs)
        time.sleep(0.05)
    raise ProofProblem("The window did not open its library.")


def _in_session(room: Room, script: str) -> str:
    """Runs a script in a desktop session of its own with an open keychain."""
    words = ["dbus-run-session", "--", "sh", "-c", _SESSION, "session", script]
    runtime = {"XDG_RUNTIME_DIR": f"{ANNA.home}/.runtime", "KEY": KEY}
    room.run(ANNA, "mkdir", "-p", "-m", "700", runtime["XDG_RUNTIME_DIR"])
    return room.run(ANNA, *words, environ=runtime)


def _codes(said: str) -> list[int]:
    return [int(line.split()[1]) for line in said.splitlines() if line.startswith("code ")]


def _key_is_nowhere(case: Case, room: Room, said: str, but_in: str) -> None:
    case.need(KEY not in said, "The key was written to the terminal.")
    for path in room.upper.rglob("*"):
        if path.is_file() and not path.is_symlink() and not (but_in and but_in in path.parts):
            case.need(KEY.encode() not in path.read_bytes(), f"The key is in {path}.")

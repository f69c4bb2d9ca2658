"""Using the program as an ordinary user: the tour, a window on a display, several people."""

import json
import os
import signal
import subprocess
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from proof.report import Case
from proof.room import ANNA, ZOE, Person, ProofProblem, Room
from proof.stage import INSTALLED, JUDGE, PROGRAM, Stage, make_song, studio

TITLE = "Paper Lanterns"
"""The song that the tour exports."""

_PICTURES = 20


def tour(stage: Stage) -> None:
    """From the welcome to MP3 and WAV, drawn into memory, without any network."""
    with stage.case("tour") as case, stage.room() as room:
        net = [line.split(":")[0].strip() for line in _read(room, "/proc/net/dev")[2:]]
        case.need(net == ["lo"], f"There is a network: {net}")
        room.run(ANNA, PROGRAM, "tour", "--to", "Tour")
        judge_tour(case, stage, room.outside(f"{ANNA.home}/Tour"), "tour")
        case.need(not (left := room.until_empty()), f"Still running: {left}")


def window(stage: Stage) -> None:
    """The same on an X display, with the libraries that the package declares; photographed."""
    with stage.case("window on X") as case, stage.room(shows=True) as room:
        folder = stage.kept / stage.suite
        folder.mkdir(parents=True, exist_ok=True)
        shot = folder / "display.png"
        process = room.start(ANNA, PROGRAM, "tour", "--to", "Tour", QT_QPA_PLATFORM="xcb")
        said = ""
        assert process.stdout is not None  # noqa: S101 - a pipe
        for line in process.stdout:
            said += line
            if line.startswith("inspect"):
                # The next step is on its way: the window is on the display, full of songs.
                _take(stage, shot)
        code = process.wait()
        case.need(code == 0, f"The tour ended with {code}:\n{said[-1500:]}")
        loaded = "xcb" if code == 0 else "no"
        (seen,) = stage.judge("pictures", [shot])
        case.need(seen["colours"] > 1000, f"The display shows {seen['colours']} colours only.")
        case.say(f"{loaded} plugin, display of {seen['colours']} colours")
        judge_tour(case, stage, room.outside(f"{ANNA.home}/Tour"), "window")


def people(stage: Stage) -> None:
    """Two people at once, one with signs from everywhere in her home, the system read-only."""
    with stage.case("two people") as case, stage.room(read_only=True) as room:
        for place in ("/usr/x", "/etc/x", "/opt/x", "/var/lib/x"):
            room.run(None, "touch", place, codes=(1,))
        case.say("system read-only")
        room.run(None, "chmod", "755", ANNA.home, ZOE.home)
        with ThreadPoolExecutor(2) as pool:
            both = list(pool.map(lambda one: _work(room, one), (ANNA, ZOE)))
        case.need(both == [[f"Song of {one.name}"] for one in (ANNA, ZOE)], f"Libraries: {both}")
        for one in (ANNA, ZOE):
            judge_tour(case, stage, room.outside(f"{one.home}/Tour"), f"people-{one.name}")
        case.say(f"homes {ANNA.home} and {ZOE.home}")
        for one, other in ((ANNA, ZOE), (ZOE, ANNA)):
            seen = private_but_readable(room, other, one)
            case.need(not seen, f"{other.name} can read of {one.name}:\n" + "\n".join(seen))
        case.need(not (left := room.until_empty()), f"Still running: {left}")


def children(stage: Stage) -> None:
    """Demo Studio and the measurer are this program, and end with it, however it ends."""
    with stage.case("child processes") as case, stage.room() as room:
        make_song(room, ANNA, "Before")
        for ending in ("ends", "is killed"):
            process = room.start(ANNA, PROGRAM, *_LONG)
            seen = _programs_while_working(room, process)
            if ending == "is killed":
                # The oldest has started the others.
                os.kill(min(room.processes()), signal.SIGKILL)
            process.communicate(timeout=300)
            case.need(set(seen.values()) == {INSTALLED}, f"Others ran: {seen}")
            case.need(len(seen) > 2, f"Only {len(seen)} processes were seen at work.")
            left = room.until_empty()
            case.need(not left, f"When it {ending}, these go on: {left}")
            case.say(f"{len(seen)} processes at work, 0 left when it {ending}")


_LONG = (
    "generate", "--account", "demo", "--takes", "2", "--title", "Long", "--json",
    "--sound", "slow ambient pads with a distant choir and deep bass, 60 bpm, vast and still",
)  # fmt: skip


def _programs_while_working(room: Room, process: "subprocess.Popen[str]") -> dict[int, str]:
    """All processes that were seen until the first clip was collected."""
    seen: dict[int, str] = {}
    assert process.stdout is not None  # noqa: S101 - a pipe
    for line in process.stdout:
        seen |= room.processes()
        if '"collecting"' in line:
            return seen
    raise ProofProblem("The program ended before it had collected anything.")


def _work(room: Room, person: Person) -> list[str]:
    """What somebody does on a day: a tour, a song, an export, the window. Gives her titles."""
    make_song(room, person, f"Song of {person.name}")
    room.run(person, PROGRAM, "tour", "--to", "Tour")
    clips = studio(room, person, "library", "search")
    studio(room, person, "export", clips[0]["id"], "--format", "mp3", "--to", "Exports")
    # With no locale at all the signs of a home must be read all the same.
    room.run(person, PROGRAM, "window", "--until-ready", environ={"LANG": "", "LC_ALL": "C"})
    return [clip["title"] for clip in clips]


def private_but_readable(room: Room, person: Person, owner: Person) -> list[str]:
    """What of somebody's accounts, keys and state another person can read."""
    folders = (".config", ".local/state", ".cache")
    places = [f"{owner.home}/{folder}/{PROGRAM}" for folder in folders]
    # find complains about folders that it may not enter, which is what is hoped for.
    said = room.run(
        person, "find", *places, "-type", "f", "-readable", "-printf", "%m %p\\n", codes=(0, 1)
    )
    return [line for line in said.splitlines() if line[:3].isdigit()]


def judge_tour(case: Case, stage: Stage, folder: Path, name: str) -> None:
    """Judges the songs and pictures of a tour from outside, and keeps them."""
    songs = sorted(path for path in folder.glob("*") if path.suffix in {".mp3", ".wav"})
    pictures = sorted(folder.glob("*.png"))
    if sorted(path.suffix for path in songs) != [".mp3", ".wav"]:
        raise ProofProblem(f"The tour exported {[path.name for path in songs]}.")
    case.need(len(pictures) == _PICTURES, f"There are {len(pictures)} pictures.")
    sounds = stage.judge("sounds", songs)
    for sound in sounds:
        _judge_sound(case, sound)
    lengths = [sound["seconds"] for sound in sounds]
    case.need(max(lengths) - min(lengths) < 0.2, f"MP3 and WAV differ in length: {lengths}")
    for seen in stage.judge("pictures", pictures):
        case.need(seen["colours"] > 60, f"{seen['file']} is empty.")
    case.details[name] = sounds
    case.say(", ".join(f"{s['codec']} {s['seconds']:.1f} s {s['lufs']:.1f} LUFS" for s in sounds))
    keep(stage, [*songs, *pictures], name)


def _judge_sound(case: Case, sound: dict[str, Any]) -> None:
    file = sound["file"]
    codec = {".mp3": "mp3float mp3", ".wav": "pcm_s16le"}[Path(file).suffix]
    case.need(sound["codec"] in codec, f"{file} is {sound['codec']}.")
    case.need(20 < sound["seconds"] < 300, f"{file} lasts {sound['seconds']:.1f} s.")
    case.need(sound["rms_db"] > -40 and 0.1 < sound["peak"] <= 1.2, f"{file} is silent or clipped.")
    lufs = sound["lufs"]
    case.need(lufs is not None and -16 <= lufs <= -13, f"{file} is at {lufs} LUFS.")
    words = json.dumps(sound["tags"])
    case.need(TITLE in words, f"{file} does not say its title: {words}")


def keep(stage: Stage, files: Iterable[Path], name: str) -> None:
    """Copies what was made out of the room, so that it can be looked at."""
    folder = stage.kept / stage.suite / name
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        (folder / file.name).write_bytes(file.read_bytes())


def _take(stage: Stage, shot: Path) -> None:
    command = [str(stage.python), str(JUDGE), "screen", str(shot)]
    ended = subprocess.run(
        command, check=False, capture_output=True, text=True, env={"DISPLAY": stage.display}
    )
    if ended.returncode:
        raise ProofProblem(f"The display could not be photographed:\n{ended.stderr[-800:]}")


def _read(room: Room, path: str) -> list[str]:
    return room.run(ANNA, "cat", path).splitlines()

"""Rooms: a root of its own for each case, stacked from layers, cut off from all else."""

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

KEEPER = Path(__file__).with_name("keeper.py")
LIMIT_S = 900.0
_PATH = "/usr/local/bin:/usr/bin:/bin"
_ROOTS_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class ProofProblem(Exception):
    """Something is not as it has to be; the sentence says what."""


@dataclass(frozen=True)
class Person:
    """An ordinary user of a root."""

    name: str
    home: str
    number: int


ANNA = Person("anna", "/home/anna", 1000)
ZOE = Person("zoe", "/home/Zoë Müller-日本", 1001)


@dataclass(frozen=True)
class Layers:
    """A stack of folders, uppermost first, that a room sees as one root."""

    folders: tuple[Path, ...]

    def under(self, folder: Path) -> "Layers":
        return Layers((folder, *self.folders))


@dataclass
class Room:
    """An open room: commands can be run in it.

    Attributes:
    root: The room as a whole, as processes outside are told its paths.
        upper: What was written in the room, seen from outside.
        layers: All of it, for a room on top of this one.
    """

    number: int
    root: Path
    upper: Path
    layers: Layers
    environ: dict[str, str] = field(default_factory=dict)

    def command(self, person: Person | None, arguments: Sequence[str]) -> list[str]:
        """The command line that runs another one in the room, as root when nobody is named."""
        home = person.home if person else "/root"
        named = {"HOME": home, "PATH": _PATH if person else _ROOTS_PATH, "LANG": "C.UTF-8"}
        if person:
            named |= {"USER": person.name, "LOGNAME": person.name}
        pairs = [f"{name}={value}" for name, value in {**named, **self.environ}.items()]
        identity = []
        if person:
            number = str(person.number)
            identity = ["/usr/bin/setpriv", f"--reuid={number}", f"--regid={number}"]
            identity += ["--clear-groups", "--inh-caps=-all", "--no-new-privs", "--"]
        inside = ["/usr/bin/env", "--ignore-environment", f"--chdir={home}", *pairs]
        door = ["--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--wd"]
        return ["nsenter", f"--target={self.number}", *door, *inside, *identity, *arguments]

    def start(
        self, person: Person | None, *arguments: str, **environ: str
    ) -> subprocess.Popen[str]:
        """Starts a command with its streams on pipes; what it writes to stderr joins stdout."""
        told = [f"{name}={value}" for name, value in environ.items()]
        words = ["/usr/bin/env", *told, *arguments] if told else arguments
        return subprocess.Popen(
            self.command(person, words),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(
        self,
        person: Person | None,
        *arguments: str,
        said: str = "",
        codes: Sequence[int] = (0,),
        environ: Mapping[str, str] | None = None,
    ) -> str:
        """Runs a command to its end and gives its output.

        Raises:
            ProofProblem: It ended with another code than expected; with the end of what it wrote.
        """
        told = [f"{name}={value}" for name, value in (environ or {}).items()]
        words = ["/usr/bin/env", *told, *arguments] if told else arguments
        try:
            ended = subprocess.run(
                self.command(person, words),
                input=said,
                capture_output=True,
                text=True,
                timeout=LIMIT_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise ProofProblem(f"“{' '.join(arguments)}” did not end.") from error
        if ended.returncode not in codes:
            last = (ended.stdout + ended.stderr).strip()[-1500:]
            raise ProofProblem(f"“{' '.join(arguments)}” ended with {ended.returncode}:\n{last}")
        return ended.stdout + ended.stderr

    def processes(self) -> dict[int, str]:
        """Each process of the room but its keeper, and the program that it runs."""
        own = Path(f"/proc/{self.number}/ns/pid").readlink()
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            number = int(folder.name)
            try:
                if number != self.number and (folder / "ns/pid").readlink() == own:
                    found[number] = str((folder / "exe").readlink()).removeprefix(str(self.root))
            except OSError:
                # It ended meanwhile, or waits to be buried: it runs nothing.
                continue
        return found

    def until_empty(self, limit_s: float = 20.0) -> dict[int, str]:
        """Waits until nothing runs in the room; gives what is left all the same."""
        deadline = time.monotonic() + limit_s
        while (left := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.05)
        return left

    def outside(self, path: str) -> Path:
        """Where a file that was written in this room lies, seen from outside."""
        return self.upper / path.lstrip("/")


@contextmanager
def opened(
    layers: Layers,
    upper: Path,
    *,
    alone: bool = True,
    read_only: bool = False,
    binds: Sequence[tuple[Path, str]] = (),
) -> Iterator[Room]:
    """A room, and its end: nothing that was started or mounted in it outlives this.

    Args:
        layers: What it stands on; nothing is written there.
        upper: The folder for whatever is written in it.
        alone: Whether it has no network but its own loopback.
        read_only: Whether only homes and folders for passing files can be written to.
        binds: Files and folders from outside, and where they are seen inside.
    """
    work, root = upper.with_name(f"{upper.name}.work"), upper.with_name(f"{upper.name}.root")
    for folder in (upper, work, root):
        folder.mkdir(parents=True, exist_ok=True)
    plan = {
        "root": str(root),
        "lower": [str(folder) for folder in layers.folders],
        "upper": str(upper),
        "work": str(work),
        "alone": alone,
        "read_only": read_only,
        "binds": [(str(source), place) for source, place in binds],
    }
    spaces = ["--mount", "--pid", "--fork", "--kill-child", "--uts", "--ipc"]
    spaces += ["--net"] if alone else []
    command = ["unshare", *spaces, "--propagation=private", sys.executable, str(KEEPER)]
    keeper = subprocess.Popen(
        [*command, json.dumps(plan)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert keeper.stdout is not None  # noqa: S101 - asked for above
    try:
        number = keeper.stdout.readline().strip()
        if not number:
            raise ProofProblem("A room could not be made; the lines above say why.")
        yield Room(int(number), root, upper, layers.under(upper))
    finally:
        close(keeper)
        shutil.rmtree(work, ignore_errors=True)


def close(keeper: subprocess.Popen[str]) -> None:
    try:
        keeper.communicate(timeout=10)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        keeper.send_signal(signal.SIGKILL)
        keeper.communicate()

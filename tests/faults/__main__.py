"""`python3 -m tests.faults`: each file call of an operation fails in turn.

An operation runs once in a small library, and the calls of the C library for files below its folder
are counted. Then it runs once for each of them, in a copy of that folder, and that call fails. A
checker that uses nothing of the program compares database and files; then the program is started
again, and the operation repeated without a fault. Ends with 1 when an error was not told in words,
a clip or a file was lost, a part of a file has a final name, or the repetition ends in another way
than the first run.

Needs Linux and a C compiler (`cc`).
"""

import argparse
import asyncio
import ctypes
import errno
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from producer_studio.domain.errors import ServiceError
from tests.faults.operations import OPERATIONS, PREPARATIONS, make_folder
from tests.faults.state import State, find_differences, find_losses, read_state
from tests.support.sandbox_process import running_sandbox

_PRELOADED = "PRODUCER_STUDIO_FAULTS"
_SOURCE = Path(__file__).with_name("file_calls.c")
_MEMORY = Path("/dev/shm")
_LIMIT_S = 120.0
_LATER = ("/recipe.json", "/lyrics.txt", "library/deleting/", ".part", ".suspect")
"""Parts of names of files that the next start writes or deletes."""


@dataclass(frozen=True)
class Fault:
    """What fails.

    Attributes:
        number: Number of the call that fails; 0 for none.
        error: Number of its error.
        lasting: Whether all later calls fail, too.
        databases: Whether calls for databases are counted, too.
    """

    number: int = 0
    error: int = 0
    lasting: bool = False
    databases: bool = False


@dataclass(frozen=True)
class Run:
    """End of an operation.

    Attributes:
        calls: Number of calls that were counted.
        failed: The call that failed.
        said: Error or result in words; empty for a success without a remark.
        crash: Stack of an exception that is not one of the program's errors.
    """

    calls: int = 0
    failed: str = ""
    said: str = ""
    crash: str = ""


def run_operation(name: str, folder: Path, fault: Fault) -> Run:
    """Runs an operation in a child process."""
    lines = _call_in_child(lambda: asyncio.run(_perform(name, folder, fault)))
    return Run(*json.loads(lines)) if lines else Run(crash="the process ended without a result")


async def _perform(name: str, folder: Path, fault: Fault) -> list[Any]:
    calls = ctypes.CDLL(None)
    calls.faults_failed_call.restype = ctypes.c_char_p

    def begin() -> None:
        options = (fault.number, fault.error, fault.lasting, fault.databases)
        calls.faults_arm(os.fsencode(folder), *map(int, options))

    said = crash = ""
    try:
        running = OPERATIONS[name].run(folder, begin, calls.faults_disarm)
        said = await asyncio.wait_for(running, _LIMIT_S)
    except ServiceError as error:
        said = error.message
    except Exception:  # noqa: BLE001 - the checker reports it
        crash = traceback.format_exc()[-3000:]
    count = calls.faults_disarm()
    return [count, calls.faults_failed_call().decode("utf-8", "replace"), str(said), crash]


def _call_in_child(function: Callable[[], object]) -> str:
    """Returns the result of a function as JSON; empty if the process ended otherwise."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            nothing = os.open(os.devnull, os.O_WRONLY)
            if "FAULTS_LOG" not in os.environ:
                os.dup2(nothing, 2)
            os.write(writing, json.dumps(function()).encode())
        except BaseException:  # noqa: BLE001 - the process has no other way to tell
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        content = pipe.read()
    os.waitpid(child, 0)
    return content


def check(name: str, base: Path, wanted: State, fault: Fault) -> tuple[Fault, Run, list[str]]:
    """Runs an operation with a fault, and again without one; returns what is wrong then."""
    operation = OPERATIONS[name]
    with tempfile.TemporaryDirectory(dir=base.parent) as place:
        folder = Path(place, "files")
        shutil.copytree(base, folder)
        before = read_state(folder)
        run = run_operation(name, folder, fault)
        found = [run.crash] if run.crash else []
        after = read_state(folder)
        losses = find_losses(before, after, wanted)
        # Between two renames of a restore there is no database: the next start goes on with it.
        found += [] if run.said and name in {"restore", "rebuild"} else losses
        silent = find_differences(after, wanted, (*operation.tolerates, *_LATER))
        if silent and not run.said:
            found.append(f"nothing was said, and: {'; '.join(silent)}")
        # As the next start of the program does it.
        run_operation("open", folder, Fault())
        again = run_operation(name, folder, Fault())
        end = read_state(folder)
        found += [again.crash] if again.crash else []
        found += [f"at the end: {loss}" for loss in find_losses(before, end, wanted)]
        if left := find_differences(end, wanted, operation.tolerates):
            found.append(f"at the end ({again.said}): {'; '.join(left)}")
        return fault, run, found


def check_all(name: str, options: argparse.Namespace) -> Counter[str]:
    """Checks an operation with all faults; returns the numbers of runs and of faulty ones."""
    total = Counter[str]()
    where = _MEMORY if _MEMORY.is_dir() else None
    with (
        tempfile.TemporaryDirectory(prefix="producer-studio-faults-", dir=where) as place,
        running_sandbox() as sandbox,
    ):
        base, reference = Path(place, "base"), Path(place, "reference", "files")
        if not _call_in_child(lambda: asyncio.run(make_folder(base))):
            raise SystemExit("the library could not be made")
        prepare = PREPARATIONS.get(name)
        if prepare and not _call_in_child(lambda: asyncio.run(prepare(base, sandbox))):
            raise SystemExit("the library could not be prepared")
        shutil.copytree(base, reference)
        kinds = {"lasting": options.lasting, "databases": options.databases}
        first = run_operation(name, reference, Fault(**kinds))
        wanted = read_state(reference)
        print(f"{name}: {first.calls} calls {first.said}{first.crash}", flush=True)
        numbers = options.only or range(1, first.calls + 1, options.every)
        faults = [
            Fault(number, getattr(errno, error), **kinds)
            for error in options.error.split(",")
            for number in numbers
        ]
        # Not threads: a lock that another one holds while this one forks stays locked.
        with multiprocessing.get_context("fork").Pool(options.processes) as pool:
            for fault, run, found in pool.imap(partial(check, name, base, wanted), faults):
                total["runs"] += 1
                total["faulty"] += bool(found)
                if found or options.list:
                    error = errno.errorcode[fault.error]
                    print(f"  {fault.number} {error} [{run.failed}] said: {run.said}", flush=True)
                for one in found:
                    print(f"    {one}", flush=True)
        total["faulty"] += bool(first.crash)
    return total


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 -m tests.faults", description=__doc__)
    parser.add_argument("operations", nargs="*", help=", ".join(OPERATIONS))
    parser.add_argument("--error", default="EIO,ENOSPC,EACCES", help="default: %(default)s")
    parser.add_argument("--lasting", action="store_true", help="all later calls fail, too")
    parser.add_argument("--databases", action="store_true", help="calls for databases fail, too")
    parser.add_argument("--every", type=int, default=1, help="only each so many calls")
    parser.add_argument("--only", type=int, nargs="*", help="numbers of calls")
    parser.add_argument("--list", action="store_true", help="print what is said at each call")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    if _PRELOADED not in os.environ:
        return _run_preloaded()
    total = Counter[str]()
    for name in options.operations or OPERATIONS:
        total += check_all(name, options)
    print(f"{total['runs']} runs, {total['faulty']} of them faulty")
    return 1 if total["faulty"] else 0


def _run_preloaded() -> int:
    """Runs this command again with the library that counts its calls."""
    with tempfile.TemporaryDirectory() as place:
        library = Path(place, "file_calls.so")
        compiling = ["cc", "-shared", "-fPIC", "-O1", "-o", library, _SOURCE, "-ldl"]
        subprocess.run(compiling, check=True)
        environ = {**os.environ, "LD_PRELOAD": str(library), _PRELOADED: "1"}
        command = [sys.executable, "-m", "tests.faults", *sys.argv[1:]]
        return subprocess.run(command, env=environ, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())

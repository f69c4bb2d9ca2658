#!/usr/bin/env python3
"""Sets everything up on a fresh machine, then opens the studio.

    python3 packaging/start.py               set up and open the studio
    python3 packaging/start.py test          set up and run all tests
    python3 packaging/start.py system        only install what both need of the system, as root
    python3 packaging/start.py ARGUMENTS     set up and pass the arguments to the program

Standard library only, on Linux, macOS and Windows. The environment is `.venv` in the checkout, made
with uv where uv is present and with venv and pip where it is not; both take the files of `uv.lock`
and check their hashes. On Debian and its relatives the system libraries that Qt needs are installed
as well if this runs as root; otherwise the one line that does it is printed.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from system_libraries import DEBIAN, WHEELS

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
OLDEST = (3, 11)

TESTS_FAILED = 1  # exit code of pytest
FEW = 12

# What some tests bring a desktop with (sound, a keychain, a screen reader) or build packages with,
# and its packages. A test whose part is missing says so and is skipped.
TEST_TOOLS = {
    "/usr/bin/pulseaudio": "pulseaudio",
    "/usr/bin/parec": "pulseaudio-utils",
    "/usr/bin/dbus-run-session": "dbus",
    "/usr/bin/gnome-keyring-daemon": "gnome-keyring",
    "/usr/bin/Xvfb": "xvfb",
    "/usr/bin/xauth": "xauth",
    "/usr/libexec/at-spi-bus-launcher": "at-spi2-core",
    "/usr/lib/python3/dist-packages/pyatspi": "python3-pyatspi",
    "/usr/bin/makensis": "nsis",
    "/usr/bin/osslsigncode": "osslsigncode",
    "/usr/bin/git": "git",
    "/usr/bin/objdump": "binutils",
    "/usr/bin/desktop-file-validate": "desktop-file-utils",
    "/usr/bin/appstreamcli": "appstream",
    "/usr/bin/groff": "groff-base",
    "/usr/bin/rpm": "rpm",
    "/usr/bin/zsh": "zsh",
    "/usr/bin/fish": "fish",
    "/usr/bin/faketime": "faketime",
}


def main(arguments: list[str]) -> int:
    if sys.version_info < OLDEST:
        return fail("Producer Studio needs Python 3.11 or later; this is " + sys.version.split()[0])
    testing = arguments[:1] == ["test"]
    only_system = arguments == ["system"]
    try:
        prepare_system(testing=testing or only_system)
        if only_system:
            return 0
        prepare_environment("dev" if testing else None)
    except subprocess.CalledProcessError as error:
        return fail(f"Set-up stopped: “{' '.join(map(str, error.cmd))}” failed.")
    if testing:
        return run_tests(arguments[1:])
    if not arguments and not has_display():
        return tour_instead()
    return run(["-m", "producer_studio", *arguments])


def fail(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1


def say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


def run(
    arguments: list[str], cwd: Path | None = None, environ: dict[str, str] | None = None
) -> int:
    """Runs the environment's Python and returns its exit code."""
    command = [str(python()), *arguments]
    if cwd is None and os.name == "posix":
        # The studio takes this process's place: signals reach it, nothing waits beside it.
        sys.stdout.flush()
        os.execv(command[0], command)
    try:
        return subprocess.run(command, cwd=cwd, env=environ, check=False).returncode
    except KeyboardInterrupt:
        return 130


def python(environment: Path = ENVIRONMENT) -> Path:
    if os.name == "nt":
        return environment / "Scripts" / "python.exe"
    return environment / "bin" / "python"


def has_display() -> bool:
    if sys.platform != "linux":
        return True
    return bool(
        os.environ.get("DISPLAY")
        or os.environ.get("WAYLAND_DISPLAY")
        or os.environ.get("QT_QPA_PLATFORM")
    )


def tour_instead() -> int:
    folder = Path(tempfile.gettempdir()) / "producer-studio-tour"
    say(
        "There is no display here, so no window can be opened. The tour shows the main job "
        f"instead; its pictures and songs go to {folder}."
    )
    return run(["-m", "producer_studio", "tour", "--to", str(folder)])


def test_environ() -> dict[str, str]:
    environ = dict(os.environ)
    # The tests start thousands of programs. Where this is set, each compiles all modules again,
    # which takes longer than the tests themselves.
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    paths = [str(Path(__file__).parent), environ.get("PYTHONPATH")]  # failed_tests.py
    environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    if sys.platform == "linux":
        # The tests draw into memory: the same everywhere, and no window flickers.
        environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return environ


def run_tests(arguments: list[str], root: Path = ROOT) -> int:
    """Runs the tests, several at once; up to `FEW` that fail run a second time, one by one.

    Many tests start programs, servers, windows and sound, which a busy machine can delay beyond any
    limit. What fails alone as well fails; what passes then is named, because it depends on the
    machine or on another test, which is to be mended.

    Args:
        arguments: Options and files for pytest.
        root: Folder of the project.
    """
    # A file of tests shares one service, so a file is what a worker takes, the longest first
    # (tests/conftest.py). Many of them wait for most of their time: four workers more than cores
    # keep the cores busy.
    workers = str((os.cpu_count() or 1) + 4)
    spread = ["--numprocesses", workers, "--dist", "loadfile", "--no-loadscope-reorder"]
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder, "failed")
        plugin = ["-m", "pytest", "-p", "failed_tests"]
        environ = test_environ()
        first = [*plugin, f"--failed-to={kept}", *spread, *arguments]
        result = run(first, cwd=root, environ=environ)
        failed = kept.read_text("utf-8").splitlines() if kept.exists() else []
        if result != TESTS_FAILED or not 0 < len(failed) <= FEW:
            return result
        say("\nThese failed beside others and run again, one by one:\n  " + "\n  ".join(failed))
        alone = [*plugin, f"--only-of={kept}", *arguments, "--numprocesses", "0"]
        result = run(alone, cwd=root, environ=environ)
        if result == 0:
            say("They pass alone, and are to be mended all the same:\n  " + "\n  ".join(failed))
        return result


# The system's libraries


def prepare_system(testing: bool) -> None:
    """Sees that Qt's libraries are there, on Debian and its relatives; for tests a desktop too.

    Raises:
        CalledProcessError: apt-get did not succeed.
    """
    if sys.platform != "linux":
        return
    missing = [name for name in sorted(WHEELS) if not loads(name)]
    if shutil.which("apt-get") is None:
        if missing:
            say("Qt may miss system libraries: " + ", ".join(missing))
        return
    needed = sorted({DEBIAN[name] for name in missing})
    wanted = sorted({package for path, package in TEST_TOOLS.items() if not Path(path).exists()})
    if needed and os.geteuid() != 0:
        raise SystemExit(
            fail(f"System libraries are missing. Run this once:\n  sudo {apt(needed)}")
        )
    if testing and wanted and os.geteuid() != 0:
        say(f"Some tests will be skipped. For all of them run once:\n  sudo {apt(wanted)}")
        wanted = []
    packages = needed + (wanted if testing else [])
    if packages:
        install(packages)


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def apt(packages: list[str]) -> str:
    """The line that installs Debian packages; of alternatives (“a | b”) the first that there is."""
    return "apt-get install --no-install-recommends -y " + " ".join(map(offered, packages))


def offered(package: str) -> str:
    first, *others = package.split(" | ")
    if not others:
        return first
    asked = subprocess.run(
        ["apt-cache", "show", "--no-all-versions", first], capture_output=True, check=False
    )
    return first if asked.returncode == 0 else others[0]


def install(packages: list[str]) -> None:
    """Installs Debian packages as root.

    Raises:
        CalledProcessError: apt-get did not succeed.
    """
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}

    def call(command: str) -> None:
        subprocess.run(command.split(), check=True, env=environ, stdout=subprocess.DEVNULL)

    call("apt-get update -qq")
    packages = [offered(package) for package in packages]
    say("Installing from the system's packages: " + " ".join(packages))
    call(apt(packages) + " -qq")


# The environment


def prepare_environment(group: str | None, environment: Path = ENVIRONMENT) -> None:
    """Makes an environment fit the lock file; returns at once when it does already.

    Args:
        group: A dependency group of pyproject.toml that is wanted with the program.
        environment: Its folder; made if it is not there.

    Raises:
        CalledProcessError: An installer did not succeed.
    """
    stamp = environment / "producer-studio.stamp"
    wanted = fingerprint()
    found = stamp.read_text("utf-8").split() if stamp.is_file() else []
    groups = ["program", group] if group else ["program"]
    if found[:1] == [wanted] and set(groups) <= set(found[1:]) and python(environment).is_file():
        return
    place = environment.relative_to(ROOT)
    say(f"Setting up the environment in {place} (once; it takes a minute or two).")
    uv = shutil.which("uv")
    if uv is not None:
        sync_with_uv(uv, group, environment)
    else:
        install_with_pip(group, environment)
    stamp.write_text(" ".join([wanted, *groups]), "utf-8")


def fingerprint() -> str:
    """What the environment depends on: the lock, the project file, this Python, this folder."""
    digest = hashlib.sha256()
    for name in ("uv.lock", "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    digest.update(f"{sys.version_info[:3]} {ROOT}".encode())
    return digest.hexdigest()[:32]


def sync_with_uv(uv: str, group: str | None, environment: Path) -> None:
    # uv takes the group “dev” unless it is told not to.
    groups = [] if group == "dev" else ["--no-dev", *(["--group", group] if group else [])]
    environ = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(environment)}
    environ.pop("VIRTUAL_ENV", None)
    command = [
        uv,
        "sync",
        "--frozen",
        "--quiet",
        "--compile-bytecode",
        # Whoever has the tests' tools keeps them; what freezes the program has nothing else.
        *(["--inexact"] if environment == ENVIRONMENT else []),
        "--python",
        sys.executable,
        *groups,
    ]
    subprocess.run(command, cwd=ROOT, env=environ, check=True, stdout=sys.stderr)


def install_with_pip(group: str | None, environment: Path) -> None:
    """Installs with venv and pip the files of the lock, none that has another hash."""
    # Neither is in, or is understood by, the Python versions that `main` turns away.
    import tomllib

    from lock import requirements

    make_venv(environment)
    lock = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
    # pip would fetch what builds the project itself without looking at hashes, so that comes first.
    groups = ["build", *([group] if group else [])]
    pip = [str(python(environment)), "-m", "pip", "install", "--disable-pip-version-check"]
    pip += ["--quiet", "--no-deps"]
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "requirements.txt"
        listed.write_text("\n".join(requirements(lock, groups)) + "\n", "utf-8")
        for wanted in (
            ["--require-hashes", "--requirement", str(listed)],
            ["--no-build-isolation", "--editable", str(ROOT)],
        ):
            subprocess.run([*pip, *wanted], check=True, stdout=sys.stderr)


def make_venv(environment: Path) -> None:
    try:
        import ensurepip  # noqa: F401 - Debian ships it in a package of its own
    except ImportError:
        if shutil.which("apt-get") is None:
            raise SystemExit(fail("Python's ensurepip is missing; install it or uv.")) from None
        if os.geteuid() != 0:
            line = apt(["python3-venv"])
            raise SystemExit(
                fail(f"Python's venv is missing. Run this once:\n  sudo {line}")
            ) from None
        install(["python3-venv"])
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        return
    venv.create(environment, with_pip=True, symlinks=os.name != "nt")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

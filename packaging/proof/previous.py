"""An older package to upgrade from: what the sources were before the library's schema changed.

The older sources are frozen with today's recipe and put into the new package's shell under a lower
version, so that nothing but the program and the number differ.
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from archives import unpack
from proof.room import ProofProblem

VERSION = "0.0.9"
_STEPS = "producer_studio/library/migrations.py"
_VERSION_FILE = "producer_studio/__init__.py"
_PLACE = Path("usr/lib/producer-studio")


def previous_package(root: Path, deb: Path, python: Path, folder: Path) -> Path:
    """The older package; made once, as freezing takes a minute.

    Args:
        root: The checkout, whose history is asked.
        deb: The new package.
        python: An environment's Python that has PyInstaller.
        folder: Where it is kept.

    Raises:
        ProofProblem: The history does not reach back that far, or freezing did not succeed.
    """
    commit = commit_before_schema(root)
    payload = folder / f"payload-{commit[:12]}" / "producer-studio"
    if not payload.is_dir():
        _freeze(root, commit, python, payload)
    made = folder / f"{deb.name.split('_')[0]}_{VERSION}_amd64.deb"
    _pack(deb, payload, made)
    return made


def commit_before_schema(root: Path) -> str:
    """The last commit whose library had one step of migration less than today's.

    Raises:
        ProofProblem: There is none in this clone.
    """
    today = steps((root / _STEPS).read_text("utf-8"))
    introduced = ""
    for commit in git(root, "log", "--format=%H", "--", _STEPS).split():
        if steps(git(root, "show", f"{commit}:{_STEPS}")) < today:
            break
        introduced = commit
    else:
        raise ProofProblem(
            "The history of this clone does not reach back to the library's schema before: "
            "“git fetch --unshallow” brings it."
        )
    if not introduced:
        raise ProofProblem(f"{_STEPS} has a step that is not committed yet.")
    return git(root, "rev-parse", f"{introduced}^").strip()


def steps(source: str) -> int:
    """Number of migrations in a version of the module, which states it or lists them."""
    stated = re.search(r"^SCHEMA_VERSION = (\d+)$", source, re.MULTILINE)
    if stated:
        return int(stated[1])
    found = re.search(r"^STEPS\b[^=]*=\s*\(([^)]*)\)", source, re.MULTILINE)
    return len([name for name in found[1].split(",") if name.strip()]) if found else 0


def git(root: Path, *arguments: str) -> str:
    # The checkout may belong to somebody else than root, who proves.
    command = ["git", "-c", f"safe.directory={root}", "-C", str(root), *arguments]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    if ended.returncode:
        raise ProofProblem(f"git: {ended.stderr.strip()}")
    return ended.stdout


def _freeze(root: Path, commit: str, python: Path, payload: Path) -> None:
    sys.stderr.write(f"Freezing the program as it was at {commit[:12]}, to upgrade from it.\n")
    sources = payload.parent.with_name(f"sources-{commit[:12]}")
    for folder in (sources, payload.parent):
        shutil.rmtree(folder, ignore_errors=True)
    packed = subprocess.run(
        ["git", "-c", f"safe.directory={root}", "-C", str(root), "archive", commit],
        check=True, capture_output=True,
    )  # fmt: skip
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as tar:
        unpack(tar, sources)
    shutil.copytree(
        root / "packaging", sources / "packaging", dirs_exist_ok=True,
        ignore=shutil.ignore_patterns("proof", "__pycache__"),
    )  # fmt: skip
    # The recipe asks it for names that it did not have then; the rest of it is the version.
    told = (root / _VERSION_FILE).read_text("utf-8")
    told = re.sub(r"^__version__ = .*$", f'__version__ = "{VERSION}"', told, flags=re.MULTILINE)
    (sources / _VERSION_FILE).write_text(told, "utf-8")
    command = [
        str(python), "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR",
        "--distpath", str(payload.parent), "--workpath", str(sources / "work"),
        str(sources / "packaging" / "producer-studio.spec"),
    ]  # fmt: skip
    ended = subprocess.run(command, check=False, capture_output=True, text=True, cwd=sources)
    if ended.returncode:
        shutil.rmtree(payload.parent, ignore_errors=True)
        raise ProofProblem(f"The older sources could not be frozen:\n{ended.stderr[-1500:]}")
    shutil.rmtree(sources)


def _pack(deb: Path, payload: Path, made: Path) -> None:
    """Puts another program and version into the shell of a package."""
    shell = made.with_suffix(".shell")
    shutil.rmtree(shell, ignore_errors=True)
    subprocess.run(["dpkg-deb", "--raw-extract", str(deb), str(shell)], check=True)
    shutil.rmtree(shell / _PLACE)
    # Papers that only the new one has stay away; the program itself is what it was.
    shutil.copytree(payload, shell / _PLACE, symlinks=True)
    control = shell / "DEBIAN" / "control"
    text = re.sub(
        r"^Version: .*$", f"Version: {VERSION}", control.read_text("utf-8"), flags=re.MULTILINE
    )
    control.write_text(text, "utf-8")
    (shell / "DEBIAN" / "md5sums").unlink(missing_ok=True)
    quick = ["-Zgzip", "-z1", "--root-owner-group"]
    subprocess.run(
        ["dpkg-deb", *quick, "--build", str(shell), str(made)],
        check=True, stdout=subprocess.DEVNULL, env={**os.environ, "SOURCE_DATE_EPOCH": "0"},
    )  # fmt: skip
    shutil.rmtree(shell)

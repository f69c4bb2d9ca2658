"""The workflows: their form, what is dangerous in them, and that each step runs here too."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


INSTALLS = (
    "apt-get install ",
    "apt-get update",
    "choco install ",
    "dnf install ",
    "sudo apt-get install ",
)


def _tool(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def test_they_are_of_the_form_that_is_read() -> None:
    command = [_tool("check-jsonschema"), "--builtin-schema", "vendor.github-workflows"]
    ended = subprocess.run(
        [*command, *map(str, WORKFLOWS)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_an_audit_finds_nothing_dangerous() -> None:
    command = [_tool("zizmor"), "--offline", "--no-progress", "--quiet"]
    ended = subprocess.run(
        [*command, *map(str, WORKFLOWS)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_one_commit_and_says_its_version(path: Path) -> None:
    for line in path.read_text("utf-8").splitlines():
        used = re.search(r"uses: (\S+)(.*)", line)
        if used is None or used[1].startswith("./"):
            continue
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", used[1]), line
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", used[2]), line


def test_one_action_has_one_commit_everywhere() -> None:
    commits: dict[str, set[str]] = {}
    for path in WORKFLOWS:
        for name, commit in re.findall(r"uses: ([\w/-]+)@(\S+)", path.read_text("utf-8")):
            commits.setdefault(name, set()).add(commit)
    assert {name: len(found) for name, found in commits.items()} == dict.fromkeys(commits, 1)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_each_step_is_one_command_of_this_checkout(path: Path) -> None:
    """What takes more than a line belongs into a file that runs on a computer too."""
    text = path.read_text("utf-8")
    assert "run: |" not in text
    for command in re.findall(r"run: (.*)", text):
        scripts = re.findall(r"packaging/[\w/]+\.(?:py|sh)", command)
        assert scripts or command.startswith(INSTALLS), command
        assert all((ROOT / script).is_file() for script in scripts), command
        assert "${{" not in command, command


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_nobody_has_rights_that_are_not_named(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "\npermissions: {}\n" in text
    jobs = text.partition("\njobs:\n")[2]
    names = re.findall(r"^  (\w+):$", jobs, re.MULTILINE)
    assert jobs.count("\n    permissions:\n") == len(names)
    assert text.count("actions/checkout@") == text.count("persist-credentials: false")


def test_a_pull_request_sees_no_secret() -> None:
    for path in WORKFLOWS:
        text = path.read_text("utf-8")
        if "pull_request" in text:
            assert "secrets." not in text
            assert "pull_request_target" not in text

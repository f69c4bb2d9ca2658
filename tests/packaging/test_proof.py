"""What the proof of the Debian package decides without a root: rows, differences, history."""

import json
import os
import subprocess
from pathlib import Path

import pytest

import prove
from producer_studio.library.migrations import STEPS
from proof import course, previous, room, roots
from proof.listing import EXPLAINED, differences, explanation
from proof.report import Report, line, table
from proof.room import ProofProblem


def test_a_case_holds_until_a_flaw_is_found() -> None:
    report = Report()
    with report.case("trixie", "tour") as case:
        case.need(True, "The song is silent.")
        case.say("48.7 s")
    assert report.holds
    with report.case("trixie", "removal") as case:
        case.need([], "The library is gone.")
    assert not report.holds
    assert report.cases[1].flaws == ["The library is gone."]


@pytest.mark.parametrize("problem", [ProofProblem("no song"), OSError("no disk"), KeyError("id")])
def test_what_goes_wrong_in_a_case_is_its_flaw_and_the_next_is_tried(problem: Exception) -> None:
    report = Report()
    with report.case("trixie", "tour"):
        raise problem
    with report.case("trixie", "removal"):
        pass
    assert [case.holds for case in report.cases] == [False, True]
    assert str(problem.args[0]) in report.cases[0].flaws[0]


def test_a_mistake_of_the_proof_itself_ends_it() -> None:
    report = Report()
    with pytest.raises(TypeError), report.case("trixie", "tour"):
        raise TypeError
    assert not report.holds


def test_nothing_tried_is_nothing_proven() -> None:
    assert not Report().holds


def test_the_table_has_cases_down_and_roots_across() -> None:
    report = Report()
    for root, name in (("trixie", "tour"), ("trixie", "removal"), ("bookworm", "tour")):
        with report.case(root, name) as case:
            case.need(root == "trixie", "It is silent.\nNot a sound.")
    rows = [row.split() for row in table(report.cases).splitlines()]
    assert rows == [
        ["trixie", "bookworm"],
        ["tour", "holds", "0", "s", "FAILS", "0", "s"],
        ["removal", "holds", "0", "s", "–"],
    ]
    assert [part.strip() for part in line(report.cases[2]).splitlines()[1:]] == [
        "│ It is silent.",
        "│ Not a sound.",
    ]


def test_the_report_can_be_read_by_programs(tmp_path: Path) -> None:
    report = Report()
    with report.case("trixie", "start") as case:
        case.details["ready"] = [0.25]
    report.write(tmp_path / "new" / "report.json", package="x.deb")
    told = json.loads((tmp_path / "new" / "report.json").read_text("utf-8"))
    assert told["holds"] is True
    assert told["package"] == "x.deb"
    assert told["cases"][0]["details"] == {"ready": [0.25]}


def test_what_a_removal_leaves_behind_is_named() -> None:
    before = {"/usr/bin/a": "f 755", "/etc/passwd": "f 644 one", "/var/log/dpkg.log": "f 644"}
    after = {"/etc/passwd": "f 644 two", "/usr/lib/producer-studio": "d 755"}
    found = differences(before, after)
    assert found.explained == {"/var/log/dpkg.log": "logs of apt and dpkg"}
    assert found.unexplained == [
        "/etc/passwd was f 644 one and is f 644 two",
        "/usr/bin/a was taken away",
        "/usr/lib/producer-studio was added (d 755)",
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/usr/lib/producer-studio/producer-studio",
        "/usr/share/applications/x.desktop",
        "/var/lib/producer-studio",
        "/etc/fonts/conf.d/10-x.conf",
        "/etc/xdg/autostart/x.desktop",
        "/var/cached",
    ],
)
def test_only_records_and_caches_are_explained(path: str) -> None:
    assert explanation(path) == ""
    assert all(EXPLAINED.values())


def test_the_history_tells_the_last_commit_of_the_schema_before(tmp_path: Path) -> None:
    def commit(steps: str) -> str:
        file = tmp_path / "producer_studio" / "library" / "migrations.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"STEPS: tuple[Step, ...] = ({steps})\n", "utf-8")
        git("add", ".")
        git("commit", "--allow-empty", "-q", "-m", "A step")
        return previous.git(tmp_path, "rev-parse", "HEAD").strip()

    def git(*arguments: str) -> None:
        who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org"}
        who |= {"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org"}
        environ = {**os.environ, **who}
        subprocess.run(["git", "-C", str(tmp_path), *arguments], check=True, env=environ)

    git("init", "-q")
    commit("to_version_1,")
    last = commit("to_version_1, ")
    commit("to_version_1, to_version_2")
    commit("to_version_1, to_version_2,  ")
    assert previous.commit_before_schema(tmp_path) == last


def test_a_clone_without_history_is_told_how_to_get_it(tmp_path: Path) -> None:
    file = tmp_path / "producer_studio" / "library" / "migrations.py"
    file.parent.mkdir(parents=True)
    file.write_text("STEPS = (to_version_1, to_version_2)\n", "utf-8")
    with pytest.raises(ProofProblem, match="git"):
        previous.commit_before_schema(tmp_path)


def test_the_checkouts_own_migrations_are_counted() -> None:
    source = (prove.ROOT / "producer_studio" / "library" / "migrations.py").read_text("utf-8")
    assert previous.steps(source) == len(STEPS)


def test_the_package_that_was_built_last_is_proven(tmp_path: Path) -> None:
    assert prove.newest(tmp_path) is None
    for number, name in enumerate(["b_1.deb", "a_2.deb"]):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (number, number))
    assert prove.newest(tmp_path) == tmp_path / "a_2.deb"


def test_without_a_package_it_says_how_to_make_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert prove.run(tmp_path) == 1
    assert "packaging/build.py" in capsys.readouterr().err


def test_without_root_it_says_what_to_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    (tmp_path / "x.deb").touch()
    assert prove.run(tmp_path) == 1
    said = capsys.readouterr().err
    assert "takes Linux and root" in said
    assert "sudo" in said
    assert str(tmp_path / "x.deb") in said


def test_commands_in_a_room_are_an_ordinary_users() -> None:
    layers = room.Layers(())
    inside = room.Room(41, Path("/root-of-it"), Path("/upper"), layers, {"DISPLAY": ":7"})
    command = inside.command(room.ZOE, ["producer-studio", "--version"])
    assert command[:2] == ["nsenter", "--target=41"]
    assert {"--reuid=1001", "--regid=1001", "--clear-groups", "--no-new-privs"} <= set(command)
    assert f"HOME={room.ZOE.home}" in command
    assert "DISPLAY=:7" in command
    assert command[-2:] == ["producer-studio", "--version"]


def test_every_case_can_be_asked_for_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    nobody = Path("/nowhere")
    proof = course.Course(nobody, None, nobody, nobody)
    assert proof.run(["sarge"], ["tour"], fresh=False) == 2
    assert "sarge" in capsys.readouterr().err
    assert list(roots.SUITES) == ["trixie", "bookworm"]

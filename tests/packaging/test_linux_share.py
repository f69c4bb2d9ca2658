"""The manual, the completions, the entry and the descriptions say what the program is."""

import datetime as dt
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import click
import pytest

import changelog
import linux_share
import manual
from producer_studio import DESKTOP_ID
from producer_studio.cli.examples import EXAMPLES
from producer_studio.cli.exit_codes import ExitCode
from producer_studio.cli.root_command import root
from producer_studio.ui.external_programs import is_audio_file

ROOT = Path(__file__).parents[2]
NOON = 1_763_726_400


def checked(*command: str) -> str:
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


def needs(tool: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(tool) is None, reason=f"asks {tool}")


# The manual


def plain(page: str) -> str:
    return page.replace("\\-", "-").replace("\\(aq", "'").replace("\\:", "")


def test_the_manual_has_every_command_option_and_exit() -> None:
    page = plain(manual.page("1.2.3", NOON))

    def look(group: click.Group, context: click.Context) -> None:
        for name, command in group.commands.items():
            below = click.Context(command, info_name=name, parent=context)
            path = below.command_path.removeprefix("producer-studio ")
            assert re.search(rf"^\.SS {path}\b", page, re.MULTILINE), path
            for parameter in command.params:
                for option in parameter.opts if isinstance(parameter, click.Option) else ():
                    assert option in page, f"{path} {option}"
            if isinstance(command, click.Group):
                look(command, below)

    look(root, click.Context(root, info_name="producer-studio", **root.context_settings))
    for code in ExitCode:
        assert f"\n.B {int(code)}\n" in page


def test_the_manual_has_the_examples_of_the_commands() -> None:
    page = plain(manual.page("1.2.3", NOON)).replace("\\(dq", '"').replace("\\(ti", "~")
    for examples in EXAMPLES.values():
        for one in examples:
            first = one.line.splitlines()[0].removesuffix("\\")
            assert f"\nproducer-studio {first}" in page


def test_the_manual_knows_every_variable_that_the_program_reads() -> None:
    read = {
        name
        for path in (ROOT / "producer_studio").rglob("*.py")
        for name in re.findall(r"\bPRODUCER_STUDIO_[A-Z]+", path.read_text("utf-8"))
    }
    # The tag in exported files is none, and a shell alone sets the last.
    read -= {"PRODUCER_STUDIO_RECIPE", "PRODUCER_STUDIO_COMPLETE"}
    told = set(re.findall(r"PRODUCER_STUDIO_[A-Z]+", " ".join(manual.ENVIRONMENT)))
    assert read <= told


@needs("groff")
def test_no_line_of_the_manual_is_cut(tmp_path: Path) -> None:
    page = tmp_path / "producer-studio.1"
    page.write_text(manual.page("1.2.3", NOON), "utf-8")
    told = subprocess.run(
        ["groff", "-man", "-ww", "-Kutf8", "-Tutf8", "-P-bcou", "-rLL=80n", page],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stderr == ""
    assert max(map(len, told.stdout.splitlines())) <= 80


# Completions


@needs("bash")
def test_bash_completes_a_line(tmp_path: Path) -> None:
    script = tmp_path / "completion"
    script.write_text(linux_share.completion("bash"), "utf-8")
    program = tmp_path / "producer-studio"
    program.symlink_to(ROOT / ".venv" / "bin" / "producer-studio")
    words = f"""
        source {script}
        COMP_WORDS=({program} library s) COMP_CWORD=2
        compopt() {{ :; }}
        _producer_studio_completion {program}
        echo "${{COMPREPLY[@]}}"
    """
    told = checked("bash", "-c", words)
    library = root.commands["library"]
    assert isinstance(library, click.Group)
    assert told.split() == sorted(name for name in library.commands if name.startswith("s"))


@pytest.mark.parametrize(
    "shell", [pytest.param(one, marks=needs(one)) for one in ("bash", "zsh", "fish")]
)
def test_a_shell_reads_its_completion(shell: str, tmp_path: Path) -> None:
    script = tmp_path / "completion"
    script.write_text(linux_share.completion(shell), "utf-8")
    assert checked(shell, "-n", str(script)) == ""


# Desktop entry and description


def test_the_entry_opens_what_the_desk_takes() -> None:
    entry = linux_share.desktop_entry()
    assert "\nExec=producer-studio window %F\n" in entry
    assert f"\nIcon={DESKTOP_ID}\n" in entry
    for name in ("x.mp3", "x.wav", "x.flac", "x.m4a", "x.ogg", "x.opus", "x.aac", "x.aiff"):
        assert is_audio_file(Path(name))
    for kind in ("mpeg", "wav", "flac", "mp4", "ogg"):
        assert f"audio/{kind};" in entry


@needs("desktop-file-validate")
def test_the_entry_is_valid() -> None:
    assert checked("desktop-file-validate", str(linux_share.DATA / f"{DESKTOP_ID}.desktop")) == ""


def test_the_description_has_every_release() -> None:
    found = ET.fromstring(linux_share.metainfo(NOON))  # noqa: S314 - it is our own
    versions = [one.get("version") for one in found.iter("release")]
    assert versions == [one.version for one in changelog.releases(changelog.FILE.read_text())]
    assert found.findtext("id") == DESKTOP_ID
    assert list(found.iter("screenshot")) == []


def test_the_description_has_addresses_once_they_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRODUCER_STUDIO_URL", "https://studio.example/?a=1&b=2")
    monkeypatch.setenv("PRODUCER_STUDIO_SCREENSHOTS", "https://studio.example/pictures/")
    found = ET.fromstring(linux_share.metainfo(NOON))  # noqa: S314 - it is our own
    assert found.findtext("url") == "https://studio.example/?a=1&b=2"
    assert [one.text for one in found.iter("image")] == [
        "https://studio.example/pictures/studio-dark.png",
        "https://studio.example/pictures/studio-light.png",
    ]


@needs("appstreamcli")
def test_the_description_is_valid(tmp_path: Path) -> None:
    path = tmp_path / f"{DESKTOP_ID}.metainfo.xml"
    path.write_text(linux_share.metainfo(NOON), "utf-8")
    told = subprocess.run(["appstreamcli", "--version"], check=True, capture_output=True, text=True)
    # The project has no page of its own; AppStream warns of that from 1.0 on.
    newer = int(re.findall(r"\d+", told.stdout)[0]) >= 1
    lenient = ["--override=url-homepage-missing=pedantic"] if newer else []
    checked("appstreamcli", "validate", "--pedantic", "--no-net", *lenient, str(path))


# The change log

LOG = """# Changes

## 1.1.0 (2026-12-24)

- A song for
  everybody & all.
- Another.

## 1.0.0

- The first.
"""


def test_the_change_log_is_read_by_releases() -> None:
    newer, older = changelog.releases(LOG)
    assert newer.day == dt.date(2026, 12, 24)
    assert newer.changes == ("A song for everybody & all.", "Another.")
    assert (older.version, older.day) == ("1.0.0", None)
    built = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
    xml = changelog.as_metainfo([newer, older], built)
    assert 'version="1.0.0" date="2026-11-21"' in xml
    assert "everybody &amp; all" in xml
    debian = changelog.as_debian([newer, older], built, "Zoë <zoe@studio.example>")
    assert debian.startswith("producer-studio (1.1.0) stable; urgency=medium\n\n  * A song for")
    assert "\n -- Zoë <zoe@studio.example>  Thu, 24 Dec 2026 12:00:00 +0000\n" in debian
    if shutil.which("dpkg-parsechangelog") and os.name == "posix":
        told = subprocess.run(
            ["dpkg-parsechangelog", "-l", "-", "--all"],
            input=debian, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert told.stderr == ""

"""What a release announces, and that copies of the program believe it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import manifest
from producer_studio import __version__
from producer_studio.domain.errors import InvalidResponse
from producer_studio.providers.releases.announcement import parse_announcement
from tests.support.release_server import Signer

CHANGES = """# Changes

## 0.3.0 (2026-12-24)

- A line that goes on
  in the next one.
- Another.

## 0.2.0

- Older.
"""
FILES = (
    "producer-studio_0.3.0_amd64.deb",
    "producer-studio-0.3.0.x86_64.rpm",
    "producer-studio-0.3.0-linux-x86_64.tar.gz",
    "ProducerStudio-0.3.0-setup.exe",
    "ProducerStudio-0.3.0.dmg",
    "producer-studio-0.3.0.cdx.json",
)


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files of a release, and an environment that says no more than where its page is."""
    for name in ("SOURCE_DATE_EPOCH", manifest.PAGE_VARIABLE, manifest.KEY_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(manifest.PAGE_VARIABLE, "https://studio.example/releases/{version}")
    dist = tmp_path / "dist"
    dist.mkdir()
    for name in FILES:
        (dist / name).write_bytes(name.encode() * 100)
    return [dist / name for name in FILES]


@pytest.fixture
def changelog(tmp_path: Path) -> Path:
    path = tmp_path / "CHANGELOG.md"
    path.write_text(CHANGES)
    return path


def test_a_release_is_announced(built: list[Path], changelog: Path) -> None:
    dist = built[0].parent
    sums, announcement = manifest.build(built, "0.3.0", dist, changes=changelog)
    release = parse_announcement(announcement.read_bytes())
    assert (str(release.version), release.date.isoformat()) == ("0.3.0", "2026-12-24")
    assert release.page == "https://studio.example/releases/0.3.0"
    assert release.notes == ("A line that goes on in the next one.", "Another.")
    assert {one.name: (one.system, one.architecture) for one in release.artefacts} == {
        FILES[0]: ("linux", "x86_64"),
        FILES[1]: ("linux", "x86_64"),
        FILES[2]: ("linux", "x86_64"),
        FILES[3]: ("windows", "x86_64"),
        FILES[4]: ("macos", "universal"),
    }
    listed = [line.split("  ")[1] for line in sums.read_text().splitlines()]
    assert listed == sorted([*FILES, "latest.json"])
    assert manifest.check(dist) == []


def test_the_same_files_give_the_same_bytes(built: list[Path], changelog: Path) -> None:
    dist = built[0].parent
    first = [path.read_bytes() for path in manifest.build(built, "0.3.0", dist, changes=changelog)]
    again = [
        path.read_bytes() for path in manifest.build(built[::-1], "0.3.0", dist, changes=changelog)
    ]
    assert first == again


def test_the_day_is_the_changelogs_or_the_builds(
    changelog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795219200")
    assert manifest.day("0.3.0", changelog).isoformat() == "2026-12-24"
    assert manifest.day("0.2.0", changelog).isoformat() == "2026-11-21"
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    with pytest.raises(manifest.ManifestProblem, match=r"The date of 0\.2\.0 is unknown"):
        manifest.day("0.2.0", changelog)
    with pytest.raises(manifest.ManifestProblem, match=r"says nothing under “## 0\.4\.0”"):
        manifest.notes("0.4.0", changelog)


def test_this_version_has_its_notes() -> None:
    assert manifest.notes(__version__)


def test_a_signed_release_is_believed_by_its_own_copies_alone(
    built: list[Path], monkeypatch: pytest.MonkeyPatch, changelog: Path
) -> None:
    signer = Signer()
    monkeypatch.setenv(manifest.KEY_VARIABLE, signer.private_key)
    _, announcement = manifest.build(built, "0.3.0", built[0].parent, changes=changelog)
    body = announcement.read_bytes()
    assert parse_announcement(body, signer.public_key).signed
    with pytest.raises(InvalidResponse):
        parse_announcement(body.replace(b"Another", b"One more"), signer.public_key)
    with pytest.raises(InvalidResponse):
        parse_announcement(body, Signer().public_key)


def test_what_no_copy_would_believe_is_not_written(
    built: list[Path], monkeypatch: pytest.MonkeyPatch, changelog: Path, tmp_path: Path
) -> None:
    dist = built[0].parent
    monkeypatch.setenv(manifest.PAGE_VARIABLE, "http://studio.example/")
    with pytest.raises(manifest.ManifestProblem, match="not an https address"):
        manifest.build(built, "0.3.0", dist, changes=changelog)
    monkeypatch.delenv(manifest.PAGE_VARIABLE)
    monkeypatch.setenv(manifest.KEY_VARIABLE, "no key")
    with pytest.raises(manifest.ManifestProblem, match="holds no key"):
        manifest.build(built, "0.3.0", dist, changes=changelog)
    # Another key than the one that copies were given.
    source = tmp_path / "updates.json"
    source.write_text(json.dumps({"url": "", "public_key": Signer().public_key}))
    monkeypatch.setenv(manifest.KEY_VARIABLE, Signer().private_key)
    with pytest.raises(manifest.ManifestProblem, match="not signed with Producer Studio's key"):
        manifest.build(built, "0.3.0", dist, changes=changelog, source=source)
    assert not (dist / "latest.json").exists()


def test_a_new_pair_of_keys_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    private, public = manifest.new_key().splitlines()
    key = private.partition("=")[2].split()[0]
    assert f'"{manifest.public_of(key)}"' in public


def test_what_is_wrong_with_a_folder_is_told(built: list[Path], changelog: Path) -> None:
    dist = built[0].parent
    assert manifest.check(dist) == ["SHA256SUMS is missing."]
    manifest.build(built[1:], "0.3.0", dist, changes=changelog)
    built[1].write_bytes(b"something else")
    built[3].unlink()
    assert manifest.check(dist) == [
        f"{FILES[3]} is in SHA256SUMS, and missing.",
        f"{FILES[0]} is not in SHA256SUMS.",
        f"{FILES[1]} has another SHA-256.",
        f"{FILES[3]} is announced, and missing.",
        f"{FILES[1]} is not the one that latest.json describes.",
        f"{FILES[0]} is not announced.",
    ]


def test_it_runs_as_a_program(built: list[Path], tmp_path: Path) -> None:
    dist = built[0].parent
    ran = []
    for options in ([], ["--check"]):
        command = [sys.executable, manifest.__file__, *options, str(dist)]
        environ = {"PATH": "", "SOURCE_DATE_EPOCH": "1795219200"}
        ran.append(
            subprocess.run(
                command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
            )
        )
    assert [one.returncode for one in ran] == [0, 0], ran
    assert "is not signed" in ran[0].stderr
    assert "all as announced" in ran[1].stdout

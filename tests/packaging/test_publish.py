"""A release is whole, of one version, and drafted only when its papers hold."""

from pathlib import Path

import pytest

import manifest
import publish

VERSION = "0.1.0"
BUILT = {
    "linux": [
        "producer-studio_0.1.0_amd64.deb",
        "producer-studio-0.1.0.x86_64.rpm",
        "producer-studio-0.1.0-linux-x86_64.tar.gz",
        "producer-studio-0.1.0-linux-x86_64.cdx.json",
    ],
    "images": ["ProducerStudio-0.1.0-x86_64.AppImage", "ProducerStudio-0.1.0-x86_64.flatpak"],
    "windows": ["ProducerStudio-0.1.0-setup.exe", "producer-studio-0.1.0-windows-amd64.cdx.json"],
    "macos": ["ProducerStudio-0.1.0-arm64.dmg", "producer-studio-0.1.0-macos-arm64.cdx.json"],
    "intel": ["ProducerStudio-0.1.0-x86_64.dmg", "producer-studio-0.1.0-macos-x86_64.cdx.json"],
}


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1763726400")
    monkeypatch.setenv(manifest.PAGE_VARIABLE, "https://studio.example/releases/{version}")
    folder = tmp_path / "built"
    for system, names in BUILT.items():
        (folder / system).mkdir(parents=True)
        for name in [*names, manifest.SUMS, manifest.ANNOUNCEMENT]:
            (folder / system / name).write_text(f"{name} of {system}", "utf-8")
    return folder


def test_everything_is_gathered_with_one_set_of_papers(built: Path, tmp_path: Path) -> None:
    to = tmp_path / "dist"
    publish.gather(built, VERSION, to)
    artefacts = {name for names in BUILT.values() for name in names}
    assert {path.name for path in to.iterdir()} == {
        *artefacts, manifest.SUMS, manifest.ANNOUNCEMENT,
    }  # fmt: skip
    assert manifest.check(to) == []


@pytest.mark.parametrize("missing", ["linux", "images", "windows", "macos", "intel"])
def test_a_system_that_is_missing_stops_it(built: Path, tmp_path: Path, missing: str) -> None:
    for path in (built / missing).iterdir():
        path.unlink()
    with pytest.raises(publish.ReleaseProblem, match="No file ends in"):
        publish.gather(built, VERSION, tmp_path / "dist")


def test_another_version_stops_it(built: Path, tmp_path: Path) -> None:
    (built / "linux" / "producer-studio_0.0.9_amd64.deb").write_text("", "utf-8")
    with pytest.raises(publish.ReleaseProblem, match=r"not of version 0\.1\.0"):
        publish.gather(built, VERSION, tmp_path / "dist")


def test_a_file_that_two_systems_built_stops_it(built: Path, tmp_path: Path) -> None:
    (built / "macos" / BUILT["windows"][0]).write_text("another", "utf-8")
    with pytest.raises(publish.ReleaseProblem, match="built twice"):
        publish.gather(built, VERSION, tmp_path / "dist")


def test_the_draft_has_every_file_and_what_changed(built: Path, tmp_path: Path) -> None:
    to = tmp_path / "dist"
    publish.gather(built, VERSION, to)
    command = publish.draft(to, VERSION, "v0.1.0")
    assert command[:6] == ["gh", "release", "create", "v0.1.0", "--draft", "--verify-tag"]
    assert set(map(str, to.iterdir())) <= set(command)
    notes = Path(command[command.index("--notes-file") + 1]).read_text("utf-8")
    assert notes.splitlines() == [f"- {line}" for line in manifest.notes(VERSION)]


def test_a_tag_of_another_version_is_no_release(built: Path, tmp_path: Path) -> None:
    to = tmp_path / "dist"
    publish.gather(built, VERSION, to)
    with pytest.raises(publish.ReleaseProblem, match=r"The tag is v0\.2\.0"):
        publish.draft(to, VERSION, "v0.2.0")


def test_a_file_that_changed_afterwards_is_no_release(built: Path, tmp_path: Path) -> None:
    to = tmp_path / "dist"
    publish.gather(built, VERSION, to)
    (to / "ProducerStudio-0.1.0-setup.exe").write_text("changed", "utf-8")
    with pytest.raises(publish.ReleaseProblem, match="SHA-256"):
        publish.draft(to, VERSION, "v0.1.0")

import sys
from datetime import date
from pathlib import Path

import pytest

from producer_studio.domain.release import Artefact, Installation, Release, Version
from producer_studio.studio.updates import installation as module
from producer_studio.studio.updates.installation import (
    architecture,
    detect_installation,
    matching_artefact,
    update_instructions,
)

INSTALLED = Path("/usr/lib/producer-studio/producer-studio")


def test_this_copy_is_a_checkout() -> None:
    assert detect_installation() is Installation.CHECKOUT


def test_a_package_is_known_by_its_package_manager(tmp_path: Path) -> None:
    found = detect_installation(
        {}, frozen=True, executable=INSTALLED, system="linux", root=tmp_path
    )
    assert found is Installation.RPM
    listed = tmp_path / "var/lib/dpkg/info/producer-studio.list"
    listed.parent.mkdir(parents=True)
    listed.touch()
    found = detect_installation(
        {}, frozen=True, executable=INSTALLED, system="linux", root=tmp_path
    )
    assert found is Installation.DEB


@pytest.mark.parametrize(
    ("environ", "system", "how"),
    [
        ({}, "linux", Installation.FOLDER),
        ({"APPIMAGE": "/x/ProducerStudio.AppImage"}, "linux", Installation.APPIMAGE),
        ({"FLATPAK_ID": "studio"}, "linux", Installation.FLATPAK),
        ({}, "darwin", Installation.BUNDLE),
        ({}, "win32", Installation.FOLDER),
    ],
)
def test_other_copies_are_known(
    environ: dict[str, str], system: str, how: Installation, tmp_path: Path
) -> None:
    program = tmp_path / "studio" / "producer-studio"
    found = detect_installation(
        environ, frozen=True, executable=program, system=system, root=tmp_path
    )
    assert found is how


def test_a_setup_leaves_its_way_back(tmp_path: Path) -> None:
    (tmp_path / "Uninstall.exe").touch()
    program = tmp_path / "producer-studio.exe"
    found = detect_installation({}, frozen=True, executable=program, system="win32", root=tmp_path)
    assert found is Installation.SETUP


def test_every_copy_has_its_advice() -> None:
    hints = {update_instructions(how) for how in Installation}
    assert len(hints) == len(Installation)


def test_the_file_for_this_computer_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.platform, "machine", lambda: "AMD64")
    assert architecture() == "x86_64"
    names = {
        "studio_arm64.deb": "arm64",
        "studio_amd64.deb": "x86_64",
        "studio.x86_64.rpm": "x86_64",
        "studio.dmg": "universal",
    }
    files = tuple(Artefact(name, sys.platform, arch, 1, "") for name, arch in names.items())
    release = Release(Version.parse("9.0"), date(2026, 11, 21), artefacts=files)
    found = {how: one.name for how in Installation if (one := matching_artefact(release, how))}
    assert found == {
        Installation.DEB: "studio_amd64.deb",
        Installation.RPM: "studio.x86_64.rpm",
        Installation.BUNDLE: "studio.dmg",
    }

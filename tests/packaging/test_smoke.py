"""What the trial of a built artefact takes for a mistake."""

import io
import os
import shutil
import sys
import tarfile
from pathlib import Path

import pytest

import smoke

SONG = {"duration_s": 30.0, "loudness_lufs": -14.0}


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("producer-studio_0.1.0_amd64.deb", "0.1.0"),
        ("producer-studio-0.1.0.x86_64.rpm", "0.1.0"),
        ("producer-studio-1.10.2rc1-linux-x86_64.tar.gz", "1.10.2rc1"),
        ("ProducerStudio-0.1.0-setup.exe", "0.1.0"),
        ("ProducerStudio-0.1.0-arm64.dmg", "0.1.0"),
    ],
)
def test_the_version_is_read_from_the_name(name: str, version: str) -> None:
    assert smoke.version_of(name) == version


def test_a_song_passes() -> None:
    smoke.audible("song.mp3", {"sound": SONG})


@pytest.mark.parametrize(
    "answer",
    [
        {"refused": "This is no audio."},
        {"sound": {**SONG, "duration_s": 0.2}},
        {"sound": {**SONG, "loudness_lufs": None}},
        {"sound": {**SONG, "loudness_lufs": -70.0}},
    ],
)
def test_what_cannot_be_heard_does_not(answer: dict[str, object]) -> None:
    with pytest.raises(smoke.Unfit, match=r"song\.mp3"):
        smoke.audible("song.mp3", answer)


def test_nothing_to_try_is_a_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "SHA256SUMS").write_text("", "utf-8")
    assert smoke.main([str(tmp_path)]) == 1
    assert "nothing here" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="the portable folder is one for Linux")
def test_a_program_of_another_version_is_found_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    artefact = portable(tmp_path, "producer-studio-0.1.0-linux-x86_64.tar.gz", "0.0.9")
    assert smoke.main([str(artefact)]) == 1
    assert "It reports “Producer Studio 0.0.9”" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="the portable folder is one for Linux")
def test_a_tour_without_pictures_is_found_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    artefact = portable(tmp_path, "producer-studio-0.1.0-linux-x86_64.tar.gz", "0.1.0")
    assert smoke.main([str(artefact)]) == 1
    assert "The tour took 0 pictures" in capsys.readouterr().err


def portable(folder: Path, name: str, version: str) -> Path:
    """An artefact whose program only knows its version."""
    script = f'#!{shutil.which("sh")}\necho "Producer Studio {version}"\n'.encode()
    path = folder / name
    with tarfile.open(path, "w:gz") as archive:
        row = tarfile.TarInfo("producer-studio-0.1.0/producer-studio")
        row.size, row.mode, row.uid = len(script), 0o755, os.getuid()
        archive.addfile(row, io.BytesIO(script))
    return path

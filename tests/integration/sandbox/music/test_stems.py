"""Stems: they add up, they sound alone, and they come as files."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from producer_studio.sandbox.music.audio_files import read_audio
from producer_studio.sandbox.music.mixer import render_dry_parts
from producer_studio.sandbox.music.performance_store import performance_from_audio
from producer_studio.sandbox.music.piece_rendering import Performance, Piece, perform
from producer_studio.sandbox.music.plan import MusicPlan
from producer_studio.sandbox.music.stems import split_stems, write_stems
from producer_studio.sandbox.music.track_rendering import RenderWindow


@pytest.fixture(scope="module")
def stems(song: Performance) -> dict[str, np.ndarray]:
    return split_stems(song)


def test_the_stems_add_up_to_the_mix(song: Performance, stems: dict[str, np.ndarray]) -> None:
    assert list(stems) == ["vocals", "drums", "bass", "other"]
    assert {samples.shape for samples in stems.values()} == {song.mix.shape}
    assert np.array_equal(sum(stems.values()), song.mix)


@pytest.mark.parametrize("part", ["drums", "bass"])
def test_a_stem_holds_its_part_and_little_else(
    song: Performance, stems: dict[str, np.ndarray], part: str
) -> None:
    window = RenderWindow(0.0, len(song.mix))
    parts = dict(render_dry_parts(MusicPlan.from_json(song.plan), window))
    alone = parts[part] if parts[part].ndim == 1 else parts[part].mean(axis=0)
    assert _clearness(stems[part], alone) > 5.0
    assert _clearness(song.mix, alone) < 0.0
    (other,) = {"drums", "bass"} - {part}
    assert _clearness(stems[other], alone) < -5.0


def _clearness(stem: np.ndarray, alone: np.ndarray) -> float:
    """How many decibels the part stands above all else that the stem holds."""
    mono = stem.mean(axis=1)
    gain = (mono @ alone) / (alone @ alone)
    rest = mono - gain * alone
    return float(10 * np.log10(gain**2 * (alone @ alone) / (rest @ rest)))


def test_the_singer_is_the_one_who_was_recorded(
    song: Performance, stems: dict[str, np.ndarray]
) -> None:
    assert np.array_equal(stems["vocals"], song.vocals)


def test_who_does_not_play_has_no_stem() -> None:
    song = perform(Piece(sound="solo piano ballad, no drums", instrumental=True, seed="3"))
    assert list(split_stems(song)) == ["bass", "other"]


def test_an_upload_comes_in_two(song: Performance) -> None:
    upload = performance_from_audio(song.mix[: 10 * 44100])
    stems = split_stems(upload)
    assert list(stems) == ["vocals", "instrumental"]
    assert np.array_equal(sum(stems.values()), upload.mix)


@pytest.mark.parametrize("length", [1, 3000])
def test_the_shortest_and_most_silent_give_a_stem(length: int) -> None:
    silence = performance_from_audio(np.zeros((length, 2), np.float32))
    assert [len(stem) for stem in split_stems(silence).values()] == [length]


def test_the_archive_holds_a_file_for_each(
    song: Performance, stems: dict[str, np.ndarray], tmp_path: Path
) -> None:
    write_stems(song, tmp_path / "stems.zip")
    with zipfile.ZipFile(tmp_path / "stems.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["vocals.flac", "drums.flac", "bass.flac", "other.flac"]
        for name, samples in stems.items():
            file = tmp_path / f"{name}.flac"
            file.write_bytes(archive.read(file.name))
            assert np.allclose(read_audio(file), samples, atol=1e-4)

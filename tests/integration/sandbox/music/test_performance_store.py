from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from producer_studio.sandbox.music.performance_store import (
    load_performance,
    performance_from_audio,
    save_performance,
)
from producer_studio.sandbox.music.piece_rendering import Performance, Piece, perform


def test_what_was_saved_comes_back_bit_for_bit(song: Performance, tmp_path: Path) -> None:
    save_performance(song, tmp_path / "clip")
    again = load_performance(tmp_path / "clip")
    assert np.array_equal(again.backing, song.backing)
    assert np.array_equal(again.vocals, song.vocals)
    assert again.plan == song.plan
    size = sum(path.stat().st_size for path in (tmp_path / "clip").iterdir())
    assert size < song.backing.nbytes + song.vocals.nbytes


def test_a_missing_performance_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_performance(tmp_path)


def test_an_upload_gets_a_measured_plan(
    song: Performance, tempo_of: Callable[[Performance], float]
) -> None:
    upload = performance_from_audio(song.mix)
    assert upload.plan["bpm"] == pytest.approx(118, rel=0.02)
    assert (upload.plan["key"], upload.plan["mode"]) == ("D", "major")
    assert np.array_equal(upload.mix, song.mix)
    assert upload.vocals.any()
    longer = perform(Piece(task_type="extend_music", starts_at=20.0, seed="1"), upload)
    assert np.array_equal(longer.mix[: 20 * 44100], song.mix[: 20 * 44100])
    assert tempo_of(longer) == pytest.approx(118, rel=0.02)


@pytest.mark.parametrize("length", [1, 3000, 60000])
def test_the_shortest_uploads_are_taken(length: int) -> None:
    noise = np.random.default_rng(1).uniform(-0.3, 0.3, (length, 2)).astype(np.float32)
    upload = performance_from_audio(noise)
    assert len(upload.backing) == length
    varied = perform(Piece(task_type="music_variation", seed="1"), upload)
    assert len(varied.backing) == length

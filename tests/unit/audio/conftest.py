"""One shelf of sound files for all tests."""

from pathlib import Path

import numpy as np
import pytest

from tests.support.signals import as_format, tone, write_wave


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the same five seconds as wav, m4a, mp3 and flac."""
    folder = tmp_path_factory.mktemp("shelf")
    samples = tone(5.0, 440.0, 0.3) + 0.05 * np.random.default_rng(1).standard_normal((240_000, 2))
    given = write_wave(folder / "five.wav", samples)
    for suffix in (".m4a", ".mp3", ".flac"):
        as_format(given, folder / f"five{suffix}")
    return folder

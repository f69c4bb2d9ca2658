"""The row of one stem."""

import pytest

from producer_studio.domain.clip import AudioMeasurements, Clip, MediaState
from producer_studio.domain.ids import ClipId
from producer_studio.ui.stems.row import StemRow
from producer_studio.ui.style.style import Style


@pytest.mark.parametrize("duration_s", [1e-300, 1e-9, 0.001, 1.0])
def test_a_stem_that_is_very_short_has_a_waveform_of_bounded_size(
    style: Style, duration_s: float
) -> None:
    """A row of the library may contain any length: these would need up to 10^300 bytes."""
    row = StemRow(style)
    stem = Clip(
        id=ClipId("a"), stem="Vocals", media=MediaState.NONE,
        measured=AudioMeasurements(duration_s=duration_s),
    )  # fmt: skip
    row.show_stem(stem, b"\xff" * 65_536, 7_200.0, "1")
    peaks = row.waveform._peaks
    assert peaks[:1] == b"\xff"
    assert not any(peaks[max(1, len(peaks) // 7_000) :])
    assert len(peaks) <= 100_000
    row.deleteLater()

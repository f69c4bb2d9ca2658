"""The row of one stem."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

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


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("loudness", [None, -21.4])
def test_a_name_is_shown_in_full_in_a_narrow_row(
    style: Style, scale: float, loudness: float | None
) -> None:
    style.set_text_scale(scale)
    row = StemRow(style)
    row.show()
    name = "Lead vocals with instrumentation"
    stem = Clip(
        id=ClipId("a"), stem=name, media=MediaState.NONE,
        measured=AudioMeasurements(duration_s=20.0, loudness_lufs=loudness),
    )  # fmt: skip
    row.show_stem(stem, b"\xff" * 64, 20.0, "1")
    row.set_size(low=True, narrow=True, name_width=row.word_width)
    row.resize(600, row.height())
    assert row._names.width() < row.name_label.fontMetrics().horizontalAdvance(name)
    for shown in (row.name_label, row.loudness_label):
        box = shown.fontMetrics().boundingRect(
            0, 0, shown.width(), 10_000, Qt.TextFlag.TextWordWrap, shown.text()
        )
        assert box.width() <= shown.width()
        assert box.height() <= shown.height()
    assert row.name_label.toolTip() == ""
    row.show_stem(replace(stem, stem="x" * 400), b"", 20.0, "1")
    assert row.name_label.toolTip() == "x" * 400
    row.deleteLater()

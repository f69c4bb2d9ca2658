"""Texts of levels, for people."""

from producer_studio.translation import mark
from producer_studio.translation.numbers import FixedDecimal


def gain_text(gain_db: float) -> str:
    """Change of a level such as "−2.3 dB" with a true minus sign; never "−0.0"."""
    return mark("{level} dB", level=FixedDecimal(gain_db, 1))


def signed_gain_text(gain_db: float) -> str:
    """Level such as "−1.5 dB", "0.0 dB" or "+1.5 dB"."""
    level = FixedDecimal(gain_db, 1)
    return mark("+{level} dB", level=level) if level > 0 else gain_text(gain_db)


def loudness_text(lufs: float | None) -> str:
    """Loudness such as "−14.2 LUFS"; empty when unknown."""
    return "" if lufs is None else mark("{level} LUFS", level=FixedDecimal(lufs, 1))


def true_peak_text(dbtp: float | None) -> str:
    """True peak such as "−0.3 dBTP"; empty when unknown."""
    return "" if dbtp is None else mark("{level} dBTP", level=FixedDecimal(dbtp, 1))

"""Texts of levels, for people."""

from producer_studio.translation import mark
from producer_studio.translation.languages import ENGLISH
from producer_studio.translation.numbers import FixedDecimal, format_decimal


def decibel_text(value: float, decimals: int = 1) -> str:
    """Formats in English, such as "−2.3" with a true minus sign; never "−0.0"."""
    return format_decimal(FixedDecimal(value, decimals), decimals, ENGLISH)


def loudness_text(lufs: float | None) -> str:
    """Loudness such as "−14.2 LUFS"; empty when unknown."""
    return "" if lufs is None else mark("{level} LUFS", level=FixedDecimal(lufs, 1))


def true_peak_text(dbtp: float | None) -> str:
    """True peak such as "−0.3 dBTP"; empty when unknown."""
    return "" if dbtp is None else mark("{level} dBTP", level=FixedDecimal(dbtp, 1))

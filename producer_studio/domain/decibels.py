"""Texts of levels, for people."""


def decibel_text(value: float, decimals: int = 1) -> str:
    """Formats such as "−2.3" with a true minus sign; never "−0.0"."""
    rounded = round(value, decimals) + 0.0
    return f"{rounded:.{decimals}f}".replace("-", "\u2212")


def loudness_text(lufs: float | None) -> str:
    """Loudness such as "−14.2 LUFS"; empty when unknown."""
    return "" if lufs is None else f"{decibel_text(lufs)} LUFS"


def true_peak_text(dbtp: float | None) -> str:
    """True peak such as "−0.3 dBTP"; empty when unknown."""
    return "" if dbtp is None else f"{decibel_text(dbtp)} dBTP"

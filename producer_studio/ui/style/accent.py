"""Themes with another accent, such as that of the desktop."""

from dataclasses import replace

from PySide6.QtGui import QColor

from producer_studio.ui.style.theme import Theme

MIN_CONTRAST = 4.5
"""Contrast of text that WCAG 2.2 asks for at level AA (1.4.3)."""
_STEP = 0.02
_HOVER_STEP = 0.06
_DARK_INK = QColor("#14110f")
_LIGHT_INK = QColor("#ffffff")


def with_accent(theme: Theme, colour: QColor) -> Theme:
    """Returns a theme with another accent, as much lighter or darker as text in it needs.

    Args:
        colour: Any opaque colour; its hue is kept.
    """
    grounds = (theme.ground, theme.panel, theme.raised)
    accent = QColor(colour)
    step = _STEP if theme.is_dark else -_STEP
    while min(contrast(accent, ground) for ground in grounds) < MIN_CONTRAST:
        lighter = _shift_lightness(accent, step)
        if lighter == accent:
            break  # white or black
        accent = lighter
    selection = QColor(accent)
    selection.setAlphaF(theme.selection.alphaF())
    ink = max((_DARK_INK, _LIGHT_INK), key=lambda one: contrast(one, accent))
    return replace(
        theme,
        accent=accent,
        accent_ink=ink,
        accent_hover=_shift_below(ink, accent, _HOVER_STEP if theme.is_dark else -_HOVER_STEP),
        accent_press=_shift_below(ink, accent, -_HOVER_STEP),
        selection=selection,
        glow_from=_shift_lightness(accent, _HOVER_STEP),
        glow_to=_shift_lightness(accent, -_HOVER_STEP),
        logo_ink=ink,
    )


def contrast(one: QColor, other: QColor) -> float:
    """Returns the contrast of two opaque colours by WCAG 2.2, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: QColor) -> float:
    parts = [_linear(one) for one in (colour.redF(), colour.greenF(), colour.blueF())]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _shift_below(ink: QColor, accent: QColor, step: float) -> QColor:
    """Returns the accent lighter or darker, or as it is where its text could not be read then."""
    shifted = _shift_lightness(accent, step)
    return shifted if contrast(ink, shifted) >= MIN_CONTRAST else accent


def _shift_lightness(colour: QColor, step: float) -> QColor:
    lightness = min(1.0, max(0.0, colour.lightnessF() + step))
    hue = max(colour.hslHueF(), 0.0)  # below 0 for greys
    return QColor.fromHslF(hue, colour.hslSaturationF(), lightness).toRgb()

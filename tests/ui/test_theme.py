"""The tokens keep text readable, and the look applies them."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from producer_studio.ui.style.accent import with_accent
from producer_studio.ui.style.reduced_motion import ReducedMotion
from producer_studio.ui.style.style import Style
from producer_studio.ui.style.theme import DARK, LIGHT, TOKENS, Theme

GROUNDS = ("ground", "panel", "raised")
TEXTS = ("text1", "text2", "text3", "accent", "ok", "warn", "bad", "info")


def luminance(colour: QColor) -> float:
    """Relative luminance as WCAG 2 defines it."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = linear(colour.redF()), linear(colour.greenF()), linear(colour.blueF())
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def over(top: QColor, ground: QColor) -> QColor:
    share = top.alphaF()
    return QColor.fromRgbF(
        top.redF() * share + ground.redF() * (1 - share),
        top.greenF() * share + ground.greenF() * (1 - share),
        top.blueF() * share + ground.blueF() * (1 - share),
    )


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_text_is_readable_on_its_ground(theme: Theme, ground: str, text: str) -> None:
    # look.md names one exception: light accent on ground, for bold text and icons only.
    least = 4.2 if (theme.name, ground, text) == ("light", "ground", "accent") else 4.5
    assert contrast(theme.colour(text), theme.colour(ground)) >= least


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("fill", ["accent", "accent_hover", "accent_press"])
def test_ink_is_readable_on_the_accent(theme: Theme, fill: str) -> None:
    assert contrast(theme.accent_ink, theme.colour(fill)) >= 4.5


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("hue", [*range(0, 360, 15), -1])
@pytest.mark.parametrize("lightness", [20, 128, 240])
def test_every_accent_of_a_desktop_can_be_read(theme: Theme, hue: int, lightness: int) -> None:
    chosen = with_accent(theme, QColor.fromHsl(hue, 0 if hue < 0 else 200, lightness))
    for ground in GROUNDS:
        assert contrast(chosen.accent, chosen.colour(ground)) >= 4.5
    for fill in ("accent", "accent_hover", "accent_press"):
        assert contrast(chosen.accent_ink, chosen.colour(fill)) >= 4.5
    assert chosen.selection.alphaF() == theme.selection.alphaF()
    if hue >= 0:
        apart = abs(chosen.accent.hslHue() - hue) % 360
        assert min(apart, 360 - apart) <= 3


def test_the_accent_of_the_desktop_is_used_only_if_chosen(style: Style, qapp: QApplication) -> None:
    blue = QColor("#3584e4")
    style.set_system_accent(blue)
    assert style.theme.accent == DARK.accent
    style.set_uses_system_accent(True)
    assert abs(style.theme.accent.hslHue() - blue.hslHue()) <= 3
    assert qapp.palette().color(QPalette.ColorRole.Accent) == style.theme.accent
    style.set_system_accent(None)
    assert style.theme.accent == DARK.accent
    style.set_uses_system_accent(False)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("text", ["text1", "text2"])
def test_text_is_readable_where_it_is_selected_or_hovered(theme: Theme, text: str) -> None:
    assert contrast(theme.colour(text), over(theme.selection, theme.ground)) >= 4.5
    assert contrast(theme.colour(text), theme.hover) >= 4.5


def test_a_token_can_carry_an_opacity() -> None:
    assert DARK.colour("bad/50").alphaF() == pytest.approx(0.5, abs=0.01)
    assert DARK.colour("bad").alpha() == 255
    with pytest.raises(KeyError):
        DARK.colour("pink")


def test_every_place_in_the_style_sheet_is_filled(style: Style) -> None:
    for mode in ("dark", "light"):
        style.set_mode(mode)
        sheet = style.style_sheet()
        assert "{styles}" not in sheet
        assert style.theme.panel.name() in sheet
        assert not any("{" + token + "}" in sheet for token in TOKENS)


def test_figures_are_tabular_and_hyphens_are_not_widened(style: Style) -> None:
    metrics = QFontMetrics(style.font(13))
    assert metrics.horizontalAdvance("1111") == metrics.horizontalAdvance("0000")
    assert metrics.horizontalAdvance("-") < metrics.horizontalAdvance("0")


def test_text_size_changes_the_controls(style: Style, qtbot: QtBot) -> None:
    button = QPushButton("Generate")
    qtbot.addWidget(button)
    button.ensurePolished()
    before = button.font().pixelSize()
    style.set_text_scale(1.5)
    assert button.font().pixelSize() > before
    assert style.px(12) == 18


def test_a_dressed_icon_follows_the_theme(style: Style, qtbot: QtBot) -> None:
    button = QPushButton("Find")
    qtbot.addWidget(button)
    style.set_icon(button, "search", "text1")

    def darkest() -> int:
        image = button.icon().pixmap(button.iconSize()).toImage()
        pixels = [
            image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())
        ]
        return min(pixel.lightness() for pixel in pixels if pixel.alpha() > 200)

    assert darkest() > 150
    style.set_mode("light")
    assert darkest() < 100


def test_the_system_theme_is_followed_until_one_is_chosen(style: Style) -> None:
    style.set_mode("light")
    assert style.theme is LIGHT
    style.set_mode("system")
    scheme = style.parent().styleHints().colorScheme()  # type: ignore[union-attr]
    assert style.theme is (LIGHT if scheme is Qt.ColorScheme.Light else DARK)
    with pytest.raises(ValueError, match="sepia"):
        style.set_mode("sepia")


@pytest.mark.parametrize(
    ("answer", "less", "reduced"),
    [
        ([False], False, True),
        ([True], False, False),
        ([1], 1, True),
        ([0], 1, False),
        (["Requested setting not found"], 1, False),
        ([], False, False),
    ],
)
def test_less_motion_is_taken_from_the_systems_answer(
    answer: list[object], less: object, reduced: bool, qapp: QApplication
) -> None:
    wish = ReducedMotion()
    wish._on_portal_response(answer, less)
    assert wish.is_reduced is reduced


def test_nothing_moves_when_less_motion_is_asked_for(style: Style) -> None:
    assert style.motion_ms == 120
    style._reduced_motion._set_reduced(reduced=True)
    assert style.motion_ms == 0
    style._reduced_motion._set_reduced(reduced=False)

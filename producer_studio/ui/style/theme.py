"""Colour themes of the window."""

from dataclasses import dataclass, fields
from typing import Final

from PySide6.QtGui import QColor, QPalette


@dataclass(frozen=True)
class Theme:
    """One set of colour tokens; every colour in the window is one of these.

    Attributes:
        ground: The library's own background, the deepest.
        panel: Bars and side panels.
        raised: Fields, buttons and menus.
        hover: Under the pointer, badges, and unfilled tracks.
        line: Hairlines and borders.
        text1: Primary text.
        text2: Labels and secondary text.
        text3: Remarks, column headers, units.
        accent: Playing or selected items, and the one primary action.
        accent_ink: Text on the accent.
        selection: Background of selected items; translucent.
        wave_rest: Waveform bars that are not played yet.
        glow_from: Brighter end of the logo's and the progress bars' gradient.
        glow_to: Its other end.
        logo_ink: The logo's bars on that gradient.
    """

    name: str
    ground: QColor
    panel: QColor
    raised: QColor
    hover: QColor
    line: QColor
    text1: QColor
    text2: QColor
    text3: QColor
    accent: QColor
    accent_ink: QColor
    accent_hover: QColor
    accent_press: QColor
    selection: QColor
    ok: QColor
    warn: QColor
    bad: QColor
    info: QColor
    wave_rest: QColor
    glow_from: QColor
    glow_to: QColor
    logo_ink: QColor

    @property
    def is_dark(self) -> bool:
        return self.ground.lightness() < 128

    def colour(self, token: str) -> QColor:
        """Returns the colour of a token, optionally with an opacity in percent: "bad/12".

        Raises:
            KeyError: There is no such token.
        """
        name, _, percent = token.partition("/")
        if name not in TOKENS:
            raise KeyError(token)
        colour = QColor(getattr(self, name))
        if percent:
            colour.setAlphaF(int(percent) / 100)
        return colour

    def palette(self) -> QPalette:
        """Returns the palette for widgets that Qt does not paint by the style sheet."""
        palette = QPalette()
        roles = QPalette.ColorRole
        for role, colour in (
            (roles.Window, self.panel),
            (roles.WindowText, self.text1),
            (roles.Base, self.raised),
            (roles.AlternateBase, self.panel),
            (roles.Text, self.text1),
            (roles.PlaceholderText, self.text3),
            (roles.Button, self.raised),
            (roles.ButtonText, self.text1),
            (roles.BrightText, self.bad),
            (roles.ToolTipBase, self.raised),
            (roles.ToolTipText, self.text1),
            (roles.Highlight, self.accent),
            (roles.HighlightedText, self.accent_ink),
            (roles.Accent, self.accent),
            (roles.Link, self.accent),
            (roles.LinkVisited, self.accent),
            (roles.Light, self.hover),
            (roles.Midlight, self.hover),
            (roles.Mid, self.line),
            (roles.Dark, self.line),
            (roles.Shadow, self.ground),
        ):
            palette.setColor(role, colour)
        for role in (roles.WindowText, roles.Text, roles.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.text3)
        return palette


TOKENS: Final = frozenset(item.name for item in fields(Theme)) - {"name"}


def _translucent(colour: str, percent: float) -> QColor:
    result = QColor(colour)
    result.setAlphaF(percent / 100)
    return result


DARK: Final = Theme(
    name="dark",
    ground=QColor("#111214"),
    panel=QColor("#17181b"),
    raised=QColor("#1e2024"),
    hover=QColor("#272a30"),
    line=QColor("#2a2d33"),
    text1=QColor("#eceef1"),
    text2=QColor("#a3a8b3"),
    text3=QColor("#858b97"),
    accent=QColor("#ff7a45"),
    accent_ink=QColor("#1a0d06"),
    accent_hover=QColor("#ff8d5f"),
    accent_press=QColor("#e86a38"),
    selection=_translucent("#ff7a45", 9),
    ok=QColor("#3fb984"),
    warn=QColor("#e0b04c"),
    bad=QColor("#f0616d"),
    info=QColor("#5aa9e6"),
    wave_rest=QColor("#4a4f59"),
    glow_from=QColor("#ff9155"),
    glow_to=QColor("#ff5a36"),
    logo_ink=QColor("#1a0d06"),
)

LIGHT: Final = Theme(
    name="light",
    ground=QColor("#f4f3f1"),
    panel=QColor("#fbfaf9"),
    raised=QColor("#ffffff"),
    hover=QColor("#efedea"),
    line=QColor("#e2dfda"),
    text1=QColor("#1d1e20"),
    text2=QColor("#5c6068"),
    text3=QColor("#6b6f77"),
    accent=QColor("#c8480f"),
    accent_ink=QColor("#ffffff"),
    accent_hover=QColor("#b5400c"),
    accent_press=QColor("#9f380a"),
    selection=_translucent("#e85d24", 9),
    ok=QColor("#1f7a52"),
    warn=QColor("#8a5a00"),
    bad=QColor("#c22f3d"),
    info=QColor("#1d6fa5"),
    wave_rest=QColor("#c3c0ba"),
    glow_from=QColor("#ff9155"),
    glow_to=QColor("#ff5a36"),
    logo_ink=QColor("#1a0d06"),
)

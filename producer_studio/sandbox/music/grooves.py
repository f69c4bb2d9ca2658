# ruff: noqa: E501 - the patterns are read row by row
"""All grooves by the name of the style, and fills."""

from producer_studio.sandbox.music.acoustic_grooves import ACOUSTIC_GROOVES
from producer_studio.sandbox.music.basic_grooves import BASIC_GROOVES
from producer_studio.sandbox.music.electronic_grooves import ELECTRONIC_GROOVES
from producer_studio.sandbox.music.groove import Bar, Groove

GROOVES: dict[str, Groove] = {**BASIC_GROOVES, **ACOUSTIC_GROOVES, **ELECTRONIC_GROOVES}

FILLS: dict[str, tuple[Bar, ...]] = {
    "toms": (
        {"tom_high": "........7.6.....", "tom_low": "............7.8.", "snare": "....8..........6"},
        {"snare": "....8.....6.7.78", "tom_low": "........7......."},
        {"snare": "........7.7.7777"},
        {"tom_high": "........77......", "tom_mid": "..........77....", "tom_low": "............7788"},
    ),
    "snare": (
        {"snare_soft": "....8.....4.6.66"}, {"snare_soft": "....8.......7474"}, {"snare_soft": "....8..5..5..5.6"},
        {"tom_low": "..........5..5..", "snare_soft": "....8..........."},
    ),
    "roll": (
        {"snare": "3.3.4.4.55556678", "swell": "6..............."}, {"clap_synth": "....7...7.7.7777", "swell": "6..............."},
        {"swell": "8..............."},
    ),
    "hats": ({"hat_808": "6.6.6.6.66666666", "snare_trap": "........9.....67"}, {"hat_808": "8...............", "snare_trap": "........9.7.7777"}),
    "soft": ({"shaker": "4.3.4.3.43434343"}, {"tambourine": "............5555"}),
    "taiko": ({"taiko": "8...7...7.7.8888"}, {"timpani": "5.5.6.6.77778899"}, {"march_snare": "5.5.5.5.66667788"}),
    "brush": ({"brush": "....6.....4.6.66"}, {"brush": "....6..5..5..5.6"}),
    "latin": ({"timbale": "..........7.7777", "cowbell": "5..............."}, {"timbale": "........6..66.67", "timbale_low": "..............7."},
              {"conga": "........6.6.6666"}),
    "amen": ({"snare_tight": "....8..3.38...88"}, {"snare_tight": "8..8..8...8.8.88"}, {"kick": "9.......9.......", "snare_tight": "...8.8.8..8.8888"}),
    "chip": ({"noise_snare": "....8...8.8.8888"}, {"noise_snare": "8.8.8.8.88888888"}),
    "march": ({"march_snare": "7.7.7777.7777777"}, {"march_snare": "77777777........", "bassdrum": "8.......8...8..."}),
}  # fmt: skip

"""Groove of the drums: alternatives for each layer, of which a take has its own.

A bar is a pattern for each stroke: one character for each step, evenly spread over the bar; digits
are strengths from 1 to 9, points are rests.
"""

from typing import NamedTuple

Bar = dict[str, str]


class Groove(NamedTuple):
    """Alternatives of the layers of a groove.

    Attributes:
        core: Kick and snare.
        tops: Cymbals and shakers of middle sections.
        high: Cymbals of loud sections.
        quiet: All that plays in quiet sections.
        extras: Percussion added in loud sections.
        fill: Key of `FILLS`, or "".
    """

    core: tuple[Bar, ...]
    tops: tuple[Bar, ...]
    high: tuple[Bar, ...]
    quiet: tuple[Bar, ...]
    extras: tuple[Bar, ...] = ({},)
    fill: str = ""


def beat(kick: str, snare: str, kick_name: str = "kick", snare_name: str = "snare") -> Bar:
    return {kick_name: kick, snare_name: snare}


def four_on_the_floor(kick: str = "kick_house", clap: str = "clap_synth") -> tuple[Bar, ...]:
    """Returns cores with a kick on every beat."""
    return (
        {kick: "9...9...9...9...", clap: "....7.......7..."},
        {kick: "9...9...9...9..5", clap: "....7.......7..3"},
        {kick: "9...9...9...9...", clap: "....8..3....8..."},
        {kick: "9...9.4.9...9...", clap: "............8..."},
        {kick: "9...9...9..59...", clap: "....7..4.4..7..."},
    )

"""Texts of the release check about the width and the loudness of a sound."""

from producer_studio.translation import mark
from producer_studio.translation.numbers import FixedDecimal

_ALIKE_DB = 60.0


def width_text(side_to_mid_db: float) -> str:
    """Describes the level of the side against that of the mid."""
    if abs(side_to_mid_db) >= _ALIKE_DB:
        return (
            mark("channels alike") if side_to_mid_db < 0 else mark("the channels cancel each other")
        )
    if side_to_mid_db == 0:
        return mark("side as loud as mid")
    level = FixedDecimal(abs(side_to_mid_db), 2)
    if side_to_mid_db > 0:
        return mark("side {level} dB louder than mid", level=level)
    return mark("side {level} dB quieter than mid", level=level)


def normalisation_text(lufs: float, target: float) -> str:
    """Describes what a player does to reach a loudness."""
    gain = round(target - lufs, 1)
    goal = mark("{level} LUFS", level=target)
    if gain == 0:
        return mark("neither up nor down for {goal}", goal=goal)
    change = FixedDecimal(abs(gain), 1)
    if gain > 0:
        return mark("up by {change} dB for {goal}", change=change, goal=goal)
    return mark("down by {change} dB for {goal}", change=change, goal=goal)

"""Order of clips whose names are hidden."""

from random import Random, SystemRandom


def draw_order(count: int, random: Random | None = None) -> list[int]:
    """Returns the indices 0 to `count` - 1 in a random order; every order is equally likely."""
    order = list(range(count))
    (random or SystemRandom()).shuffle(order)
    return order

"""Seeds: drawn ones, and those of the further takes."""

import random
import re

_NUMBER = re.compile(r"-?\d+")
SEEDS = 2**32


def draw_seed() -> str:
    """A new seed; ten digits or fewer, as the services themselves choose them (seed 000)."""
    return str(random.randrange(SEEDS))


def seed_for_take(seed: str, take: int) -> str:
    """The seed of a take, counted from 0: numbers count up, words get a number behind them."""
    if take == 0:
        return seed
    if _NUMBER.fullmatch(seed):
        number = str(int(seed) + take)
        return number.zfill(len(seed)) if seed.startswith("0") else number
    return f"{seed} {take + 1}"

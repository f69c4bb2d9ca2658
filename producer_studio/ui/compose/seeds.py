"""Drawn seeds."""

import random

SEED_COUNT = 2**32


def draw_seed() -> str:
    """A new seed; ten digits or fewer, as the services themselves choose them (seed 000)."""
    return str(random.randrange(SEED_COUNT))

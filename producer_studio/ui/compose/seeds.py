"""Random seeds."""

import random

SEED_COUNT = 2**32


def draw_seed() -> str:
    """Draws a seed of up to ten digits, as the services do ("MusicAPI, Producer API")."""
    return str(random.randrange(SEED_COUNT))

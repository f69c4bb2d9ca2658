"""Takes: several results of one recipe."""

import re

from producer_studio.domain.recipe import Recipe

_NUMBER = re.compile(r"[0-9]+")


def expand_takes(recipe: Recipe, takes: int) -> list[Recipe]:
    """Returns one recipe for each take; they differ only in the seed.

    A given seed is incremented from the first take; without one the service chooses each.
    """
    return [
        recipe.with_changes(seed=derive_take_seed(recipe.seed, number)) for number in range(takes)
    ]


def derive_take_seed(seed: str, number: int) -> str:
    """Derives the seed of a take (index from 0): numbers are incremented, text gets a suffix."""
    if not seed or number == 0:
        return seed
    if _NUMBER.fullmatch(seed):
        return str(int(seed) + number).zfill(len(seed))
    return f"{seed}-{number + 1}"

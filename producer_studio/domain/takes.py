"""Several takes of one recipe."""

import re

from producer_studio.domain.recipe import Recipe

_NUMBER = re.compile(r"[0-9]+")


def expand_takes(recipe: Recipe, takes: int) -> list[Recipe]:
    """One recipe a take, which differ in nothing but the seed.

    A given seed is counted up from the first take; without one the service draws each.
    """
    return [
        recipe.with_changes(seed=derive_take_seed(recipe.seed, number)) for number in range(takes)
    ]


def derive_take_seed(seed: str, number: int) -> str:
    """The seed of a take, counted from 0: numbers count up, words get a number behind them."""
    if not seed or number == 0:
        return seed
    if _NUMBER.fullmatch(seed):
        return str(int(seed) + number).zfill(len(seed))
    return f"{seed}-{number + 1}"

"""Takes: several results of one recipe."""

import re
from collections.abc import Callable

from producer_studio.domain.recipe import Recipe

_NUMBER = re.compile(r"[0-9]+")


def expand_takes(
    recipe: Recipe, takes: int, draw_seed: Callable[[], str] | None = None
) -> list[Recipe]:
    """Returns one recipe for each take; they differ only in the seed.

    A given seed is incremented from the first take. Without one each take gets a seed of its own,
    or the service chooses it.

    Args:
        draw_seed: Returns a new seed; None to let the service choose.
    """
    if recipe.seed or draw_seed is None:
        seeds = [derive_take_seed(recipe.seed, number) for number in range(takes)]
    else:
        seeds = []
        while len(seeds) < takes:
            seed = draw_seed()
            if seed not in seeds:
                seeds.append(seed)
    return [recipe.with_changes(seed=seed) for seed in seeds]


def derive_take_seed(seed: str, number: int) -> str:
    """Derives the seed of a take (index from 0): numbers are incremented, text gets a suffix."""
    if not seed or number == 0:
        return seed
    if _NUMBER.fullmatch(seed):
        return str(int(seed) + number).zfill(len(seed))
    return f"{seed}-{number + 1}"

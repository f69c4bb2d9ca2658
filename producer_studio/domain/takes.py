"""Several takes of one recipe."""

from producer_studio.domain.recipe import Recipe


def takes_of(recipe: Recipe, takes: int) -> list[Recipe]:
    """One recipe a take, which differ in nothing but the seed.

    A given seed is counted up from the first take; without one the service draws each.
    """
    return [recipe.with_(seed=_seed_of_take(recipe.seed, number)) for number in range(takes)]


def _seed_of_take(seed: str, number: int) -> str:
    if not seed or number == 0:
        return seed
    if seed.isascii() and seed.isdigit():
        return str(int(seed) + number)
    return f"{seed}-{number + 1}"

"""Takes: several results of one recipe."""

import random
import re
from collections.abc import Callable, Collection
from itertools import count

from producer_studio.domain.recipe import Recipe
from producer_studio.translation import join_texts, mark

SEED_COUNT = 2**32
_NUMBER = re.compile(r"[0-9]+")


def draw_seed() -> str:
    """Draws a seed of up to ten digits, as the services do ("MusicAPI, Producer API")."""
    return str(random.randrange(SEED_COUNT))


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


def take_label(take: int | None, takes: int) -> str:
    """Returns such as "take 2"; empty for the only take of a press, and for an unknown one."""
    return mark("take {number}", number=take) if take is not None and takes > 1 else ""


def take_of_takes(take: int | None, takes: int) -> str:
    """Returns such as "2 of 3"; empty for the only take of a press, and for an unknown one."""
    return mark("{take} of {takes}", take=take, takes=takes) if take_label(take, takes) else ""


def title_with_take(title: str, label: str) -> str:
    """Returns a title that tells takes apart, such as "Low tide · take 2".

    A title that ends with the label already, as those of earlier versions do, stays as it is.

    Args:
        label: From `take_label`.
    """
    if not label or title.casefold().endswith(f" {label}"):
        return title
    return join_texts((title, label), " · ")


def find_free_take(preferred: int, used: Collection[int]) -> int:
    """Returns the first take number from `preferred` on that is not used."""
    return next(number for number in count(preferred) if number not in used)

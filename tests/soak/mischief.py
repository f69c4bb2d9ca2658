"""What goes wrong at the services while a soak runs."""

import random
from typing import Any

_MISCHIEF: tuple[dict[str, Any], ...] = (
    {"where": "submit", "kind": "cut_after", "times": 1},
    {"where": "submit", "kind": "cut_before", "times": 1},
    {"where": "submit", "kind": "truncated", "times": 1},
    {"where": "submit", "kind": "status", "status": 503, "times": 1},
    {"where": "submit", "kind": "status", "status": 429, "retry_after": 0.5, "times": 1},
    {"where": "submit", "kind": "latency", "seconds": 0.7, "times": 2},
    {"where": "submit", "kind": "fail", "times": 1},
    {"where": "poll", "kind": "status", "status": 500, "times": 2},
    {"where": "poll", "kind": "garbage", "times": 1},
    {"where": "poll", "kind": "truncated", "times": 2},
    {"where": "poll", "kind": "latency", "seconds": 0.5, "times": 3},
    {"where": "media", "kind": "cut_midway", "times": 1},
    {"where": "media", "kind": "expired", "times": 1},
    {"where": "media", "kind": "status", "status": 404, "times": 6},
    {"where": "media", "kind": "slow", "bytes_per_s": 200_000, "times": 2},
)
SHARE = 0.5
"""Of the rounds that meet some of it."""


def mischief(rng: random.Random) -> list[dict[str, Any]]:
    """The faults of one round; often none."""
    if rng.random() > SHARE:
        return []
    return rng.sample(_MISCHIEF, rng.choice((1, 1, 2)))

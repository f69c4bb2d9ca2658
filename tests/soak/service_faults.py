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
    # Not there yet.
    {"where": "media", "kind": "status", "status": 403, "times": 3},
    {"where": "media", "kind": "status", "status": 202, "times": 3},
    {"where": "media", "kind": "empty", "times": 3},
    # Waiting times of no use.
    {"where": "submit", "kind": "status", "status": 429, "retry_after": 0, "times": 3},
    {"where": "poll", "kind": "status", "status": 429, "retry_after": 0, "times": 3},
    {"where": "media", "kind": "status", "status": 429, "retry_after": 0, "times": 2},
    {"where": "poll", "kind": "status", "status": 429, "retry_after": 1e9, "times": 1},
    # Some of the services say that the credits came back.
    {"where": "submit", "kind": "status", "status": 504, "times": 1},
    {"where": "poll", "kind": "odd_fields", "times": 20},
    {"where": "poll", "kind": "odd_price", "price": -1000, "times": 20},
    {"where": "poll", "kind": "odd_price", "price": 1e300, "times": 20},
)
SHARE = 0.6
"""Of the rounds that meet some of it."""
AWAY: tuple[dict[str, Any], ...] = ({"where": "poll", "kind": "cut_before", "times": 3},)
"""A service that cannot be reached at the first looks."""
_HARMLESS = tuple(
    fault
    for fault in _MISCHIEF
    if (fault["where"] != "submit" or fault.get("status") == 429)
    and fault.get("retry_after", 0) < 60
)
"""Of it, that which leaves no question to the user, and no wait of ten minutes."""


def mischief(rng: random.Random) -> list[dict[str, Any]]:
    """The faults of one round; often none."""
    if rng.random() > SHARE:
        return []
    return rng.sample(_MISCHIEF, rng.choice((1, 1, 2, 3)))


def harmless_mischief(rng: random.Random) -> list[dict[str, Any]]:
    """One fault that leaves no question, or none."""
    return rng.sample(_HARMLESS, rng.choice((0, 1)))

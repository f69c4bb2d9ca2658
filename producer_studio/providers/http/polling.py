"""When to look at a task again: a pure function."""

import random

from producer_studio.providers.http.retry import free_delay_s

POLL_INTERVAL_S = 5.0
"""The documents say every 5 to 10 s (seed 003, section 6)."""

JITTER_S = 1.5
SLOWDOWN_AFTER_S = 120.0
MAX_POLL_INTERVAL_S = 60.0
FIRST_POLL_SHARE = 0.9
"""A look that is a little early finds the clip at the next; a late one makes the user wait."""

FIRST_POLL_MAX_S = 90.0
DEFAULT_TYPICAL_S = 20.0


def poll_delay_s(
    elapsed_s: float,
    typical_s: float | None,
    polls: int,
    fixed_s: float | None,
    retry_after_s: float | None,
    rng: random.Random,
) -> float:
    """Seconds to wait before the next look.

    Args:
        elapsed_s: Since the task was accepted.
        typical_s: How long such a task usually takes; None when not known.
        looks: How many looks there were.
        fixed_s: The account's own interval, which overrides the rest (local services).
        retry_after_s: What the service asked for at the last look; followed for up to ten
            minutes.
        rng: So that many jobs do not look at the same moment.
    """
    if fixed_s is not None:
        return free_delay_s(max(0.0, fixed_s), retry_after_s)
    if polls == 0:
        expected_s = DEFAULT_TYPICAL_S if typical_s is None else typical_s
        target_s = min(FIRST_POLL_MAX_S, expected_s * FIRST_POLL_SHARE)
        # Found again after a restart, it may be due already.
        wait_s = max(0.0, target_s - max(0.0, elapsed_s))
    elif elapsed_s < SLOWDOWN_AFTER_S:
        wait_s = POLL_INTERVAL_S
    else:
        wait_s = min(MAX_POLL_INTERVAL_S, 2 * POLL_INTERVAL_S + (elapsed_s - SLOWDOWN_AFTER_S) / 30)
    return free_delay_s(wait_s, retry_after_s) + JITTER_S * rng.random()


def vague_failure_delay_s(failures: int) -> float:
    """Seconds to wait after a service has said, so often in a row, what may be a task's end.

    A server that breaks for a moment says the same about every task.
    """
    return MAX_POLL_INTERVAL_S * max(failures, 1)


def unknown_task_delay_s(denials: int) -> float:
    """Seconds to wait after a service has said, so often in a row, that it does not know a task."""
    return min(MAX_POLL_INTERVAL_S, POLL_INTERVAL_S * 2.0 ** min(max(denials, 1) - 1, 10))

"""Intervals between polls of a task; pure functions."""

import random

from producer_studio.providers.http.retry import free_delay_s

POLL_INTERVAL_S = 5.0
"""The documents recommend every 5 to 10 s (AI Music API, Producer API, §6)."""

JITTER_S = 1.5
SLOWDOWN_AFTER_S = 120.0
MAX_POLL_INTERVAL_S = 60.0
FIRST_POLL_SHARE = 0.9
"""After a poll that is a little early the next finds the clip; a late one makes the user wait."""

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
    """Returns the seconds to wait before the next poll.

    Args:
        elapsed_s: Since the task was accepted.
        typical_s: Typical duration of such a task; None when not known.
        polls: Number of polls so far.
        fixed_s: The account's own interval, which overrides the rest (local services).
        retry_after_s: Delay that the service requested at the last poll; respected up to ten
            minutes.
        rng: For jitter, so that many jobs do not poll at the same moment.
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
    """Returns the seconds to wait after so many vague failures of a poll in a row.

    A server with a temporary error reports the same for every task.
    """
    return MAX_POLL_INTERVAL_S * max(failures, 1)


def unknown_task_delay_s(denials: int) -> float:
    """Returns the seconds to wait after so many responses in a row that the task is unknown."""
    return min(MAX_POLL_INTERVAL_S, POLL_INTERVAL_S * 2.0 ** min(max(denials, 1) - 1, 10))

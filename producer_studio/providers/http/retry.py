"""Retry policy and polling intervals: pure functions."""

import random
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from producer_studio.domain.errors import ErrorKind


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """Retry automatically after so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """No automatic retry: show the error."""


@dataclass(frozen=True, slots=True)
class AskUser:
    """The request may have been accepted and charged: only the user may decide about a retry."""


RetryDecision: TypeAlias = RetryAfter | GiveUp | AskUser

PAID_WAIT_LIMIT_S = 3600.0
"""Maximum Retry-After of a paid request; a longer one ends the automatic retries."""

FREE_WAIT_LIMIT_S = 600.0
"""Maximum delay of free requests, however long the service requests."""

BUSY_FIRST_DELAY_S = 5.0
FIRST_DELAY_S = 1.0
BUSY_ATTEMPTS = 40
"""Attempts of a paid request rejected with 429: some 20 minutes, where no delay is stated."""

PAID_ATTEMPTS = 3
SAFE_ATTEMPTS = 6
FREE_ATTEMPTS = 30
UNREADABLE_ATTEMPTS = 5
UNKNOWN_TASK_ATTEMPTS = 3
MEDIA_ATTEMPTS = 3
MAX_DELAY_S = 30.0
JITTER = 0.2

# Paid requests: only where the error proves that nothing was accepted.
_PAID_LIMITS: dict[ErrorKind, int | None] = {
    ErrorKind.RATE_LIMITED: BUSY_ATTEMPTS,
    ErrorKind.UNREACHABLE: PAID_ATTEMPTS,
    ErrorKind.SERVICE_UNAVAILABLE: PAID_ATTEMPTS,
}
_ASK_USER_KINDS = frozenset(
    {ErrorKind.OUTCOME_UNKNOWN, ErrorKind.INVALID_RESPONSE, ErrorKind.UNEXPECTED}
)
# With the same idempotency key a request is accepted once, however often it arrives.
_IDEMPOTENT_LIMITS: dict[ErrorKind, int | None] = _PAID_LIMITS | dict.fromkeys(
    _ASK_USER_KINDS, SAFE_ATTEMPTS
)
_FREE_LIMITS: dict[ErrorKind, int | None] = {
    ErrorKind.RATE_LIMITED: None,
    ErrorKind.UNREACHABLE: FREE_ATTEMPTS,
    ErrorKind.SERVICE_UNAVAILABLE: FREE_ATTEMPTS,
    ErrorKind.OUTCOME_UNKNOWN: FREE_ATTEMPTS,
    ErrorKind.INVALID_RESPONSE: UNREADABLE_ATTEMPTS,
    # A service may need a moment before it knows a task that it has just accepted.
    ErrorKind.UNKNOWN_TASK: UNKNOWN_TASK_ATTEMPTS,
    ErrorKind.MEDIA_REJECTED: MEDIA_ATTEMPTS,
}


class ErrorInfo(Protocol):
    """Fields of an error that the policy reads: a `ServiceError` or an `ErrorRecord`."""

    @property
    def kind(self) -> ErrorKind: ...

    @property
    def retry_after_s(self) -> float | None: ...


def decide_retry(
    error: ErrorInfo,
    attempt: int,
    *,
    is_paid: bool,
    is_idempotent: bool = False,
    is_outcome_unknown: bool = False,
    max_attempts: int | None = None,
    rng: random.Random | None = None,
) -> RetryDecision:
    """Decides whether and when to retry after an error.

    Args:
        error: The error of this attempt.
        attempt: Number of failed attempts in a row, this one included; from 1.
        is_paid: Whether the request can be charged (a submit).
        is_idempotent: Whether it is sent with an idempotency key that the service respects.
        is_outcome_unknown: Whether an earlier attempt at the same request may have been accepted:
            then it never ends without asking the user, whatever the error of this attempt.
        max_attempts: Other limit for retryable errors; free requests to a busy service (429) have
            no limit.
        rng: For jitter; without one there is none.
    """
    asks_user = is_paid and (is_outcome_unknown or error.kind in _ASK_USER_KINDS)
    end = AskUser() if asks_user else GiveUp()
    if is_paid and is_outcome_unknown and not is_idempotent:
        return end
    table = (_IDEMPOTENT_LIMITS if is_idempotent else _PAID_LIMITS) if is_paid else _FREE_LIMITS
    if error.kind not in table:
        return end
    limit = table[error.kind]
    if limit is not None and attempt >= (max_attempts or limit):
        return end
    asked_s = error.retry_after_s or 0.0
    if is_paid and asked_s > PAID_WAIT_LIMIT_S:
        return end
    first_s = BUSY_FIRST_DELAY_S if error.kind is ErrorKind.RATE_LIMITED else FIRST_DELAY_S
    # The exponent is bounded because requests to a busy service may be retried for days.
    own_s = min(MAX_DELAY_S, first_s * 2.0 ** min(max(attempt, 1) - 1, 10))
    wait_s = max(own_s, asked_s) if is_paid else free_delay_s(own_s, asked_s)
    return RetryAfter(wait_s * (1 + JITTER * rng.random()) if rng else wait_s)


def free_delay_s(delay_s: float, retry_after_s: float | None) -> float:
    """Returns the seconds to wait before a free request is repeated.

    Args:
        delay_s: Our own delay; the minimum, so that a Retry-After of 0 or in the past does not
            cause a flood of requests.
        retry_after_s: Delay that the service requests; respected up to `FREE_WAIT_LIMIT_S`, so that
            it cannot stop the polling of paid tasks.
    """
    return max(delay_s, min(retry_after_s or 0.0, FREE_WAIT_LIMIT_S))


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

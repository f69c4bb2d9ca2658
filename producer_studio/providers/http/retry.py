"""What to do after a fault: a pure function of the fault and of what repeating can cost."""

import random
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from producer_studio.domain.errors import ErrorKind


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """Try again by itself after so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Trying again by itself would not help: show the fault."""


@dataclass(frozen=True, slots=True)
class AskUser:
    """It may have been taken and charged: only the user may say what follows."""


RetryDecision: TypeAlias = RetryAfter | GiveUp | AskUser

PAID_WAIT_LIMIT_S = 3600.0
"""A service that asks a paid request to wait longer than this is given up for now."""

FREE_WAIT_LIMIT_S = 600.0
"""The longest wait for what costs nothing, however long the service asks for."""

BUSY_FIRST_DELAY_S = 5.0
FIRST_DELAY_S = 1.0
BUSY_ATTEMPTS = 40
"""Of a paid request that is turned away with 429: some 20 minutes, where no time is named."""

PAID_ATTEMPTS = 3
SAFE_ATTEMPTS = 6
FREE_ATTEMPTS = 30
UNREADABLE_ATTEMPTS = 5
UNKNOWN_TASK_ATTEMPTS = 3
MEDIA_ATTEMPTS = 3
MAX_DELAY_S = 30.0
JITTER = 0.2

# Paid requests: only where the fault proves that nothing was taken.
_PAID_LIMITS: dict[ErrorKind, int | None] = {
    ErrorKind.RATE_LIMITED: BUSY_ATTEMPTS,
    ErrorKind.UNREACHABLE: PAID_ATTEMPTS,
    ErrorKind.SERVICE_UNAVAILABLE: PAID_ATTEMPTS,
}
_ASK_USER_KINDS = frozenset(
    {ErrorKind.OUTCOME_UNKNOWN, ErrorKind.INVALID_RESPONSE, ErrorKind.UNEXPECTED}
)
# Under the same idempotency key a request is taken once, however often it arrives.
_IDEMPOTENT_LIMITS: dict[ErrorKind, int | None] = _PAID_LIMITS | dict.fromkeys(
    _ASK_USER_KINDS, SAFE_ATTEMPTS
)
_FREE_LIMITS: dict[ErrorKind, int | None] = {
    ErrorKind.RATE_LIMITED: None,
    ErrorKind.UNREACHABLE: FREE_ATTEMPTS,
    ErrorKind.SERVICE_UNAVAILABLE: FREE_ATTEMPTS,
    ErrorKind.OUTCOME_UNKNOWN: FREE_ATTEMPTS,
    ErrorKind.INVALID_RESPONSE: UNREADABLE_ATTEMPTS,
    # A service may need a moment before it knows a task that it has just taken.
    ErrorKind.UNKNOWN_TASK: UNKNOWN_TASK_ATTEMPTS,
    ErrorKind.MEDIA_REJECTED: MEDIA_ATTEMPTS,
}


class ErrorInfo(Protocol):
    """What policy reads of a fault: a `ServiceError` or a `ErrorRecord`."""

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
    """Decides what follows a fault.

    Args:
        fault: What happened.
        attempt: How many attempts in a row have met faults, this one included; from 1.
        costs_money: Whether the request is one that can be charged (a submit).
        repeats_safely: Whether it goes out under an idempotency key that the service heeds.
        in_doubt: Whether an earlier attempt at the same request may have been taken: then it is
            never given up without asking, whatever this attempt met.
        attempts: Another limit for faults that are worth repeating; what is free is asked of a
            busy service (429) for ever.
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
    # The exponent is bounded because a busy service may be asked for days.
    own_s = min(MAX_DELAY_S, first_s * 2.0 ** min(max(attempt, 1) - 1, 10))
    wait_s = max(own_s, asked_s) if is_paid else free_delay_s(own_s, asked_s)
    return RetryAfter(wait_s * (1 + JITTER * rng.random()) if rng else wait_s)


def free_delay_s(delay_s: float, retry_after_s: float | None) -> float:
    """Seconds to wait before something free is asked for again.

    Args:
        own_s: The wait by our own count; never undercut, so that 0 or a date in the past does not
            make a flood of requests.
        asked_s: What the service asked for; followed for up to `FREE_WAIT_LIMIT_S`, so that it
            cannot end the watching of what was paid for.
    """
    return max(delay_s, min(retry_after_s or 0.0, FREE_WAIT_LIMIT_S))

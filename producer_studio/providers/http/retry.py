"""What to do after a fault: a pure function of the fault and of what repeating can cost."""

import random
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from producer_studio.domain.errors import FaultKind


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


NextStep: TypeAlias = RetryAfter | GiveUp | AskUser

PATIENCE_LIMIT_S = 3600.0
"""A service that asks a paid request to wait longer than this is given up for now."""

FREE_WAIT_LIMIT_S = 600.0
"""The longest wait for what costs nothing, however long the service asks for."""

BUSY_FIRST_S = 5.0
FIRST_S = 1.0
BUSY_ATTEMPTS = 40
"""Of a paid request that is turned away with 429: some 20 minutes, where no time is named."""

PAID_ATTEMPTS = 3
SAFE_ATTEMPTS = 6
FREE_ATTEMPTS = 30
UNREADABLE_ATTEMPTS = 5
UNKNOWN_TASK_ATTEMPTS = 3
MEDIA_ATTEMPTS = 3
LONGEST_S = 30.0
JITTER = 0.2

# Paid requests: only where the fault proves that nothing was taken.
_PAID: dict[FaultKind, int | None] = {
    FaultKind.TOO_BUSY: BUSY_ATTEMPTS,
    FaultKind.UNREACHABLE: PAID_ATTEMPTS,
    FaultKind.SERVICE_DOWN: PAID_ATTEMPTS,
}
_ASK = frozenset({FaultKind.OUTCOME_UNKNOWN, FaultKind.NONSENSE, FaultKind.UNEXPECTED})
# Under the same idempotency key a request is taken once, however often it arrives.
_PAID_SAFELY: dict[FaultKind, int | None] = _PAID | dict.fromkeys(_ASK, SAFE_ATTEMPTS)
_FREE: dict[FaultKind, int | None] = {
    FaultKind.TOO_BUSY: None,
    FaultKind.UNREACHABLE: FREE_ATTEMPTS,
    FaultKind.SERVICE_DOWN: FREE_ATTEMPTS,
    FaultKind.OUTCOME_UNKNOWN: FREE_ATTEMPTS,
    FaultKind.NONSENSE: UNREADABLE_ATTEMPTS,
    # A service may need a moment before it knows a task that it has just taken.
    FaultKind.UNKNOWN_TASK: UNKNOWN_TASK_ATTEMPTS,
    FaultKind.MEDIA_REFUSED: MEDIA_ATTEMPTS,
}


class Known(Protocol):
    """What policy reads of a fault: a `Fault` or a `FaultRecord`."""

    @property
    def kind(self) -> FaultKind: ...

    @property
    def retry_after_s(self) -> float | None: ...


def next_step(
    fault: Known,
    attempt: int,
    *,
    costs_money: bool,
    repeats_safely: bool = False,
    in_doubt: bool = False,
    attempts: int | None = None,
    rng: random.Random | None = None,
) -> NextStep:
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
    asks = costs_money and (in_doubt or fault.kind in _ASK)
    end = AskUser() if asks else GiveUp()
    if costs_money and in_doubt and not repeats_safely:
        return end
    table = (_PAID_SAFELY if repeats_safely else _PAID) if costs_money else _FREE
    if fault.kind not in table:
        return end
    limit = table[fault.kind]
    if limit is not None and attempt >= (attempts or limit):
        return end
    asked_s = fault.retry_after_s or 0.0
    if costs_money and asked_s > PATIENCE_LIMIT_S:
        return end
    first_s = BUSY_FIRST_S if fault.kind is FaultKind.TOO_BUSY else FIRST_S
    # The exponent is bounded because a busy service may be asked for days.
    own_s = min(LONGEST_S, first_s * 2.0 ** min(max(attempt, 1) - 1, 10))
    wait_s = max(own_s, asked_s) if costs_money else free_wait_s(own_s, asked_s)
    return RetryAfter(wait_s * (1 + JITTER * rng.random()) if rng else wait_s)


def free_wait_s(own_s: float, asked_s: float | None) -> float:
    """Seconds to wait before something free is asked for again.

    Args:
        own_s: The wait by our own count; never undercut, so that 0 or a date in the past does not
            make a flood of requests.
        asked_s: What the service asked for; followed for up to `FREE_WAIT_LIMIT_S`, so that it
            cannot end the watching of what was paid for.
    """
    return max(own_s, min(asked_s or 0.0, FREE_WAIT_LIMIT_S))

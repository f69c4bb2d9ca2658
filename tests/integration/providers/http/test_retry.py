"""What follows a fault."""

import random

import pytest

from producer_studio.domain.errors import ErrorKind, ErrorRecord, RateLimited, ServiceError
from producer_studio.providers.http.retry import (
    BUSY_ATTEMPTS,
    FREE_ATTEMPTS,
    FREE_WAIT_LIMIT_S,
    PAID_WAIT_LIMIT_S,
    SAFE_ATTEMPTS,
    AskUser,
    GiveUp,
    RetryAfter,
    decide_retry,
    free_delay_s,
)

K = ErrorKind


def step(
    kind: ErrorKind, attempt: int = 1, *, paid: bool, asked_s: float | None = None
) -> RetryAfter | GiveUp | AskUser:
    fault = ErrorRecord(kind=kind, message="", retry_after_s=asked_s)
    return decide_retry(fault, attempt, is_paid=paid)


@pytest.mark.parametrize("kind", [K.OUTCOME_UNKNOWN, K.INVALID_RESPONSE, K.UNEXPECTED])
@pytest.mark.parametrize("attempt", [1, 2, 50])
def test_a_paid_request_that_may_have_been_taken_is_never_sent_again_by_itself(
    kind: ErrorKind, attempt: int
) -> None:
    assert step(kind, attempt, paid=True, asked_s=1) == AskUser()


@pytest.mark.parametrize(
    ("kind", "attempt", "paid", "expected"),
    [
        (K.UNREACHABLE, 1, True, RetryAfter(1)),
        (K.UNREACHABLE, 2, True, RetryAfter(2)),
        (K.UNREACHABLE, 3, True, GiveUp()),
        (K.SERVICE_UNAVAILABLE, 2, True, RetryAfter(2)),
        (K.SERVICE_UNAVAILABLE, 3, True, GiveUp()),
        (K.RATE_LIMITED, 1, True, RetryAfter(5)),
        (K.RATE_LIMITED, BUSY_ATTEMPTS - 1, True, RetryAfter(30)),
        (K.RATE_LIMITED, BUSY_ATTEMPTS, True, GiveUp()),
        (K.UNREACHABLE, 5, False, RetryAfter(16)),
        (K.UNREACHABLE, FREE_ATTEMPTS - 1, False, RetryAfter(30)),
        (K.UNREACHABLE, FREE_ATTEMPTS, False, GiveUp()),
        (K.SERVICE_UNAVAILABLE, 10, False, RetryAfter(30)),
        (K.RATE_LIMITED, 400, False, RetryAfter(30)),
        (K.INVALID_RESPONSE, 4, False, RetryAfter(8)),
        (K.INVALID_RESPONSE, 5, False, GiveUp()),
        (K.UNKNOWN_TASK, 2, False, RetryAfter(2)),
        (K.UNKNOWN_TASK, 3, False, GiveUp()),
        (K.MEDIA_REJECTED, 2, False, RetryAfter(2)),
        (K.MEDIA_REJECTED, 3, False, GiveUp()),
    ],
)
def test_table(
    kind: ErrorKind, attempt: int, paid: bool, expected: RetryAfter | GiveUp | AskUser
) -> None:
    assert step(kind, attempt, paid=paid) == expected


@pytest.mark.parametrize(
    "kind",
    [
        K.NOT_AUTHORISED,
        K.CREDITS_EXHAUSTED,
        K.REQUEST_REJECTED,
        K.OPERATION_RETIRED,
        K.FAILED_BY_SERVICE,
        K.STORAGE,
    ],
)
@pytest.mark.parametrize("paid", [True, False])
def test_what_repeating_cannot_mend_is_shown_at_once(kind: ErrorKind, paid: bool) -> None:
    assert step(kind, paid=paid) == GiveUp()


def test_a_named_time_is_kept_to_and_never_undercut_by_jitter() -> None:
    for _ in range(50):
        found = decide_retry(
            RateLimited("", retry_after_s=12), 1, is_paid=True, rng=random.Random()
        )
        assert isinstance(found, RetryAfter)
        assert 12 <= found.seconds <= 12 * 1.2


@pytest.mark.parametrize("asked_s", [PAID_WAIT_LIMIT_S + 1, 1e9])
def test_a_long_wait_is_asked_of_a_paid_request_in_vain_and_cut_for_a_free_one(
    asked_s: float,
) -> None:
    assert step(K.RATE_LIMITED, paid=True, asked_s=asked_s) == GiveUp()
    assert step(K.RATE_LIMITED, paid=False, asked_s=asked_s) == RetryAfter(FREE_WAIT_LIMIT_S)


@pytest.mark.parametrize("asked_s", [None, 0.0, 1.0, 5.0])
@pytest.mark.parametrize("paid", [True, False])
def test_a_short_wait_never_undercuts_our_own(asked_s: float | None, paid: bool) -> None:
    for attempt in range(1, BUSY_ATTEMPTS):
        found = step(K.RATE_LIMITED, attempt, paid=paid, asked_s=asked_s)
        assert isinstance(found, RetryAfter)
        assert found.seconds >= min(30, 5 * 2 ** (attempt - 1))


def test_a_free_wait_is_bounded_on_both_sides() -> None:
    assert free_delay_s(5, None) == free_delay_s(5, 0) == 5
    assert free_delay_s(5, 60) == 60
    assert free_delay_s(5, 86_400) == FREE_WAIT_LIMIT_S


def test_the_caller_may_be_more_patient() -> None:
    fault: ServiceError = RateLimited("")
    assert isinstance(decide_retry(fault, 99, is_paid=False), RetryAfter)
    record = ErrorRecord(kind=K.UNREACHABLE, message="")
    assert decide_retry(record, 99, is_paid=False, max_attempts=100) == RetryAfter(30)


UNSURE = [K.OUTCOME_UNKNOWN, K.INVALID_RESPONSE, K.UNEXPECTED]


def safe_step(
    kind: ErrorKind, attempt: int, *, in_doubt: bool = False, asked_s: float | None = None
) -> RetryAfter | GiveUp | AskUser:
    fault = ErrorRecord(kind=kind, message="", retry_after_s=asked_s)
    return decide_retry(
        fault, attempt, is_paid=True, is_idempotent=True, is_outcome_unknown=in_doubt
    )


@pytest.mark.parametrize("kind", UNSURE)
def test_under_a_key_that_the_service_heeds_it_is_repeated_and_then_asked(kind: ErrorKind) -> None:
    found = [safe_step(kind, attempt) for attempt in range(1, SAFE_ATTEMPTS + 1)]
    assert found == [*(RetryAfter(2.0**n) for n in range(SAFE_ATTEMPTS - 1)), AskUser()]
    assert safe_step(kind, 1, asked_s=7) == RetryAfter(7)
    assert safe_step(kind, 1, asked_s=0) == RetryAfter(1)
    assert safe_step(kind, 1, asked_s=PAID_WAIT_LIMIT_S + 1) == AskUser()


@pytest.mark.parametrize("kind", list(K))
@pytest.mark.parametrize("safely", [True, False])
def test_what_may_have_been_taken_is_never_given_up_without_asking(
    kind: ErrorKind, safely: bool
) -> None:
    fault = ErrorRecord(kind=kind, message="")
    for attempt in (1, 50):
        found = decide_retry(
            fault, attempt, is_paid=True, is_idempotent=safely, is_outcome_unknown=True
        )
        assert not isinstance(found, GiveUp)
        assert safely or found == AskUser()


def test_a_key_changes_nothing_for_what_was_declined() -> None:
    assert safe_step(K.REQUEST_REJECTED, 1) == GiveUp()
    assert safe_step(K.CREDITS_EXHAUSTED, 1) == GiveUp()
    assert safe_step(K.UNREACHABLE, 3) == GiveUp()
    assert safe_step(K.UNREACHABLE, 2, in_doubt=True) == RetryAfter(2)
    assert safe_step(K.UNREACHABLE, 3, in_doubt=True) == AskUser()

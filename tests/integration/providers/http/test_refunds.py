"""What a service says of the credits, in words that mean it and words that do not."""

import time

import pytest

from producer_studio.providers.http.refunds import is_refunded


@pytest.mark.parametrize(
    "text",
    [
        "Task failed due to timeout. Credits were previously refunded.",
        "Credits were refunded.",
        "Failed, refunded.",
        "Task failed: credits refunded",
        "Gone. A refund has been issued.",
        "Your credits have been returned.",
        "All 10 credits were refunded.",
        "Your 10 credits were refunded.",
        "The task did not finish. The credits were refunded.",
        "The credits were refunded because the task did not finish.",
        "CREDITS REFUNDED!",
    ],
)
def test_said_to_be_refunded(text: str) -> None:
    assert is_refunded(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "Nothing was refunded.",
        "None of your credits were refunded.",
        "Credits refunded: no",
        "Refunded credits: 0",
        "refunded=false",
        "Credits were not refunded.",
        "Credits cannot be refunded.",
        "Credits could not be refunded.",
        "The credits weren't refunded.",
        "The credits weren\u2019t refunded.",
        "Neither this nor the last request was refunded.",
        "No credits were refunded.",
        "No refund has been issued.",
        "A refund was made? No refund.",
        "The task ended without the credits being refunded.",
        "We were unable to have your credits refunded.",
        "A refund was denied.",
    ],
)
def test_said_not_to_be_refunded(text: str) -> None:
    assert is_refunded(text) is not True


@pytest.mark.parametrize(
    "text",
    [
        "Nothing was refunded.",
        "None of your credits were refunded.",
        "Credits refunded: no",
        "Credits cannot be refunded.",
        "No credits were refunded.",
    ],
)
def test_a_plain_denial_is_told(text: str) -> None:
    assert is_refunded(text) is False


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Internal Server Error",
        "Generation used non-refunded credits.",
        "Generation used unrefunded credits.",
        "Only 2 of 10 credits were refunded.",
        "Refunded 2/10 credits.",
        "2 credits were refunded.",
        "0 credits were refunded.",
        "Refunded: 5",
        "Credits were partially refunded.",
        "Half of the credits were refunded.",
        "Some credits were refunded.",
        "50% of the credits were refunded.",
        "Your credits will be refunded if it fails.",
        "If the task fails, credits are refunded.",
        "Failed generations are refunded automatically.",
        "Credits may be returned or refunded later.",
        "The credits are to be refunded.",
        "The credits are being refunded.",
        "Credits refunded: pending",
        "Were the credits refunded?",
        "Credits were refunded. They were not refunded.",
        "The task could not finish, credits were refunded.",
        "The result was returned late.",
    ],
)
def test_what_is_uncertain_is_no_refund(text: str) -> None:
    assert is_refunded(text) is None


@pytest.mark.parametrize("unit", ["not ", "refunded ", "no refund if ", "a'", "will be ", "0 "])
def test_long_texts_are_read_at_once(unit: str) -> None:
    begun = time.process_time()
    is_refunded(unit * 5000)
    # Milliseconds; a pattern that tries every pair of places takes minutes.
    assert time.process_time() - begun < 10

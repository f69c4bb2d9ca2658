"""The one place that reads Retry-After."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.providers.http.retry_after import MAX_RETRY_AFTER_S, parse_retry_after_s

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        ("1.5", 1.5),
        ("0", 0),
        ("-3", 0),
        ("1000000000", MAX_RETRY_AFTER_S),
        ("1e300", MAX_RETRY_AFTER_S),
        ("9" * 5000, None),
        ("Fri, 20 Nov 2026 12:00:30 GMT", 30),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", MAX_RETRY_AFTER_S),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("", None),
    ],
)
def test_seconds_and_dates(value: str, seconds: float | None) -> None:
    assert parse_retry_after_s({"retry-after": value}, NOW) == seconds


def test_without_the_header_nothing_is_asked() -> None:
    assert parse_retry_after_s({}) is None


def test_a_date_counts_from_the_clock_of_the_server() -> None:
    headers = {
        "retry-after": "Fri, 20 Nov 2026 12:00:30 GMT",
        "date": "Fri, 20 Nov 2026 12:00:10 GMT",
    }
    assert parse_retry_after_s(headers, datetime(2031, 1, 1, tzinfo=UTC)) == 20


@given(st.text() | st.integers().map(str) | st.floats().map(str))
def test_whatever_is_asked_for_is_bounded(value: str) -> None:
    found = parse_retry_after_s({"retry-after": value, "date": value}, NOW)
    assert found is None or 0 <= found <= MAX_RETRY_AFTER_S

"""Times that somebody else may have written."""

from datetime import UTC, datetime

import pytest

from producer_studio.domain.timestamps import UNKNOWN_TIME, parse_timestamp, to_local_time

ENDS = [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]


@pytest.mark.parametrize(
    "text",
    [None, 3, "", "odd", "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-23:59", "0001-01-01"],
)
def test_a_time_that_cannot_be_used_is_none(text: object) -> None:
    assert parse_timestamp(text) is None


def test_a_time_without_a_zone_is_taken_for_utc() -> None:
    assert parse_timestamp("2026-01-01T12:00:00") == datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_the_time_that_stands_for_none_can_be_written_and_read() -> None:
    assert parse_timestamp(UNKNOWN_TIME.isoformat()) == UNKNOWN_TIME


@pytest.mark.parametrize("moment", ENDS)
def test_any_time_can_be_shown(moment: datetime) -> None:
    assert f"{to_local_time(moment):%H:%M}"

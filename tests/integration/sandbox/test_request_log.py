"""The requests that are kept, within bounds."""

from typing import Any

from producer_studio.sandbox.request_log import MAX_REQUESTS, MAX_TOTAL_BYTES, RequestLog


def scope(path: str) -> dict[str, Any]:
    return {"method": "POST", "path": path, "query_string": b"", "headers": [], "type": "http"}


def test_the_oldest_requests_go_first_by_number() -> None:
    journal = RequestLog()
    for number in range(MAX_REQUESTS + 3):
        journal.record(scope(f"/{number}"), b"", 0)
    assert len(journal.list_entries()) == MAX_REQUESTS
    assert journal.list_entries()[0]["path"] == "/3"


def test_large_bodies_are_kept_as_far_as_there_is_room_for_them() -> None:
    journal, body = RequestLog(), b"x" * (MAX_TOTAL_BYTES // 4)
    for number in range(9):
        journal.record(scope(f"/{number}"), body, len(body))
    assert [line["path"] for line in journal.list_entries()] == ["/5", "/6", "/7", "/8"]
    journal.record(scope("/last"), b"x" * (MAX_TOTAL_BYTES + 1), MAX_TOTAL_BYTES + 1)
    assert [line["path"] for line in journal.list_entries()] == ["/last"]
    journal.clear()
    journal.record(scope("/new"), body, len(body))
    assert [line["path"] for line in journal.list_entries()] == ["/new"]

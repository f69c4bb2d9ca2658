"""The requests that are kept, within bounds."""

from typing import Any

from producer_studio.sandbox.request_log import KEPT, KEPT_BYTES, Journal


def scope(path: str) -> dict[str, Any]:
    return {"method": "POST", "path": path, "query_string": b"", "headers": [], "type": "http"}


def test_the_oldest_requests_go_first_by_number() -> None:
    journal = Journal()
    for number in range(KEPT + 3):
        journal.note(scope(f"/{number}"), b"", 0)
    assert len(journal.lines()) == KEPT
    assert journal.lines()[0]["path"] == "/3"


def test_large_bodies_are_kept_as_far_as_there_is_room_for_them() -> None:
    journal, body = Journal(), b"x" * (KEPT_BYTES // 4)
    for number in range(9):
        journal.note(scope(f"/{number}"), body, len(body))
    assert [line["path"] for line in journal.lines()] == ["/5", "/6", "/7", "/8"]
    journal.note(scope("/last"), b"x" * (KEPT_BYTES + 1), KEPT_BYTES + 1)
    assert [line["path"] for line in journal.lines()] == ["/last"]
    journal.clear()
    journal.note(scope("/new"), body, len(body))
    assert [line["path"] for line in journal.lines()] == ["/new"]

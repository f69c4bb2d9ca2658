"""Log of received requests, for assertions of tests."""

import json
import time
from collections import deque
from typing import Any

from starlette.datastructures import Headers
from starlette.types import Scope

MAX_REQUESTS = 5000
#: Bytes of the stored requests; the oldest are removed first.
MAX_TOTAL_BYTES = 64 * 1024 * 1024
_KEY_HEADERS = {"authorization", "x-api-key"}


class RequestLog:
    """Last requests, oldest first, without the keys that they contained."""

    def __init__(self) -> None:
        self._entries: deque[dict[str, Any]] = deque()
        self._sizes: deque[int] = deque()
        self._total_bytes = 0

    def record(self, scope: Scope, body: bytes, size: int) -> dict[str, Any]:
        """Logs a request and returns its entry, to which the status is added later.

        Args:
            body: Empty if it is too large for the log.
            size: Size of the body, in bytes.
        """
        headers = dict(Headers(scope=scope))
        for name in _KEY_HEADERS & headers.keys():
            headers[name] = "(a key)"
        line: dict[str, Any] = {
            "method": scope["method"],
            "path": scope["path"],
            "query": scope["query_string"].decode("latin-1"),
            "headers": headers,
            "body": _loggable_body(body, headers.get("content-type", ""), size),
            "at": time.time(),
            "status": None,
            "faults": [],
        }
        self._entries.append(line)
        head = sum(len(name) + len(value) for name, value in scope["headers"])
        self._sizes.append(len(body) + len(scope["query_string"]) + head)
        self._total_bytes += self._sizes[-1]
        while len(self._entries) > MAX_REQUESTS or (
            self._total_bytes > MAX_TOTAL_BYTES and len(self._entries) > 1
        ):
            self._entries.popleft()
            self._total_bytes -= self._sizes.popleft()
        return line

    def list_entries(self) -> list[dict[str, Any]]:
        return list(self._entries)

    def clear(self) -> None:
        self._entries.clear()
        self._sizes.clear()
        self._total_bytes = 0


def _loggable_body(body: bytes, kind: str, size: int) -> Any:  # noqa: ANN401 - whatever JSON holds
    if not size:
        return None
    if kind.startswith("multipart/") or not body:
        return f"(a form of {size} bytes)"
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")

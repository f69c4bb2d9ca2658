"""The requests that the sandbox has seen, so that tests can ask what was really sent."""

import json
import time
from collections import deque
from typing import Any

from starlette.datastructures import Headers
from starlette.types import Scope

KEPT = 5000
#: Bytes of the requests that are kept; the oldest go first.
KEPT_BYTES = 64 * 1024 * 1024
_KEY_HEADERS = {"authorization", "x-api-key"}


class Journal:
    """The last requests, oldest first, without the keys that came with them."""

    def __init__(self) -> None:
        self._seen: deque[dict[str, Any]] = deque()
        self._sizes: deque[int] = deque()
        self._kept_bytes = 0

    def note(self, scope: Scope, body: bytes, size: int) -> dict[str, Any]:
        """Writes a request down and returns the line, to which the status is added later.

        Args:
            body: Empty where it is too large to be written down.
            size: Of the body, in bytes.
        """
        headers = dict(Headers(scope=scope))
        for name in _KEY_HEADERS & headers.keys():
            headers[name] = "(a key)"
        line: dict[str, Any] = {
            "method": scope["method"],
            "path": scope["path"],
            "query": scope["query_string"].decode("latin-1"),
            "headers": headers,
            "body": _body_shown(body, headers.get("content-type", ""), size),
            "at": time.time(),
            "status": None,
            "faults": [],
        }
        self._seen.append(line)
        head = sum(len(name) + len(value) for name, value in scope["headers"])
        self._sizes.append(len(body) + len(scope["query_string"]) + head)
        self._kept_bytes += self._sizes[-1]
        while len(self._seen) > KEPT or (self._kept_bytes > KEPT_BYTES and len(self._seen) > 1):
            self._seen.popleft()
            self._kept_bytes -= self._sizes.popleft()
        return line

    def lines(self) -> list[dict[str, Any]]:
        return list(self._seen)

    def clear(self) -> None:
        self._seen.clear()
        self._sizes.clear()
        self._kept_bytes = 0


def _body_shown(body: bytes, kind: str, size: int) -> Any:  # noqa: ANN401 - whatever JSON holds
    if not size:
        return None
    if kind.startswith("multipart/") or not body:
        return f"(a form of {size} bytes)"
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")

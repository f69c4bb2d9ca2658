"""A service that repeats all it was told: the sandbox, with every request quoted in its answers."""

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from tests.support.loopback_server import QuietHandler, serving

_QUOTING = {"title", "message", "error", "sound", "trace_id", "status_text"}


class _Parrot(QuietHandler):
    behind: str
    heard: dict[str, list[str]]
    """By the first part of the path, the secrets that this service was told so far."""

    def do_GET(self) -> None:
        self._repeat()

    def do_POST(self) -> None:
        self._repeat()

    def _repeat(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        heard = self.heard.setdefault(self.path.split("/")[1], [])
        heard += [one for one in self._told(body) if one and one not in heard]
        inner = http.client.HTTPConnection(self.behind, timeout=60)
        kept = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        try:
            inner.request(self.command, self.path, body or None, kept)
            answer = inner.getresponse()
            text = answer.read()
        finally:
            inner.close()
        quote = " ".join(heard)
        text = _quoted(text, quote)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.headers.get("Content-Type", "application/json"))
        self.send_header("Content-Length", str(len(text)))
        self.send_header("X-Request-Id", quote)
        self.end_headers()
        self.wfile.write(text)

    def _told(self, body: bytes) -> list[str]:
        told = [self.headers.get("Authorization", ""), self.headers.get("X-API-Key", "")]
        try:
            request = json.loads(body)
        except ValueError:
            request = {}
        if isinstance(request, dict):
            told.append(str(request.get("webhook_secret") or ""))
        return told


def _quoted(text: bytes, quote: str) -> bytes:
    try:
        body = json.loads(text)
    except ValueError:
        return text + quote.encode()
    body = _with_quotes(body, quote)
    if isinstance(body, dict):
        body["request"] = {"headers": quote, "as_text": json.dumps({"webhook_secret": quote})}
    return json.dumps(body).encode()


def _with_quotes(value: Any, quote: str) -> Any:
    if isinstance(value, dict):
        return {
            name: f"{one} {quote}"
            if name in _QUOTING and isinstance(one, str)
            else _with_quotes(one, quote)
            for name, one in value.items()
        }
    return [_with_quotes(one, quote) for one in value] if isinstance(value, list) else value


@contextmanager
def parrot(url: str) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """The address of a parrot before the service at `url`, and what each service was told."""
    heard: dict[str, list[str]] = {}
    kind = type("Parrot", (_Parrot,), {"behind": urlsplit(url).netloc, "heard": heard})
    with serving(kind) as own_url:
        yield own_url, heard

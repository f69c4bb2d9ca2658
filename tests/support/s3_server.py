"""What stands before an S3 server and holds addresses to their signatures, as Amazon S3 does.

A signature is one for a method: an address that was signed for GET does not answer HEAD. The
server behind it does not check addresses, and its clients are known to it by their own signatures.
Written from Amazon's description of Signature Version 4 (authenticating requests by query
parameters).
"""

import hashlib
import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from urllib.parse import parse_qsl, quote, urlsplit

from tests.support.loopback_server import QuietHandler, serving

_ALGORITHM = "AWS4-HMAC-SHA256"
_ANYBODY = f"{_ALGORITHM} Credential=none/20260101/us-east-1/s3/aws4_request, Signature=none"
"""The server behind lets in whoever says a name."""


@dataclass
class Front:
    """Asked instead of the server behind it.

    Attributes:
        public: Whether everybody may read what lies in the bucket.
        seen: Method, path and status of each request, oldest first.
        keep_waiting: Methods whose requests are carried out and not answered before `release`.
        kept_waiting: Set when one is waiting so.
    """

    url: str
    secret: str
    public: bool = False
    seen: list[tuple[str, str, int]] = field(default_factory=list)
    keep_waiting: set[str] = field(default_factory=set)
    kept_waiting: threading.Event = field(default_factory=threading.Event)
    _released: threading.Event = field(default_factory=threading.Event)

    def release(self) -> None:
        """Keeps nobody waiting any more."""
        self.keep_waiting.clear()
        self._released.set()

    def reads(self, method: str) -> list[int]:
        """What those who are not the bucket's own client were answered."""
        return [status for seen, _, status in self.seen if seen == method]

    def _may(self, method: str, target: str, host: str, authorization: str) -> bool:
        query = dict(parse_qsl(urlsplit(target).query, keep_blank_values=True))
        if authorization:
            return True
        if "X-Amz-Signature" not in query:
            return self.public and method in {"GET", "HEAD"}
        return hmac.compare_digest(
            query["X-Amz-Signature"], signature(method, target, host, self.secret)
        )


def signature(method: str, target: str, host: str, secret: str) -> str:
    """The signature that an address must have for a method."""
    parts = urlsplit(target)
    given = parse_qsl(parts.query, keep_blank_values=True)
    about = dict(given)
    signed = sorted((name, value) for name, value in given if name != "X-Amz-Signature")
    canonical = "\n".join(
        (
            method,
            parts.path,
            "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in signed),
            f"host:{host}",
            "",
            "host",
            "UNSIGNED-PAYLOAD",
        )
    )
    scope = about["X-Amz-Credential"].partition("/")[2]
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = "\n".join((_ALGORITHM, about["X-Amz-Date"], scope, digest))
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()


@contextmanager
def front_of(server_url: str, secret: str) -> Iterator[Front]:
    """A front on a free port of this computer."""
    behind = urlsplit(server_url).netloc

    class Guard(QuietHandler):
        protocol_version = "HTTP/1.1"

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            allowed = front._may(
                self.command, self.path, self.headers["Host"], self.headers["Authorization"] or ""
            )
            if not allowed:
                self._answer(403, {}, b"")
                return
            connection = HTTPConnection(behind)
            headers = {name: value for name, value in self.headers.items() if name != "host"}
            if "X-Amz-Signature" not in self.path:
                headers.setdefault("authorization", _ANYBODY)
            connection.request(self.command, self.path, body, headers)
            found = connection.getresponse()
            content = found.read()
            connection.close()
            if self.command in front.keep_waiting:
                front.kept_waiting.set()
                front._released.wait()
            self._answer(found.status, dict(found.getheaders()), content)

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _pass_on

        def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            front.seen.append((self.command, urlsplit(self.path).path, status))
            self.send_response(status)
            for name in ("Content-Type", "ETag", "Last-Modified"):
                if name in headers:
                    self.send_header(name, headers[name])
            length = headers.get("Content-Length", "0") if self.command == "HEAD" else len(body)
            if status != 204:
                self.send_header("Content-Length", str(length))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

    with serving(Guard, waits_for_requests=False) as url:
        front = Front(url, secret)
        try:
            yield front
        finally:
            front.release()

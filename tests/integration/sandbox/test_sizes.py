"""Bodies and files that are far too large, with or without a length."""

import socket
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from producer_studio.sandbox import outbound_http
from producer_studio.sandbox.fault_middleware import BODY_LIMIT, FORM_LIMIT
from producer_studio.sandbox.outbound_http import UrlUnreachable, download_file
from tests.support.sandbox_process import SandboxProcess, running_sandbox

BLOCK = bytes(1 << 20)
FORM = "multipart/form-data; boundary=frame"


@pytest.fixture(scope="module")
def own_sandbox() -> Iterator[SandboxProcess]:
    with running_sandbox() as process:
        yield process


def sent_without_length(url: str, path: str, size: int, content_type: str) -> bytes:
    """Sends chunks until all are gone or the server has had enough; the head of its answer."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), 60) as wire:
        head = f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer platform-k"
        kind = f"Content-Type: {content_type}\r\nTransfer-Encoding: chunked\r\n\r\n"
        wire.sendall(f"{head}\r\n{kind}".encode())
        try:
            for _ in range(size // len(BLOCK)):
                wire.sendall(f"{len(BLOCK):x}\r\n".encode() + BLOCK + b"\r\n")
            wire.sendall(b"0\r\n\r\n")
        except (BrokenPipeError, ConnectionResetError):
            return b""
        try:
            return wire.recv(4096)
        except ConnectionResetError:
            return b""


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/acedata/api/v1/files/", FORM_LIMIT),
        ("/acedata/producer/lyrics", BODY_LIMIT),
        ("/api/v1/producer/create", BODY_LIMIT),
        ("/v2/music/generate", BODY_LIMIT),
        ("/control/faults", BODY_LIMIT),
        ("/nothing", BODY_LIMIT),
    ],
)
def test_a_body_without_a_length_is_refused_at_its_limit(
    own_sandbox: SandboxProcess, path: str, limit: int
) -> None:
    head = sent_without_length(own_sandbox.url, path, limit + 32 * len(BLOCK), FORM)
    assert not head or head.startswith(b"HTTP/1.1 413")
    assert own_sandbox.state()["requests"] == []


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_many_large_forms_do_not_fill_the_memory(own_sandbox: SandboxProcess) -> None:
    size = FORM_LIMIT - len(BLOCK)
    heads: list[bytes] = []

    def send() -> None:
        heads.append(sent_without_length(own_sandbox.url, "/acedata/api/v1/files/", size, FORM))

    before = peak_mib(own_sandbox)
    senders = [threading.Thread(target=send) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert [head.split(b"\r\n")[0] for head in heads] == [b"HTTP/1.1 400 Bad Request"] * 4
    # Pages of files that are mapped count too, and there are two at a time.
    assert peak_mib(own_sandbox) - before < 3 * FORM_LIMIT / (1 << 20)


def peak_mib(sandbox: SandboxProcess) -> float:
    status = Path(f"/proc/{sandbox.process.pid}/status").read_text("ascii")
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


@pytest.mark.parametrize("says_length", [True, False])
def test_a_file_that_is_fetched_ends_at_its_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says_length: bool
) -> None:
    monkeypatch.setattr(outbound_http, "UPLOAD_LIMIT", 3 * len(BLOCK))

    class Endless(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(200)
            self.end_headers()

        def do_GET(self) -> None:
            self.send_response(200)
            if says_length:
                self.send_header("Content-Length", "1000000000000")
            self.end_headers()
            try:
                while True:
                    self.wfile.write(BLOCK)
            except OSError:
                return

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            """Nothing: the tests' output is read by people."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Endless) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            with pytest.raises(UrlUnreachable, match="too large"):
                download_file(f"http://127.0.0.1:{server.server_address[1]}/a.wav", tmp_path / "a")
        finally:
            server.shutdown()
            thread.join()
    assert not (tmp_path / "a").exists()

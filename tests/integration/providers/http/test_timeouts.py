"""Timeouts over a sleep of the computer: what arrived in the meantime is read before it is late."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from producer_studio.domain.errors import OutcomeUnknown
from producer_studio.providers.http import api_client
from producer_studio.providers.http import client_factory as module
from producer_studio.providers.http.api_client import ApiClient
from producer_studio.providers.http.client_factory import deadline

pytestmark = pytest.mark.anyio

TIMEOUT_S = 1.0
HEAD = b"HTTP/1.1 200 Fine\r\nContent-Length: 15\r\n\r\n"
BODY = b'{"task_id":"t"}'


class Service:
    """A server in a thread, so that it goes on while the event loop is held."""

    def __init__(self, *parts: bytes) -> None:
        self._parts = parts
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.asked = threading.Event()
        self.answers = threading.Event()
        self.answered = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        connection, _ = self._socket.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(self._parts[0])
            self.asked.set()
            self.answers.wait(10)
            for part in self._parts[1:]:
                connection.sendall(part)
            self.answered.set()
            connection.recv(1)

    def close(self) -> None:
        self.answers.set()
        self._socket.close()


@contextmanager
def serving(*parts: bytes) -> Iterator[Service]:
    service = Service(*parts)
    try:
        yield service
    finally:
        service.close()


def sleep_like_a_computer(service: Service) -> None:
    """Holds the event loop for longer than any timeout, while the answer arrives."""
    service.answers.set()
    assert service.answered.wait(10)
    time.sleep(TIMEOUT_S + module.SUSPEND_THRESHOLD_S)


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PAID_READ_TIMEOUT_S", "PAID_TOTAL_TIMEOUT_S"):
        monkeypatch.setattr(api_client, name, TIMEOUT_S)


@pytest.mark.parametrize("parts", [(b"", HEAD + BODY), (HEAD, BODY), (HEAD + BODY[:3], BODY[3:])])
async def test_an_answer_that_arrived_during_a_sleep_is_read(parts: tuple[bytes, bytes]) -> None:
    with serving(*parts) as service:
        wire = ApiClient(service.url, {}, service="MusicAPI")
        asking = asyncio.create_task(wire.request("POST", "/create", body=b"{}", paid=True))
        assert await asyncio.to_thread(service.asked.wait, 10)
        sleep_like_a_computer(service)
        assert (await asking).body == BODY
        await wire.close()


async def test_an_answer_that_does_not_come_is_late_after_a_sleep_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "GRACE_S", 0.2)
    with serving(b"") as service:
        wire = ApiClient(service.url, {}, service="MusicAPI")
        asking = asyncio.create_task(wire.request("POST", "/create", body=b"{}", paid=True))
        assert await asyncio.to_thread(service.asked.wait, 10)
        sleep_like_a_computer(service)
        with pytest.raises(OutcomeUnknown):
            await asking
        await wire.close()


async def test_a_deadline_ends_what_takes_too_long_and_nothing_else() -> None:
    with pytest.raises(TimeoutError):
        async with deadline(0.01):
            await asyncio.Event().wait()
    async with deadline(0.01):
        pass
    await asyncio.sleep(0.05)


async def test_a_deadline_of_many_steps_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_STEP_S", 0.02)
    begun = asyncio.get_running_loop().time()
    with pytest.raises(TimeoutError):
        async with deadline(0.2):
            await asyncio.Event().wait()
    assert asyncio.get_running_loop().time() - begun >= 0.2


async def test_a_deadline_does_not_end_what_is_exempt_by_then() -> None:
    """A service may take longer than the handshake with the proxy in front of it."""
    is_sent = False
    async with deadline(0.01, unless=lambda: is_sent):
        is_sent = True
        await asyncio.sleep(0.1)

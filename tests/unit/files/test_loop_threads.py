"""A server of names that does not respond takes no thread from anything else."""

import asyncio
import socket
import threading

import pytest

from producer_studio.cli.command_loop import run_in_loop

LOOK_UPS = 20


def test_names_are_looked_up_in_threads_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 443))]

    def look_up(*_args: object, **_options: object) -> list[object]:
        assert answered.wait(10), "waits for a thread that waits for it"
        return list(found)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)

    async def work() -> list[object]:
        loop = asyncio.get_running_loop()
        names = [loop.getaddrinfo("service.example", 443) for _ in range(LOOK_UPS)]
        waiting = asyncio.gather(*names)
        await asyncio.sleep(0)
        await asyncio.to_thread(answered.set)
        return list(await waiting)

    assert run_in_loop(work()) == [found] * LOOK_UPS

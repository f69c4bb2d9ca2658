"""Buses and services that accept connections and never respond, and those that do."""

import os
import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from producer_studio.ui.window.session_bus import find_replacements

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="D-Bus is used on Linux only")

_HIDDEN = {
    "DBUS_SESSION_BUS_ADDRESS": "unix:path=/dev/null",
    "AT_SPI_BUS_ADDRESS": "",
    "NO_AT_BRIDGE": "1",
}
_SILENCE_S = 0.2


class BusServer:
    """A bus on which some services respond.

    Args:
        path: Socket.
        responds: Methods that get an answer; each other one gets none.
        accessibility: Address that `GetAddress` returns.
        interfaces: Text that `Introspect` of the portal returns.
    """

    def __init__(
        self, path: Path, responds: set[str], accessibility: str = "", interfaces: str = ""
    ) -> None:
        self._interfaces = interfaces
        self._responds = responds
        self._accessibility = accessibility
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self._clients: list[socket.socket] = []
        self.address = f"unix:path={path},guid=0123"
        threading.Thread(target=self._run, daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for client in self._clients:
            client.close()

    def _run(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._clients.append(client)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        stream = client.makefile("rb")
        line = stream.readline()
        if "AUTH" not in self._responds:
            return
        user = str(os.getuid()).encode().hex().encode()
        assert line == b"\0AUTH EXTERNAL " + user + b"\r\n"
        client.sendall(b"OK 0123\r\n")
        assert stream.readline() == b"BEGIN\r\n"
        while start := stream.read(16):
            body_size, serial, header_size = struct.unpack("<III", start[4:])
            header = stream.read(header_size + -header_size % 8 + body_size)
            method = next((one for one in self._responds if one.encode() + b"\0" in header), None)
            if method == "GetAddress":
                client.sendall(_signal() + _reply(serial, self._accessibility))
            elif method == "Introspect":
                client.sendall(_reply(serial, self._interfaces))
            elif method is not None:
                client.sendall(_reply(serial, ":1.1"))


def _reply(serial: int, text: str) -> bytes:
    fields = b"\5\1u\0" + struct.pack("<I", serial) + b"\x08\1g\0\1s\0"
    body = struct.pack("<I", len(text)) + text.encode() + b"\0"
    return _message(2, fields, body)


def _signal() -> bytes:
    return _message(4, b"\x08\1g\0\1s\0", struct.pack("<I", 4) + b":1.9\0")


def _message(kind: int, fields: bytes, body: bytes) -> bytes:
    start = struct.pack("<cBBBIII", b"l", kind, 0, 1, len(body), 7, len(fields))
    return start + fields + bytes(-len(fields) % 8) + body


Serve = Callable[..., str]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts a bus on which only the named methods respond, and returns its address."""
    with ExitStack() as ends:

        def start(*responds: str, accessibility: str = "", interfaces: str = "") -> str:
            path = tmp_path / f"bus{len(list(tmp_path.iterdir()))}"
            server = BusServer(path, set(responds), accessibility, interfaces)
            ends.callback(server.close)
            return server.address

        yield start


@contextmanager
def _full_queue(path: Path) -> Iterator[str]:
    """A listener, stopped for so long that its queue is full."""
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as waiting:
        listener.bind(str(path))
        listener.listen(0)
        waiting.connect(str(path))
        yield f"unix:path={path}"


def test_a_bus_that_responds_is_used(serve: Serve) -> None:
    accessibility = serve("AUTH", "Hello")
    session = serve(
        "AUTH", "Hello", "GetAddress", "Introspect", "ReadAll", accessibility=accessibility
    )
    for theme in ("", "xdgdesktopportal"):
        environ = {"DBUS_SESSION_BUS_ADDRESS": session, "QT_QPA_PLATFORMTHEME": theme}
        assert find_replacements(environ) == {}
    assert find_replacements({"AT_SPI_BUS_ADDRESS": accessibility}) == {}


def test_file_dialogs_are_the_desktops_where_its_portal_has_some(serve: Serve) -> None:
    methods = ("AUTH", "Hello", "GetAddress", "Introspect", "ReadAll")
    with_dialogs = serve(
        *methods, interfaces='<interface name="org.freedesktop.portal.FileChooser">'
    )
    without = serve(*methods, interfaces='<interface name="org.freedesktop.portal.Settings">')
    portal = {"QT_QPA_PLATFORMTHEME": "xdgdesktopportal"}
    assert find_replacements({"DBUS_SESSION_BUS_ADDRESS": with_dialogs}) == portal
    assert find_replacements({"DBUS_SESSION_BUS_ADDRESS": without}) == {}
    chosen = {"DBUS_SESSION_BUS_ADDRESS": with_dialogs, "QT_QPA_PLATFORMTHEME": "kde"}
    assert find_replacements(chosen) == {}


@pytest.mark.parametrize("responds", [(), ("AUTH",), ("AUTH", "Hello")])
def test_a_session_bus_that_is_silent_is_not_used(serve: Serve, responds: tuple[str, ...]) -> None:
    environ = {"DBUS_SESSION_BUS_ADDRESS": serve(*responds)}
    assert find_replacements(environ, _SILENCE_S) == _HIDDEN


def test_nor_is_one_behind_an_accessibility_bus_that_is_silent(serve: Serve) -> None:
    session = serve("AUTH", "Hello", "GetAddress", accessibility=serve("AUTH"))
    assert find_replacements({"DBUS_SESSION_BUS_ADDRESS": session}, _SILENCE_S) == _HIDDEN
    assert find_replacements({"AT_SPI_BUS_ADDRESS": serve()}, _SILENCE_S) == _HIDDEN


@pytest.mark.parametrize("responds", [(), ("Introspect",)])
def test_a_silent_portal_costs_only_its_theme(serve: Serve, responds: tuple[str, ...]) -> None:
    dialogs = '<interface name="org.freedesktop.portal.FileChooser">'
    session = serve("AUTH", "Hello", "GetAddress", *responds, interfaces=dialogs)
    environ = {"DBUS_SESSION_BUS_ADDRESS": session, "QT_QPA_PLATFORMTHEME": "xdgdesktopportal"}
    assert find_replacements(environ, _SILENCE_S) == {"QT_QPA_PLATFORMTHEME": ""}


def test_a_full_queue_is_no_response(tmp_path: Path) -> None:
    with _full_queue(tmp_path / "bus") as address:
        assert find_replacements({"DBUS_SESSION_BUS_ADDRESS": address}) == _HIDDEN


def test_the_bus_of_the_runtime_folder_is_found(tmp_path: Path) -> None:
    with _full_queue(tmp_path / "bus"):
        assert find_replacements({"XDG_RUNTIME_DIR": str(tmp_path)}) == _HIDDEN


@pytest.mark.parametrize(
    "address",
    ["", ";", "unix:", "unix:path", "unix:path=%zz", "unix:path=/nowhere", "tcp:host=a,port=b",
     "unix:path=/dev/null", "autolaunch:", "unix:abstract=%2fnowhere", f"unix:path=/{'a' * 200}",
     "unix:path=/a%00b"],
)  # fmt: skip
def test_an_address_without_a_bus_is_left_to_qt(address: str) -> None:
    assert find_replacements({"DBUS_SESSION_BUS_ADDRESS": address}) == {}

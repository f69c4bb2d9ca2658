"""Chooses what of the desktop Qt uses: never a bus that does not respond, and its file dialogs.

Qt calls both before it shows its first window: without a limit where a bus accepts the connection
and never responds, and up to 25 seconds for each of several calls to a service that is stuck. Here
they get three seconds to respond; Qt then runs without them.

Runs before the first paint: it imports nothing slow.
"""

import logging
import os
import struct
import time
from collections.abc import Iterator, Mapping
from contextlib import closing

log = logging.getLogger(__name__)

_TIMEOUT_S = 3.0
"""Time for each question; a bus takes less than a millisecond for one."""

_SESSION = "DBUS_SESSION_BUS_ADDRESS"
_ACCESSIBILITY = "AT_SPI_BUS_ADDRESS"
_THEME = "QT_QPA_PLATFORMTHEME"
_PORTAL_THEME = "xdgdesktopportal"
_UNREACHABLE = "unix:path=/dev/null"
"""Address that every library fails to connect to at once; without any they search for a bus."""

_BUS_NAME, _BUS_PATH = "org.freedesktop.DBus", "/org/freedesktop/DBus"
_PORTAL_NAME, _PORTAL_PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
_INTROSPECTABLE = "org.freedesktop.DBus.Introspectable"
_SETTINGS, _APPEARANCE = "org.freedesktop.portal.Settings", "org.freedesktop.appearance"
_FILE_CHOOSER = '"org.freedesktop.portal.FileChooser"'
_METHOD_CALL, _METHOD_RETURN, _ERROR = 1, 2, 3
_NO_AUTO_START = 2
_MAX_MESSAGE_BYTES = 1 << 20


class BusTimeoutError(Exception):
    """A bus or one of its services has not responded in time."""


def skip_unresponsive_buses() -> None:
    """Hides buses that do not respond from Qt and the C libraries that it uses.

    `os.environ` stays as it is: the keychain has a time limit of its own, so it may be used where a
    stuck screen reader would hold up the window.
    """
    for name, value in find_replacements(os.environ).items():
        os.putenv(name, value)


def find_replacements(environ: Mapping[str, str], timeout_s: float = _TIMEOUT_S) -> dict[str, str]:
    """Returns the environment variables to change so that Qt finds only what responds."""
    try:
        theme = _check_session_bus(environ, timeout_s)
        _check_bus(environ.get(_ACCESSIBILITY, ""), timeout_s)
    except BusTimeoutError:
        log.warning("The session bus or the accessibility service does not respond: ignored")
        return {_SESSION: _UNREACHABLE, _ACCESSIBILITY: "", "NO_AT_BRIDGE": "1"}
    return theme


def _check_session_bus(environ: Mapping[str, str], timeout_s: float) -> dict[str, str]:
    """Checks the session bus and the services that Qt calls at start-up."""
    bus = _connect_first(session_address(environ), timeout_s)
    if bus is None:
        return {}
    with closing(bus):
        address = bus.call("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress")
        _check_bus(address, timeout_s)
        if environ.get(_THEME, _PORTAL_THEME) != _PORTAL_THEME:
            return {}
        try:
            interfaces = bus.call(_PORTAL_NAME, _PORTAL_PATH, _INTROSPECTABLE, "Introspect")
            # The portal passes this on to a program of the desktop, which may be stuck.
            bus.call(_PORTAL_NAME, _PORTAL_PATH, _SETTINGS, "ReadAll", (_APPEARANCE,))
        except BusTimeoutError:
            log.warning("The desktop portal does not respond: its theme is not used")
            return {_THEME: ""}
    # Without this Qt shows the file dialogs of GTK on GNOME, and its own on other desktops.
    return {_THEME: _PORTAL_THEME} if _FILE_CHOOSER in interfaces else {}


def _check_bus(address: str, timeout_s: float) -> None:
    bus = _connect_first(address, timeout_s)
    if bus is not None:
        bus.close()


def session_address(environ: Mapping[str, str]) -> str:
    """Returns the address that libdbus would use, without starting a bus."""
    runtime = environ.get("XDG_RUNTIME_DIR", "")
    return environ.get(_SESSION) or (f"unix:path={runtime}/bus" if runtime else "")


def _connect_first(address: str, timeout_s: float) -> "_Bus | None":
    """Connects to the first bus of an address that accepts it; None if there is none."""
    for endpoint in _unix_endpoints(address):
        try:
            return _Bus(endpoint, timeout_s)
        except (TimeoutError, BlockingIOError) as error:
            # The latter: its queue is full of connections that it has not accepted.
            raise BusTimeoutError from error
        except OSError:
            # Qt cannot connect either, and is told so at once.
            continue
    return None


def _unix_endpoints(address: str) -> Iterator[bytes]:
    """Parses an address such as `unix:path=/run/user/1000/bus,guid=…;unix:abstract=…`.

    Other transports are rare, and cannot be checked here.
    """
    for one in address.split(";"):
        transport, _, pairs = one.partition(":")
        values = dict(pair.partition("=")[::2] for pair in pairs.split(","))
        if transport != "unix":
            continue
        for key, prefix in (("path", b""), ("abstract", b"\0")):
            if key in values:
                yield prefix + _unescape(values[key])


def _unescape(text: str) -> bytes:
    first, *others = os.fsencode(text).split(b"%")
    try:
        return first + b"".join(bytes.fromhex(part[:2].decode()) + part[2:] for part in others)
    except ValueError:
        return os.fsencode(text)


class _Bus:
    """Connection to a bus whose every answer has a time limit.

    Raises:
        TimeoutError: Nobody has responded in time.
        OSError: It cannot be connected to.
    """

    def __init__(self, endpoint: bytes, timeout_s: float) -> None:
        import socket  # needed on Linux only

        self._timeout_s = timeout_s
        self._serial = 0
        self._socket = socket.socket(socket.AF_UNIX)
        self._restart_clock()
        try:
            self._socket.connect(endpoint)
            self._authenticate()
        except BaseException:
            self._socket.close()
            raise

    def close(self) -> None:
        self._socket.close()

    def call(
        self,
        service: str,
        path: str,
        interface: str,
        method: str,
        texts: tuple[str, ...] | None = None,
    ) -> str:
        """Calls a service that runs already, and returns the text that it answers.

        Args:
            texts: The only argument, a list of texts; None for no argument.

        Returns:
            Empty text for other answers, for errors and if the service does not run.

        Raises:
            BusTimeoutError: It does not respond.
        """
        self._restart_clock()
        try:
            return self._call(service, path, interface, method, texts)
        except TimeoutError as error:
            raise BusTimeoutError from error
        except OSError:
            return ""

    def _restart_clock(self) -> None:
        self._deadline = time.monotonic() + self._timeout_s
        self._socket.settimeout(self._timeout_s)

    def _authenticate(self) -> None:
        user = str(os.getuid()).encode().hex()
        self._socket.sendall(b"\0AUTH EXTERNAL %s\r\n" % user.encode())
        line = b""
        while not line.endswith(b"\n") and len(line) < 1000:
            line += self._receive(1)
        if not line.startswith(b"OK"):
            raise OSError("refused")
        self._socket.sendall(b"BEGIN\r\n")
        self._call(_BUS_NAME, _BUS_PATH, _BUS_NAME, "Hello")

    def _call(
        self,
        service: str,
        path: str,
        interface: str,
        method: str,
        texts: tuple[str, ...] | None = None,
    ) -> str:
        self._serial += 1
        self._socket.sendall(_encode_call(self._serial, service, path, interface, method, texts))
        reply_to = b"\5\1u\0"
        while True:
            start = self._receive(16)
            order = "<" if start[:1] == b"l" else ">"
            body_size, _, header_size = struct.unpack(f"{order}III", start[4:])
            if body_size + header_size > _MAX_MESSAGE_BYTES:
                raise OSError("not a message")
            header = self._receive(header_size + -header_size % 8)
            body = self._receive(body_size)
            if (
                start[1] in {_METHOD_RETURN, _ERROR}
                and reply_to + struct.pack(f"{order}I", self._serial) in header
            ):
                is_text = start[1] == _METHOD_RETURN and b"\x08\1g\0\1s\0" in header
                return body[4:-1].decode("utf-8", "replace") if is_text else ""

    def _receive(self, size: int) -> bytes:
        """Receives exactly `size` bytes; others than the awaited ones do not extend the limit."""
        data = b""
        while len(data) < size:
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._socket.settimeout(left)
            part = self._socket.recv(size - len(data))
            if not part:
                raise ConnectionResetError
            data += part
        return data


def _encode_call(
    serial: int,
    service: str,
    path: str,
    interface: str,
    method: str,
    texts: tuple[str, ...] | None = None,
) -> bytes:
    """Encodes a call with a list of texts, or without arguments, little-endian."""
    fields = b""
    for code, kind, text in (
        (1, b"o", path),
        (2, b"s", interface),
        (3, b"s", method),
        (6, b"s", service),
    ):
        fields += bytes(-len(fields) % 8)
        fields += bytes([code, 1]) + kind + b"\0" + _encode_text(text)
    body = b""
    if texts is not None:
        fields += bytes(-len(fields) % 8) + b"\x08\1g\0\2as\0"
        items = b""
        for text in texts:
            items += bytes(-len(items) % 4) + _encode_text(text)
        body = struct.pack("<I", len(items)) + items
    start = struct.pack(
        "<cBBBIII", b"l", _METHOD_CALL, _NO_AUTO_START, 1, len(body), serial, len(fields)
    )
    return start + fields + bytes(-len(fields) % 8) + body


def _encode_text(text: str) -> bytes:
    value = text.encode()
    return struct.pack("<I", len(value)) + value + b"\0"

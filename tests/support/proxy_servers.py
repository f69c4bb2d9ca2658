"""Proxies on this machine that lead every name to one server, and certificates for that server."""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Connected = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class ProxyServer:
    """A proxy.

    Attributes:
        address: `host:port` that it listens at.
        target: Port on this machine that everything is led to.
        asked: `host:port` of each connection that was asked for, and who asked.
        sign_in: User and password that are wanted; None wants none.
        answers: Bytes instead of every answer, where it is no proxy at all.
    """

    target: int = 0
    address: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    sign_in: tuple[str, str] | None = None
    answers: bytes | None = None

    async def socks(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """SOCKS 5 (RFC 1928) with user and password (RFC 1929)."""
        version, count = await reader.readexactly(2)
        methods = await reader.readexactly(count)
        if self.answers is not None or version != 5:
            writer.write(self.answers or b"")
            return
        method = 2 if self.sign_in else 0
        if method not in methods:
            writer.write(b"\x05\xff")
            return
        writer.write(bytes([5, method]))
        who = ""
        if self.sign_in:
            await reader.readexactly(1)
            name = await reader.readexactly((await reader.readexactly(1))[0])
            word = await reader.readexactly((await reader.readexactly(1))[0])
            who = name.decode()
            good = (name.decode(), word.decode()) == self.sign_in
            writer.write(bytes([1, 0 if good else 1]))
            if not good:
                return
        _, _, _, kind = await reader.readexactly(4)
        if kind == 3:
            host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        else:
            host = str(ipaddress.ip_address(await reader.readexactly(4 if kind == 1 else 16)))
        port = int.from_bytes(await reader.readexactly(2))
        self.asked.append((f"{host}:{port}", who))
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        await self._join(reader, writer)

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The method CONNECT of HTTP (RFC 9110, 9.3.6)."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, place, _ = head.partition("\r\n")[0].split(" ")
        who = next(
            (line for line in head.splitlines() if line.lower().startswith("proxy-auth")), ""
        )
        self.asked.append((place, who))
        if self.answers is not None:
            writer.write(self.answers)
            return
        assert method == "CONNECT"
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await self._join(reader, writer)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        near, far = await asyncio.open_connection("127.0.0.1", self.target)
        await asyncio.gather(_pass_on(reader, far), _pass_on(near, writer))


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


@asynccontextmanager
async def proxying(kind: str, **settings: object) -> AsyncIterator[ProxyServer]:
    """A proxy of the kind "socks" or "connect" on a free port."""
    proxy = ProxyServer(**settings)  # type: ignore[arg-type]
    serve: Connected = getattr(proxy, kind)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    proxy.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield proxy


class Authority:
    """An issuer of certificates, as a company or a virus scanner has one."""

    def __init__(self, folder: Path, name: str = "Example Company") -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = (
            self._begun(self._name, self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def server_settings(self, host: str, *, expired: bool = False) -> ssl.SSLContext:
        """Settings of a server that shows a certificate for `host`."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        certificate = (
            self._begun(subject, key.public_key(), expired=expired)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        file = self._folder / f"{host} {expired}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _begun(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, *, expired: bool = False
    ) -> x509.CertificateBuilder:
        ends = datetime.now(UTC) + timedelta(days=-1 if expired else 1)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(ends - timedelta(days=2))
            .not_valid_after(ends)
        )

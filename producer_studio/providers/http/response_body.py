"""Response body within a limit of decoded bytes, whatever its encoding claims."""

import zlib

_IDENTITY = frozenset({"", "identity"})
_JSON_STARTS = (b"{", b"[")
_WBITS = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}

ACCEPT_ENCODING = "gzip, deflate"
"""Value of Accept-Encoding."""


class UndecodableBody(Exception):
    """The body's encoding was not requested, or its data is damaged."""


class BodyTooLarge(Exception):
    """More bytes were received, or decoded, than the limit allows."""


class ResponseBody:
    """Collects and decodes a body; one layer of gzip or deflate at most.

    A thousand bytes of gzip can expand to a megabyte, and a second layer to a gigabyte: so output
    is counted during decoding, and stops at the limit. Received bytes are limited likewise. JSON
    that is not encoded at all is accepted as it is, whatever the header states.
    """

    def __init__(self, content_encoding: str, limit_bytes: int) -> None:
        """Prepares the decoder.

        Args:
            content_encoding: The header's value; empty for none.
            limit_bytes: Maximum bytes received, and maximum bytes decoded.
        """
        self.data = bytearray()
        self._encoding = content_encoding.strip().lower()
        self._limit = limit_bytes
        self._received = 0
        self._decoder = (
            zlib.decompressobj(_WBITS[self._encoding]) if self._encoding in _WBITS else None
        )

    @property
    def is_encoded(self) -> bool:
        """Whether `add` has to decode, which belongs on another thread."""
        return self._encoding not in _IDENTITY

    @property
    def is_complete(self) -> bool:
        """Whether the compressed stream has been decoded to its end."""
        return self._decoder is None or self._decoder.eof

    def add(self, chunk: bytes) -> None:
        """Decodes the next bytes.

        Raises:
            BodyTooLarge: `data` holds as much as the limit allows.
            UndecodableBody: `data` holds the bytes decoded before.
        """
        self._received += len(chunk)
        if self._decoder is not None:
            self._decode(chunk)
        elif self._encoding in _IDENTITY or self._is_plain_json(chunk):
            self._encoding = ""
            self.data += chunk
        else:
            raise UndecodableBody(f"Content-Encoding is {self._encoding[:80]}")
        if len(self.data) > self._limit or self._received > self._limit:
            del self.data[self._limit :]
            raise BodyTooLarge

    def _decode(self, chunk: bytes) -> None:
        assert self._decoder is not None  # noqa: S101 - see add
        # One byte more than allowed shows that there are more.
        room = self._limit + 1 - len(self.data)
        try:
            self.data += self._decoder.decompress(chunk, room)
        except zlib.error as error:
            if self._encoding != "deflate" or self.data or self._received > len(chunk):
                if not self._is_plain_json(chunk):
                    raise UndecodableBody(str(error)) from error
                self._decoder = None
                self._encoding = ""
                self.data += chunk
                return
            # Some servers send deflate without its header (RFC 9110, 8.4.1.2).
            self._decoder = zlib.decompressobj(-zlib.MAX_WBITS)
            self._encoding = "raw deflate"
            self._decode(chunk)

    def _is_plain_json(self, chunk: bytes) -> bool:
        """Whether these are the first bytes, and begin a JSON object or list."""
        is_first = not self.data and self._received == len(chunk)
        return is_first and chunk.lstrip().startswith(_JSON_STARTS)

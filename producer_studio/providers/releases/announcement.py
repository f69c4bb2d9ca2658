"""Parser for the announcement of a release, `latest.json`.

A JSON object, UTF-8, at most 256 KiB; fields that are not listed here are ignored:

    format        1. Another number is for later versions of this program alone.
    version       "0.2.0", as domain/release.py parses it.
    date          "2026-11-21", the day of the release.
    page          URL of its description and download: https; "" for none.
    notes         A list: one line for each change that a user can see.
    artefacts     A list of the files, each an object:
        name          file name without folders
        system        "linux", "windows" or "macos"
        architecture  "x86_64", "arm64" or "universal"
        size          in bytes
        sha256        64 hexadecimal digits
    signature     "", or an Ed25519 signature in base64 (88 characters), over the bytes of this very
                  file with "" instead of the signature. So one request delivers both, and they are
                  always consistent with one another.

`packaging/manifest.py` writes it. Importing this module builds decoders: import it in a thread.
"""

import base64
import binascii
import re
from datetime import date as Day  # noqa: N812 - a field has the name of the type
from urllib.parse import urlsplit

import msgspec

from producer_studio.domain.errors import InvalidResponse
from producer_studio.domain.release import Artefact, Release, Version
from producer_studio.providers.http.decoding import clean_text
from producer_studio.providers.http.url_checks import is_secure_url
from producer_studio.providers.releases.release_client import LIMIT_BYTES
from producer_studio.translation import mark, sentences

_NO_ANNOUNCEMENT = mark("The response of the update server is not a release announcement.")


def is_valid_signature(message: bytes, signature: str, public_key: str) -> bool:
    """Whether the signature is valid for this key and this message.

    Takes 30 ms at its first call, so it belongs on another thread.

    Args:
        signature: 64 bytes in base64; anything else is invalid.
        public_key: 32 bytes in base64.

    Raises:
        ValueError: The key is invalid.
    """
    # Start-up cost: only programs with signed announcements load it.
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
    try:
        written = base64.b64decode(signature, validate=True)
        key.verify(written, message)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    # The last character has unused bits: only the canonical encoding is accepted.
    return base64.b64encode(written).decode() == signature


ANNOUNCEMENT_FORMAT = 1

_MAX_NOTES = 60
_MAX_NOTE_LENGTH = 400
_MAX_WORD_LENGTH = 40
_MAX_FILES = 200
_MAX_NAME_LENGTH = 200
_MAX_PAGE_LENGTH = 2000
_MAX_FILE_BYTES = 1 << 40
_SHA256_PATTERN = re.compile(r"[0-9a-f]{64}", re.ASCII)
_FILE_NAME_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*", re.ASCII)
_SYSTEM_PATTERN = re.compile(r"[a-z0-9_]{1,20}", re.ASCII)
# Bidirectional control characters can change how the text after them is read.
_BIDI_MARKS_PATTERN = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class _File(msgspec.Struct):
    name: str
    system: str
    architecture: str
    size: int
    sha256: str


class _Announcement(msgspec.Struct):
    version: str
    date: Day
    format: int = ANNOUNCEMENT_FORMAT
    page: str = ""
    notes: list[str] = []
    artefacts: list[_File] = []
    signature: str = ""


def parse_announcement(body: bytes, public_key: str = "") -> Release:
    """Parses a release announcement and verifies its signature.

    Args:
        public_key: Key of the required signature, 32 bytes in base64; empty requires none.

    Raises:
        InvalidResponse: It cannot be parsed, is not signed as required, or has invalid values.
    """
    if len(body) > LIMIT_BYTES:
        raise _create_invalid_error(
            mark("The response of the update server is far too large for a release announcement."),
            body=body,
        )
    try:
        body.decode()  # checks UTF-8 in the fields that the decoder skips, too
        found = msgspec.json.decode(body, type=_Announcement)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise _create_invalid_error(_NO_ANNOUNCEMENT, str(error), body) from error
    # Verified first: nothing else in an unsigned document is worth parsing.
    if public_key:
        _check_signature(body, found.signature, public_key)
    if found.format != ANNOUNCEMENT_FORMAT:
        raise _create_invalid_error(
            mark("The response of the update server requires a newer version of Producer Studio."),
            body=body,
        )
    try:
        return Release(
            version=Version.parse(found.version),
            date=found.date,
            page=_check_page(found.page),
            notes=tuple(filter(None, map(_clean_line, found.notes[:_MAX_NOTES]))),
            artefacts=tuple(map(_create_artefact, found.artefacts[:_MAX_FILES])),
            signed=bool(public_key),
        )
    except ValueError as error:
        raise _create_invalid_error(_NO_ANNOUNCEMENT, str(error), body) from error


def _check_signature(body: bytes, signature: str, public_key: str) -> None:
    written = signature.encode()
    # All but the signature itself is signed, so it may occur only once.
    if not written or body.count(written) != 1:
        raise _create_invalid_error(
            mark(
                "The response of the update server is not signed, unlike the announcements of "
                "this program."
            ),
            body=body,
        )
    try:
        genuine = is_valid_signature(body.replace(written, b""), signature, public_key)
    except ValueError as error:
        raise InvalidResponse(
            mark(
                "The key for verifying announcements is damaged, so none can be trusted. Reinstall "
                "Producer Studio."
            ),
            service_words=str(error),
        ) from error
    if not genuine:
        raise _create_invalid_error(
            mark("The response of the update server is not signed with Producer Studio's key."),
            body=body,
        )


def _check_page(text: str) -> str:
    if not text:
        return ""
    whole = (
        len(text) <= _MAX_PAGE_LENGTH and text.isascii() and text.isprintable() and " " not in text
    )
    if not whole or not is_secure_url(text) or urlsplit(text).scheme != "https":
        raise ValueError("its page is not an https address")
    return text


def _clean_line(text: str) -> str:
    words = _BIDI_MARKS_PATTERN.sub("", clean_text(text)).split()
    line = " ".join(
        one if len(one) <= _MAX_WORD_LENGTH else f"{one[:_MAX_WORD_LENGTH]}…" for one in words
    )
    return line if len(line) <= _MAX_NOTE_LENGTH else f"{line[: _MAX_NOTE_LENGTH - 1]}…"


def _create_artefact(file: _File) -> Artefact:
    digest = file.sha256.lower()
    if not _FILE_NAME_PATTERN.fullmatch(file.name) or len(file.name) > _MAX_NAME_LENGTH:
        raise ValueError(f"“{clean_text(file.name)[:80]}” is not a valid file name")
    if not 0 < file.size <= _MAX_FILE_BYTES or not _SHA256_PATTERN.fullmatch(digest):
        raise ValueError(f"the size or checksum of {file.name} is invalid")
    if not _SYSTEM_PATTERN.fullmatch(file.system) or not _SYSTEM_PATTERN.fullmatch(
        file.architecture
    ):
        raise ValueError(f"the system or architecture of {file.name} is invalid")
    return Artefact(file.name, file.system, file.architecture, file.size, digest)


def _create_invalid_error(reason: str, detail: str = "", body: bytes = b"") -> InvalidResponse:
    return InvalidResponse(
        sentences(
            reason,
            mark(
                "It was rejected, and nothing was changed. Try again later, or check the address "
                "in "
                "Settings."
            ),
        ),
        service_words=detail,
        raw=body[:4096],
    )

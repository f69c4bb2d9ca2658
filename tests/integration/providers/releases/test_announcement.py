"""What is believed of an announcement, and what is not."""

import json
import string
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_studio.domain.errors import InvalidResponse
from producer_studio.providers.releases.announcement import parse_announcement
from producer_studio.providers.releases.release_client import LIMIT_BYTES
from tests.support.release_server import Signer, document, encoded

FILE = {
    "name": "producer-studio_9.2.0_amd64.deb",
    "system": "linux",
    "architecture": "x86_64",
    "size": 112_000_000,
    "sha256": "ab" * 32,
}


ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"


def test_a_release_is_read() -> None:
    release = parse_announcement(
        encoded(document(artefacts=[FILE], extra={"from": "a later version"}))
    )
    assert (str(release.version), release.date) == ("9.2.0", date(2026, 11, 21))
    assert release.page == "https://studio.example/releases/9.2.0"
    assert release.notes == ("Compare up to eight takes.", "The library opens faster.")
    (artefact,) = release.artefacts
    assert (artefact.name, artefact.size_bytes) == (FILE["name"], FILE["size"])
    assert not release.signed


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"<html>404</html>",
        b"{",
        b"[" * 100_000,
        b'{"version": "9.2.0"}',
        encoded(document()) + b"}",
        encoded(document()).replace(b"Compare", b"\xff\xfe"),
        encoded(document(other="x")).replace(b'"x"', b'"\xff"'),
        b" " * (LIMIT_BYTES + 1) + encoded(document()),
    ],
)
def test_what_is_none_is_not_believed(body: bytes) -> None:
    with pytest.raises(InvalidResponse, match="was rejected"):
        parse_announcement(body)


@pytest.mark.parametrize(
    "changes",
    [
        {"version": "the newest"},
        {"version": 9},
        {"date": "yesterday"},
        {"date": "2026-02-31"},
        {"format": 2},
        {"page": "http://studio.example/"},
        {"page": "https://user:secret@studio.example/"},
        {"page": "https://"},
        {"page": "https://studio.example/\u202egpj.exe"},
        {"page": "file:///etc/passwd"},
        {"page": "javascript:alert(1)"},
        {"page": "https://studio.example/" + "a" * 3000},
        {"notes": "one"},
        {"notes": [1]},
        {"artefacts": [{**FILE, "name": "../../etc/passwd"}]},
        {"artefacts": [{**FILE, "name": "a\\b.exe"}]},
        {"artefacts": [{**FILE, "name": ""}]},
        {"artefacts": [{**FILE, "size": -1}]},
        {"artefacts": [{**FILE, "size": 10**30}]},
        {"artefacts": [{**FILE, "sha256": "ab" * 31}]},
        {"artefacts": [{**FILE, "sha256": "z" * 64}]},
        {"artefacts": [{**FILE, "system": "<b>linux</b>"}]},
    ],
)
def test_a_field_that_cannot_be_so_spoils_it_all(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidResponse, match="was rejected"):
        parse_announcement(encoded(document(**changes)))


@given(st.binary(max_size=400))
def test_noise_is_never_believed(noise: bytes) -> None:
    with pytest.raises(InvalidResponse):
        parse_announcement(noise)


def test_words_from_outside_cannot_disguise_themselves() -> None:
    notes = ["one\x1b[2J\x00\ntwo\u202e", "", "   ", "x" * 5000, "a b " * 400, *["more"] * 500]
    release = parse_announcement(encoded(document(notes=notes)))
    assert release.notes[0] == "one[2J two"
    assert max(map(len, release.notes)) <= 400
    assert len(release.notes) <= 60
    assert all(len(word) <= 41 for note in release.notes for word in note.split())


def test_a_signature_is_checked() -> None:
    signer = Signer()
    body = signer.signed(document())
    assert parse_announcement(body, signer.public_key).signed
    # Without a key of its own a copy reads it as any other.
    assert not parse_announcement(body).signed


def test_what_was_changed_after_signing_is_not_believed() -> None:
    signer = Signer()
    body = signer.signed(document())
    signature = json.loads(body)["signature"]
    # The same bits, and one that base64 has no use for.
    last = signature[-3]
    spare = ALPHABET[ALPHABET.index(last) + 1]
    forged = [
        body.replace(f"{last}==".encode(), f"{spare}==".encode()),
        body.replace(b"9.2.0", b"9.3.0"),
        body.replace(b"studio.example", b"studio.elsewhere"),
        body + b"\n",
        body.replace(b'"notes"', b'"version": "9.9.9", "notes"'),
        Signer().signed(document()),
        encoded(document()),
        encoded(document(signature="none")),
        encoded(document(signature="AAAA" * 22)),
        # The signature a second time, where it would be taken out of.
        body.replace(b"Compare", signature.encode()),
    ]
    for one in forged:
        with pytest.raises(InvalidResponse, match="sign"):
            parse_announcement(one, signer.public_key)


@given(st.data())
def test_no_byte_of_a_signed_one_can_be_changed(data: st.DataObject) -> None:
    body = bytearray(SIGNED)
    place = data.draw(st.integers(0, len(body) - 1))
    body[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(InvalidResponse):
        parse_announcement(bytes(body), SIGNER.public_key)


SIGNER = Signer()
SIGNED = SIGNER.signed(document())


def test_a_damaged_key_believes_nothing() -> None:
    with pytest.raises(InvalidResponse, match="Reinstall Producer Studio"):
        parse_announcement(SIGNED, "not a key")

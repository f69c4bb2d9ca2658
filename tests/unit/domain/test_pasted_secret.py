"""Secrets as they are pasted, piped and saved."""

import pytest

from producer_studio.domain.pasted_secret import clean_key, clean_secret, is_valid_header_value
from producer_studio.domain.text import decode_text


@pytest.mark.parametrize(
    "raw",
    [
        b"mk-good\n",
        b"\xef\xbb\xbfmk-good\n",
        "mk-good\r\n".encode("utf-16"),
        "\ufeffmk-good\n".encode("utf-16-be"),
        "\ufeffmk-good\n".encode("utf-16-le")[:-1],
        "mk-good\r\n".encode("utf-16-le")[:-1],
        "mk-good".encode("utf-16-be"),
        "\ufeffmk-good\n".encode("utf-32-le"),
        b"Bearer mk-good\n",
        b"Authorization: Bearer mk-good",
        b"X-API-Key: mk-good",
        b'"mk-good",\r\n',
        b"'Bearer \"mk-good\"'",
        b"\tmk-\r\ngood ",
        "\u201cmk-good\u201d".encode(),
        "\u2066mk\u200b-go\u00adod\u2069\ufeff".encode(),
        "\u00a0mk-good\u3000".encode(),
        b"mk-good\0",
        b"`mk-good`",
        b"<mk-good>",
        b"token mk-good",
    ],
)
def test_a_key_is_read_as_the_bare_key(raw: bytes) -> None:
    assert clean_key(decode_text(raw)) == "mk-good"


@pytest.mark.parametrize(
    "key", ["afk_1", "sk-bearer", "bearer", "a=b,c;", "k'k", "token", "Bearertoken", ",k", 'k"']
)
def test_what_belongs_to_a_key_stays(key: str) -> None:
    assert clean_key(key) == key


def test_a_secret_of_ones_own_may_have_spaces_and_a_scheme() -> None:
    assert clean_secret(' "Bearer of good\tnews"\n') == "Bearer of good\tnews"


@pytest.mark.parametrize(
    "text",
    [
        # "$(cat key.txt)" of a file in UTF-16: a shell leaves the zero bytes out.
        "mk-good\r\n".encode("utf-16").replace(b"\0", b"").decode("utf-8", "surrogateescape"),
        "\xff\xfemk-good",
        "\xef\xbb\xbfBearer mk-good",
        "Bearer: mk-good",
    ],
)
def test_a_key_whose_encoding_was_taken_for_another(text: str) -> None:
    assert clean_key(text) == "mk-good"


@pytest.mark.parametrize("text", ["", " \n", "\ufeff", '""', "Bearer ''", "\u200b\u2060"])
def test_where_there_is_no_key_there_is_none(text: str) -> None:
    assert clean_key(text) == ""


def test_what_can_be_sent() -> None:
    assert is_valid_header_value("mk-good")
    assert not is_valid_header_value("m\u00e9-good")

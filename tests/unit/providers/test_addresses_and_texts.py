"""Rules for addresses and texts of responses, without any connection."""

import ipaddress

import pytest

from producer_studio.providers.http.decoding import as_text
from producer_studio.providers.http.url_checks import is_public_address


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("93.184.216.34", True),
        ("10.0.0.1", False),
        ("224.0.0.1", False),  # multicast
        ("240.0.0.1", False),  # reserved
        ("2606:2800:220:1::1", True),
        ("2001:db8::1", False),  # for documents: has the prefix, is not global
        ("ff0e::1", False),  # global multicast: has another prefix
        ("fec0::1", False),
        ("::1", False),
        ("64:ff9b::a00:1", False),
    ],
)
def test_only_ordinary_addresses_of_the_internet_are_public(address: str, is_public: bool) -> None:
    assert is_public_address(ipaddress.ip_address(address)) is is_public


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("warm", "warm"),
        (7, "7"),
        (7.0, "7"),
        (0.5, "0.5"),
        (True, None),
        (None, None),
        ({}, None),
        (["lofi", 90, True, ["no"], "piano"], "lofi 90 piano"),
        ([], ""),
        ([True], None),
    ],
)
def test_a_text_is_read_from_texts_numbers_and_lists_of_them(value: object, text: str) -> None:
    assert as_text(value) == text

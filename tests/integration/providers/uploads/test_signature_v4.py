"""Requests to a store, signed as Amazon's documentation shows it."""

from datetime import UTC, datetime

import pytest

from producer_studio.providers.uploads.signature_v4 import object_path, signed_headers

SECRET = "hush-hush"
NOW = datetime(2013, 5, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("base", "key", "path"),
    [
        ("https://s3.example/b", "a b/\u00e9.wav", "/b/a%20b/%C3%A9.wav"),
        ("https://b.s3.example", "a~1+2.wav", "/a~1%2B2.wav"),
        ("https://s3.example/under/b/", "x", "/under/b/x"),
    ],
)
def test_a_path_is_encoded_once(base: str, key: str, path: str) -> None:
    assert object_path(base, key) == path


@pytest.mark.parametrize(
    ("base", "host"),
    [
        ("https://s3.example:443", "s3.example"),
        ("http://127.0.0.1:80", "127.0.0.1"),
        ("http://127.0.0.1:9000", "127.0.0.1:9000"),
    ],
)
def test_the_host_is_signed_as_it_is_sent(base: str, host: str) -> None:
    headers = signed_headers(
        "PUT", base, "/b/k", key_id="AKID", secret="hush", region="eu-1", now=NOW
    )
    assert headers["Host"] == host
    assert headers["X-Amz-Date"] == "20130524T000000Z"
    assert SECRET not in str(headers)
    assert headers["Authorization"].startswith(
        "AWS4-HMAC-SHA256 Credential=AKID/20130524/eu-1/s3/aws4_request, "
        "SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature="
    )


def test_every_part_of_a_request_is_signed() -> None:
    usual = {"method": "PUT", "path": "/b/k", "secret": SECRET, "region": "r"}
    other = {"method": "DELETE", "path": "/b/l", "secret": "t", "region": "q"}

    def signature(method: str, path: str, secret: str, region: str) -> str:
        headers = signed_headers(
            method, "https://h", path, key_id="k", secret=secret, region=region, now=NOW
        )
        return headers["Authorization"].rpartition("=")[2]

    found = {signature(**usual)}
    found |= {signature(**(usual | {name: value})) for name, value in other.items()}
    assert len(found) == 5

"""Files that a client hands over for an upload."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from producer_studio.sandbox.temporary_uploads import MAX_AGE_S, TemporaryUploadRoutes, copy_upload
from tests.support.sandbox_process import running_sandbox

NAME = "0123456789abcdef0123456789abcdef.wav"
OWN = {"Authorization": "Bearer own"}


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as client:
        yield client


def test_a_file_can_be_read_until_it_is_deleted(http: httpx.Client) -> None:
    with running_sandbox("--key", "own") as sandbox:
        url = f"{sandbox.url}/files/{NAME}"
        assert http.put(url, content=b"RIFF", headers=OWN).status_code == 201
        assert http.head(url).headers["content-length"] == "4"
        assert http.get(url).content == b"RIFF"
        assert http.delete(url, headers=OWN).status_code == 204
        assert http.get(url).status_code == 404
        assert http.delete(url, headers=OWN).status_code == 204, "it may be asked twice"


def test_only_who_has_a_key_changes_anything(http: httpx.Client) -> None:
    with running_sandbox("--key", "own") as sandbox:
        url = f"{sandbox.url}/files/{NAME}"
        http.put(url, content=b"RIFF", headers=OWN)
        for headers in ({}, {"Authorization": "Bearer other"}, {"Authorization": "own"}):
            assert http.put(url, content=b"x", headers=headers).status_code == 401
            assert http.delete(url, headers=headers).status_code == 401
        assert http.get(url).content == b"RIFF"


@pytest.mark.parametrize("name", ["song.wav", "..%2Fsandbox.sqlite", f"{NAME}.part", NAME[1:]])
def test_other_names_are_refused(http: httpx.Client, name: str) -> None:
    with running_sandbox("--key", "own") as sandbox:
        url = f"{sandbox.url}/files/{name}"
        assert http.put(url, content=b"x", headers=OWN).status_code >= 400
        assert http.get(url).status_code == 404


def test_a_file_is_found_again_at_another_port(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"RIFF")
    target = tmp_path / "copy"
    assert copy_upload(tmp_path, f"http://127.0.0.1:1/files/{NAME}", target)
    assert target.read_bytes() == b"RIFF"


@pytest.mark.parametrize(
    "url",
    [
        f"https://example.com/files/{NAME}",
        f"http://127.0.0.1:1/media/{NAME}",
        "http://127.0.0.1:1/files/../secret.wav",
        "http://127.0.0.1:1/files/" + "f" * 32 + ".wav",
    ],
)
def test_other_addresses_are_fetched(tmp_path: Path, url: str) -> None:
    (tmp_path / NAME).write_bytes(b"RIFF")
    assert not copy_upload(tmp_path, url, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_what_nobody_came_back_for_is_deleted(tmp_path: Path) -> None:
    old, new = tmp_path / NAME, tmp_path / NAME[::-1]
    old.touch()
    new.touch()
    long_ago = time.time() - MAX_AGE_S - 60
    os.utime(old, (long_ago, long_ago))
    TemporaryUploadRoutes(tmp_path, str)
    assert list(tmp_path.iterdir()) == [new]

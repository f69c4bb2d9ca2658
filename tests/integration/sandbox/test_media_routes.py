"""Files over HTTP: ranges, tags, HEAD, and nothing but files."""

from typing import Any

import pytest

from tests.support.musicapi_client import Musician


@pytest.fixture
def whole(composer: Musician, song: dict[str, Any]) -> bytes:
    return composer.http.get(song["audio_url"]).content


def test_the_whole_file(composer: Musician, song: dict[str, Any]) -> None:
    answer = composer.http.get(song["audio_url"])
    assert answer.headers["content-type"] == "audio/mp4"
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["etag"]
    assert answer.content[4:8] == b"ftyp"


def test_the_cover_is_a_picture(composer: Musician, song: dict[str, Any]) -> None:
    assert composer.http.get(song["image_url"]).content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-0", slice(0, 1)),
        ("bytes=100-199", slice(100, 200)),
        ("bytes=-50", slice(-50, None)),
    ],
)
def test_a_range(
    composer: Musician, song: dict[str, Any], whole: bytes, asked: str, part: slice
) -> None:
    answer = composer.http.get(song["audio_url"], headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.content == whole[part]
    start = part.indices(len(whole))[0]
    end = start + len(answer.content) - 1
    assert answer.headers["content-range"] == f"bytes {start}-{end}/{len(whole)}"


def test_a_range_beyond_the_end(composer: Musician, song: dict[str, Any], whole: bytes) -> None:
    answer = composer.http.get(song["audio_url"], headers={"Range": f"bytes={len(whole)}-"})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(whole)}"


def test_if_range_with_another_tag_gives_the_whole(
    composer: Musician, song: dict[str, Any], whole: bytes
) -> None:
    headers = {"Range": "bytes=10-", "If-Range": '"another"'}
    answer = composer.http.get(song["audio_url"], headers=headers)
    assert answer.status_code == 200
    assert answer.content == whole


def test_head(composer: Musician, song: dict[str, Any], whole: bytes) -> None:
    answer = composer.http.head(song["audio_url"])
    assert int(answer.headers["content-length"]) == len(whole)
    assert answer.content == b""


@pytest.mark.parametrize(
    "path",
    [
        "/media/{clip}/other.m4a",
        "/media/{clip}/part-audio.m4a",
        "/media/{clip}/..%2F..%2Fsandbox.sqlite",
        "/media/{clip}/",
        "/media/not-a-clip/audio.m4a",
        "/media/00000000-0000-4000-8000-000000000000/audio.m4a",
    ],
)
def test_nothing_else_is_served(composer: Musician, song: dict[str, Any], path: str) -> None:
    answer = composer.http.get(path.format(clip=song["clip_id"]))
    assert answer.status_code == 404

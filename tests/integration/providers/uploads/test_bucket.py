"""A bucket at a real S3-compatible server on this machine."""

import asyncio
import gzip
import re
import subprocess
import sys
import tracemalloc
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from producer_studio.domain.account import BucketLocation
from producer_studio.domain.errors import (
    InvalidResponse,
    NotAuthorised,
    RateLimited,
    RequestRejected,
    ServiceError,
    ServiceUnavailable,
    StorageError,
    Unreachable,
)
from producer_studio.providers import local_audio_file
from producer_studio.providers.uploads.bucket import Bucket
from tests.support.s3_server import Front, front_of, signature

pytestmark = pytest.mark.anyio

Serving = Callable[..., Any]
Build = Callable[..., bytes]

NAME = "lent-out"
FILE = "0" * 32
"""As `reserve` names files."""
_IAM = "AWS4-HMAC-SHA256 Credential=none/20260101/us-east-1/iam/aws4_request, Signature=none"
_MAY_ALL = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'


@dataclass
class S3Server:
    """A server with one bucket and one key that may use it."""

    url: str
    key_id: str = ""
    secret: str = ""

    def prepare(self) -> None:
        """Makes the bucket and the key while nothing is checked yet."""
        httpx.put(f"{self.url}/{NAME}", trust_env=False).raise_for_status()
        self._iam(Action="CreateUser", UserName="studio")
        self._iam(
            Action="PutUserPolicy", UserName="studio", PolicyName="all", PolicyDocument=_MAY_ALL
        )
        made = self._iam(Action="CreateAccessKey", UserName="studio")
        self.key_id, self.secret = (
            re.findall(rf"<{name}>([^<]+)</{name}>", made)[0]
            for name in ("AccessKeyId", "SecretAccessKey")
        )

    def check_keys(self, wanted: bool) -> None:
        """Whether signatures are looked at from now on."""
        count = b"0" if wanted else b"inf"
        httpx.post(f"{self.url}/moto-api/reset-auth", content=count, trust_env=False)

    def _iam(self, **form: str) -> str:
        answer = httpx.post(
            self.url, data=form, headers={"Authorization": _IAM}, trust_env=False
        )  # fmt: skip
        return answer.raise_for_status().text

    def place(self, **changes: object) -> BucketLocation:
        usual: dict[str, object] = {
            "bucket": NAME, "endpoint": self.url, "region": "us-east-1",
            "access_key_id": self.key_id, "prefix": "studio",
        }  # fmt: skip
        return BucketLocation(**(usual | changes))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Server]:
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            assert process.stderr is not None
            lines = (line.decode() for line in process.stderr)
            url = next(found[0] for line in lines if (found := re.search(r"http://[\d.:]+", line)))
            server = S3Server(url)
            server.prepare()
            yield server
        finally:
            process.terminate()


@pytest.fixture
def strict(s3: S3Server) -> Iterator[S3Server]:
    s3.check_keys(True)
    yield s3
    s3.check_keys(False)


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """Ten seconds under a name that no header could hold."""
    path = tmp_path / ("\u202eR\u00e9glage \u97f3 " + "x" * 60 + ".wav")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\x01\x02" * 80_000)
    return path


async def test_a_file_is_lent_out_and_taken_back(s3: S3Server, sound: Path) -> None:
    whole = sound.read_bytes()  # noqa: ASYNC240 - nothing else waits here
    bucket = Bucket(s3.place(), s3.secret)
    hosted = await bucket.upload(sound)
    async with httpx.AsyncClient(trust_env=False) as plain:
        found = await plain.get(hosted.url)
        assert found.status_code == 200
        assert found.content == whole
        assert found.headers["content-type"] == "audio/wav"
        await bucket.delete(hosted.handle)
        assert (await plain.get(hosted.url)).status_code == 404
    await bucket.delete(hosted.handle)
    await bucket.delete("")
    await bucket.close()


async def test_an_address_cannot_be_guessed_and_ends(s3: S3Server, sound: Path) -> None:
    bucket = Bucket(s3.place(), s3.secret)
    first, second = await bucket.upload(sound), await bucket.upload(sound)
    assert first.handle != second.handle
    parts = urlsplit(first.url)
    assert re.fullmatch(rf"/{NAME}/studio/[0-9a-f]{{32}}\.wav", parts.path)
    assert "X-Amz-Expires=86400" in parts.query
    assert "X-Amz-Signature=" in parts.query
    assert s3.secret not in first.url


async def test_a_large_file_goes_up_whole(s3: S3Server, sound: Path) -> None:
    with sound.open("ab") as file:
        file.truncate(12_000_001)
    hosted = await Bucket(s3.place(prefix=""), s3.secret).upload(sound)
    assert "/" not in hosted.handle
    async with httpx.AsyncClient(trust_env=False) as plain:
        assert len((await plain.get(hosted.url)).content) == 12_000_001


async def test_the_right_secret_is_accepted(strict: S3Server, sound: Path) -> None:
    bucket = Bucket(strict.place(prefix="looked"), strict.secret)
    # While it checks requests the server stumbles over every address, whoever signed it.
    with pytest.raises(Unreachable, match="could not be checked"):
        await bucket.upload(sound)
    strict.check_keys(False)
    assert not _lies_there(strict)


@pytest.mark.parametrize("wrong", ["secret", "key"])
async def test_a_wrong_secret_or_key_is_said(strict: S3Server, sound: Path, wrong: str) -> None:
    secret = "not-the-secret-at-all" if wrong == "secret" else strict.secret
    place = strict.place() if wrong == "secret" else strict.place(access_key_id="AKIANOBODY")
    bucket = Bucket(place, secret)
    with pytest.raises(NotAuthorised, match="access key has no access to the bucket") as caught:
        await bucket.upload(sound)
    assert caught.value.status == 403
    assert caught.value.service_words
    assert secret not in repr(bucket) + repr(caught.value) + str(caught.value.to_record())
    assert caught.value.field == "bucket"


async def test_a_bucket_that_does_not_exist_is_refused(s3: S3Server, sound: Path) -> None:
    with pytest.raises(RequestRejected, match="There is no bucket \u201cnowhere\u201d") as caught:
        await Bucket(s3.place(bucket="nowhere"), s3.secret).upload(sound)
    assert "NoSuchBucket" in caught.value.service_words
    assert caught.value.status == 404


async def test_a_server_that_is_not_there_is_unreachable(s3: S3Server, sound: Path) -> None:
    bucket = Bucket(s3.place(endpoint="http://127.0.0.1:9"), s3.secret)
    with pytest.raises(Unreachable, match="Could not connect"):
        await bucket.upload(sound)
    with pytest.raises(Unreachable, match="Could not connect"):
        await bucket.delete(f"studio/{FILE}.wav")
    await bucket.close()


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, b"<Error><Code>AuthorizationHeaderMalformed</Code></Error>", RequestRejected),
        (301, b"", RequestRejected),
        (429, b"", RateLimited),
        (503, b"<Error><Code>SlowDown</Code><Message>Please wait</Message></Error>", RateLimited),
        (500, b"<html>oh</html>", ServiceUnavailable),
        (200, b"<html>hello</html>", InvalidResponse),
    ],
)
async def test_what_a_server_answers_instead(
    serving: Serving,
    answer: Build,
    tmp_path: Path,
    status: int,
    body: bytes,
    kind: type[ServiceError],
) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(b"ID3 as text")
    async with serving(answer(status, body)) as server:
        place = BucketLocation(bucket="b", access_key_id="k", endpoint=server.url)
        with pytest.raises(kind) as caught:
            await Bucket(place, "hush").upload(path)
    assert type(caught.value) is kind
    assert "Nothing was charged" in caught.value.message


@pytest.mark.parametrize("packed", [True, False])
async def test_an_answer_that_is_far_too_large_is_not_read(
    serving: Serving, answer: Build, tmp_path: Path, packed: bool
) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(b"ID3 as text")
    body = bytes(300_000)
    reply = answer(400, body)
    if packed:
        reply = answer(400, gzip.compress(bytes(32 << 20)), Content_Encoding="gzip")
    tracemalloc.start()
    async with serving(reply) as server:
        place = BucketLocation(bucket="b", access_key_id="k", endpoint=server.url)
        with pytest.raises(RequestRejected, match="rejected the file"):
            await Bucket(place, "hush").upload(path)
        with pytest.raises(RequestRejected, match="rejected the file"):
            await Bucket(place, "hush").delete(f"{FILE}.mp3")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 << 20


@pytest.mark.parametrize(("code", "fine"), [("NoSuchKey", True), ("NoSuchBucket", False)])
async def test_what_is_down_already_is_fine(
    serving: Serving, answer: Build, code: str, fine: bool
) -> None:
    async with serving(answer(404, f"<Error><Code>{code}</Code></Error>".encode())) as server:
        bucket = Bucket(BucketLocation(bucket="b", access_key_id="k", endpoint=server.url), "hush")
        if fine:
            await bucket.delete(f"{FILE}.mp3")
        else:
            with pytest.raises(RequestRejected, match="There is no bucket"):
                await bucket.delete(f"{FILE}.mp3")
    assert server.requests[0].startswith(f"DELETE /b/{FILE}.mp3 ")


async def test_what_is_called_off_is_not_left_behind(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(b"ID3 as text")
    asked: list[str] = []
    arrived = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = (await reader.readuntil(b"\r\n\r\n")).decode().partition("\r\n")[0]
        asked.append(line.rpartition(" ")[0])
        if line.startswith("PUT"):
            arrived.set()
            await reader.read()
        else:
            writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        bucket = Bucket(BucketLocation(bucket="b", access_key_id="k", endpoint=url), "hush")
        putting = asyncio.create_task(bucket.upload(path))
        await arrived.wait()
        putting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await putting
        await bucket.close()
    put, delete = asked
    assert delete == put.replace("PUT", "DELETE")


async def test_the_environment_has_no_say(
    s3: S3Server, sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of-somebody-else")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of-somebody-else")
    monkeypatch.setenv("AWS_ENDPOINT", "http://127.0.0.1:9")
    hosted = await Bucket(s3.place(), s3.secret).upload(sound)
    assert hosted.url.startswith(s3.url)
    assert "of-somebody-else" not in hosted.url


@pytest.mark.parametrize(
    ("place", "host"),
    [
        (BucketLocation(bucket="b", access_key_id="k"), "s3.us-east-1.amazonaws.com"),
        (BucketLocation(bucket="b", access_key_id="k", region="eu-1"), "s3.eu-1.amazonaws.com"),
        (
            BucketLocation(
                bucket="b", access_key_id="k", endpoint="https://e.example", path_style=False
            ),
            "b.e.example",
        ),
    ],
)
def test_where_requests_go(place: BucketLocation, host: str) -> None:
    store = Bucket(place, "hush")._create_store()
    assert host == urlsplit(str(store.config["endpoint"])).netloc


@pytest.mark.parametrize(
    ("place", "secret"),
    [
        (BucketLocation(bucket="", access_key_id="k"), "hush"),
        (BucketLocation(bucket="b", access_key_id=""), "hush"),
        (BucketLocation(bucket="b", access_key_id="k"), ""),
        (BucketLocation(bucket="b", access_key_id="k", endpoint="http://e.example"), "hush"),
        (BucketLocation(bucket="b", access_key_id="k", endpoint="e.example"), "hush"),
        (BucketLocation(bucket="b", access_key_id="k", public_url="http://e.example"), "hush"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_opened(
    place: BucketLocation, secret: str
) -> None:
    with pytest.raises(RequestRejected, match="Settings") as caught:
        Bucket(place, secret)
    assert caught.value.field == "bucket"


async def test_only_sound_is_put_up(
    s3: S3Server, sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = Bucket(s3.place(), s3.secret)
    letter = tmp_path / "letter.mp3"
    letter.write_text("Dear diary")
    for path in (letter, tmp_path / "gone.wav", tmp_path):
        with pytest.raises(RequestRejected, match="Nothing was sent") as caught:
            await bucket.upload(path)
        assert caught.value.field == "audio_file"
    monkeypatch.setattr(local_audio_file, "FILE_LIMIT_BYTES", 1000)
    with pytest.raises(RequestRejected, match="larger than") as caught:
        await bucket.upload(sound)
    with pytest.raises(StorageError):
        await bucket.upload(sound / "below a file.wav")


@pytest.fixture
def front(s3: S3Server) -> Iterator[Front]:
    """The server as seen by those for whom signatures matter."""
    with front_of(s3.url, s3.secret) as made:
        yield made


def _lies_there(s3: S3Server) -> bool:
    listed = httpx.get(f"{s3.url}/{NAME}?list-type=2&prefix=looked", trust_env=False)
    return "<Contents>" in listed.raise_for_status().text


async def test_a_signed_address_does_not_answer_the_look_of_a_service(
    s3: S3Server, front: Front, sound: Path
) -> None:
    bucket = Bucket(s3.place(endpoint=front.url, prefix="looked"), s3.secret)
    with pytest.raises(RequestRejected, match="check a file before they download it") as caught:
        await bucket.upload(sound)
    assert caught.value.field == "public_url"
    assert "Nothing was charged" in caught.value.message
    assert front.reads("HEAD") == [403]
    assert not _lies_there(s3)


async def test_a_signed_address_does_hold_for_a_download(
    s3: S3Server, front: Front, sound: Path
) -> None:
    """What the front answers is worth something: it knows a good signature."""
    hosted = await Bucket(s3.place(prefix="kept"), s3.secret).upload(sound)
    parts = urlsplit(hosted.url)
    target, host = f"{parts.path}?{parts.query}", parts.netloc
    query = dict(parse_qsl(parts.query))
    assert signature("GET", target, host, s3.secret) == query["X-Amz-Signature"]
    assert signature("HEAD", target, host, s3.secret) != query["X-Amz-Signature"]
    await Bucket(s3.place(prefix="kept"), s3.secret).delete(hosted.handle)


async def test_the_public_address_answers_the_look_and_ends_with_the_file(
    s3: S3Server, front: Front, sound: Path
) -> None:
    whole = sound.read_bytes()  # noqa: ASYNC240 - nothing else waits here
    front.public = True
    place = s3.place(endpoint=front.url, prefix="looked at", public_url=f"{front.url}/{NAME}/")
    bucket = Bucket(place, s3.secret)
    handle = await bucket.reserve(sound)
    hosted = await bucket.upload(sound, handle)
    assert hosted.handle == handle
    assert hosted.url == f"{front.url}/{NAME}/{handle.replace(' ', '%20')}"
    async with httpx.AsyncClient(trust_env=False) as plain:
        assert (await plain.get(hosted.url)).content == whole
        await bucket.delete(hosted.handle)
        assert (await plain.head(hosted.url)).status_code == 404


async def test_a_public_address_that_shows_nothing_is_said(
    s3: S3Server, front: Front, sound: Path
) -> None:
    place = s3.place(endpoint=front.url, prefix="looked", public_url=f"{front.url}/{NAME}")
    with pytest.raises(RequestRejected, match="does not serve the uploaded file") as caught:
        await Bucket(place, s3.secret).upload(sound)
    assert caught.value.field == "public_url"
    front.public = True
    with pytest.raises(RequestRejected, match="does not serve the uploaded file"):
        await Bucket(
            s3.place(endpoint=front.url, prefix="looked", public_url=f"{front.url}/elsewhere"),
            s3.secret,
        ).upload(sound)
    assert not _lies_there(s3)


async def test_a_public_address_that_nobody_reaches_is_said(s3: S3Server, sound: Path) -> None:
    for public_url, kind in (
        ("http://127.0.0.1:9", Unreachable),
        ("https://192.168.7.7/music", RequestRejected),
    ):
        bucket = Bucket(s3.place(prefix="looked", public_url=public_url), s3.secret)
        with pytest.raises(kind, match="Nothing was charged"):
            await bucket.upload(sound)
    assert not _lies_there(s3)

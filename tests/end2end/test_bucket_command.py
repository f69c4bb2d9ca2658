"""A file of this computer becomes a clip of a service that only fetches from addresses."""

import json
import math
import struct
import wave
from pathlib import Path

import httpx
import pytest

from tests.integration.providers.uploads.test_bucket import NAME, S3Server, s3
from tests.support.command_assertions import brought, check_sentence, seconds_heard
from tests.support.program import Program
from tests.support.sandbox_process import SandboxProcess

__all__ = ["s3"]


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """Six seconds of a tone."""
    path = tmp_path / "My demo – take 1.wav"
    samples = [int(9000 * math.sin(at / 8)) for at in range(6 * 22_050)]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(22_050)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return path


def lies_there(server: S3Server) -> bool:
    listed = httpx.get(f"{server.url}/{NAME}?list-type=2", trust_env=False).text
    return "<Contents>" in listed


def test_a_local_file_is_lent_uploaded_and_taken_down(
    s3: S3Server,
    musician: Program,
    calm: SandboxProcess,
    sound: Path,
) -> None:
    upload = ("generate", "--account", "test", "--op", "upload", "--source", str(sound))
    check_sentence(musician.run(*upload), code=2, words="set up a bucket")
    made = musician.run(
        "bucket", "set", NAME, "--key-id", s3.key_id, "--endpoint", s3.url, "--prefix", "lent"
    )
    assert made.code == 0, made.stderr
    check_sentence(musician.run(*upload), code=2, words="PRODUCER_STUDIO_BUCKET_SECRET")
    assert not calm.state()["requests"]

    given = {"PRODUCER_STUDIO_BUCKET_SECRET": s3.secret}
    tested = musician.run("bucket", "test", **given)
    assert (tested.code, tested.last()["ok"]) == (0, True), tested.stderr
    assert not lies_there(s3)
    clip = brought(musician.run(*upload, "--title", "Demo", **given))
    assert (clip["op"], clip["title"]) == ("upload", "Demo")
    assert seconds_heard(clip["path"]) == pytest.approx(6, abs=0.3)
    (posted,) = [one for one in calm.state()["requests"] if one["method"] == "POST"]
    assert f"{s3.url}/{NAME}/lent/" in str(posted["body"])
    assert sound.name not in str(posted["body"])
    assert not lies_there(s3)
    assert musician.run("bucket", "remove").code == 0
    kept = b"".join(one.read_bytes() for one in musician.home.rglob("*") if one.is_file())
    assert s3.secret.encode() not in kept
    # The address is of no use any more, so no row goes on with it.
    assert "X-Amz-Signature" not in json.dumps([musician.clips(), musician.jobs()])

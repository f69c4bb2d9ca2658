"""The bucket's place is a preference, its secret is not."""

from dataclasses import replace
from pathlib import Path

import pytest

from producer_studio.domain.account import BucketLocation
from producer_studio.domain.errors import RequestRejected, Unreachable
from producer_studio.settings.secrets import SecretLocation
from tests.integration.studio.accounts.test_accounts import all_bytes
from tests.integration.studio.conftest import ACCOUNT, StudioBench, open_bench

pytestmark = pytest.mark.anyio

PLACE = BucketLocation(
    bucket="songs",
    access_key_id="AKIAMINE",
    endpoint="http://127.0.0.1:9",
    region="eu-central-1",
    prefix="lent",
    path_style=False,
    public_url="https://cdn.example/songs",
)
SECRET = "bucket-secret-0815"


async def test_a_bucket_outlives_the_run_without_its_secret(tmp_path: Path) -> None:
    async with open_bench(tmp_path) as bench:
        spaced = replace(
            PLACE, bucket=" songs ", prefix="/lent/", public_url=f"{PLACE.public_url}/ "
        )
        assert await bench.studio.bucket.save(spaced, SECRET) is SecretLocation.MEMORY
        assert await bench.studio.bucket.secret_location() is SecretLocation.MEMORY
    async with open_bench(tmp_path) as bench:
        assert bench.studio.bucket.location == PLACE
        assert await bench.studio.bucket.secret_location() is None
        with pytest.raises(RequestRejected, match="PRODUCER_STUDIO_BUCKET_SECRET"):
            await bench.studio.bucket.test()
    assert SECRET.encode() not in all_bytes(tmp_path)


async def test_removed_with_its_secret(bench: StudioBench) -> None:
    bucket = bench.studio.bucket
    await bucket.save(PLACE, SECRET)
    hosts = await bench.studio._connections.upload_hosts(ACCOUNT)
    assert [host.name for host in hosts] == ["Demo Studio", "the bucket “songs”"]
    assert await bucket.remove()
    assert not await bucket.remove()
    assert bucket.location is None
    assert await bucket.secret_location() is None
    hosts = await bench.studio._connections.upload_hosts(ACCOUNT)
    assert [host.name for host in hosts] == ["Demo Studio"]
    with pytest.raises(RequestRejected, match="No bucket is set up"):
        await bucket.test()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"bucket": " "}, "bucket"),
        ({"access_key_id": ""}, "access_key_id"),
        ({"endpoint": "http://s3.example"}, "endpoint"),
        ({"endpoint": "https://me:word@s3.example"}, "endpoint"),
        ({"public_url": "cdn.example"}, "public_url"),
        ({"public_url": "https://cdn.example/?key=1"}, "public_url"),
    ],
)
async def test_what_will_not_do_changes_nothing(
    bench: StudioBench, wrong: dict[str, str], field: str
) -> None:
    with pytest.raises(RequestRejected) as refused:
        await bench.studio.bucket.save(replace(PLACE, **wrong), SECRET)
    assert refused.value.field == field
    assert bench.studio.bucket.location is None
    assert await bench.studio.bucket.secret_location() is None


async def test_a_secret_stays_with_the_place_it_was_given_for(bench: StudioBench) -> None:
    bucket = bench.studio.bucket
    await bucket.save(PLACE, SECRET)
    first = await bucket.host()
    assert await bucket.host() is first
    await bucket.save(replace(PLACE, prefix="other"))
    assert await bucket.secret_location() is SecretLocation.MEMORY
    assert await bucket.host() is not first
    await bucket.save(replace(PLACE, endpoint="https://elsewhere.example"))
    assert await bucket.secret_location() is None


async def test_a_bucket_that_is_not_there_says_so(bench: StudioBench) -> None:
    await bench.studio.bucket.save(replace(PLACE, path_style=True, public_url=""), SECRET)
    with pytest.raises(Unreachable, match="Nothing was charged"):
        await bench.studio.bucket.test()


async def test_what_was_pasted_is_cleaned(bench: StudioBench) -> None:
    bucket = bench.studio.bucket
    pasted = replace(PLACE, access_key_id=f"\ufeff\u201c{PLACE.access_key_id}\u201d\n")
    assert await bucket.save(pasted, "\u200b") is None
    assert bucket.location == PLACE
    assert await bucket.secret_location() is None
    assert await bucket.save(pasted, f'"{SECRET}",') is SecretLocation.MEMORY

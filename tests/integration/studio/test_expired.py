"""A song that the service finished and deleted before it was fetched."""

from pathlib import Path

import pytest

from producer_studio.domain.account import Service
from producer_studio.domain.clip import MediaState
from tests.integration.studio.conftest import ACCOUNT, SONG, open_bench
from tests.support.sandbox_process import SandboxProcess

pytestmark = pytest.mark.anyio


async def test_what_the_service_deleted_is_refused_with_that_reason_and_its_details_kept(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    sandbox.control("settings", {"link_life_s": 0})
    try:
        async with open_bench(tmp_path / "home") as bench:
            await bench.studio.accounts.add(
                ACCOUNT,
                Service.APIFRAME,
                profile="apiframe",
                base_url=f"{sandbox.url}/apiframe",
                poll_s=0.05,
            )
            _, clip = await bench.made(SONG.with_changes(model="FUZZ-2.0 Pro"))
    finally:
        sandbox.control("settings", {"link_life_s": 24 * 3600})
    assert clip.media is MediaState.REJECTED
    assert "deleted the files" in clip.media_note
    assert (clip.title, clip.seed) == (SONG.title, SONG.seed)
    assert clip.remote_id
    # One look for a newer link is enough where the service says that there will be none.
    assert len(sandbox.requests("GET", "/audio.m4a")) == 1

"""Content of provenance sheets, and data that they must not contain."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from producer_studio.domain.account import Service
from producer_studio.domain.export_profile import BUILT_IN_PROFILES, ExportExtra
from producer_studio.domain.ids import AccountName, RemoteId
from producer_studio.domain.local_edit import Level
from producer_studio.domain.operation import Operation
from tests.integration.studio.conftest import StudioBench, open_bench
from tests.integration.studio.export.test_exports import a_clip

pytestmark = pytest.mark.anyio

PRIVATE = AccountName("my secret account")


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[StudioBench]:
    """A studio whose only account has a plan."""
    async with open_bench(tmp_path / "home") as made:
        await made.studio.accounts.add(
            PRIVATE, Service.DEMO, base_url="http://127.0.0.1:9", plan=" Pro,\n monthly "
        )
        yield made


async def test_a_sheet_has_lineage_edits_and_plan_and_nothing_private(
    bench: StudioBench, tmp_path: Path
) -> None:
    library = bench.studio._library
    song = await a_clip(bench, "Low tide")
    await library.clips.update_fields(
        song.id, account=PRIVATE, service="apiframe", remote_id=RemoteId("remote-1"),
        notes="private note", tags=("private tag",),
    )  # fmt: skip
    cover = await a_clip(bench, "High tide")
    await library.clips.update_fields(
        cover.id, account=PRIVATE, service="musicapi", operation=Operation.COVER, parent=song.id,
        recipe=cover.recipe.with_changes(title="Asked for", lyrics="Other words"),
        key_override="F minor",
    )  # fmt: skip
    made = await bench.studio.local_edits.apply(cover.id, Level(-3.0))
    share = BUILT_IN_PROFILES[2].with_changes(extras=frozenset({ExportExtra.PROVENANCE}))
    spec = bench.studio.export_profiles.spec(share, tmp_path / "out")
    (started,) = await bench.studio.exports.export([made.clip.id], spec)
    ended = await bench.studio.exports.wait_until_finished(started.id)
    assert ended.path is not None, ended.error
    text = (tmp_path / "out" / f"{ended.path.stem} - provenance.txt").read_text()
    page = (tmp_path / "out" / f"{ended.path.stem} - provenance.html").read_text()
    for fact in (
        "Operation:            Level on this computer",
        "Made from: “High tide”", "Operation:            Cover", "Service:              MusicAPI",
        "Made from: “Low tide”", "Operation:            Create", "Service:              Apiframe",
        "Model:                FUZZ-2.0",
        "Plan:                 Pro, monthly (as typed by the user)",
        "Id at the service:    remote-1",
        "Set by the user: title, lyrics as shown and key", "Level on 20",
        f"SHA-256:              {hashlib.sha256(ended.path.read_bytes()).hexdigest()}",
    ):  # fmt: skip
        assert fact in text, fact
        assert fact.split(":    ")[-1].strip() in page
    assert text.count("Plan:") == 2
    for private in ("secret account", "private note", "private tag", str(tmp_path)):
        assert private not in text
        assert private not in page


async def test_a_source_that_is_gone_is_said(bench: StudioBench) -> None:
    song, child = await a_clip(bench), await a_clip(bench, "Child")
    library = bench.studio._library
    await library.clips.update_fields(child.id, parent=song.id)
    await library.clips.trash([song.id])
    await library.clips.delete([song.id])
    found = await library.clips.get(child.id)
    assert found is not None
    sheet = await bench.studio.exports._reports._provenance.describe(found)
    text = f"A clip that is not in this library any more ({song.id[:8]})"
    assert text in sheet.to_text()

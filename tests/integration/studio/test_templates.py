"""Templates: which accounts take them, and previews that touch neither library nor accounts."""

import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from producer_studio.domain.account import Service
from producer_studio.domain.errors import Unreachable
from producer_studio.domain.ids import AccountName
from producer_studio.domain.template import Template
from producer_studio.studio.demo import DemoStudio
from producer_studio.studio.studio import Studio
from producer_studio.studio.template_previews import TemplatePreviews
from producer_studio.studio.templates import read_templates
from tests.support.open_studio import NO_DEMO, open_studio

pytestmark = pytest.mark.anyio
RESOURCES = Path(__file__).parents[3] / "resources"
TEMPLATES = {one.id: one for group in read_templates(RESOURCES) for one in group.templates}
SANDBOX = (
    sys.executable,
    "-c",
    "import sys; from producer_studio.sandbox.command import run; sys.exit(run(sys.argv[1:]))",
)


@pytest.fixture
async def studio(tmp_path: Path) -> AsyncIterator[Studio]:
    studio = await open_studio(tmp_path)
    yield studio
    await studio.close()


async def connect(studio: Studio, name: str, profile: str) -> None:
    await studio.accounts.add(
        AccountName(name), Service.DEMO, base_url="http://127.0.0.1:9", profile=profile
    )


async def test_what_the_active_account_lacks_is_said_with_who_has_it(studio: Studio) -> None:
    assert sum(len(one.templates) for one in await studio.templates.groups()) == len(TEMPLATES)

    def fit(template: str) -> tuple[bool, str]:
        found = studio.templates.fit(TEMPLATES[template])
        return found.is_complete, found.text

    assert fit("lyrics-first") == (True, "")
    await connect(studio, "new", "aimusicapi-2026-04")
    assert fit("lyrics-first") == (True, "new")
    assert fit("once-more") == (False, "“new” does not take “Variation”.")
    assert fit("words-matter") == (
        False, "“new” does not take lyrics strength, sound strength or weirdness."
    )  # fmt: skip
    await connect(studio, "old", "musicapi-2026-02")
    assert fit("once-more") == (False, "“new” does not take “Variation”. “old” does.")
    assert fit("lyrics-first") == (True, "new, old")
    studio.accounts.set_active(AccountName("old"))
    assert all(studio.templates.fit(one).is_complete for one in TEMPLATES.values())


async def test_a_model_that_is_not_offered_is_said(studio: Studio) -> None:
    await connect(studio, "one", "acedata")
    assert studio.templates.fit(TEMPLATES["another-engine"]).text == (
        "“one” does not take Lyria 3 preview."
    )


@pytest.fixture
async def previews(tmp_path: Path) -> AsyncIterator[TemplatePreviews]:
    previews = TemplatePreviews(tmp_path / "cache", DemoStudio(SANDBOX, tmp_path / "own"), 6)
    yield previews
    await previews.close()


async def test_a_preview_is_rendered_once(previews: TemplatePreviews, tmp_path: Path) -> None:
    created, extended = TEMPLATES["sound-alone"], TEMPLATES["an-ending"]
    assert await previews.find(created) is None
    one = await previews.render(created)
    assert one.path.read_bytes()[4:8] == b"ftyp"
    assert one.starts_at_s == 0
    other = await previews.render(extended)
    assert other.path != one.path
    # The user's own Demo Studio was not started.
    assert not (tmp_path / "own").exists()
    await previews.close()
    assert sorted((tmp_path / "cache").iterdir()) == sorted([one.path, other.path])
    later = TemplatePreviews(tmp_path / "cache", DemoStudio(NO_DEMO, tmp_path / "own"))
    assert await later.render(created) == one
    assert await later.find(extended) == other
    changed: Template = replace(created, form=created.form.with_changes(weirdness=0.9))
    assert await later.find(changed) is None
    with pytest.raises(Unreachable):
        await later.render(changed)
    await later.close()

"""What a job is called where the service takes no title for it."""

import pytest

from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import TITLE_LIMIT
from producer_studio.domain.recipe import Recipe
from tests.integration.studio.conftest import ACCOUNT, SONG, WORDS, StudioBench
from tests.support.sandbox_process import SandboxProcess

pytestmark = pytest.mark.anyio


async def test_a_video_is_called_after_its_song_and_the_service_is_not_told(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    _, clip = await bench.made(SONG)
    await bench.studio.clips.edit([clip.id], title="Low tide " * 20)
    video = Recipe(operation=Operation.VIDEO)
    (job,) = await bench.studio.jobs.submit_with_source([video], ACCOUNT, clip.id)
    assert job.title == ("Low tide " * 20)[:TITLE_LIMIT]
    assert job.recipe.model == ""
    await bench.studio.jobs.wait_until_idle()
    (request,) = sandbox.requests("POST", "/video-clip")
    assert not {"title", "mv", "model"} & request["body"].keys()


async def test_a_title_that_the_service_takes_is_the_user_s_own(
    bench: StudioBench, sandbox: SandboxProcess
) -> None:
    _, clip = await bench.made(SONG)
    recipe = Recipe(operation=Operation.VARIATION)
    (job,) = await bench.studio.jobs.submit_with_source([recipe], ACCOUNT, clip.id)
    assert job.recipe.title == ""
    assert job.recipe.model
    await bench.studio.jobs.wait_until_idle()
    assert "title" not in sandbox.requests("POST", "/create")[-1]["body"]


async def test_words_are_not_said_to_come_from_a_model(bench: StudioBench) -> None:
    (job,) = await bench.studio.jobs.submit([WORDS], ACCOUNT)
    assert job.recipe.model == ""
    await bench.studio.jobs.wait_until_idle()

"""Lyrics by the service."""

from PySide6.QtCore import Qt

from producer_studio.domain.operation import Operation
from producer_studio.ui.compose.lyrics.review_dialog import ReviewDialog
from tests.support.sandbox_process import SandboxProcess
from tests.ui.compose.conftest import SOUND, ComposeBench, jobs


def test_writing_for_me_fills_the_lyrics_undoably(bench: ComposeBench) -> None:
    lyrics = bench.panel.view.lyrics
    assert not lyrics.write_button.isEnabled()
    assert lyrics.write_button.toolTip().startswith("Write a sound or a title first")
    bench.panel.view.sound.edit.replace_text(SOUND)
    assert lyrics.write_button.toolTip().endswith("1 credit")
    bench.qtbot.mouseClick(lyrics.write_button, Qt.MouseButton.LeftButton)
    assert (lyrics.write_button.text(), lyrics.write_button.isEnabled()) == ("Writing…", False)
    bench.until(lambda: bool(lyrics.text()))
    assert "[" in lyrics.text()
    assert lyrics.write_button.isEnabled()
    (job,) = jobs(bench)
    assert (job.recipe.operation, job.recipe.prompt) == (Operation.LYRICS, SOUND)
    lyrics.edit.undo()
    assert lyrics.text() == ""


def test_the_lyrics_keep_what_they_were_written_for(bench: ComposeBench) -> None:
    view = bench.panel.view
    view.sound.edit.replace_text(SOUND)
    view.title.edit.setText("Night bus")
    view.advanced.webhook.setText("https://example.com/told")
    view.lyrics.write_button.click()
    bench.until(lambda: bool(view.lyrics.text()))
    (job,) = jobs(bench)
    assert job.recipe.prompt == f"Night bus: {SOUND}"
    assert (job.recipe.title, job.recipe.sound) == ("Night bus", SOUND)
    assert job.recipe.webhook_url == "https://example.com/told"
    (clip,) = bench.loop.run_until_complete(bench.studio.clips.get_many(job.clips))
    assert clip.recipe.title == "Night bus"
    assert clip.recipe.sound == SOUND


def test_written_lyrics_never_overwrite(bench: ComposeBench) -> None:
    view = bench.panel.view
    view.sound.edit.replace_text(SOUND)
    view.lyrics.write_button.click()
    view.lyrics.edit.replace_text("my own line")
    bench.until(view.suggestion.isVisible)
    assert view.lyrics.text() == "my own line"
    view.suggestion.action_button.click()
    dialog = bench.panel.findChild(ReviewDialog)
    assert isinstance(dialog, ReviewDialog)
    assert view.lyrics.text() == "my own line"
    dialog.use_button.click()
    assert "my own line" not in view.lyrics.text()
    view.lyrics.edit.undo()
    assert view.lyrics.text() == "my own line"
    bench.until(lambda: not bench.tasks.is_running("store lyrics version"))
    history = bench.run(bench.studio.lyrics_versions.load(Operation.CREATE))
    assert [version.reason.value for version in history.versions] == ["replaced", "accepted"]


def test_failed_writing_says_why(bench: ComposeBench, sandbox: SandboxProcess) -> None:
    sandbox.set_faults([{"where": "lyrics", "kind": "status", "status": 403, "times": 1}])
    view = bench.panel.view
    view.sound.edit.replace_text(SOUND)
    view.lyrics.write_button.click()
    bench.until(view.suggestion.isVisible)
    assert view.suggestion.message.text().startswith("No lyrics were written.")
    assert view.lyrics.write_button.isEnabled()
    sandbox.set_faults([])


def test_a_second_description_waits_for_the_lyrics_of_the_first(
    bench: ComposeBench, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([{"where": "lyrics", "kind": "slow_task", "seconds": 2, "times": 1}])
    panel = bench.panel
    panel.controller.set_operation(Operation.LYRICS)
    prompt = panel.view.ensure_fields().prompt.edit
    prompt.replace_text("the last bus home, and nobody on it")
    bench.press(panel.bar.button.click)
    bench.until(lambda: panel.controller._lyrics_generation._request.is_busy)
    panel.bar.end_cooldown()
    panel.controller.set_operation(Operation.CREATE)
    panel.view.lyrics.edit.replace_text("my own line")
    panel.controller.set_operation(Operation.LYRICS)
    prompt.replace_text("a lighthouse that waits for a ship")
    bench.press(panel.bar.button.click)
    assert not panel.bar.is_cooling_down
    assert "nothing was sent" in panel.view.suggestion.message.text()
    bench.until(lambda: "are ready" in panel.view.suggestion.message.text())
    assert len(bench.loop.run_until_complete(bench.studio.jobs.all())) == 1
    created = panel.controller.forms().form_for(Operation.CREATE)
    assert created is not None
    assert created.lyrics == "my own line"
    sandbox.set_faults([])

"""The question before the same is bought a second time."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from producer_studio.domain.form import Form
from producer_studio.domain.ids import AccountName
from producer_studio.domain.operation import Operation
from producer_studio.ui.widgets.keyboard import is_guarded
from tests.support.sandbox_process import SandboxProcess
from tests.ui.compose.conftest import SOUND, ComposeBench, jobs

_LOCKED = Form(sound=SOUND, seed="41", seed_locked=True)


def press_again(bench: ComposeBench) -> None:
    bench.until(lambda: not bench.panel.bar.is_cooling_down)
    bench.press(bench.panel.bar.button.click)
    bench.until(lambda: not any(name.startswith("generate") for name in bench.tasks._tasks))


def test_the_same_song_is_asked_about_once(bench: ComposeBench) -> None:
    view = bench.panel.view
    view.load(_LOCKED)
    press_again(bench)
    assert (len(jobs(bench)), view.suggestion.isVisible()) == (1, False)
    press_again(bench)
    assert len(jobs(bench)) == 1
    assert view.suggestion.isVisible()
    assert "same request less than a minute ago" in view.suggestion.message.text()
    assert bench.panel.bar.button.text() == "Generate"
    assert is_guarded(view.suggestion.action_button)
    view.suggestion.action_button.setFocus()
    QTest.keyClick(view.suggestion.action_button, Qt.Key.Key_Return)
    bench.press(view.suggestion.action_button.click)
    bench.until(lambda: len(bench.seen) == 2)
    assert [job.recipe.seed for job in jobs(bench)] == ["41", "41"]
    assert not view.suggestion.isVisible()


def test_a_strength_is_sent_as_it_is_typed(bench: ComposeBench) -> None:
    view = bench.panel.view
    view.load(_LOCKED)
    number = view.strengths["weirdness"].number
    number.setFocus()
    number.selectAll()
    QTest.keyClicks(number, "0.93")
    press_again(bench)
    assert [job.recipe.weirdness for job in jobs(bench)] == [0.93]


def test_a_change_takes_the_question_back(bench: ComposeBench) -> None:
    view = bench.panel.view
    view.load(_LOCKED)
    press_again(bench)
    press_again(bench)
    assert view.suggestion.isVisible()
    view.sound.edit.replace_text(f"{SOUND} and a choir")
    assert not view.suggestion.isVisible()
    press_again(bench)
    assert len(jobs(bench)) == 2


@pytest.mark.parametrize("change", ["account", "form"])
@pytest.mark.parametrize("kind", ["song", "lyrics"])
def test_no_question_comes_about_what_is_not_shown_any_more(
    bench: ComposeBench, sandbox: SandboxProcess, change: str, kind: str
) -> None:
    view, accounts = bench.panel.view, bench.studio.accounts
    used, other = accounts.active, AccountName("other")
    assert used is not None
    bench.connect(sandbox.url, other)
    bench.press(lambda: accounts.set_active(used.name))
    view.load(_LOCKED.with_changes(title="Harbour"))
    button = view.lyrics.write_button if kind == "lyrics" else bench.panel.bar.button
    bench.press(button.click)
    bench.until(lambda: button.isEnabled() and not bench.panel.bar.is_cooling_down)
    bench.until(lambda: kind == "song" or bool(view.lyrics.text()))

    def press_and_change() -> None:
        button.click()
        if change == "account":
            accounts.set_active(other)
        else:
            view.sound.edit.replace_text(f"{SOUND} and a choir")

    bench.press(press_and_change)
    bench.until(
        lambda: not {"generate", "write"} & {name.split()[0] for name in bench.tasks._tasks}
    )
    assert len(jobs(bench)) == 1
    assert not view.suggestion.action_button.isVisible()
    shown = [view.suggestion.message.text()] if kind == "lyrics" else bench.notices
    assert "so nothing was sent" in shown.pop()


def test_the_question_moves_no_field(bench: ComposeBench) -> None:
    panel, view = bench.panel, bench.panel.view
    panel.resize(panel.width(), 1200)
    view.load(_LOCKED)
    press_again(bench)
    QApplication.processEvents()
    fields = (view.sound, view.lyrics, view.title, view.seed)
    before = [field.mapTo(panel, QPoint()) for field in fields]
    press_again(bench)
    assert view.suggestion.isVisible()
    QApplication.processEvents()
    assert [field.mapTo(panel, QPoint()) for field in fields] == before
    view.suggestion.close_button.click()
    QApplication.processEvents()
    assert [field.mapTo(panel, QPoint()) for field in fields] == before


def test_a_shorter_form_does_not_inherit_the_height_of_the_one_before(bench: ComposeBench) -> None:
    panel, view = bench.panel, bench.panel.view
    panel.resize(panel.width(), 500)
    panel.controller.set_operation(Operation.CREATE)
    QApplication.processEvents()
    view.suggestion.show_suggestion("The clip is in the form.")
    QApplication.processEvents()
    scroll_bar = panel._scroll.verticalScrollBar()
    tall = view.height()
    panel.controller.set_operation(Operation.LYRICS)
    QApplication.processEvents()
    assert scroll_bar.maximum() <= view.suggestion.height()
    assert view.height() < tall


def test_an_open_seed_is_another_song_each_time(bench: ComposeBench) -> None:
    bench.panel.view.load(Form(sound=SOUND))
    press_again(bench)
    press_again(bench)
    assert len(jobs(bench)) == 2
    assert not bench.panel.view.suggestion.isVisible()


def test_the_same_words_are_asked_about_once(bench: ComposeBench) -> None:
    view = bench.panel.view
    view.load(Form(title="Harbour", sound=SOUND))
    bench.press(view.lyrics.write_button.click)
    bench.until(lambda: bool(view.lyrics.text()))
    bench.press(view.lyrics.write_button.click)
    bench.until(view.suggestion.isVisible)
    assert view.suggestion.action_button.text() == "Send again"
    assert is_guarded(view.suggestion.action_button)
    bench.press(view.suggestion.action_button.click)
    bench.until(lambda: len(bench.seen) == 2)
    assert [job.recipe.operation for job in jobs(bench)] == [Operation.LYRICS] * 2


@pytest.mark.parametrize("kind", ["song", "lyrics"])
@pytest.mark.parametrize("change", ["form", "account"])
def test_the_question_is_about_the_form_and_the_account_as_they_were(
    bench: ComposeBench, sandbox: SandboxProcess, kind: str, change: str
) -> None:
    view = bench.panel.view
    view.load(_LOCKED.with_changes(title="Harbour"))
    button = view.lyrics.write_button if kind == "lyrics" else bench.panel.bar.button
    bench.press(button.click)
    bench.until(lambda: button.isEnabled() and not bench.panel.bar.is_cooling_down)
    bench.until(lambda: kind == "song" or bool(view.lyrics.text()))
    bench.press(button.click)
    bench.until(view.suggestion.isVisible)
    if change == "form":
        view.sound.edit.replace_text(f"{SOUND} and a choir")
    else:
        other = AccountName("Other")
        bench.connect(sandbox.url, other)
        bench.press(lambda: bench.studio.accounts.set_active(other))
    assert not view.suggestion.isVisible()


def test_an_offer_of_lyrics_is_no_question(bench: ComposeBench) -> None:
    view = bench.panel.view
    view.load(_LOCKED)
    press_again(bench)
    press_again(bench)
    assert view.suggestion.isVisible()
    view.suggestion.show_suggestion("Your lyrics are ready.", "Review…")
    view.sound.edit.replace_text(f"{SOUND} and a choir")
    assert view.suggestion.isVisible()

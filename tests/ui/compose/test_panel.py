"""The desk at work, in front of a real studio and Demo Studio."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QVBoxLayout, QWidget

from producer_studio.domain.account import Service
from producer_studio.domain.capabilities import find_model
from producer_studio.domain.errors import OperationRetired, RequestRejected
from producer_studio.domain.form import Form
from producer_studio.domain.ids import AccountName, JobId
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe
from producer_studio.studio.events import OtherJobChanged
from producer_studio.ui.widgets.focus_order import controls_in_reading_order
from tests.support.sandbox_process import SandboxProcess
from tests.ui.compose.conftest import DEMO, LYRICS, SOUND, ComposeBench, jobs, named, press_ctrl

NAMES = (
    "Create",
    "Extend",
    "Cover",
    "Replace",
    "Variation",
    "Swap vocals",
    "Swap sound",
    "More",
    "Sound",
    "Lyrics",
    "Title",
    "Model",
    "Lyrics strength",
    "Sound strength",
    "Weirdness",
    "Seed",
    "Instrumental",
    "Takes",
    "Generate",
)


def test_every_control_has_its_name(bare: ComposeBench) -> None:
    for name in NAMES[:-1]:
        assert named(bare, name).isVisible()
    assert named(bare, "Connect") is bare.panel.bar.button


def test_every_control_that_takes_the_focus_has_a_name(bare: ComposeBench) -> None:
    nameless = [
        widget
        for widget in bare.panel.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and not widget.accessibleName()
    ]
    assert nameless == []


def test_tab_goes_through_the_desk_in_reading_order(bench: ComposeBench) -> None:
    bench.panel.view.load(Form(sound=SOUND))
    met = [part.accessibleName() for part in controls_in_reading_order(bench.panel)]
    wanted = [name for name in NAMES if name in met]
    assert [name for name in met if name in NAMES] == wanted
    assert {"Sound", "Lyrics", "Title", "Model", "Seed", "Instrumental", "Takes"} <= set(met)


def test_without_an_account_the_button_leads_to_the_welcome(bare: ComposeBench) -> None:
    bare.panel.view.sound.edit.replace_text(SOUND)
    button = bare.panel.bar.button
    assert button.accessibleDescription() == "Connect a service or open the demo"
    with bare.qtbot.waitSignal(bare.panel.controller.connect_requested):
        bare.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert jobs(bare) == []


def test_operations_that_cannot_be_chosen_say_why(
    bare: ComposeBench, sandbox: SandboxProcess
) -> None:
    extend = named(bare, "Extend")
    assert not extend.isEnabled()
    assert extend.toolTip() == "Connect a service or open the demo first."
    bare.connect(sandbox.url)
    assert extend.isEnabled()
    assert extend.toolTip() == ""
    create = named(bare, "Create")
    assert isinstance(create, QAbstractButton)
    assert create.isEnabled()
    assert create.isChecked()


def test_more_opens_a_menu_with_what_the_account_offers(bench: ComposeBench) -> None:
    grid = bench.panel.view.grid
    actions: list[QAction] = grid.menu.actions()
    assert [action.text() for action in actions] == ["Lyrics", "Video", "Stems", "Upload"]
    offered = [
        not bench.panel.controller.active_account.unavailable_reason(operation)
        for operation in (Operation.LYRICS, Operation.VIDEO, Operation.STEMS, Operation.UPLOAD)
    ]
    assert [action.isEnabled() for action in actions] == offered
    actions[1].trigger()
    assert bench.panel.controller.form().operation is Operation.VIDEO
    assert grid.more_button.text() == "Video"
    assert grid.more_button.isChecked()
    assert grid.more_button.accessibleName() == "Video, more"


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        (Form(), "Write a sound or lyrics first"),
        (Form(title="Only a title"), "Write a sound or lyrics first"),
        (Form(sound="test"), "A placeholder like this usually fails and can cost credits. "),
        (Form(sound=SOUND, title="x" * 83), "The title is 3 characters too long"),
        (Form(sound=SOUND, lyrics="la la la"), "Placeholder lyrics usually fail"),
        (Form(sound=SOUND, webhook_url="http://here"), "The webhook address must start with"),
    ],
)
def test_obstacles_stand_beside_the_button(bench: ComposeBench, form: Form, reason: str) -> None:
    panel = bench.panel
    panel.view.load(form)
    assert not panel.bar.button.isEnabled()
    note = panel.bar.advice.issue()
    assert note is not None
    assert note.text.startswith(reason)
    assert panel.bar.advice.isVisible()
    assert panel.bar.button.accessibleDescription() == note.text
    press_ctrl(panel.view.sound.edit, Qt.Key.Key_Return)
    panel.view.load(Form(sound=SOUND))
    assert panel.bar.button.isEnabled()
    assert not panel.bar.advice.isVisible()
    assert jobs(bench) == []


def test_long_lyrics_are_judged_in_the_pauses(bench: ComposeBench) -> None:
    panel = bench.panel
    panel.view.load(Form(sound=SOUND))
    panel.view.lyrics.edit.replace_text("la la la\n" * 600)
    assert panel.bar.button.isEnabled()
    bench.until(lambda: not panel.bar.button.isEnabled() and panel.bar.advice.isVisible())
    note = panel.bar.advice.issue()
    assert note is not None
    assert note.field == "lyrics"
    panel.view.lyrics.edit.replace_text(LYRICS * 20)
    panel.controller.generate()
    assert panel.bar.button.text() == "Queued"
    bench.until(lambda: len(bench.seen) == 1)


def test_price_and_time_follow_takes_and_model(bench: ComposeBench) -> None:
    panel = bench.panel
    assert panel.bar.cost_text() == ("10 credits", "about 25 s")
    panel.bar.takes_combo.setCurrentIndex(1)
    panel.bar.takes_combo.activated.emit(1)
    assert panel.bar.cost_text() == ("20 credits", "about 25 s each")
    panel.view.model.show_model("FUZZ-1.0")
    panel.view.model.edited.emit()
    assert panel.bar.cost_text() == ("20 credits", "about 40 s each")


def test_a_learnt_price_and_the_rest_of_a_budget_stand_beside_the_button(
    bench: ComposeBench,
) -> None:
    bar, loop = bench.panel.bar, bench.loop
    silent = AccountName("silent")
    add = bench.studio.accounts.add(
        silent, Service.MUSICAPI, "a key", base_url="http://127.0.0.1:9"
    )
    loop.run_until_complete(add)
    bench.press(lambda: bench.studio.accounts.set_active(silent))
    bench.panel.view.load(Form(sound=SOUND, lyrics=LYRICS))
    bench.until(lambda: bar.cost_text()[0] == "Price unknown")
    model = bench.panel.view.model.model()
    for number in range(6):
        job = Job(id=JobId(f"j{number}"), account=silent, recipe=Recipe(model=model))
        loop.run_until_complete(bench.studio.prices.add_sample(job, 10))
    assert bar.cost_text() == ("About 10 credits", "learnt from 6")
    assert "about 10 credits, learnt from 6" in bar.button.accessibleDescription().lower()
    bar.takes_combo.setCurrentIndex(3)
    bar.takes_combo.activated.emit(3)
    assert bar.cost_text()[0] == "About 40 credits"
    assert bar.advice.issue() is None
    loop.run_until_complete(bench.studio.accounts.change(silent, budget=45))
    bench.until(lambda: bar.advice.issue() is not None)
    assert bar.button.isEnabled()
    said = "The monthly budget of “silent” has 45 credits of 45 credits left, 5 credits after this"
    issue = bar.advice.issue()
    assert issue is not None
    assert issue.text == said
    # Another process of the same library spends, too.
    charge = LedgerEntry(account=silent, kind=EntryKind.CHARGED, amount=20)
    loop.run_until_complete(bench.studio._library.ledger.add(charge))
    other = Job(id=JobId("other"), state=JobState.DONE, account=silent)
    bench.press(lambda: bench.studio.events.publish(OtherJobChanged(other, is_over=True)))
    rest = "This exceeds the monthly budget of “silent”: 25 credits of 45 credits left"
    bench.until(lambda: getattr(bar.advice.issue(), "text", "") == rest)


def test_the_record_of_a_model_stands_in_its_row(bench: ComposeBench) -> None:
    clip = bench.song()
    bench.loop.run_until_complete(bench.studio.clips.edit([clip.id], stars=4))
    picker = bench.panel.view.model
    row = picker.combo.findText(clip.model)
    view, index = picker.combo.view(), picker.combo.model().index(row, 0)
    plain_px = view.visualRect(index).height()

    def said() -> str:
        return str(picker.combo.itemData(row, Qt.ItemDataRole.AccessibleTextRole))

    bench.until(lambda: "Your record: 1 asked, 1 came, 0 failed" in said())
    assert "few so far, so this says little" in said()
    assert view.visualRect(index).height() > plain_px
    other = picker.combo.findText("FUZZ-1.0")
    assert "record" not in str(picker.combo.itemData(other, Qt.ItemDataRole.AccessibleTextRole))


def test_ctrl_enter_generates_from_any_field(bench: ComposeBench) -> None:
    fields = ("Sound", "Lyrics", "Title", "Model", "Lyrics strength", "Seed", "Instrumental")
    for count, field in enumerate(fields, 1):
        bench.until(lambda: not bench.panel.bar.is_cooling_down)
        instrumental = field == "Instrumental"
        bench.panel.view.load(Form(sound=SOUND, lyrics=LYRICS, instrumental=instrumental))
        press_ctrl(named(bench, field), Qt.Key.Key_Return)
        bench.until(lambda wanted=count: len(bench.seen) == wanted)
        form = bench.panel.controller.form()
        assert (form.sound, form.lyrics) == (SOUND, LYRICS)
        assert jobs(bench)[-1].recipe == form.with_changes(seed_locked=True).to_recipe()


def test_a_shortcut_of_the_window_does_not_generate_once_more(bench: ComposeBench) -> None:
    window = QWidget()
    bench.qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(bench.panel)
    times: list[None] = []
    for keys in ("Ctrl+Return", "Ctrl+Z"):
        QShortcut(QKeySequence(keys), window).activated.connect(lambda: times.append(None))
    window.show()
    bench.qtbot.waitExposed(window)
    window.activateWindow()
    bench.panel.view.load(Form(sound=SOUND))
    words = bench.panel.view.sound.edit
    words.setFocus()
    bench.qtbot.keyClick(words, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    bench.qtbot.keyClicks(words, "x")
    bench.qtbot.keyClick(words, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    bench.until(lambda: len(bench.seen) == 1)
    assert times == []
    assert len(jobs(bench)) == 1
    assert bench.panel.controller.form().sound == SOUND
    window.layout().removeWidget(bench.panel)
    bench.panel.setParent(None)


def test_takes_get_seeds_of_their_own(bench: ComposeBench) -> None:
    bench.panel.bar.show_takes(3)
    bench.panel.view.load(Form(sound=SOUND, seed="41", seed_locked=True, takes=3))
    bench.panel.controller.generate()
    bench.until(lambda: len(bench.seen) == 3)
    made = jobs(bench)
    assert [job.recipe.seed for job in made] == ["41", "42", "43"]
    assert [(job.take, job.takes) for job in made] == [(1, 3), (2, 3), (3, 3)]
    assert bench.panel.controller.form().seed == "41"


def test_an_open_seed_is_drawn_and_shown(bench: ComposeBench) -> None:
    bench.panel.view.load(Form(sound=SOUND))
    bench.panel.controller.generate()
    bench.until(lambda: len(bench.seen) == 1)
    (job,) = jobs(bench)
    form = bench.panel.controller.form()
    assert job.recipe.seed.isdigit()
    assert (form.seed, form.seed_locked) == (job.recipe.seed, False)


def test_a_double_press_buys_once(bench: ComposeBench) -> None:
    panel = bench.panel
    panel.view.load(Form(sound=SOUND))
    bench.qtbot.mouseDClick(panel.bar.button, Qt.MouseButton.LeftButton)
    panel.bar.button.click()
    panel.bar.button.click()
    press_ctrl(panel.view.sound.edit, Qt.Key.Key_Return)
    assert panel.bar.button.text() == "Queued"
    assert panel.bar.button.isEnabled()
    bench.until(lambda: not panel.bar.is_cooling_down)
    assert panel.bar.button.text() == "Generate"
    assert len(jobs(bench)) == 1
    panel.bar.button.click()
    bench.until(lambda: len(bench.seen) == 2)


@pytest.mark.parametrize("by_key", [True, False])
def test_a_held_key_whose_repetitions_are_not_marked_buys_once(
    bench: ComposeBench, by_key: bool
) -> None:
    panel = bench.panel
    panel.view.load(Form(sound=SOUND))
    bench.press(panel.controller.generate)
    bench.until(lambda: len(bench.seen) == 1)
    panel.bar._cooldown_timer.start(1)
    if by_key:
        press_ctrl(panel.view.sound.edit, Qt.Key.Key_Return)
    else:
        panel.bar.button.click()
    # The next repetition comes before the rest, which has begun again, is over.
    assert panel.bar._cooldown_timer.remainingTime() > 500
    assert len(jobs(bench)) == 1


def test_marked_repetitions_keep_the_button_at_rest(bench: ComposeBench) -> None:
    panel = bench.panel
    panel.view.load(Form(sound=SOUND))
    bench.press(panel.controller.generate)
    bench.until(lambda: len(bench.seen) == 1)
    panel.bar._cooldown_timer.start(1)
    again = QKeyEvent(
        QEvent.Type.KeyPress,
        Qt.Key.Key_Return,
        Qt.KeyboardModifier.ControlModifier,
        autorep=True,
    )
    QApplication.sendEvent(panel.view.sound.edit, again)
    assert panel.bar._cooldown_timer.remainingTime() > 500
    assert len(jobs(bench)) == 1


def test_who_has_chosen_no_model_gets_each_accounts_usual_one(bare: ComposeBench) -> None:
    older, newer = AccountName("older"), AccountName("newer")
    for name, profile in ((older, "musicapi-2026-02"), (newer, "musicapi-2026-05")):
        bare.connect_offline(profile, name)
    picker, accounts = bare.panel.view.model, bare.studio.accounts
    bare.panel.view.load(Form(sound=SOUND))
    accounts.set_active(older)
    assert picker.model() == "FUZZ-2.0"
    accounts.set_active(newer)
    assert picker.model() == "Lyria 3 Pro"
    picker.show_model("FUZZ-1.0")
    accounts.set_active(older)
    assert picker.model() == "FUZZ-1.0"
    accounts.set_active(newer)
    assert picker.model() == "FUZZ-1.0"


def test_a_refused_model_is_not_sent_again(bare: ComposeBench) -> None:
    bare.connect_offline("musicapi-2026-02")
    bare.panel.view.load(Form(sound=SOUND, model="FUZZ-0.8"))
    refused = RequestRejected("No such model.", field="model", status=400)
    learn = bare.studio._connections.record_response
    bare.loop.run_until_complete(learn(DEMO, Recipe(model="FUZZ-0.8"), refused))
    bar = bare.panel.bar
    assert not bar.button.isEnabled()
    said = " ".join(label.text() for label in bar.findChildren(QLabel) if not label.isHidden())
    assert "has rejected FUZZ-0.8: choose another model" in said + bar.button.toolTip()
    bare.loop.run_until_complete(bare.studio.accounts.forget_refusals(DEMO))
    assert bar.button.isEnabled()
    # The usual one makes way for another.
    bare.panel.view.load(Form(sound=SOUND))
    bare.loop.run_until_complete(learn(DEMO, Recipe(model="FUZZ-2.0"), refused))
    assert bare.panel.controller.form().model != "FUZZ-2.0"
    assert bar.button.isEnabled()


def test_what_the_service_has_ended_can_be_asked_for_again_beside_the_sentence(
    bare: ComposeBench,
) -> None:
    bare.connect_offline("musicapi-2026-02")
    bare.panel.view.load(Form(sound=SOUND))
    bar = bare.panel.bar
    assert bar.retry_button.isHidden()
    ended = OperationRetired("No longer offered.", status=410)
    learn = bare.studio._connections.record_response
    bare.loop.run_until_complete(learn(DEMO, Recipe(), ended))
    assert not bar.retry_button.isHidden()
    assert not bar.button.isEnabled()
    bare.panel.view.load(Form())
    assert not bar.retry_button.isHidden(), "said on an empty form as well"
    assert "was discontinued by the service" in bar.button.toolTip()
    bare.panel.view.load(Form(sound=SOUND))
    bare.panel.controller.set_operation(Operation.CREATE)
    offer = bare.panel.view.suggestion
    assert "was discontinued by the service" in offer.message.text()
    assert offer.action_button.text() == "Allow again"
    for button in (bar.retry_button, offer.action_button):
        button.click()
        bare.until(lambda: bar.retry_button.isHidden() and bar.button.isEnabled())
        bare.loop.run_until_complete(learn(DEMO, Recipe(), ended))
        assert not bar.button.isEnabled()


def test_the_keyboard_stays_on_the_desk_when_generate_goes_grey(bench: ComposeBench) -> None:
    panel = bench.panel
    panel.activateWindow()
    bench.until(panel.isActiveWindow)
    for resting in (False, True):
        panel.view.load(Form(sound=SOUND))
        panel.bar.button.setFocus()
        assert panel.bar.button.hasFocus()
        if resting:
            panel.bar.acknowledge_press(1)
        panel.view.load(Form())
        panel.view.edited.emit()
        bench.until(lambda: not panel.bar.is_cooling_down)
        assert not panel.bar.button.isEnabled()
        assert panel.view.grid.chosen_button().hasFocus()


def test_a_removed_account_leaves_the_desk_as_it_is(bench: ComposeBench) -> None:
    bench.panel.view.load(Form(sound=SOUND))
    bench.panel.view.model.set_models([find_model("FUZZ-2.0")], "FUZZ-2.0")
    bench.loop.run_until_complete(bench.studio.accounts.remove(DEMO))
    with bench.qtbot.waitSignal(bench.panel.controller.connect_requested):
        bench.panel.controller.generate()
    assert bench.panel.controller.form().sound == SOUND


@pytest.mark.parametrize("scale", [1.0, 1.25])
@pytest.mark.parametrize("height", [760, 562])
@pytest.mark.parametrize("built", ["before", "after"])
def test_nothing_is_cut_off(bench: ComposeBench, scale: float, height: int, built: str) -> None:
    bench.style.set_text_scale(scale)
    if built == "after":
        bench.panel.controller.unsubscribe()
        bench.new_panel()
    panel = bench.panel
    panel.view.load(Form(sound=SOUND, title="x" * 83, takes=8, seed="4294967295", seed_locked=True))
    panel.bar.show_takes(8)
    panel.resize(392, height)
    for _ in range(3):
        QApplication.processEvents()
    assert panel.width() == 392
    assert panel.minimumSizeHint().width() <= 392
    assert panel.view.width() == 392 - panel.scroll_bar_width_px()
    for widget in panel.view.findChildren(QWidget):
        if widget.isVisible() and widget.parent() is panel.view:
            assert widget.geometry().right() < panel.view.width()
    for button in panel.findChildren(QAbstractButton):
        if button.isVisible():
            assert button.width() >= button.minimumSizeHint().width(), button.text()
    for text in panel.findChildren(QLabel):
        if text.isVisible() and not text.wordWrap():
            assert text.width() >= text.sizeHint().width(), text.text()
    seed = panel.view.seed.edit
    assert seed.width() >= seed.fontMetrics().horizontalAdvance(seed.text()) + 4
    bar = panel.bar
    assert bar.mapTo(panel, bar.rect().bottomLeft()).y() == height - 1

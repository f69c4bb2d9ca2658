"""The dialog of a sweep: what it offers and costs, that no plain key sends it, and what is sent."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from producer_studio.domain.account import Service
from producer_studio.domain.credits import Balance
from producer_studio.domain.ids import AccountName, new_job_id, new_press_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.domain.press import Press
from producer_studio.domain.price import Price
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.strength import STRENGTHS
from producer_studio.domain.sweep import Sweep, SweepAxis
from producer_studio.domain.sweep_limits import SweepLimits, SweepUse
from producer_studio.domain.sweep_status import SweepStatus
from producer_studio.ui.clips.sweep_limits import SweepLimitFields
from producer_studio.ui.compose.sweep.axis_editor import AxisEditor
from producer_studio.ui.compose.sweep.axis_values import ModelChips, StrengthRange, TextVariants
from producer_studio.ui.compose.sweep.dialog import SweepDialog
from producer_studio.ui.style.style import Style
from producer_studio.ui.sweep.continue_dialog import ContinueSweepDialog
from producer_studio.ui.widgets.keyboard import ButtonKeys
from tests.support.sandbox_process import SandboxProcess
from tests.support.shown_language import shown_in
from tests.ui.compose.conftest import DEMO, SOUND, ComposeBench, jobs, press, press_ctrl

PRICED = "aimusicapi-2026-04"


def opened(bench: ComposeBench, *, by_model: bool = False) -> SweepDialog:
    bench.panel.view.sound.edit.setPlainText(SOUND)
    bench.panel.view.instrumental.setChecked(True)
    dialog = bench.panel.controller.sweep_launcher.open_dialog(
        bench.style, bench.panel, by_model=by_model
    )
    assert dialog is not None
    return dialog


def choose(editor: AxisEditor, field: str) -> None:
    editor.combo.setCurrentIndex(editor.combo.findData(field))
    editor.combo.activated.emit(editor.combo.currentIndex())


def test_the_button_says_how_many_requests_and_at_which_price(bare: ComposeBench) -> None:
    bare.connect_offline(PRICED)
    dialog = opened(bare)
    chips = dialog.rows.values_editor
    assert isinstance(chips, ModelChips)
    for number, chip in enumerate(chips.chips):
        chip.setChecked(number < 2)
    choose(dialog.columns, "seed")
    assert dialog.sweep().size == 8
    assert dialog.generate_button.text() == "Generate 8 · 80 credits"
    assert len(dialog.preview.cells) == 8
    dialog.limits.credits.setText("35")
    assert dialog.generate_button.text() == "Generate 3 · 30 credits"
    assert dialog.preview.cells[3].accessibleName().endswith("not sent: a limit")
    dialog.limits.credits.setText("5")
    assert not dialog.generate_button.isEnabled()
    assert dialog.status.text() == "These limits allow no request."
    dialog.limits.credits.setText("many")
    assert "no number" in dialog.status.text()


def test_a_balance_that_is_left_whole_allows_nothing(bare: ComposeBench) -> None:
    bare.connect_offline(PRICED)
    dialog = opened(bare)
    issue = "Nothing can be sent: the balance of 40 credits, of which 100 are to be left."
    for total, least, text, status, source in (
        (40, "100", "Generate", issue, "0 of 12 cells within the limits"),
        (100, "60", "Generate 12 · 120 credits", "", "the balance now is enough for 4"),
        (500, "60", "Generate 12 · 120 credits", "", ""),
    ):  # fmt: skip
        dialog.limits.balance.setText(least)
        entry = LedgerEntry(account=DEMO, kind=EntryKind.BALANCE, amount=total)
        bare.run(bare.studio._library.ledger.add(entry))
        bare.run(bare.studio.external_changes.publish_new())
        assert dialog.generate_button.text() == text
        assert dialog.generate_button.isEnabled() is not bool(status)
        assert dialog.status.text() == status
        assert source in dialog.price_label.text()
        assert f"Now {total} credits." in dialog.limits.balance.toolTip()


def test_a_sweep_does_not_go_on_below_the_balance_to_leave(bare: ComposeBench) -> None:
    stopped = SweepStatus(
        press=Press(id=new_press_id(), account=DEMO, recipes=(Recipe(),)),
        sweep=Sweep(axes=(SweepAxis("seed", ("1", "2")),)),
        cells=(),
        use=SweepUse(requests=1, credits=10),
        sent=1,
        stop_reason="the limit of 1 request",
    )
    dialog = ContinueSweepDialog(
        bare.style, stopped, [Price.stated(10)], Balance(credits=40), bare.panel
    )
    assert dialog.continue_button.text() == "Send 1 more · 10 credits"
    dialog.limits.balance.setText("35")
    assert dialog.continue_button.text() == "Send more"
    assert not dialog.continue_button.isEnabled()
    assert dialog.status_label.text() == (
        "Nothing more would be sent: the balance of 40 credits, of which 35 are to be left."
    )


def test_a_limit_is_shown_as_it_was_entered(bare: ComposeBench) -> None:
    bare.connect_offline(PRICED)
    fields = opened(bare).limits
    limits = SweepLimits(credits=12.5, requests=3, min_balance=1_234_567)
    fields.set_limits(limits)
    assert fields.balance.text() == "1234567"
    assert fields.limits() == limits


def test_an_unknown_price_is_said_and_cannot_be_limited(bare: ComposeBench) -> None:
    add = bare.studio.accounts.add(
        AccountName("mine"), Service.MUSICAPI, base_url="http://127.0.0.1:9"
    )
    bare.loop.run_until_complete(add)
    dialog = opened(bare)
    assert dialog.generate_button.text() == "Generate 9 · price unknown"
    dialog.limits.credits.setText("60")
    assert "price is unknown" in dialog.status.text()
    assert not dialog.generate_button.isEnabled()
    dialog.limits.credits.clear()
    dialog.limits.requests.setText("4")
    assert dialog.generate_button.text() == "Generate 4 · price unknown"
    # It is learnt while the dialog is open; what went wrong is shown until something is entered.
    dialog.limits.requests.setText("3")
    dialog.ask_again("This was requested before.")
    model = str(dialog.sweep().rows[0])
    job = Job(id=new_job_id(), recipe=Recipe(model=model), account=AccountName("mine"))
    bare.run(bare.studio.prices.add_sample(job, 10.0))
    bare.settle()
    assert dialog.generate_button.text() == "Generate 3 · about 30 credits"
    assert dialog.preview_label.text() == "Credits for each request, where they are known"
    assert dialog.status.text().startswith("This was requested before.")
    dialog.limits.requests.setText("2")
    assert dialog.status.isHidden()


def test_takes_by_model_is_a_sweep_of_one_axis(bare: ComposeBench) -> None:
    bare.connect_offline(PRICED)
    sweep = opened(bare, by_model=True).sweep()
    assert [axis.field for axis in sweep.axes] == ["model"]
    assert sweep.size > 2


def test_axes_that_cannot_be_swept_are_explained(bare: ComposeBench) -> None:
    bare.connect_offline(PRICED)
    dialog = opened(bare)
    choose(dialog.columns, "sound")
    variants = dialog.columns.values_editor
    assert isinstance(variants, TextVariants)
    assert variants.values() == (SOUND,)
    variants.edit.setPlainText("")
    assert dialog.status.text() == "Enter the values of sound."
    choose(dialog.columns, "model")
    assert dialog.status.text() == "The two axes must differ."
    assert not dialog.generate_button.isEnabled()


def test_no_plain_key_sends_a_sweep(bare: ComposeBench) -> None:
    bare.connect_offline(PRICED)
    dialog = opened(bare)
    fields: list[QWidget] = [
        dialog.generate_button, dialog.limits.requests, dialog.rows.combo, dialog.cancel_button,
    ]  # fmt: skip
    keys = ButtonKeys(lambda widget: isinstance(widget, QLineEdit), lambda: None, bare.panel)
    sent: list[bool] = []
    dialog.generate_requested.disconnect()
    dialog.generate_requested.connect(lambda: sent.append(True))
    for field in fields:
        for key in (Qt.Key.Key_Space, Qt.Key.Key_Return):
            # As the program does for the control in focus.
            field.installEventFilter(keys)
            press(field, key, Qt.KeyboardModifier.NoModifier)
            field.removeEventFilter(keys)
    assert sent == []
    dialog.generate_button.installEventFilter(keys)
    press_ctrl(dialog.generate_button, Qt.Key.Key_Return)
    assert sent == [True]


def test_every_control_has_a_name_of_its_own(bare: ComposeBench) -> None:
    bare.connect_offline(PRICED)
    dialog = opened(bare)
    choose(dialog.columns, "weirdness")
    focusable = [
        widget
        for widget in dialog.findChildren(QWidget)
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    names = [widget.accessibleName() or getattr(widget, "text", str)() for widget in focusable]
    assert all(names)
    assert len(set(names)) == len(names)


def test_a_sweep_is_sent_as_one_press_with_its_limits(
    bench: ComposeBench, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([{"where": "create", "kind": "fail"}])
    dialog = opened(bench)
    choose(dialog.rows, "weirdness")
    choose(dialog.columns, "")
    dialog.limits.requests.setText("2")
    started: list[str] = []
    bench.panel.sweep_requested.connect(started.append)
    dialog.generate_button.click()
    bench.until(lambda: bool(started))
    bench.loop.run_until_complete(bench.studio.jobs.wait_until_idle())
    sandbox.set_faults([])
    found = jobs(bench)
    assert {job.press for job in found} == set(started)
    assert sorted(str(job.state) for job in found) == ["cancelled", "failed", "failed"]
    assert len({job.recipe.seed for job in found}) == 1
    assert found[0].recipe.seed
    history = bench.studio.history
    ids = bench.loop.run_until_complete(history.list_ids())
    (past,) = bench.loop.run_until_complete(history.get_many(ids))
    assert past.is_sweep
    whole = bench.loop.run_until_complete(history.get(past.id))
    assert whole is not None
    assert whole.sweep == Sweep(
        axes=(SweepAxis("weirdness", (0.0, 0.5, 1.0)),), limits=SweepLimits(requests=2)
    )
    assert whole.form["sound"] == SOUND
    assert JobState.DONE not in {job.state for job in found}


def test_the_second_half_of_a_double_click_confirms_no_question(
    bench: ComposeBench, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([{"where": "submit", "kind": "cut_before"}])
    started: list[str] = []
    bench.panel.sweep_requested.connect(started.append)
    bench.panel.view.seed.show_seed("7", locked=True)
    first, second = (opened(bench), opened(bench))
    for dialog in (first, second):
        choose(dialog.rows, "weirdness")
        choose(dialog.columns, "")
    bench.press(first.generate_button.click)
    bench.until(lambda: bool(started))
    bench.loop.run_until_complete(bench.studio.jobs.wait_until_idle())
    before = len(jobs(bench))
    bench.press(second.generate_button.click)
    bench.until(lambda: "Press the button again" in second.status.text())
    bench.press(second.generate_button.click)
    assert second.generate_button.isEnabled()
    assert len(jobs(bench)) == before
    bench.until(lambda: not second._question_timer.isActive())
    bench.press(second.generate_button.click)
    bench.until(lambda: len(started) == 2)
    bench.loop.run_until_complete(bench.studio.jobs.wait_until_idle())
    sandbox.set_faults([])


def test_a_sweep_that_is_cancelled_while_it_is_checked_is_not_sent(
    bench: ComposeBench, sandbox: SandboxProcess
) -> None:
    errors: list[str] = []
    bench.tasks.internal_error_reported.connect(errors.append)
    dialog = opened(bench)
    choose(dialog.rows, "weirdness")
    choose(dialog.columns, "")
    before = len(jobs(bench))

    def generate_and_cancel() -> None:
        dialog.generate_button.click()
        dialog.reject()

    bench.press(generate_and_cancel)
    bench.settle()
    assert len(jobs(bench)) == before
    assert errors == []


def test_a_sweep_that_is_changed_while_it_is_checked_is_priced_and_asked_about_anew(
    bench: ComposeBench, sandbox: SandboxProcess
) -> None:
    sandbox.set_faults([{"where": "submit", "kind": "cut_before"}])
    started: list[str] = []
    bench.panel.sweep_requested.connect(started.append)
    bench.panel.view.seed.show_seed("7", locked=True)
    first, second = (opened(bench), opened(bench))
    for dialog in (first, second):
        choose(dialog.rows, "weirdness")
        choose(dialog.columns, "")
    bench.press(first.generate_button.click)
    bench.until(lambda: bool(started))
    bench.loop.run_until_complete(bench.studio.jobs.wait_until_idle())
    before = len(jobs(bench))

    def generate_and_change() -> None:
        second.generate_button.click()
        second.limits.requests.setText("2")
        assert second.generate_button.text().startswith("Generate 2 ")
        assert not second.generate_button.isEnabled()

    bench.press(generate_and_change)
    bench.until(second.generate_button.isEnabled)
    assert second.generate_button.text().startswith("Generate 2 ")
    assert second.status.isHidden()
    # The question is about what is on the button.
    bench.press(second.generate_button.click)
    bench.until(lambda: "Press the button again" in second.status.text())
    assert len(jobs(bench)) == before
    sandbox.set_faults([])


def test_a_sweep_is_not_sent_by_another_account_than_it_was_opened_for(
    bench: ComposeBench, sandbox: SandboxProcess
) -> None:
    errors: list[str] = []
    bench.tasks.error_reported.connect(lambda _level, text, _details: errors.append(text))
    bench.tasks.internal_error_reported.connect(errors.append)
    accounts = bench.studio.accounts
    active = accounts.active
    assert active is not None
    dialog = opened(bench)
    choose(dialog.rows, "weirdness")
    choose(dialog.columns, "")
    other = accounts.add(AccountName("other"), Service.MUSICAPI, base_url=sandbox.url)
    bench.loop.run_until_complete(other)
    assert dialog.generate_button.isEnabled()
    bench.press(lambda: accounts.set_active(AccountName("other")))
    dialog.generate_requested.emit()
    bench.settle()
    assert not dialog.generate_button.isEnabled()
    assert "is not the account in use any more" in dialog.status.text()
    bench.press(lambda: accounts.set_active(active.name))
    assert dialog.generate_button.isEnabled()
    bench.loop.run_until_complete(accounts.remove(active.name))
    dialog.limits.requests.setText("2")
    assert not dialog.generate_button.isEnabled()
    assert jobs(bench) == []
    assert errors == []


SWEEP = Sweep(
    axes=(SweepAxis("weirdness", (0.1, 0.5, 0.6)), SweepAxis("seed", ("7", "8"))),
    limits=SweepLimits(credits=60.0, requests=5),
)


def test_a_sweep_is_shown_as_it_is_until_it_is_changed(bare: ComposeBench) -> None:
    bare.connect_offline("musicapi-2026-02")
    bare.panel.view.sound.edit.setPlainText(SOUND)
    dialog = bare.panel.controller.sweep_launcher.open_dialog(
        bare.style, bare.panel, by_model=False, sweep=SWEEP
    )
    assert dialog is not None
    assert dialog.sweep() == SWEEP
    strengths = dialog.rows.values_editor
    assert isinstance(strengths, StrengthRange)
    strengths.high.set_value(0.9)
    strengths.high.value_changed.emit(0.9)
    assert dialog.sweep().rows == (0.1, 0.5, 0.9)
    choose(dialog.rows, "model")
    assert dialog.sweep().axes[0].field == "model"


def test_a_sweep_of_the_history_opens_with_its_axes(bare: ComposeBench) -> None:
    bare.connect_offline("musicapi-2026-02")
    press_of_sweep = Press(
        id=new_press_id(),
        account=AccountName("test"),
        recipes=tuple(SWEEP.expand(Recipe(sound=SOUND))),
        sweep=SWEEP,
    )
    bare.panel.show_history().press_chosen.emit(press_of_sweep, False)
    bare.panel.show_history().press_chosen.emit(press_of_sweep, True)
    restored, repeated = (
        dialog.sweep() for dialog in bare.panel.window().findChildren(SweepDialog)
    )
    assert restored == SWEEP
    assert (repeated.axes[0], repeated.limits) == (SWEEP.axes[0], SWEEP.limits)
    assert len(repeated.axes[1].values) == 2
    assert not set(repeated.axes[1].values) & {"7", "8"}
    assert bare.panel.view.sound.edit.toPlainText() == SOUND


def test_an_axis_that_the_account_lacks_is_named(bare: ComposeBench) -> None:
    bare.connect_offline(PRICED)
    sweep = Sweep(axes=(SweepAxis("cover_strength", (0.1, 0.5)),))
    dialog = bare.panel.controller.sweep_launcher.open_dialog(
        bare.style, bare.panel, by_model=False, sweep=sweep
    )
    assert dialog is None
    assert "Cover strength cannot be varied" in bare.panel.view.suggestion.message.text()


def test_steps_count_while_they_are_typed(style: Style, qtbot: QtBot) -> None:
    made = StrengthRange(style, "First axis", STRENGTHS[0])
    qtbot.addWidget(made)
    made.steps.selectAll()
    with qtbot.waitSignal(made.changed):
        QTest.keyClicks(made.steps, "4")
    assert len(made.values()) == 4


@pytest.mark.parametrize(
    ("code", "typed", "most", "shown"),
    [
        ("en", "1,5", 1.5, "1.5"),
        ("de", "1.000", 1_000.0, "1000"),
        ("de", "2,5", 2.5, "2,5"),
        ("zh_CN", "1,000", 1_000.0, "1000"),
    ],
)
def test_limits_are_typed_and_shown_as_the_language_writes_them(
    qtbot: QtBot, code: str, typed: str, most: float, shown: str
) -> None:
    with shown_in(code):
        fields = SweepLimitFields(None)
        qtbot.addWidget(fields)
        fields.credits.setText(typed)
        assert fields.limits().credits == most
        fields.set_limits(SweepLimits(credits=most))
        assert fields.credits.text() == shown

"""The history beside the form: whole forms come back, and nothing is sent by looking at it."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from producer_studio.domain.form import Form
from producer_studio.domain.ids import AccountName, PressId, new_job_id, new_press_id
from producer_studio.domain.job import Job, JobState
from producer_studio.domain.operation import Operation
from producer_studio.domain.past_press import PastPress, PressOutcome
from producer_studio.domain.press import Press
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.sweep import Sweep, SweepAxis
from producer_studio.ui.compose.history.panel import HistoryPanel
from producer_studio.ui.compose.history.press_row import build_press_row
from producer_studio.ui.compose.history.press_table import PressTable
from tests.support.shown_language import shown_in
from tests.ui.compose.conftest import DEMO, LYRICS, SOUND, ComposeBench, jobs, press_ctrl

WHOLE = Form(
    sound=SOUND, lyrics=LYRICS, title="Low tide", seed="41", seed_locked=True, takes=3,
    weirdness=0.8, instrumental=True,
)  # fmt: skip


def sent(
    bench: ComposeBench, shown: Form, account: AccountName = DEMO, **fields: object
) -> PressId:
    """A press of this form in the library, of which no job was queued."""
    press = Press(
        id=new_press_id(),
        account=account,
        **{"recipes": (shown.to_recipe(),), "form": shown.to_json()} | fields,
    )
    bench.run(bench.studio._library.jobs.write_all([], press=press))
    return press.id


def opened(bench: ComposeBench) -> HistoryPanel:
    """The history, with its rows read."""
    bench.press(bench.panel.tabs.tab("History").click)
    history = bench.panel.history
    assert history is not None
    bench.settle()
    return history


def test_a_whole_form_is_restored_as_one_step(bench: ComposeBench) -> None:
    before = Form(sound="something else entirely, with a solo cello", seed="7")
    bench.panel.view.load(before)
    before = bench.panel.controller.form()
    sent(bench, WHOLE)
    history = opened(bench)
    QTest.keyClick(history.search.edit, Qt.Key.Key_Down)
    assert history.view.hasFocus()
    bench.press(lambda: QTest.keyClick(history.view, Qt.Key.Key_Return))
    bench.settle()
    panel = bench.panel
    assert panel.is_form_shown
    assert panel.controller.form() == WHOLE
    assert panel.view.suggestion.message.text() == "The form is as it was."
    assert panel.has_form_focus()
    bench.press(panel.controller.undo)
    assert panel.controller.form() == before
    assert not panel.controller.undo()
    bench.press(panel.controller.redo)
    assert panel.controller.form() == WHOLE
    assert jobs(bench) == []


def test_a_press_without_a_form_has_the_accounts_strengths(bare: ComposeBench) -> None:
    bare.connect_offline("acedata")
    # As the command line stores it: what it does not name is sent with the account's default.
    sent(bare, WHOLE, form={}, recipes=(Recipe(sound=SOUND, weirdness=0.8),))
    history = opened(bare)
    history.view.select_first()
    bare.press(history.view.restore_button.click)
    bare.settle()
    form = bare.panel.controller.form()
    assert (form.lyrics_strength, form.sound_strength, form.weirdness) == (0.7, 0.7, 0.8)


def test_a_press_is_repeated_with_new_seeds(bench: ComposeBench) -> None:
    form = WHOLE.with_changes(takes=2)
    press = sent(bench, form)
    history = opened(bench)
    history.view.select_first()
    bench.settle()
    bench.press(history.view.repeat_button.click)
    bench.settle()
    assert bench.panel.controller.form() == form.with_changes(seed="", seed_locked=False)
    assert jobs(bench) == []
    bench.press(bench.panel.bar.button.click)
    bench.until(lambda: len(bench.seen) == 2)
    seeds = {job.recipe.seed for job in jobs(bench)}
    assert len(seeds) == 2
    assert not seeds & {"41", "42", ""}
    again = bench.run(bench.studio.history.get(PressId(str(jobs(bench)[0].press))))
    assert again is not None
    assert again.repeats == press
    assert {recipe.seed for recipe in again.recipes} == seeds


def test_an_edited_form_repeats_nothing(bench: ComposeBench) -> None:
    sent(bench, WHOLE.with_changes(takes=1))
    history = opened(bench)
    history.view.select_first()
    bench.press(lambda: history.view.repeat_requested.emit(history.view.selected_press()))
    bench.settle()
    bench.panel.view.sound.edit.replace_text(f"{SOUND}, and a choir")
    bench.press(bench.panel.bar.button.click)
    bench.until(lambda: len(bench.seen) == 1)
    made = bench.run(bench.studio.history.get(PressId(str(jobs(bench)[0].press))))
    assert made is not None
    assert made.repeats is None


def test_generate_shows_the_price_before_it_sends(bench: ComposeBench) -> None:
    """Ctrl+Enter in the history would send a form, at a price, that are not on the screen."""
    bench.panel.view.load(WHOLE)
    history = opened(bench)
    history.view.setFocus()
    press_ctrl(history.view, Qt.Key.Key_Return)
    press_ctrl(history.search.edit, Qt.Key.Key_Return)
    bench.press(bench.panel.generate)
    bench.settle()
    assert bench.panel.is_form_shown
    assert jobs(bench) == []


def test_a_press_of_the_command_line_comes_back_from_its_recipe(bench: ComposeBench) -> None:
    recipe = Recipe(sound=SOUND, title="Harbour", seed="5", model="Nothing-9", weirdness=0.25)
    press = sent(
        bench,
        Form(),
        AccountName("other"),
        form={},
        recipes=(recipe, recipe.with_changes(seed="6")),
    )
    chosen = bench.panel.controller.form().model
    history = opened(bench)
    bench.press(lambda: history.view.restore_requested.emit(press))
    bench.settle()
    form = bench.panel.controller.form()
    assert (form.sound, form.title, form.takes) == (SOUND, "Harbour", 2)
    assert (form.seed, form.seed_locked, form.weirdness, form.model) == ("5", True, 0.25, chosen)
    assert bench.panel.view.suggestion.message.text() == (
        f"The form is as it was. This account does not offer Nothing-9: {chosen} is kept. "
        "It was sent to “other”."
    )


def test_the_list_is_searched_and_pinned(bench: ComposeBench) -> None:
    piano, cello = (sent(bench, Form(sound=f"{name}, slow")) for name in ("piano", "cello"))
    history = opened(bench)
    QAbstractItemModelTester(
        history.table, QAbstractItemModelTester.FailureReportingMode.Fatal, history
    )
    assert list(history.table.ids) == [cello, piano]
    index = history.table.index(0, 0)
    spoken = history.table.data(index, Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("cello, slow, Create, today ")
    history.view.select_press(piano)
    bench.settle()
    bench.press(history.view.pin_button.click)
    bench.settle()
    assert list(history.table.ids) == [piano, cello]
    assert history.view.selected_press() == piano
    assert history.view.pin_button.accessibleName() == "Unpin"
    history.search.edit.setText("CELLO")
    bench.settle()
    assert list(history.table.ids) == [cello]
    history.search.edit.setText("nothing like it")
    bench.settle()
    assert history.table.ids == []
    bench.press(lambda: QTest.keyClick(history.search.edit, Qt.Key.Key_Escape))
    bench.settle()
    assert len(history.table.ids) == 2


def test_what_is_found_begins_at_the_top(bench: ComposeBench) -> None:
    presses = [
        Press(id=PressId(f"{number:032x}"), account=DEMO, recipes=(Recipe(sound=f"{kind} song"),))
        for number in range(80)
        for kind in ("cello" if number % 2 else "piano",)
    ]
    for press in presses:
        bench.run(bench.studio._library.jobs.write_all([], press=press))
    history = opened(bench)
    bar = history.view.verticalScrollBar()
    history.view.select_press(presses[1].id)  # the last but one
    bench.settle()
    assert bar.value() > bar.maximum() // 2
    history.search.edit.setText("cello")
    bench.settle()
    assert len(history.table.ids) == 40
    assert bar.value() == 0
    bar.setValue(bar.maximum())
    history.search.edit.clear()
    bench.settle()
    assert (len(history.table.ids), bar.value()) == (80, 0)


def test_a_new_press_appears_while_the_history_is_shown(bench: ComposeBench) -> None:
    history = opened(bench)
    assert history.table.ids == []
    bench.run(bench.studio.jobs.submit([Recipe(operation=Operation.LYRICS, prompt=SOUND)], DEMO))
    bench.until(lambda: len(history.table.ids) == 1)
    row = None

    def done() -> bool:
        nonlocal row
        row = history.table.press_row(0)
        return row is not None and not any(one in row.details for one in ("way", "waiting"))

    bench.until(done)
    assert row is not None
    assert row.details.endswith("1 text")


@pytest.mark.parametrize("count", [0, 3, 500])
def test_rows_are_read_only_where_they_are_shown(bench: ComposeBench, count: int) -> None:
    for _ in range(min(count, 3)):
        sent(bench, Form(sound=SOUND))
    history = opened(bench)
    ids = [*history.table.ids, *(PressId(f"gone-{n}") for n in range(count - 3))]
    bench.press(lambda: history.table.set_ids(ids))
    bench.settle()
    model: QAbstractItemModel = history.table
    assert model.rowCount() == len(ids)
    assert isinstance(model, PressTable)
    assert not model.has_requests


def test_a_cost_that_is_measured_later_appears_in_its_row(bench: ComposeBench) -> None:
    press = sent(bench, WHOLE, DEMO)
    done = Job(
        id=new_job_id(), account=DEMO, recipe=WHOLE.to_recipe(), press=press, task_id="t",
        state=JobState.DONE,
    )  # fmt: skip
    bench.run(bench.studio._library.jobs.write_all([done]))
    history = opened(bench)
    index = history.table.index(0, 0)

    def spoken() -> str:
        return str(index.data(Qt.ItemDataRole.AccessibleTextRole))

    assert "credits" not in spoken()
    bench.run(bench.studio.prices.add_sample(done, 12))
    bench.until(lambda: "12 credits, measured" in spoken())


@pytest.mark.parametrize(
    ("field", "values", "operation", "badge", "words", "details"),
    [
        (
            "weirdness",
            (0.2, 0.6),
            Operation.CREATE,
            "Sweep",
            "weirdness 0.20 · 0.60",
            "FUZZ-2.0 · ",
        ),
        ("model", ("A", "B"), Operation.COVER, "Cover, sweep", "model A · B", ""),
    ],
)
def test_a_sweep_says_what_it_varied(
    field: str,
    values: tuple[str | float, ...],
    operation: Operation,
    badge: str,
    words: str,
    details: str,
) -> None:
    press = PastPress(
        id=new_press_id(),
        account=DEMO,
        recipe=Recipe(operation=operation, sound="slow piano", model="FUZZ-2.0"),
        takes=2,
        credits_expected=None,
        created_at=datetime.now(UTC),
        is_pinned=False,
        outcome=PressOutcome(),
        sweep=Sweep(axes=(SweepAxis(field, values),)),
    )
    row = build_press_row(press, press.created_at.astimezone().date())
    assert (row.badge, row.words, row.details) == (badge, words, f"{details}sweep of 2 takes")
    assert row.accessible_text.startswith(f"{words}, slow piano, {badge}, today ")
    assert row.tooltip.startswith(f"{words}\nslow piano\n")


def test_a_row_is_in_the_language_of_the_window() -> None:
    press = PastPress(
        id=new_press_id(),
        account=DEMO,
        recipe=Recipe(sound="slow piano"),
        takes=2,
        credits_expected=None,
        created_at=datetime.now(UTC),
        is_pinned=False,
        outcome=PressOutcome(failed=1),
        sweep=Sweep(axes=(SweepAxis("weirdness", (0.2, 0.8)),)),
    )
    with shown_in("de"):
        row = build_press_row(press, press.created_at.astimezone().date())
    assert row.words == "Experimentierfreude 0,20 · 0,80"
    assert row.details == "FUZZ-2.0 · Versuchsreihe mit 2 Takes · 1 fehlgeschlagen"

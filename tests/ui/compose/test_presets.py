"""Presets beside the form: whole forms come back as one step, and nothing is sent."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from producer_studio.domain.form import Form
from producer_studio.domain.ids import new_press_id
from producer_studio.domain.operation import Operation
from producer_studio.domain.press import Press
from producer_studio.studio.clips import UndoStep
from producer_studio.ui.compose.presets.panel import PresetsPanel
from producer_studio.ui.compose.presets.preset_card import PresetCard
from producer_studio.ui.widgets.keyboard import ButtonKeys
from tests.support.drag_and_drop import drop
from tests.ui.compose.conftest import DEMO, LYRICS, SOUND, ComposeBench, jobs

WHOLE = Form(
    sound=SOUND, lyrics=LYRICS, title="Low tide", seed="41", seed_locked=True, takes=3,
    weirdness=0.8, instrumental=True,
)  # fmt: skip
CTRL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


def opened(bench: ComposeBench) -> PresetsPanel:
    bench.press(bench.panel.tabs.tab("Presets").click)
    bench.settle()
    presets = bench.panel.presets
    assert presets is not None
    return presets


def saved(bench: ComposeBench, name: str, form: Form = WHOLE) -> PresetCard:
    """The card of a new preset."""
    bench.run(bench.studio.presets.add(name, form.to_json()))
    bench.settle()
    card = opened(bench).cards[-1]
    assert card.preset.name == name
    return card


def test_a_preset_is_saved_and_shown_as_one_step(bench: ComposeBench) -> None:
    offered: list[str] = []
    bench.panel.undo_available.connect(lambda text, _step: offered.append(text))
    bench.panel.view.load(WHOLE)
    bench.panel.bar.show_takes(3)
    presets = opened(bench)
    QTest.keyClicks(presets.name.edit, "My tide")
    bench.press(lambda: QTest.keyClick(presets.name.edit, Qt.Key.Key_Return))
    bench.settle()
    assert offered == ["Preset “My tide” saved."]
    assert bench.panel.tabs.tab("Presets").accessibleName() == "Presets 1"
    before = Form(sound="something else entirely, with a solo cello", seed="7")
    bench.panel.view.load(before)
    bench.panel.bar.show_takes(1)
    before = bench.panel.controller.form()
    (card,) = presets.cards
    bench.press(card.click)
    panel = bench.panel
    assert panel.is_form_shown
    assert panel.controller.form() == WHOLE
    assert panel.view.suggestion.message.text() == "Preset “My tide” is in the form."
    bench.press(panel.controller.undo)
    assert panel.controller.form() == before
    bench.press(panel.controller.redo)
    assert panel.controller.form() == WHOLE
    assert jobs(bench) == []


def test_a_press_knows_the_preset_that_it_was_made_from(bench: ComposeBench) -> None:
    panel, card = bench.panel, saved(bench, "Tide")
    bench.press(card.click)
    panel.view.title.edit.setText("Edited since then")
    bench.press(panel.generate)
    bench.settle()
    (press,) = {job.press for job in jobs(bench)}
    assert press is not None
    made = bench.run(bench.studio._library.presses.get(press))
    assert made is not None
    assert (made.preset, made.form["title"]) == (card.preset.id, "Edited since then")
    assert "from_preset" not in made.form
    forms = panel.controller._forms
    assert forms.submitted()["from_preset"] == card.preset.id
    bench.press(lambda: panel.controller.use_form(Form(sound=SOUND), "A template is shown."))
    assert "from_preset" not in forms.submitted()


def test_the_list_of_many_presets_scrolls_and_cuts_no_card_off(bench: ComposeBench) -> None:
    for number in range(12):
        bench.run(bench.studio.presets.add(f"Low tide {number}", WHOLE.to_json()))
    bench.settle()
    presets = opened(bench)
    bench.settle()
    heights = {card.height() - card.sizeHint().height() for card in presets.cards}
    assert (len(presets.cards), heights) == (12, {0})


def test_the_menu_of_the_form_saves_it(bench: ComposeBench) -> None:
    bench.panel.view.load(WHOLE)
    menu = bench.panel.bar.menu_button.create_menu()
    (action,) = [one for one in menu.actions() if one.text() == "Save as preset"]
    bench.press(action.trigger)
    menu.close()
    bench.settle()
    (preset,) = bench.run(bench.studio.presets.list_all())
    assert (preset.name, preset.form["sound"]) == ("Low tide", SOUND)
    assert bench.panel.is_form_shown


def test_what_the_account_lacks_is_said(bare: ComposeBench) -> None:
    bare.connect_offline("aimusicapi-2026-04")
    form = WHOLE.with_changes(model="Nothing-9", cover_url="https://example.com/a.jpg")
    bare.press(saved(bare, "Rich", form).click)
    assert bare.panel.view.suggestion.message.text() == (
        "Preset “Rich” is in the form. This account does not offer Nothing-9: FUZZ-2.0 is kept. "
        "This account does not take weirdness or cover art."
    )


def test_the_focus_stays_in_the_panel_where_the_operation_is_not_offered(
    bare: ComposeBench,
) -> None:
    bare.connect_offline("aimusicapi-2026-04")
    card = saved(bare, "Cover", Form(operation=Operation.COVER, sound=SOUND))
    bare.panel.activateWindow()
    card.setFocus()
    bare.until(card.hasFocus)
    bare.press(card.click)
    assert not bare.panel.view.grid.chosen_button().isEnabled()
    assert bare.panel.tabs.tab("Compose").hasFocus()


@pytest.mark.parametrize("name", ["History", "Presets", "Templates"])
def test_a_click_on_a_tab_leaves_the_keyboard_in_no_text_field(
    bench: ComposeBench, name: str
) -> None:
    bench.panel.view.sound.edit.setFocus()
    tab = bench.panel.tabs.tab(name)
    bench.press(lambda: QTest.mouseClick(tab, Qt.MouseButton.LeftButton))
    bench.settle()
    assert tab.hasFocus()


def test_keys_show_presets_and_move_between_them(bench: ComposeBench) -> None:
    offered: list[str] = []
    bench.panel.undo_available.connect(lambda text, _step: offered.append(text))
    saved(bench, "One", WHOLE.with_changes(takes=1))
    saved(bench, "Two", WHOLE.with_changes(takes=2))

    def assign(place: int, entry: str) -> None:
        card = opened(bench).cards[place]
        menu = card.create_menu()
        (action,) = [one for one in menu.actions() if one.text().startswith(entry)]
        bench.press(action.trigger)
        menu.close()
        bench.settle()

    assign(0, "Ctrl+Alt+1")
    assign(0, "Ctrl+Alt+2")
    bench.panel.activateWindow()
    bench.qtbot.waitActive(bench.panel)

    def press_key(key: Qt.Key) -> int:
        bench.press(lambda: QTest.keyClick(bench.panel, key, CTRL_ALT))
        return bench.panel.controller.form().takes

    before = bench.panel.controller.form().takes
    assert press_key(Qt.Key.Key_1) == before
    assert press_key(Qt.Key.Key_2) == 1
    assert bench.panel.is_form_shown
    entries = [one.text() for one in opened(bench).cards[1].create_menu().actions()]
    assert "Ctrl+Alt+2, now “One”" in entries
    assign(1, "Ctrl+Alt+2")
    assert offered[-1] == "Ctrl+Alt+2 shows preset “Two” now. “One” has no key any more."
    assert press_key(Qt.Key.Key_2) == 2
    assert jobs(bench) == []


def test_the_keyboard_renames_and_deletes_with_undo(bench: ComposeBench) -> None:
    steps: list[UndoStep] = []
    bench.panel.undo_available.connect(lambda _text, step: steps.append(step))
    for name in ("One", "Two", "Three"):
        saved(bench, name)
    presets = opened(bench)
    # As in the window, where Enter presses the button in focus.
    ButtonKeys(lambda _widget: False, lambda: None, presets)
    QTest.keyClick(presets.name.edit, Qt.Key.Key_Down)
    QTest.keyClick(presets.cards[0], Qt.Key.Key_Down)
    card = presets.cards[1]
    assert card.hasFocus()
    QTest.keyClick(card, Qt.Key.Key_F2)
    assert card.name_edit.hasFocus()
    QTest.keyClicks(card.name_edit, "nothing")
    QTest.keyClick(card.name_edit, Qt.Key.Key_Escape)
    assert card.hasFocus()
    assert card.name_edit.isHidden()
    QTest.keyClick(card, Qt.Key.Key_F2)
    QTest.keyClicks(card.name_edit, "Second")
    bench.press(lambda: QTest.keyClick(card.name_edit, Qt.Key.Key_Return))
    bench.settle()
    assert [one.preset.name for one in presets.cards] == ["One", "Second", "Three"]
    assert presets.cards[1].hasFocus()
    assert not bench.panel.is_form_shown
    bench.press(lambda: QTest.keyClick(presets.cards[1], Qt.Key.Key_Delete))
    bench.settle()
    assert [one.preset.name for one in presets.cards] == ["One", "Three"]
    assert presets.cards[1].hasFocus()
    bench.run(bench.studio.clips.undo(steps[-1]))
    bench.settle()
    assert [one.preset.name for one in presets.cards] == ["One", "Second", "Three"]


def test_a_file_goes_out_and_comes_in_by_a_drop(bench: ComposeBench, tmp_path: Path) -> None:
    told: list[str] = []
    bench.panel.notice_requested.connect(told.append)
    bench.panel.undo_available.connect(lambda text, _step: told.append(text))
    card = saved(bench, "Tide", WHOLE.with_changes(webhook_url="https://example.com/s3cret"))
    bench.press(card.export_requested.emit)
    (dialog,) = bench.panel.findChildren(QFileDialog)
    path = tmp_path / "Tide.preset.json"
    bench.press(lambda: dialog.fileSelected.emit(str(path)))
    dialog.close()
    bench.settle()
    assert told == ["Preset “Tide” exported to “Tide.preset.json”. Without the webhook."]
    assert "s3cret" not in path.read_text("utf-8")
    content = json.loads(path.read_text("utf-8"))
    content["form"]["takes"] = "many"
    path.write_text(json.dumps(content), "utf-8")
    bench.panel.show_form()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    accepted: list[bool] = []
    bench.press(lambda: accepted.append(drop(bench.panel, data)))
    bench.settle()
    assert accepted == [True]
    assert told[-1] == "Preset “Tide 2” imported. Not used as in the file: takes."
    assert [one.preset.name for one in opened(bench).cards] == ["Tide", "Tide 2"]
    assert jobs(bench) == []


def test_a_press_of_the_history_becomes_a_preset(bench: ComposeBench) -> None:
    press = Press(
        id=new_press_id(), account=DEMO, recipes=(WHOLE.to_recipe(),), form=WHOLE.to_json()
    )
    bench.run(bench.studio._library.jobs.write_all([], press=press))
    bench.press(bench.panel.tabs.tab("History").click)
    bench.settle()
    history = bench.panel.history
    assert history is not None
    history.view.select_first()
    bench.settle()
    notices: list[str] = []
    bench.panel.notice_requested.connect(notices.append)
    for _ in range(2):  # a double-click
        bench.press(history.view.preset_button.click)
        bench.settle()
    (preset,) = bench.run(bench.studio.presets.list_all())
    assert (preset.name, Form.from_json(dict(preset.form))) == ("Low tide", WHOLE)
    assert notices == ["Preset “Low tide” has this form already."]
    assert not bench.panel.is_form_shown


def test_a_preset_of_a_damaged_form_is_shown_with_defaults(bench: ComposeBench) -> None:
    bench.run(bench.studio.presets.add("Odd", {"operation": "cover", "takes": [], "sound": 7}))
    bench.settle()
    bench.press(opened(bench).cards[0].click)
    form = bench.panel.controller.form()
    assert (form.operation, form.takes, form.sound) == (Operation.COVER, 1, "")

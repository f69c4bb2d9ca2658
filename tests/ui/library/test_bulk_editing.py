"""Tags and details of any selection, by keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from producer_studio.domain.clip import Clip
from producer_studio.domain.library_change import AppendedText, TagChange
from producer_studio.ui.clips.details_dialog import DetailsChange, DetailsDialog
from producer_studio.ui.clips.tag_choice import TagCounts
from producer_studio.ui.clips.tag_flow import TagFlow
from producer_studio.ui.widgets.badge import BadgeButton
from producer_studio.ui.widgets.choice_popup import ChoicePopup
from producer_studio.ui.widgets.name_dialog import NameDialog
from tests.support.held_keys import hold_key
from tests.ui.library.conftest import ListBench, a_clip


@pytest.fixture
def two(list_bench: ListBench) -> list[Clip]:
    clips = [a_clip("One", tags=("both", "own")), a_clip("Two", age=1, tags=("both",))]
    list_bench.add([*clips, a_clip("Other", age=2, tags=("rare",))])
    list_bench.shows("One", "Two", "Other")
    list_bench.panel.bulk_editing.follow(list_bench.panel.clip_actions)
    list_bench.panel.view.select_clips([clip.id for clip in clips])
    list_bench.settle()
    return clips


def press_key(bench: ListBench, name: str) -> None:
    bench.press(bench.panel.key_actions()[name])


def opened(bench: ListBench, kind: type[ChoicePopup] | type[DetailsDialog]) -> object:
    found: list[object] = []

    def look() -> bool:
        found[:] = [one for one in bench.panel.window().findChildren(kind) if one.isVisible()]
        return bool(found)

    bench.until(look)
    return found[0]


def test_a_tag_is_given_and_taken_by_keys(list_bench: ListBench, two: list[Clip]) -> None:
    def choose(text: str) -> None:
        press_key(list_bench, "tags")
        popup = opened(list_bench, ChoicePopup)
        assert isinstance(popup, ChoicePopup)
        QTest.keyClicks(popup.edit, text)
        QTest.keyClick(popup.edit, Qt.Key.Key_Return)
        list_bench.settle()

    press_key(list_bench, "tags")
    popup = opened(list_bench, ChoicePopup)
    assert isinstance(popup, ChoicePopup)
    shown = [popup.model.choice(row) for row in range(popup.model.rowCount())]
    assert [(one.text, one.icon, one.note) for one in shown if one] == [
        ("both", "check", "all"), ("own", "", "1 of 2"), ("rare", "", "1 clip"),
    ]  # fmt: skip
    QTest.keyClick(popup.edit, Qt.Key.Key_Escape)
    for text, after in (
        ("own", ("both", "own")),  # both get what one of them has
        ("both", ("own",)),  # and lose what both have
        ("fresh, new", ("own", "fresh", "new")),
    ):
        choose(text)
        list_bench.stored(two[1].id, lambda now, after=after: now.tags == after)
    list_bench.run(list_bench.studio.clips.undo())
    assert list_bench.get(two[0].id).tags == ("own",)


def test_delete_held_down_on_a_tag_trashes_nothing(list_bench: ListBench, two: list[Clip]) -> None:
    """The popup closes, and the list gets the keyboard."""
    press_key(list_bench, "tags")
    opened(list_bench, ChoicePopup)
    hold_key(Qt.Key.Key_Delete, list_bench.settle, below=list_bench.panel.view)
    list_bench.stored(two[0].id, lambda now: now.tags == ("own",))
    list_bench.shows("One", "Two", "Other")


def test_f2_of_several_opens_the_details_and_all_changes_are_one_step(
    list_bench: ListBench, two: list[Clip]
) -> None:
    press_key(list_bench, "rename")
    dialog = opened(list_bench, DetailsDialog)
    assert isinstance(dialog, DetailsDialog)
    QTest.keyClicks(dialog.title_edit, "{oops}")
    assert not dialog.confirm_button.isEnabled()
    assert dialog.problem_label.text()
    dialog.title_edit.setText("{title} - {n}")
    assert dialog.preview_label.text() == "One - 01\nTwo - 02"
    dialog.tags.toggle("own")
    dialog.tags.toggle("both")
    dialog.note_edit.setPlainText("loud")
    dialog.favourite_mode.set_value("yes")
    assert dialog.change() == DetailsChange(
        "{title} - {n}", TagChange(("own",), ("both",)), AppendedText("loud"), favourite=True
    )
    list_bench.press(dialog.confirm_button.click)
    list_bench.stored(two[1].id, lambda now: now.title == "Two - 02")
    clip = list_bench.get(two[1].id)
    assert (clip.tags, clip.notes, clip.favourite) == (("own",), "loud", True)
    press_key(list_bench, "favourite")
    list_bench.stored(two[0].id, lambda now: not now.favourite)
    list_bench.run(list_bench.studio.clips.undo())
    list_bench.run(list_bench.studio.clips.undo())
    clip = list_bench.get(two[1].id)
    assert (clip.title, clip.tags, clip.notes, clip.favourite) == ("Two", ("both",), "", False)


def test_a_chip_goes_through_for_all_for_none_and_as_it_was(list_bench: ListBench) -> None:
    flow = TagFlow(list_bench.style, TagCounts(3, {"all": 3, "some": 1}, []), list_bench.panel)
    chips = {chip.text(): chip for chip in flow.findChildren(BadgeButton)}
    names: list[str] = []
    for _ in range(3):
        chips["some · 1"].click()
        names.append(chips["some · 1"].accessibleName())
    assert names == [
        "Tag + some, for all",
        "Tag \N{MINUS SIGN} some, removed from all",
        "Tag some, 1 of 3",
    ]
    assert flow.change is None
    chips["all"].click()
    flow._on_created("new, other")
    assert flow.change == TagChange(add=("new", "other"), remove=("all",))


def test_a_tag_is_renamed_in_every_clip(list_bench: ListBench, two: list[Clip]) -> None:
    list_bench.press(lambda: list_bench.panel.clip_actions.tag_rename_requested.emit("both"))
    dialog = list_bench.panel.window().findChild(NameDialog)
    assert isinstance(dialog, NameDialog)
    dialog.edit.setText("pair")
    list_bench.press(dialog.ok_button.click)
    for clip in two:
        list_bench.stored(clip.id, lambda now: now.tags[0] == "pair")

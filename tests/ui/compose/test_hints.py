"""Hints of the documents beside the fields: quiet, and about what is there now."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import Severity
from producer_studio.ui.compose.field_parts import AdviceLine
from producer_studio.ui.widgets.strength_slider import StrengthRow
from tests.ui.compose.conftest import ComposeBench

SOUND = "warm slow lofi groove with felt piano, upright bass and dusty vinyl crackle"
SUNG = f"{SOUND}, breathy female vocals"


def line(bench: ComposeBench) -> tuple[Severity, str] | None:
    advice = bench.panel.view.sound.findChild(AdviceLine)
    assert isinstance(advice, AdviceLine)
    issue = advice.issue()
    return (issue.severity, issue.text) if issue and not advice.isHidden() else None


def row(bench: ComposeBench, name: str) -> StrengthRow:
    return bench.panel.view.strengths[name]


def test_what_is_wrong_comes_before_a_hint(bare: ComposeBench) -> None:
    sound = bare.panel.view.sound
    assert line(bare) is None
    sound.edit.replace_text("lofi piano")
    assert line(bare) is not None
    assert line(bare)[0] is Severity.WEAK
    sound.edit.replace_text(SOUND)
    assert line(bare) == (
        Severity.EMPTY,
        "Say how it is sung as well, such as “soft female vocals”",
    )
    assert sound.edit.accessibleDescription() == line(bare)[1]
    sound.edit.replace_text(SUNG)
    assert line(bare) == (Severity.GOOD, "Instruments, mood and tempo are clear")


def test_a_hint_follows_other_fields(bare: ComposeBench) -> None:
    view = bare.panel.view
    view.sound.edit.replace_text(SUNG)
    view.instrumental.setChecked(True)
    assert line(bare) == (
        Severity.EMPTY,
        "Instrumental is on: a voice in the sound is not heard",
    )
    assert not row(bare, "sound_strength").hint_button.isHidden()
    view.instrumental.setChecked(False)
    assert line(bare) is not None
    assert line(bare)[0] is Severity.GOOD
    assert row(bare, "sound_strength").hint_button.isHidden()


def test_a_part_has_hints_of_its_own(bare: ComposeBench) -> None:
    bare.connect_offline("musicapi-2026-02")
    bare.panel.controller.set_operation(Operation.EXTEND)
    bare.panel.view.sound.edit.replace_text("a long solo")
    assert line(bare) == (
        Severity.EMPTY,
        "For a new verse or an outro that is sung, add its lyrics below",
    )
    bare.panel.view.lyrics.edit.replace_text("[Outro]\nGood night")
    assert line(bare) is None


def test_a_press_of_the_mark_sets_what_is_recommended(bare: ComposeBench) -> None:
    view = bare.panel.view
    weirdness = row(bare, "weirdness")
    width = weirdness.slider.width()
    view.sound.edit.replace_text(f"{SUNG}, dream pop")
    button = weirdness.hint_button
    assert not button.isHidden()
    assert button.toolTip() == "Commercial music: 0.2 to 0.4. Click to set 0.30."
    assert button.accessibleName() == f"Surprising: {button.toolTip()}"
    assert "Commercial music" in weirdness.slider.accessibleDescription()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert bare.panel.controller.form().weirdness == 0.3
    assert button.isHidden()
    assert weirdness.slider.hasFocus()
    assert weirdness.slider.width() == width
    assert "Commercial music" not in weirdness.slider.accessibleDescription()


def test_a_mark_without_a_value_changes_nothing(bare: ComposeBench) -> None:
    weirdness = row(bare, "weirdness")
    weirdness.slider.setValue(90)
    assert weirdness.hint_button.toolTip() == "More variation, and less predictable"
    QTest.mouseClick(weirdness.hint_button, Qt.MouseButton.LeftButton)
    assert bare.panel.controller.form().weirdness == 0.9


def test_a_field_that_the_account_does_not_take_has_no_hint(bare: ComposeBench) -> None:
    bare.connect_offline("musicapi-2026-05")
    view = bare.panel.view
    bare.panel.controller.set_operation(Operation.EXTEND)
    view.sound.edit.replace_text("instrumental pop solo")
    assert view.strengths["weirdness"].isHidden()
    assert view.strengths["weirdness"].hint_button.isHidden()

"""The base widgets by keyboard and mouse."""

from collections.abc import Callable

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleActionInterface,
    QImage,
    QKeySequence,
    QShortcut,
    QTextDocument,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from producer_studio.domain.strength import (
    COVER_STRENGTH,
    LYRICS_STRENGTH,
    SOUND_STRENGTH,
    STRENGTHS,
    Strength,
)
from producer_studio.ui.inspector.heading import ElidedEdit
from producer_studio.ui.player.popover import Popover
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets import notices
from producer_studio.ui.widgets.badge import BadgeButton, Chip
from producer_studio.ui.widgets.combo_box import ComboBox
from producer_studio.ui.widgets.cover_art import gradient_brush
from producer_studio.ui.widgets.focus_order import controls_in_reading_order
from producer_studio.ui.widgets.label import ElidedLabel, break_long_lines, paragraph
from producer_studio.ui.widgets.line_edit import LineEditScroller
from producer_studio.ui.widgets.menu import Menu
from producer_studio.ui.widgets.notices import NoticeBar, NoticeStack, NoticeText
from producer_studio.ui.widgets.pill_tab import PillTabs
from producer_studio.ui.widgets.segmented import Segmented
from producer_studio.ui.widgets.star_rating import StarRating
from producer_studio.ui.widgets.strength_slider import StrengthRow
from producer_studio.ui.widgets.switch import Switch
from producer_studio.ui.widgets.text_format import format_time
from producer_studio.ui.widgets.waveform import Waveform, bar_heights


def wheel(widget: QWidget) -> None:
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle,
        widget.mapToGlobal(middle),
        QPoint(0, 0),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


@pytest.fixture
def row(style: Style, qtbot: QtBot) -> StrengthRow:
    made = StrengthRow(style, LYRICS_STRENGTH)
    qtbot.addWidget(made)
    made.resize(360, 24)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_a_strength_names_its_value(row: StrengthRow) -> None:
    row.set_value(0.7)
    assert row.number.text() == "0.70"
    assert row.slider.accessibleName() == "Lyrics strength"
    assert row.slider.accessibleDescription() == "0.70, Strict"


@pytest.mark.parametrize("strength", [*STRENGTHS, COVER_STRENGTH], ids=lambda one: one.name)
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_every_word_of_a_strength_has_its_room(
    style: Style, qtbot: QtBot, strength: Strength, scale: float
) -> None:
    made = StrengthRow(style, strength)
    qtbot.addWidget(made)
    before = style.text_scale
    style.set_text_scale(scale)
    try:
        for bound, word in strength.value_labels:
            made.set_value(min(bound, strength.high) - 0.01)
            assert made._word.text() == word
            needed = made._word.fontMetrics().horizontalAdvance(word)
            assert made._word.width() >= needed
    finally:
        style.set_text_scale(before)


def test_typing_a_number_moves_the_strength(row: StrengthRow, qtbot: QtBot) -> None:
    row.number.setFocus()
    row.number.selectAll()
    told: list[float] = []
    row.value_changed.connect(told.append)
    qtbot.keyClicks(row.number, "0,25")
    qtbot.keyClick(row.number, Qt.Key.Key_Return)
    assert told[-1] == 0.25
    assert row.value() == 0.25
    assert row.slider.value() == 25


def test_a_number_that_is_none_is_put_back(row: StrengthRow, qtbot: QtBot) -> None:
    row.set_value(0.4)
    row.number.selectAll()
    qtbot.keyClicks(row.number, "loud")
    qtbot.keyClick(row.number, Qt.Key.Key_Return)
    assert row.number.text() == "0.40"
    assert row.value() == 0.4


def test_a_number_counts_while_it_is_typed(row: StrengthRow, qtbot: QtBot) -> None:
    row.set_value(0.5)
    row.number.setFocus()
    row.number.selectAll()
    told: list[float] = []
    row.value_changed.connect(told.append)
    qtbot.keyClicks(row.number, "0.93")
    # The focus stays there when a button is clicked.
    assert (row.value(), row.number.text(), told[-1]) == (0.93, "0.93", 0.93)
    said = len(told)
    qtbot.keyClicks(row.number, "x")
    assert row.value() == 0.93
    row.number.clearFocus()
    assert (row.value(), row.number.text(), len(told)) == (0.93, "0.93", said)
    row.number.setFocus()
    row.number.selectAll()
    for _ in range(2):
        qtbot.keyClick(row.number, Qt.Key.Key_Backspace)
    row.number.clearFocus()
    assert (row.value(), row.number.text()) == (0.93, "0.93")


def test_a_number_out_of_range_becomes_the_bound(style: Style, qtbot: QtBot) -> None:
    made = StrengthRow(style, SOUND_STRENGTH)
    qtbot.addWidget(made)
    made.number.setText("0.05")
    qtbot.keyClick(made.number, Qt.Key.Key_Return)
    assert made.value() == 0.2


def test_a_double_click_resets_a_strength(row: StrengthRow, qtbot: QtBot) -> None:
    row.set_value(0.9)
    with qtbot.waitSignal(row.value_changed):
        qtbot.mouseDClick(row.slider, Qt.MouseButton.LeftButton)
    assert row.value() == LYRICS_STRENGTH.default


def test_arrows_move_a_strength(row: StrengthRow, qtbot: QtBot) -> None:
    row.set_value(0.5)
    qtbot.keyClick(row.slider, Qt.Key.Key_Right)
    assert row.value() == 0.51
    qtbot.keyClick(row.slider, Qt.Key.Key_PageDown)
    assert row.value() == 0.41


def test_a_passing_wheel_leaves_a_strength_alone(row: StrengthRow) -> None:
    row.set_value(0.5)
    row.number.setFocus()
    wheel(row.slider)
    assert row.value() == 0.5
    row.slider.setFocus()
    wheel(row.slider)
    assert row.value() > 0.5


def test_a_click_on_the_groove_goes_there(row: StrengthRow, qtbot: QtBot) -> None:
    row.set_value(0.1)
    place = QPoint(row.slider.width() * 3 // 4, row.slider.height() // 2)
    qtbot.mouseClick(row.slider, Qt.MouseButton.LeftButton, pos=place)
    assert 0.7 < row.value() < 0.82


def test_a_switch_turns_by_space_and_by_mouse(style: Style, qtbot: QtBot) -> None:
    switch = Switch(style, "Instrumental")
    qtbot.addWidget(switch)
    switch.show()
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert switch.isChecked()
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert not switch.isChecked()
    assert switch.accessibleName() == "Instrumental"


def test_stars_by_key_click_and_again_to_clear(style: Style, qtbot: QtBot) -> None:
    stars = StarRating(style)
    qtbot.addWidget(stars)
    stars.show()
    with qtbot.waitSignal(stars.rating_changed) as told:
        qtbot.keyClick(stars, Qt.Key.Key_4)
    assert told.args == [4]
    third = QPoint(2 * 16 + 7, stars.height() // 2)
    qtbot.mouseClick(stars, Qt.MouseButton.LeftButton, pos=third)
    assert stars.stars() == 3
    qtbot.mouseClick(stars, Qt.MouseButton.LeftButton, pos=third)
    assert stars.stars() == 0


def test_a_screen_reader_rates(style: Style, qtbot: QtBot) -> None:
    stars = StarRating(style)
    qtbot.addWidget(stars)
    told: list[int] = []
    stars.rating_changed.connect(told.append)
    QAccessible.queryAccessibleInterface(stars).valueInterface().setCurrentValue(4)
    assert (stars.stars(), told) == (4, [4])
    stars.set_stars(2)
    assert (stars.stars(), told) == (2, [4])


@pytest.fixture
def wave(style: Style, qtbot: QtBot) -> Waveform:
    made = Waveform(style)
    qtbot.addWidget(made)
    made.resize(300, 52)
    made.set_clip(bytes(range(256)) * 8, 100.0)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_a_click_on_the_waveform_seeks(wave: Waveform, qtbot: QtBot) -> None:
    with qtbot.waitSignal(wave.seek_requested) as told:
        qtbot.mouseClick(wave, Qt.MouseButton.LeftButton, pos=QPoint(150, 20))
    assert told.args == [pytest.approx(50.0, abs=0.5)]


def test_keys_seek_on_the_waveform(wave: Waveform, qtbot: QtBot) -> None:
    wave.set_position(50)
    told: list[float] = []
    wave.seek_requested.connect(told.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_End):
        qtbot.keyClick(wave, key)
    assert told == [55.0, 50.0, 0.0, 100.0]


def test_the_position_is_read_out(wave: Waveform) -> None:
    wave.set_position(58)
    assert wave.accessibleName() == "Position"
    assert wave.accessibleDescription() == "0:58 of 1:40"


def test_an_edge_of_the_region_is_dragged(wave: Waveform, qtbot: QtBot) -> None:
    wave.set_region((20.0, 60.0))
    sought: list[float] = []
    wave.seek_requested.connect(sought.append)
    with qtbot.waitSignal(wave.region_changed):
        qtbot.mousePress(wave, Qt.MouseButton.LeftButton, pos=QPoint(61, 20))
        qtbot.mouseMove(wave, QPoint(90, 20))
        qtbot.mouseRelease(wave, Qt.MouseButton.LeftButton, pos=QPoint(90, 20))
    assert wave.region == (pytest.approx(30.0, abs=0.5), 60.0)
    assert not sought


def test_the_region_is_moved_by_keys_and_stays_in_order(wave: Waveform, qtbot: QtBot) -> None:
    wave.set_region((20.0, 21.0))
    qtbot.keyClick(wave, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert wave.region == (20.0, 22.0)
    for _ in range(5):
        qtbot.keyClick(wave, Qt.Key.Key_Right)
    assert wave.region == (21.5, 22.0)


def test_a_waveform_without_a_clip_does_not_seek(style: Style, qtbot: QtBot) -> None:
    empty = Waveform(style)
    qtbot.addWidget(empty)
    empty.show()
    told: list[float] = []
    empty.seek_requested.connect(told.append)
    qtbot.mouseClick(empty, Qt.MouseButton.LeftButton)
    qtbot.keyClick(empty, Qt.Key.Key_Right)
    assert not told


def test_bars_swell_with_the_mean_under_each() -> None:
    quiet, loud = bar_heights(bytes([0, 100, 50, 200]), 2)
    assert loud == 1.0
    assert 0 < quiet < 50 / 125, "quiet parts stand lower than their share"
    assert bar_heights(bytes([70, 70, 70, 70]), 2) == [1.0, 1.0]
    assert bar_heights(b"", 3) == [0.0, 0.0, 0.0]
    assert len(bar_heights(bytes([9]), 5)) == 5


def test_an_id_has_always_the_same_gradient() -> None:
    rect = QRectF(0, 0, 44, 44)
    assert gradient_brush("a", rect) == gradient_brush("a", rect)
    stops = {
        tuple(c.name() for _, c in gradient_brush(str(n), rect).gradient().stops())
        for n in range(60)
    }
    assert len(stops) > 6


def test_a_chip_is_removed_by_key(style: Style, qtbot: QtBot) -> None:
    chip = Chip(style, "stars:>3", removable=True)
    qtbot.addWidget(chip)
    with qtbot.waitSignal(chip.remove_requested):
        qtbot.keyClick(chip.button, Qt.Key.Key_Backspace)
    assert chip.remove_button.accessibleName() == "Remove stars:>3"


def test_one_segment_holds(style: Style, qtbot: QtBot) -> None:
    segmented = Segmented(style, "Theme", [("system", "System"), ("dark", "Dark")])
    qtbot.addWidget(segmented)
    with qtbot.waitSignal(segmented.option_chosen) as told:
        segmented._buttons["dark"].click()
    assert told.args == ["dark"]
    assert segmented.value() == "dark"


def test_the_focus_follows_a_choice_inside_the_segments_only(style: Style, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    field = QLineEdit(window)
    segmented = Segmented(style, "Theme", [("system", "System"), ("dark", "Dark")], window)
    row.addWidget(field)
    row.addWidget(segmented)
    window.show()
    system, dark = segmented.findChildren(QPushButton)
    for button in (system, dark):
        # As the style sheet of the window does.
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    system.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(system.hasFocus)
    qtbot.mouseClick(dark, Qt.MouseButton.LeftButton)
    assert dark.hasFocus()
    switch = QAccessible.queryAccessibleInterface(system).actionInterface()
    switch.doAction(QAccessibleActionInterface.toggleAction())
    assert system.hasFocus()
    field.setFocus()
    qtbot.mouseClick(dark, Qt.MouseButton.LeftButton)
    assert field.hasFocus()
    qtbot.mouseClick(system, Qt.MouseButton.LeftButton)
    assert field.hasFocus()


def test_a_long_text_is_scrolled_back_when_the_focus_moves_on(qtbot: QtBot) -> None:
    window, other = QWidget(), QLineEdit()
    for widget in (window, other):
        qtbot.addWidget(widget)
        widget.show()
    scroller = LineEditScroller(window)
    row = QHBoxLayout(window)
    title, model = QLineEdit(window), QLineEdit(window)
    row.addWidget(title)
    row.addWidget(model)
    window.activateWindow()
    title.setFocus()
    qtbot.waitUntil(title.hasFocus)
    title.insert("First Snow on Strings " * 3)
    at = title.cursorPosition()
    other.activateWindow()
    other.setFocus()
    qtbot.waitUntil(other.hasFocus)
    assert title.cursorPosition() == at
    window.activateWindow()
    qtbot.waitUntil(title.hasFocus)
    model.setFocus()
    qtbot.waitUntil(model.hasFocus)
    assert title.cursorPosition() == 0
    assert scroller.parent() is window


def test_tab_goes_to_the_chosen_segment(style: Style, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    segmented = Segmented(style, "Theme", [("system", "System"), ("dark", "Dark")], window)
    row.addWidget(segmented)
    segmented.set_value("dark")
    window.show()
    _, dark = segmented.findChildren(QPushButton)
    assert controls_in_reading_order(window) == [dark]
    dark.setEnabled(False)
    assert dark not in controls_in_reading_order(window)
    assert len(controls_in_reading_order(window)) == 1


def test_a_long_line_is_shortened_and_told_whole(style: Style, qtbot: QtBot) -> None:
    line = ElidedLabel("chill lofi hip hop with soft piano")
    qtbot.addWidget(line)
    line.resize(80, 20)
    line.show()
    line.grab()
    assert line.toolTip() == "chill lofi hip hop with soft piano"
    line.resize(600, 20)
    line.grab()
    assert not line.toolTip()


def test_the_end_of_a_file_name_stays_in_view(style: Style, qtbot: QtBot) -> None:
    name = "First Snow on Strings and a Long Way Home - FUZZ-1.0 Pro - "
    line = ElidedLabel(name, elided_at=Qt.TextElideMode.ElideMiddle)
    qtbot.addWidget(line)
    line.resize(160, 20)
    line.show()

    def picture(end: str) -> QImage:
        line.setText(f"{name}{end}")
        return line.grab().toImage()

    assert picture("7.mp3") == picture("7.mp3")
    assert picture("7.mp3") != picture("8.mp3")


def test_notices_stack_and_the_oldest_makes_room(style: Style, qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(900, 700)
    host.show()
    stack = NoticeStack(style, host)
    for number in range(6):
        stack.show_notice(NoticeText("bad", f"Fault {number}"))
    stack.show_notice(NoticeText("bad", "Fault 4"))
    assert [notice.text for notice in stack.notices()] == [
        "Fault 2",
        "Fault 3",
        "Fault 5",
        "Fault 4",
    ]


def test_a_notice_of_any_length_is_shortened(style: Style, qtbot: QtBot) -> None:
    """A name from a file may have megabytes; a label would lay them out for minutes."""
    host = QWidget()
    qtbot.addWidget(host)
    stack = NoticeStack(style, host)
    notice = NoticeText("bad", "x" * 1_000_000)
    stack.show_notice(notice)
    (bar,) = stack.findChildren(NoticeBar)
    assert bar.text_label.text() == bar.accessibleName() == "x" * 2_000 + "…"
    stack.remove_notice(notice)
    assert stack.notices() == []


def test_the_same_notice_again_is_seen_again(style: Style, qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(900, 700)
    host.show()
    stack = NoticeStack(style, host)
    for _ in range(3):
        stack.show_notice(NoticeText("info", "1 clip moved to the trash.", action="Undo"))
        (undo,) = (one for one in stack.findChildren(QPushButton) if one.isVisible())
        assert undo.text() == "Undo"
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_passing_notices_do_not_push_out_one_that_stays(style: Style, qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    stack = NoticeStack(style, host)
    stack.show_notice(NoticeText("bad", "The disk is full."))
    for number in range(6):
        stack.show_notice(NoticeText("info", f"Rating of {number} clips restored."))
    assert stack.notices()[0].text == "The disk is full."


def test_a_notice_with_the_keyboard_does_not_close(
    style: Style, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(notices._TIMEOUTS_MS, "info", 1)
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(900, 700)
    other = QPushButton("Elsewhere", host)
    host.show()
    host.activateWindow()
    qtbot.waitUntil(host.isActiveWindow)
    stack = NoticeStack(style, host)
    stack.show_notice(NoticeText("info", "1 clip moved to the trash.", action="Undo"))
    stack.show_notice(NoticeText("info", "1 clip restored from the trash."))
    (undo,) = (one for one in stack.findChildren(QPushButton) if one.text() == "Undo")
    undo.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: len(stack.notices()) == 1)
    assert stack.notices()[0].action == "Undo"
    other.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: not stack.notices())


def test_the_keyboard_returns_from_a_notice_that_closes(style: Style, qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(900, 700)
    first, second = QPushButton("First", host), QPushButton("Second", host)
    host.show()
    host.activateWindow()
    qtbot.waitUntil(host.isActiveWindow)
    stack = NoticeStack(style, host)
    stack.show_notice(NoticeText("info", "1 clip moved to the trash.", action="Undo"))
    (undo,) = (one for one in stack.findChildren(QPushButton) if one.text() == "Undo")
    first.setFocus(Qt.FocusReason.TabFocusReason)
    second.setFocus(Qt.FocusReason.TabFocusReason)
    undo.setFocus(Qt.FocusReason.TabFocusReason)
    undo.click()
    assert second.hasFocus()


def test_the_details_of_a_notice_are_one_click_away(style: Style, qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(900, 700)
    host.show()
    stack = NoticeStack(style, host)
    stack.show_notice(NoticeText("bad", "It failed.", detail="HTTP 500"))
    more = next(b for b in stack.findChildren(QPushButton) if b.text() == "Details")
    before = stack.height()
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    assert stack.height() > before


def test_the_ring_comes_with_the_keyboard_and_lights_fields(style: Style, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    button, field = QPushButton("One"), QLineEdit()
    column.addWidget(field)
    column.addWidget(button)
    window.resize(300, 200)
    window.show()
    window.activateWindow()
    qtbot.waitExposed(window)
    button.setFocus(Qt.FocusReason.TabFocusReason)

    def rings() -> list[QWidget]:
        return [child for child in window.children() if type(child).__name__ == "RingOverlay"]

    qtbot.waitUntil(lambda: len(rings()) == 1)
    assert rings()[0].geometry() == button.geometry().adjusted(-3, -3, 3, 3)
    window.resize(400, 260)
    qtbot.waitUntil(lambda: rings()[0].geometry() == button.geometry().adjusted(-3, -3, 3, 3))
    field.setFocus()
    qtbot.waitUntil(
        lambda: [ring.geometry() for ring in rings()] == [field.geometry().adjusted(-3, -3, 3, 3)]
    )


def test_a_ring_lies_below_the_notices(style: Style, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    field = QLineEdit()
    QVBoxLayout(window).addWidget(field)
    stack = NoticeStack(style, window)
    window.resize(600, 300)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    stack.show_notice(NoticeText("info", "1 clip restored."))
    field.clearFocus()
    field.setFocus()
    qtbot.waitUntil(lambda: "RingOverlay" in {type(child).__name__ for child in window.children()})
    assert window.children()[-1] is stack
    window.resize(640, 320)
    QApplication.processEvents()
    assert window.children()[-1] is stack


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0:00"), (58.9, "0:58"), (164, "2:44"), (3723, "1:02:03")]
)
def test_times_are_read_as_on_a_player(seconds: float, words: str) -> None:
    assert format_time(seconds) == words


def test_the_ring_survives_the_end_of_what_it_surrounds(style: Style, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    button, other = QPushButton("One"), QPushButton("Two")
    column.addWidget(button)
    column.addWidget(other)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    other.setFocus(Qt.FocusReason.TabFocusReason)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    shiboken6.delete(button)
    window.resize(500, 300)
    QApplication.processEvents()
    rings = [child for child in window.children() if type(child).__name__ == "RingOverlay"]
    assert all(not ring.isVisible() or other.hasFocus() for ring in rings)  # type: ignore[attr-defined]


AMPERSAND = "R&B &"


def _search_chip(style: Style, window: QWidget) -> QAbstractButton:
    chip = Chip(style, AMPERSAND, window)
    assert chip.text() == AMPERSAND
    return chip.button


def _tag_chip(style: Style, window: QWidget) -> QAbstractButton:
    chip = BadgeButton(style, AMPERSAND, f"Tag {AMPERSAND}", window)
    assert chip.text() == AMPERSAND
    return chip


@pytest.mark.parametrize("make", [_search_chip, _tag_chip])
def test_the_users_own_words_make_no_key_of_a_button(
    style: Style, qtbot: QtBot, make: Callable[[Style, QWidget], QAbstractButton]
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    button = make(style, window)
    pressed: list[bool] = []
    button.clicked.connect(pressed.append)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.AltModifier)
    assert button.shortcut().isEmpty()
    assert pressed == []
    assert AMPERSAND in button.accessibleName()


@pytest.mark.parametrize("kind", ["menu", "combo", "popover"])
def test_no_pixel_of_a_popup_is_black_without_a_compositor(
    style: Style, qtbot: QtBot, kind: str
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(600, 500)
    style.apply("light", 1.0)
    popup: QWidget
    if kind == "menu":
        popup = menu = Menu(style, window)
        menu.add_item("Rename", window.update)
        menu.popup(QPoint(10, 10))
    elif kind == "combo":
        combo = ComboBox("Model", window)
        combo.addItem("FUZZ-2.0")
        window.show()
        combo.showPopup()
        popup = combo.view().window()
    else:
        popup = popover = Popover(style, "Queue", QSize(200, 200), window)
        window.show()
        popover.open_above(window)
    qtbot.waitUntil(popup.isVisible)
    picture, shape = popup.grab().toImage(), popup.mask()
    assert not shape.isEmpty()
    assert not shape.contains(QPoint(0, 0))
    corner = [QPoint(x, y) for x in range(12) for y in range(12)]
    colours = [picture.pixelColor(at) for at in corner if shape.contains(at)]
    assert {colour.alpha() for colour in colours} == {255}
    assert min(colour.lightness() for colour in colours) >= style.colour("line").lightness() - 2
    popup.close()


def test_a_line_of_a_menu_shows_an_ampersand_and_has_no_key_of_it(
    style: Style, qtbot: QtBot
) -> None:
    menu = Menu(style)
    qtbot.addWidget(menu)
    chosen: list[str] = []
    action = menu.add_item("R&B\tCtrl+X", lambda: chosen.append("R&B"), shortcut="F2")
    menu.popup(QPoint(0, 0))
    qtbot.waitExposed(menu)
    qtbot.keyClick(menu, Qt.Key.Key_B)
    assert chosen == []
    assert action.text() == "R&&B Ctrl+X\tF2"
    assert "R&B" in QAccessible.queryAccessibleInterface(menu).child(0).text(QAccessible.Text.Name)
    menu.close()


def test_a_long_name_of_a_folder_in_a_paragraph_is_not_cut_off(style: Style, qtbot: QtBot) -> None:
    text = f"“/music/{'n' * 200}/library” is in the way of a folder that the library needs."
    made = paragraph(text)
    qtbot.addWidget(made)
    made.setFixedWidth(300)
    made.ensurePolished()
    document = QTextDocument()
    document.setDefaultFont(made.font())
    document.setHtml(made.text())
    document.setTextWidth(300)
    assert document.idealWidth() <= 300
    assert made.accessibleName() == text


def test_a_long_title_ends_in_an_ellipsis_while_nobody_types(style: Style, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    edit, other = ElidedEdit(window), QLineEdit(window)
    edit.setGeometry(0, 0, 160, 30)
    other.setGeometry(0, 40, 160, 30)
    edit.setText("A title that surely does not fit")
    edit.setCursorPosition(0)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    other.setFocus()
    quiet = edit.grab().toImage()
    assert edit.toolTip() == edit.text()
    plain = QLineEdit(window)
    plain.setGeometry(edit.geometry())
    plain.setText(edit.text())
    plain.setCursorPosition(0)
    assert quiet != plain.grab().toImage()
    edit.setText("Short")
    plain.setText("Short")
    assert edit.grab().toImage() == plain.grab().toImage()
    assert edit.toolTip() == ""
    edit.setText("A title that surely does not fit")
    edit.setFocus()
    edit.selectAll()
    assert edit.selectedText() == edit.text()


@pytest.mark.parametrize("text", ["la " * 400, "x" * 2000, "one\ntwo", "", "a b" * 100])
def test_long_lines_are_broken_at_spaces(text: str) -> None:
    lines = break_long_lines(text).split("\n")
    assert max(map(len, lines)) <= 400
    assert "".join(lines) == text.replace("\n", "")
    assert not any(line.startswith(" ") for line in lines)


def test_a_notice_shows_long_file_names_whole(style: Style, qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(800, 600)
    stack = NoticeStack(style, host)
    name = "preferences_broken_20261129_140414_787926_and_more.json"
    stack.show_notice(NoticeText("bad", f"preferences.json was damaged. It is kept as {name}."))
    host.show()
    qtbot.waitExposed(host)
    (shown,) = [one for one in stack.findChildren(QLabel) if name in one.text()]
    as_labels = QTextOption()
    as_labels.setWrapMode(QTextOption.WrapMode.WordWrap)
    lines = QTextDocument(QLabel.text(shown))
    lines.setDefaultFont(shown.font())
    lines.setDocumentMargin(0)
    lines.setDefaultTextOption(as_labels)
    lines.setTextWidth(shown.width())
    assert lines.idealWidth() <= shown.width()


def test_arrow_keys_choose_a_tab_and_not_a_shortcut_of_the_window(
    style: Style, qtbot: QtBot
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    tabs = PillTabs(style, "Parts", [(name, "") for name in ("One", "Two", "Three")], window)
    told: list[str] = []
    tabs.tab_chosen.connect(told.append)
    for keys in ("Left", "Right"):
        shortcut = QShortcut(QKeySequence(keys), window)
        shortcut.activated.connect(lambda keys=keys: told.append(keys))
    window.resize(400, 60)
    window.show()
    window.activateWindow()
    tabs.tab("One").setFocus()
    qtbot.waitUntil(tabs.tab("One").hasFocus)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(tabs.tab(tabs.current), key)
    assert told == ["Two", "Three", "One", "Three"]
    assert tabs.current == "Three"
    assert tabs.tab("Three").hasFocus()

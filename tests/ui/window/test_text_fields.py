"""Real keys in every text field of the window and its dialogs: what is typed is what is there."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from producer_studio.domain.operation import Operation
from producer_studio.ui.compose.times_row import TimeField
from producer_studio.ui.widgets.strength_slider import NumberField
from producer_studio.ui.window.window import MainWindow
from tests.support.sandbox_process import SandboxProcess
from tests.ui.window.conftest import WindowBench

_WORDS = "l rain on L street 15 "
_PAGES = ("Uploads", "Webhooks")


def fields_of(place: QWidget) -> list[QLineEdit | QPlainTextEdit | QTextEdit]:
    """What can be typed into freely; numbers and times have tests of their own."""
    return [
        field
        for kind in (QLineEdit, QPlainTextEdit, QTextEdit)
        for field in place.findChildren(kind)
        if isinstance(field, QLineEdit | QPlainTextEdit | QTextEdit)
        and field.isVisible()
        and field.isEnabled()
        and not field.isReadOnly()
        and not isinstance(field, NumberField)
        and not isinstance(field.parentWidget(), TimeField | QAbstractSpinBox)
    ]


def text_of(field: QLineEdit | QPlainTextEdit | QTextEdit) -> str:
    return field.text() if isinstance(field, QLineEdit) else field.toPlainText()


def places(bench: WindowBench, window: MainWindow) -> Iterator[QWidget]:
    window.compose.view.advanced.toggle_button.click()
    yield window
    for operation in (Operation.LYRICS, Operation.UPLOAD):
        bench.press(
            lambda operation=operation: window.compose.view.configure(
                window.compose.controller.active_account.capabilities, operation
            )
        )
        yield window.compose
    for page in _PAGES:
        dialog = window.dialogs.open_settings(page)
        yield dialog
        dialog.close()
    dialog = window.dialogs.add_account()
    dialog.options_section.expand()
    yield dialog
    dialog.close()


def test_every_text_field_takes_every_key(bench: WindowBench, joined: MainWindow) -> None:
    typed: set[str] = set()
    for place in places(bench, joined):
        for field in fields_of(place):
            field.clear()
            bench.press(lambda field=field: QTest.keyClicks(field, _WORDS))
            assert text_of(field) == _WORDS, field.accessibleName()
            typed.add(field.accessibleName())
            if isinstance(field, QLineEdit):
                continue
            for key in (Qt.Key.Key_Return, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                bench.press(lambda field=field, key=key: QTest.keyClick(field, key))
            bench.press(lambda field=field: QTest.keyClicks(field, "x"))
            assert text_of(field) == f"{_WORDS}\n\n\nx", field.accessibleName()
    assert {
        "Sound",
        "Lyrics",
        "Title",
        "Seed",
        "Search library",
        "Address of the cover art",
    } <= typed
    assert {"What the song is about", "Public address", "Bucket", "Key"} <= typed
    assert joined.player.clip_id is None


def test_the_lyrics_are_sent_as_they_were_typed(
    bench: WindowBench, joined: MainWindow, sandbox: SandboxProcess
) -> None:
    view = joined.compose.view
    bench.press(lambda: QTest.keyClicks(view.sound.edit, "calm slow piano ballad, warm strings"))
    lines = ["[Verse]", "Rain on the roof tonight", "", "", "[Chorus]", "Hold on to the light"]
    for number, line in enumerate(lines):
        if number:
            bench.press(lambda: QTest.keyClick(view.lyrics.edit, Qt.Key.Key_Return))
        bench.press(lambda line=line: QTest.keyClicks(view.lyrics.edit, line))
    before = len(sandbox.requests("POST", "/create"))
    bench.press(joined.compose.controller.generate)
    bench.until(lambda: len(sandbox.requests("POST", "/create")) > before)
    body = sandbox.requests("POST", "/create")[-1]["body"]
    assert "\n".join(lines) in body.values()


def test_a_long_title_shows_its_beginning_after_tab(bench: WindowBench, joined: MainWindow) -> None:
    title = joined.compose.view.title.edit
    joined.activateWindow()
    title.setFocus()
    bench.until(title.hasFocus)
    QTest.keyClicks(title, "First Snow on Strings and a Long Way Home")
    QTest.keyClick(title, Qt.Key.Key_Tab)
    bench.until(lambda: not title.hasFocus())
    assert title.cursorPosition() == 0

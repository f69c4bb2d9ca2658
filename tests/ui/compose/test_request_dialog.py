"""The request of the form, shown by menu and key, and copied."""

import shlex

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from producer_studio.domain.generate_command import generate_command
from producer_studio.ui.compose.request_dialog import RequestDialog
from tests.ui.compose.conftest import DEMO, SOUND, ComposeBench, jobs, press

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def opened(bench: ComposeBench) -> RequestDialog:
    bench.until(lambda: any(one.isVisible() for one in bench.panel.findChildren(RequestDialog)))
    (dialog,) = bench.panel.findChildren(RequestDialog)
    return dialog


def copied(button: QPushButton) -> str:
    button.click()
    assert button.text() == "Copied"
    return QGuiApplication.clipboard().text()


def test_the_menu_shows_the_request_and_sends_nothing(bare: ComposeBench) -> None:
    bare.connect_offline("musicapi-2026-02")
    view, bar = bare.panel.view, bare.panel.bar
    view.sound.edit.replace_text(SOUND)
    view.title.edit.setText("Low tide")
    actions = bar.menu_button.create_menu().actions()
    (show,) = (one for one in actions if one.text().startswith("Show the request"))
    bare.press(show.trigger)
    dialog = opened(bare)
    text = dialog.text_view.toPlainText()
    assert text.startswith("POST http://127.0.0.1:9/api/v1/producer/create\n")
    assert "Authorization: Bearer $PRODUCER_KEY" in text
    assert f'"sound": "{SOUND}"' in text
    assert dialog.focusWidget() is dialog.close_button
    assert copied(dialog.curl_button).startswith("curl -X POST http://127.0.0.1:9/api/v1/")
    line = copied(dialog.command_button)
    assert dialog.curl_button.text() == "Copy as curl"
    form = bare.panel.controller.form()
    assert line == generate_command(form.to_recipe(), DEMO)
    assert "--title=Low tide" in shlex.split(line)
    bare.press(dialog.close_button.click)
    assert jobs(bare) == []


def test_a_form_that_cannot_be_sent_says_why(bare: ComposeBench) -> None:
    bare.connect_offline("musicapi-2026-02")
    bare.panel.view.sound.edit.replace_text("test")
    bare.press(bare.panel.controller.show_request)
    suggestion = bare.panel.view.suggestion
    bare.until(lambda: not suggestion.isHidden())
    assert "placeholder" in suggestion.message.text()
    assert bare.panel.findChildren(RequestDialog) == []


def test_without_an_account_a_service_is_to_be_connected(bare: ComposeBench) -> None:
    with bare.qtbot.waitSignal(bare.panel.controller.connect_requested):
        press(bare.panel, Qt.Key.Key_R, CTRL_SHIFT)

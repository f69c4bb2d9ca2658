"""Fields of several lines."""

from PySide6.QtCore import QMimeData
from pytestqt.qtbot import QtBot

from producer_studio.domain.field_reader import MAX_TEXT_LENGTH
from producer_studio.ui.widgets.plain_text_edit import PlainTextEdit


def test_of_a_text_of_megabytes_the_beginning_is_pasted(qtbot: QtBot) -> None:
    field = PlainTextEdit()
    qtbot.addWidget(field)
    data = QMimeData()
    data.setText("la la la\n" * 900_000)
    field.insertFromMimeData(data)
    assert field.toPlainText() == data.text()[:MAX_TEXT_LENGTH]

"""The floor: a bare PySide6 window that imports QtMultimedia. `--stay` leaves it open."""

import sys

import PySide6.QtMultimedia  # noqa: F401 - what a player needs at the least
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget


class BareWindow(QWidget):
    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() is QEvent.Type.UpdateRequest:
            print("painted", flush=True)
            if "--stay" not in sys.argv:
                QTimer.singleShot(0, QApplication.quit)
        return handled


app = QApplication(sys.argv[:1])
window = BareWindow()
QVBoxLayout(window).addWidget(QLabel("Hello"))
window.resize(1440, 900)
window.show()
sys.exit(app.exec())

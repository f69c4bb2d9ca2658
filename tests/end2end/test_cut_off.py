"""The program is ended from outside, and that is no crash of its own."""

import os
import subprocess
import sys
from pathlib import Path

# Stands for a screen that goes away (xkill, the end of a session): Qt ends its loop by itself.
_QUIT_FROM_OUTSIDE = """
import sys, threading
from pathlib import Path

def quit_when_open():
    boxes = Path(sys.argv[1]) / "state" / "crashes" / "running"
    while not any(b"window, open" in box.read_bytes() for box in boxes.glob("*.box")):
        pause.wait(0.05)
    from PySide6.QtCore import QCoreApplication, QMetaObject, Qt
    app = QCoreApplication.instance()
    QMetaObject.invokeMethod(app, "quit", Qt.QueuedConnection)

pause = threading.Event()
threading.Thread(target=quit_when_open, daemon=True).start()
from producer_studio.main import main
raise SystemExit(main([]))
"""


def test_a_screen_that_goes_away_leaves_no_report(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _QUIT_FROM_OUTSIDE, str(tmp_path)],
        env={**os.environ, "PRODUCER_STUDIO_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "an internal error" not in done.stderr
    assert list((tmp_path / "state" / "crashes").glob("*.txt")) == []
    assert list((tmp_path / "state" / "crashes" / "running").glob("*.box")) == []
    assert done.returncode in {0, 1}

"""A program without Qt's media plugin lists devices, and says nothing about the plugin."""

import os
import subprocess
import sys

import pytest

_LIST_DEVICES = """
import sys
from PySide6.QtCore import QCoreApplication, qWarning
from PySide6.QtWidgets import QApplication
app = QApplication([])
app.setLibraryPaths([])  # where Qt looks for plugins
if sys.argv[1] == "ours":
    from producer_studio.ui.playback.output import AudioOutput
    print(AudioOutput().list_devices())
else:
    from PySide6.QtMultimedia import QMediaDevices
    print(QMediaDevices.audioOutputs())
qWarning("the handler of before")
"""


@pytest.mark.parametrize(("how", "warns"), [("ours", False), ("bare", True)])
def test_only_the_warning_about_the_plugin_is_dropped(how: str, warns: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LIST_DEVICES, how],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PULSE_SERVER": "unix:/nonexistent"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "[]\n"
    assert ("No QtMultimedia backends found." in done.stderr) == warns
    # What else Qt says while it looks for devices, and after it, is still said.
    assert "PulseAudioService: pa_context_connect() failed" in done.stderr
    assert "the handler of before" in done.stderr

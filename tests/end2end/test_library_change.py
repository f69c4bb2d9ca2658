"""The window opens another library in its place, moves one while it is closed, and opens again in
another language.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

_LIMIT_S = 120


def test_a_window_exchanges_its_library_and_its_language(tmp_path: Path) -> None:
    environ = {
        **os.environ,
        "PRODUCER_STUDIO_HOME": str(tmp_path),
        "QT_QPA_PLATFORM": "offscreen",
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    command = [sys.executable, "-m", "tests.support.reopening_window", str(tmp_path)]
    ended = subprocess.run(
        command, env=environ, capture_output=True, text=True, timeout=_LIMIT_S, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    told = json.loads(ended.stdout)
    assert told["shown"] == ["first", "second", "moved"]
    assert "copied and compared" in told["words"]
    assert told["settings"] == "Einstellungen"
    assert told["keys"] == ["memory"] * 4, "without a keychain it is there until the program ends"
    assert told["undone"] == ["Bewertung von 1 Clip wiederhergestellt."]
    assert told["stars"] == 0
    for name in ("second", "moved"):
        assert (tmp_path / name / "library.db").is_file(), "the old one is left"

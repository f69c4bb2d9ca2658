"""What the window leaves in the environment of programs that it starts."""

import os
import subprocess
import sys
from pathlib import Path


def test_programs_that_the_window_starts_inherit_no_secret(tmp_path: Path) -> None:
    code = (
        "import atexit, subprocess, sys\n"
        "atexit.register(lambda: subprocess.run([sys.executable, '-c', 'import os; "
        'print(sorted(n for n in os.environ if n.startswith("PRODUCER_")))\']))\n'
        "from producer_studio.main import main\n"
        "main(['--until-ready'])\n"
    )
    kinds = ("KEY", "WEBHOOK_SECRET", "PLATFORM_TOKEN")
    given = {f"PRODUCER_STUDIO_{kind}_MINE": "a secret" for kind in kinds}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={
            **os.environ,
            **given,
            "PRODUCER_STUDIO_BUCKET_SECRET": "a secret",
            "PRODUCER_STUDIO_HOME": str(tmp_path),
            "QT_QPA_PLATFORM": "offscreen",
        },
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout.splitlines() == ["ready", "['PRODUCER_STUDIO_HOME']"]

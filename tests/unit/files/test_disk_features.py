"""Features of disks, asked for in a process of its own: the system may end it."""

import subprocess
import sys
from pathlib import Path

from tests.support.small_disk import fill, mounted_small_disk

ASK = """
import sys
from pathlib import Path
from producer_studio.files.disk_features import has_shared_memory
print(has_shared_memory(Path(sys.argv[1])))
"""


def ask(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", ASK, str(folder)], capture_output=True, text=True, check=False
    )


def test_a_full_disk_does_not_end_the_process(tmp_path: Path) -> None:
    with mounted_small_disk(tmp_path / "disk") as disk:
        before = ask(disk)
        fill(disk)
        full = ask(disk)
    assert (before.returncode, before.stdout) == (0, "True\n")
    # It says nothing about the disk.
    assert (full.returncode, full.stdout) == (0, "True\n")

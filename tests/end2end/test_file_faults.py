"""File calls that fail one by one, with the command that tries all of them."""

import shutil
import subprocess
import sys

import pytest

from tests.support.program import LIMIT_S


@pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("cc") is None, reason="needs Linux and a compiler"
)
@pytest.mark.parametrize("lasting", [(), ("--lasting",)], ids=["once", "lasting"])
def test_an_error_of_the_drive_loses_nothing_and_is_told(lasting: tuple[str, ...]) -> None:
    """A few of the calls of a deletion and of a change of the settings."""
    options = ("purge", "settings", "--error", "EIO", "--every", "12", *lasting)
    ended = subprocess.run(
        [sys.executable, "-m", "tests.faults", *options],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.endswith(" 0 of them faulty\n")

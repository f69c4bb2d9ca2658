"""One place for what file systems do differently."""

import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "producer_studio"
OWNERS = {
    r"os\.fsync\(": {"files/atomic_write.py"},
    r"fcntl\.(flock|lockf)\(": {"files/locks.py", "studio/jobs/claims.py"},
    r"os\.link\(|renameat2": {"files/atomic_write.py"},
    r"tempfile\.mkstemp\(": set(),
    # A disk that does not respond must not keep a command from ending.
    r"click\.Path\(|\(click\.Path\)": {"cli/path_parameter.py"},
    r"asyncio\.run\(": {"cli/command_loop.py"},
}


@pytest.mark.parametrize("call", OWNERS)
def test_a_call_that_depends_on_the_file_system_has_one_owner(call: str) -> None:
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if re.search(call, path.read_text("utf-8")) and "sandbox" not in path.parts
    }
    assert found == OWNERS[call]

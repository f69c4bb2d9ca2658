"""Several processes that change settings at once lose nothing of each other's."""

import subprocess
import sys
from pathlib import Path

from producer_studio.settings.accounts import AccountStore
from producer_studio.settings.known_libraries import KnownLibraries

PROCESSES, CHANGES = 3, 20
CHANGE = """
import sys
from pathlib import Path
from producer_studio.domain.account import Account, Service
from producer_studio.domain.ids import AccountName
from producer_studio.settings.accounts import AccountStore
from producer_studio.settings.known_libraries import KnownLibraries

folder, own, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
sys.stdin.readline()
for number in range(count):
    name = AccountName(f"{own}-{number}")
    AccountStore(folder / "accounts.json").add(Account(name=name, service=Service.DEMO, profile=""))
    KnownLibraries(folder / "libraries.json").add(folder / name)
"""


def test_no_change_of_another_process_is_lost(tmp_path: Path) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", CHANGE, str(tmp_path), str(own), str(CHANGES)],
            stdin=subprocess.PIPE,
            text=True,
        )
        for own in range(PROCESSES)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in started:
        process.communicate()
        assert process.returncode == 0
    names = {f"{own}-{number}" for own in range(PROCESSES) for number in range(CHANGES)}
    assert {account.name for account in AccountStore(tmp_path / "accounts.json").all()} == names
    known = KnownLibraries(tmp_path / "libraries.json").folders()
    assert {Path(folder).name for folder in known} == names

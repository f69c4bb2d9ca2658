"""`producer-studio ledger --unexplained` has a line for each thing that could explain it."""

import asyncio
import json
import os
from pathlib import Path

import pytest

from producer_studio.cli.exit_codes import ExitCode
from producer_studio.cli.root_command import run
from producer_studio.domain.account import Service
from producer_studio.domain.ids import AccountName
from producer_studio.domain.ledger import EntryKind, LedgerEntry
from producer_studio.settings.paths import default_paths
from producer_studio.studio.studio import Studio

ACCOUNT = AccountName("mine")


def test_each_explanation_is_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PRODUCER_STUDIO_HOME", str(tmp_path))

    async def fill() -> None:
        studio = await Studio.open(default_paths(os.environ), os.environ, ["not needed"])
        await studio.accounts.add(ACCOUNT, Service.MUSICAPI)
        amounts = (100, 93, 500)
        await studio._library.ledger.add(
            *(LedgerEntry(account=ACCOUNT, kind=EntryKind.BALANCE, amount=one) for one in amounts)
        )
        await studio.close()

    asyncio.run(fill())
    assert run(["ledger", "--unexplained"], ["not needed"]) == ExitCode.SUCCESS
    total, gone, added = capsys.readouterr().out.splitlines()
    assert total == "mine  Not explained: 7 credits gone, 407 credits added"
    assert gone.startswith("  ")
    assert "7 credits gone. This program sent nothing then" in gone
    assert "407 credits more than before" in added
    assert run(["ledger", "--unexplained", "--json"], ["not needed"]) == ExitCode.SUCCESS
    assert json.loads(capsys.readouterr().out)["unexplained"] == -400

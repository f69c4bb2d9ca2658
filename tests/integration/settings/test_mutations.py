"""One odd field of a settings file costs itself alone, and is not overwritten in silence."""

import json
import os
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pytest

from producer_studio.domain.account import Account, Service
from producer_studio.domain.ids import AccountName
from producer_studio.files.unresponsive_disks import resolve_in_time
from producer_studio.settings.accounts import AccountStore
from producer_studio.settings.known_libraries import KnownLibraries
from producer_studio.settings.preferences import Preferences, PreferencesFile

ODD: list[Any] = [
    None, True, 0, -1, 10**30, 10**400, 1e308, float("inf"), float("nan"), "", "odd", "A", "\ud800",
    "a\0b", [], [1], ["x"], [[]], {}, {"a": 1},
]  # fmt: skip
MINE = Account(
    name=AccountName("mine"),
    service=Service.MUSICAPI,
    profile="musicapi-2026-02",
    base_url="https://api.musicapi.ai",
    poll_s=2.0,
    concurrency=4,
    added_at="2026-01-01T00:00:00+00:00",
    budget=7.0,
    retired={"extend": "2026-01-01"},
    refused_models={"x": "2026-01-01"},
)
OTHER = Account(name=AccountName("other"), service=Service.DEMO, profile="acedata")


@pytest.mark.parametrize("value", ODD, ids=repr)
@pytest.mark.parametrize("name", [item.name for item in fields(Preferences)])
def test_a_preference(tmp_path: Path, name: str, value: object) -> None:
    path = tmp_path / "preferences.json"
    usual = Preferences(text_scale=1.5, mp3_mode="V0", columns=("title",))
    path.write_text(json.dumps(asdict(usual) | {name: value}), encoding="utf-8")
    file = PreferencesFile(path)
    loaded = file.load()
    for item in fields(Preferences):
        if item.name != name:
            assert getattr(loaded, item.name) == getattr(usual, item.name)
    file.save(loaded)
    assert PreferencesFile(path).load() == loaded
    assert [one.name for one in tmp_path.glob("[!.]*")] == [path.name]


@pytest.mark.parametrize("value", [*ODD, "from-a-later-version"], ids=repr)
@pytest.mark.parametrize("name", [item.name for item in fields(Account)])
def test_an_account(tmp_path: Path, name: str, value: object) -> None:
    path = tmp_path / "accounts.json"
    book = AccountStore(path)
    book.add(MINE)
    book.add(OTHER)
    stored = json.loads(path.read_bytes().decode("utf-8", "surrogatepass"))
    stored["accounts"][0][name] = value
    stored["of a later version"] = 1
    path.write_text(json.dumps(stored), encoding="utf-8")
    found = AccountStore(path).all()
    assert found[-1] == OTHER
    if name not in {"name", "service", "profile", "base_url"}:
        # Whatever else is odd, the account is there.
        assert found[0].name == MINE.name
        assert 0 < (found[0].poll_s or 1) <= 3600
        assert 1 <= found[0].concurrency <= 100
    AccountStore(path).update(OTHER.name, lambda one: one)
    AccountStore(path).remove(OTHER.name)
    after = json.loads(path.read_bytes().decode("utf-8", "surrogatepass"))
    assert repr(after["accounts"][0]) == repr(stored["accounts"][0])
    assert after["of a later version"] == 1


def test_entries_that_are_no_accounts_stay(tmp_path: Path) -> None:
    path = tmp_path / "accounts.json"
    path.write_text(json.dumps({"accounts": [5, {"name": "later", "service": "other"}]}))
    AccountStore(path).add(MINE)
    after = json.loads(path.read_bytes().decode("utf-8", "surrogatepass"))["accounts"]
    assert after[:2] == [5, {"name": "later", "service": "other"}]
    assert AccountStore(path).all() == (MINE,)


@pytest.mark.parametrize("value", [5, "x", {}, True])
def test_a_list_that_is_none_is_kept_aside(tmp_path: Path, value: object) -> None:
    path = tmp_path / "accounts.json"
    path.write_text(json.dumps({"accounts": value}))
    book = AccountStore(path)
    assert book.all() == ()
    assert "was damaged. It is kept as accounts.broken-" in book.problem
    book.add(MINE)
    [kept] = tmp_path.glob("accounts.broken-*.json")
    assert json.loads(kept.read_text(encoding="utf-8")) == {"accounts": value}


@pytest.mark.parametrize("value", ODD, ids=repr)
def test_a_known_library(tmp_path: Path, value: object) -> None:
    path = tmp_path / "libraries.json"
    stored = {"folders": ["/one", value], "names": {"one": "/one", "odd": value}, "own": value}
    path.write_text(json.dumps(stored), encoding="utf-8")
    known = KnownLibraries(path)
    assert known.folders()[0] == "/one"
    assert known.names()["one"] == "/one"
    for folder in (*known.folders(), *known.names().values(), known.own()):
        # None of them ends with an error of the system's calls.
        resolve_in_time(Path(folder))
        os.path.lexists(folder)
    known.add(Path("/two"))
    assert KnownLibraries(path).folders()[-1] == "/two"

"""What the command line reads and writes, without a studio behind it."""

import io
import sys

import pytest

from producer_studio.cli.exits import Exit, Stopped
from producer_studio.cli.number import Number
from producer_studio.cli.secret import secret_from_stdin
from producer_studio.cli.table import lines_of


def test_columns_stand_under_one_another() -> None:
    assert lines_of([("create", "10 credits", ""), ("swap-vocals", "–", "why")]) == [
        "create       10 credits",
        "swap-vocals  –           why",
    ]
    assert lines_of([]) == []


def test_a_number_may_be_without_bounds() -> None:
    assert Number().convert("-3.5", None, None) == -3.5


def test_one_secret_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"  sk-1 \nmore")))
    wanted = {"key": False, "webhook_secret": True}
    assert secret_from_stdin(wanted) == {"webhook_secret": "sk-1"}
    assert secret_from_stdin({"key": False}) == {}


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"webhook_secret": True}, "No webhook secret arrived"),
        ({"key": True, "platform_token": True}, "one secret at a time"),
    ],
)
def test_no_secret_or_too_many(
    monkeypatch: pytest.MonkeyPatch, wanted: dict[str, bool], words: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\n")))
    with pytest.raises(Stopped, match=words) as stopped:
        secret_from_stdin(wanted)
    assert stopped.value.exit_code is Exit.USAGE

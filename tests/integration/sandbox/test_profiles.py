"""The dialects that the sandbox finds in its package of profiles."""

import contextlib

import pytest

from producer_studio.sandbox import command
from producer_studio.sandbox.profiles import load_profiles
from tests.matrix.cells import DIALECTS


def test_every_dialect_of_the_matrix_is_served_and_described(
    capsys: pytest.CaptureFixture[str],
) -> None:
    prefixes = [prefix for profile in load_profiles() for prefix in profile.prefixes]
    assert sorted(prefixes) == sorted(["", *(dialect.prefix for dialect in DIALECTS)])
    with contextlib.suppress(SystemExit):
        command.run(["--help"])
    described = capsys.readouterr().out
    for dialect in DIALECTS:
        assert f"  {dialect.profile} under {dialect.prefix}: " in described.replace(":\n", ": ")


def test_only_the_dialects_of_one_service_share_its_accounts() -> None:
    by_service: dict[str, set[str]] = {}
    for profile in load_profiles():
        by_service.setdefault(profile.service, set()).add(profile.name)
    expected: dict[str, set[str]] = {}
    for dialect in DIALECTS:
        service = "" if dialect.service == "musicapi" else dialect.service
        expected.setdefault(service, set()).add(dialect.profile)
    assert by_service == expected

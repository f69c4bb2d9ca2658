"""Window, tour and sandbox are known to help and completion, and run by the front door alone."""

import pytest
from click.testing import CliRunner

from producer_studio.cli.entry_point_commands import sandbox
from producer_studio.cli.root_command import root
from producer_studio.sandbox.command import _build_parser


@pytest.mark.parametrize("name", ["window", "tour", "sandbox"])
def test_a_door_is_listed_and_says_where_it_stands(name: str) -> None:
    listed = CliRunner().invoke(root, ["--help"]).output
    assert f"\n  {name} " in listed
    line = [name, "--to", "x"] if name == "tour" else [name]
    refused = CliRunner().invoke(root, ["--json", *line])
    assert refused.exit_code == 2
    assert f"“{name}” must come directly after “producer-studio”" in refused.output


def test_the_sandbox_takes_the_options_that_are_told_of_it() -> None:
    known = {option for action in _build_parser()._actions for option in action.option_strings}
    told = {option for parameter in sandbox.params for option in parameter.opts}
    assert told <= known
    assert told

"""The examples in the help of commands: they are shown whole, and the commands take them."""

import shlex

import click
import pytest
from click.testing import CliRunner

from producer_studio.cli.examples import EXAMPLES, PROGRAM, Example
from producer_studio.cli.root_command import root

ALL = [one for examples in EXAMPLES.values() for one in examples]


def words_of(example: Example) -> list[str]:
    """The arguments that a shell makes of an example, without redirections."""
    words = shlex.split(example.line.replace("\\\n", " "))
    return words[: words.index("<")] if "<" in words else words


def command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command of an example, found through its groups, with what is left for it."""
    found: click.Command = root
    rest = list(words)
    while isinstance(found, click.Group):
        found, rest = found.commands[rest[0]], rest[1:]
    return found, rest


@pytest.mark.parametrize("example", ALL, ids=[one.line[:40] for one in ALL])
def test_the_command_of_an_example_takes_its_options(example: Example) -> None:
    command, rest = command_of(words_of(example))
    # A command keeps the names of its help option from its first context; the root gives them.
    above = click.Context(root, **root.context_settings)
    context = click.Context(command, info_name=command.name, parent=above)
    # Raises for an option that there is not.
    _values, too_many, _order = command.make_parser(context).parse_args(rest)
    assert too_many == []


@pytest.mark.parametrize("command", EXAMPLES)
def test_the_help_ends_with_the_examples(command: str) -> None:
    shown = CliRunner().invoke(root, [*command.split(), "--help"], prog_name=PROGRAM)
    assert shown.exit_code == 0
    end = shown.output[shown.output.index("Examples:") :]
    for example in EXAMPLES[command]:
        for part in f"{PROGRAM} {example.line}".splitlines():
            assert f"    {part}\n" in end
        assert example.text in end

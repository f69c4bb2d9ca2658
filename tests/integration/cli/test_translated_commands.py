"""The commands in German and Chinese: help, errors of click, tables and JSON."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from producer_studio.cli.click_texts import TEXTS, plain_id
from producer_studio.cli.columns import cell_width, format_table
from producer_studio.cli.exit_codes import ExitCode
from producer_studio.cli.root_command import root, run
from producer_studio.cli.translated_help import paragraphs, translated_help, wrap
from producer_studio.translation.active import set_messages
from producer_studio.translation.languages import ENGLISH
from tests.support.shown_language import shown_in

LANGUAGES = ("de", "zh_CN")

NOT_SHOWN = {
    "Aborted!", "deprecated", "{editor}: Editing failed", "Value must be an iterable.",
    "DeprecationWarning: The command {name} is deprecated.{extra_message}",
    "DeprecationWarning: The {param_type} {name} is deprecated.{extra_message}",
    "Could not determine name for option with declarations {decls}",
    ("No options defined but a name was passed ({name}). Did you mean to declare an argument "
     "instead? Did you mean to pass '--{name}'?"),
    "env var: {var}", "(dynamic)", "Name '{name}' defined twice",
    "Arguments take exactly one parameter declaration, got {length}: {decls}.",
    "Boolean option {decl} cannot use the same flag for true/false.",
    "unknown error", "Could not open file {filename}: {message}", "Error: {message}",
    "Try '{command} {option}' for help.", "Choice({choices})",
    "{value} does not match the format {format}.", "{value} is not a valid UUID.",
    "Invalid start character for option ({option})", "Do you want to continue?",
    "Confirm the action without prompting.", "%(prog)s, version %(version)s",
    "Show the version and exit.",
}  # fmt: skip
"""Texts of what no command uses: prompts, dates, files that click opens, mistakes in the code."""


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with shown_in(request.param):
        yield request.param


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Commands in German, as the environment asks for."""
    monkeypatch.setenv("PRODUCER_STUDIO_HOME", str(tmp_path))
    monkeypatch.delenv("LANGUAGE", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    yield
    set_messages(ENGLISH, {})


def commands(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        for below, one in command.commands.items():
            yield from commands(f"{name} {below}".strip(), one)


ALL = dict(commands("", root))
HELPED = ALL.keys() - {"sandbox"}
"""All but a program of its own, which prints its help itself."""


def test_every_text_of_click_that_a_command_can_show_is_known() -> None:
    found = set()
    for module in ("core", "decorators", "exceptions", "formatting", "parser", "types"):
        path = Path(click.__file__).with_name(f"{module}.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            is_text = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if is_text and node.func.id in {"_", "ngettext"}:
                text = node.args[0]
                if isinstance(text, ast.Constant):
                    found.add(plain_id(text.value))
    assert found - {one.template for one in TEXTS} <= NOT_SHOWN


@pytest.mark.parametrize("name", sorted(HELPED))
def test_help_is_translated_and_fits_into_80_columns(name: str, language: str) -> None:
    english = paragraphs(ALL[name].help or "")
    english += [one.help for one in ALL[name].params if isinstance(one, click.Option) and one.help]
    with translated_help(root):
        shown = CliRunner().invoke(root, [*name.split(), "-h"], terminal_width=80)
    assert shown.exit_code == 0
    text = " ".join(shown.output.split())
    assert [one for one in english if one in text] == []
    assert "Usage:" not in text
    assert "Options" not in text.replace("[OPTIONS]", "")
    # A command line is not wrapped, nor are the choices of an option.
    long = [one for one in shown.output.splitlines() if cell_width(one) > 80 and " " in one.strip()]
    assert [one for one in long if "producer-studio " not in one and "[" not in one] == []


def test_help_is_english_again_afterwards() -> None:
    before = CliRunner().invoke(root, ["accounts", "add", "-h"]).output
    with shown_in("de"), translated_help(root):
        assert CliRunner().invoke(root, ["accounts", "add", "-h"]).output != before
    assert CliRunner().invoke(root, ["accounts", "add", "-h"]).output == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing"], "Den Befehl „nothing“ gibt es nicht."),
        (["library", "show"], "Es fehlt das Argument 'CLIP'."),
        (["library", "similar", "--limit", "0", "c"], "0 liegt nicht im Bereich 1<=x<=150."),
        (["generate", "--op", "dance"], "„dance“ ist keines von 'create'"),
        (["generate", "--takes", "x"], "„x“ ist kein gültiger Wert (integer range)."),
        (["generate", "--weirdness", "x"], "„x“ ist keine Zahl."),
        (["accounts", "test", "mine"], "Das Konto „mine“ gibt es nicht."),
    ],
)
@pytest.mark.usefixtures("german")
def test_errors_are_translated(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments, ["not needed"]) == ExitCode.USAGE
    assert message in capsys.readouterr().err


@pytest.mark.usefixtures("german")
def test_results_are_translated_and_json_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["library", "lists"], ["not needed"]) == ExitCode.SUCCESS
    assert "vorgegeben" in capsys.readouterr().out
    assert run(["library", "lists", "--json"], ["not needed"]) == ExitCode.SUCCESS
    assert json.loads(capsys.readouterr().out.splitlines()[0])["kind"] == "predefined"


@pytest.mark.usefixtures("german")
def test_the_preference_decides_unless_the_environment_forces_a_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "preferences.json").write_text('{"language": "zh_CN"}', "utf-8")
    run(["nothing"], ["not needed"])
    assert "gibt es nicht" in capsys.readouterr().err
    monkeypatch.delenv("LC_ALL")
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    run(["nothing"], ["not needed"])
    assert "没有命令" in capsys.readouterr().err


def test_columns_count_the_cells_of_a_terminal() -> None:
    rows = format_table([("已添加", "1"), ("ab", "2"), ("e\u0301", "3")])
    assert [cell_width(one) for one in rows] == [9, 9, 9]


def test_texts_without_spaces_are_wrapped_and_not_before_punctuation() -> None:
    assert wrap("曲库文件夹，或名称", 10) == ["曲库文件", "夹，或名称"]
    assert wrap("one two three", 8) == ["one two", "three"]
    assert wrap("", 8) == []

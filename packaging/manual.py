"""The manual page, made from the commands themselves."""

import datetime as dt
import textwrap
from collections.abc import Iterator

import click

from producer_studio.cli.examples import EXAMPLES
from producer_studio.cli.exit_codes import ExitCode
from producer_studio.cli.root_command import root

NAME = "producer-studio"

_EXITS = {
    ExitCode.SUCCESS: "Success.",
    ExitCode.FAILURE: "Any other error; the message on standard error says which.",
    ExitCode.USAGE: "Invalid usage, or the studio rejected the request before sending it.",
    ExitCode.NOT_AUTHORISED: "The service did not accept the key.",
    ExitCode.CREDITS_EXHAUSTED: "Not enough credits, or the monthly budget would be exceeded.",
    ExitCode.REQUEST_REJECTED: "The service rejected the request.",
    ExitCode.UNREACHABLE: "The service cannot be reached, or is unavailable.",
    ExitCode.OUTCOME_UNKNOWN: "The connection was lost after sending. Nothing is sent again "
    "automatically; decide with \\(lq$name jobs resolve\\(rq.",
    ExitCode.FAILED_BY_SERVICE: "The service accepted the task and failed to finish it.",
    ExitCode.INTERRUPTED: "Interrupted. Everything that a service has accepted is kept.",
}

ENVIRONMENT = {
    "PRODUCER_STUDIO_HOME": "A folder for everything: settings, state, cache and library.",
    "PRODUCER_STUDIO_LIBRARY": "The library folder; it overrides the one chosen in the settings.",
    "PRODUCER_STUDIO_KEY_ACCOUNT": "The key of an account, for machines without a keychain. "
    "ACCOUNT is the account's name in capitals, with “_” for everything except letters and "
    "digits. The key is not stored.",
    "PRODUCER_STUDIO_LOG": "Log level for standard error: debug, info, warning, error or critical.",
    "PRODUCER_STUDIO_UPDATES": "The address to check for newer releases, if enabled in the "
    "settings.",
    "QT_QPA_PLATFORM": "Qt platform plugin: xcb, wayland, or offscreen for no window.",
    "XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_CACHE_HOME": "Locations of the folders below, if not "
    "the default ones.",
}

FILES = {
    "~/Music/Producer Studio/": "The library, or “Producer Studio” in the desktop's music "
    "folder: one folder per clip, with its audio file, cover and recipe, and the library "
    "database. Uninstalling the program does not delete it.",
    "~/.config/producer-studio/": "Preferences and accounts. Keys are not stored here: they are "
    "in the desktop's keychain.",
    "~/.local/state/producer-studio/": "Runtime files, crash reports, and Demo Studio's own clips.",
    "~/.cache/producer-studio/": "Data that can be recreated.",
}

_BREAK = "\\:"

_EVERYWHERE = frozenset({"--help", "--library", "--json"})


def page(version: str, epoch: int) -> str:
    """The page in roff, for section 1."""
    day = dt.datetime.fromtimestamp(epoch, dt.UTC).strftime("%Y-%m-%d")
    top = click.Context(root, info_name=NAME, **root.context_settings)
    lines = [
        f'.TH PRODUCER\\-STUDIO 1 "{day}" "Producer Studio {version}" "User Commands"',
        ".nh", ".ad l",
        ".SH NAME", f"{_text(NAME)} \\- compose with hosted AI\\-music services",
        ".SH SYNOPSIS", f".B {_text(NAME)}", ".RB [ window ]", ".RI [ FILE ...]", ".br",
        f".B {_text(NAME)}", ".RB [ \\-\\-library", ".IR DIRECTORY ]", ".RB [ \\-\\-json ]",
        ".I COMMAND", ".RI [ ARGUMENT ...]",
        ".SH DESCRIPTION",
        *_paragraphs(
            "A desktop studio for songs made with hosted AI-music services. Without a command, "
            "the window opens. The commands below do the same work without a window.\n\nDemo "
            "Studio renders sketches on this computer, without an account or a network. A "
            "request whose outcome is unknown is never sent again automatically if that could "
            "cost credits again."
        ),
        ".SH OPTIONS", *_options(root, top, frozenset({"--help"})),
        ".TP", ".B \\-\\-version", "Print the version and exit.",
        ".SH COMMANDS", *_paragraphs("All accept --json, and --library before their name."),
        *_commands(root, top),
        ".SH EXIT STATUS",
        *_list({str(int(one)): _EXITS[one].replace("$name", NAME) for one in ExitCode}, roff=True),
        ".SH ENVIRONMENT", *_list(ENVIRONMENT),
        ".SH FILES", *_list(FILES),
        ".SH EXAMPLES", *_examples(),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _commands(group: click.Group, context: click.Context) -> Iterator[str]:
    """Every command that can be given, with its way through the groups before its name."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None  # noqa: S101 - it has just been listed
        below = click.Context(command, info_name=name, parent=context)
        usage = below.command_path.removeprefix(NAME).strip()
        if isinstance(command, click.Group):
            yield f".SS {_text(usage)}"
            yield from _paragraphs(command.help or "")
            yield from _commands(command, below)
            continue
        pieces = [one for one in command.collect_usage_pieces(below) if one != "[OPTIONS]"]
        heading = _text(" ".join([usage, *pieces])).replace("|", "|" + _BREAK)
        yield f".SS {heading}"
        yield from _paragraphs(command.help or "")
        yield from _options(command, below, but=_EVERYWHERE)


def _options(
    command: click.Command, context: click.Context, but: frozenset[str] = frozenset()
) -> Iterator[str]:
    for parameter in command.get_params(context):
        row = parameter.get_help_record(context)
        if row is None or not isinstance(parameter, click.Option) or but & set(parameter.opts):
            continue
        head, words = row
        yield ".TP"
        # A long row of choices may break after each of them.
        yield f"\\fB{_text(head).replace('|', '|' + _BREAK)}\\fR"
        yield from _wrapped(words)


def _list(rows: dict[str, str], *, roff: bool = False) -> Iterator[str]:
    for head, words in rows.items():
        yield ".TP"
        yield f".B {_text(head)}"
        yield from _wrapped(words, roff=roff)


def _examples() -> Iterator[str]:
    """The examples of the commands' own help."""
    for command, examples in EXAMPLES.items():
        if command:
            yield f".SS {_text(f'Examples of {command}')}"
        for one in examples:
            if one.text:
                yield ".PP"
                yield from _wrapped(one.text)
            lines = [_text(part) for part in f"{NAME} {one.line}".splitlines()]
            yield from (".PP", ".RS 4", ".EX", *lines, ".EE", ".RE")


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in text.split("\n\n"):
        yield ".PP"
        yield from _wrapped(paragraph.replace("\b", ""))


def _wrapped(words: str, *, roff: bool = False) -> list[str]:
    """Short lines of source; a line that begins with a dot would be a command."""
    flat = " ".join(words.split())
    lines = textwrap.wrap(flat, 90, break_long_words=False, break_on_hyphens=False)
    made = [line if roff else _text(line) for line in lines]
    return [f"\\&{line}" if line.startswith((".", "'")) else line for line in made]


_SIGNS = {
    "\\": "\\e", "-": "\\-", "“": "\\(lq", "”": "\\(rq", "’": "\\(cq", "…": "...", "–": "\\(en",
    "—": "\\(em", "×": "\\(mu", "~": "\\(ti", "^": "\\(ha", "`": "\\(ga", '"': "\\(dq",
    "'": "\\(aq",
}  # fmt: skip


def _text(words: str) -> str:
    """Words as roff takes them, in ASCII where it has a name for the sign."""
    return "".join(_SIGNS.get(sign, sign) for sign in words)

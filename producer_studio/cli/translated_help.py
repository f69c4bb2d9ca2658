"""Help of the commands in the language of the process."""

import inspect
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import click

from producer_studio.cli.click_texts import translated_click
from producer_studio.cli.columns import cell_width
from producer_studio.cli.examples import EXAMPLES, examples_text
from producer_studio.cli.message_option import MessageOption
from producer_studio.translation import tr
from producer_studio.translation.active import language
from producer_studio.translation.languages import ENGLISH

_SENTENCE_ENDS = (". ", "。")


@contextmanager
def translated_help(root: click.Group) -> Iterator[None]:
    """Lets a command and all below it show help and errors in the language of the process.

    In English nothing is changed. Names of commands, options and values are alike everywhere.
    """
    if language() is ENGLISH:
        yield
        return
    changed: list[tuple[object, str, object]] = []

    def change(owner: object, name: str, value: object) -> None:
        changed.append((owner, name, getattr(owner, name)))
        setattr(owner, name, value)

    with ExitStack() as stack:
        stack.enter_context(translated_click())
        try:
            for name, command in _commands("", root):
                _translate(name, command, change)
            yield
        finally:
            for owner, attribute, value in reversed(changed):
                setattr(owner, attribute, value)


def paragraphs(help_text: str) -> list[str]:
    """Returns the paragraphs of a docstring, each as the text that is translated."""
    return [" ".join(one.split()) for one in inspect.cleandoc(help_text).split("\n\n")]


def _commands(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        for below, one in command.commands.items():
            yield from _commands(f"{name} {below}".strip(), one)


def _translate(name: str, command: click.Command, change: Any) -> None:  # noqa: ANN401 - a function
    shown = [tr(one) for one in paragraphs(command.help or "")]
    change(command, "help", "\n\n".join(shown))
    change(command, "short_help", _first_sentence(shown[0]))
    change(command, "context_class", _Context)
    if name in EXAMPLES:
        change(command, "epilog", examples_text(name, translate=tr))
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            message = parameter.message if isinstance(parameter, MessageOption) else parameter.help
            change(parameter, "help", tr(message))


def _first_sentence(text: str) -> str:
    ends = [place for end in _SENTENCE_ENDS if (place := text.find(end)) >= 0]
    return text[: min(ends)] if ends else text.rstrip(".")


class _Formatter(click.HelpFormatter):
    """Formatter that measures texts in cells of a terminal, and wraps texts without spaces."""

    def write_text(self, text: str) -> None:
        indent = " " * self.current_indent
        shown = []
        for paragraph in text.split("\n\n"):
            # Click's mark of a paragraph that is not wrapped.
            is_fixed = paragraph.startswith("\b\n")
            lines = (
                paragraph.split("\n")[1:]
                if is_fixed
                else wrap(paragraph, self.width - self.current_indent)
            )
            shown.append("\n".join(f"{indent}{line}".rstrip() for line in lines))
        self.write("\n\n".join(shown) + "\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        rows = list(rows)
        first_width = min(max(cell_width(first) for first, _ in rows), col_max) + col_spacing
        for first, second in rows:
            margin = " " * (self.current_indent + first_width)
            lines = wrap(second, max(self.width - first_width - 2, 10))
            head = f"{' ' * self.current_indent}{first}"
            if not lines:
                self.write(f"{head}\n")
                continue
            if cell_width(first) <= first_width - col_spacing:
                head += " " * (first_width - cell_width(first))
            else:
                head += f"\n{margin}"
            self.write(f"{head}{lines[0]}\n")
            for line in lines[1:]:
                self.write(f"{margin}{line}\n")


class _Context(click.Context):
    formatter_class = _Formatter


_NOT_AT_THE_BEGINNING = frozenset("，。：；、！？）》”’…,.;:!?)")
_NOT_AT_THE_END = frozenset("（《“‘(")


def wrap(text: str, width: int) -> list[str]:
    """Wraps a text at spaces and between wide characters, but not before punctuation.

    Args:
        width: Cells of a line; a longer word has a line of its own.
    """
    lines, line = [], ""
    for word in _words(text):
        if line and cell_width(f"{line}{word}".rstrip()) > width:
            lines.append(line.rstrip())
            line = word.lstrip()
        else:
            line += word
    return [*lines, line.rstrip()] if line.strip() else lines


def _words(text: str) -> list[str]:
    """Splits a text where a line may end; spaces stay at the ends of words."""
    words: list[str] = [""]
    before = ""
    for character in " ".join(text.split()):
        breaks = before == " " or (
            before != ""
            and (_is_wide(before) or _is_wide(character))
            and character != " "
            and character not in _NOT_AT_THE_BEGINNING
            and before not in _NOT_AT_THE_END
        )
        if breaks:
            words.append("")
        words[-1] += character
        before = character
    return words


def _is_wide(character: str) -> bool:
    return cell_width(character) > 1

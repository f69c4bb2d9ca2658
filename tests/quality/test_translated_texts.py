"""In the packages that are translated, no text for people is shown untranslated or put together.

What a text looks like decides: it begins as a sentence or a label does, or it is given to something
that shows it. `packaging/languages.py` finds texts that are literals alone, so that those which are
put together would never be translated.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from tests.support.translated_packages import TRANSLATED

PACKAGE = Path(__file__).parents[2] / "producer_studio"

TRANSLATORS = {"tr": 1, "mark": 1, "ntr": 2, "nmark": 2, "ptr": 2, "pmark": 2}
"""Functions that translate, with how many texts they are given."""

AT_ONCE = {"tr", "ntr", "ptr"}
"""Functions whose result is in the language of the moment."""

SHOWN_BY = {
    "QAction", "QCheckBox", "QLabel", "QPushButton", "QRadioButton", "addAction", "addItem",
    "addMenu", "addTab", "announce", "label", "paragraph", "setAccessibleDescription",
    "setAccessibleName", "setPlaceholderText", "setStatusTip", "setTabText", "setText", "setTitle",
    "setToolTip", "setWindowTitle", "UsageError", "fail",
    "write_hint", "write_message", "set_name", "set_paragraph_text", "set_title", "show_text",
}  # fmt: skip
"""Calls that show their first argument, whatever it looks like."""

SHOWN_BY_PLACE = {"CommandError": 1, "show_notice": 1, "write_result": 1}
"""Calls that show one of their arguments, by its place."""

ALL_SHOWN_BY = {"Badge", "create_labelled_control", "create_line_edit"}
"""Calls that show all texts they are given."""

NOT_SHOWN = {
    "TypeVar", "cast", "getattr", "isinstance", "open_page", "open_settings", "setObjectName",
    "setProperty", "removeprefix", "removesuffix", "startswith", "endswith",
    "AssertionError", "FileNotFoundError", "KeyError", "LookupError", "RuntimeError", "TypeError",
    "ValueError",
    "critical", "debug", "error", "exception", "info", "warning",
    "Literal", "compile", "native_keys", "qt_keys", "uses_key", "QKeySequence", "createMethodCall",
}  # fmt: skip
"""Calls whose texts are names, patterns, or for engineers."""

NAMES = {
    "Producer Studio", "Demo Studio", "HTTP status", "SHA-256", "Ctrl", "LUFS", "Amazon S3",
    "Apiframe", "Lyria 3 Pro", "Lyria 3 preview", "Db", "Eb", "Gb", "Ab", "Bb", "Not sent: ",
    "Dragged", "F minor", "Hello", "Introspect", "Ping",
    "Accept", "Authorization", "Bearer 0", "Connection", "Host", "Range",
}  # fmt: skip
"""Names that are alike in all languages."""

NAMES_OF_MODULES = {
    # Descriptions of the picture in files, for other programs.
    "audio/id3_tags.py": {"Cover"},
    "audio/vorbis_tags.py": {"Cover"},
    # A folder, a file name, a member of a D-Bus interface, a log message of Qt.
    "settings/licence_manifest.py": {"Resources"},
    "studio/export/archive_writer.py": {"Clips"},
    "ui/desktop/bus_notifications.py": {"Notify"},
    "ui/playback/media_backend.py": {"No QtMultimedia backends found."},
    # The name of a profile, and the name of the program with its version.
    "cli/profiles.py": {"Share"},
    "main.py": {"Producer Studio 0"},
    # Never shown: the song that previews are made from.
    "studio/template_previews.py": {"Source of previews"},
}
"""Names that are so in one module alone, by its path."""

_BEGINS_A_TEXT = re.compile(
    r"[“(]?[A-ZÀ-Ý][a-zà-ÿ’']*(?:[ .…:,?!]|$)|.*\w…$|[a-z0]+ [a-z]+ [a-z]+.*[.?!]$"
    r"|[a-z]+: \{\w*\}|“(?:0|\{\w*\})” [a-z]"
)
_TAG = re.compile(r"<[^>]*>")
_WORD = re.compile(r"[A-Za-z]{2,}")


def modules() -> list[Path]:
    found: list[Path] = []
    for name in TRANSLATED:
        folder = PACKAGE / name
        found += sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]
    return found


def called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def literal(node: ast.AST) -> str | None:
    """What a literal or f-string says, its values as "0"; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (one.value if isinstance(one, ast.Constant) else "0" for one in node.values)
        return _TAG.sub("", "".join(map(str, parts)))
    return None


def texts_untranslated(tree: ast.AST) -> Iterator[str]:
    """Literals that people read, and that nothing translates."""
    for node, parents in walk(tree):
        text = literal(node)
        if text is None or text in NAMES or not _WORD.search(text):
            continue
        if any(is_no_text(parent, below) for parent, below in parents):
            continue
        if _BEGINS_A_TEXT.match(text) or (parents and is_shown(parents[-1][0], node)):
            yield f"{getattr(node, 'lineno', 0)}: {text[:70]}"


def is_shown(parent: ast.AST, node: ast.AST) -> bool:
    """Whether it is an argument of a call that shows it."""
    if isinstance(parent, ast.keyword):
        return parent.arg == "help"
    if not isinstance(parent, ast.Call):
        return False
    if (place := SHOWN_BY_PLACE.get(called(parent))) is not None:
        return node in parent.args[place : place + 1]
    shown = parent.args if called(parent) in ALL_SHOWN_BY else parent.args[:1]
    return called(parent) in SHOWN_BY | ALL_SHOWN_BY and node in shown


def walk(
    node: ast.AST, parents: tuple[tuple[ast.AST, ast.AST], ...] = ()
) -> Iterator[tuple[ast.AST, tuple[tuple[ast.AST, ast.AST], ...]]]:
    """Each node with its ancestors, and the child of each that leads to it."""
    yield node, parents
    if isinstance(node, ast.JoinedStr):
        # Its parts are no texts of their own; its values may have some.
        children = [one.value for one in node.values if isinstance(one, ast.FormattedValue)]
    else:
        children = list(ast.iter_child_nodes(node))
    for child in children:
        yield from walk(child, (*parents, (node, child)))


def is_no_text(parent: ast.AST, child: ast.AST) -> bool:
    """Whether what stands there is translated, a docstring, an annotation or a name."""
    if isinstance(parent, ast.Call) and called(parent) == "write_result":
        # The JSON of a result is for programs.
        return child is parent.args[0]
    if isinstance(parent, ast.Call):
        return called(parent) in TRANSLATORS.keys() | NOT_SHOWN and child is not parent.func
    if isinstance(parent, ast.Expr):
        return isinstance(child, ast.Constant)
    if isinstance(parent, ast.AnnAssign | ast.arg):
        return child is parent.annotation
    if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef):
        return child is parent.returns
    if isinstance(parent, ast.Assign):
        return any(isinstance(one, ast.Name) and one.id == "__all__" for one in parent.targets)
    if isinstance(parent, ast.Assert):
        return child is parent.msg
    if isinstance(parent, ast.Subscript):
        return True
    return isinstance(parent, ast.Compare)


def calls_wrong(tree: ast.AST) -> Iterator[str]:
    """Calls whose text cannot be found, or whose values are not those of the text."""
    for node, parents in walk(tree):
        name = called(node)
        if not isinstance(node, ast.Call) or name not in TRANSLATORS or is_method(node):
            continue
        if name in AT_ONCE and not any(is_body(parent, child) for parent, child in parents):
            yield f"{node.lineno}: at import: {ast.unparse(node)[:100]}"
        texts = node.args[: TRANSLATORS[name]]
        shown = ast.unparse(node)[:100]
        if any(is_composed(one) for one in texts):
            yield f"{node.lineno}: put together: {shown}"
            continue
        literals = [text for one in texts if (text := literal(one)) is not None]
        if name != "tr" and len(literals) < len(texts):
            yield f"{node.lineno}: no literal: {shown}"
        if not literals:
            continue
        given = {one.arg for one in node.keywords}
        wanted = set().union(*(fields(text) for text in literals))
        if name in {"ntr", "nmark"}:
            wanted.discard("count")
            given.discard("count")
        if wanted != given and (given or name not in {"mark", "pmark"}):
            yield f"{node.lineno}: other values: {shown}"


def is_body(parent: ast.AST, child: ast.AST) -> bool:
    """Whether what stands there runs when a function is called, and not when it is defined."""
    if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef):
        return child in parent.body
    return isinstance(parent, ast.Lambda) and child is parent.body


def is_method(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute)


def is_composed(text: ast.expr) -> bool:
    """Whether a text is not one literal, nor a variable or call that gives a `Message`."""
    if isinstance(text, ast.JoinedStr | ast.BinOp):
        return True
    if isinstance(text, ast.IfExp):
        return any(literal(one) is not None for one in (text.body, text.orelse))
    return called(text) in {"format", "join", "replace", "lower"}


def fields(text: str) -> set[str]:
    """Names of the placeholders of a text."""
    found = set()
    for _, name, spec, conversion in Formatter().parse(text):
        if name is not None:
            assert name.isidentifier(), text
            assert not spec, text
            assert not conversion, text
            found.add(name)
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_texts_are_translated(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    names = NAMES_OF_MODULES.get(path.relative_to(PACKAGE).as_posix(), set())
    found = list(texts_untranslated(tree))
    assert [text for text in found if text.partition(": ")[2] not in names] == []
    assert list(calls_wrong(tree)) == []


@pytest.mark.parametrize(
    "code",
    [
        "QPushButton('Close', self)",
        "edit.setPlaceholderText('no limit')",
        "edit.setAccessibleName(f'rating {stars}')",
        "TITLE = 'Back up now'",
        "TITLE = {1: 'Expected'}",
        "raise RequestRejected(f'{name} must be a number.')",
        "menu = ('Rename…', 2)",
        "def f(): return 'Checked today'",
        "click.option('--all', help='all of them')",
        "CommandError(1, f'{name}: cancelled.')",
        "output.write_result({}, f'{size} of them')",
    ],
)
def test_untranslated_texts_are_found(code: str) -> None:
    assert list(texts_untranslated(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "'''Shows a thing.'''\ndef f() -> 'Label': '''Shows another.'''",
        "QPushButton(tr('Close'), self)",
        "label(f'{size} · {count}', 'secondary')",
        "button = IconButton(style, 'eye', tr('Show'))",
        "log.warning('Something is wrong')",
        "tasks.start(f'test {name}', work)",
        "raise ValueError('No such thing')",
        "open_page('Accounts')",
        "output.write_result({'state': 'Not sent'}, line)",
    ],
)
def test_other_texts_are_not(code: str) -> None:
    assert list(texts_untranslated(ast.parse(code))) == []


@pytest.mark.parametrize(
    "code",
    [
        "tr(f'{name} is missing')",
        "tr('One' + name)",
        "tr('One' if one else 'Two')",
        "tr('{name} is missing'.format(name=name))",
        "tr('{name} is missing')",
        "tr('It is missing', name=name)",
        "mark('{name} is missing', file=name)",
        "ntr('{count} of {whole}', '{count} of {whole}', 3)",
        "mark(NAME)",
        "ptr('verb', NAME)",
        "NAME = tr('Close')",
        "def f(name=tr('Close')): pass",
    ],
)
def test_wrong_calls_are_found(code: str) -> None:
    assert list(calls_wrong(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "tr('{name} is missing', name=name)",
        "tr(error.message)",
        "tr(_TEXTS[kind], name=name)",
        "ntr('{count} clip', '{count} clips', n)",
        "mark('{name} is missing')",
        "ptr('verb', 'Export')",
    ],
)
def test_right_calls_are_not(code: str) -> None:
    assert list(calls_wrong(ast.parse(f"def f(): return {code}"))) == []

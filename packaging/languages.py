"""Brings the files of messages in `resources/languages` up to date with the texts in the code.

Adds new texts without a translation, and removes those that are gone. With `--missing` it prints
the texts that lack a translation, and changes nothing.
"""

import argparse
import ast
import io
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "producer_studio"
FOLDER = ROOT / "resources" / "languages"
TEMPLATES = ROOT / "resources" / "templates.toml"
CODES = ("de", "zh_CN")

_PLURAL_FORMS = {"de": "nplurals=2; plural=(n != 1);", "zh_CN": "nplurals=1; plural=0;"}
_TEXT_ARGUMENTS = {"tr": (0,), "mark": (0,), "ntr": (0, 1), "nmark": (0, 1)}
"""Functions of `producer_studio.translation`, with the positions of the texts they are given."""

_WITH_CONTEXT = {"ptr", "pmark"}
"""Functions that are given a context first, and a text then."""

TEMPLATE_CONTEXT = "template"
"""Context of the texts of the templates, as `domain/template.py` gives it."""

_COMMENT = "# Translators:"


@dataclass(frozen=True, slots=True)
class Found:
    """A text in the code.

    Attributes:
        texts: The text, or its singular and plural.
        comment: What the code tells translators about it; empty for nothing.
    """

    file: str
    line: int
    texts: tuple[str, ...]
    context: str = ""
    comment: str = ""


def extract(path: Path) -> Iterator[Found]:
    """Finds the texts of a module in their order, and then the help of its commands."""
    source = path.read_text("utf-8")
    lines = source.splitlines()
    tree = ast.parse(source)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda one: (one.lineno, one.col_offset)):
        found = _texts_of(call)
        if found is None:
            continue
        context, texts = found
        comment = _comment_above(lines, call.lineno)
        yield Found(path.relative_to(ROOT).as_posix(), call.lineno, texts, context, comment)
    for node in ast.walk(tree):
        for text in _help_texts(node):
            yield Found(path.relative_to(ROOT).as_posix(), 1, (text,))


def _help_texts(node: ast.AST) -> list[str]:
    """Returns the paragraphs of a docstring that is the help of a command."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return []
    is_command = any(
        isinstance(one, ast.Call)
        and isinstance(one.func, ast.Attribute)
        and one.func.attr in {"command", "group"}
        for one in node.decorator_list
    )
    docstring = ast.get_docstring(node) if is_command else None
    return [" ".join(one.split()) for one in docstring.split("\n\n")] if docstring else []


def _texts_of(call: ast.Call) -> tuple[str, tuple[str, ...]] | None:
    """Returns context and texts of a call; None if it does not translate a literal."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    places = (0, 1) if name in _WITH_CONTEXT else _TEXT_ARGUMENTS.get(name)
    if places is None or len(call.args) <= places[-1]:
        return None
    literals = [call.args[place] for place in places]
    texts = tuple(
        node.value
        for node in literals
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    if len(texts) != len(places):
        return None
    return (texts[0], texts[1:]) if name in _WITH_CONTEXT else ("", texts)


def _comment_above(lines: list[str], number: int) -> str:
    """Returns the comment for translators that ends in the line above; empty if there is none."""
    comment: list[str] = []
    for line in reversed(lines[: number - 1]):
        text = line.strip()
        if not text.startswith("#"):
            return ""
        comment.insert(0, text.removeprefix(_COMMENT).removeprefix("#").strip())
        if text.startswith(_COMMENT):
            return " ".join(comment)
    return ""


def extract_package(folder: Path = PACKAGE) -> list[Found]:
    """Finds the texts of all modules below a folder, in the order of their paths."""
    return [found for path in sorted(folder.rglob("*.py")) for found in extract(path)]


def extract_templates() -> list[Found]:
    """Finds the names of the templates and of their groups, and the lines about them."""
    file = TEMPLATES.relative_to(ROOT).as_posix()
    groups = tomllib.loads(TEMPLATES.read_text("utf-8"))["groups"]
    texts = []
    for group in groups:
        texts += [group["name"], group["about"]]
        texts += [one[key] for one in group["templates"] for key in ("title", "shows")]
    return [Found(file, 1, (text,), TEMPLATE_CONTEXT) for text in texts]


def extract_all() -> list[Found]:
    """Finds all texts: those of the program's modules, and then those of the templates."""
    return [*extract_package(), *extract_templates()]


def read_catalogue(code: str) -> Catalog:
    """Reads the messages of a language; an empty catalogue if there is no file yet."""
    path = FOLDER / f"{code}.po"
    if not path.exists():
        return Catalog(locale=code)
    with path.open("rb") as file:
        return read_po(file, locale=code)


def update(code: str, found: list[Found]) -> tuple[Catalog, list[str]]:
    """Returns the catalogue of a language for the texts of the code, and the texts that are gone.

    A text in several modules has one translation; it stands where the first of them is.
    """
    before = read_catalogue(code)
    after = Catalog(locale=code, project="Producer Studio", fuzzy=False, charset="utf-8")
    for one in found:
        key = one.texts if len(one.texts) > 1 else one.texts[0]
        context = one.context or None
        old = before.get(one.texts[0], context)
        message = after.get(one.texts[0], context)
        if message is None:
            after.add(key, _kept_translation(old, key), context=context)
            message = after.get(one.texts[0], context)
        assert message is not None  # noqa: S101 - added above
        if (one.file, 1) not in message.locations:
            message.locations.append((one.file, 1))
        if one.comment and one.comment not in message.auto_comments:
            message.auto_comments.append(one.comment)
        if old is not None and old.fuzzy:
            message.flags.add("fuzzy")
        # "100 % of" is no placeholder.
        message.flags.discard("python-format")
        message.flags.discard("python-brace-format")
    ids = {(singular(message), message.context) for message in after if message.id}
    gone = [
        str(message.id)
        for message in before
        if message.id and message.string and (singular(message), message.context) not in ids
    ]
    return after, gone


def singular(message: Message) -> str:
    """Returns the English text of a message, for one thing if it has a plural."""
    return str(message.id[0] if isinstance(message.id, tuple | list) else message.id)


def _kept_translation(old: Message | None, key: str | tuple[str, ...]) -> str | tuple[str, ...]:
    """Returns the translation so far; empty where a text has become a plural, or the opposite."""
    string = old.string if old is not None else ""
    if isinstance(key, tuple):
        return tuple(string) if isinstance(string, tuple | list) else ("",)
    return string if isinstance(string, str) else ""


def render(code: str, catalogue: Catalog) -> bytes:
    """Returns the file of a catalogue: no wrapped lines, no dates, no line numbers."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=0, include_lineno=False, omit_header=True)
    header = (
        f"# Messages of Producer Studio: {code}.\n"
        'msgid ""\nmsgstr ""\n'
        f'"Language: {code}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {_PLURAL_FORMS[code]}\\n"\n\n'
    )
    return header.encode() + buffer.getvalue()


def is_translated(message: Message) -> bool:
    """Whether a message has all its forms and needs no other look."""
    forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(forms) and not message.fuzzy


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--missing", action="store_true", help="print what lacks a translation")
    chosen = parser.parse_args()
    found = extract_all()
    for code in CODES:
        catalogue, gone = update(code, found)
        if not chosen.missing:
            FOLDER.mkdir(exist_ok=True)
            (FOLDER / f"{code}.po").write_bytes(render(code, catalogue))
        missing = [one for one in catalogue if one.id and not is_translated(one)]
        print(f"{code}: {len(catalogue)} texts, {len(missing)} without a translation")
        packages = Counter(one.locations[0][0].rpartition("/")[0] for one in missing)
        for package, count in sorted(packages.items()):
            print(f"  {count:5d}  {package}")
        if chosen.missing:
            for one in missing:
                print(f"  {one.locations[0][0]}: {one.id}")
        for text in gone:
            print(f"  removed: {text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

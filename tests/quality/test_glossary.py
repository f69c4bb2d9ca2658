"""Names speak the language of the glossary, and no two classes share one."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GLOSSARY = ROOT / ".github" / "docs" / "glossary.md"
PACKAGE = ROOT / "producer_studio"

_BANNED_BLOCK = re.compile(r"^```banned\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_BANNED_LINE = re.compile(r"([a-z]+)(?: \(allowed in ([a-z_]+)\))?")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def parse_banned_words(glossary: str) -> dict[str, str]:
    """Each banned word, and the package that may use it; empty where none may."""
    [block] = _BANNED_BLOCK.findall(glossary)
    found: dict[str, str] = {}
    for line in block.splitlines():
        match = _BANNED_LINE.fullmatch(line)
        assert match, f"not a line of the list: {line!r}"
        assert match[1] not in found, f"twice in the list: {match[1]}"
        found[match[1]] = match[2] or ""
    return found


def split_name(name: str) -> set[str]:
    """The words of a name, such as {"job", "store"} of `JobStore` and of `_job_store`."""
    return {word.lower() for word in _WORD.findall(name)}


def iterate_names(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Names of classes, functions and methods with their lines, at any depth."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node.lineno


def find_banned_names(path: Path, tree: ast.Module, banned: Mapping[str, str]) -> list[str]:
    """Uses of banned words in a module: in its path below the package, and in what it defines."""
    package = path.parts[0] if len(path.parts) > 1 else ""
    names = [(part, 0) for part in path.with_suffix("").parts] + list(iterate_names(tree))
    return [
        f"{path.as_posix()}:{line}: {name} has “{word}”"
        for name, line in names
        for word in sorted(split_name(name) & banned.keys())
        if banned[word] != package or not package
    ]


def find_shared_class_names(trees: Mapping[Path, ast.Module]) -> dict[str, list[str]]:
    """Names that more than one class has, with where they are defined."""
    places = defaultdict(list)
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(f"{path.as_posix()}:{node.lineno}")
    return {name: found for name, found in places.items() if len(found) > 1}


@pytest.fixture(scope="module")
def trees() -> dict[Path, ast.Module]:
    """Every module of the program, by its path below the package."""
    return {
        path.relative_to(PACKAGE): ast.parse(path.read_text("utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
    }


def test_names_use_no_banned_word(trees: dict[Path, ast.Module]) -> None:
    banned = parse_banned_words(GLOSSARY.read_text("utf-8"))
    assert len(banned) >= 40
    found = [use for path, tree in trees.items() for use in find_banned_names(path, tree, banned)]
    assert found == []


def test_no_two_classes_share_a_name(trees: dict[Path, ast.Module]) -> None:
    assert len(trees) > 100
    assert find_shared_class_names(trees) == {}


def test_exceptions_of_the_list_name_packages() -> None:
    allowed = set(parse_banned_words(GLOSSARY.read_text("utf-8")).values()) - {""}
    assert {name for name in allowed if not (PACKAGE / name).is_dir()} == set()


@pytest.mark.parametrize(
    ("path", "source", "found"),
    [
        ("ui/cover_shelf.py", "", ["ui/cover_shelf.py:0: cover_shelf has “shelf”"]),
        ("ui/cache.py", "class CoverShelf: ...", ["ui/cache.py:1: CoverShelf has “shelf”"]),
        ("a.py", "class A:\n    async def _put_on_shelf(self): ...",
         ["a.py:2: _put_on_shelf has “shelf”"]),
        ("a.py", "def f():\n    def shelf_of(): ...", ["a.py:2: shelf_of has “shelf”"]),
        ("studio/jobs.py", "class HTTPFault: ...", ["studio/jobs.py:1: HTTPFault has “fault”"]),
        ("sandbox/plan.py", "class InjectedFault: ...", []),
        ("a.py", "class Bookshelf: ...\nshelf = 1\ndef default(): ...", []),
    ],
)  # fmt: skip
def test_a_banned_word_is_found_where_it_is_a_word(
    path: str, source: str, found: list[str]
) -> None:
    banned = {"shelf": "", "fault": "sandbox"}
    assert find_banned_names(Path(path), ast.parse(source), banned) == found


def test_a_shared_class_name_is_found() -> None:
    trees = {
        Path("a.py"): ast.parse("class Store: ..."),
        Path("b.py"): ast.parse("class Store: ...\nclass Other: ..."),
    }
    assert find_shared_class_names(trees) == {"Store": ["a.py:1", "b.py:1"]}

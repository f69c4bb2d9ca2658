"""No class is given more than six collaborators: what belongs together is grouped first.

A collaborator is a parameter of `__init__`, or a field of a dataclass, that is annotated with a
class of the program outside of `domain`: not a value, an enumeration, a path or a callback.
"""

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "producer_studio"
MOST = 6


def find_classes(trees: Mapping[Path, ast.Module]) -> dict[str, Path]:
    """The classes that count as collaborators, with the module of each."""
    return {
        node.name: path
        for path, tree in trees.items()
        if path.parts[0] != "domain"
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and not is_enumeration(node)
    }


def is_enumeration(node: ast.ClassDef) -> bool:
    return any("Enum" in ast.unparse(base) for base in node.bases)


def find_names(annotation: ast.expr | None) -> set[str]:
    """Every name in an annotation, quoted ones too, but none in the signature of a callback."""
    if annotation is None:
        return set()
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return find_names(ast.parse(annotation.value, mode="eval").body)
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Callable":
        return set()
    own = {annotation.id} if isinstance(annotation, ast.Name) else set()
    own |= {annotation.attr} if isinstance(annotation, ast.Attribute) else set()
    return own.union(
        *(find_names(one) for one in ast.iter_child_nodes(annotation) if isinstance(one, ast.expr))
    )


def find_parameters(node: ast.ClassDef) -> Iterable[tuple[str, ast.expr | None]]:
    """Name and annotation of each parameter of the constructor that a class defines."""
    if any("dataclass" in ast.unparse(one) for one in node.decorator_list):
        for field in node.body:
            if isinstance(field, ast.AnnAssign):
                yield ast.unparse(field.target), field.annotation
    for method in node.body:
        if isinstance(method, ast.FunctionDef) and method.name == "__init__":
            given = method.args
            for one in (*given.posonlyargs, *given.args, *given.kwonlyargs):
                yield one.arg, one.annotation


def find_large_constructors(trees: Mapping[Path, ast.Module]) -> list[str]:
    classes = find_classes(trees)
    found = []
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.ClassDef):
                continue
            names = [
                name
                for name, annotation in find_parameters(node)
                if find_names(annotation) & classes.keys()
            ]
            if len(names) > MOST:
                found.append(f"{path.as_posix()}: {node.name} has {', '.join(names)}")
    return found


def test_no_constructor_has_more_than_six_collaborators() -> None:
    trees = {
        path.relative_to(PACKAGE): ast.parse(path.read_text("utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
    }
    assert len(find_classes(trees)) > 200
    assert find_large_constructors(trees) == []


def constructor(**types: str) -> str:
    """A class with seven parameters of the type `Part`, or of those given."""
    parameters = ", ".join(f"p{number}: {types.get(f'p{number}', 'Part')}" for number in range(7))
    return f"class A:\n    def __init__(self, *, {parameters}): ..."


FIELDS = "class A:\n" + "".join(f"    p{number}: Part\n" for number in range(7))


@pytest.mark.parametrize(
    ("source", "is_large"),
    [
        (constructor(), True),
        (constructor(p6="'Part | None'"), True),
        (constructor(p6="parts.Part"), True),
        (constructor(p6="list[Part]"), True),
        (f"@dataclass(frozen=True)\n{FIELDS}", True),
        (FIELDS, False),
        (constructor(p6="str"), False),
        (constructor(p6="Value"), False),
        (constructor(p6="Callable[[Part], int]"), False),
        (constructor().replace("__init__", "other"), False),
    ],
)
def test_collaborators_are_counted(source: str, *, is_large: bool) -> None:
    trees = {
        Path("studio/part.py"): ast.parse("class Part: ..."),
        Path("domain/value.py"): ast.parse("class Value: ..."),
        Path("studio/a.py"): ast.parse(source),
    }
    assert bool(find_large_constructors(trees)) is is_large

"""The packages of `uv.lock` as requirements for pip: exact versions with the hashes of files."""

from __future__ import annotations

import ast
import operator
import os
import platform
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any

PROJECT = "producer-studio"

Package = dict[str, Any]

_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


class UnknownMarker(ValueError):
    """A condition in the lock that is not understood here."""


def requirements(lock: dict[str, Any], groups: Iterable[str] = ()) -> list[str]:
    """One line for each package that the project and dependency groups need on this system.

    Raises:
        UnknownMarker: The lock holds a condition that cannot be judged.
    """
    packages: list[Package] = lock["package"]
    (project,) = (package for package in packages if package["name"] == PROJECT)
    waiting = list(project["dependencies"])
    for group in groups:
        waiting += project["dev-dependencies"][group]
    found: dict[str, Package] = {}
    seen: set[tuple[str, str]] = set()
    while waiting:
        wanted = waiting.pop()
        if not holds(wanted.get("marker", "")):
            continue
        package = _package(packages, wanted)
        found[package["name"]] = package
        for extra in ("", *wanted.get("extra", ())):
            if (package["name"], extra) not in seen:
                seen.add((package["name"], extra))
                waiting += (
                    package["optional-dependencies"][extra]
                    if extra
                    else package.get("dependencies", ())
                )
    return [_line(found[name]) for name in sorted(found)]


def holds(marker: str, environment: dict[str, str] | None = None) -> bool:
    """Whether an environment marker (PEP 508) is true, of this Python if none is given.

    Its grammar is a part of Python's own.

    Raises:
        UnknownMarker: It has something that the lock had not when this was written.
    """
    if not marker:
        return True
    try:
        tree = ast.parse(marker.strip(), mode="eval").body
    except SyntaxError as error:
        raise UnknownMarker(marker) from error
    return _holds(tree, environment or this_environment())


def this_environment() -> dict[str, str]:
    """The names that markers may use, and their values here."""
    return {
        "implementation_name": sys.implementation.name,
        "os_name": os.name,
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "platform_system": platform.system(),
        "python_full_version": platform.python_version(),
        "python_version": ".".join(platform.python_version_tuple()[:2]),
        "sys_platform": sys.platform,
    }


def _package(packages: list[Package], wanted: Package) -> Package:
    found = [
        package
        for package in packages
        if package["name"] == wanted["name"]
        and package["version"] == wanted.get("version", package["version"])
    ]
    if len(found) > 1:
        found = [
            package
            for package in found
            if any(holds(marker) for marker in package.get("resolution-markers", ()))
        ]
    (package,) = found
    return package


def _line(package: Package) -> str:
    files = [*package.get("wheels", ()), *([package["sdist"]] if "sdist" in package else [])]
    hashes = [f"--hash={file['hash']}" for file in files]
    return " ".join([f"{package['name']}=={package['version']}", *hashes])


def _holds(node: ast.expr, environment: dict[str, str]) -> bool:
    if isinstance(node, ast.BoolOp):
        parts = (_holds(part, environment) for part in node.values)
        return all(parts) if isinstance(node.op, ast.And) else any(parts)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        comparison = _COMPARISONS.get(type(node.ops[0]))
        left, right = node.left, node.comparators[0]
        if (
            comparison
            and isinstance(left, ast.Name)
            and left.id in environment
            and isinstance(right, ast.Constant)
            and isinstance(right.value, str)
        ):
            return _compared(comparison, left.id, environment[left.id], right.value)
    raise UnknownMarker(ast.unparse(node))


def _compared(comparison: Callable[[Any, Any], bool], name: str, here: str, given: str) -> bool:
    if name not in {"python_version", "python_full_version"}:
        return comparison(here, given)
    asked = [int(number) for number in re.findall(r"\d+", given)]
    found = [int(number) for number in re.findall(r"\d+", here)[:3]]
    if given.endswith(".*"):
        found = found[: len(asked)]
    length = max(len(asked), len(found))
    return comparison(_filled(found, length), _filled(asked, length))


def _filled(numbers: list[int], length: int) -> list[int]:
    return numbers + [0] * (length - len(numbers))

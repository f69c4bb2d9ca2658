"""Stand-ins for libraries of other systems, which cannot be installed on this one."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest


@contextmanager
def stand_in_modules(
    monkeypatch: pytest.MonkeyPatch, contents: Mapping[str, Mapping[str, Any]], module: str
) -> Iterator[None]:
    """Lets a module of the program be imported anew with these modules in place of a library's.

    Args:
        monkeypatch: Removes the stand-ins at the end of the test.
        contents: Names and what is in each, by the name of the module.
        module: Module of the program that imports them; it is removed again at the end.
    """
    for name, content in contents.items():
        made = ModuleType(name)
        vars(made).update(content)
        monkeypatch.setitem(sys.modules, name, made)
    sys.modules.pop(module, None)
    try:
        yield
    finally:
        sys.modules.pop(module, None)

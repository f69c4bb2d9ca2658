"""SPDX expressions: what a distribution says, and which texts that asks for."""

import re
from email.message import Message
from pathlib import Path

COMMON = Path(__file__).parent / "common"

_CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
_SPDX = re.compile(r"[A-Za-z0-9.+()-]+(?: (?:AND|OR|WITH) [A-Za-z0-9.+()-]+)*")
_OPERATORS = {"AND", "OR", "WITH"}


def stated(metadata: Message) -> str:
    """The expression in a distribution's metadata; empty where there is none to rely on."""
    for name in ("License-Expression", "License"):
        said = str(metadata.get(name) or "").strip()
        if _SPDX.fullmatch(said):
            return said
    named = [str(value).rsplit(" :: ", 1)[-1] for value in metadata.get_all("Classifier", [])]
    found = {_CLASSIFIERS[one] for one in named if one in _CLASSIFIERS}
    return found.pop() if len(found) == 1 else ""


def identifiers(expression: str) -> list[str]:
    """The licences and exceptions it names, in order and each once."""
    words = re.findall(r"[A-Za-z0-9.+-]+", expression)
    return list(dict.fromkeys(word for word in words if word not in _OPERATORS))


def common_text(identifier: str) -> str:
    """The name of its text in `common/`; empty if there is none."""
    # A text of the FSF is the same whether or not later versions may be chosen.
    name = re.sub(r"-(?:only|or-later)$", "", identifier)
    return f"{name}.txt" if (COMMON / f"{name}.txt").is_file() else ""

"""Reading of gettext's files of messages, as `packaging/languages.py` writes them.

They are read as they are: no compiled copy has to be built, shipped and kept alike.
"""

import re
from pathlib import Path
from typing import TypeAlias

Messages: TypeAlias = dict[tuple[str, str], tuple[str, ...]]
"""Translations by context and English text: one, or one for each plural form."""

_ESCAPE = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


def read_po_file(path: Path) -> Messages:
    """Reads the translated messages of a file; those that are marked as fuzzy are left out.

    Raises:
        OSError: It cannot be read.
        ValueError: It is malformed, or has a message twice.
    """
    messages: Messages = {}
    # The first entry is the header.
    for entry in path.read_text("utf-8").split("\n\n")[1:]:
        plain = _PLAIN_ENTRY.fullmatch(entry)
        key, forms = (("", plain[1]), (plain[2],)) if plain else _parse_entry(entry)
        if forms and key in messages:
            raise ValueError(f"{path.name} has a message twice: {key[1]}")
        if forms and all(forms):
            messages[key] = forms
    return messages


_PLAIN_ENTRY = re.compile(r'(?:#[.:] .*\n)*msgid "([^"\\]+)"\nmsgstr "([^"\\]+)"\n?')
"""Nearly all entries: one line each, and nothing to unescape."""


def _parse_entry(entry: str) -> tuple[tuple[str, str], tuple[str, ...]]:
    """Returns context and English text of an entry, and the forms of its translation.

    An entry that is fuzzy, or a comment alone, has no forms.
    """
    fields: dict[str, str] = {}
    keyword = ""
    for line in entry.splitlines():
        if not line or line[0] == "#":
            continue
        rest = line
        if line[0] != '"':
            keyword, _, rest = line.partition(" ")
            if keyword in fields:
                raise ValueError(f"A keyword stands twice in an entry: {entry}")
            fields[keyword] = ""
        if len(rest) < 2 or rest[0] != '"' or rest[-1] != '"':
            raise ValueError(f"This is no line of a message: {line}")
        fields[keyword] += _unescape(rest[1:-1])
    if not fields:
        return ("", ""), ()
    forms = tuple(text for name, text in fields.items() if name.startswith("msgstr"))
    if "msgid" not in fields or not forms:
        raise ValueError(f"An entry is incomplete: {entry}")
    key = fields.get("msgctxt", ""), fields["msgid"]
    return key, () if "#, fuzzy" in entry else forms


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[1]), text)

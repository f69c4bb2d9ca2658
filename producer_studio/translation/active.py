"""The language of this process, and its messages.

English needs no file: until `use_language` is called, and with English, nothing is looked up.
"""

from pathlib import Path

from producer_studio.translation.languages import ENGLISH, LANGUAGES, DisplayLanguage
from producer_studio.translation.po_file import Messages, read_po_file

_language = ENGLISH
_messages: Messages = {}


def language() -> DisplayLanguage:
    """Returns the language of this process."""
    return _language


def use_language(code: str, folder: Path) -> None:
    """Sets the language of this process, and reads its messages; about 5 ms but for English.

    Args:
        code: Code of one of `LANGUAGES`.
        folder: Folder of the files `*.po`.

    Raises:
        KeyError: There is no such language.
        OSError, ValueError: Its file cannot be read; the language stays as it was.
    """
    chosen = LANGUAGES[code]
    if chosen is ENGLISH:
        set_messages(ENGLISH, {})
        return
    set_messages(chosen, read_po_file(folder / f"{code}.po"))


def set_messages(chosen: DisplayLanguage, messages: Messages) -> None:
    """Sets the language and its messages, by context and English text."""
    global _language, _messages  # one language a process, as in gettext
    _language, _messages = chosen, messages


def find(context: str, text: str) -> str:
    """Returns the translation of a text; empty if there is none."""
    found = _messages.get((context, text))
    return found[0] if found else ""


def find_plural(singular: str, count: int) -> str:
    """Returns the translation for a number of things; empty if there is none."""
    found = _messages.get(("", singular))
    return found[min(_language.plural_form(count), len(found) - 1)] if found else ""

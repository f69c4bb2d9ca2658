"""Escaping of button and menu texts, in which Qt takes an ampersand for a mnemonic."""


def literal_text(text: str) -> str:
    """Escapes a text so that a button or menu shows it unchanged and without a mnemonic.

    A tag such as "R&B" would else lose a character, and Alt+B would press its button; a tab would
    begin the column of shortcuts in a menu.
    """
    return text.replace("&", "&&").replace("\t", " ")

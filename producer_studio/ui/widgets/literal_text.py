"""Text for buttons and menus, which take an ampersand for the mark of a key."""


def literal_text(text: str) -> str:
    """Text that a button or a menu shows as it is, without a key of its own.

    A tag such as "R&B" would else lose a character, and make Alt+B press its button; a tab would
    begin the column of keys in a menu.
    """
    return text.replace("&", "&&").replace("\t", " ")

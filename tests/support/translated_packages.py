"""Packages whose texts are translated: the list grows until it is the whole program."""

TRANSLATED = (
    "translation/texts",
    "ui/settings",
    "ui/widgets",
)
"""Folders and modules (without ".py") below `producer_studio`."""

"""Packages whose texts are translated: the list grows until it is the whole program."""

TRANSLATED = (
    "translation/texts",
    "ui/clips",
    "ui/compose",
    "ui/inspector",
    "ui/playback/failure_text",
    "ui/operations",
    "ui/playback/failure_text",
    "ui/player",
    "ui/settings",
    "ui/widgets",
)
"""Folders and modules (without ".py") below `producer_studio`."""

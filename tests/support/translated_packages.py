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
    "ui/window/balance_display",
    "ui/window/startup_window",
    "ui/window/top_bar",
    "ui/window/welcome",
)
"""Folders and modules (without ".py") below `producer_studio`."""

"""Packages whose texts are translated: the list grows until it is the whole program."""

TRANSLATED = (
    "domain",
    "translation/texts",
    "ui/clips",
    "ui/compare",
    "ui/compose",
    "ui/export",
    "ui/imports",
    "ui/inspector",
    "ui/operations",
    "ui/playback/failure_text",
    "ui/player",
    "ui/settings",
    "ui/stems",
    "ui/video",
    "ui/widgets",
    "ui/window/balance_display",
    "ui/window/startup_window",
    "ui/window/top_bar",
    "ui/window/welcome",
)
"""Folders and modules (without ".py") below `producer_studio`."""

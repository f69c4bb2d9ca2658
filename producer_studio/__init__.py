"""Producer Studio: a desktop studio for composing with hosted AI-music services."""

__version__ = "0.1.0"

DESKTOP_ID = "io.github.producer_studio.ProducerStudio"
"""Application id on desktops: name of the desktop entry and of the icon."""

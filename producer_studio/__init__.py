"""Producer Studio: a desktop studio for composing with hosted AI-music services."""

__version__ = "0.1.0"

DESKTOP_ID = "io.github.producer_studio.ProducerStudio"
"""What desktops know the program by: the name of its desktop entry and of its icon."""

"""Producer Studio: a desktop studio for composing with hosted AI-music services."""

__version__ = "0.1.0"

"""Formatting of counts."""


def count_text(count: int) -> str:
    """Formats a number such as "1 482", with a thin space that does not break."""
    return f"{count:,}".replace(",", "\u202f")


def clips_text(count: int) -> str:
    """Formats a number of clips, such as "1 clip" or "1 482 clips"."""
    return "1 clip" if count == 1 else f"{count_text(count)} clips"

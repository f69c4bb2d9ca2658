"""Times as they are read on a player."""


def clock(seconds: float) -> str:
    """Such as "2:44" or "1:02:03"; the fraction is left out."""
    whole = max(0, int(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"

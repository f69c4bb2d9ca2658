"""Display names of API versions."""

from datetime import date

from producer_studio.domain.account import Service


def version_text(profile: str) -> str:
    """Formats a profile, such as "MusicAPI, May 2026" for "musicapi-2026-05"; others unchanged."""
    name, _, month = profile.partition("-")
    label = next((one.label for one in Service if one == name), "")
    if not label:
        return profile
    try:
        return f"{label}, {date.fromisoformat(f'{month}-01'):%B %Y}" if month else label
    except ValueError:
        return profile

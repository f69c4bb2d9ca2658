"""Names of the versions of a service, as people read them."""

from datetime import date

from producer_studio.domain.account import Service


def version_text(profile: str) -> str:
    """Such as "MusicAPI, May 2026" for "musicapi-2026-05"; an unknown name as it is."""
    name, _, month = profile.partition("-")
    label = next((one.label for one in Service if one == name), "")
    if not label:
        return profile
    try:
        return f"{label}, {date.fromisoformat(f'{month}-01'):%B %Y}" if month else label
    except ValueError:
        return profile

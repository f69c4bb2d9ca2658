"""What is being written, safe from a crash."""

from typing import Any

from producer_studio.library.library import Library

_COMPOSE = "compose"


class Drafts:
    """The compose form between two starts."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def save(self, value: dict[str, Any]) -> None:
        """Keeps the form's content; anything that JSON can hold."""
        await self._library.save_draft(_COMPOSE, value)

    async def load(self) -> dict[str, Any] | None:
        """What was saved last; None the first time."""
        return await self._library.load_draft(_COMPOSE)

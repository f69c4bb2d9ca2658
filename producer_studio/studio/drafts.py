"""Draft of the compose form, stored in case of a crash."""

from typing import Any

from producer_studio.library.library import Library

_COMPOSE = "compose"


class Drafts:
    """Stores the content of the compose form between two runs."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def save(self, value: dict[str, Any]) -> None:
        """Saves the form's content; any JSON value."""
        await self._library.drafts.save(_COMPOSE, value)

    async def load(self) -> dict[str, Any] | None:
        """Returns the content that was saved last; None in the first run."""
        return await self._library.drafts.load(_COMPOSE)

"""Presses in the database."""

from producer_studio.domain.ids import PressId
from producer_studio.domain.press import Press
from producer_studio.library import press_sql
from producer_studio.library.context import LibraryContext


class PressRepository:
    """Reads presses; `JobRepository.write_all` writes each with its jobs."""

    def __init__(self, context: LibraryContext) -> None:
        self._context = context

    async def get(self, press_id: PressId) -> Press | None:
        return await self._context.database.read(press_sql.read_press, press_id)

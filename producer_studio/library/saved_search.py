"""Saved search: a query with its order under a name of the user's."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Self

from producer_studio.domain.ids import SavedSearchId
from producer_studio.library.clip_listing import NEWEST_FIRST, SmartList, SortOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """A list that fills itself: what a query finds, in an order.

    Attributes:
        name: On one line.
        query: As typed.
        smart_list: Predefined list in which it searches.
        position: Place among the lists of the user, ascending.
    """

    id: SavedSearchId
    name: str
    query: str
    sort: SortOrder = NEWEST_FIRST
    smart_list: SmartList = SmartList.ALL
    position: float = 0.0
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def with_changes(self, **changes: Any) -> Self:  # noqa: ANN401 - fields have many types
        """Returns a copy with some fields changed."""
        return replace(self, **changes)

"""Past query: a search of the library that was used."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PastQuery:
    """A query with its use.

    Attributes:
        query: As typed.
        uses: How often it was used.
        at: When it was last used, UTC.
    """

    query: str
    uses: int
    at: datetime

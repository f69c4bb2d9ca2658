"""Values of a clip that are in other tables: preset, price, exports, comparisons and lists."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from producer_studio.domain.ids import ClipId
from producer_studio.library.column_values import parse_text, replace_lone_surrogates
from producer_studio.library.fields import SEARCHES


@dataclass(frozen=True, slots=True)
class ClipRelations:
    """Values that `preset:`, `price:`, `exported:`, `judged:` and `list:` search.

    Attributes:
        preset: Name of the preset that its press was made from; empty without one.
        price: Credits charged for its request; None if unknown.
        exports: Number of exports to files.
        judgements: Number of rounds in which it was compared.
        playlists: Names of the playlists that it is in.
    """

    preset: str = ""
    price: float | None = None
    exports: int = 0
    judgements: int = 0
    playlists: tuple[str, ...] = ()


def read_relations(db: sqlite3.Connection, ids: Sequence[ClipId]) -> dict[ClipId, ClipRelations]:
    """Returns the relations of clips by their ids."""
    rows = db.execute(
        f"SELECT c.id, {SEARCHES['preset'].expression} AS preset, "  # noqa: S608 - our expressions
        "c.charged AS price, "
        "(SELECT count(*) FROM exports e WHERE e.clip = c.id) AS exports, "
        "(SELECT count(*) FROM judged_clips j WHERE j.clip = c.id) AS judgements, "
        "(SELECT json_group_array(name) FROM (SELECT DISTINCT p.name FROM playlist_items i "
        "JOIN playlists p ON p.id = i.playlist WHERE i.clip = c.id ORDER BY p.position)) AS lists "
        "FROM clips c WHERE c.id IN (SELECT value FROM json_each(?))",
        [json.dumps([replace_lone_surrogates(one) for one in ids])],
    )
    return {
        ClipId(parse_text(row["id"])): ClipRelations(
            parse_text(row["preset"] or ""),
            row["price"],
            row["exports"],
            row["judgements"],
            tuple(json.loads(row["lists"])),
        )
        for row in rows
    }

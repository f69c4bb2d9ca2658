"""Drafts in the database: unsent forms by name."""

import json
import logging
import sqlite3
from typing import Any

from producer_studio.domain.field_reader import parse_json_object
from producer_studio.library.column_values import parse_text, replace_lone_surrogates
from producer_studio.library.context import LibraryContext

log = logging.getLogger(__name__)


class DraftRepository:
    """Saves and loads unsent content of forms, as JSON values by name."""

    def __init__(self, context: LibraryContext) -> None:
        self._context = context

    async def save(self, name: str, value: dict[str, Any]) -> None:
        await self._context.database.write(_save_draft, name, value)

    async def load(self, name: str) -> dict[str, Any] | None:
        return await self._context.database.read(_load_draft, name)


def _save_draft(db: sqlite3.Connection, name: str, value: dict[str, Any]) -> None:
    db.execute(
        "INSERT INTO drafts(name, body) VALUES (?, ?) "
        "ON CONFLICT(name) DO UPDATE SET body = excluded.body",
        (name, replace_lone_surrogates(json.dumps(value, ensure_ascii=False))),
    )


def _load_draft(db: sqlite3.Connection, name: str) -> dict[str, Any] | None:
    row = db.execute("SELECT body FROM drafts WHERE name = ?", (name,)).fetchone()
    if row is None:
        return None
    try:
        return parse_json_object(parse_text(row["body"]))
    except ValueError as error:
        log.warning("Cannot read draft “%s”: %s", name, error)
        return None

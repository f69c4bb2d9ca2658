"""SQL for drafts: unsent forms by name."""

import json
import logging
import sqlite3
from typing import Any

from producer_studio.domain.field_reader import parse_json_object
from producer_studio.library.column_values import replace_lone_surrogates

log = logging.getLogger(__name__)


def save_draft(db: sqlite3.Connection, name: str, value: dict[str, Any]) -> None:
    db.execute(
        "INSERT INTO drafts(name, body) VALUES (?, ?) "
        "ON CONFLICT(name) DO UPDATE SET body = excluded.body",
        (name, replace_lone_surrogates(json.dumps(value, ensure_ascii=False))),
    )


def load_draft(db: sqlite3.Connection, name: str) -> dict[str, Any] | None:
    row = db.execute("SELECT body FROM drafts WHERE name = ?", (name,)).fetchone()
    if row is None:
        return None
    try:
        return parse_json_object(row["body"])
    except ValueError as error:
        log.warning("The draft “%s” cannot be read: %s", name, error)
        return None

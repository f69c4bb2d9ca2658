"""Table whose rows are changed only from the state that the caller knows."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from producer_studio.library.column_values import replace_lone_surrogates

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class ComparedTable(Generic[Value]):
    """Table with one row for each value, by its `id`.

    Attributes:
        to_columns: Returns the columns of a value, `id` first.
        parse: Parses a row; None if it cannot be read.
        order: Order of `list_all`.
    """

    name: str
    to_columns: Callable[[Value], dict[str, Any]]
    parse: Callable[[sqlite3.Row | Mapping[str, Any]], Value | None]
    order: str = "position, created_at, id"

    def list_all(self, db: sqlite3.Connection) -> list[Value]:
        """Returns all values in their order, without unreadable ones."""
        rows = db.execute(f"SELECT * FROM {self.name} ORDER BY {self.order}").fetchall()  # noqa: S608
        return [value for row in rows if (value := self.parse(row)) is not None]

    def are_as_expected(
        self, db: sqlite3.Connection, changes: Sequence[tuple[Value | None, Value | None]]
    ) -> bool:
        """Whether the values before are those in the database, and new ones are not there."""
        return all(self._is_as_expected(db, before, after) for before, after in changes)

    def apply(
        self, db: sqlite3.Connection, changes: Sequence[tuple[Value | None, Value | None]]
    ) -> None:
        """Writes or deletes rows."""
        for before, after in changes:
            if after is not None:
                self._write(db, self._columns(after))
            elif before is not None:
                key = self._columns(before)["id"]
                db.execute(f"DELETE FROM {self.name} WHERE id = ?", (key,))  # noqa: S608

    def replace(
        self, db: sqlite3.Connection, changes: Sequence[tuple[Value | None, Value | None]]
    ) -> bool:
        """Adds, changes or deletes rows, all or none.

        Args:
            changes: A value as it is expected (None for a new one), and its new state (None deletes
                it).

        Returns:
            Whether all were as expected, and any is different now.
        """
        changes = [(before, after) for before, after in changes if before != after]
        if not changes or not self.are_as_expected(db, changes):
            return False
        self.apply(db, changes)
        return True

    def _is_as_expected(
        self, db: sqlite3.Connection, before: Value | None, after: Value | None
    ) -> bool:
        one = before or after
        if one is None:
            return False
        key = self._columns(one)["id"]
        row = db.execute(f"SELECT * FROM {self.name} WHERE id = ?", (key,)).fetchone()  # noqa: S608
        if row is None or before is None:
            return row is None and before is None
        # Compared as they are stored, which replaces some characters.
        return self.parse(row) == self.parse(self._columns(before))

    def _columns(self, value: Value) -> dict[str, Any]:
        return {name: replace_lone_surrogates(one) for name, one in self.to_columns(value).items()}

    def _write(self, db: sqlite3.Connection, columns: Mapping[str, Any]) -> None:
        names = list(columns)
        marks = ", ".join(f":{name}" for name in names)
        updates = ", ".join(f"{name} = excluded.{name}" for name in names if name not in _FIXED)
        db.execute(
            f"INSERT INTO {self.name}({', '.join(names)}) VALUES ({marks}) "  # noqa: S608
            f"ON CONFLICT(id) DO UPDATE SET {updates}",
            columns,
        )


_FIXED = frozenset({"id", "created_at"})

"""Types of fields that are stored as JSON."""

# ruff: noqa: ARG002 - a type uses those of the folders that it needs

import json
from pathlib import Path
from typing import TypeVar

from producer_studio.domain.clip import MediaLinks, Registration
from producer_studio.domain.field_reader import MAX_LINK_LENGTH, FieldReader
from producer_studio.domain.ids import AccountName, RemoteId
from producer_studio.domain.recipe import Recipe
from producer_studio.domain.recipe_parser import parse_recipe
from producer_studio.domain.signed_url import drop_signed_url
from producer_studio.library.column_values import format_time
from producer_studio.library.field_types import FieldType, JsonValue, SqlValue

V = TypeVar("V")

_MAX_REGISTRATIONS = 1_000
_LINK_NAMES = ("audio", "wav", "image", "video", "archive")


class JsonType(FieldType[V]):
    """Value that is a JSON text in its column."""

    def from_column(self, stored: SqlValue, library: Path) -> V:
        found = self.from_json(
            FieldReader({"value": self.column_to_json(stored)}), "value", library
        )
        if found is None:
            raise ValueError("no value")
        return found

    def column_to_json(self, stored: SqlValue) -> JsonValue:
        """Parses the text; returns unreadable text unchanged, which no field accepts."""
        try:
            return json.loads(stored)  # type: ignore[arg-type]
        except (ValueError, TypeError, RecursionError):
            return stored


class RecipeJson(JsonType[Recipe]):
    """Recipe; without secrets and paths of this computer in `recipe.json`."""

    def __init__(self) -> None:
        super().__init__("TEXT NOT NULL", "{}")

    def to_column(self, value: Recipe, library: Path) -> SqlValue:
        return json.dumps(value.to_json(), ensure_ascii=False)

    def from_json(self, reader: FieldReader, key: str, base: Path) -> Recipe:
        recipe, unread = parse_recipe(reader.mapping(key))
        for name in unread:
            reader.mark_invalid(f"{key}.{name}")
        return recipe

    def to_json(self, value: Recipe, folder: Path) -> JsonValue:
        return value.strip_secrets().with_changes(audio_file="").to_json()


class LinksJson(JsonType[MediaLinks]):
    """Download links; signed ones are in the database only, as the folder may be shared."""

    def __init__(self) -> None:
        super().__init__("TEXT NOT NULL", "{}")

    def to_column(self, value: MediaLinks, library: Path) -> SqlValue:
        return json.dumps({name: link for name, link in _links(value) if link})

    def from_json(self, reader: FieldReader, key: str, base: Path) -> MediaLinks:
        inner = FieldReader(reader.mapping(key))
        links = MediaLinks(
            **{name: inner.identifier(name, limit=MAX_LINK_LENGTH) for name in _LINK_NAMES}
        )
        if inner.invalid_fields:
            reader.mark_invalid(key)
        return links

    def to_json(self, value: MediaLinks, folder: Path) -> JsonValue:
        return {name: link for name, link in _links(value) if drop_signed_url(link)}


def _links(value: MediaLinks) -> list[tuple[str, str]]:
    return [(name, getattr(value, name)) for name in _LINK_NAMES]


class RegistrationsJson(JsonType[tuple[Registration, ...]]):
    """Accounts that know the clip; each invalid entry is omitted."""

    def __init__(self) -> None:
        super().__init__("TEXT NOT NULL", "[]")

    def to_column(self, value: tuple[Registration, ...], library: Path) -> SqlValue:
        return json.dumps(self.to_json(value, library), ensure_ascii=False)

    def from_json(self, reader: FieldReader, key: str, base: Path) -> tuple[Registration, ...]:
        found: list[Registration] = []
        entries = reader.items(key)
        if len(entries) > _MAX_REGISTRATIONS:
            reader.mark_invalid(key)
        for entry in entries[:_MAX_REGISTRATIONS]:
            inner = FieldReader(entry if isinstance(entry, dict) else {})
            account, remote_id = inner.identifier("account"), inner.identifier("remote_id")
            service = inner.text("service")
            at = inner.timestamp("at")
            if account and remote_id:
                moment = {} if at is None else {"at": at}
                known = Registration(
                    account=AccountName(account),
                    remote_id=RemoteId(remote_id),
                    service=service,
                    **moment,
                )
                found.append(known)
            if inner.invalid_fields or at is None or not account or not remote_id:
                reader.mark_invalid(key)
        return tuple(found)

    def to_json(self, value: tuple[Registration, ...], folder: Path) -> JsonValue:
        return [
            {
                "account": one.account,
                "remote_id": one.remote_id,
                "service": one.service,
                "at": format_time(one.at),
            }
            for one in value
        ]

"""Stored accounts, without their keys."""

import logging
import re
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from msgspec import Meta

from producer_studio.domain.account import MAX_PLAN_LENGTH, Account, Service
from producer_studio.domain.ids import AccountName
from producer_studio.settings.decoding import decode, decode_or
from producer_studio.settings.json_file import JsonFile

_log = logging.getLogger(__name__)

_MAX_NAME_LENGTH = 80
_ACCOUNTS = "accounts"
_MIN_POLL_S = 0.05
_MAX_POLL_S = 3_600.0
_MAX_CONCURRENCY = 100
_DEFAULT_CONCURRENCY = 3
_MAX = sys.float_info.max
_Finite = Annotated[float, Meta(ge=-_MAX, le=_MAX)]
_Credits = Annotated[float, Meta(ge=0.0, le=_MAX)]
# Control characters, lone surrogates, and bidi control characters.
_FORBIDDEN_IN_NAME = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class AccountStore:
    """Accounts of the user in a JSON file, in the order they were added.

    Every call reads the file again, because the window and a command line may share it. Blocking,
    usable from any thread.
    """

    def __init__(self, path: Path) -> None:
        self._document = JsonFile(path)
        self._lock = threading.Lock()
        self._loaded_version: tuple[int, int, int] | None = None

    @property
    def problem(self) -> str:
        """Message for the user when the file was damaged; empty otherwise."""
        return self._document.problem

    def load_changed(self) -> tuple[Account, ...] | None:
        """Loads the accounts if the file has changed since; None if it has not, or is damaged."""
        version = self._document.version()
        if version in {None, self._loaded_version}:
            return None
        if not isinstance(self._document.peek().get(_ACCOUNTS), list):
            return None
        return self.load()

    def load(self) -> tuple[Account, ...]:
        with self._lock:
            self._loaded_version = self._document.version()
            return tuple(
                account
                for entry in self._entries()
                if (account := _parse_account(entry)) is not None
            )

    def all(self) -> tuple[Account, ...]:
        return self.load()

    def get(self, name: AccountName) -> Account | None:
        return next((account for account in self.load() if account.name == name), None)

    def add(self, account: Account) -> None:
        """Adds an account, or replaces the one with this name.

        Raises:
            ValueError: The name is empty, too long or not text, or the URL contains a password.
            StorageError: It could not be saved; the file is unchanged.
        """
        if not account.name.strip():
            raise ValueError("Enter a name for the account.")
        if len(account.name) > _MAX_NAME_LENGTH or _FORBIDDEN_IN_NAME.search(account.name):
            raise ValueError(
                f"The name of an account is one line of at most {_MAX_NAME_LENGTH} characters."
            )
        for address in (account.base_url, account.platform_url, account.webhook_url):
            if "@" in urlsplit(address).netloc:
                raise ValueError("Remove the user name and password from the address.")
        with self._lock, self._document.exclusive():
            self._write(account)

    def update(self, name: AccountName, change: Callable[[Account], Account]) -> Account | None:
        """Changes an account as stored on disk; returns None if it does not exist.

        Raises:
            StorageError: It could not be saved; the file is unchanged.
        """
        with self._lock, self._document.exclusive():
            found = (_parse_account(entry) for entry in self._entries())
            before = next((one for one in found if one is not None and one.name == name), None)
            if before is None:
                return None
            after = change(before)
            if after != before:
                self._write(after)
            return after

    def remove(self, name: AccountName) -> Account | None:
        """Removes an account and returns it; `Secrets.delete_all` removes its keys.

        Raises:
            StorageError: It could not be saved; the file is unchanged.
        """
        with self._lock, self._document.exclusive():
            entries = self._entries()
            remaining = [entry for entry in entries if not _is_named(entry, name)]
            if len(remaining) == len(entries):
                return None
            self._write_entries(remaining)
            return _parse_account(next(entry for entry in entries if _is_named(entry, name)))

    def _write(self, account: Account) -> None:
        written = {
            item.name: _to_json_value(getattr(account, item.name)) for item in fields(account)
        }
        entries = self._entries()
        for index, entry in enumerate(entries):
            if isinstance(entry, dict) and _is_named(entry, account.name):
                entries[index] = entry | written
                break
        else:
            entries.append(written)
        self._write_entries(entries)

    def _write_entries(self, entries: list[Any]) -> None:
        """Replaces the list; preserves other data that a later version stored in the file."""
        self._document.write(self._read_document() | {_ACCOUNTS: entries})

    def _entries(self) -> list[Any]:
        """Returns the raw entries of the file, including invalid ones."""
        stored = self._read_document()
        entries = stored.get(_ACCOUNTS, [])
        if isinstance(entries, list):
            return entries
        self._document.rename_as_broken()
        return []

    def _read_document(self) -> dict[str, Any]:
        earlier = self._document.problem
        stored = self._document.read()
        # A damaged file has been renamed and is missing at the next read: preserve the message.
        self._document.problem = self._document.problem or earlier
        return stored


def _is_named(entry: object, name: str) -> bool:
    return isinstance(entry, dict) and entry.get("name") == name


def _parse_account(entry: object) -> Account | None:
    """Parses a stored account; an invalid field gets its default.

    Entries without a name, or of a service that is unknown to this version, are skipped.
    """
    if not isinstance(entry, dict):
        return None
    try:
        return Account(
            name=decode(entry["name"], AccountName),
            service=decode(entry["service"], Service),
            profile=decode(entry.get("profile", ""), str),
            base_url=decode(entry.get("base_url", ""), str),
            poll_s=_parse_poll_interval(entry.get("poll_s")),
            concurrency=_parse_concurrency(entry.get("concurrency")),
            added_at=decode_or(entry.get("added_at"), str, ""),
            platform_url=decode_or(entry.get("platform_url"), str, ""),
            webhook_url=decode_or(entry.get("webhook_url"), str, ""),
            budget=_parse_budget(entry.get("budget")),
            daily_budget=_parse_budget(entry.get("daily_budget")),
            plan=decode_or(entry.get("plan"), str, "")[:MAX_PLAN_LENGTH],
            retired=_parse_days(entry.get("retired")),
            refused_models=_parse_days(entry.get("refused_models")),
        )
    except (KeyError, ValueError) as error:
        _log.warning("Skipped invalid account entry: %r", error)
        return None


def _parse_poll_interval(value: object) -> float | None:
    seconds: float | None = decode_or(value, _Finite, None)
    return None if seconds is None else min(max(_MIN_POLL_S, seconds), _MAX_POLL_S)


def _parse_concurrency(value: object) -> int:
    count: float = decode_or(value, _Finite, _DEFAULT_CONCURRENCY)
    return int(min(max(1, count), _MAX_CONCURRENCY))


def _parse_budget(value: object) -> float | None:
    """Parses credits per month or day. An invalid value becomes 0, so that nothing is spent."""
    return None if value is None else decode_or(value, _Credits, 0.0)


def _parse_days(value: object) -> dict[str, str]:
    """Parses names with the day on which each was marked; skips entries of other types."""
    stored: dict[str, object] = decode_or(value, dict[str, object], {})
    return {name: day for name, day in stored.items() if isinstance(day, str)}


def _to_json_value(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else value

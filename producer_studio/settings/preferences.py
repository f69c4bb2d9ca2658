"""User preferences as one immutable value."""

import base64
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from producer_studio.domain.ids import AccountName
from producer_studio.settings.json_file import JsonFile

_log = logging.getLogger(__name__)

_WINDOW_STATE_FIELDS = frozenset(
    {
        "window_geometry", "splitter_sizes", "columns", "sort_column", "sort_descending", "grid",
        "last_query", "last_list", "last_selection", "last_clip", "last_position_s",
    }
)  # fmt: skip
"""State that the program saves at each exit; changes are not reported to the user."""

DEFAULT_NAME_TEMPLATE = "{title} - {operation} - {take} - {model} - {seed}"
"""Default template, in which covers, stems and takes of a song get different names."""


class ThemeChoice(StrEnum):
    SYSTEM = "system"
    DARK = "dark"
    LIGHT = "light"


def _theme(value: object) -> ThemeChoice:
    return ThemeChoice(_text(value))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _base64(value: object) -> str:
    text = _text(value)
    base64.b64decode(text.encode("ascii"), validate=True)  # each of its exceptions is a ValueError
    return text


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("not true or false")
    return value


def _maybe_flag(value: object) -> bool | None:
    return None if value is None else _flag(value)


def _number(low: float, high: float) -> Callable[[object], float]:
    def read(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError("not a number")
        if not low <= value <= high:  # rejects NaN, too
            raise ValueError(f"not between {low} and {high}")
        return float(value)

    return read


def _whole(low: int, high: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError("not a whole number")
        if not low <= value <= high:
            raise ValueError(f"not between {low} and {high}")
        return value

    return read


def _list(item: Callable[[object], Any]) -> Callable[[object], tuple[Any, ...]]:
    def read(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise TypeError("not a list")
        return tuple(item(part) for part in value)

    return read


def _one_of(*choices: Any) -> Callable[[object], Any]:  # noqa: ANN401 - texts or numbers
    def read(value: object) -> Any:  # noqa: ANN401 - texts or numbers
        if value not in choices or isinstance(value, bool):
            raise ValueError(f"not one of {choices}")
        return value

    return read


def _preference(reader: Callable[[object], Any], default: Any) -> Any:  # noqa: ANN401 - any field
    return field(default=default, metadata={"reader": reader})


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """Preferences that persist between runs; secrets are never part of them.

    Attributes:
        text_scale: Factor for every font size.
        volume: 0 to 1.
        at_end: Action at the end of a clip: stop, next or repeat.
        library_dir: Absolute path; empty for the default.
        name_template: File name of an export, with {title}, {operation}, {take} and the like.
        window_geometry: Qt's saved geometry in base64; empty before the first run ends.
        splitter_sizes: Widths of compose, library and inspector in pixels.
        columns: Names of the library's visible columns, in order; empty for the default.
        sort_column: Column the list was sorted by at the last exit; empty for the default.
        grid: Whether clips were displayed as cards.
        last_query: Search query at the last exit.
        last_list: Smart list at the last exit.
        last_selection: Ids of the clips that were selected.
        last_clip: Id of the clip in the player; empty for none.
        last_position_s: Playback position in it, in seconds.
        notifications: Whether to notify when a job ends; None until the user has decided.
        export_artist: Artist tag of every exported file, as the next five; empty for none.
        concurrency: Default number of concurrent jobs at one service, unless its account sets
            another.
        export_format: mp3, wav, flac or m4a.
        mp3_mode: "320" (constant, kbit/s) or "V0" (variable).
        wav_bits: 16 or 24.
        webhook_port: Port that receives webhooks; 0 for none.
        bucket_endpoint: URL of an S3-compatible service for temporary uploads; empty for Amazon S3.
        bucket_region: Region such as "us-east-1".
        bucket_name: Name of the bucket; empty when none is configured.
        bucket_key_id: Id of the access key; its secret is in the keychain.
        bucket_prefix: Folder in the bucket; empty for none.
        bucket_path_style: Whether the bucket's name is part of the path; otherwise of the host.
        bucket_public_url: URL under which the bucket is publicly readable; empty for none.
        updates: Whether to check for a new release once a day.
        updates_url: URL of the announcement; empty for the built-in one.
    """

    theme: ThemeChoice = _preference(_theme, ThemeChoice.SYSTEM)
    text_scale: float = _preference(_number(0.75, 2.0), 1.0)
    active_account: AccountName = _preference(_text, AccountName(""))
    volume: float = _preference(_number(0.0, 1.0), 0.8)
    muted: bool = _preference(_flag, False)
    audio_device: str = _preference(_text, "")
    at_end: str = _preference(_one_of("stop", "next", "repeat"), "next")
    library_dir: str = _preference(_text, "")
    name_template: str = _preference(_text, DEFAULT_NAME_TEMPLATE)
    export_folder: str = _preference(_text, "")
    export_format: str = _preference(_one_of("mp3", "wav", "flac", "m4a"), "mp3")
    mp3_mode: str = _preference(_one_of("320", "V0"), "320")
    wav_bits: int = _preference(_one_of(16, 24), 16)
    export_artist: str = _preference(_text, "")
    export_album_artist: str = _preference(_text, "")
    export_album: str = _preference(_text, "")
    export_copyright: str = _preference(_text, "")
    export_genre: str = _preference(_text, "")
    export_comment: str = _preference(_text, "")
    concurrency: int = _preference(_whole(1, 20), 3)
    notifications: bool | None = _preference(_maybe_flag, None)
    welcome_seen: bool = _preference(_flag, False)
    window_geometry: str = _preference(_base64, "")
    splitter_sizes: tuple[int, ...] = _preference(_list(_whole(0, 100_000)), ())
    columns: tuple[str, ...] = _preference(_list(_text), ())
    sort_column: str = _preference(_text, "")
    sort_descending: bool = _preference(_flag, True)
    grid: bool = _preference(_flag, False)
    last_query: str = _preference(_text, "")
    last_list: str = _preference(
        _one_of("all", "favourites", "unheard", "uploads", "lyrics", "videos", "trash"), "all"
    )
    last_selection: tuple[str, ...] = _preference(_list(_text), ())
    last_clip: str = _preference(_text, "")
    last_position_s: float = _preference(_number(0.0, 1_000_000.0), 0.0)
    webhook_port: int = _preference(_whole(0, 65_535), 0)
    bucket_endpoint: str = _preference(_text, "")
    bucket_region: str = _preference(_text, "")
    bucket_name: str = _preference(_text, "")
    bucket_key_id: str = _preference(_text, "")
    bucket_prefix: str = _preference(_text, "")
    bucket_path_style: bool = _preference(_flag, True)
    bucket_public_url: str = _preference(_text, "")
    updates: bool = _preference(_flag, False)
    updates_url: str = _preference(_text, "")

    def with_changes(self, **changes: Any) -> Self:  # noqa: ANN401 - fields have many types
        """Returns a copy with some preferences changed.

        Raises:
            TypeError: There is no such preference, or the value has the wrong type.
            ValueError: The value is out of range.
        """
        known = {item.name: item for item in fields(self)}
        checked = {
            name: known[name].metadata["reader"](value) if name in known else value
            for name, value in changes.items()
        }
        return replace(self, **checked)


class PreferencesFile:
    """JSON file of the preferences; its methods block and must not run on the UI thread.

    Attributes:
        problem: Message for the user when the file was damaged; empty otherwise.
    """

    def __init__(self, path: Path) -> None:
        self._document = JsonFile(path)
        self._unknown: dict[str, Any] = {}
        self._unreadable: dict[str, Any] = {}

    @property
    def path(self) -> Path:
        return self._document.path

    @property
    def problem(self) -> str:
        if self._document.problem:
            return self._document.problem
        named = [name for name in self._unreadable if name not in _WINDOW_STATE_FIELDS]
        if not named:
            return ""
        return (
            f"{self.path.name} has settings that cannot be read: {', '.join(named)}. They are at "
            "their defaults; what is in the file stays until you choose something else."
        )

    def load(self) -> Preferences:
        """Loads the preferences; missing, invalid or out-of-range values get their defaults."""
        stored = self._document.read()
        preferences, unreadable = _parse_preferences(stored)
        self._unreadable = {name: value for name, (value, _) in unreadable.items()}
        for name, (_, problem) in unreadable.items():
            _log.warning("Preference %s is ignored: %s", name, problem)
        self._unknown = stored
        return preferences

    def peek(self) -> Preferences:
        """Loads the preferences for the first paint; does not report or rename a damaged file."""
        return _parse_preferences(self._document.peek())[0]

    def save(self, preferences: Preferences) -> None:
        """Replaces the file atomically; preserves entries of a later version.

        Invalid values are preserved too, until they are replaced by another choice.

        Raises:
            StorageError: Writing failed; the old file is unchanged.
        """
        defaults = asdict(Preferences())
        values = asdict(preferences)
        for name, value in self._unreadable.items():
            if values[name] == defaults[name]:
                values[name] = value
        self._document.write(self._unknown | values)


def _parse_preferences(stored: dict[str, Any]) -> tuple[Preferences, dict[str, tuple[Any, str]]]:
    """Removes the known entries from `stored`; returns the ignored ones with the reasons."""
    values: dict[str, Any] = {}
    unreadable: dict[str, tuple[Any, str]] = {}
    for item in fields(Preferences):
        if item.name not in stored:
            continue
        value = stored.pop(item.name)
        try:
            values[item.name] = item.metadata["reader"](value)
        except (TypeError, ValueError, OverflowError) as error:
            unreadable[item.name] = (value, str(error))
    return Preferences(**values), unreadable

"""User preferences as one immutable value."""

import logging
from collections.abc import Collection
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_type_hints

from msgspec import Meta

from producer_studio.domain.ids import AccountName
from producer_studio.settings.decoding import decode
from producer_studio.settings.json_file import JsonFile
from producer_studio.translation import join_texts, mark

_log = logging.getLogger(__name__)

_WINDOW_STATE_FIELDS = frozenset(
    {
        "window_geometry", "splitter_sizes", "columns", "column_widths",
        "sort_column", "sort_descending", "grid",
        "groups_takes", "open_groups", "lyrics_outline",
        "last_query", "last_list", "last_user_list",
        "last_selection", "last_clip", "last_position_s", "last_version", "recent_files",
    }
)  # fmt: skip
"""State that the program saves at each exit; changes are not reported to the user."""

DEFAULT_NAME_TEMPLATE = "{title} - {operation} - {take} - {model} - {seed}"
"""Default template, in which covers, stems and takes of a song get different names."""


class ThemeChoice(StrEnum):
    SYSTEM = "system"
    DARK = "dark"
    LIGHT = "light"


_Base64 = Annotated[
    str,
    Meta(pattern=r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\Z"),
]
_ListName = Literal["all", "favourites", "unheard", "uploads", "lyrics", "videos", "trash"]
_Credits = Annotated[float, Meta(ge=0.0, le=1e15)]
_Pixels = Annotated[int, Meta(ge=0, le=100_000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """Preferences that persist between runs; secrets are never part of them.

    Attributes:
        accent: Accent colour: the studio's, or the desktop's.
        text_scale: Factor for every font size.
        language: Code of the language of all texts, or "system".
        volume: 0 to 1.
        at_end: Action at the end of a clip: stop, next, repeat (the clip) or repeat_all.
        shuffle: Whether the next clip is drawn from the list, each one once.
        queue: Ids of the clips that are played next, in order.
        library_dir: Absolute path; empty for the default.
        name_template: File name of an export, with {title}, {operation}, {take} and the like.
        window_geometry: Qt's saved geometry in base64; empty before the first run ends.
        splitter_sizes: Widths of compose, library and inspector in pixels.
        columns: Names of the library's visible columns, in order; empty for the default.
        column_widths: Their widths in pixels at a text size of 100 %; 0 for the default.
        sort_column: Column the list was sorted by at the last exit; empty for the default.
        grid: Whether clips were displayed as cards.
        groups_takes: Whether the takes of a press were one group in the list.
        lyrics_outline: Whether the outline of the sections stood beside the lyrics.
        open_groups: Presses whose groups were open.
        last_query: Search query at the last exit.
        last_list: Smart list at the last exit.
        last_user_list: Id of the saved search or playlist at the last exit; empty for none.
        last_selection: Ids of the clips that were selected.
        last_clip: Id of the clip in the player; empty for none.
        last_position_s: Playback position in it, in seconds.
        recent_files: Absolute paths of the files that were opened in the form, latest first.
        lists_recent_files: Whether opened and exported files are added to the desktop's list of
            recent files.
        last_version: Version of the program at the last start; empty before the first.
        export_artist: Artist tag of every exported file, as the next five; empty for none.
        concurrency: Default number of concurrent jobs at one service, unless its account sets
            another.
        monthly_budget, daily_budget: Credits that all accounts together may spend; None for no
            limit.
        drag_profile: Id of the export profile that clips are dragged out by; empty for originals.
        export_profile: Id of the export profile that was used last; empty for none.
        export_format: mp3, wav, flac or m4a, without a profile, as the next two.
        mp3_mode: "320" (constant, kbit/s) or "V0" (variable).
        wav_bits: 16 or 24.
        shortcuts: Qt's names of the keys that the user chose, by command; empty for none.
        notifications: Whether the desktop shows a notification when a job ends while another
            window is in front: on, off, or ask once in the window.
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

    theme: ThemeChoice = ThemeChoice.SYSTEM
    accent: Literal["studio", "system"] = "studio"
    text_scale: Annotated[float, Meta(ge=0.75, le=2.0)] = 1.0
    language: Literal["system", "en", "de", "zh_CN"] = "system"
    active_account: AccountName = AccountName("")
    volume: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.8
    muted: bool = False
    audio_device: str = ""
    at_end: Literal["stop", "next", "repeat", "repeat_all"] = "next"
    shuffle: bool = False
    queue: tuple[str, ...] = ()
    library_dir: str = ""
    name_template: str = DEFAULT_NAME_TEMPLATE
    export_folder: str = ""
    export_profile: str = ""
    drag_profile: str = ""
    export_format: Literal["mp3", "wav", "flac", "m4a"] = "mp3"
    mp3_mode: Literal["320", "V0"] = "320"
    wav_bits: Literal[16, 24] = 16
    export_artist: str = ""
    export_album_artist: str = ""
    export_album: str = ""
    export_copyright: str = ""
    export_genre: str = ""
    export_comment: str = ""
    concurrency: Annotated[int, Meta(ge=1, le=20)] = 3
    monthly_budget: _Credits | None = None
    daily_budget: _Credits | None = None
    window_geometry: _Base64 = ""
    splitter_sizes: tuple[_Pixels, ...] = ()
    columns: tuple[str, ...] = ()
    column_widths: tuple[_Pixels, ...] = ()
    sort_column: str = ""
    sort_descending: bool = True
    grid: bool = False
    groups_takes: bool = True
    lyrics_outline: bool = False
    open_groups: tuple[str, ...] = ()
    last_query: str = ""
    last_list: Literal["all", "favourites", "unheard", "uploads", "lyrics", "videos", "trash"] = (
        "all"
    )
    last_user_list: str = ""
    last_selection: tuple[str, ...] = ()
    last_clip: str = ""
    last_position_s: Annotated[float, Meta(ge=0.0, le=1_000_000.0)] = 0.0
    recent_files: Annotated[tuple[str, ...], Meta(max_length=10)] = ()
    lists_recent_files: bool = True
    last_version: Annotated[str, Meta(max_length=60)] = ""
    shortcuts: dict[str, str] = field(default_factory=dict)
    notifications: Literal["ask", "on", "off"] = "ask"
    webhook_port: Annotated[int, Meta(ge=0, le=65_535)] = 0
    bucket_endpoint: str = ""
    bucket_region: str = ""
    bucket_name: str = ""
    bucket_key_id: str = ""
    bucket_prefix: str = ""
    bucket_path_style: bool = True
    bucket_public_url: str = ""
    updates: bool = False
    updates_url: str = ""

    def with_changes(self, **changes: Any) -> Self:  # noqa: ANN401 - fields have many types
        """Returns a copy with some preferences changed.

        Raises:
            TypeError: There is no such preference.
            ValueError: The value has another type, or is out of range.
        """
        checked = {
            name: decode(value, _TYPES[name]) if name in _TYPES else value
            for name, value in changes.items()
        }
        return replace(self, **checked)


_TYPES = get_type_hints(Preferences, include_extras=True)


class PreferencesFile:
    """JSON file of the preferences; its methods block and must not run on the UI thread.

    Attributes:
        problem: Message for the user when the file was damaged; empty otherwise.
    """

    def __init__(self, path: Path) -> None:
        self._document = JsonFile(path)
        self._unknown: dict[str, Any] = {}
        self._unreadable: dict[str, Any] = {}
        self._loaded_version: tuple[int, int, int] | None = None

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
        return mark(
            "{file} contains unreadable settings: {names}. Their defaults are used; the values in "
            "the file are kept until you change them.",
            file=self.path.name,
            names=join_texts(named),
        )

    def load(self) -> Preferences:
        """Loads the preferences; missing, invalid or out-of-range values get their defaults."""
        self._loaded_version = self._document.version()
        stored = self._document.read()
        preferences, unreadable = _parse_preferences(stored)
        self._unreadable = {name: value for name, (value, _) in unreadable.items()}
        for name, (_, problem) in unreadable.items():
            _log.warning("Ignored preference %s: %s", name, problem)
        self._unknown = stored
        return preferences

    def peek(self) -> Preferences:
        """Loads the preferences for the first paint; does not report or rename a damaged file."""
        return _parse_preferences(self._document.peek())[0]

    def peek_changed(self) -> Preferences | None:
        """Loads the preferences if the file has changed since; None if not, or it is damaged."""
        version = self._document.version()
        if version in {None, self._loaded_version}:
            return None
        stored = self._document.peek()
        if not stored:
            return None
        self._loaded_version = version
        return _parse_preferences(stored)[0]

    def save(
        self,
        preferences: Preferences,
        changed: Collection[str] | None = None,
        before: Preferences | None = None,
    ) -> None:
        """Replaces the file atomically; preserves entries of a later version.

        Invalid values are preserved too, until they are replaced by another choice.

        Args:
            changed: Names of the preferences to write; the others stay as another process may have
                written them meanwhile. None for all.
            before: What this process has read or written last: of a preference with entries, such
                as the keys by command, only the entries that differ from it are written.

        Raises:
            StorageError: Writing failed; the old file is unchanged.
        """
        with self._document.exclusive():
            self._save(preferences, changed, before or Preferences())

    def _save(
        self, preferences: Preferences, changed: Collection[str] | None, before: Preferences
    ) -> None:
        stored = self._document.peek() if changed is not None else {}
        if changed is not None and stored:
            newest, unreadable = _parse_preferences(stored)
            self._unreadable = {name: value for name, (value, _) in unreadable.items()}
            self._unknown = stored
            values: dict[str, Any] = {
                name: _merge(
                    getattr(newest, name), getattr(preferences, name), getattr(before, name)
                )
                for name in changed
            }
            preferences = replace(newest, **values)
        defaults = asdict(Preferences())
        entries = asdict(preferences)
        for name, value in self._unreadable.items():
            if entries[name] == defaults[name]:
                entries[name] = value
        self._document.write(self._unknown | entries)


def _merge(newest: object, value: object, before: object) -> object:
    """Returns what to write: of a mapping the newest entries with this process's changes."""
    if not (isinstance(newest, dict) and isinstance(value, dict) and isinstance(before, dict)):
        return value
    removed = before.keys() - value.keys()
    kept = {key: entry for key, entry in newest.items() if key not in removed}
    changed = {
        key: entry for key, entry in value.items() if key not in before or before[key] != entry
    }
    return kept | changed


def _parse_preferences(stored: dict[str, Any]) -> tuple[Preferences, dict[str, tuple[Any, str]]]:
    """Removes the known entries from `stored`; returns the ignored ones with the reasons."""
    values: dict[str, Any] = {}
    unreadable: dict[str, tuple[Any, str]] = {}
    for name, kind in _TYPES.items():
        if name not in stored:
            continue
        value = stored.pop(name)
        try:
            values[name] = decode(value, kind)
        except ValueError as error:
            unreadable[name] = (value, str(error))
    return Preferences(**values), unreadable

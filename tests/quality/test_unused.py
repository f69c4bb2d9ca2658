"""Code that nothing uses is removed: vulture finds it, and what it cannot see is listed here.

A preference that nothing reads is found the same way, as an attribute that is never used.
"""

from collections.abc import Sequence
from pathlib import Path

import pytest
from vulture import Vulture

ROOT = Path(__file__).parents[2]

# Called by Qt, asyncio, click, uvicorn or the io protocol under these names.
CALLED_BY_LIBRARIES = {
    "write_dl",
    "capture_signals", "closeEvent", "contextMenuEvent", "createEditor",
    "dragMoveEvent", "dropEvent",
    "expandingDirections", "focusNextPrevChild", "frameBoundingRect", "headerData",
    "highlightBlock", "hitButton", "hitTest",
    "keyboardSearch", "mouseDoubleClickEvent", "pageCount", "seekable",
    "setEditorData", "setModelData", "startDrag", "supportedDragActions", "updateEditorGeometry",
    "writable", "__call__", "knob_position",
    "import_file",
    "list_accounts", "list_reports", "move_item", "set_bucket", "set_port",
}  # fmt: skip

# Attributes of objects of other libraries: set here, read there.
SET_FOR_LIBRARIES = {
    "formatter_class",
    "pix_fmt", "row_factory", "seekpoints", "skip_frame", "text_factory", "thread_count",
    "thread_type",
    "album_title", "auto_repeat_mode", "end_time", "is_next_enabled",
    "is_pause_enabled", "is_play_enabled", "is_previous_enabled", "is_stop_enabled",
    "max_seek_time", "min_seek_time", "playback_rate", "playback_status", "shuffle_enabled",
    "thumbnail",
    "EndElementHandler", "EntityDeclHandler", "StartElementHandler",
}  # fmt: skip

# Read by a name that is data: a column, a placeholder of the style sheet, a key of a document.
READ_BY_NAME = {
    "accent_hover", "accent_press", "clipped_samples",
    "export_album_artist", "export_comment", "export_copyright", "export_genre",
    "logo_ink", "peak_dbfs", "played_at", "unheard",
}  # fmt: skip

# Imported or kept alive for the type checker and for Qt alone.
KEPT = {"Packet", "S3Credential", "_button_keys"}

# Parts of the public interface of a class that tests alone use.
FOR_TESTS = {
    "TEXTS",
    "active_exports", "byte_count", "create_database", "late_frames", "longest_ms",
    "marked_line", "overwrite", "own_ms", "remove_term", "scroll_bar_width_px",
    "SEARCH_FIELDS", "show_key", "shown_s", "StallDetector", "store_key", "time_left",
    "toggle_button", "wait_for_sidecars",
}  # fmt: skip

# Methods and properties of objects on the session bus.
_CALLED_OVER_THE_BUS = ["@dbus_method", "@dbus_property", "@*.setter"]

ALLOWED = CALLED_BY_LIBRARIES | SET_FOR_LIBRARIES | READ_BY_NAME | KEPT | FOR_TESTS


def find_unused(paths: Sequence[Path]) -> dict[str, str]:
    """Names that nothing in the files uses, each with the place of its definition."""
    vulture = Vulture(ignore_decorators=_CALLED_OVER_THE_BUS)
    vulture.scavenge([str(path) for path in paths])
    return {
        item.name: f"{item.filename}:{item.first_lineno}: {item.typ} {item.name}"
        for item in vulture.get_unused_code(min_confidence=60)
    }


def test_everything_is_used() -> None:
    unused = find_unused([ROOT / "producer_studio"])
    assert [place for name, place in unused.items() if name not in ALLOWED] == []
    assert sorted(ALLOWED - unused.keys()) == [], "used, or gone: no longer to be listed"


def test_names_for_tests_are_used_by_tests() -> None:
    tests = "\n".join(
        path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)
    )
    assert sorted(name for name in FOR_TESTS if name not in tests) == []


@pytest.mark.parametrize(
    ("source", "unused"),
    [
        ("def used(): ...\nused()", set()),
        ("def unused(): ...", {"unused"}),
        ("class Preferences:\n    theme: str\n    volume: float\nPreferences().theme", {"volume"}),
    ],
)
def test_unused_code_is_found(tmp_path: Path, source: str, unused: set[str]) -> None:
    path = tmp_path / "module.py"
    path.write_text(source, "utf-8")
    assert set(find_unused([path])) == unused

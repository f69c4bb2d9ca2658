"""Tables whose readable rows are copied out of a damaged database, and their columns."""

COPIED_COLUMNS = {
    "jobs": (
        "id", "state", "account", "operation", "model", "task_id", "dismissed", "waited_s",
        "press", "charged", "body",
    ),
    "ledger": ("account", "kind", "amount", "job", "note", "at"),
    "answers": ("job", "at", "body"),
    "presses": (
        "id", "account", "operation", "model", "takes", "credits_expected", "created_at",
        "recipes", "form", "words", "pinned", "repeats", "preset", "sweep",
    ),
    "drafts": ("name", "body"),
    "peaks": ("clip", "bins"),
    "judgements": ("id", "result", "blind", "session", "round", "at"),
    "judged_clips": ("judgement", "clip", "outcome"),
    "positions": ("clip", "position_s", "at"),
    "queue_items": ("id", "position", "clip"),
    "playlists": ("id", "name", "position", "notes", "created_at", "changed_at"),
    "playlist_items": ("id", "playlist", "position", "clip", "added_at"),
    "saved_searches": (
        "id", "name", "position", "query", "sort", "descending", "view", "created_at",
    ),
    "past_queries": ("query", "uses", "at"),
    "presets": ("id", "name", "shortcut", "position", "form", "created_at", "used_at"),
    "text_versions": ("document", "reason", "text", "at"),
    "price_samples": ("account", "operation", "model", "credits", "job", "at"),
    "files": ("clip", "name", "sha256", "size_bytes"),
    "features": ("clip", "version", "vector"),
    "exports": ("id", "clip", "state", "spec", "path", "fault", "created_at", "finished_at"),
}  # fmt: skip
"""Columns by table. An older database may lack tables, and columns of `jobs`."""

KEYED_TABLES = (
    "presses", "drafts", "peaks", "judgements", "judged_clips", "positions", "queue_items",
    "playlists", "playlist_items", "saved_searches", "past_queries", "presets", "files",
    "features", "exports",
)  # fmt: skip
"""Tables with a unique key, each behind those that it refers to."""

UNKEYED_TABLES = ("text_versions", "price_samples")
"""Tables whose equal rows are the same row, like the ledger's."""

CLIP_TABLES = frozenset(
    {"peaks", "positions", "queue_items", "playlist_items", "files", "features"}
)
"""Tables whose rows belong to a clip, and cannot be without it."""

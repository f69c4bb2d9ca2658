"""Operations of music services, edits on this computer, and imports."""

from enum import StrEnum

from producer_studio.translation import mark, pmark


class Operation(StrEnum):
    """Way in which a clip is made: a kind of request, independent of the dialect, or local."""

    CREATE = "create"
    EXTEND = "extend"
    COVER = "cover"
    REPLACE = "replace"
    SWAP_VOCALS = "swap-vocals"
    SWAP_SOUND = "swap-sound"
    VARIATION = "variation"
    STEMS = "stems"
    LYRICS = "lyrics"
    VIDEO = "video"
    UPLOAD = "upload"
    EXPORT = "export"
    TRIM = "trim"
    FADE = "fade"
    JOIN = "join"
    LEVEL = "level"
    IMPORT = "import"

    @property
    def label(self) -> str:
        """Label of the operation's button."""
        return _LABELS[self]

    @property
    def name_in_text(self) -> str:
        """The label within a sentence."""
        return _NAMES_IN_TEXTS[self]

    @property
    def is_local(self) -> bool:
        """Whether it is done on this computer, without asking a service."""
        return self in _LOCAL

    @property
    def needs_source(self) -> bool:
        """Whether it works on an existing clip."""
        return self not in _WITHOUT_SOURCE

    @property
    def needs_text(self) -> bool:
        """Whether it requires a sound or lyrics ("MusicAPI, Producer examples", table)."""
        return self in _NEEDING_TEXT

    @property
    def makes_audio(self) -> bool:
        """Whether its result is one or more audio clips."""
        return self not in _WITHOUT_AUDIO


_LABELS = {
    Operation.CREATE: pmark("operation", "Create"),
    Operation.EXTEND: pmark("operation", "Extend"),
    Operation.COVER: pmark("operation", "Cover"),
    Operation.REPLACE: pmark("operation", "Replace"),
    Operation.SWAP_VOCALS: mark("Swap vocals"),
    Operation.SWAP_SOUND: mark("Swap sound"),
    Operation.VARIATION: mark("Variation"),
    Operation.STEMS: mark("Stems"),
    Operation.LYRICS: mark("Lyrics"),
    Operation.VIDEO: mark("Video"),
    Operation.UPLOAD: pmark("operation", "Upload"),
    Operation.EXPORT: pmark("operation", "Export"),
    Operation.TRIM: pmark("operation", "Trim"),
    Operation.FADE: pmark("operation", "Fade"),
    Operation.JOIN: pmark("operation", "Join"),
    Operation.LEVEL: pmark("operation", "Level"),
    Operation.IMPORT: pmark("operation", "Import"),
}
_NAMES_IN_TEXTS = {
    Operation.CREATE: pmark("operation", "create"),
    Operation.EXTEND: pmark("operation", "extend"),
    Operation.COVER: pmark("operation", "cover"),
    Operation.REPLACE: pmark("operation", "replace"),
    Operation.SWAP_VOCALS: mark("swap vocals"),
    Operation.SWAP_SOUND: mark("swap sound"),
    Operation.VARIATION: mark("variation"),
    Operation.STEMS: mark("stems"),
    Operation.LYRICS: mark("lyrics"),
    Operation.VIDEO: mark("video"),
    Operation.UPLOAD: pmark("operation", "upload"),
    Operation.EXPORT: pmark("operation", "export"),
    Operation.TRIM: pmark("operation", "trim"),
    Operation.FADE: pmark("operation", "fade"),
    Operation.JOIN: pmark("operation", "join"),
    Operation.LEVEL: pmark("operation", "level"),
    Operation.IMPORT: pmark("operation", "import"),
}

_LOCAL = frozenset(
    {Operation.TRIM, Operation.FADE, Operation.JOIN, Operation.LEVEL, Operation.IMPORT}
)
_WITHOUT_SOURCE = frozenset(
    {Operation.CREATE, Operation.LYRICS, Operation.UPLOAD, Operation.IMPORT}
)
_WITHOUT_AUDIO = frozenset({Operation.LYRICS, Operation.VIDEO, Operation.EXPORT})
_NEEDING_TEXT = frozenset(
    {
        Operation.CREATE,
        Operation.EXTEND,
        Operation.COVER,
        Operation.REPLACE,
        Operation.SWAP_VOCALS,
        Operation.SWAP_SOUND,
    }
)

SERVICE_OPERATIONS = tuple(operation for operation in Operation if not operation.is_local)
"""Operations that services can offer, and that a recipe can have."""

OPERATIONS_WITHOUT_TAKES = frozenset(
    {Operation.STEMS, Operation.VIDEO, Operation.UPLOAD, Operation.LYRICS, Operation.EXPORT}
)
"""Operations that return the same result for every request, so that several takes are useless."""

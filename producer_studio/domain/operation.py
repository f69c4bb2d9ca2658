"""Operations of music services."""

from enum import StrEnum


class Operation(StrEnum):
    """Kind of request, independent of the dialect of a service."""

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

    @property
    def label(self) -> str:
        """Label of the operation's button."""
        return self.value.replace("-", " ").capitalize()

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


_WITHOUT_SOURCE = frozenset({Operation.CREATE, Operation.LYRICS, Operation.UPLOAD})
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

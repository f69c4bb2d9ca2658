"""Recipe fields that an operation accepts."""

from collections.abc import Mapping

from producer_studio.domain.capabilities import Capability
from producer_studio.domain.operation import Operation

_STRENGTH_FIELDS = frozenset({"lyrics_strength", "sound_strength", "weirdness"})
_TEXT_FIELDS = frozenset({"sound", "lyrics", "title", "model", "seed"})
_URL_FIELDS = frozenset({"cover_url", "webhook_url"})
_SONG_FIELDS = _TEXT_FIELDS | _STRENGTH_FIELDS | _URL_FIELDS | {"instrumental"}

# Common fields, used without an account and for services that do not list theirs.
_DEFAULT_FIELDS: Mapping[Operation, frozenset[str]] = {
    Operation.CREATE: _SONG_FIELDS,
    Operation.EXTEND: _SONG_FIELDS | {"starts_at_s"},
    Operation.COVER: _SONG_FIELDS | {"cover_strength"},
    Operation.REPLACE: _SONG_FIELDS | {"starts_at_s", "ends_at_s"},
    Operation.SWAP_VOCALS: _SONG_FIELDS | {"cover_strength"},
    Operation.SWAP_SOUND: _SONG_FIELDS | {"cover_strength"},
    Operation.VARIATION: frozenset({"title", "model", "seed"}) | _URL_FIELDS,
    Operation.STEMS: frozenset({"webhook_url"}),
    Operation.LYRICS: frozenset({"prompt"}),
    Operation.VIDEO: frozenset({"preset"}),
    Operation.UPLOAD: frozenset({"audio_url", "audio_file"}),
    Operation.EXPORT: frozenset({"export_format"}),
}


def fields_for(operation: Operation, capability: Capability | None = None) -> frozenset[str]:
    """Returns the recipe fields that are shown and sent.

    Args:
        capability: The active account's capability for the operation; None without an account.
    """
    fields = capability.fields if capability is not None else frozenset[str]()
    taken = fields or _DEFAULT_FIELDS[operation]
    # A local file is uploaded to a temporary host first and then passed by its URL.
    return taken | {"audio_file"} if operation is Operation.UPLOAD else taken

"""Which fields of the desk an operation takes."""

from collections.abc import Mapping

from producer_studio.domain.capabilities import Capability
from producer_studio.domain.operation import Operation

_STRENGTHS = frozenset({"lyrics_strength", "sound_strength", "weirdness"})
_WORDS = frozenset({"sound", "lyrics", "title", "model", "seed"})
_ADDRESSES = frozenset({"cover_url", "webhook_url"})
_SONG = _WORDS | _STRENGTHS | _ADDRESSES | {"instrumental"}

# For a desk without an account, and for services that do not say it: what they have in common.
_USUAL: Mapping[Operation, frozenset[str]] = {
    Operation.CREATE: _SONG,
    Operation.EXTEND: _SONG | {"starts_at_s"},
    Operation.COVER: _SONG | {"cover_strength"},
    Operation.REPLACE: _SONG | {"starts_at_s", "ends_at_s"},
    Operation.SWAP_VOCALS: _SONG | {"cover_strength"},
    Operation.SWAP_SOUND: _SONG | {"cover_strength"},
    Operation.VARIATION: frozenset({"title", "model", "seed"}) | _ADDRESSES,
    Operation.STEMS: frozenset({"webhook_url"}),
    Operation.LYRICS: frozenset({"prompt"}),
    Operation.VIDEO: frozenset({"preset"}),
    Operation.UPLOAD: frozenset({"audio_url", "audio_file"}),
    Operation.EXPORT: frozenset({"export_format"}),
}


def taken_by(operation: Operation, capability: Capability | None = None) -> frozenset[str]:
    """The recipe's fields that are shown and sent.

    Args:
        capability: What the active account says of the operation; None without an account.
    """
    fields = capability.fields if capability is not None else frozenset[str]()
    taken = fields or _USUAL[operation]
    # A file of this computer is put up somewhere first and then uploaded by its address.
    return taken | {"audio_file"} if operation is Operation.UPLOAD else taken

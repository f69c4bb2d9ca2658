"""Icons, labels and availability of the operations."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from producer_studio.domain.operation import SERVICE_OPERATIONS, Operation
from producer_studio.translation import mark, pmark, tr

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio


OPERATION_ICONS: Mapping[Operation, str] = {
    Operation.CREATE: "sparkles",
    Operation.EXTEND: "chevron-right",
    Operation.COVER: "mic-vocal",
    Operation.REPLACE: "scissors",
    Operation.VARIATION: "layers",
    Operation.SWAP_VOCALS: "arrow-left-right",
    Operation.SWAP_SOUND: "drum",
    Operation.STEMS: "audio-lines",
    Operation.VIDEO: "video",
    Operation.UPLOAD: "upload",
    Operation.LYRICS: "file-text",
    Operation.EXPORT: "download",
    Operation.TRIM: "scissors",
    Operation.FADE: "audio-lines",
    Operation.JOIN: "plus",
    Operation.LEVEL: "volume-2",
    Operation.IMPORT: "folder-open",
}

_ACTION_LABELS: Mapping[Operation, str] = {
    Operation.CREATE: mark("Generate"),
    Operation.VARIATION: mark("Vary"),
    Operation.STEMS: mark("Split into stems"),
    Operation.VIDEO: mark("Make video"),
    Operation.LYRICS: mark("Write lyrics"),
}

_SOUND, _LYRICS = pmark("style prompt", "Sound"), mark("Lyrics")

_SOUND_HEADINGS: Mapping[Operation, str] = {
    Operation.EXTEND: mark("Sound of the new part"),
    Operation.REPLACE: mark("Sound of the new section"),
    Operation.COVER: mark("Sound of the cover"),
    Operation.SWAP_VOCALS: mark("Sound of the new voice"),
    Operation.SWAP_SOUND: mark("Sound of the new backing"),
}

_LYRICS_HEADINGS: Mapping[Operation, str] = {
    Operation.EXTEND: mark("Lyrics of the new part"),
    Operation.REPLACE: mark("Lyrics of the new section"),
}


def action_label(operation: Operation, section_length_s: float | None = None) -> str:
    """Returns the label of the Generate button.

    Args:
        section_length_s: Replace: length of the section in seconds, where it is known.
    """
    if operation is Operation.REPLACE and section_length_s is not None:
        return tr("Replace {length} s", length=round(section_length_s, 1))
    return tr(_ACTION_LABELS.get(operation, operation.label))


def accessible_action_label(label: str) -> str:
    """Returns the button's accessible name: the operation grid already has the bare verbs."""
    is_bare = label in {tr(operation.label) for operation in SERVICE_OPERATIONS}
    return tr("{action}, send", action=label) if is_bare else label


def sound_heading(operation: Operation) -> str:
    """Returns the heading of the sound field."""
    return tr(_SOUND_HEADINGS.get(operation, _SOUND))


def lyrics_heading(operation: Operation) -> str:
    """Returns the heading of the lyrics field."""
    return tr(_LYRICS_HEADINGS.get(operation, _LYRICS))


ASK_AGAIN_TOOLTIP = mark("Free: the next request is sent to the service again")


def unavailable_reason(studio: "Studio", operation: Operation) -> str:
    """Returns why the active account cannot run an operation; empty when it can.

    The message names the other accounts that can. Without any account only Create is available.
    """
    active = studio.accounts.active
    if active is None:
        is_create = operation is Operation.CREATE
        return "" if is_create else tr("Connect a service or open the demo first.")
    return studio.offers.unavailable_reason(active.name, operation)

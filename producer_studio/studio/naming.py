"""File names for exports, from a template and a clip."""

import re
from collections.abc import Mapping

from producer_studio.domain.clip import Clip
from producer_studio.domain.names import safe_name
from producer_studio.studio.export_labels import local_date

FIELDS = ("title", "model", "seed", "sound", "account", "date", "bpm", "key", "operation", "id")
"""What a template may name in braces."""

_LIMIT_BYTES = 180
"""File systems take 255 bytes; room is left for " (12)" and an ending."""

_FIELD = re.compile(r"\{(\w+)\}")


def template_problem(template: str) -> str:
    """Why a template will not do, as a sentence; empty when it will."""
    unknown = [name for name in _FIELD.findall(template) if name not in FIELDS]
    if unknown:
        return (
            f"{{{unknown[0]}}} is not known. Use {', '.join('{' + name + '}' for name in FIELDS)}."
        )
    if re.search(r"[{}]", _FIELD.sub("", template)):
        return "A brace is left open. Write fields in a pair of them, such as {title}."
    return "" if template.strip() else "Write at least {title}."


def file_stem(template: str, clip: Clip) -> str:
    """The name without an ending, safe on every system.

    A field that is empty takes the separator before it along: "Song - FUZZ-2.0" and not
    "Song - FUZZ-2.0 - ".
    """
    values = _values(clip)
    pieces = re.split(r"(\s+[-–_]\s+)", template)
    text = ""
    for index in range(0, len(pieces), 2):
        filled = _FIELD.sub(lambda found: values.get(found.group(1), ""), pieces[index]).strip()
        if filled:
            text += (pieces[index - 1] if text and index else "") + filled
    unnamed = safe_name(clip.title, limit=_LIMIT_BYTES, otherwise=f"clip {clip.id[:8]}")
    return safe_name(text, limit=_LIMIT_BYTES, otherwise=unnamed)


def _values(clip: Clip) -> Mapping[str, str]:
    return {
        "title": clip.title,
        "model": clip.model,
        "seed": clip.seed,
        "sound": clip.sound[:60],
        "account": clip.account,
        "date": local_date(clip.created_at),
        "bpm": clip.bpm_text.removeprefix("≈"),
        "key": clip.key,
        "operation": clip.operation.label,
        "id": clip.id[:8],
    }

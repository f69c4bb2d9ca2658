"""File names for exports, from a template and a clip."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from producer_studio.domain.clip import Clip
from producer_studio.domain.operation import Operation
from producer_studio.files.filenames import safe_filename
from producer_studio.studio.export.tag_settings import local_date_text
from producer_studio.translation import join_texts, mark

TEMPLATE_FIELDS = {
    "title": mark("The clip’s title"),
    "operation": mark("The operation, such as Cover; a stem’s name; empty for a new song"),
    "take": mark("Such as take 2, if several were requested"),
    "n": mark("Number in this export, such as 03"),
    "model": mark("The model"),
    "seed": mark("The seed"),
    "date": mark("The day it was created, such as 2026-11-20"),
    "bpm": mark("The tempo, such as 84 BPM"),
    "key": mark("The key, such as F minor"),
    "sound": mark("The first words of the sound"),
    "account": mark("Your name for the account"),
    "id": mark("The start of the clip’s id"),
}
"""Placeholders of the file name template and their descriptions."""

_LIMIT_BYTES = 128
"""Maximum bytes; encrypted folders (eCryptfs) allow 143, the rest is for " (12)" and a suffix."""

_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPosition:
    """Position of a clip in an export.

    Attributes:
        number: 1-based number in the export.
        count: Number of clips that are exported together.
    """

    number: int = 1
    count: int = 1


def template_problem(template: str) -> str:
    """Returns why a template is invalid, as a sentence; empty if it is valid."""
    unknown = [name for name in _FIELD.findall(template) if name not in TEMPLATE_FIELDS]
    if unknown:
        known = join_texts("{" + name + "}" for name in TEMPLATE_FIELDS)
        return mark("{field} is unknown. Use {known}.", field=f"{{{unknown[0]}}}", known=known)
    if re.search(r"[{}]", _FIELD.sub("", template)):
        return mark("A brace is not closed. Write fields in braces, such as {title}.")
    return "" if template.strip() else mark("Enter at least {title}.")


def file_stem(template: str, clip: Clip, position: ExportPosition = ExportPosition()) -> str:
    """Returns the file name without a suffix, safe on every system.

    Takes are told apart also by a template without `{take}`: the title then has the number.
    """
    values = _values(clip, position)
    if "{take}" not in template:
        values["title"] = clip.display_title
    unnamed = safe_filename(
        clip.display_title, max_bytes=_LIMIT_BYTES, default=f"clip {clip.id[:8]}"
    )
    return safe_filename(_fill(template, values), max_bytes=_LIMIT_BYTES, default=unnamed)


def filled_title(template: str, clip: Clip, position: ExportPosition) -> str:
    """Returns a title made from a template; the clip's own if every field is empty."""
    return " ".join(_fill(template, _values(clip, position)).split()) or clip.title


def _fill(template: str, values: Mapping[str, str]) -> str:
    """Fills a template in.

    An empty field is removed with the separator before it: "Song - FUZZ-2.0" and not "Song -
    FUZZ-2.0 - ".
    """
    pieces = re.split(r"(\s+[-–_]\s+)", template)
    text = ""
    for index in range(0, len(pieces), 2):
        filled = _FIELD.sub(lambda found: values.get(found.group(1), ""), pieces[index]).strip()
        if filled:
            text += (pieces[index - 1] if text and index else "") + filled
    return text


def _values(clip: Clip, position: ExportPosition) -> dict[str, str]:
    return {
        "title": clip.title,
        "operation": _unless_in_title(clip, _operation_text(clip)),
        "take": _unless_in_title(clip, clip.take_label),
        "n": f"{position.number:0{max(2, len(str(position.count)))}d}",
        "model": clip.model,
        "seed": clip.seed,
        "sound": clip.sound[:60],
        "account": clip.account,
        "date": local_date_text(clip.created_at),
        "bpm": clip.bpm_text.removeprefix("≈"),
        "key": clip.key,
        "id": clip.id[:8],
    }


def _operation_text(clip: Clip) -> str:
    if clip.stem:
        return clip.stem
    return "" if clip.operation is Operation.CREATE else clip.operation.label


def _unless_in_title(clip: Clip, text: str) -> str:
    """Returns the text, or nothing if the title ends with it, as for many stems and takes."""
    return "" if clip.title.casefold().endswith(text.casefold()) else text

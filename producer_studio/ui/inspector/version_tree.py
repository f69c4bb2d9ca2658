"""Tree of a clip's family, flattened into rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.operation import Operation
from producer_studio.ui.clips.row import length_text
from producer_studio.ui.widgets.long_text import shorten
from producer_studio.ui.widgets.time_text import format_time


@dataclass(frozen=True, slots=True)
class VersionNode:
    """Row of the tree: clip, depth, title and length."""

    clip: Clip
    depth: int
    title: str
    length: str


def build_version_tree(family: Sequence[Clip]) -> list[VersionNode]:
    """Returns all clips in tree order: each below its parent, siblings by time of creation."""
    known = {clip.id for clip in family}
    children: dict[ClipId | None, list[Clip]] = {}
    for clip in sorted(family, key=lambda clip: (clip.created_at, clip.position)):
        parent = clip.parent if clip.parent in known and clip.parent != clip.id else None
        children.setdefault(parent, []).append(clip)
    lines: list[VersionNode] = []
    root_title = children[None][0].title if children.get(None) else ""
    waiting = [(clip, 0) for clip in reversed(children.get(None, []))]
    while waiting:
        clip, depth = waiting.pop()
        words = version_title(clip, "" if depth == 0 else root_title)
        lines.append(VersionNode(clip, depth, words, length_text(clip.duration_s)))
        waiting += [(child, depth + 1) for child in reversed(children.get(clip.id, []))]
    return lines


def version_title(clip: Clip, root_title: str) -> str:
    """Title of a version: the operation, or the clip's own title where it has one.

    Args:
        root_title: Title of the family's first clip; empty for that clip itself.
    """
    recipe = clip.recipe
    start, end = recipe.starts_at_s, recipe.ends_at_s
    own_title = shorten(clip.title) if clip.title and clip.title != root_title else ""
    if not root_title or clip.operation is Operation.CREATE:
        return shorten(clip.title) or "Untitled"
    if clip.stem:
        return shorten(clip.stem)
    if clip.operation is Operation.EXTEND:
        return f"Extended at {format_time(start)}" if start is not None else "Extended"
    if clip.operation is Operation.REPLACE and start is not None:
        return (
            f"Replaced {format_time(start)} to {format_time(end) if end is not None else 'the end'}"
        )
    if clip.operation is Operation.VARIATION:
        return f"Variation · seed {shorten(clip.seed)}" if clip.seed else "Variation"
    words = {
        Operation.COVER: "Cover",
        Operation.SWAP_VOCALS: "Vocals swapped",
        Operation.SWAP_SOUND: "Sound swapped",
        Operation.STEMS: "Stems",
        Operation.REPLACE: "Replaced",
    }.get(clip.operation, clip.operation.label)
    return f"{words} · {own_title}" if own_title else words

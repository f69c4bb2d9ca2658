"""Lyrics that are proposed in place of others, section by section."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from producer_studio.domain.lyrics.outline import OutlinePart, parse_outline

MAX_SECTIONS = 100
"""Sections that are offered one by one; a text with more of them is offered as a whole."""


@dataclass(frozen=True, slots=True)
class SectionChange:
    """A section of either text.

    Attributes:
        name: Its name; empty before the first mark.
        before: Its text in the form; empty if it is new.
        after: Its proposed text; empty if the proposal has no such section.
    """

    name: str
    before: str
    after: str

    @property
    def is_change(self) -> bool:
        """Whether accepting it makes a difference."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class LyricsOffer:
    """Parts of proposed lyrics that are taken into the form.

    Attributes:
        lyrics: The whole text.
        title: A title; None to leave that of the form.
        sound: A sound; None to leave that of the form.
    """

    lyrics: str
    title: str | None = None
    sound: str | None = None


def compare_sections(current: str, proposed: str) -> list[SectionChange]:
    """Pairs the sections of two texts by their names, the second chorus with the second.

    Returns:
        The sections in the order of the proposal; those that only the current text has follow the
        one that they follow there. One change of the whole text if there are more than
        `MAX_SECTIONS`.
    """
    old, new = _keyed_sections(current), _keyed_sections(proposed)
    if len(old.keys() | new.keys()) > MAX_SECTIONS:
        return [SectionChange("", current.strip("\n"), proposed.strip("\n"))]
    old_keys = list(old)
    order = list(new)
    for place, key in enumerate(old_keys):
        if key not in new:
            before = old_keys[place - 1] if place else None
            order.insert(order.index(before) + 1 if before is not None else 0, key)
    return [
        SectionChange((new.get(key) or old[key]).name, _text(old.get(key)), _text(new.get(key)))
        for key in order
    ]


def accept_sections(changes: Sequence[SectionChange], accepted: Collection[int]) -> str:
    """Returns the text with the accepted changes; the other sections stay as they are.

    Args:
        changes: As `compare_sections` returns them.
        accepted: Indices of the changes that are accepted.
    """
    texts = [
        change.after if place in accepted else change.before for place, change in enumerate(changes)
    ]
    return "\n\n".join(text for text in texts if text)


def _keyed_sections(text: str) -> dict[tuple[str, int], OutlinePart]:
    seen: Counter[str] = Counter()
    found = {}
    for part in parse_outline(text):
        name = part.name.casefold()
        seen[name] += 1
        found[name, seen[name]] = part
    return found


def _text(part: OutlinePart | None) -> str:
    return "" if part is None else "\n".join(part.lines).strip("\n")

"""Table of what differs in the recipes of clips."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from producer_studio.domain.clip import Clip
from producer_studio.domain.comparison.word_diff import DiffPart, diff_words
from producer_studio.domain.strength import COVER_STRENGTH, STRENGTHS
from producer_studio.translation import Message, mark, pmark
from producer_studio.translation.numbers import FixedDecimal, unrounded

_SAME_IN_ALL = {
    2: mark("the same in both"),
    3: mark("the same in all three"),
    4: mark("the same in all four"),
    5: mark("the same in all five"),
    6: mark("the same in all six"),
    7: mark("the same in all seven"),
    8: mark("the same in all eight"),
}

_LABELS_OF_SAME = {
    2: mark("The same in both"),
    3: mark("The same in all three"),
    4: mark("The same in all four"),
    5: mark("The same in all five"),
    6: mark("The same in all six"),
    7: mark("The same in all seven"),
    8: mark("The same in all eight"),
}


@dataclass(frozen=True, slots=True)
class RecipeRow:
    """One property of all compared clips.

    Attributes:
        name: Identifies the property, as in JSON.
        label: Such as "Lyrics strength".
        values: Text of each clip, a `Message` unless it is a name or an id; empty if it has none.
    """

    name: str
    label: str
    values: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether all clips have the same value."""
        return len(set(self.values)) == 1

    @property
    def is_unusual(self) -> tuple[bool, ...]:
        """Whether each value differs from the most frequent one; of equally many, the first."""
        usual, _ = Counter(self.values).most_common(1)[0]
        return tuple(value != usual for value in self.values)


@dataclass(frozen=True, slots=True)
class TextRow:
    """A long text of all compared clips.

    Attributes:
        name: Identifies the property, as in JSON.
        label: "Sound" or "Lyrics".
        texts: Text of each clip.
        parts: For each clip, how its text differs from that of the first.
    """

    name: str
    label: str
    texts: tuple[str, ...]
    parts: tuple[tuple[DiffPart, ...], ...]

    @property
    def is_same(self) -> bool:
        """Whether all clips have the same text."""
        return len(set(self.texts)) == 1


@dataclass(frozen=True, slots=True)
class RecipeTable:
    """Differences and common values of recipes; properties that no clip has are left out."""

    rows: tuple[RecipeRow, ...]
    texts: tuple[TextRow, ...]


def compare_recipes(clips: Sequence[Clip]) -> RecipeTable:
    """Returns the table of two clips or more.

    Long texts take a while: call it in a thread where that matters.
    """
    rows = (
        RecipeRow(name, label, tuple(value(clip) for clip in clips))
        for name, label, value in _PROPERTIES
    )
    texts = (
        _text_row(name, label, tuple(value(clip).strip() for clip in clips))
        for name, label, value in _TEXTS
    )
    return RecipeTable(
        tuple(row for row in rows if any(row.values)),
        tuple(row for row in texts if any(row.texts)),
    )


def same_in_all(count: int) -> str:
    """Returns such as "the same in all four"."""
    return _SAME_IN_ALL.get(count) or mark("the same in all {count}", count=count)


def label_of_same(count: int) -> str:
    """Returns such as "The same in all four"."""
    return _LABELS_OF_SAME.get(count) or mark("The same in all {count}", count=count)


def _text_row(name: str, label: str, texts: tuple[str, ...]) -> TextRow:
    known: dict[str, tuple[DiffPart, ...]] = {}
    for text in texts:
        if text not in known:
            known[text] = tuple(diff_words(texts[0], text))
    return TextRow(name, label, texts, tuple(known[text] for text in texts))


def _number(value: float | None) -> str:
    return "" if value is None else Message("{number}", {"number": FixedDecimal(value, 2)})


def _seconds(value: float | None) -> str:
    return "" if value is None else mark("{seconds} s", seconds=unrounded(value))


def _strength_value(name: str) -> Callable[[Clip], str]:
    return lambda clip: _number(getattr(clip.recipe, name))


_YES = mark("yes")
_NO = mark("no")
_PROPERTIES: tuple[tuple[str, str, Callable[[Clip], str]], ...] = (
    ("operation", mark("Operation"), lambda clip: clip.operation.label),
    ("model", mark("Model"), lambda clip: clip.model or clip.recipe.model),
    ("service", mark("Account"), lambda clip: clip.account or clip.service),
    ("seed", mark("Seed"), lambda clip: clip.seed or clip.recipe.seed),
    *(
        (strength.name, strength.label, _strength_value(strength.name))
        for strength in (*STRENGTHS, COVER_STRENGTH)
    ),
    ("instrumental", mark("Instrumental"), lambda clip: _YES if clip.recipe.instrumental else _NO),
    ("source", mark("Made from"), lambda clip: (clip.parent or clip.recipe.source or "")[:8]),
    (
        "starts_at_s",
        pmark("time in a song", "From"),
        lambda clip: _seconds(clip.recipe.starts_at_s),
    ),
    ("ends_at_s", pmark("time in a song", "To"), lambda clip: _seconds(clip.recipe.ends_at_s)),
    ("length_s", mark("Added"), lambda clip: _seconds(clip.recipe.length_s)),
    ("stem", mark("Stem"), lambda clip: clip.stem),
)

_TEXTS: tuple[tuple[str, str, Callable[[Clip], str]], ...] = (
    ("sound", pmark("prompt", "Sound"), lambda clip: clip.sound or clip.recipe.sound),
    ("lyrics", mark("Lyrics"), lambda clip: clip.lyrics or clip.recipe.lyrics),
    ("instruction", mark("Instruction"), lambda clip: clip.recipe.instruction),
)

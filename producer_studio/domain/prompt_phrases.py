"""The user's own phrases: the parts between commas of past sound prompts, best rated first."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from producer_studio.domain.sound_phrases import MAX_PHRASE_LENGTH, clean_phrase, split_parts

MAX_PHRASES = 20_000
"""Phrases beyond this number are those of the worst ratings, and of the fewest clips."""

NEUTRAL_SCORE = 3.0
GOOD_SCORE = 3.5
_PRIOR_WEIGHT = 2
"""So many clips more, of a neutral rating, are counted: one clip of five stars proves little."""


@dataclass(frozen=True, slots=True)
class PromptUse:
    """Clips of one sound prompt.

    Attributes:
        clips: Number of clips outside of the trash.
        rated: Number of those with a rating.
        stars: Sum of their ratings.
    """

    sound: str
    clips: int
    rated: int = 0
    stars: int = 0


@dataclass(frozen=True, slots=True)
class PromptPhrase:
    """Phrase of past prompts.

    Attributes:
        text: In its most frequent spelling.
        clips: Number of clips outside of the trash whose prompts have it.
        score: Mean rating in stars, nearer to `NEUTRAL_SCORE` the fewer clips are rated.
    """

    text: str
    clips: int
    score: float = NEUTRAL_SCORE


class _Sums:
    """Sums over the clips of a phrase."""

    __slots__ = ("clips", "rated", "spellings", "stars")

    def __init__(self) -> None:
        self.clips = self.rated = self.stars = 0
        self.spellings: dict[str, int] = {}

    def phrase(self) -> PromptPhrase:
        text = max(self.spellings, key=self.spellings.__getitem__)
        total = self.stars + NEUTRAL_SCORE * _PRIOR_WEIGHT
        return PromptPhrase(text, self.clips, total / (self.rated + _PRIOR_WEIGHT))


def rank_phrases(uses: Iterable[PromptUse], limit: int = MAX_PHRASES) -> list[PromptPhrase]:
    """Returns the phrases of prompts, best rated first, and then by their number of clips."""
    by_key: dict[str, _Sums] = {}
    # Most parts of prompts are in several: what they are is found out once.
    by_part: dict[str, tuple[str, _Sums] | None] = {}
    for use in uses:
        counted: set[int] = set()
        for part in split_parts(use.sound):
            if part not in by_part:
                text = clean_phrase(part)
                is_phrase = 0 < len(text) <= MAX_PHRASE_LENGTH
                by_part[part] = (
                    (text, by_key.setdefault(text.casefold(), _Sums())) if is_phrase else None
                )
            found = by_part[part]
            if found is None or id(found[1]) in counted:
                continue
            text, one = found
            counted.add(id(one))
            one.clips += use.clips
            one.rated += use.rated
            one.stars += use.stars
            one.spellings[text] = one.spellings.get(text, 0) + use.clips
    phrases = [one.phrase() for one in by_key.values()]
    phrases.sort(key=lambda phrase: (-phrase.score, -phrase.clips, phrase.text))
    return phrases[:limit]


class PhraseIndex:
    """Finds phrases while one is typed: in a millisecond among 20,000.

    Args:
        phrases: In the order in which they are offered.
    """

    def __init__(self, phrases: Sequence[PromptPhrase] = ()) -> None:
        self._phrases = phrases
        folded = [phrase.text.casefold() for phrase in phrases]
        # One text, because a search in it is much faster than one in each phrase.
        self._text = "\n".join(("", *folded, ""))
        self._starts = list(accumulate((len(text) + 1 for text in folded), initial=0))

    def find(self, typed: str, used: Collection[str], limit: int) -> list[PromptPhrase]:
        """Returns the phrases that begin with a text, then those with a word that does.

        Args:
            typed: A phrase that equals it is left out.
            used: Phrases that are left out, in any case.
        """
        folded = " ".join(typed.casefold().split())
        left_out = {text.casefold() for text in used} | {folded}
        found: dict[int, PromptPhrase] = {}
        for before in ("\n", " "):
            for place in self._places(before + folded):
                phrase = self._phrases[place]
                if phrase.text.casefold() not in left_out:
                    found[place] = phrase
                if len(found) == limit:
                    return list(found.values())
        return list(found.values())

    def _places(self, text: str) -> Iterator[int]:
        """Finds the indices of the phrases with a text, in their order."""
        at = self._text.find(text)
        while at >= 0:
            place = bisect_right(self._starts, at) - 1
            if place >= len(self._phrases):
                return
            yield place
            at = self._text.find(text, self._starts[place + 1])

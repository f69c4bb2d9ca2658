"""Blind comparison: the order of hidden clips, and whether two can be told apart (A/B/X)."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random, SystemRandom

from producer_studio.translation import mark, nmark, sentences

FEWEST_ROUNDS = 5
"""With fewer rounds even an answer that is always right may well be luck: 1 in 16 and more."""

ENOUGH_S = 1.0
"""Seconds of X, and of A or B, that must be heard in a round before an answer counts."""

_MANY_ROUNDS = 10
_LIKELY = Fraction(1, 20)
_CERTAIN = Fraction(1, 100)


@dataclass(frozen=True, slots=True)
class AbxScore:
    """Result of the rounds so far.

    Attributes:
        right: Number of right answers.
        rounds: Number of answers.
        undecided: Rounds in which no difference was heard; they are not counted as answers.
    """

    right: int = 0
    rounds: int = 0
    undecided: int = 0

    @property
    def p_value(self) -> Fraction:
        """Probability of at least as many right answers by guessing, exactly (binomial, p = ½)."""
        ways = sum(math.comb(self.rounds, count) for count in range(self.right, self.rounds + 1))
        return Fraction(ways, 2**self.rounds)

    @property
    def sentence(self) -> str:
        """Meaning of the result, as a sentence."""
        if not self.rounds:
            return (
                mark("No difference was heard so far.")
                if self.undecided
                else mark("No answer yet.")
            )
        chance = _chance_text(self.p_value)
        if self.rounds < FEWEST_ROUNDS:
            return nmark(
                "{count} answer is too few to tell: guessing is as good in {chance}.",
                "{count} answers are too few to tell: guessing is as good in {chance}.",
                self.rounds,
                chance=chance,
            )
        if self.p_value <= _CERTAIN:
            text = mark(
                # Translators: chance is such as "1 of 32 cases".
                "You hear the difference: guessing is as good in {chance} only.",
                chance=chance,
            )
        elif self.p_value <= _LIKELY:
            text = mark(
                "You probably hear the difference: guessing is as good in {chance}.", chance=chance
            )
        else:
            text = mark(
                "No difference is shown, and none is excluded: guessing is as good in {chance}.",
                chance=chance,
            )
        if self.rounds >= _MANY_ROUNDS:
            return text
        few = nmark(
            "{count} answer is few: {many} say more.",
            "{count} answers are few: {many} say more.",
            self.rounds,
            many=_MANY_ROUNDS,
        )
        return sentences(text, few)


class AbxTest:
    """Rounds of an A/B/X test; X is drawn anew for each.

    Attributes:
        x: 0 if X is A in this round, 1 if it is B.
    """

    def __init__(self, random: Random | None = None) -> None:
        """Draws X for the first round."""
        self._random = random or SystemRandom()
        self._answers: list[bool | None] = []
        self._undone: frozenset[int] = frozenset()
        self._heard_s = [0.0, 0.0, 0.0]
        self.x = self._draw()

    @property
    def listening_request(self) -> str:
        """Clips to hear before an answer of this round counts, as a sentence; empty if all
        were heard.
        """
        first_s, second_s, x_s = self._heard_s
        needs_x, needs_other = x_s < ENOUGH_S, max(first_s, second_s) < ENOUGH_S
        if needs_x:
            return (
                mark("Listen to X, and to A or B, for a second or more before you answer.")
                if needs_other
                else mark("Listen to X for a second or more before you answer.")
            )
        if needs_other:
            return mark("Listen to A or B for a second or more before you answer.")
        return ""

    @property
    def round_number(self) -> int:
        """1-based number of the current round."""
        return len(self._answers) + 1

    @property
    def last_answer(self) -> bool | None:
        """Whether the last answer was right; None before the first, without one, or if undone."""
        is_counted = self._answers and len(self._answers) not in self._undone
        return self._answers[-1] if is_counted else None

    @property
    def score(self) -> AbxScore:
        """Result so far."""
        counted = [
            answer for number, answer in enumerate(self._answers, 1) if number not in self._undone
        ]
        undecided = counted.count(None)
        return AbxScore(counted.count(True), len(counted) - undecided, undecided)

    def note_heard(self, row: int, seconds: float) -> None:
        """Adds to the time for which A (0), B (1) or X (2) was heard in this round."""
        self._heard_s[row] += seconds

    def answer(self, guess: int | None) -> bool | None:
        """Ends the round and draws X for the next.

        Args:
            guess: 0 for A, 1 for B; None if no difference is heard.

        Returns:
            Whether the answer is right; None without one.
        """
        is_right = None if guess is None else guess == self.x
        self._answers.append(is_right)
        self._heard_s = [0.0, 0.0, 0.0]
        self.x = self._draw()
        return is_right

    def set_undone(self, rounds: Iterable[int]) -> None:
        """Sets the rounds that are not counted, as their answers were undone."""
        self._undone = frozenset(rounds)

    def _draw(self) -> int:
        return self._random.randrange(2)


def choose_pair(places: Sequence[int], heard: int, before: int | None) -> tuple[int, int] | None:
    """Chooses A and B, in the order of the places.

    Args:
        places: Clips that can be played.
        heard: The clip that is heard, which is one of the pair.
        before: The clip that was heard before; None, or not playable, for the first other one.

    Returns:
        None if there are no two.
    """
    others = [place for place in places if place != heard]
    if heard not in places or not others:
        return None
    first, second = sorted((heard, before if before in others else others[0]), key=places.index)
    return first, second


def replace_in_pair(pair: tuple[int, int], side: int, clip: int) -> tuple[int, int]:
    """Returns the pair with another clip as A (0) or B (1); they change places if it is the other
    one already.
    """
    other = pair[1 - side] if clip != pair[1 - side] else pair[side]
    return (clip, other) if side == 0 else (other, clip)


def _chance_text(chance: Fraction) -> str:
    """Returns such as "1 of 32 cases" or "38 of 100 cases"."""
    if chance == 1:
        return mark("every case")
    if chance.numerator == 1:
        return mark("1 of {number} cases", number=chance.denominator)
    if chance * 100 >= 1:
        return mark("{number} of 100 cases", number=round(chance * 100))
    return mark("1 of {number} cases", number=round(1 / chance))


def draw_order(count: int, random: Random | None = None) -> list[int]:
    """Returns the indices 0 to `count` - 1 in a random order; every order is equally likely."""
    order = list(range(count))
    (random or SystemRandom()).shuffle(order)
    return order

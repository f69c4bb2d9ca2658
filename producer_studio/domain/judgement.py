"""Judgement: what the user decided when comparing clips."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from producer_studio.domain.ids import ClipId, JudgementId


class JudgementResult(StrEnum):
    PREFERRED = "preferred"
    """One clip is better than the others."""
    TIE = "tie"
    """They differ, and are equally good."""
    NO_DIFFERENCE = "no-difference"
    RIGHT = "right"
    """A/B/X: the clip that X was has been recognised."""
    WRONG = "wrong"
    """A/B/X: it has not."""


class ClipOutcome(StrEnum):
    """Outcome of a judgement for one of its clips."""

    WON = "won"
    LOST = "lost"
    EVEN = "even"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Result of one round of a comparison; survives its clips.

    Attributes:
        clips: The compared clips, two or more, in the order in which they were shown.
        winner: The better clip, if one is preferred.
        is_blind: Whether the user did not know which clip was which.
        session: Rounds with the same text belong to one comparison; empty for a single one.
        round: 1-based number of the round in it.

    Raises:
        ValueError: There are fewer than two clips, one of them twice, or the winner does not agree
            with the result or the clips.
    """

    id: JudgementId
    clips: tuple[ClipId, ...]
    result: JudgementResult
    winner: ClipId | None = None
    is_blind: bool = False
    session: str = ""
    round: int = 1
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        if len(self.clips) < 2 or len(set(self.clips)) < len(self.clips):
            raise ValueError("Two or more different clips are compared.")
        is_preferred = self.result is JudgementResult.PREFERRED
        if is_preferred != (self.winner in self.clips) or not (is_preferred or self.winner is None):
            raise ValueError("The winner is one of the compared clips, if one is preferred.")

    def outcome(self, clip: ClipId) -> ClipOutcome:
        """Returns what it means for one of the clips."""
        if self.winner is None:
            return ClipOutcome.EVEN
        return ClipOutcome.WON if clip == self.winner else ClipOutcome.LOST

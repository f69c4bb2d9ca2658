"""Past press: an entry of the history, with what came of it."""

from dataclasses import dataclass
from datetime import datetime

from producer_studio.domain.credits import format_credits
from producer_studio.domain.ids import AccountName, PressId
from producer_studio.domain.operation import Operation
from producer_studio.domain.recipe import Recipe

_WORDS_LIMIT = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class PressOutcome:
    """Results of a press.

    Attributes:
        clips: Number of its clips in the library, without those in the trash.
        trashed: Number of its clips in the trash.
        deleted: Number of its clips that were deleted permanently.
        kept: Number of its clips in the library that were kept: four stars or more, a favourite,
            exported, or preferred in a comparison.
        stars: Highest rating of its clips in the library, 0 to 5.
        failed: Number of takes that failed, and were not retried with success.
        open: Number of jobs that are under way, or whose outcome is unknown.
        credits_charged: What its jobs have cost, less refunds; None if it is not known for all.
    """

    clips: int = 0
    trashed: int = 0
    deleted: int = 0
    kept: int = 0
    stars: int = 0
    failed: int = 0
    open: int = 0
    credits_charged: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPress:
    """An entry of the history.

    Attributes:
        recipe: Of the first take.
        takes: Number of takes requested.
        credits_expected: Expected price of all takes; None if any part of it is unknown.
        is_pinned: Whether the user keeps it at the top of the history.
        is_sweep: Whether its takes are the cells of a sweep.
    """

    id: PressId
    account: AccountName
    recipe: Recipe
    takes: int
    credits_expected: float | None
    created_at: datetime
    is_pinned: bool
    outcome: PressOutcome
    is_sweep: bool = False

    @property
    def first_words(self) -> str:
        """First words of what was asked for: the sound, or else what else the request has."""
        recipe = self.recipe
        texts = (recipe.sound, recipe.prompt, recipe.lyrics, recipe.title, recipe.file_name)
        found = (" ".join(text[:_WORDS_LIMIT].split()) for text in texts)
        return next((text for text in found if text), recipe.operation.label)

    @property
    def price_text(self) -> str:
        """Its cost, such as "40 credits"; "≈ 40 credits" for the expected price.

        Empty if neither is known.
        """
        if self.outcome.credits_charged is not None:
            return format_credits(self.outcome.credits_charged)
        if self.credits_expected is not None:
            return f"≈ {format_credits(self.credits_expected)}"
        return ""

    @property
    def outcome_texts(self) -> list[str]:
        """The number of takes, and what came of them, such as "4 takes" and "1 kept"."""
        outcome = self.outcome
        noun = "text" if self.recipe.operation is Operation.LYRICS else "take"
        parts = [f"{self.takes} {noun}{'' if self.takes == 1 else 's'}"]
        if self.is_sweep:
            parts[0] = f"sweep of {parts[0]}"
        parts += [
            f"{number} {words}"
            for number, words in (
                (outcome.open, "under way"),
                (outcome.failed, "failed"),
                (outcome.kept, "kept"),
                (outcome.trashed, "in the trash"),
                (outcome.deleted, "deleted"),
            )
            if number
        ]
        return parts

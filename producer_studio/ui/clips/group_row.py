"""Group of takes as its row shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from producer_studio.domain.best_takes import TakeChoice, choose_takes
from producer_studio.domain.credits import format_credits
from producer_studio.domain.ids import ClipId
from producer_studio.translation import mark, ntr, tr
from producer_studio.ui.clips.row import ClipRow

UNDECIDED = mark("Keep best")


@dataclass(frozen=True, slots=True)
class GroupRow:
    """Values painted by the delegate for a group.

    Attributes:
        takes: All of the group, in their order.
        price_text: Such as "40 credits"; empty if unknown.
        kept: Number of favourites.
        choice: Takes that "Keep best" keeps; None if it cannot decide.
        accessible_text: Text for screen readers.
    """

    takes: tuple[ClipRow, ...]
    title: str
    sound: str
    price_text: str
    kept: int
    choice: TakeChoice | None
    is_open: bool
    accessible_text: str

    @property
    def description(self) -> str:
        """Sound and price."""
        return " · ".join(part for part in (self.sound, self.price_text) if part)

    @property
    def takes_text(self) -> str:
        return ntr("{count} take", "{count} takes", len(self.takes))

    @property
    def kept_text(self) -> str:
        """Such as "1 kept"; empty for none."""
        return tr("{kept} kept", kept=self.kept) if self.kept else ""

    @property
    def keep_label(self) -> str:
        return tr(UNDECIDED if self.choice is None else self.choice.label)


def build_group_row(
    takes: Sequence[ClipRow], *, is_open: bool, selected: ClipId | None
) -> GroupRow:
    """Prepares a group for painting.

    Args:
        selected: The take that is selected alone; None for none.
    """
    first = takes[0]
    title = first.song_title
    kept = sum(row.favourite for row in takes)
    price = next((row.press_price for row in takes if row.press_price is not None), None)
    price_text = "" if price is None else tr(format_credits(round(price)))
    text = (
        mark("{title}, group of {takes} takes, open")
        if is_open
        else mark("{title}, group of {takes} takes, closed")
    )
    spoken = tr(text, title=title, takes=len(takes))
    return GroupRow(
        tuple(takes),
        title,
        first.sound,
        price_text,
        kept,
        choose_takes([row.clip for row in takes], selected),
        is_open,
        tr("{group}, {kept} kept", group=spoken, kept=kept) if kept else spoken,
    )

"""Group of takes as its row shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from producer_studio.domain.best_takes import TakeChoice, choose_takes
from producer_studio.domain.ids import ClipId
from producer_studio.ui.clips.row import ClipRow
from producer_studio.ui.widgets.text_format import count_text

UNDECIDED = "Keep best"


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
        return f"{len(self.takes)} takes"

    @property
    def kept_text(self) -> str:
        """Such as "1 kept"; empty for none."""
        return f"{self.kept} kept" if self.kept else ""

    @property
    def keep_label(self) -> str:
        return UNDECIDED if self.choice is None else self.choice.label


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
    price_text = "" if price is None else f"{count_text(round(price))} credits"
    state = "open" if is_open else "closed"
    spoken = f"{title}, group of {len(takes)} takes, {state}"
    return GroupRow(
        tuple(takes),
        title,
        first.sound,
        price_text,
        kept,
        choose_takes([row.clip for row in takes], selected),
        is_open,
        f"{spoken}, {kept} kept" if kept else spoken,
    )

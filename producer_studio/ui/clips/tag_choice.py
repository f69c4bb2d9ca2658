"""Popup that gives clips a tag, or takes it from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from producer_studio.translation import tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.choice_model import PopupChoice
from producer_studio.ui.widgets.choice_popup import ChoicePopup
from producer_studio.ui.widgets.text_format import clips_text


@dataclass(frozen=True, slots=True)
class TagCounts:
    """Tags of some clips, and all tags of the library.

    Attributes:
        clip_count: Number of those clips.
        own: Their tags, with the number of those clips that have each.
        all: All tags with the number of clips, the most frequent one first.
    """

    clip_count: int
    own: Mapping[str, int]
    all: Sequence[tuple[str, int]]

    def is_common(self, tag: str) -> bool:
        """Whether each of the clips has a tag."""
        return self.own.get(tag) == self.clip_count


def tag_note(counts: TagCounts, tag: str, total: int) -> str:
    """Text beside a tag: how many of the clips have it, or else how many of all."""
    own = counts.own.get(tag, 0)
    if not own:
        return clips_text(total)
    if own == counts.clip_count:
        return tr("all") if own > 1 else tr("has it")
    return tr("{own} of {count}", own=own, count=counts.clip_count)


def create_tag_popup(style: Style, counts: TagCounts, parent: QWidget) -> ChoicePopup:
    """Creates the popup; tags that all of the clips have are checked, and come first."""
    popup = ChoicePopup(
        style,
        tr("Tag of the selection") if counts.clip_count > 1 else tr("Tag of the clip"),
        parent,
        creation=tr("New tag “{name}”", name="{}"),
        empty=tr("No tags yet. Type one."),
        removes=True,
    )
    totals = {**counts.own, **dict(counts.all)}
    names = sorted(totals, key=lambda tag: (-counts.own.get(tag, 0), -totals[tag], tag))
    popup.show_choices(
        [
            PopupChoice(
                tag, tag, "check" if counts.is_common(tag) else "", tag_note(counts, tag, total)
            )
            for tag in names
            for total in [totals[tag]]
        ]
    )
    return popup

"""Chips for the tags that several clips have, get or lose."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from producer_studio.domain.library_change import TagChange
from producer_studio.translation import tr
from producer_studio.ui.clips.tag_choice import TagCounts, create_tag_popup
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.badge import BadgeButton
from producer_studio.ui.widgets.flow_layout import FlowLayout
from producer_studio.ui.widgets.label import shorten
from producer_studio.ui.widgets.text_format import count_text

_MAX_LENGTH = 40
_MAX_CHIPS = 40
"""Tags of the clips with a chip; the others are reached by the popup."""


class TagFlow(QWidget):
    """A press on a chip gives all clips its tag, a second one takes it from all of them."""

    def __init__(self, style: Style, counts: TagCounts, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self._counts = counts
        self._added: dict[str, None] = {}
        self._removed: dict[str, None] = {}
        self._chips: dict[str, BadgeButton] = {}
        self._flow = FlowLayout(self)
        self.add_button = BadgeButton(style, "", tr("Choose a tag"), self)
        self.add_button.setToolTip(tr("Choose a tag"))
        self.add_button.clicked.connect(self._on_add_clicked)
        self._flow.addWidget(self.add_button)
        for tag in sorted(counts.own, key=lambda tag: (-counts.own[tag], tag))[:_MAX_CHIPS]:
            self._add_chip(tag)

    @property
    def change(self) -> TagChange | None:
        """The change of tags; None if nothing is changed."""
        if not self._added and not self._removed:
            return None
        return TagChange(add=tuple(self._added), remove=tuple(self._removed))

    def toggle(self, tag: str) -> None:
        """Moves a tag to its next state: for all clips, for none, as it was."""
        if tag in self._added:
            del self._added[tag]
            if self._counts.own.get(tag):
                self._removed[tag] = None
        elif tag in self._removed:
            del self._removed[tag]
        elif self._counts.is_common(tag):
            self._removed[tag] = None
        else:
            self._added[tag] = None
        if tag not in self._chips:
            self._add_chip(tag)
        self._show_state(tag)

    def _add_chip(self, tag: str) -> None:
        chip = BadgeButton(self._style, "", "", self)
        chip.clicked.connect(partial(self.toggle, tag))
        self._chips[tag] = chip
        self._flow.takeAt(self._flow.count() - 1)
        self._flow.addWidget(chip)
        self._flow.addWidget(self.add_button)
        QWidget.setTabOrder(chip, self.add_button)
        chip.show()
        self._show_state(tag)

    def _show_state(self, tag: str) -> None:
        chip, name = self._chips[tag], shorten(tag, _MAX_LENGTH)
        own, count = self._counts.own.get(tag, 0), self._counts.clip_count
        if tag in self._added:
            text = f"+ {name}"
            said = tr("Tag {text}, for all", text=text)
        elif tag in self._removed:
            text = f"\N{MINUS SIGN} {name}"
            said = tr("Tag {text}, removed from all", text=text)
        elif own in {0, count}:
            text, said = (
                name,
                tr("Tag {name}", name=name) if own else tr("Tag {name}, for none", name=name),
            )
        else:
            text, said = (
                f"{name} · {count_text(own)}",
                tr("Tag {name}, {own} of {count}", name=name, own=own, count=count),
            )
        chip.setText(text)
        chip.setAccessibleName(said)
        chip.setToolTip(said)
        self.updateGeometry()

    def _on_add_clicked(self) -> None:
        popup = create_tag_popup(self._style, self._counts, self)
        popup.chosen.connect(self.toggle)
        popup.created.connect(self._on_created)
        popup.destroyed.connect(lambda: self.add_button.setFocus(Qt.FocusReason.PopupFocusReason))
        popup.open_below(self.add_button)

    def _on_created(self, text: str) -> None:
        for tag in split_tags(text):
            if tag not in self._added:
                self.toggle(tag)


def split_tags(text: str) -> list[str]:
    """Returns the tags of a text, separated by commas."""
    words = (" ".join(word.split()) for word in text.split(","))
    return list(dict.fromkeys(word for word in words if word))

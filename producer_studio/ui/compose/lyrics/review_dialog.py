"""Dialog that offers lyrics for the form: whole, section by section, or not."""

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from producer_studio.domain.comparison.word_diff import diff_words
from producer_studio.domain.lyrics.proposal import LyricsOffer, SectionChange, accept_sections
from producer_studio.translation import mark, ptr, tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.dialog import Dialog, create_scroll_area
from producer_studio.ui.widgets.label import label, paragraph, shorten
from producer_studio.ui.widgets.switch import Switch
from producer_studio.ui.widgets.word_diff_label import WordDiffLabel

_WIDTH, _HEIGHT = 620, 620
_MAX_NAME = 30
_EXPLANATION = mark(
    "Coloured words are new, struck out ones would go. What you leave out stays as it is; the "
    "lyrics are a clip of the library, too."
)


class ReviewDialog(Dialog):
    """Shows what would change; everything is chosen at first.

    Signals:
        accepted_offer: The `LyricsOffer` with what was chosen.
    """

    accepted_offer = Signal(object)

    def __init__(
        self,
        style: Style,
        changes: Sequence[SectionChange],
        title: tuple[str, str],
        sound: tuple[str, str],
        parent: QWidget,
    ) -> None:
        """Creates the dialog.

        Args:
            changes: The sections of both texts.
            title: Title in the form and proposed one; offered if that is another.
            sound: Sound in the form and proposed one; offered if that is another.
        """
        super().__init__(style, tr("Lyrics for the form"), parent)
        self._changes = changes
        self._title, self._sound = title, sound
        self._names: Counter[str] = Counter()
        self.boxes: dict[int, Switch] = {}
        self._content = content = QWidget(self)
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(8)
        self.title_box = self._add_field(tr("Title"), *title)
        self.sound_box = self._add_field(ptr("style prompt", "Sound"), *sound)
        for place, change in enumerate(changes):
            if change.is_change:
                self.boxes[place] = self._add_section(change)
        self._column.addStretch(1)
        self.decline_button = QPushButton(tr("Not now"), self)
        self.decline_button.clicked.connect(self.reject)
        self.use_button = QPushButton(self)
        self.use_button.setProperty("role", "primary")
        self.use_button.clicked.connect(self._on_use)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.decline_button)
        row.addWidget(self.use_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(label(tr("Lyrics for the form"), "title", self))
        column.addWidget(paragraph(tr(_EXPLANATION), "muted", self))
        column.addWidget(create_scroll_area(content, self), 1)
        column.addLayout(row)
        self._update_button()
        self.resize_within_screen(_WIDTH, _HEIGHT)
        self.use_button.setFocus()

    def _all_boxes(self) -> list[Switch]:
        named = [box for box in (self.title_box, self.sound_box) if box is not None]
        return [*named, *self.boxes.values()]

    def _add_field(self, name: str, before: str, after: str) -> Switch | None:
        if not after.strip() or before.strip() == after.strip():
            return None
        return self._add(name, before, after, is_checked=not before.strip())

    def _add_section(self, change: SectionChange) -> Switch:
        name = shorten(change.name, _MAX_NAME) or tr("No section")
        self._names[name] += 1
        if self._names[name] > 1:
            name = f"{name} ({self._names[name]})"
        if not change.before:
            name = tr("{name} · new", name=name)
        elif not change.after:
            name = tr("{name} · would go", name=name)
        return self._add(name, change.before, change.after, is_checked=True)

    def _add(self, name: str, before: str, after: str, *, is_checked: bool) -> Switch:
        parent = self._content
        box = Switch(self._style, name, parent)
        box.setChecked(is_checked)
        box.toggled.connect(self._update_button)
        self._column.addWidget(box)
        difference = WordDiffLabel(self._style, name, diff_words(before, after), parent)
        difference.setContentsMargins(26, 0, 0, 4)
        self._column.addWidget(difference)
        return box

    def _update_button(self) -> None:
        chosen = [box.isChecked() for box in self._all_boxes()]
        self.use_button.setText(tr("Use all") if all(chosen) else tr("Use what is chosen"))
        self.use_button.setEnabled(any(chosen))

    def _on_use(self) -> None:
        unchanged = {place for place, change in enumerate(self._changes) if not change.is_change}
        accepted = {place for place, box in self.boxes.items() if box.isChecked()}

        def chosen(box: Switch | None, text: str) -> str | None:
            return text if box is not None and box.isChecked() else None

        self.accepted_offer.emit(
            LyricsOffer(
                accept_sections(self._changes, accepted | unchanged),
                chosen(self.title_box, self._title[1]),
                chosen(self.sound_box, self._sound[1]),
            )
        )
        self.accept()

"""The fields of the desk, one under the other."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from producer_studio.domain.strength import STRENGTHS
from producer_studio.ui.compose.form import Form
from producer_studio.ui.compose.lyrics_editor import LyricsEditor
from producer_studio.ui.compose.model_picker import ModelPicker
from producer_studio.ui.compose.more_fields import MoreFields
from producer_studio.ui.compose.offer_line import OfferLine
from producer_studio.ui.compose.operation_grid import OperationGrid
from producer_studio.ui.compose.seed_field import SeedField
from producer_studio.ui.compose.sound_editor import SoundEditor
from producer_studio.ui.compose.title_field import TitleField
from producer_studio.ui.look import Look
from producer_studio.ui.widgets.strength import StrengthRow
from producer_studio.ui.widgets.switch import Switch

_SEED_PX = 195
_GROUP_PX = 12


class FormView(QWidget):
    """Shows a `Form` and reads it back; knows nothing of accounts or jobs.

    Signals:
        edited: The user, or a change that was put here, altered something.
    """

    edited = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._quiet = False
        self.grid = OperationGrid(look)
        self.offer = OfferLine(look)
        self.sound = SoundEditor(look)
        self.lyrics = LyricsEditor(look)
        self.title = TitleField(look)
        self.model = ModelPicker(look)
        self.strengths = {strength.name: StrengthRow(look, strength) for strength in STRENGTHS}
        self.seed = SeedField(look)
        self.instrumental = Switch(look, "Instrumental")
        self.instrumental.setToolTip("Without singing: the lyrics are kept, and not sent")
        self.more = MoreFields(look)
        self._look = look
        self._build()
        for part in (self.sound, self.lyrics, self.title, self.model, self.seed, self.more):
            part.edited.connect(self._on_edited)
        for row in self.strengths.values():
            row.value_changed.connect(self._on_edited)
        self.instrumental.toggled.connect(self._on_instrumental)
        look.changed.connect(self._restyle)
        self._restyle()

    def form(self, takes: int) -> Form:
        return Form(
            sound=self.sound.text(),
            lyrics=self.lyrics.text(),
            title=self.title.text(),
            model=self.model.model(),
            instrumental=self.instrumental.isChecked(),
            seed=self.seed.seed,
            seed_locked=self.seed.locked,
            takes=takes,
            cover_url=self.more.cover.text(),
            webhook_url=self.more.webhook.text(),
            **{name: row.value() for name, row in self.strengths.items()},
        )

    def load(self, form: Form) -> None:
        """Shows a form as the beginning: there is nothing to undo."""
        self._quiet = True
        self.sound.words.load(form.sound)
        self.lyrics.words.load(form.lyrics)
        self._show_rest(form)

    def exchange(self, form: Form) -> None:
        """Shows another form; what was written before can be brought back by `take_back`."""
        self._quiet = True
        self.sound.words.exchange(form.sound)
        self.lyrics.words.exchange(form.lyrics)
        self._show_rest(form)

    def take_back(self, form: Form) -> None:
        """Shows the form that was there before `exchange`."""
        self._quiet = True
        self.sound.words.take_back(form.sound)
        self.lyrics.words.take_back(form.lyrics)
        self._show_rest(form)

    def _show_rest(self, form: Form) -> None:
        if form.title != self.title.text():
            self.title.edit.setText(form.title)
        self.model.show_model(form.model)
        for name, row in self.strengths.items():
            row.set_value(getattr(form, name))
        self.seed.show_seed(form.seed, locked=form.seed_locked)
        self.instrumental.setChecked(form.instrumental)
        self.more.show_addresses(form.cover_url, form.webhook_url)
        self._quiet = False
        self.edited.emit()

    def _build(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 16, 12)
        self._column.setSpacing(0)
        names = QHBoxLayout()
        names.setSpacing(10)
        names.addWidget(self.title, 1)
        names.addWidget(self.model, 1)
        sliders = QVBoxLayout()
        sliders.setSpacing(0)
        for row in self.strengths.values():
            sliders.addWidget(row)
        chance = QHBoxLayout()
        chance.setSpacing(12)
        chance.addWidget(self.seed, 100)
        chance.addWidget(self.instrumental)
        chance.addStretch(1)
        column = self._column
        column.addWidget(self.grid)
        column.addSpacing(14)
        column.addWidget(self.offer)
        column.addWidget(self.sound)
        column.addSpacing(_GROUP_PX)
        column.addWidget(self.lyrics, 1)
        column.addSpacing(_GROUP_PX)
        column.addLayout(names)
        column.addSpacing(10)
        column.addLayout(sliders)
        column.addSpacing(10)
        column.addLayout(chance)
        column.addSpacing(8)
        column.addWidget(self.more)

    def reading_order(self) -> list[QWidget]:
        """What the keyboard visits, from the top to the bottom and from left to right."""
        order: list[QWidget] = [*self.grid.buttons(), self.offer.action, self.offer.close_button]
        order += [self.sound.words, *self.lyrics.chips.values(), self.lyrics.write_for_me]
        order += [self.lyrics.words, self.title.edit, self.model.combo]
        for row in self.strengths.values():
            order += [row.slider, row.number]
        order += [self.seed.edit, self.seed.dice, self.seed.lock, self.instrumental]
        return [*order, self.more.fold, self.more.cover, self.more.webhook]

    def make_room(self, scroll_bar_px: int) -> None:
        """Keeps the fields where they are when a scroll bar takes some of the margin."""
        self._column.setContentsMargins(16, 12, 16 - min(scroll_bar_px, 14), 12)

    def _on_edited(self) -> None:
        if not self._quiet:
            self.edited.emit()

    def _on_instrumental(self, on: bool) -> None:
        self.lyrics.set_unsung(on)
        self._on_edited()

    def _restyle(self) -> None:
        self.seed.setMaximumWidth(self._look.px(_SEED_PX))

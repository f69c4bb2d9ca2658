"""View of the compose form: the fields from top to bottom."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from producer_studio.domain.capabilities import Capabilities, Capability
from producer_studio.domain.form import Form, fields_for
from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import Issue
from producer_studio.domain.prompt_hints import find_hints
from producer_studio.domain.strength import COVER_STRENGTH, STRENGTHS
from producer_studio.translation import tr
from producer_studio.ui.compose.advanced_fields import AdvancedFields
from producer_studio.ui.compose.field_parts import SuggestionLine
from producer_studio.ui.compose.lyrics_editor import LyricsEditor
from producer_studio.ui.compose.model_picker import ModelPicker
from producer_studio.ui.compose.operation_grid import OperationGrid
from producer_studio.ui.compose.seed_field import SeedField
from producer_studio.ui.compose.sound.editor import SoundEditor
from producer_studio.ui.compose.title_field import TitleField
from producer_studio.ui.operations import lyrics_heading, sound_heading
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.line_edit import show_text
from producer_studio.ui.widgets.strength_slider import StrengthRow
from producer_studio.ui.widgets.switch import Switch

if TYPE_CHECKING:
    from producer_studio.ui.compose.operation_fields import OperationFields

_SEED_PX = 195
_GROUP_GAP_PX = 12
_EXTRA_FIELDS = (
    "source",
    "starts_at_s",
    "ends_at_s",
    "length_s",
    "cover_strength",
    "instruction",
    "audio_url",
    "audio_file",
    "prompt",
    "preset",
)
"""Fields of the form that the operation Create does not have."""


class FormView(QWidget):
    """Shows a `Form` and reads it back; independent of accounts and jobs.

    Signals:
        edited: The user or a programmatic change altered a field.
        part_created: A part was created lazily and needs the compose panel's event filters.
    """

    edited = Signal()
    part_created = Signal(QWidget)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_loading = False
        self._reserved_height = 0
        self._operation = Operation.CREATE
        self._extra_values: dict[str, Any] = {}
        self._new_parts: list[QWidget] = []
        self._cover_strength = COVER_STRENGTH
        self._strength_names = frozenset(strength.name for strength in STRENGTHS)
        self._capabilities = Capabilities()
        self._accepted_fields = fields_for(Operation.CREATE)
        self.grid = OperationGrid(style)
        self.suggestion = SuggestionLine(style)
        self.sound = SoundEditor(style)
        self.lyrics = LyricsEditor(style)
        self.title = TitleField(style)
        self.model = ModelPicker(style)
        self.strengths = {strength.name: StrengthRow(style, strength) for strength in STRENGTHS}
        self.seed = SeedField(style)
        self.instrumental = Switch(style, tr("Instrumental"))
        self.instrumental.setToolTip(tr("No vocals: the lyrics are kept but not sent"))
        self.advanced = AdvancedFields(style)
        self.fields: OperationFields | None = None
        self.cover_strength: StrengthRow | None = None
        self._style = style
        self._build()
        for part in (self.sound, self.lyrics, self.title, self.model, self.seed, self.advanced):
            part.edited.connect(self._on_edited)
        for row in self.strengths.values():
            row.value_changed.connect(self._on_edited)
        self.lyrics.part_created.connect(self.part_created)
        self.instrumental.toggled.connect(self._on_instrumental_toggled)
        style.changed.connect(self._update_widths)
        self._update_widths()

    def ensure_fields(self) -> "OperationFields":
        """Returns the fields that only some operations need; creates them on the first call."""
        from producer_studio.ui.compose.operation_fields import OperationFields  # start-up cost

        if self.fields is not None:
            return self.fields
        made = OperationFields(self._style)
        made.load(Form(**self._extra_values))
        made.edited.connect(self._on_fields_edited)
        made.part_created.connect(self.part_created)
        self._fields_layout.addWidget(made)
        self._new_parts.append(made)
        self.fields = made
        return made

    def ensure_cover_strength(self) -> StrengthRow:
        """Returns the strength slider of covers and voice swaps; creates it on the first call."""
        if self.cover_strength is not None:
            return self.cover_strength
        row = StrengthRow(self._style, self._cover_strength)
        row.set_value(self._extra_values.get("cover_strength", self._cover_strength.default))
        row.value_changed.connect(self._on_cover_strength_changed)
        self._sliders.insertWidget(0, row)
        self._new_parts.append(row)
        self.cover_strength = row
        return row

    @property
    def operation(self) -> Operation:
        return self._operation

    def form(self, takes: int) -> Form:
        return Form(
            operation=self._operation,
            sound=self.sound.text(),
            lyrics=self.lyrics.text(),
            title=self.title.text(),
            model=self.model.model(),
            instrumental=self.instrumental.isChecked(),
            seed=self.seed.seed,
            seed_locked=self.seed.is_locked,
            takes=takes,
            cover_url=self.advanced.cover.text(),
            webhook_url=self.advanced.webhook.text(),
            **self._extra_and_strength_values(),
        )

    def _extra_and_strength_values(self) -> dict[str, Any]:
        return self._extra_values | {name: row.value() for name, row in self.strengths.items()}

    def unreadable_times(self) -> list[Issue]:
        """Returns the issues of fields whose text is no time."""
        return self.fields.unreadable_times() if self.fields is not None else []

    def configure(self, capabilities: Capabilities | None, operation: Operation) -> None:
        """Shows the fields that an operation accepts; hidden fields preserve their content.

        Args:
            capabilities: Of the active account; None without one.
        """
        known = capabilities is not None
        account_capability = capabilities.get(operation) if capabilities is not None else None
        capabilities = capabilities or Capabilities()
        self._operation, self._capabilities = operation, capabilities
        accepted_fields = self._accepted_fields = fields_for(operation, account_capability)
        if operation is not Operation.CREATE or self.fields is not None:
            capability = account_capability or Capability(operation=operation)
            fields = self.ensure_fields()
            fields.configure(capabilities, capability, accepted_fields)
            self._fields_holder.setVisible(not fields.isHidden())
            self._extra_values |= fields.values()
        limits = capabilities.limits
        self.sound.configure(sound_heading(operation), limits.get("sound"), operation)
        optional = operation is not Operation.CREATE
        self.lyrics.configure(
            lyrics_heading(operation), limits.get("lyrics"), operation, optional=optional
        )
        self.title.set_limit(limits.get("title"))
        parts: tuple[tuple[QWidget, str], ...] = (
            (self.sound, "sound"),
            (self.lyrics, "lyrics"),
            (self.title, "title"),
            (self.model, "model"),
            (self.seed, "seed"),
            (self.instrumental, "instrumental"),
        )
        for part, name in parts:
            part.setVisible(name in accepted_fields)
        self._configure_strengths(capabilities, accepted_fields, has_account=known)
        self.advanced.set_visible_fields(
            cover="cover_url" in accepted_fields, webhook="webhook_url" in accepted_fields
        )
        for holder, names in self._groups.items():
            holder.setVisible(bool(names & accepted_fields))
        self._column.setStretchFactor(self._group_with("lyrics"), int("lyrics" in accepted_fields))
        self._column.setStretch(self._column.count() - 1, int("lyrics" not in accepted_fields))
        self.show_hints()
        new_parts, self._new_parts = self._new_parts, []
        for part in new_parts:
            self.part_created.emit(part)

    @contextmanager
    def preserve_focus(self, *, operation_changed: bool) -> Iterator[None]:
        """Moves the focus to the operation grid if its field is hidden, not to the next widget.

        Args:
            operation_changed: Whether another operation was chosen: then the focus follows it.
        """
        # The type stub claims that there is always one.
        focused: QWidget | None = QApplication.focusWidget()
        inside = focused is not None and self.isAncestorOf(focused) and focused.isVisible()
        yield
        grid = self.grid
        if not inside or focused is None:
            return
        if (operation_changed and focused in grid.buttons()) or not focused.isVisible():
            grid.chosen_button().setFocus(Qt.FocusReason.OtherFocusReason)

    def load(self, form: Form) -> None:
        """Shows a form and clears the undo history."""
        self._is_loading = True
        self.sound.edit.load(form.sound)
        self.lyrics.edit.load(form.lyrics)
        self._show_rest(form)

    def swap_form(self, form: Form) -> None:
        """Shows another form; `undo_swap` restores the previous one."""
        self._is_loading = True
        self.sound.edit.swap_text(form.sound)
        self.lyrics.edit.swap_text(form.lyrics)
        self._show_rest(form)

    def undo_swap(self, form: Form) -> None:
        """Restores the form that was shown before `swap_form`."""
        self._is_loading = True
        self.sound.edit.undo_swap(form.sound)
        self.lyrics.edit.undo_swap(form.lyrics)
        self._show_rest(form)

    def add_first_swap(self) -> None:
        """Makes room for one more `undo_swap`, after those of all other swaps."""
        self.sound.edit.add_first_swap()
        self.lyrics.edit.add_first_swap()

    def show_operation(self, form: Form) -> None:
        """Shows another operation and its source; the texts stay unchanged."""
        self._extra_values = {name: getattr(form, name) for name in _EXTRA_FIELDS}
        if self.fields is not None:
            self.fields.load(form)
        if self.cover_strength is not None:
            self.cover_strength.set_value(form.cover_strength)
        self._operation = form.operation

    def show_hints(self) -> None:
        """Shows beside the fields what is recommended for the form as it is."""
        hints = find_hints(self.form(1), self._accepted_fields)
        self.sound.show_hint(hints.get("sound"))
        rows = dict(self.strengths)
        if self.cover_strength is not None:
            rows[self.cover_strength.strength.name] = self.cover_strength
        for name, row in rows.items():
            hint = hints.get(name)
            row.show_hint(tr(hint.text) if hint else "", hint.value if hint else None)

    def _show_rest(self, form: Form) -> None:
        if form.title != self.title.text():
            show_text(self.title.edit, form.title)
        self.model.show_model(form.model)
        for name, row in self.strengths.items():
            row.set_value(getattr(form, name))
        self.seed.show_seed(form.seed, locked=form.seed_locked)
        self.instrumental.setChecked(form.instrumental)
        self.advanced.show_addresses(form.cover_url, form.webhook_url)
        self.show_operation(form)
        self._is_loading = False
        self.show_hints()
        self.edited.emit()

    def _build(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 10, 16, 12)
        self._column.setSpacing(0)
        self._fields_layout = QVBoxLayout()
        self._fields_layout.setSpacing(0)
        names = QHBoxLayout()
        names.setSpacing(10)
        names.addWidget(self.title, 1)
        names.addWidget(self.model, 1)
        self._sliders = QVBoxLayout()
        self._sliders.setSpacing(0)
        for row in self.strengths.values():
            self._sliders.addWidget(row)
        chance = QHBoxLayout()
        chance.setSpacing(12)
        chance.addWidget(self.seed, 100)
        chance.addWidget(self.instrumental)
        chance.addStretch(1)
        column = self._column
        column.addWidget(self.grid)
        column.addSpacing(12)
        self._fields_holder = _create_group(self._fields_layout, _GROUP_GAP_PX)
        self._fields_holder.hide()
        column.addWidget(self._fields_holder)
        # Each group includes the gap below it, so that both are hidden together.
        self._groups: dict[QWidget, frozenset[str]] = {}
        strengths = self._strength_names | {"cover_strength"}
        for part, gap, taken in (
            # The space reserved for the fields' advice serves as a gap as well.
            (self.sound, 0, {"sound"}),
            (self.lyrics, 0, {"lyrics"}),
            (names, 8, {"title", "model"}),
            (self._sliders, 8, strengths),
            (chance, 8, {"seed", "instrumental"}),
            (self.advanced, 0, {"cover_url", "webhook_url"}),
        ):
            group = _create_group(part, gap)
            self._groups[group] = frozenset(taken)
            column.addWidget(group)
        column.addStretch(0)
        column.setStretchFactor(self._group_with("lyrics"), 1)

    def _group_with(self, name: str) -> QWidget:
        return next(group for group, names in self._groups.items() if name in names)

    def _configure_strengths(
        self, capabilities: Capabilities, accepted_fields: frozenset[str], *, has_account: bool
    ) -> None:
        for name, row in self.strengths.items():
            row.setVisible(name in accepted_fields)
            if name in capabilities.strengths:
                row.set_strength(capabilities.strengths[name])
        if has_account:
            before = self._cover_strength
            self._cover_strength = capabilities.strengths.get("cover_strength", COVER_STRENGTH)
            if self._extra_values.get("cover_strength", before.default) == before.default:
                self._extra_values["cover_strength"] = self._cover_strength.default
        if "cover_strength" in accepted_fields or self.cover_strength is not None:
            row = self.ensure_cover_strength()
            row.set_strength(self._cover_strength)
            row.setVisible("cover_strength" in accepted_fields)
            self._extra_values["cover_strength"] = row.value()

    def minimumSizeHint(self) -> QSize:
        return super().minimumSizeHint().expandedTo(QSize(0, self._reserved_height))

    def reserve_height(self, height: int) -> None:
        """Preserves the position of the fields when something takes part of the height."""
        self._reserved_height = height
        self.updateGeometry()

    def reserve_scroll_bar(self, scroll_bar_px: int) -> None:
        """Preserves the position of the fields when a scroll bar takes part of the margin."""
        self._column.setContentsMargins(16, 10, 16 - min(scroll_bar_px, 14), 12)

    def _on_edited(self) -> None:
        if not self._is_loading:
            self.show_hints()
            self.edited.emit()

    def _on_fields_edited(self) -> None:
        self._extra_values |= self.ensure_fields().values()
        self._on_edited()

    def _on_cover_strength_changed(self, value: float) -> None:
        self._extra_values["cover_strength"] = value
        self._on_edited()

    def _on_instrumental_toggled(self, on: bool) -> None:
        self.lyrics.set_instrumental(on)
        self._on_edited()

    def _update_widths(self) -> None:
        self.seed.setMaximumWidth(self._style.px(_SEED_PX))


def _create_group(part: QWidget | QLayout, gap: int) -> QWidget:
    """Creates a group of a part and the gap below it, to be hidden together."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, gap)
    column.setSpacing(0)
    if isinstance(part, QLayout):
        column.addLayout(part)
    else:
        column.addWidget(part)
    return holder

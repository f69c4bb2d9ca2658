"""Fields that only some operations need; each is created when it is first shown."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from producer_studio.domain.capabilities import Capabilities, Capability
from producer_studio.domain.clip import Clip
from producer_studio.domain.form import Form
from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import Issue, Severity
from producer_studio.translation import tr
from producer_studio.ui.compose.field_parts import AdviceLine, FieldHead
from producer_studio.ui.compose.multiline_field import MultilineField
from producer_studio.ui.compose.source_card import SourceCard
from producer_studio.ui.compose.times_row import TimesRow
from producer_studio.ui.compose.upload_fields import UploadFields
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.combo_box import ComboBox

Part = TypeVar("Part", bound=QWidget)

_GAP = 10
_PART_ORDER = ("source", "times", "instruction", "upload", "prompt", "preset")
"""From top to bottom, independent of the order of creation."""


class OperationFields(QWidget):
    """Source, times, instruction, upload, lyrics prompt and video style.

    Signals:
        edited: The user changed a field.
        source_cleared: The clear button of the source was pressed.
        use_selected_requested: Use the clip that is selected in the library as the source.
        play_requested: Play the source.
        part_created: A part was created and needs its position in the Tab order and the compose
            panel's event filters.
    """

    edited = Signal()
    source_cleared = Signal()
    use_selected_requested = Signal()
    play_requested = Signal()
    part_created = Signal(QWidget)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._form = Form()
        self._source: tuple[Clip, bytes] | None = None
        self._source_cover: tuple[str, QImage] | None = None
        self._capability = Capability(operation=Operation.CREATE)
        self._capabilities = Capabilities()
        self._accepted_fields = frozenset[str]()
        self._parts: dict[str, QWidget] = {}
        self._new_parts: list[QWidget] = []
        self.registration: AdviceLine | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(_GAP)

    # The parts

    @cached_property
    def source(self) -> SourceCard:
        card = SourceCard(self._style)
        card.cleared.connect(self.source_cleared)
        card.use_selected_requested.connect(self.use_selected_requested)
        card.play_requested.connect(self.play_requested)
        card.section_moved.connect(self._on_section_moved)
        card.position_moved.connect(self._on_position_moved)
        return self._insert_part("source", card, card)

    def ensure_registration(self) -> AdviceLine:
        """Returns the advice below the source about registering it with this account."""
        if self.registration is None:
            self.registration = AdviceLine(self._style)
            inside = self.source.layout()
            assert inside is not None  # noqa: S101 - built with one
            inside.addWidget(self.registration)
        return self.registration

    @cached_property
    def times(self) -> TimesRow:
        row = TimesRow(self._style)
        row.edited.connect(self._on_times_edited)
        return self._insert_part("times", row, row)

    @cached_property
    def instruction(self) -> MultilineField:
        field = MultilineField(
            self._style,
            tr("Instruction"),
            tr("Instruction, such as: bring the choir in, then stop"),
        )
        field.edited.connect(self._store_text("instruction", field))
        return self._insert_part("instruction", field, field)

    @cached_property
    def upload(self) -> UploadFields:
        fields = UploadFields(self._style)
        fields.edited.connect(self._on_upload_edited)
        return self._insert_part("upload", fields, fields)

    @cached_property
    def prompt(self) -> MultilineField:
        field = MultilineField(
            self._style,
            tr("What the song is about"),
            tr("A summer that ends too early, told by the sea"),
        )
        field.edited.connect(self._store_text("prompt", field))
        return self._insert_part("prompt", field, field)

    @cached_property
    def preset(self) -> ComboBox:
        combo = ComboBox(tr("Style of the video"))
        combo.activated.connect(self._on_preset_chosen)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(FieldHead(tr("Style of the video"), combo, self._style))
        column.addWidget(combo)
        return self._insert_part("preset", holder, combo)

    # Interface of the form view

    def values(self) -> dict[str, Any]:
        """Values of the form fields that are edited here, shown or not."""
        form = self._form
        return {
            name: getattr(form, name)
            for name in (
                "source", "starts_at_s", "ends_at_s", "length_s", "instruction", "audio_url",
                "audio_file", "prompt", "preset",
            )
        }  # fmt: skip

    def load(self, form: Form) -> None:
        """Shows a form's values without emitting `edited`."""
        self._form = form
        self._show_values()

    def configure(
        self, capabilities: Capabilities, capability: Capability, accepted_fields: frozenset[str]
    ) -> None:
        """Shows the parts that an operation accepts; creates them if necessary."""
        self._capabilities, self._capability, self._accepted_fields = (
            capabilities,
            capability,
            accepted_fields,
        )
        needs_source = capability.operation.needs_source
        visible_parts = {
            "source": needs_source,
            "times": bool(accepted_fields & {"starts_at_s", "ends_at_s", "length_s"}),
            "instruction": "instruction" in accepted_fields,
            "upload": "audio_url" in accepted_fields,
            "prompt": "prompt" in accepted_fields,
            "preset": "preset" in accepted_fields and bool(capabilities.presets),
        }
        for name, shown in visible_parts.items():
            if shown:
                getattr(self, name)
            if name in self._parts:
                self._parts[name].setVisible(shown)
        self.setVisible(any(visible_parts.values()))
        self._show_values()
        new_parts, self._new_parts = self._new_parts, []
        for part in new_parts:
            self.part_created.emit(part)

    def show_source(self, clip: Clip | None, peaks: bytes) -> None:
        """Shows the source clip after it was loaded."""
        self._source = None if clip is None else (clip, peaks)
        if "source" in self._parts:
            self.source.show_clip(clip, peaks)
            self._show_times()

    def show_source_cover(self, clip_id: str, picture: QImage) -> None:
        """Shows the cover of the source clip after it was decoded."""
        self._source_cover = (clip_id, picture)
        if "source" in self._parts:
            self.source.show_cover(clip_id, picture)

    def unreadable_times(self) -> list[Issue]:
        """Returns the issues of fields whose text is no time."""
        shown = "times" in self._parts and not self.times.isHidden()
        return self.times.find_unreadable() if shown else []

    def show_time_issue(self, issue: Issue | None) -> None:
        """Shows an issue at the times; None clears it."""
        if "times" in self._parts:
            self.times.show_issue(issue if issue and issue.severity is Severity.BLOCKING else None)

    def show_registration(self, issue: Issue | None) -> None:
        """Shows the advice about registering the source with this account."""
        if issue is not None or self.registration is not None:
            self.ensure_registration().show_issue(issue)

    def _insert_part(self, name: str, holder: QWidget, part: Part) -> Part:
        above = [other for other in _PART_ORDER[: _PART_ORDER.index(name)] if other in self._parts]
        self._column.insertWidget(len(above), holder)
        self._parts[name] = holder
        if name == "source" and self._source is not None:
            assert isinstance(part, SourceCard)  # noqa: S101 - created one line above the call
            part.show_clip(*self._source)
            if self._source_cover is not None:
                part.show_cover(*self._source_cover)
        self._new_parts.append(holder)
        return part

    def _show_values(self) -> None:
        form = self._form
        if "times" in self._parts:
            self._show_times()
        if "instruction" in self._parts:
            self.instruction.show_text(form.instruction)
            self._apply_limit(self.instruction, "instruction")
        if "upload" in self._parts:
            self.upload.show_source(form.audio_url, form.audio_file)
        if "prompt" in self._parts:
            self.prompt.show_text(form.prompt)
            self._apply_limit(self.prompt, "prompt")
        if "preset" in self._parts:
            self._show_presets()

    def _apply_limit(self, field: MultilineField, name: str) -> None:
        limit = self._capabilities.limits.get(name)
        required = name in self._capability.required or name == "prompt"
        field.set_limit(limit, optional=not required)

    def _show_times(self) -> None:
        form = self._form
        operation = self._capability.operation
        if "times" in self._parts:
            self.times.configure(operation, self._accepted_fields, self._capability.required)
            length = self._source[0].duration_s if self._source else 0.0
            self.times.show_times(form.starts_at_s, form.ends_at_s, form.length_s, length)
        if "source" in self._parts:
            marked = "starts_at_s" in self._accepted_fields
            self.source.show_range(operation, form.starts_at_s if marked else None, form.ends_at_s)

    def _show_presets(self) -> None:
        presets = self._capabilities.presets
        if [self.preset.itemData(row) for row in range(self.preset.count())] != list(presets):
            self.preset.clear()
            for preset in presets:
                self.preset.addItem(preset.capitalize(), preset)
        chosen = self._form.preset if self._form.preset in presets else ""
        self.preset.setCurrentIndex(max(0, self.preset.findData(chosen)))
        if presets and not chosen:
            self._form = self._form.with_changes(preset=presets[0])

    def _change_form(self, **changes: Any) -> None:  # noqa: ANN401 - fields have many types
        self._form = self._form.with_changes(**changes)
        self.edited.emit()

    def _store_text(self, name: str, field: MultilineField) -> Callable[[], None]:
        def store() -> None:
            if field.text() != getattr(self._form, name):
                self._change_form(**{name: field.text()})

        return store

    def _on_section_moved(self, start: float, end: float) -> None:
        length = self.source.waveform.duration_s
        # The end stays "to the end" while its edge is at the end.
        open_end = self._form.ends_at_s is None and end >= length - 0.1
        self._form = self._form.with_changes(starts_at_s=start, ends_at_s=None if open_end else end)
        self._show_times()
        self.edited.emit()

    def _on_position_moved(self, seconds: float) -> None:
        self._form = self._form.with_changes(starts_at_s=seconds)
        self._show_times()
        self.edited.emit()

    def _on_times_edited(self) -> None:
        starts, ends, length = self.times.values()
        self._form = self._form.with_changes(starts_at_s=starts, ends_at_s=ends, length_s=length)
        if "source" in self._parts:
            self.source.show_range(self._capability.operation, starts, ends)
        self.edited.emit()

    def _on_upload_edited(self) -> None:
        url, file = self.upload.url.text(), self.upload.file()
        if (url, file) != (self._form.audio_url, self._form.audio_file):
            self._change_form(audio_url=url, audio_file=file)

    def _on_preset_chosen(self, _row: int) -> None:
        self._change_form(preset=str(self.preset.currentData()))

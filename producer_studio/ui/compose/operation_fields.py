"""What only some operations need; each part is made when it is first shown."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from producer_studio.domain.capabilities import Capabilities, Capability
from producer_studio.domain.clip import Clip
from producer_studio.domain.operation import Operation
from producer_studio.domain.prompt_advice import Advice, Note
from producer_studio.ui.compose.advice_line import NoteLine
from producer_studio.ui.compose.field_head import FieldHead
from producer_studio.ui.compose.form import Form
from producer_studio.ui.compose.multiline_field import WordsField
from producer_studio.ui.compose.source_card import SourceCard
from producer_studio.ui.compose.times_row import TimesRow
from producer_studio.ui.compose.upload_fields import UploadFields
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.combo_box import Combo

Part = TypeVar("Part", bound=QWidget)

_GAP = 10
_NAMES = ("source", "times", "instruction", "upload", "prompt", "preset")
"""From the top to the bottom, in whichever order they are made."""


class OperationFields(QWidget):
    """Source, times, instruction, what to upload, what the lyrics are about, the video's look.

    Signals:
        edited: The user changed something.
        source_cleared: The cross on the source.
        chosen_asked: Take the clip that is selected in the library as the source.
        play_asked: Play the source.
        made: A part was made; it wants its place in the Tab order and the desk's keys.
    """

    edited = Signal()
    source_cleared = Signal()
    chosen_asked = Signal()
    play_asked = Signal()
    made = Signal(QWidget)

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._form = Form()
        self._source: tuple[Clip, bytes] | None = None
        self._capability = Capability(operation=Operation.CREATE)
        self._capabilities = Capabilities()
        self._taken = frozenset[str]()
        self._made: dict[str, QWidget] = {}
        self._fresh: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(_GAP)

    # The parts

    @cached_property
    def source(self) -> SourceCard:
        card = SourceCard(self._look)
        card.cleared.connect(self.source_cleared)
        card.chosen_asked.connect(self.chosen_asked)
        card.play_asked.connect(self.play_asked)
        card.section_moved.connect(self._on_section_moved)
        card.place_moved.connect(self._on_place_moved)
        return self._place("source", card, card)

    @cached_property
    def registration(self) -> NoteLine:
        """Below the source: what it takes to make it known to this account."""
        line = NoteLine(self._look)
        inside = self.source.layout()
        assert inside is not None  # noqa: S101 - built with one
        inside.addWidget(line)
        return line

    @cached_property
    def times(self) -> TimesRow:
        row = TimesRow(self._look)
        row.edited.connect(self._on_times_edited)
        return self._place("times", row, row)

    @cached_property
    def instruction(self) -> WordsField:
        field = WordsField(
            self._look, "Instruction", "What to do with it, such as: bring the choir in, then stop"
        )
        field.edited.connect(self._take_words("instruction", field))
        return self._place("instruction", field, field)

    @cached_property
    def upload(self) -> UploadFields:
        fields = UploadFields(self._look)
        fields.edited.connect(self._on_upload_edited)
        return self._place("upload", fields, fields)

    @cached_property
    def prompt(self) -> WordsField:
        field = WordsField(
            self._look, "What the song is about", "A summer that ends too early, told by the sea"
        )
        field.edited.connect(self._take_words("prompt", field))
        return self._place("prompt", field, field)

    @cached_property
    def preset(self) -> Combo:
        combo = Combo("Look of the video")
        combo.activated.connect(self._on_preset_chosen)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(FieldHead("Look of the video", combo, self._look))
        column.addWidget(combo)
        return self._place("preset", holder, combo)

    # For the form's view

    def values(self) -> dict[str, Any]:
        """The form's fields that are set here, shown or not."""
        form = self._form
        return {
            name: getattr(form, name)
            for name in (
                "source", "starts_at_s", "ends_at_s", "length_s", "instruction", "audio_url",
                "audio_file", "prompt", "preset",
            )
        }  # fmt: skip

    def load(self, form: Form) -> None:
        """Shows a form's values without telling anybody."""
        self._form = form
        self._show()

    def suit(
        self, capabilities: Capabilities, capability: Capability, taken: frozenset[str]
    ) -> None:
        """Shows the parts that an operation takes at an account, and makes them if need be."""
        self._capabilities, self._capability, self._taken = capabilities, capability, taken
        needs_source = capability.operation.needs_source
        wanted = {
            "source": needs_source,
            "times": bool(taken & {"starts_at_s", "ends_at_s", "length_s"}),
            "instruction": "instruction" in taken,
            "upload": "audio_url" in taken,
            "prompt": "prompt" in taken,
            "preset": "preset" in taken and bool(capabilities.presets),
        }
        for name, shown in wanted.items():
            if shown:
                getattr(self, name)
            if name in self._made:
                self._made[name].setVisible(shown)
        self.setVisible(any(wanted.values()))
        self._show()
        fresh, self._fresh = self._fresh, []
        for part in fresh:
            self.made.emit(part)

    def show_source(self, clip: Clip | None, peaks: bytes) -> None:
        """Shows the source clip, once it was read."""
        self._source = None if clip is None else (clip, peaks)
        if "source" in self._made:
            self.source.show_clip(clip, peaks)
            self._show_times()

    def show_time_note(self, note: Note | None) -> None:
        """Says at the times what is wrong with them; None when nothing is."""
        if "times" in self._made:
            self.times.show_note(note if note and note.advice is Advice.BLOCKING else None)

    def show_registration(self, note: Note | None) -> None:
        """Says what it takes to make the source known to this account."""
        if note is not None or "registration" in self.__dict__:
            self.registration.show_note(note)

    def show_upload_note(self, text: str) -> None:
        """Says where a file of this computer goes, or why it cannot be put anywhere."""
        if "upload" in self._made:
            self.upload.note.show_note(Note(Advice.EMPTY, text, "audio_file") if text else None)

    def _place(self, name: str, holder: QWidget, part: Part) -> Part:
        above = [other for other in _NAMES[: _NAMES.index(name)] if other in self._made]
        self._column.insertWidget(len(above), holder)
        self._made[name] = holder
        if name == "source" and self._source is not None:
            assert isinstance(part, SourceCard)  # noqa: S101 - made one line above the call
            part.show_clip(*self._source)
        self._fresh.append(holder)
        return part

    def _show(self) -> None:
        form = self._form
        if "times" in self._made:
            self._show_times()
        if "instruction" in self._made:
            self.instruction.show_text(form.instruction)
            self._limit(self.instruction, "instruction")
        if "upload" in self._made:
            self.upload.show_source(form.audio_url, form.audio_file)
        if "prompt" in self._made:
            self.prompt.show_text(form.prompt)
            self._limit(self.prompt, "prompt")
        if "preset" in self._made:
            self._show_presets()

    def _limit(self, field: WordsField, name: str) -> None:
        limit = self._capabilities.limits.get(name)
        required = name in self._capability.required or name == "prompt"
        field.set_limit(limit, optional=not required)

    def _show_times(self) -> None:
        form = self._form
        operation = self._capability.operation
        if "times" in self._made:
            self.times.suit(operation, self._taken, self._capability.required)
            length = self._source[0].duration_s if self._source else 0.0
            self.times.show_times(form.starts_at_s, form.ends_at_s, form.length_s, length)
        if "source" in self._made:
            marked = "starts_at_s" in self._taken
            self.source.mark(operation, form.starts_at_s if marked else None, form.ends_at_s)

    def _show_presets(self) -> None:
        presets = self._capabilities.presets
        if [self.preset.itemData(row) for row in range(self.preset.count())] != list(presets):
            self.preset.clear()
            for preset in presets:
                self.preset.addItem(preset.capitalize(), preset)
        chosen = self._form.preset if self._form.preset in presets else ""
        self.preset.setCurrentIndex(max(0, self.preset.findData(chosen)))
        if presets and not chosen:
            self._form = self._form.with_(preset=presets[0])

    def _change(self, **changes: Any) -> None:  # noqa: ANN401 - fields have many types
        self._form = self._form.with_(**changes)
        self.edited.emit()

    def _take_words(self, name: str, field: WordsField) -> Callable[[], None]:
        def take() -> None:
            if field.text() != getattr(self._form, name):
                self._change(**{name: field.text()})

        return take

    def _on_section_moved(self, start: float, end: float) -> None:
        length = self.source.wave.duration_s
        # The end stays "to the end" while its edge is at the end.
        open_end = self._form.ends_at_s is None and end >= length - 0.1
        self._form = self._form.with_(starts_at_s=start, ends_at_s=None if open_end else end)
        self._show_times()
        self.edited.emit()

    def _on_place_moved(self, seconds: float) -> None:
        self._form = self._form.with_(starts_at_s=seconds)
        self._show_times()
        self.edited.emit()

    def _on_times_edited(self) -> None:
        starts, ends, length = self.times.values()
        self._form = self._form.with_(starts_at_s=starts, ends_at_s=ends, length_s=length)
        if "source" in self._made:
            self.source.mark(self._capability.operation, starts, ends)
        self.edited.emit()

    def _on_upload_edited(self) -> None:
        url, file = self.upload.url.text(), self.upload.file()
        if (url, file) != (self._form.audio_url, self._form.audio_file):
            self._change(audio_url=url, audio_file=file)

    def _on_preset_chosen(self, _row: int) -> None:
        self._change(preset=str(self.preset.currentData()))

    def take_file(self, path: Path) -> None:
        """Takes a dropped file as what is to be uploaded."""
        self.upload.set_file(path)

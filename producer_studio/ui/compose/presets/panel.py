"""Presets panel: the list of presets, in place of the form."""

from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, QStandardPaths, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from producer_studio.domain.form import Form
from producer_studio.domain.form_preset import (
    MAX_PRESET_NAME_LENGTH,
    PRESET_SUFFIX,
    FormPreset,
    is_preset_file,
)
from producer_studio.files.unresponsive_disks import first_folder_at_hand
from producer_studio.studio.clips import UndoStep, change_message
from producer_studio.studio.form_presets import preset_file_name
from producer_studio.translation import mark, tr
from producer_studio.ui.compose.presets.form_summary import default_preset_name
from producer_studio.ui.compose.presets.preset_card import PresetCard
from producer_studio.ui.compose.presets.preset_keys import PresetKeys
from producer_studio.ui.compose.recent_files_menu import RecentFilesMenu
from producer_studio.ui.context import UiContext
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.debounce import Debounce
from producer_studio.ui.widgets.empty_state import EmptyState
from producer_studio.ui.widgets.icon_edit import IconEdit
from producer_studio.ui.widgets.keyboard import KeyRepeatFilter
from producer_studio.ui.widgets.overlay_scroll_bar import set_up_scroll_area

_MARGIN = 16
_GAP = 8
_CARDS_PER_TURN = 4
"""New cards in one turn of the event loop: each takes three milliseconds."""
_FILTER = mark("Presets (*{suffix});;All files (*)", suffix=PRESET_SUFFIX)
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class PresetsPanel(QWidget):
    """Saves, renames, exports and deletes presets, and requests the form of one.

    Args:
        current_form: Returns the form of the compose panel.

    Signals:
        preset_chosen: Show the form of a `FormPreset`.
        undo_available: Message, and the undo step of a change.
        notice_requested: Message about a file that was written, or a form that was saved before.
    """

    preset_chosen = Signal(object)
    undo_available = Signal(str, object)
    notice_requested = Signal(str)

    def __init__(
        self,
        context: UiContext,
        keys: PresetKeys,
        current_form: Callable[[], Form],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._style = context.style
        self._studio = context.studio
        self._tasks = context.tasks
        self._keys = keys
        self._current_form = current_form
        self._serial = 0
        self._folder = ""
        self.name = IconEdit(context.style, "square-pen", tr("Name of a new preset"), self)
        self.name.edit.setPlaceholderText(tr("Name of a new preset"))
        self.name.edit.setMaxLength(MAX_PRESET_NAME_LENGTH)
        self.save_button = QPushButton(tr("Save form"), self)
        self.save_button.setToolTip(tr("Saves the whole form as it is, with locks and takes"))
        self.import_button = IconButton(
            context.style, "folder-open", tr("Import a preset from a file"), self, box=34
        )
        recent = RecentFilesMenu(context, self)
        recent.attach(self.import_button, is_preset_file, self.add_file, self._choose_file)
        text = tr(
            "A preset is a whole form under a name: texts, model, strengths, locks and takes."
        )
        self._empty = EmptyState(context.style, "layers", tr("No presets yet"), text, self)
        self._list = QWidget()
        self._area = QScrollArea(self)
        self.cards: list[PresetCard] = []
        self._key_repeats = KeyRepeatFilter(self)
        self._next_turn = Debounce(self._update, 0, self, restarts=False)
        self._build()
        self.save_button.clicked.connect(self._save)
        self.name.edit.returnPressed.connect(self._save)
        keys.changed.connect(self._update)
        self._update()

    def add_file(self, path: Path) -> None:
        """Adds the preset of a file."""
        self._studio.recent_files.add_opened(path)
        self.change(self._studio.presets.add_file(path))

    def export_file(self, preset: FormPreset, path: Path) -> None:
        """Writes a preset to a file."""
        written = self._studio.presets.save_file(preset, path)
        self._tasks.start(
            f"export preset {path}", written, on_result=partial(self._on_exported, path)
        )

    def _on_exported(self, path: Path, message: str) -> None:
        self._studio.recent_files.add_saved(path)
        self.notice_requested.emit(tr(message))

    def save_form(self, form: Form, name: str = "") -> None:
        """Adds a form to the presets; without a name, under its title or first words."""
        name = name.strip() or default_preset_name(form)
        text = tr("Preset “{name}” has this form already.", name=name)
        self.change(self._studio.presets.add(name, form.to_json()), unchanged=text)

    def change(self, work: Coroutine[Any, Any, UndoStep | None], unchanged: str = "") -> None:
        """Starts a change of the presets, and offers to undo it.

        Args:
            unchanged: Message for a change that was not necessary.
        """
        self._serial += 1
        self._tasks.start(
            f"change presets {self._serial}",
            work,
            on_result=partial(self._on_changed, unchanged=unchanged),
            is_change=True,
        )

    def finish_editing(self) -> None:
        """Commits the name that is being edited, as Enter does."""
        for card in self.cards:
            card.finish_editing()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._keys.read()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = _STEPS.get(Qt.Key(event.key()), 0)
            if isinstance(watched, PresetCard):
                return self._handle_card_key(watched, event, step)
            if step == 1 and self.cards:
                self._focus(self.cards[0])
                return True
        return super().eventFilter(watched, event)

    def _handle_card_key(self, card: PresetCard, event: QKeyEvent, step: int) -> bool:
        """Moves the focus with the arrow keys, and deletes the card in focus."""
        if event.key() == Qt.Key.Key_Delete:
            self._key_repeats.start(event)
            card.deletion_requested.emit()
            return True
        place = self.cards.index(card) + step
        if step and 0 <= place < len(self.cards):
            self._focus(self.cards[place])
        return bool(step)

    def _build(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(_MARGIN, 0, _MARGIN, 12)
        top.setSpacing(_GAP)
        top.addWidget(self.name, 1)
        top.addWidget(self.save_button)
        top.addWidget(self.import_button)
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(_MARGIN, 0, _MARGIN, 12)
        self._column.setSpacing(_GAP)
        self._column.addStretch(1)
        set_up_scroll_area(self._list, self._area)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._area)
        self._pages.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addLayout(self._pages, 1)
        self.name.edit.installEventFilter(self)

    def _update(self) -> None:
        """Shows the cards of the presets, a few new ones in each turn; unchanged ones stay."""
        owners = {one.shortcut: one.name for one in self._keys.presets if one.shortcut}
        focused = next((card.preset.id for card in self.cards if card.has_focus()), None)
        place = next((at for at, card in enumerate(self.cards) if card.has_focus()), 0)
        earlier = {card.preset.id: card for card in self.cards}
        self.cards = []
        missing = 0
        for preset in self._keys.presets:
            card = earlier.get(preset.id)
            if card is not None and card.preset == preset:
                self.cards.append(earlier.pop(preset.id))
            elif missing < _CARDS_PER_TURN:
                self.cards.append(self._create_card(preset))
            missing += card is None or card.preset != preset
        if missing > _CARDS_PER_TURN:
            self._next_turn.trigger()
        for card in earlier.values():
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        for at, card in enumerate(self.cards):
            card.key_owners = owners
            if self._column.indexOf(card) != at:
                self._column.insertWidget(at, card)
        self._pages.setCurrentIndex(0 if self.cards else 1)
        if focused is None:
            return
        same = next((card for card in self.cards if card.preset.id == focused), None)
        if same is None:
            after = self.cards[min(place, len(self.cards) - 1)] if self.cards else self.name.edit
            self._focus(after)
        elif not same.has_focus():
            self._focus(same)

    def _create_card(self, preset: FormPreset) -> PresetCard:
        own = self._studio.presets
        card = PresetCard(self._style, preset, self._list)
        card.installEventFilter(self)
        card.clicked.connect(lambda: self.preset_chosen.emit(preset))
        card.replace_requested.connect(
            lambda: self.change(own.replace_form(preset, self._current_form().to_json()))
        )
        card.renamed.connect(lambda name: self.change(own.rename(preset, name)))
        card.key_chosen.connect(lambda keys: self.change(own.set_key(preset, keys)))
        card.deletion_requested.connect(lambda: self.change(own.delete(preset)))
        card.export_requested.connect(partial(self._choose_target, preset))
        return card

    def _focus(self, control: QWidget) -> None:
        control.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(control, PresetCard):
            self._area.ensureWidgetVisible(control, 0, _GAP)

    def _save(self) -> None:
        self.save_form(self._current_form(), self.name.edit.text())
        self.name.edit.clear()

    def _on_changed(self, step: UndoStep | None, *, unchanged: str) -> None:
        if step is not None:
            self.undo_available.emit(tr(change_message(step)), step)
        elif unchanged:
            self.notice_requested.emit(unchanged)
        else:
            # Another program may have changed the preset that was shown here.
            self._keys.read()

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, tr("Import a preset"), self._first_folder(), tr(_FILTER))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._open_dialog(dialog, self.add_file)

    def _choose_target(self, preset: FormPreset) -> None:
        dialog = QFileDialog(self, tr("Export the preset"), self._first_folder(), tr(_FILTER))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(PRESET_SUFFIX.removeprefix("."))
        dialog.selectFile(preset_file_name(preset))
        self._open_dialog(dialog, partial(self.export_file, preset))

    def _first_folder(self) -> str:
        documents = QStandardPaths.StandardLocation.DocumentsLocation
        return first_folder_at_hand(self._folder, QStandardPaths.writableLocation(documents))

    def _open_dialog(self, dialog: QFileDialog, use: Callable[[Path], object]) -> None:
        def on_chosen(file: str) -> None:
            self._folder = str(Path(file).parent)
            use(Path(file))

        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(on_chosen)
        dialog.open()

"""Card of one preset: name, key, what it makes, and a menu."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from producer_studio.domain.form import Form
from producer_studio.domain.form_preset import MAX_PRESET_NAME_LENGTH, FormPreset
from producer_studio.studio.form_presets import PRESET_KEYS
from producer_studio.translation import tr
from producer_studio.ui.compose.presets.form_summary import form_details, form_words
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.card import CardButton
from producer_studio.ui.widgets.keyboard import native_keys
from producer_studio.ui.widgets.label import ElidedLabel, label, shorten
from producer_studio.ui.widgets.line_edit import LineEdit
from producer_studio.ui.widgets.menu import Menu

_END_KEYS = frozenset({Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter})


class PresetCard(CardButton):
    """One preset of the list; a click shows its form.

    Attributes:
        key_owners: Names of presets by their keys.

    Signals:
        replace_requested: Store the current form in it.
        renamed: The user typed another name.
        key_chosen: The user chose a key; empty for none.
        export_requested: Write it to a file.
        deletion_requested: Delete it.
    """

    replace_requested = Signal()
    renamed = Signal(str)
    key_chosen = Signal(str)
    export_requested = Signal()
    deletion_requested = Signal()

    def __init__(self, style: Style, preset: FormPreset, parent: QWidget | None = None) -> None:
        form = Form.from_json(dict(preset.form))
        details = form_details(form)
        super().__init__(
            tr("Preset {name}", name=preset.name), f"{form_words(form)}, {details}", parent
        )
        self._style = style
        self.preset = preset
        self.key_owners: Mapping[str, str] = {}
        self.setProperty("listed", True)
        self.setToolTip(tr("Shows the whole form; sends nothing (Enter)"))
        self._name = ElidedLabel(preset.name, "strong", self)
        self._name_edit: QLineEdit | None = None
        self.more_button = IconButton(
            style, "ellipsis", tr("More for preset {name}", name=preset.name), self
        )
        self.more_button.clicked.connect(self._open_menu)
        self._build(shorten(form_words(form)), details)

    @property
    def name_edit(self) -> QLineEdit:
        """Field in place of the name, while it is edited; created on first access."""
        if self._name_edit is None:
            edit = LineEdit(self)
            edit.setProperty("role", "quiet")
            edit.setFixedHeight(self.more_button.height())
            edit.setMaxLength(MAX_PRESET_NAME_LENGTH)
            edit.setAccessibleName(tr("Name of preset {name}", name=self.preset.name))
            edit.installEventFilter(self)
            edit.editingFinished.connect(self._on_name_edited)
            edit.hide()
            self._top.insertWidget(0, edit, 1)
            self._name_edit = edit
        return self._name_edit

    def has_focus(self) -> bool:
        """Whether it, or one of its controls, has the focus."""
        focused: QWidget | None = QApplication.focusWidget()
        return focused is self or (focused is not None and self.isAncestorOf(focused))

    def edit_name(self) -> None:
        """Shows a field in place of the name."""
        edit = self.name_edit
        edit.setText(self.preset.name)
        edit.selectAll()
        self._name.hide()
        edit.show()
        edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def finish_editing(self) -> None:
        """Commits the name that is being edited, as Enter does."""
        if self._name_edit is not None:
            self._on_name_edited()

    def create_menu(self) -> Menu:
        """Creates the menu of the other actions; it is deleted when it is closed."""
        menu = Menu(self._style, self, name=tr("Actions of the preset"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.add_item(tr("Rename"), self.edit_name, icon="pencil", shortcut="F2")
        menu.add_item(tr("Replace by the current form"), self.replace_requested.emit, icon="repeat")
        menu.add_item(tr("Export to a file…"), self.export_requested.emit, icon="download")
        menu.add_item(
            tr("Delete"), self.deletion_requested.emit, icon="trash-2", shortcut=native_keys("Del")
        )
        menu.addSeparator()
        for keys in ("", *PRESET_KEYS):
            owner = self.key_owners.get(keys, "") if keys != self.preset.shortcut else ""
            name = native_keys(keys) if keys else tr("No key")
            menu.add_item(
                tr("{name}, now “{owner}”", name=name, owner=shorten(owner, 24)) if owner else name,
                partial(self.key_chosen.emit, keys),
                checked=keys == self.preset.shortcut,
            )
        return menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F2:
            self.edit_name()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # The window has these keys, too, for the clip that is selected in the list.
        is_own = isinstance(event, QKeyEvent) and event.key() in {Qt.Key.Key_F2, Qt.Key.Key_Delete}
        if is_own and event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.key() not in _END_KEYS:
            return super().eventFilter(watched, event)
        # Else Enter would go on to the card, and show its form; Ctrl+Enter is a key of the window.
        event.accept()
        if event.type() is QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.name_edit.setText(self.preset.name)
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._open_menu()
        event.accept()

    def _build(self, words: str, details: str) -> None:
        words_label = ElidedLabel(words, "value", self)
        words_label.setVisible(bool(words))
        self._top = QHBoxLayout()
        self._top.setSpacing(6)
        self._top.addWidget(self._name, 1)
        parts: list[QWidget] = [self._name, words_label]
        if self.preset.shortcut:
            parts.append(label(native_keys(self.preset.shortcut), "kbd", self))
            self._top.addWidget(parts[-1], 0, Qt.AlignmentFlag.AlignVCenter)
        self._top.addWidget(self.more_button)
        parts.append(ElidedLabel(details, "caption", self))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 8, 10)
        column.setSpacing(2)
        column.addLayout(self._top)
        column.addWidget(words_label)
        column.addWidget(parts[-1])
        for part in parts:
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def _open_menu(self) -> None:
        below = QPoint(0, self.more_button.height())
        self.create_menu().popup(self.more_button.mapToGlobal(below))

    def _on_name_edited(self) -> None:
        edit = self.name_edit
        if edit.isHidden():
            return
        name = " ".join(edit.text().split())
        had_focus = edit.hasFocus()
        edit.hide()
        self._name.show()
        if had_focus:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        if name and name != self.preset.name:
            self.renamed.emit(name)

"""Settings page on which the user chooses the keys of the commands."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from producer_studio.translation import mark, tr
from producer_studio.ui.settings.page import SettingsPage
from producer_studio.ui.shortcuts.chosen_keys import choose_keys, chosen_keys, keys_of
from producer_studio.ui.shortcuts.key_button import KeyButton
from producer_studio.ui.shortcuts.key_rules import keys_without, owner_of, refusal
from producer_studio.ui.shortcuts.table import GROUPS, SHORTCUTS, Shortcut, shortcut_of
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.card import Card
from producer_studio.ui.widgets.keyboard import native_keys
from producer_studio.ui.widgets.label import label

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio

_HELP = mark(
    "Press a key's button, then the new keys; Backspace removes them, Esc keeps them. Keys of "
    "lists, of Compare and whatever costs credits stay as they are."
)


class KeyRow(QWidget):
    """A command, its keys, and what stands against keys that were pressed."""

    def __init__(self, style: Style, command: Shortcut, parent: QWidget) -> None:
        super().__init__(parent)
        self.command = command
        name = tr(command.description)
        self.key_button = KeyButton(style, name, self)
        self.reset_button = IconButton(
            style, "undo-2", tr("Use the usual keys again"), self, size=14, box=24
        )
        self.reset_button.setAccessibleName(tr("Use the usual keys again: {name}", name=name))
        self.problem_label = label("", "warn", self, wrap=True)
        self.take_button = QPushButton(tr("Use it here"), self)
        self.take_button.setProperty("fit", "small")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        grid.addWidget(label(name, "", self, wrap=True), 0, 0)
        grid.addWidget(self.key_button, 0, 1)
        grid.addWidget(self.reset_button, 0, 2)
        grid.addWidget(self.problem_label, 1, 0)
        grid.addWidget(self.take_button, 1, 1, 1, 2, Qt.AlignmentFlag.AlignRight)
        self.show_problem("")
        self.update_keys()

    def update_keys(self) -> None:
        """Shows the keys that the command has now."""
        keys = keys_of(self.command.action)
        self.key_button.set_keys(keys[0] if keys else "")
        is_changed = self.command.action in chosen_keys()
        # Without it the buttons of the other rows would move.
        policy = self.reset_button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset_button.setSizePolicy(policy)
        self.reset_button.setVisible(is_changed)

    def show_problem(self, text: str, *, can_take: bool = False) -> None:
        """Shows why keys were not used; empty to hide it.

        Args:
            can_take: Whether the user may use them here, and not for the other command.
        """
        self.problem_label.setText(text)
        self.problem_label.setVisible(bool(text))
        self.take_button.setVisible(can_take)


class KeyboardPage(QWidget):
    """Rows of the commands, by their groups; every change applies immediately."""

    def __init__(
        self,
        studio: "Studio",
        style: Style,
        show_keys: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        """Creates the rows.

        Args:
            show_keys: Opens the list of all keys.
        """
        super().__init__(parent)
        self._studio = studio
        self._style = style
        self._before_reset: dict[str, str] = {}
        self._offered: dict[str, str] = {}
        self.rows: dict[str, KeyRow] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(label(tr(_HELP), "secondary", self, wrap=True))
        for group in GROUPS:
            commands = [one for one in SHORTCUTS if one.group == group and one.is_changeable]
            if commands:
                column.addWidget(self._create_card(group, commands))
        self.reset_button = QPushButton(self)
        self.reset_button.clicked.connect(self._on_reset_clicked)
        end = QHBoxLayout()
        self.list_button = QPushButton(tr("List of all keys…"), self)
        self.list_button.clicked.connect(lambda: show_keys())
        end.addWidget(self.reset_button)
        end.addWidget(self.list_button)
        end.addStretch(1)
        column.addLayout(end)
        column.addStretch(1)
        self._update_rows()

    def _create_card(self, group: str, commands: list[Shortcut]) -> Card:
        card = Card(self)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(14, 12, 14, 12)
        inside.setSpacing(8)
        inside.addWidget(label(tr(group), "strong", card))
        for command in commands:
            row = KeyRow(self._style, command, card)
            row.key_button.keys_chosen.connect(partial(self._on_keys_chosen, row))
            row.reset_button.clicked.connect(partial(self._on_row_reset, row))
            row.take_button.clicked.connect(lambda: self._change(self._offered))
            inside.addWidget(row)
            self.rows[command.action] = row
        return card

    def _on_keys_chosen(self, row: KeyRow, keys: str) -> None:
        self._hide_problems()
        shown = native_keys(keys)
        if keys and (reason := refusal(row.command, keys)) is not None:
            row.show_problem(tr("{keys}: {reason}", keys=shown, reason=reason))
            return
        owner = owner_of(keys, row.command) if keys else None
        if owner is None:
            self._change({row.command.action: keys})
            return
        self._offered = {row.command.action: keys}
        kept = keys_without(owner, keys)
        if kept:
            text = tr(
                "{keys} is “{command}” now, which would keep {kept}.",
                keys=shown,
                command=owner.description,
                kept=native_keys(kept[0]),
            )
        else:
            self._offered[owner.action] = ""
            text = tr(
                "{keys} is “{command}” now, which would have no keys.",
                keys=shown,
                command=owner.description,
            )
        row.show_problem(text, can_take=True)

    def _on_row_reset(self, row: KeyRow) -> None:
        self._on_keys_chosen(row, row.command.keys[0])

    def _change(self, changes: dict[str, str]) -> None:
        """Uses other keys, by command; empty for none."""
        self._before_reset = {}
        self._save(chosen_keys() | changes)

    def _on_reset_clicked(self) -> None:
        chosen, self._before_reset = self._before_reset, {}
        if not chosen:
            self._before_reset = chosen_keys()
        self._save(chosen)

    def _save(self, chosen: dict[str, str]) -> None:
        kept = {
            action: keys for action, keys in chosen.items() if keys != shortcut_of(action).keys[0]
        }
        choose_keys(kept)
        self._studio.preferences.change(shortcuts=kept)
        self._update_rows()

    def _update_rows(self) -> None:
        self._hide_problems()
        for row in self.rows.values():
            row.update_keys()
        undoes = bool(self._before_reset)
        self.reset_button.setText(tr("Undo") if undoes else tr("Use the usual keys for all"))
        self.reset_button.setEnabled(undoes or bool(chosen_keys()))

    def _hide_problems(self) -> None:
        for row in self.rows.values():
            row.show_problem("")


PAGE = SettingsPage(
    mark("Keyboard"),
    "keyboard",
    82,
    KeyboardPage,
    lambda context, parent: KeyboardPage(
        context.ui.studio, context.ui.style, context.show_keys, parent
    ),
    scrolls=True,
    manual_page="keys",
)

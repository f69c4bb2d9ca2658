"""Chips for a clip's tags, tempo and key, and a field for a new tag."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.translation import tr
from producer_studio.ui.inspector.field_exit import FieldExit
from producer_studio.ui.inspector.tempo_and_key import KeyValue, TempoValue
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.badge import BadgeButton
from producer_studio.ui.widgets.flow_layout import FlowLayout
from producer_studio.ui.widgets.keyboard import ignore_repetitions
from producer_studio.ui.widgets.label import shorten
from producer_studio.ui.widgets.line_edit import LineEdit
from producer_studio.ui.widgets.menu import Menu

_MAX_LENGTH = 60
_MAX_CHIPS = 40
"""Chips shown at once, and added by each press of "more": a chip takes a millisecond."""


class TagRow(QWidget):
    """Wrapping row of chips with tags, tempo and key.

    Signals:
        tags_changed: The user added or removed a tag; all tags as they should be now.
        search_requested: Query that finds the clips with a tag.
        rename_requested: Rename this tag in every clip.
        removal_requested: Remove this tag from every clip.
    """

    tags_changed = Signal(list)
    search_requested = Signal(str)
    rename_requested = Signal(str)
    removal_requested = Signal(str)

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self._tags: list[str] = []
        self._flow = FlowLayout(self)
        self._chips: list[BadgeButton] = []
        """Chips of the first tags, in their order."""
        self._clip: ClipId | None = None
        self._chip_limit = _MAX_CHIPS
        self.more_button = BadgeButton(style, "", tr("Show more tags"), self)
        self.more_button.clicked.connect(self._on_more_clicked)
        self.more_button.hide()
        self.tempo = TempoValue(style, self)
        self.key = KeyValue(style, self)
        self.add_button = BadgeButton(style, "", tr("Add a tag"), self)
        self.add_button.setToolTip(tr("Add a tag"))
        self.add_button.clicked.connect(self._on_add_clicked)
        self.field = LineEdit(self)
        self.field.setAccessibleName(tr("New tag"))
        self.field.setPlaceholderText(tr("New tag"))
        self.field.setProperty("role", "quiet")
        self.field.setMaxLength(_MAX_LENGTH)
        self.field.setFixedWidth(96)
        self.field.hide()
        self.field.returnPressed.connect(self._on_return)
        leaving = FieldExit(self.field)
        leaving.left.connect(self.commit)
        leaving.cancelled.connect(self._on_cancelled)
        style.changed.connect(self._update_line_height)
        self._update_line_height()

    def _update_line_height(self) -> None:
        # A field is taller than a chip; opening one must not move the buttons below.
        self.field.ensurePolished()
        self._flow.set_line_height(self.field.sizeHint().height())

    def show_clip(self, clip: Clip) -> None:
        """Shows a clip, or the same one after a change."""
        self.tempo.show_clip(clip)
        self.key.show_clip(clip)
        is_other = clip.id != self._clip
        if is_other:
            self._clip, self._chip_limit = clip.id, _MAX_CHIPS
        self._show_tags(clip.tags, keeps_focus=not is_other)

    def _on_cancelled(self) -> None:
        self.field.clear()
        self.add_button.setFocus()

    def _show_tags(self, tags: Sequence[str], *, keeps_focus: bool = True) -> None:
        """Shows tags. The focus stays at the place of the one that has it, if it is kept.

        Else it would pass to a text field, and the next keys with it.
        """
        places = (at for at, chip in enumerate(self._chips) if chip.hasFocus())
        place = next(places, None) if keeps_focus else None
        self._tags = list(tags)
        while self._flow.count():
            self._flow.takeAt(0)
        for old in self._chips:
            old.hide()
            old.deleteLater()
        self._chips = []
        for tag in self._tags[: self._chip_limit]:
            short = shorten(tag, _MAX_LENGTH)
            chip = BadgeButton(self._style, short, tr("Tag {name}", name=short), self)
            # Elided when it is wider than the panel.
            chip.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            chip.clicked.connect(partial(self._on_chip, tag))
            chip.installEventFilter(_TagDeleteFilter(self, tag, chip))
            self._chips.append(chip)
        hidden = len(self._tags) - len(self._chips)
        self.more_button.setText(tr("{count} more", count=hidden) if hidden else "")
        self.more_button.setVisible(bool(hidden))
        for widget in (
            *self._chips, self.more_button, self.tempo, self.key, self.add_button, self.field,
        ):  # fmt: skip
            self._flow.addWidget(widget)
        for shown in self._chips:
            shown.show()
        if place is not None:
            (self._chips[place] if place < len(self._chips) else self.add_button).setFocus()
        self.updateGeometry()

    def remove_tag(self, tag: str) -> None:
        """Removes a tag."""
        self._set_tags([kept for kept in self._tags if kept != tag])

    def _set_tags(self, tags: list[str]) -> None:
        self._show_tags(tags)
        self.tags_changed.emit(tags)

    def _on_chip(self, tag: str) -> None:
        menu = Menu(self._style, self, name=tr("Tag {name}", name=tag))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        quoted = f'tag:"{tag}"' if " " in tag else f"tag:{tag}"
        menu.add_item(
            tr("Find clips with this tag"),
            partial(self.search_requested.emit, quoted),
            icon="search",
        )
        menu.add_item(tr("Remove tag"), partial(self.remove_tag, tag), icon="x")
        menu.addSeparator()
        menu.add_item(
            tr("Rename in every clip…"), partial(self.rename_requested.emit, tag), icon="pencil"
        )
        menu.add_item(
            tr("Remove from every clip"), partial(self.removal_requested.emit, tag), icon="trash-2"
        )
        sender = self._chips[self._tags.index(tag)]
        menu.popup(sender.mapToGlobal(sender.rect().bottomLeft()))

    def _on_more_clicked(self) -> None:
        self._chip_limit += _MAX_CHIPS
        self._show_tags(self._tags)

    def _on_add_clicked(self) -> None:
        self.add_button.hide()
        self.field.show()
        self.field.setFocus()

    def _on_return(self) -> None:
        self._add_typed_tags()

    def _add_typed_tags(self) -> None:
        words = [" ".join(word.split()) for word in self.field.text().split(",")]
        self.field.clear()
        fresh = [word for word in words if word and word not in self._tags]
        if fresh:
            self._set_tags([*self._tags, *dict.fromkeys(fresh)])

    def commit(self) -> None:
        """Emits the tag, tempo or key that is being edited, and closes the field."""
        self.tempo.commit()
        self.key.commit()
        self._add_typed_tags()
        self._close_field()

    def _close_field(self) -> None:
        self.field.hide()
        self.add_button.show()


class _TagDeleteFilter(QObject):
    """Event filter: Delete or Backspace on a chip removes its tag."""

    def __init__(self, row: TagRow, tag: str, chip: QWidget) -> None:
        super().__init__(chip)
        self._row = row
        self._tag = tag

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}
        ):
            # The next tag takes the place of the one that goes.
            ignore_repetitions(event)
            self._row.remove_tag(self._tag)
            return True
        return super().eventFilter(watched, event)

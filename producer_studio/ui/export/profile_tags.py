"""Dialog for the tags of an export profile."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPushButton, QWidget

from producer_studio.domain.export_profile import TAG_NAMES
from producer_studio.studio.export.tag_settings import TagSettings
from producer_studio.translation import mark, tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.dialog import FormDialog
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.line_edit import LineEdit, show_text

_WIDTH = 440
_MAX_TAG_LENGTH = 500
_HELP = mark(
    "In place of those in Settings → Export. Tags that a clip has of its own go before both."
)

_TAG_LABELS = {
    "artist": mark("Artist"),
    "album_artist": mark("Album artist"),
    "album": mark("Album"),
    "copyright": mark("Copyright"),
    "genre": mark("Genre"),
    "comment": mark("Comment"),
}


def tag_label(name: str) -> str:
    """Returns the label of a tag, such as "Album artist"."""
    return tr(_TAG_LABELS[name])


def tags_text(tags: Mapping[str, str]) -> str:
    """Returns what the tags of a profile are, in one line."""
    known = [f"{tag_label(name)}: {tags[name]}" for name in TAG_NAMES if tags.get(name)]
    return ", ".join(known) or tr("From Settings → Export")


class ProfileTagsDialog(FormDialog):
    """Edits the tags that replace those in the settings.

    Signals:
        tags_chosen: Texts by the names of `TAG_NAMES`; empty ones are left out.
    """

    tags_chosen = Signal(object)

    def __init__(
        self, style: Style, tags: Mapping[str, str], settings: TagSettings, parent: QWidget
    ) -> None:
        super().__init__(style, tr("Tags of the export"), _WIDTH, parent)
        self.fields: dict[str, QLineEdit] = {}
        self.cancel_button = QPushButton(tr("Cancel"), self)
        self.ok_button = QPushButton(tr("Use these tags"), self)
        self.ok_button.setProperty("role", "primary")
        self.ok_button.setDefault(True)
        self.content.setSpacing(14)
        self.content.addWidget(label(tr("Tags of the export"), "title", self))
        self.content.addWidget(label(tr(_HELP), "secondary", self, wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, name in enumerate(TAG_NAMES):
            edit = LineEdit(self)
            edit.setAccessibleName(tr("{tag} of the export", tag=tag_label(name)))
            edit.setMaxLength(_MAX_TAG_LENGTH)
            usual = getattr(settings, name)
            edit.setPlaceholderText(tr("{text} (from the settings)", text=usual) if usual else "")
            show_text(edit, tags.get(name, ""))
            head = label(tag_label(name), "label", self)
            head.setBuddy(edit)
            grid.addWidget(head, row, 0)
            grid.addWidget(edit, row, 1)
            self.fields[name] = edit
        self.content.addLayout(grid)
        self.content.addStretch(1)
        self.button_row.addStretch(1)
        self.button_row.addWidget(self.cancel_button)
        self.button_row.addWidget(self.ok_button)
        self.cancel_button.clicked.connect(self.reject)
        self.ok_button.clicked.connect(self._on_ok)
        self.fields[TAG_NAMES[0]].setFocus()

    def _on_ok(self) -> None:
        texts = {name: " ".join(edit.text().split()) for name, edit in self.fields.items()}
        self.accept()
        self.tags_chosen.emit({name: text for name, text in texts.items() if text})

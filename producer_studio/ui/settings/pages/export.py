"""Settings page for the tags of exported files."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from producer_studio.studio.export.drag_exports import MAX_RENDERED
from producer_studio.translation import mark, tr
from producer_studio.ui.settings.form_fields import create_labelled_control, create_line_edit
from producer_studio.ui.settings.page import SettingsPage
from producer_studio.ui.widgets.combo_box import ComboBox
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.line_edit import show_text

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio

_FIELDS = (
    ("artist", mark("Artist"), mark("Your name or your band’s")),
    ("album_artist", mark("Album artist"), mark("Where it differs from the artist")),
    ("album", mark("Album"), ""),
    ("copyright", mark("Copyright"), mark("Such as “2026 Your name”")),
    ("genre", mark("Genre"), ""),
    ("comment", mark("Comment"), ""),
)
_MAX_CHARACTERS = 500
_HELP = mark(
    "Written into every file that you export. Empty fields stay empty. The names of your "
    "accounts, your tags, ratings and notes are never written into a file."
)

_DRAG_HELP = mark(
    "Up to {count} selected clips are rendered by an export profile as soon as they are "
    "selected, and stay in the folder “Dragged” of its folder. More clips are dragged out as their "
    "originals."
)


class ExportPage(QWidget):
    """Edits the artist, album and other tags of exported files; each change applies immediately."""

    def __init__(self, studio: "Studio", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self.fields: dict[str, QLineEdit] = {}
        self.drag_profile = ComboBox(tr("Dragging clips out of the window gives"), self)
        # A long name or summary does not widen the page; the open list shows it whole.
        self.drag_profile.setSizeAdjustPolicy(
            ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(label(tr(_HELP), "secondary", self, wrap=True))
        for name, title_text, placeholder in _FIELDS:
            title = tr(title_text)
            field = create_line_edit(title, tr(placeholder), self)
            field.setMaxLength(_MAX_CHARACTERS)
            show_text(field, getattr(studio.preferences.value, f"export_{name}"))
            field.textChanged.connect(lambda text, name=name: self._on_field_changed(name, text))
            self.fields[name] = field
            column.addLayout(create_labelled_control(title, field, self))
        column.addSpacing(8)
        column.addLayout(
            create_labelled_control(
                tr("Dragging clips out of the window gives"), self.drag_profile, self
            )
        )
        column.addWidget(label(tr(_DRAG_HELP, count=MAX_RENDERED), "secondary", self, wrap=True))
        column.addStretch(1)
        self._show_profiles()
        self.drag_profile.activated.connect(self._on_drag_profile_chosen)

    def _show_profiles(self) -> None:
        self.drag_profile.addItem(tr("The originals"), "")
        for profile in self._studio.export_profiles.known:
            text = tr("{name}: {value}", name=profile.name, value=profile.summary)
            self.drag_profile.addItem(text, profile.id)
        chosen = self._studio.preferences.value.drag_profile
        self.drag_profile.setCurrentIndex(max(0, self.drag_profile.findData(chosen)))

    def _on_drag_profile_chosen(self) -> None:
        self._studio.preferences.change(drag_profile=str(self.drag_profile.currentData()))

    def _on_field_changed(self, name: str, text: str) -> None:
        self._studio.preferences.change(**{f"export_{name}": " ".join(text.split())})


PAGE = SettingsPage(
    mark("Export"),
    "download",
    60,
    ExportPage,
    lambda context, parent: ExportPage(context.ui.studio, parent),
    scrolls=True,
    manual_page="export",
)

"""Dialog that asks what to do with files that were dropped or chosen."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from producer_studio.studio.imports.source_files import FoundSources
from producer_studio.studio.updates.installation import size_text
from producer_studio.translation import mark, ntr, tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.card import CardButton
from producer_studio.ui.widgets.dialog import FormDialog
from producer_studio.ui.widgets.label import ElidedLabel, label, paragraph, shorten

_WIDTH = 460
_MAX_NAME = 60

_KEEP_TEXT = mark(
    "Copied into the library, with what its tags and files beside it say. Nothing is sent."
)
_KEEP_MANY_TEXT = mark(
    "Copied into the library, with what their tags and files beside them say. Songs that are there "
    "already are skipped, and nothing is sent."
)
_UPLOAD_TEXT = mark(
    "For covers, extensions and other work of the service on it. The form opens with the price; "
    "nothing is sent before you press Upload."
)
_MERGE_TEXT = mark(
    "Its clips with ratings and tags, its playlists and saved searches come into this library. It "
    "is not changed, and what is here already is skipped."
)
_MAX_LIBRARIES = 3
_SETTINGS_TEXT = mark(
    "This program exported it: sound, lyrics, model and seed go back into the form."
)


class ChoiceCard(CardButton):
    """Card of one way to go on: icon, title, price and explanation; the whole card is a button."""

    def __init__(
        self, style: Style, icon: str, title: str, price: str, text: str, parent: QWidget
    ) -> None:
        super().__init__(f"{title}, {price}" if price else title, text, parent)
        self._style = style
        self._icon = icon
        self._icon_label = QLabel(self)
        # A verb at its end says what the card does, in some languages.
        middle = Qt.TextElideMode.ElideMiddle
        self.title_label = ElidedLabel(title, "strong", self, middle)
        self.price_label = label(price, "secondary", self)
        self._text_label = paragraph(text, "secondary", self)
        for part in (self._icon_label, self.title_label, self.price_label, self._text_label):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._icon_label)
        head.addWidget(self.title_label, 1)
        head.addWidget(self.price_label)
        column = QVBoxLayout(self)
        column.setContentsMargins(15, 13, 15, 13)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self._text_label)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        style.changed.connect(self._update_icon)
        self._update_icon()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        inside = self.layout()
        return inside.totalHeightForWidth(width) if inside is not None else -1

    def set_unavailable(self, reason: str) -> None:
        """Shows why this way is not open now."""
        self.setEnabled(False)
        self.price_label.setText("")
        self._text_label.setText(tr(reason))
        self.setAccessibleDescription(tr(reason))

    def _update_icon(self) -> None:
        self._icon_label.setPixmap(self._style.pixmap(self._icon, "text2"))


class ImportDialog(FormDialog):
    """Offers to keep files here, which is free and the default, or to use one in the form.

    Signals:
        keep_requested: Copy the songs into the library.
        form_requested: Show the only file in the form: to be uploaded, or its settings.
        merge_requested: Merge the library in this folder (`Path`).
    """

    keep_requested = Signal()
    form_requested = Signal()
    merge_requested = Signal(object)

    def __init__(
        self,
        style: Style,
        found: FoundSources,
        parent: QWidget,
        *,
        upload_price: str = "",
        upload_reason: str = "",
        has_settings: bool = False,
    ) -> None:
        """Creates the dialog.

        Args:
            found: The files; at least one song or library.
            upload_price: Price of an upload.
            upload_reason: Why the only file cannot be uploaded now; empty if it can.
            has_settings: Whether the only file contains its recipe.
        """
        super().__init__(style, tr("Import"), _WIDTH, parent)
        is_one = len(found.songs) == 1
        keep_text = _KEEP_TEXT if is_one else _KEEP_MANY_TEXT
        self.keep_card = ChoiceCard(
            style, "hard-drive", tr("Keep here"), tr("free"), tr(keep_text), self
        )
        self.keep_card.setVisible(bool(found.songs))
        self.keep_card.clicked.connect(self._on_keep_clicked)
        self.upload_card = ChoiceCard(
            style, "upload", tr("Upload…"), upload_price, tr(_UPLOAD_TEXT), self
        )
        self.upload_card.clicked.connect(self._on_form_clicked)
        self.settings_card = ChoiceCard(
            style, "square-pen", tr("Use its settings"), tr("free"), tr(_SETTINGS_TEXT), self
        )
        self.settings_card.clicked.connect(self._on_form_clicked)
        # Its recipe is what the form shows of such a file.
        self.settings_card.setVisible(is_one and has_settings)
        self.upload_card.setVisible(is_one and not has_settings)
        if upload_reason:
            self.upload_card.set_unavailable(upload_reason)
        self.merge_cards = [
            self._create_merge_card(folder) for folder in found.libraries[:_MAX_LIBRARIES]
        ]
        self.cancel_button = QPushButton(tr("Cancel"), self)
        self.cancel_button.clicked.connect(self.reject)
        self.content.setSpacing(12)
        self.content.addWidget(label(_title(found), "title", self, wrap=True))
        self.content.addWidget(label(_summary(found), "muted", self, wrap=True))
        cards = [self.keep_card, self.settings_card, self.upload_card, *self.merge_cards]
        for card in cards:
            self.content.addWidget(card)
        self.content.addStretch(1)
        self.button_row.addStretch(1)
        self.button_row.addWidget(self.cancel_button)
        first = self.keep_card if found.songs else self.merge_cards[0]
        first.setFocus()

    def _create_merge_card(self, folder: Path) -> ChoiceCard:
        title = tr(
            "Merge the library “{name}”",
            name=shorten(_folder_name(folder), _MAX_NAME),
        )
        card = ChoiceCard(self._style, "layers", title, tr("free"), tr(_MERGE_TEXT), self)
        card.setToolTip(str(folder))
        card.clicked.connect(lambda: self._on_merge_clicked(folder))
        return card

    def _on_merge_clicked(self, folder: Path) -> None:
        self.accept()
        self.merge_requested.emit(folder)

    def _on_keep_clicked(self) -> None:
        self.accept()
        self.keep_requested.emit()

    def _on_form_clicked(self) -> None:
        self.accept()
        self.form_requested.emit()


def _title(found: FoundSources) -> str:
    if not found.songs:
        count = len(found.libraries)
        return ntr("This is a library", "These are {count} libraries", count)
    if len(found.songs) == 1:
        return tr("What to do with “{name}”?", name=shorten(found.songs[0].name, _MAX_NAME))
    return tr("What to do with {count} songs?", count=len(found.songs))


def _summary(found: FoundSources) -> str:
    if not found.songs:
        return shorten(str(found.libraries[0].parent))
    parts: list[str] = [tr(size_text(found.size_bytes))]
    if found.folders == 1:
        parts.append(
            tr("from “{folder}”", folder=shorten(_folder_name(found.songs[0].parent), _MAX_NAME))
        )
    else:
        parts.append(tr("from {count} folders", count=found.folders))
    if found.others:
        others = ntr(
            "{count} other file is left out", "{count} other files are left out", found.others
        )
        parts.append(others)
    return " · ".join(parts)


def _folder_name(folder: Path) -> str:
    return folder.name or str(folder)

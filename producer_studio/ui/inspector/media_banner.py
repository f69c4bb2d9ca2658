"""Banner about missing media or a clip in the trash, with actions."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from producer_studio.domain.clip import Clip, MediaState
from producer_studio.domain.ids import ClipId
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import label

_MESSAGES = {
    MediaState.PENDING: "The sound is being downloaded from the service.",
    MediaState.REJECTED: "The sound could not be downloaded. The clip's details are kept.",
    MediaState.MISSING: "The sound file is missing. Put it back, or download it again.",
}


class MediaBanner(QFrame):
    """Message with buttons below the cover.

    Signals:
        fetch_requested: Download the sound again.
        restore_requested: Restore the clip from the trash.
        deletion_requested: Delete the clip permanently.
    """

    fetch_requested = Signal()
    restore_requested = Signal()
    deletion_requested = Signal()

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self.setProperty("surface", "well")
        self._icon = QLabel(self)
        self.message_label = label("", "value", self, wrap=True)
        self.action_button = QPushButton(self)
        self.action_button.clicked.connect(self._on_action_clicked)
        self.delete_button = QPushButton("Delete for good…", self)
        self.delete_button.setProperty("role", "danger")
        self.delete_button.clicked.connect(self.deletion_requested)
        self._is_in_trash = False
        self._clip: ClipId | None = None
        self._role = "warn"
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(self._icon)
        line.addWidget(self.message_label, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        column.addLayout(line)
        row = QHBoxLayout()
        row.setContentsMargins(26, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.action_button)
        row.addWidget(self.delete_button)
        row.addStretch(1)
        column.addLayout(row)
        style.changed.connect(self._update_icon)

    def show_clip(self, clip: Clip) -> None:
        """Shows the state of the clip's media, or hides the banner."""
        self._is_in_trash = clip.trashed_at is not None
        sentence = _MESSAGES.get(clip.media, "")
        if self._is_in_trash:
            sentence = "This clip is in the trash."
        elif sentence and clip.media_note:
            sentence = clip.media_note
        # The layout below does not move as long as the same clip is shown.
        policy = self.sizePolicy()
        has_room = policy.retainSizeWhenHidden() or not self.isHidden()
        policy.setRetainSizeWhenHidden(clip.id == self._clip and has_room)
        self._clip = clip.id
        self.setSizePolicy(policy)
        self.setVisible(bool(sentence))
        if not sentence:
            return
        self.message_label.setText(sentence)
        self.action_button.setText("Restore" if self._is_in_trash else "Download again")
        has_source = clip.remote_id is not None or bool(clip.links.audio)
        self.action_button.setVisible(self._is_in_trash or has_source)
        self.delete_button.setVisible(self._is_in_trash)
        quiet = self._is_in_trash or clip.media is MediaState.PENDING
        self._role = "info" if quiet else "warn"
        self._update_icon()

    def _update_icon(self) -> None:
        name = "info" if self._role == "info" else "triangle-alert"
        self._icon.setPixmap(self._style.pixmap(name, self._role, 16))

    def _on_action_clicked(self) -> None:
        if self._is_in_trash:
            self.restore_requested.emit()
        else:
            self.fetch_requested.emit()

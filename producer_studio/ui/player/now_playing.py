"""What is loaded: cover, title and a line about it, or what is wrong with it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.domain.operation import Operation
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.cover_art import CoverArt
from producer_studio.ui.widgets.label import ElidedLabel, label
from producer_studio.ui.widgets.time_text import clock

EDGE = 44


class NowPlaying(QPushButton):
    """One button as a whole: pressing it shows the clip in the library."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setProperty("role", "link")
        self.setProperty("ringRadius", 8)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.cover = CoverArt(look, QSize(EDGE, EDGE), self)
        self.title = ElidedLabel("", "medium", self)
        self.line = ElidedLabel("", "secondary", self)
        self.note = label("", "warn", self, wrap=True)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addStretch(1)
        for part in (self.title, self.line, self.note):
            words.addWidget(part)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.cover)
        row.addLayout(words, 1)
        for widget in (self.cover, self.title, self.line, self.note):
            widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.show_clip(None)

    def show_clip(self, clip: Clip | None, cover: QPixmap | None = None) -> None:
        """Shows a clip, or that nothing is loaded."""
        self.setEnabled(clip is not None)
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if clip is not None else Qt.CursorShape.ArrowCursor
        )
        self.cover.show_cover(clip.id if clip else "", cover)
        self.rename(clip)

    def rename(self, clip: Clip | None) -> None:
        """Shows other words; the cover stays."""
        title = (clip.title or "Untitled") if clip else "Nothing playing"
        line = about(clip) if clip else "Double-click a clip to hear it"
        self.title.setText(title)
        self.line.setText(line)
        self.setAccessibleName(f"{title}, {line}")

    def say(self, note: str) -> None:
        """Says what is wrong in place of the line about the clip; empty takes it back."""
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.line.setVisible(not note)
        self.setAccessibleDescription(note)

    def sizeHint(self) -> QSize:
        inside = self.layout()
        return inside.sizeHint() if inside is not None else super().sizeHint()


def about(clip: Clip) -> str:
    """Such as "Extended at 1:30 · FUZZ-2.0"."""
    made = _MADE.get(clip.operation, "")
    at = clip.recipe.starts_at_s
    if clip.operation is Operation.EXTEND and at is not None:
        made = f"Extended at {clock(at)}"
    if clip.stem:
        made = f"Stem: {clip.stem}"
    return " · ".join(part for part in (made, clip.model) if part) or clip.sound


_MADE = {
    Operation.EXTEND: "Extended",
    Operation.COVER: "Cover",
    Operation.REPLACE: "Section replaced",
    Operation.SWAP_VOCALS: "Vocals swapped",
    Operation.SWAP_SOUND: "Sound swapped",
    Operation.VARIATION: "Variation",
    Operation.UPLOAD: "Upload",
    Operation.STEMS: "Stem",
}

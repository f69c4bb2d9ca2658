"""Button that shows the loaded clip: cover, title and a description, or a problem."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.domain.operation import Operation
from producer_studio.translation import mark, pmark, tr, tr_message
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.cover_art import CoverArt
from producer_studio.ui.widgets.label import ElidedLabel, label, shorten
from producer_studio.ui.widgets.text_format import format_time

COVER_EDGE_PX = 44
_HINT = mark("Double-click a clip to hear it")


class NowPlaying(QPushButton):
    """Cover, title and description as one button; pressing it shows the clip in the library."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._is_loaded = False
        self.setProperty("role", "link")
        self.setProperty("ringRadius", 8)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.cover = CoverArt(style, QSize(COVER_EDGE_PX, COVER_EDGE_PX), self)
        self.title = ElidedLabel("", "medium", self)
        self.details = ElidedLabel("", "secondary", self)
        self.hint = label(tr(_HINT), "secondary", self, wrap=True)
        self.problem = label("", "warn", self, wrap=True)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addStretch(1)
        for part in (self.title, self.details, self.hint, self.problem):
            words.addWidget(part)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.cover)
        row.addLayout(words, 1)
        for widget in (self.cover, self.title, self.details, self.hint, self.problem):
            widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.show_clip(None)

    def show_clip(self, clip: Clip | None, cover: QPixmap | None = None) -> None:
        """Shows a clip, or that nothing is loaded."""
        self.setEnabled(clip is not None)
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if clip is not None else Qt.CursorShape.ArrowCursor
        )
        self.cover.show_cover(clip.id if clip else "", cover)
        self.update_text(clip)

    def update_text(self, clip: Clip | None) -> None:
        """Updates the texts only; the cover stays."""
        title = (
            (shorten(tr_message(clip.display_title)) or tr("Untitled"))
            if clip
            else tr("Nothing playing")
        )
        line = shorten(describe_clip(clip)) if clip else tr(_HINT)
        self.title.setText(title)
        self.details.setText(line)
        self._is_loaded = clip is not None
        self._show_line()
        self.setAccessibleName(f"{title}, {line}")

    def show_problem(self, problem: str) -> None:
        """Shows a problem in place of the description, and says it; an empty text removes it."""
        problem = tr(problem)
        if problem and problem != self.problem.text():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, problem))
        self.problem.setText(problem)
        self._show_line()
        shows = tr("Shows it in the library") if self._is_loaded else ""
        self.setAccessibleDescription(problem or shows)

    def _show_line(self) -> None:
        has_problem = bool(self.problem.text())
        self.problem.setVisible(has_problem)
        self.details.setVisible(self._is_loaded and not has_problem)
        self.hint.setVisible(not self._is_loaded and not has_problem)

    def sizeHint(self) -> QSize:
        inside = self.layout()
        return inside.sizeHint() if inside is not None else super().sizeHint()


def describe_clip(clip: Clip) -> str:
    """Description of a clip, such as "Extended at 1:30 · FUZZ-2.0"."""
    made = tr(_OPERATION_TEXTS.get(clip.operation, ""))
    at = clip.recipe.starts_at_s
    if clip.operation is Operation.EXTEND and at is not None:
        made = tr("Extended at {time}", time=format_time(at))
    if clip.stem:
        made = tr("Stem: {name}", name=clip.stem)
    return " · ".join(part for part in (made, clip.model) if part) or clip.sound


_OPERATION_TEXTS = {
    Operation.EXTEND: mark("Extended"),
    Operation.COVER: pmark("operation", "Cover"),
    Operation.REPLACE: mark("Section replaced"),
    Operation.SWAP_VOCALS: mark("Vocals swapped"),
    Operation.SWAP_SOUND: mark("Sound swapped"),
    Operation.VARIATION: mark("Variation"),
    Operation.UPLOAD: pmark("operation", "Upload"),
    Operation.STEMS: mark("Stem"),
}

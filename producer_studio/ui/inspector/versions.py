"""Version tree: the ancestors and descendants of a clip."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.operation import Operation
from producer_studio.domain.takes import title_with_take
from producer_studio.translation import ptr, tr, tr_message
from producer_studio.ui.clips.row import length_text
from producer_studio.ui.inspector.section import InspectorSection
from producer_studio.ui.operations import OPERATION_ICONS
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import label, shorten
from producer_studio.ui.widgets.text_format import format_time


@dataclass(frozen=True, slots=True)
class VersionNode:
    """Row of the tree: clip, depth, title and length."""

    clip: Clip
    depth: int
    title: str
    length: str


def build_version_tree(family: Sequence[Clip]) -> list[VersionNode]:
    """Returns all clips in tree order: each below its parent, siblings by time of creation."""
    known = {clip.id for clip in family}
    children: dict[ClipId | None, list[Clip]] = {}
    for clip in sorted(family, key=lambda clip: (clip.created_at, clip.position)):
        parent = clip.parent if clip.parent in known and clip.parent != clip.id else None
        children.setdefault(parent, []).append(clip)
    lines: list[VersionNode] = []
    root_title = children[None][0].title if children.get(None) else ""
    waiting = [(clip, 0) for clip in reversed(children.get(None, []))]
    while waiting:
        clip, depth = waiting.pop()
        name = version_title(clip, "" if depth == 0 else root_title)
        words = title_with_take(name, clip.take_label)
        lines.append(VersionNode(clip, depth, words, length_text(clip.duration_s)))
        waiting += [(child, depth + 1) for child in reversed(children.get(clip.id, []))]
    return lines


def version_title(clip: Clip, root_title: str) -> str:
    """Title of a version: the operation, or the clip's own title where it has one.

    Args:
        root_title: Title of the family's first clip; empty for that clip itself.
    """
    recipe = clip.recipe
    start, end = recipe.starts_at_s, recipe.ends_at_s
    own_title = shorten(clip.title) if clip.title and clip.title != root_title else ""
    if not root_title or clip.operation in {Operation.CREATE, Operation.IMPORT}:
        return shorten(clip.title) or tr("Untitled")
    if clip.stem:
        return shorten(clip.stem)
    if clip.operation is Operation.EXTEND:
        return (
            tr("Extended at {time}", time=format_time(start))
            if start is not None
            else tr("Extended")
        )
    if clip.operation is Operation.REPLACE and start is not None:
        if end is None:
            return tr("Replaced {start} to the end", start=format_time(start))
        return tr("Replaced {start} to {end}", start=format_time(start), end=format_time(end))
    if clip.operation is Operation.VARIATION:
        return (
            tr("Variation · seed {seed}", seed=shorten(clip.seed)) if clip.seed else tr("Variation")
        )
    words = {
        Operation.COVER: ptr("operation", "Cover"),
        Operation.SWAP_VOCALS: tr("Vocals swapped"),
        Operation.SWAP_SOUND: tr("Sound swapped"),
        Operation.STEMS: tr("Stems"),
        Operation.REPLACE: tr("Replaced"),
        Operation.TRIM: tr("Trimmed"),
        Operation.FADE: tr("Faded"),
        Operation.JOIN: tr("Joined"),
        Operation.LEVEL: tr("Level changed"),
    }.get(clip.operation, tr(clip.operation.label))
    name = clip.operation.name_in_text
    if clip.title.endswith((f" · {name}", f" · {tr(name)}")):
        return words  # the title that an edit on this computer gives
    return f"{words} · {own_title}" if own_title else words


_MAX_ROWS = 60
_MAX_INDENT_DEPTH = 6


class VersionRow(QAbstractButton):
    """Row of one version; pressing it selects the clip."""

    def __init__(
        self, style: Style, node: VersionNode, parent: QWidget, *, is_current: bool
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._node = node
        self._is_current = is_current
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setProperty("ringRadius", 5)
        name = f"{node.title}, {node.length}"
        self.setAccessibleName(tr("{version}, this clip", version=name) if is_current else name)
        self.setToolTip(shorten(tr_message(node.clip.display_title)))

    def sizeHint(self) -> QSize:
        return QSize(200, self._style.px(26))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._style.theme
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.hover)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(-4, 1, 0, -1), 5, 5)
        branch = self._node
        middle = self.height() / 2
        left = 14.0 * min(branch.depth, _MAX_INDENT_DEPTH)
        name = "music" if branch.depth == 0 else OPERATION_ICONS[branch.clip.operation]
        if branch.clip.operation is Operation.CREATE:
            name = "music"
        role = "text1" if self._is_current else "text2"
        painter.drawPixmap(QPointF(left, middle - 7), self._style.pixmap(name, role, 14))
        left += 20
        font = self._style.font(12, 600 if self._is_current else 400)
        metrics = QFontMetricsF(font)
        base = middle + metrics.capHeight() / 2
        small = QFontMetricsF(self._style.font(12))
        length_width = small.horizontalAdvance(branch.length)
        room = self.width() - left - length_width - 8
        words = metrics.elidedText(branch.title, Qt.TextElideMode.ElideRight, room)
        painter.setFont(font)
        painter.setPen(theme.text1 if self._is_current else theme.text2)
        painter.drawText(QPointF(left, base), words)
        left += metrics.horizontalAdvance(words) + 8
        painter.setFont(self._style.font(12))
        painter.setPen(theme.text2 if self._is_current else theme.text3)
        painter.drawText(QPointF(left, base), branch.length)
        painter.end()


class Versions(InspectorSection):
    """Section with the version tree.

    Signals:
        version_chosen: Another version was pressed; its id.
    """

    version_chosen = Signal(str)

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(style, tr("Versions"), parent)
        self._rows: list[QWidget] = []
        self._column = QVBoxLayout()
        self._column.setSpacing(0)
        self.body.addLayout(self._column)

    def rows(self) -> list[VersionRow]:
        return [row for row in self._rows if isinstance(row, VersionRow)]

    def show_family(self, family: Sequence[Clip], current: ClipId) -> None:
        """Shows the tree; of a large family only the rows around the current clip."""
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        lines = build_version_tree(family)
        place = next((at for at, line in enumerate(lines) if line.clip.id == current), 0)
        start = max(0, min(place - _MAX_ROWS // 2, len(lines) - _MAX_ROWS))
        shown = lines[start : start + _MAX_ROWS]
        self._rows = []
        for line in shown:
            row = VersionRow(self._style, line, self, is_current=line.clip.id == current)
            row.clicked.connect(partial(self._on_row, line.clip.id))
            self._rows.append(row)
        if len(shown) < len(lines):
            more = label(
                tr("{count} more versions", count=len(lines) - len(shown)), "caption", self
            )
            self._rows.append(more)
        for row in self._rows:
            self._column.addWidget(row)
            row.show()
        self.setVisible(len(lines) > 1)

    def _on_row(self, clip: ClipId) -> None:
        self.version_chosen.emit(clip)

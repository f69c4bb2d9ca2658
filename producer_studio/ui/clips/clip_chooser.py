"""Dialog that chooses other clips for one clip: what it is compared or joined with."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.translation import mark, tr
from producer_studio.ui.clips.compare_limits import MAX_COMPARED
from producer_studio.ui.clips.cover_cache import CoverCache
from producer_studio.ui.clips.cover_row_delegate import (
    CLIP_ROLE,
    MARGIN,
    CoverRowDelegate,
    add_clip_item,
)
from producer_studio.ui.context import UiContext
from producer_studio.ui.widgets.debounce import Debounce
from producer_studio.ui.widgets.dialog import Dialog
from producer_studio.ui.widgets.label import ElidedLabel, label
from producer_studio.ui.widgets.line_edit import LineEdit
from producer_studio.ui.widgets.text_format import format_time, literal_text

_SIZE = (460, 520)
_MARGIN = 20
_MAX_LISTED = 60
_DELAY_MS = 120
_TASK = "list clips to choose"
_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_SAME_PRESS = mark("same press")
_VERSION = mark("version")


@dataclass(frozen=True, slots=True)
class ClipChoice:
    """Purpose for which clips are chosen.

    Attributes:
        title: Title of the dialog.
        heading: Its heading until the clip is read.
        clip_heading: Its heading with the title of the clip.
        search_name: Accessible name of the search field.
        list_name: Accessible name of the list.
        button: Label of the button for one clip.
        several: Label of the button for more.
        most: Number of clips that can be chosen.
        hint: Text about keys and clicks in the list.
        is_heard: Whether only clips with a sound on this computer are listed.
    """

    title: str
    heading: str
    clip_heading: str
    search_name: str
    list_name: str
    button: str
    several: str
    most: int
    hint: str
    is_heard: bool = False


JOIN = ClipChoice(
    title=mark("Join with"),
    heading=mark("Join with…"),
    clip_heading=mark("Join “{title}” with…"),
    search_name=mark("Search clips to join with"),
    list_name=mark("Clips to join with"),
    button=mark("Join…"),
    several=mark("Join…"),
    most=1,
    hint=mark("The chosen clip comes second"),
    is_heard=True,
)
COMPARE = ClipChoice(
    title=mark("Compare with"),
    heading=mark("Compare with…"),
    clip_heading=mark("Compare “{title}” with…"),
    search_name=mark("Search clips to compare with"),
    list_name=mark("Clips to compare with"),
    button=mark("Compare"),
    several=mark("Compare {count} clips"),
    most=MAX_COMPARED - 1,
    hint=mark("Choose several with Ctrl or Shift"),
)


class ClipChooser(Dialog):
    """Lists takes of the same press, other versions and recent clips, or what a search finds.

    Signals:
        chosen: Ids of the chosen clips, at most `ClipChoice.most`.
    """

    chosen = Signal(object)

    def __init__(
        self, context: UiContext, clip: ClipId, parent: QWidget, choice: ClipChoice
    ) -> None:
        """Creates the dialog for one clip; its content is read in the background."""
        super().__init__(context.style, tr(choice.title), parent)
        self._choice = choice
        self._studio = context.studio
        self._tasks = context.tasks
        self._clip_id = clip
        self._notes: dict[ClipId, str] = {}
        self._heading_text = tr(choice.heading)
        self.heading = ElidedLabel(self._heading_text, "title", self)
        self.search_edit = LineEdit(self)
        self.search_edit.setAccessibleName(tr(choice.search_name))
        self.search_edit.setPlaceholderText(tr("Search the library"))
        self.search_edit.installEventFilter(self)
        self.list = QListWidget(self)
        self.list.setAccessibleName(tr(choice.list_name))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        modes = QListWidget.SelectionMode
        self.list.setSelectionMode(
            modes.ExtendedSelection if choice.most > 1 else modes.SingleSelection
        )
        self._covers = CoverCache(self)
        self._covers.cover_loaded.connect(self.list.viewport().update)
        self.list.setItemDelegate(CoverRowDelegate(context.style, self._covers, self.list))
        self.list.installEventFilter(self)
        self.remark_label = label("", "secondary", self, wrap=True)
        self.cancel_button = QPushButton(tr("Cancel"), self)
        self.confirm_button = QPushButton(literal_text(tr(choice.button)), self)
        self.confirm_button.setProperty("role", "primary")
        self.confirm_button.setDefault(True)
        self._debounce = Debounce(self._read, _DELAY_MS, self)
        self._build_layout()
        self.search_edit.textChanged.connect(lambda _text: self._debounce.trigger())
        self.list.itemSelectionChanged.connect(self._update)
        self.list.itemDoubleClicked.connect(lambda _item: self._choose())
        self.cancel_button.clicked.connect(self.reject)
        self.confirm_button.clicked.connect(self._choose)
        self.resize_within_screen(*_SIZE)
        self.search_edit.setFocus()
        self._update()
        self._read()

    def selected_ids(self) -> list[ClipId]:
        """Returns the selected clips, in the list's order."""
        rows = sorted(index.row() for index in self.list.selectedIndexes())
        return [self.list.item(row).data(CLIP_ROLE).id for row in rows]

    def done(self, result: int) -> None:
        self._debounce.close()
        self._tasks.cancel(_TASK)
        self._covers.close()
        super().done(result)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if watched is self.search_edit and event.key() == Qt.Key.Key_Down:
                self.list.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
            if watched is self.list and event.key() in _ENTER:
                self._choose()
                return True
        return super().eventFilter(watched, event)

    def _build_layout(self) -> None:
        buttons = QHBoxLayout()
        buttons.setContentsMargins(_MARGIN, 4, _MARGIN, _MARGIN)
        buttons.setSpacing(8)
        buttons.addWidget(self.remark_label, 1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.confirm_button)
        top = QVBoxLayout()
        top.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, 0)
        top.setSpacing(12)
        top.addWidget(self.heading)
        top.addWidget(self.search_edit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(top)
        rows = QHBoxLayout()
        # The rows have a margin of their own, and the focus ring needs room around the list.
        rows.setContentsMargins(_MARGIN - MARGIN, 0, _MARGIN - MARGIN, 0)
        rows.addWidget(self.list)
        column.addLayout(rows, 1)
        column.addLayout(buttons)

    def _read(self) -> None:
        query = self.search_edit.text().strip()
        self._tasks.restart(_TASK, self._find(query), on_result=self._show)

    async def _find(self, query: str) -> list[Clip]:
        clips = self._studio.clips
        if not self._notes:
            await self._read_relatives()
        page = await clips.page(query, limit=_MAX_LISTED)
        ids = page.ids if query else list(dict.fromkeys([*self._notes, *page.ids]))
        found = await clips.get_many([one for one in ids if one != self._clip_id][:_MAX_LISTED])
        return [
            clip
            for clip in found
            if clip.trashed_at is None and (clip.playable or not self._choice.is_heard)
        ]

    async def _read_relatives(self) -> None:
        clips = self._studio.clips
        clip = await clips.get(self._clip_id)
        if clip is None:
            return
        self._heading_text = tr(
            self._choice.clip_heading, title=clip.display_title or tr("Untitled")
        )
        takes = [] if clip.press is None else await clips.get_takes(clip.press)
        family = await clips.get_family(clip.id)
        # The takes come first; one that is a version as well is a take.
        self._notes = {one.id: _SAME_PRESS for one in takes}
        for one in family:
            self._notes.setdefault(one.id, _VERSION)

    def _show(self, clips: Sequence[Clip]) -> None:
        self.heading.setText(self._heading_text)
        self.list.clear()
        for clip in clips:
            parts = (clip.model, format_time(clip.duration_s) if clip.duration_s else "")
            line = " · ".join(part for part in parts if part)
            add_clip_item(self.list, clip, line, tr(self._notes.get(clip.id, "")))
        if clips:
            self.list.setCurrentRow(0)
        self._update()

    def _update(self) -> None:
        count = len(self.list.selectedIndexes())
        choice, most = self._choice, self._choice.most
        text = tr(choice.button) if count <= 1 else tr(choice.several, count=count + 1)
        self.confirm_button.setText(literal_text(text))
        self.confirm_button.setEnabled(0 < count <= most)
        remark = tr(choice.hint)
        if not self.list.count():
            remark = (
                tr("Nothing found.")
                if self.search_edit.text().strip()
                else tr("No other clips yet.")
            )
        elif count > most:
            remark = tr("At most {count} clips can be compared.", count=most + 1)
        self.remark_label.setText(remark)

    def _choose(self) -> None:
        if self.confirm_button.isEnabled():
            chosen = self.selected_ids()
            self.accept()
            self.chosen.emit(chosen)

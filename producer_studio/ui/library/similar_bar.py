"""Bar above clips that sound like one: which one, and what likeness is made of."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.domain.likeness import SIMILAR_PARTS
from producer_studio.studio.clips import SortOrder
from producer_studio.translation import mark, sentences, tr, tr_message
from producer_studio.ui.clips.row_layout import MARGIN
from producer_studio.ui.context import UiContext
from producer_studio.ui.library.clip_list_loader import ListQuery
from producer_studio.ui.widgets.label import label, shorten

_MAX_TITLE = 40
_BY_LIKENESS = mark("Most alike first, by what was measured: {parts}.", parts=SIMILAR_PARTS)
_BY_OTHER_ORDER = mark(
    "In the order that you have chosen, by what was measured: {parts}.", parts=SIMILAR_PARTS
)


class SimilarBar(QWidget):
    """Visible while the list is searched for clips that are similar to one."""

    def __init__(self, context: UiContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._studio = context.studio
        self._tasks = context.tasks
        self._query = ListQuery()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text_label = label("", "secondary", self, wrap=True)
        line = QHBoxLayout(self)
        line.setContentsMargins(MARGIN, 8, MARGIN, 8)
        line.addWidget(self.text_label, 1)
        self.hide()

    def show_query(self, query: ListQuery) -> None:
        """Shows what a query compares; hides the bar for one that compares nothing."""
        if query == self._query:
            return
        self._query = query
        if "similar:" not in query.query.lower() and "like:" not in query.query.lower():
            self._tasks.cancel("similar clip")
            self.hide()
            return
        self._tasks.restart(
            "similar clip",
            self._studio.clips.get_similar_reference(query.query),
            on_result=self._on_reference_read,
        )

    def _on_reference_read(self, clip: Clip | None) -> None:
        if clip is None:
            self.hide()
            return
        title = shorten(tr_message(clip.display_title), _MAX_TITLE)
        is_by_likeness = self._query.sort == SortOrder() and self._query.playlist is None
        order = _BY_LIKENESS if is_by_likeness else _BY_OTHER_ORDER
        text = sentences(mark("Sounds like “{title}”.", title=title), order)
        self.text_label.setText(tr(text))
        self.show()

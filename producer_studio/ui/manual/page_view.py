"""View of one page of the manual."""

from PySide6.QtCore import QEvent, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QColor, QImage, QResizeEvent, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QFrame, QTextBrowser, QTextEdit, QWidget

from producer_studio.studio.manual import ManualPage
from producer_studio.translation import tr
from producer_studio.ui.manual.page_html import PICTURE, page_html, style_sheet
from producer_studio.ui.shortcuts.chosen_keys import key_changes
from producer_studio.ui.style.style import Style

_MARGIN = 24
_MAX_TEXT_WIDTH = 760


class PageView(QTextBrowser):
    """Shows a page in the theme and text size, and marks the words that are searched for.

    Signals:
        link_activated: A link was clicked, or Return pressed on it (address).
    """

    link_activated = Signal(str)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._page: ManualPage | None = None
        self._picture = QImage()
        self._words: list[str] = []
        self._rendered_width = 0
        self.setOpenLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("role", "bare")
        self.setAccessibleName(tr("Page of the manual"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self.anchorClicked.connect(lambda url: self.link_activated.emit(url.toString()))
        style.changed.connect(self._render_in_place)
        key_changes().changed.connect(self._render_in_place)

    @property
    def page(self) -> ManualPage | None:
        """The page that is shown; None before the first."""
        return self._page

    def show_page(self, page: ManualPage, picture: QImage) -> None:
        """Shows a page from its top.

        Args:
            picture: Null if it has none.
        """
        self._page, self._picture = page, picture
        self._render()
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.verticalScrollBar().setValue(0)
        if self._words:
            self._scroll_to_first_match()

    def show_picture(self, picture: QImage) -> None:
        """Replaces the picture of the page, as after a change of the theme."""
        self._picture = picture
        self._render_in_place()

    def mark_words(self, words: str) -> None:
        """Marks words wherever they occur, and shows the first; none if empty."""
        self._words = words.split()
        self._mark_matches()
        if self._words:
            self._scroll_to_first_match()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # The event is that of the viewport, whose width changes with the scroll bar and the
        # margins: rendering for it would end in the next such event, and so on without end.
        if self.width() != self._rendered_width:
            # The width of the picture follows; not during the layout.
            QTimer.singleShot(0, self, self._render_in_place)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self.document().setDefaultFont(self._style.font(14))

    def _render_in_place(self) -> None:
        bar = self.verticalScrollBar()
        share = bar.value() / max(1, bar.maximum())
        self._render()
        bar.setValue(round(share * bar.maximum()))

    def _render(self) -> None:
        if self._page is None:
            return
        self._rendered_width = self.width()
        side = max(self._style.px(_MARGIN), (self.width() - self._style.px(_MAX_TEXT_WIDTH)) // 2)
        self.setViewportMargins(side, self._style.px(_MARGIN), side, 0)
        document = self.document()
        document.setDefaultFont(self._style.font(14))
        document.setDefaultStyleSheet(style_sheet(self._style))
        width = 0
        if not self._picture.isNull():
            # With space for the scroll bar, whether it is shown or not.
            bar = self.verticalScrollBar().sizeHint().width()
            width = min(self._picture.width(), max(1, self.width() - 2 * side - bar))
        self.setHtml(page_html(self._page, width))
        if width:
            kind = QTextDocument.ResourceType.ImageResource
            document.addResource(kind, QUrl(PICTURE), self._picture_for(width))
            document.markContentsDirty(0, document.characterCount())
        self._mark_matches()

    def _picture_for(self, width: int) -> QImage:
        """Returns the picture, smoothly scaled for the screen: the document scales it roughly."""
        ratio = self.devicePixelRatioF()
        wanted = min(self._picture.width(), round(width * ratio))
        smooth = Qt.TransformationMode.SmoothTransformation
        return self._picture.scaledToWidth(wanted, smooth)

    def _mark_matches(self) -> None:
        found: list[QTextEdit.ExtraSelection] = []
        for word in self._words:
            cursor = self.document().find(word)
            while not cursor.isNull():
                mark = QTextEdit.ExtraSelection()
                mark.cursor = cursor
                mark.format = _mark_format(self._style.colour("accent/35"))
                found.append(mark)
                cursor = self.document().find(word, cursor)
        self.setExtraSelections(found)

    def _scroll_to_first_match(self) -> None:
        found = self.extraSelections()
        if not found:
            return
        first = min((one.cursor for one in found), key=lambda one: one.position())
        place = QTextCursor(first)
        place.clearSelection()
        self.setTextCursor(place)
        self.ensureCursorVisible()


def _mark_format(colour: QColor) -> QTextCharFormat:
    form = QTextCharFormat()
    form.setBackground(colour)
    return form

"""Dialog with the release check of one clip or several."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QPushButton, QVBoxLayout, QWidget

from producer_studio.domain.ids import ClipId
from producer_studio.domain.local_edit import LocalEdit
from producer_studio.domain.release_report import ReleaseReport
from producer_studio.studio.made_clips import MadeClip
from producer_studio.translation import mark, sentences, tr, tr_message
from producer_studio.ui.clips.release_findings import ReleaseFindings
from producer_studio.ui.context import UiContext
from producer_studio.ui.widgets.collapsible import Collapsible
from producer_studio.ui.widgets.dialog import FormDialog
from producer_studio.ui.widgets.label import label, shorten
from producer_studio.ui.widgets.text_format import clips_text

_WIDTH = 560
_MAX_TITLE = 60
_MAX_SHOWN = 50
"""Clips whose findings are shown; the command line lists all."""

_EXPLANATION = mark(
    "What shops, radios and listeners would reject, in numbers. It is free, and nothing is sent. A "
    "clip that was measured by an earlier version is measured first."
)
_TASK = "release check"


class ReleaseCheckDialog(FormDialog):
    """Checks clips one after the other, and shows each report as soon as it is there.

    Signals:
        undo_available: Message about a clip that was made, and its `UndoStep`.
    """

    undo_available = Signal(str, object)

    def __init__(self, context: UiContext, clips: Sequence[ClipId], parent: QWidget) -> None:
        super().__init__(context.style, tr("Release check"), _WIDTH, parent)
        self._studio = context.studio
        self._tasks = context.tasks
        self._count = len(clips)
        self._ready = 0
        self.reports: list[ReleaseReport] = []
        self.findings: list[ReleaseFindings] = []
        self.title_label = label(tr("Release check"), "title", self, wrap=True)
        self.summary_label = label("", "muted", self, wrap=True)
        self.progress_bar = QProgressBar(self)
        self.progress_bar.setTextVisible(False)
        self.progress_bar.setRange(0, max(1, self._count))
        self.progress_bar.setAccessibleName(tr("Progress of the release check"))
        self._list = QVBoxLayout()
        self._list.setSpacing(12)
        self.close_button = QPushButton(tr("Close"), self)
        self.close_button.clicked.connect(self.reject)
        self.content.setSpacing(12)
        self.content.addWidget(self.title_label)
        self.content.addWidget(self.summary_label)
        self.content.addWidget(self.progress_bar)
        self.content.addLayout(self._list)
        self.content.addWidget(label(tr(_EXPLANATION), "secondary", self, wrap=True))
        self.content.addStretch(1)
        self.button_row.addStretch(1)
        self.button_row.addWidget(self.close_button)
        self.close_button.setFocus()
        self._show_summary(is_done=False)
        self._tasks.restart(_TASK, self._check(list(clips)))
        self.finished.connect(lambda _result: self._tasks.cancel(_TASK))

    async def _check(self, clips: list[ClipId]) -> None:
        async for report in self._studio.release_checks.check(clips):
            self._add(report)
        self.progress_bar.hide()
        self._show_summary(is_done=True)

    def _add(self, report: ReleaseReport) -> None:
        self.reports.append(report)
        self._ready += report.is_ready
        self.progress_bar.setValue(len(self.reports))
        self._show_summary(is_done=False)
        if len(self.findings) >= _MAX_SHOWN:
            return
        shown = ReleaseFindings(self._style, self)
        shown.show_report(report)
        shown.edit_chosen.connect(self._on_edit_chosen)
        self.findings.append(shown)
        title = shorten(tr_message(report.clip.display_title) or tr("Untitled"), _MAX_TITLE)
        if self._count == 1:
            self.title_label.setText(tr("Release check of “{title}”", title=title))
            self._list.addWidget(shown)
            return
        section = Collapsible(self._style, f"{title} · {tr(report.summary)}", self)
        section.body.addWidget(shown)
        self._list.addWidget(section)

    def _show_summary(self, *, is_done: bool) -> None:
        done = len(self.reports)
        if self._count == 1:
            self.summary_label.setText(tr(self.reports[0].summary) if done else tr("Checking…"))
            return
        self.title_label.setText(tr("Release check of {clips}", clips=clips_text(self._count)))
        open_count = done - self._ready
        text: str = mark(
            "{ready} ready for release, {open} not.", ready=self._ready, open=open_count
        )
        if not is_done:
            text = mark(
                "{done} of {count} checked: {ready} ready for release, {open} not.",
                done=done,
                count=self._count,
                ready=self._ready,
                open=open_count,
            )
        elif done > _MAX_SHOWN:
            rest = mark("Shown are the first {most}; “library check” lists all.", most=_MAX_SHOWN)
            text = sentences(text, rest)
        self.summary_label.setText(tr(text))

    def _on_edit_chosen(self, clip: str, edit: LocalEdit) -> None:
        # The second half of a double-click makes no second clip.
        self._tasks.start(
            f"edit {clip} {edit}",
            self._studio.local_edits.apply(ClipId(clip), edit),
            on_result=self._on_made,
            is_change=True,
        )

    def _on_made(self, made: MadeClip) -> None:
        self.undo_available.emit(
            tr("“{title}” is in the library.", title=made.clip.title), made.step
        )

"""Card of the settings that compares the library with its files, and repairs them."""

from PySide6.QtWidgets import QProgressBar, QPushButton, QVBoxLayout, QWidget

from producer_studio.domain.errors import ServiceError
from producer_studio.studio.verification.verification_result import (
    FileOutcome,
    FilesResult,
    VerificationProgress,
    progress_text,
    verification_text,
)
from producer_studio.translation import mark, ntr, tr
from producer_studio.ui.context import UiContext
from producer_studio.ui.widgets.card import Card
from producer_studio.ui.widgets.collapsible import Collapsible
from producer_studio.ui.widgets.flow_layout import FlowLayout
from producer_studio.ui.widgets.label import label

_TASK = "check files"
_MAX_ROWS = 30
"""Number of problems that are shown; the command line lists all."""

_EXPLANATION = mark(
    "Compares every file with its checksum: missing, changed, foreign. Repairing fetches files "
    "from the services while their links live, and makes a lost sound from the WAV or the video "
    "that is there. It is free, and deletes nothing: a file that is replaced is kept in the "
    "library's folder “trash”."
)
_STOPPED = mark("Stopped. The next check goes on from here.")


class VerificationCard(Card):
    """Starts and stops a check, and lists its problems; it goes on when the dialog is closed."""

    def __init__(self, context: UiContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._studio = context.studio
        self._tasks = context.tasks
        self._shown: list[FileOutcome] = []
        self.check_button = QPushButton(tr("Check files"), self)
        self.repair_button = QPushButton(tr("Check and repair"), self)
        self.stop_button = QPushButton(tr("Stop"), self)
        self.stop_button.setAccessibleName(tr("Stop checking files"))
        context.style.set_icon(self.check_button, "shield-check", "text1")
        self.state_label = label("", "secondary", self, wrap=True)
        self.progress_bar = QProgressBar(self)
        self.progress_bar.setTextVisible(False)
        self.progress_bar.setAccessibleName(tr("Progress of checking files"))
        self.problems = Collapsible(context.style, tr("Files"), self)
        self.problems.hide()
        # In two lines where the text is large.
        buttons = QWidget(self)
        line = FlowLayout(buttons, gap=8)
        for button in (self.check_button, self.repair_button, self.stop_button):
            line.addWidget(button)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(14, 12, 14, 14)
        inside.setSpacing(8)
        inside.addWidget(label(tr("Check files"), "label", self))
        inside.addWidget(label(tr(_EXPLANATION), "secondary", self, wrap=True))
        inside.addWidget(self.state_label)
        inside.addWidget(self.progress_bar)
        inside.addWidget(self.problems)
        inside.addWidget(buttons)
        self.check_button.clicked.connect(lambda: self._start(repairs=False))
        self.repair_button.clicked.connect(lambda: self._start(repairs=True))
        self.stop_button.clicked.connect(self._on_stop_clicked)
        self._tasks.running_changed.connect(self._on_running_changed)
        unsubscribe = self._studio.events.subscribe(VerificationProgress, self._on_progress)
        self.destroyed.connect(unsubscribe)
        current = self._studio.verification.current
        if current is not None:
            self._show(current)
        self._update()

    def _start(self, *, repairs: bool) -> None:
        tasks = self._tasks

        def report(result: FilesResult) -> None:
            level = "warn" if result.unrepaired else "ok"
            tasks.error_reported.emit(level, tr(verification_text(result)), "")

        def report_error(error: ServiceError) -> None:
            tasks.error_reported.emit("bad", tr(error.message), error.service_words)

        # Not methods: the result is reported even if the dialog is closed before the end.
        tasks.start(
            _TASK,
            self._studio.verification.run(repairs=repairs),
            on_result=report,
            on_error=report_error,
        )

    def _on_stop_clicked(self) -> None:
        self._tasks.cancel(_TASK)
        self.state_label.setText(tr(_STOPPED))

    def _on_progress(self, progress: VerificationProgress) -> None:
        self._show(progress.result)

    def _show(self, result: FilesResult) -> None:
        is_running = self._tasks.is_running(_TASK) and not result.is_finished
        self.progress_bar.setRange(0, max(1, result.total))
        self.progress_bar.setValue(result.checked)
        text = progress_text(result) if is_running else verification_text(result)
        self.state_label.setText(tr(text))
        self.state_label.setVisible(True)
        self._show_problems(result)

    def _show_problems(self, result: FilesResult) -> None:
        shown = result.outcomes[:_MAX_ROWS]
        more = sum(result.counts.values()) > len(shown)
        count = sum(result.counts.values())
        self.problems.set_title(ntr("{count} file", "{count} files", count))
        self.problems.setVisible(bool(shown))
        if shown[: len(self._shown)] != self._shown or (more and len(self._shown) != len(shown)):
            self._clear_problems()
        for outcome in shown[len(self._shown) :]:
            text = f"{outcome.problem.path}\n{tr(outcome.text)}"
            self.problems.body.addWidget(label(text, "secondary", self.problems, wrap=True))
        if more and len(self._shown) != len(shown):
            text = tr("and more; “producer-studio library verify” lists all")
            self.problems.body.addWidget(label(text, "caption", self.problems, wrap=True))
        self._shown = shown

    def _clear_problems(self) -> None:
        self._shown = []
        while (item := self.problems.body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _on_running_changed(self, name: str, _is_running: bool) -> None:
        if name == _TASK:
            self._update()

    def _update(self) -> None:
        """Shows the buttons that apply now."""
        is_running = self._tasks.is_running(_TASK)
        buttons = (self.check_button, self.repair_button, self.stop_button)
        has_focus = any(button.hasFocus() for button in buttons)
        self.check_button.setVisible(not is_running)
        self.repair_button.setVisible(not is_running)
        self.repair_button.setEnabled(not self._studio.clips.read_only)
        self.stop_button.setVisible(is_running)
        if has_focus:
            # Hiding a button would move the focus out of the card.
            (self.stop_button if is_running else self.check_button).setFocus()
        self.progress_bar.setVisible(is_running)
        self.state_label.setVisible(bool(self.state_label.text()))

"""Card of the settings that fetches everything that services still have of the clips."""

from PySide6.QtWidgets import QProgressBar, QPushButton, QVBoxLayout, QWidget

from producer_studio.domain.errors import ServiceError
from producer_studio.studio.mirror.mirror_plan import (
    MirrorPlan,
    MirrorProgress,
    MirrorResult,
    plan_text,
    result_text,
)
from producer_studio.studio.updates.installation import size_text
from producer_studio.translation import mark, sentences, tr
from producer_studio.ui.context import UiContext
from producer_studio.ui.widgets.card import Card
from producer_studio.ui.widgets.flow_layout import FlowLayout
from producer_studio.ui.widgets.label import label

_PLAN_TASK = "plan of everything to fetch"
_RUN_TASK = "fetch everything"
_EXPLANATION = mark(
    "Links at the services end after some time. This fetches the sound, WAV, cover, video and "
    "answer of every clip for as long as the services have them. It is free, and deletes nothing."
)
_LOOKING = mark("Asking for the sizes of the files…")


_STOPPED = mark("Stopped.")


class MirrorCard(Card):
    """Shows what is missing with its size, and fetches it; goes on when the dialog is closed."""

    def __init__(self, context: UiContext, parent: QWidget) -> None:
        super().__init__(parent)
        self._studio = context.studio
        self._tasks = context.tasks
        self._plan: MirrorPlan | None = None
        self.look_button = QPushButton(tr("Look up what is missing"), self)
        self.fetch_button = QPushButton(tr("Fetch everything"), self)
        self.stop_button = QPushButton(tr("Stop"), self)
        self.stop_button.setAccessibleName(tr("Stop fetching everything"))
        context.style.set_icon(self.fetch_button, "download", "text1")
        self.state_label = label("", "secondary", self, wrap=True)
        self.progress_bar = QProgressBar(self)
        self.progress_bar.setTextVisible(False)
        self.progress_bar.setAccessibleName(tr("Progress of fetching everything"))
        # In two lines where the text is large.
        buttons = QWidget(self)
        line = FlowLayout(buttons, gap=8)
        for button in (self.look_button, self.fetch_button, self.stop_button):
            line.addWidget(button)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(14, 12, 14, 14)
        inside.setSpacing(8)
        inside.addWidget(label(tr("Fetch everything"), "label", self))
        inside.addWidget(label(tr(_EXPLANATION), "secondary", self, wrap=True))
        inside.addWidget(self.state_label)
        inside.addWidget(self.progress_bar)
        inside.addWidget(buttons)
        self.look_button.clicked.connect(self._on_look_clicked)
        self.fetch_button.clicked.connect(self._on_fetch_clicked)
        self.stop_button.clicked.connect(self._on_stop_clicked)
        self._tasks.running_changed.connect(self._on_running_changed)
        unsubscribe = self._studio.events.subscribe(MirrorProgress, self._on_progress)
        self.destroyed.connect(unsubscribe)
        current = self._studio.mirror.current
        if current is not None and self._tasks.is_running(_RUN_TASK):
            self._show_progress(current)
        self._update()

    def _on_look_clicked(self) -> None:
        self.state_label.setText(tr(_LOOKING))
        self._tasks.start(
            _PLAN_TASK,
            self._studio.mirror.plan(),
            on_result=self._show_plan,
            on_error=self._show_error,
        )

    def _show_error(self, error: ServiceError) -> None:
        self.state_label.setText(tr(error.message))

    def _show_plan(self, plan: MirrorPlan) -> None:
        self._plan = plan
        self.state_label.setText(tr(plan_text(plan)))
        self._update()

    def _on_fetch_clicked(self) -> None:
        plan, self._plan = self._plan, None
        if plan is None:
            return
        tasks = self._tasks

        def report(result: MirrorResult) -> None:
            is_whole = not result.failed and result.stopped is None
            tasks.error_reported.emit("ok" if is_whole else "warn", tr(result_text(result)), "")

        def report_error(error: ServiceError) -> None:
            tasks.error_reported.emit("bad", tr(error.message), error.service_words)

        self.progress_bar.setRange(0, max(1, len(plan.items)))
        self.progress_bar.setValue(0)
        # Not methods: the result is reported even if the dialog is closed before the end.
        tasks.start(
            _RUN_TASK, self._studio.mirror.run(plan), on_result=report, on_error=report_error
        )

    def _on_stop_clicked(self) -> None:
        result = self._studio.mirror.current if self._tasks.is_running(_RUN_TASK) else None
        self._tasks.cancel(_RUN_TASK)
        self._tasks.cancel(_PLAN_TASK)
        self.state_label.setText(
            tr(sentences(_STOPPED, result_text(result) if result is not None else ""))
        )

    def _on_progress(self, progress: MirrorProgress) -> None:
        self._show_progress(progress.result)

    def _show_progress(self, result: MirrorResult) -> None:
        done = len(result.outcomes)
        self.progress_bar.setRange(0, max(1, result.planned))
        self.progress_bar.setValue(done)
        if done == result.planned or result.stopped is not None:
            self.state_label.setText(tr(result_text(result)))
            return
        size = size_text(result.size_bytes)
        self.state_label.setText(
            tr("{done} of {all} done, {size} fetched.", done=done, all=result.planned, size=size)
        )

    def _on_running_changed(self, name: str, _is_running: bool) -> None:
        if name in {_PLAN_TASK, _RUN_TASK}:
            self._update()

    def _update(self) -> None:
        """Shows the buttons that apply now."""
        is_running = self._tasks.is_running(_RUN_TASK)
        is_looking = self._tasks.is_running(_PLAN_TASK)
        self.look_button.setEnabled(not is_running and not is_looking)
        self.fetch_button.setVisible(not is_running)
        self.fetch_button.setEnabled(
            not is_looking and self._plan is not None and bool(self._plan.items)
        )
        self.stop_button.setVisible(is_running or is_looking)
        self.progress_bar.setVisible(is_running)
        self.state_label.setVisible(bool(self.state_label.text()))

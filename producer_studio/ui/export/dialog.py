"""Export dialog: first the options, then the progress of each file."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.domain.errors import DuplicateRequest, ServiceError
from producer_studio.domain.export_profile import ExportExtra
from producer_studio.domain.ids import ClipId
from producer_studio.studio.export.archive_writer import archive_name
from producer_studio.studio.export.export import Export, ExportChanged, ExportSpec, ExportState
from producer_studio.studio.export.filenames import ExportPosition
from producer_studio.studio.user_files import run_for_user_file
from producer_studio.translation import tr
from producer_studio.ui.clips.release_check_dialog import ReleaseCheckDialog
from producer_studio.ui.context import UiContext
from producer_studio.ui.export.export_form import (
    LOCAL,
    SERVICE,
    ExportForm,
    next_file_name,
    next_free_name,
)
from producer_studio.ui.export.export_offers import ExportOffer, local_offer, service_offer
from producer_studio.ui.export.export_progress import ExportProgressList, ExportTray
from producer_studio.ui.external_programs import open_folder
from producer_studio.ui.widgets.dialog import FormDialog, show_open_problem
from producer_studio.ui.widgets.keyboard import set_guarded
from producer_studio.ui.widgets.label import ElidedLabel, label, set_role

_WIDTH = 560
_READ_TASK = "clips to export"
_PREVIEW_TASK = "export preview"
_EXPORT_TASK = "export"


class ExportDialog(FormDialog):
    """Collects the options and starts the exports; can be closed while they run (`ExportTray`).

    Args:
        profile: Id of the profile to begin with; None for the one that was used last.

    Signals:
        undo_available: Message about a change of the profiles, or a clip that the release check
            made, and its `UndoStep`.
    """

    undo_available = Signal(str, object)

    def __init__(
        self,
        context: UiContext,
        clips: Sequence[ClipId],
        parent: QWidget | None = None,
        profile: str | None = None,
    ) -> None:
        super().__init__(context.style, tr("Export"), _WIDTH, parent)
        self._context = context
        self._studio = context.studio
        self._tasks = context.tasks
        self._clips: list[Clip] = []
        self._offers = {LOCAL: ExportOffer(), SERVICE: ExportOffer()}
        self._exports: dict[str, Export] = {}
        self._duplicate_confirmed = False
        self._question_timer = QTimer(self, singleShot=True)
        self.heading = ElidedLabel(tr("Export"), "title", self)
        self.form = ExportForm(context, self)
        self.progress_list = ExportProgressList(self._style, self)
        self.status = label("", "secondary", self, wrap=True)
        self.status.setAccessibleName(tr("Status"))
        self.cancel_button = QPushButton(tr("Cancel"), self)
        self.check_button = QPushButton(tr("Release check…"), self)
        self.open_folder_button = QPushButton(tr("Open folder"), self)
        self.export_button = QPushButton(tr("Export"), self)
        self._build()
        self._unsubscribe = self._studio.events.subscribe(ExportChanged, self._on_export_changed)
        if profile is not None:
            self.form.profiles.choose(profile)
        self.form.changed.connect(self._refresh)
        self.form.profiles.undo_available.connect(self._on_profiles_changed)
        self.cancel_button.clicked.connect(self._on_cancel_clicked)
        self.open_folder_button.clicked.connect(self._on_open_folder_clicked)
        self.export_button.clicked.connect(self._on_export_clicked)
        self.check_button.clicked.connect(self.open_release_check)
        self.progress_list.cancel_requested.connect(self._studio.exports.cancel)
        self._refresh()
        self._tasks.restart(
            _READ_TASK, self._studio.clips.get_many(clips), on_result=self._on_clips_read
        )

    @property
    def is_started(self) -> bool:
        """Whether the exports were started."""
        return bool(self._exports)

    @property
    def running_ids(self) -> list[str]:
        """Ids of the exports that are not finished."""
        return [one.id for one in self._exports.values() if not one.state.is_over]

    def done(self, result: int) -> None:
        """Closes the dialog; running exports continue."""
        self._unsubscribe()
        self._unsubscribe = _do_nothing
        # Before an export has started, it is still being checked.
        for name in (_READ_TASK, _PREVIEW_TASK, *(() if self.is_started else (_EXPORT_TASK,))):
            self._tasks.cancel(name)
        running = [one for one in self._exports.values() if not one.state.is_over]
        window = self.parentWidget()
        if running and window is not None:
            ExportTray.for_window(self._context, window.window()).follow(running)
        super().done(result)

    def _on_clips_read(self, clips: list[Clip]) -> None:
        self._clips = clips
        one = len(clips) == 1
        self.heading.setText(
            tr("Export “{title}”", title=clips[0].display_title or tr("Untitled"))
            if one
            else tr("Export {count} clips", count=len(clips))
        )
        self._refresh()
        self.export_button.setFocus()

    def _refresh(self) -> None:
        if self.is_started:
            return
        if self._duplicate_confirmed:
            self._duplicate_confirmed = False
            self._show_status("")
        form = self.form
        spec = form.spec()
        here = local_offer(self._clips)
        service = service_offer(self._studio, self._clips, spec.format)
        self._offers = {LOCAL: here, SERVICE: service}
        form.method.set_option(LOCAL, tr("On this computer · free"))
        form.method.set_option(SERVICE, _service_label(service), tr(service.reason))
        if spec.by_service and not service.is_available:
            form.method.set_value(LOCAL)
            form.method.option_chosen.emit(LOCAL)
            return
        note = tr(service.reason) if not service.is_available else ""
        warn = bool(here.reason) and not spec.by_service
        form.show_method_message(tr(here.reason) if warn else note, is_warning=warn)
        offer = self._chosen_offer()
        count = len(offer.clips)
        self.export_button.setText(_button_text(count, offer, zips=ExportExtra.ZIP in spec.extras))
        self.export_button.setAccessibleDescription(
            tr("{count} files, {price}", count=count, price=offer.price_text)
        )
        self.export_button.setEnabled(count > 0 and not form.problem)
        set_guarded(self.export_button, not offer.total_price.is_free)
        self.export_button.setDefault(offer.total_price.is_free)
        if count and not form.problem:
            self._tasks.restart(
                _PREVIEW_TASK,
                self._first_file_name(spec, offer.clips),
                on_result=form.show_preview,
            )

    async def _first_file_name(self, spec: ExportSpec, clips: Sequence[Clip]) -> str:
        first = ExportPosition(count=len(clips))
        if ExportExtra.ZIP in spec.extras:
            name = archive_name(clips)
            return await run_for_user_file(spec.folder, next_free_name, spec.folder, name)
        return await run_for_user_file(spec.folder, next_file_name, spec, clips[0], first)

    def _chosen_offer(self) -> ExportOffer:
        return self._offers[self.form.method.value()]

    def _on_export_clicked(self) -> None:
        if self._question_timer.isActive():
            # The second half of a double-click: the question has not been read.
            return
        spec = self.form.spec()
        profile = self.form.profiles.profile
        remembered: dict[str, object] = {"export_profile": "" if profile is None else profile.id}
        if profile is None:
            remembered |= {
                "export_format": str(spec.format),
                "mp3_mode": spec.mp3_mode,
                "wav_bits": spec.bits,
                "name_template": spec.template,
            }
        if profile is None or not profile.folder:
            remembered["export_folder"] = str(spec.folder)
        self._studio.preferences.change(**remembered)
        self.export_button.setEnabled(False)
        ids = [clip.id for clip in self._chosen_offer().clips]
        self._tasks.start(
            _EXPORT_TASK,
            self._studio.exports.export(ids, spec, refuse_duplicates=not self._duplicate_confirmed),
            on_result=self._on_exports_started,
            on_error=partial(self._on_export_failed, spec),
        )

    def open_release_check(self) -> ReleaseCheckDialog:
        """Opens the release check of the clips that are to be exported."""
        ids = [clip.id for clip in self._clips]
        dialog = ReleaseCheckDialog(self._context, ids, self)
        dialog.undo_available.connect(self.undo_available)
        dialog.open()
        return dialog

    def _on_profiles_changed(self, message: str, step: object) -> None:
        self._show_status(message, "ok")
        self.undo_available.emit(message, step)

    def _on_exports_started(self, exports: list[Export]) -> None:
        self._exports = {export.id: export for export in exports}
        self.progress_list.show_exports(exports)
        self.form.hide()
        self.progress_list.show()
        self.export_button.hide()
        self.check_button.hide()
        self.open_folder_button.show()
        self.progress_list.setFocus()
        self._show_state()

    def _on_export_failed(self, spec: ExportSpec, error: ServiceError) -> None:
        self.export_button.setEnabled(True)
        if spec != self.form.spec():
            # Something else was chosen meanwhile, and the error is not about that.
            self._refresh()
            return
        if isinstance(error, DuplicateRequest):
            # Shown once: the next press confirms it.
            self._duplicate_confirmed = True
            self._question_timer.start(QApplication.doubleClickInterval())
            self.export_button.setText(
                tr("Export again · {price}", price=self._chosen_offer().price_text)
            )
        self._show_status(tr(error.message), "warn" if self._duplicate_confirmed else "bad")

    def _on_export_changed(self, change: ExportChanged) -> None:
        export = change.export
        if export.id in self._exports:
            self._exports[export.id] = export
            self.progress_list.show_export(export)
            self._show_state()

    def _show_state(self) -> None:
        exports = list(self._exports.values())
        running = self.running_ids
        done = [one for one in exports if one.state is ExportState.DONE]
        failed = [one for one in exports if one.state is ExportState.FAILED]
        self.cancel_button.setText(
            tr("Cancel all") if len(running) > 1 else tr("Cancel") if running else tr("Close")
        )
        set_guarded(self.cancel_button, bool(running))
        self.open_folder_button.setEnabled(bool(done))
        if running:
            self._show_status(
                tr(
                    "{done} of {count} done. You can close this; the export continues.",
                    done=len(done),
                    count=len(exports),
                )
            )
        elif failed:
            text = tr(
                "{failed} of {count} could not be exported.", failed=len(failed), count=len(exports)
            )
            self._show_status(text, "bad")
        elif len(done) == len(exports):
            self._show_status(
                tr("Done.")
                if len(done) == 1
                else tr("All {count} files are done.", count=len(done)),
                "ok",
            )
        else:
            self._show_status(
                tr(
                    "{done} of {count} done, the rest cancelled.",
                    done=len(done),
                    count=len(exports),
                )
            )
        focused: QWidget | None = self.focusWidget()
        if not running and focused is not None and self.progress_list.isAncestorOf(focused):
            # The focused button shows which action Enter has next.
            (self.open_folder_button if done else self.cancel_button).setFocus()

    def _on_cancel_clicked(self) -> None:
        running = self.running_ids
        if not running:
            self.reject()
        for export_id in running:
            self._studio.exports.cancel(export_id)

    def _on_open_folder_clicked(self) -> None:
        folder = next(one.spec.folder for one in self._exports.values())
        open_folder(folder, partial(show_open_problem, self._style, self))

    def _show_status(self, text: str, role: str = "secondary") -> None:
        self.status.setText(text)
        set_role(self._style, self.status, role)

    def _build(self) -> None:
        self.export_button.setProperty("role", "primary")
        self.export_button.setProperty("fit", "small")
        self.export_button.setAccessibleName(tr("Export"))
        self.open_folder_button.hide()
        self.progress_list.hide()
        self.button_row.addWidget(self.check_button)
        self.button_row.addWidget(self.status, 1)
        self.button_row.addWidget(self.cancel_button)
        self.button_row.addWidget(self.open_folder_button)
        self.button_row.addWidget(self.export_button)
        self.content.setSpacing(18)
        for part in (self.heading, self.form, self.progress_list):
            self.content.addWidget(part)
        self.content.addStretch(1)


def _service_label(offer: ExportOffer) -> str:
    if not offer.is_available:
        return tr("By the service")
    if offer.price_each is None:
        return tr("By the service · {price}", price=offer.price_text)
    price = offer.price_each.text()
    if len(offer.clips) > 1:
        return tr("By the service · {price} each", price=price)
    return tr("By the service · {price}", price=price)


def _button_text(count: int, offer: ExportOffer, *, zips: bool) -> str:
    """Returns the label of the button that exports so many files, or a ZIP of them."""
    if not count:
        return tr("Export")
    price = offer.price_text
    if zips and count == 1:
        return tr("Export a ZIP · {price}", price=price)
    if zips:
        return tr("Export {count} files in a ZIP · {price}", count=count, price=price)
    if count == 1:
        return tr("Export · {price}", price=price)
    return tr("Export {count} files · {price}", count=count, price=price)


def _do_nothing() -> None:
    return None

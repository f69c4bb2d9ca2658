"""The export dialog: first the questions, then how far each file is."""

import asyncio
from collections.abc import Sequence

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton, QWidget

from producer_studio.domain.clip import Clip
from producer_studio.domain.credits import credits_text
from producer_studio.domain.errors import DuplicateRequest, Fault
from producer_studio.domain.ids import ClipId
from producer_studio.studio.export.exports import Export, ExportChanged, ExportSpec, ExportState
from producer_studio.studio.studio import Studio
from producer_studio.ui.export.export_form import HERE, SERVICE, ExportForm
from producer_studio.ui.export.export_offers import Offer, offer_by_service, offer_here
from producer_studio.ui.export.export_progress import ExportList
from producer_studio.ui.export.export_tray import ExportTray
from producer_studio.ui.export.filename_preview import next_name
from producer_studio.ui.style.style import Look
from producer_studio.ui.tasks import Tasks
from producer_studio.ui.widgets.button_keys import set_guarded
from producer_studio.ui.widgets.dialog import FormDialog
from producer_studio.ui.widgets.label import ElidedLabel, label, set_role

_WIDTH = 560
_READ = "clips to export"
_PREVIEW = "export preview"


class ExportDialog(FormDialog):
    """Asks once, starts the exports, and may be closed while they go on: see `ExportTray`."""

    def __init__(
        self,
        studio: Studio,
        look: Look,
        tasks: Tasks,
        clips: Sequence[ClipId],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, "Export", _WIDTH, parent)
        self._studio = studio
        self._tasks = tasks
        self._clips: list[Clip] = []
        self._offers = {HERE: Offer(), SERVICE: Offer()}
        self._exports: dict[str, Export] = {}
        self._again = False
        self.heading = ElidedLabel("Export", "title", self)
        self.form = ExportForm(studio, look, self)
        self.files = ExportList(look, self)
        self.status = label("", "secondary", self, wrap=True)
        self.status.setAccessibleName("Status")
        self.cancel = QPushButton("Cancel", self)
        self.open_folder = QPushButton("Open folder", self)
        self.export = QPushButton("Export", self)
        self._lay_out()
        self._unsubscribe = studio.events.subscribe(ExportChanged, self._on_export_changed)
        self.form.changed.connect(self._refresh)
        self.cancel.clicked.connect(self._on_cancel)
        self.open_folder.clicked.connect(self._on_open_folder)
        self.export.clicked.connect(self._on_export)
        self._refresh()
        tasks.restart(_READ, studio.clips.rows(clips), done=self._on_clips_read)

    @property
    def started(self) -> bool:
        """Whether the questions are answered."""
        return bool(self._exports)

    @property
    def running(self) -> list[str]:
        """Ids of the exports that are not over."""
        return [one.id for one in self._exports.values() if not one.state.is_over]

    def done(self, result: int) -> None:
        """Closes; what is under way goes on."""
        self._unsubscribe()
        self._unsubscribe = _nothing
        for reading in (_READ, _PREVIEW):
            self._tasks.cancel(reading)
        running = [one for one in self._exports.values() if not one.state.is_over]
        window = self.parentWidget()
        if running and window is not None:
            ExportTray.of(self._studio, self._look, self._tasks, window.window()).follow(running)
        super().done(result)

    def _on_clips_read(self, clips: list[Clip]) -> None:
        self._clips = clips
        one = len(clips) == 1
        self.heading.setText(
            f"Export “{clips[0].title or 'Untitled'}”" if one else f"Export {len(clips)} clips"
        )
        self._refresh()
        self.export.setFocus()

    def _refresh(self) -> None:
        if self.started:
            return
        if self._again:
            self._again = False
            self._say("")
        form = self.form
        spec = form.spec()
        here = offer_here(self._clips)
        service = offer_by_service(self._studio, self._clips, spec.format)
        self._offers = {HERE: here, SERVICE: service}
        form.maker.say(HERE, "On this computer · free")
        form.maker.say(SERVICE, _service_words(service), service.reason)
        if spec.by_service and not service.available:
            form.maker.set_value(HERE)
            form.maker.chosen.emit(HERE)
            return
        note = service.reason if not service.available else ""
        warn = bool(here.reason) and not spec.by_service
        form.say_maker(here.reason if warn else note, warn=warn)
        offer = self._offer()
        count = len(offer.clips)
        files = "" if count == 1 else f" {count} files"
        self.export.setText(f"Export{files} · {offer.price}" if count else "Export")
        self.export.setAccessibleDescription(f"{count} files, {offer.price}")
        self.export.setEnabled(count > 0 and not form.problem)
        set_guarded(self.export, offer.total != 0)
        self.export.setDefault(offer.total == 0)
        if count and not form.problem:
            self._tasks.restart(
                _PREVIEW,
                self._first_name(spec, offer.clips),
                done=form.show_preview,
            )

    async def _first_name(self, spec: ExportSpec, clips: Sequence[Clip]) -> str:
        first, *_ = await self._studio.exports.places(clips, spec.template)
        return await asyncio.to_thread(next_name, spec, clips[0], first)

    def _offer(self) -> Offer:
        return self._offers[self.form.maker.value()]

    def _on_export(self) -> None:
        spec = self.form.spec()
        self._studio.preferences.change(
            export_folder=str(spec.folder),
            export_format=str(spec.format),
            mp3_mode=spec.mp3_mode,
            wav_bits=spec.bits,
            name_template=spec.template,
        )
        self.export.setEnabled(False)
        ids = [clip.id for clip in self._offer().clips]
        self._tasks.start(
            "export",
            self._studio.exports.export(ids, spec, refuse_duplicates=not self._again),
            done=self._on_started,
            failed=self._on_refused,
        )

    def _on_started(self, exports: list[Export]) -> None:
        self._exports = {export.id: export for export in exports}
        self.files.show_exports(exports)
        self.form.hide()
        self.files.show()
        self.export.hide()
        self.open_folder.show()
        self.files.setFocus()
        self._show_state()

    def _on_refused(self, fault: Fault) -> None:
        self.export.setEnabled(True)
        if isinstance(fault, DuplicateRequest):
            # Asked once: the next press is the answer.
            self._again = True
            self.export.setText(f"Export again · {self._offer().price}")
        self._say(fault.message, "warn" if self._again else "bad")

    def _on_export_changed(self, change: ExportChanged) -> None:
        export = change.export
        if export.id in self._exports:
            self._exports[export.id] = export
            self.files.show_export(export)
            self._show_state()

    def _show_state(self) -> None:
        exports = list(self._exports.values())
        running = self.running
        done = [one for one in exports if one.state is ExportState.DONE]
        failed = [one for one in exports if one.state is ExportState.FAILED]
        self.cancel.setText("Cancel all" if len(running) > 1 else "Cancel" if running else "Close")
        set_guarded(self.cancel, bool(running))
        self.open_folder.setEnabled(bool(done))
        if running:
            self._say(f"{len(done)} of {len(exports)} done. You can close this; it goes on.")
        elif failed:
            self._say(f"{len(failed)} of {len(exports)} could not be made.", "bad")
        elif len(done) == len(exports):
            self._say("Done." if len(done) == 1 else f"All {len(done)} files are done.", "ok")
        else:
            self._say(f"{len(done)} of {len(exports)} done, the rest cancelled.")
        focused: QWidget | None = self.focusWidget()
        if not running and focused is not None and self.files.isAncestorOf(focused):
            # Where the keyboard is shows what Enter does next.
            (self.open_folder if done else self.cancel).setFocus()

    def _on_cancel(self) -> None:
        running = self.running
        if not running:
            self.reject()
        for export_id in running:
            self._studio.exports.cancel(export_id)

    def _on_open_folder(self) -> None:
        folder = next(one.spec.folder for one in self._exports.values())
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _say(self, words: str, role: str = "secondary") -> None:
        self.status.setText(words)
        set_role(self._look, self.status, role)

    def _lay_out(self) -> None:
        self.export.setProperty("role", "primary")
        self.export.setProperty("fit", "small")
        self.export.setAccessibleName("Export")
        self.open_folder.hide()
        self.files.hide()
        self.foot.addWidget(self.status, 1)
        self.foot.addWidget(self.cancel)
        self.foot.addWidget(self.open_folder)
        self.foot.addWidget(self.export)
        self.content.setSpacing(18)
        for part in (self.heading, self.form, self.files):
            self.content.addWidget(part)
        self.content.addStretch(1)


def _service_words(offer: Offer) -> str:
    if not offer.available:
        return "By the service"
    if offer.each is None:
        return f"By the service · {offer.price}"
    price = credits_text(offer.each)
    return f"By the service · {price}" + (" each" if len(offer.clips) > 1 else "")


def _nothing() -> None:
    return None

"""Settings page for the update check: switch, URL and result."""

from datetime import datetime

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from producer_studio.domain.errors import RequestRejected, ServiceError
from producer_studio.domain.release import Release
from producer_studio.domain.timestamps import to_local_time
from producer_studio.studio.preferences import PreferencesChanged
from producer_studio.studio.updates.update_check import UpdatesChanged, UpdateStatus
from producer_studio.translation import mark, sentences, tr
from producer_studio.translation.dates import format_clock
from producer_studio.ui.context import UiContext
from producer_studio.ui.settings.form_fields import create_labelled_control, create_line_edit
from producer_studio.ui.settings.page import SettingsPage
from producer_studio.ui.settings.release_notice import ReleaseDetails
from producer_studio.ui.widgets.card import Card
from producer_studio.ui.widgets.dialog import create_scroll_area
from producer_studio.ui.widgets.label import label, set_role
from producer_studio.ui.widgets.line_edit import show_text
from producer_studio.ui.widgets.switch import Switch

CHECK_TASK = "ask for a newer release"
_READ_TASK = "what is known of releases"
_HELP = mark(
    "The studio can check for newer releases and notify you. It downloads nothing and installs "
    "nothing."
)


_SET_BY_VARIABLE = mark("The address is set by PRODUCER_STUDIO_UPDATES.")
_ASKED_TEXTS = {
    (True, True): mark("Checked today at {time}."),
    (True, False): mark("Checked today at {time}, without a response."),
    (False, True): mark("Checked on {day} at {time}."),
    (False, False): mark("Checked on {day} at {time}, without a response."),
}
"""By whether it was today, and there was a response."""


class UpdatesPage(QWidget):
    """Switch that is off by default, the URL, and a button that checks now."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = context.studio
        self._style = context.style
        self._tasks = context.tasks
        self.notify_switch = Switch(self._style, tr("Check for newer releases"))
        self.address = create_line_edit(tr("Update address"), tr("none is set"), self)
        self.check_button = QPushButton(tr("Check now"), self)
        self.check_button.setAccessibleName(tr("Check now"))
        self.check_button.setAutoDefault(False)
        self._style.set_icon(self.check_button, "rotate-cw", "text1", 14)
        self.status = label("", "secondary", self, wrap=True)
        self.status.setAccessibleName(tr("Newer releases"))
        self._address_hint = label("", "caption", self, wrap=True)
        self._release_column: QVBoxLayout
        self._shown_release: Release | None = None
        self._known_url = ""
        self._build()
        self.notify_switch.setChecked(self._studio.preferences.value.updates)
        show_text(self.address, self._studio.preferences.value.updates_url)
        self.notify_switch.toggled.connect(self._on_notify_toggled)
        self.address.textEdited.connect(self._update_check_button)
        self.address.editingFinished.connect(self._store_address)
        self.check_button.clicked.connect(self._on_check_clicked)
        self._tasks.running_changed.connect(self._on_running_changed)
        events = self._studio.events
        self.destroyed.connect(events.subscribe(UpdatesChanged, lambda _: self._read_status()))
        self.destroyed.connect(events.subscribe(PreferencesChanged, self._on_preferences_changed))
        self._read_status()

    def _read_status(self) -> None:
        self._tasks.restart(
            _READ_TASK, self._studio.updates.status(), on_result=self._show_update_status
        )

    def _show_update_status(self, update_status: UpdateStatus) -> None:
        if update_status.is_url_from_environment:
            show_text(self.address, update_status.url)
        elif not self.address.text():
            self.address.setPlaceholderText(update_status.url or tr("none is set"))
        self.address.setEnabled(not update_status.is_url_from_environment)
        signed = mark("Announcements must be signed.") if update_status.is_signed else ""
        where = _SET_BY_VARIABLE if update_status.is_url_from_environment else ""
        self._address_hint.setText(tr(sentences(signed, where)))
        self._address_hint.setVisible(bool(self._address_hint.text()))
        self._known_url = update_status.url
        self._update_check_button()
        self._show_status(_status_text(update_status), "secondary")
        self._show_release(update_status)

    def _show_release(self, update_status: UpdateStatus) -> None:
        if update_status.newer_release == self._shown_release:
            return
        self._shown_release = update_status.newer_release
        while (item := self._release_column.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        release = update_status.newer_release
        if release is None:
            return
        card = Card(self)
        card.setAccessibleName(tr("Producer Studio {version}", version=release.version))
        inside = QVBoxLayout(card)
        inside.setContentsMargins(14, 12, 14, 14)
        inside.setSpacing(4)
        out = tr("Producer Studio {version} is out", version=release.version)
        inside.addWidget(label(out, "strong", card))
        inside.addWidget(ReleaseDetails(self._style, update_status, release, card))
        self._release_column.addWidget(card)

    def _update_check_button(self) -> None:
        has_url = bool(self._known_url or self.address.text().strip())
        self.check_button.setEnabled(has_url and not self._tasks.is_running(CHECK_TASK))

    def _store_address(self) -> bool:
        """Stores the entered address; shows why and returns False if it is not allowed."""
        if not self.address.isEnabled():
            return True  # the environment sets the address
        try:
            self._studio.updates.set_url(self.address.text())
        except RequestRejected as fault:
            self._show_status(tr(fault.message), "bad")
            return False
        return True

    def _on_notify_toggled(self, on: bool) -> None:
        # The field may still have the focus: a click on the switch or the button leaves it there.
        self._store_address()
        self._studio.preferences.change(updates=on)

    def _on_check_clicked(self) -> None:
        if not self._store_address():
            return
        # The error is shown last: the check also publishes the release that is known so far.
        self._tasks.start(
            CHECK_TASK,
            self._studio.updates.check(),
            on_result=self._show_update_status,
            on_error=self._on_error,
        )

    def _on_error(self, error: ServiceError) -> None:
        self._tasks.cancel(_READ_TASK)
        self._show_status(tr(error.message), "bad")

    def _on_running_changed(self, name: str, running: bool) -> None:
        if name == CHECK_TASK:
            self._update_check_button()
            if running:
                self._show_status(tr("Asking…"), "secondary")

    def _on_preferences_changed(self, event: PreferencesChanged) -> None:
        if event.names & {"updates", "updates_url"}:
            self.notify_switch.setChecked(event.value.updates)
            self._read_status()

    def _show_status(self, text: str, role: str) -> None:
        self.status.setText(text)
        set_role(self._style, self.status, role)

    def _build(self) -> None:
        page = QWidget()
        card = Card(page)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(14, 12, 14, 14)
        inside.setSpacing(12)
        inside.addWidget(self.notify_switch)
        once = tr(
            "At most one request per day, while the window is open and idle. It only contains "
            "“{agent}”.",
            agent=f"producer-studio/{self._studio.updates.running_version}",
        )
        inside.addWidget(label(once, "secondary", card, wrap=True))
        inside.addLayout(create_labelled_control(tr("Address"), self.address, card))
        inside.addWidget(self._address_hint)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.check_button)
        line.addWidget(self.status, 1)
        inside.addLayout(line)
        self._address_hint.hide()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(12)
        column.addWidget(label(tr(_HELP), "secondary", page, wrap=True))
        column.addWidget(card)
        self._release_column = QVBoxLayout()
        column.addLayout(self._release_column)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(create_scroll_area(page, self))


def _status_text(update_status: UpdateStatus) -> str:
    if not update_status.url:
        return tr("No address is set, so no check is possible.")
    if update_status.asked_at is None:
        return tr("Not checked yet.")
    asked = _asked_text(update_status.asked_at, has_response=update_status.release is not None)
    if update_status.release is None or update_status.newer_release is not None:
        return tr(asked)
    known, running = update_status.release.version, update_status.running_version
    if known < running:
        return tr(
            sentences(
                mark("This is {running}; {known} is announced.", running=running, known=known),
                asked,
            )
        )
    return tr(sentences(mark("{version} is the newest release.", version=running), asked))


def _asked_text(moment: datetime, *, has_response: bool) -> str:
    here = to_local_time(moment)
    is_today = here.date() == datetime.now(here.tzinfo).date()
    return _ASKED_TEXTS[is_today, has_response].with_values(
        day=here.date(), time=format_clock(here)
    )


PAGE = SettingsPage(
    mark("Updates"),
    "rotate-cw",
    90,
    UpdatesPage,
    lambda context, parent: UpdatesPage(context.ui, parent),
)

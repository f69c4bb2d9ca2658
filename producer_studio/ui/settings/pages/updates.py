"""Settings: whether the studio asks for newer releases, where, and what it found."""

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from producer_studio.domain.errors import Fault, Refused
from producer_studio.domain.release import Release
from producer_studio.studio.calendar import day_text
from producer_studio.studio.preferences import PreferencesChanged
from producer_studio.studio.updates.update_check import Standing, UpdatesChanged
from producer_studio.ui.settings.form_fields import entry, labelled
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.card import Card
from producer_studio.ui.widgets.dialog import scrolling
from producer_studio.ui.widgets.label import label, set_role
from producer_studio.ui.widgets.switch import Switch
from producer_studio.ui.window.release_notice import ReleaseWords

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks

CHECK = "ask for a newer release"
_KNOWN = "what is known of releases"
_WHY = (
    "The studio can ask whether there is a newer release, and tell you. It downloads nothing and "
    "installs nothing."
)


class UpdatesPage(QWidget):
    """A switch that is off at first, the address, and a button that asks now."""

    def __init__(
        self, studio: "Studio", look: Look, tasks: "Tasks", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._look = look
        self._tasks = tasks
        self.wanted = Switch(look, "Tell me about newer releases")
        self.address = entry("Address of the announcements", "none is set", self)
        self.check = QPushButton("Check now", self)
        self.check.setAccessibleName("Check now")
        self.check.setAutoDefault(False)
        look.dress(self.check, "rotate-cw", "text1", 14)
        self.status = label("", "secondary", self, wrap=True)
        self.status.setAccessibleName("Newer releases")
        self._given = label("", "caption", self, wrap=True)
        self._found: QVBoxLayout
        self._shown: Release | None = None
        self._lay_out()
        self.wanted.setChecked(studio.preferences.value.updates)
        self.address.setText(studio.preferences.value.updates_url)
        self.wanted.toggled.connect(lambda on: studio.preferences.change(updates=on))
        self.address.editingFinished.connect(self._on_address)
        self.check.clicked.connect(self._on_check)
        tasks.running_changed.connect(self._on_running_changed)
        events = studio.events
        self.destroyed.connect(events.subscribe(UpdatesChanged, lambda _: self._look_up()))
        self.destroyed.connect(events.subscribe(PreferencesChanged, self._on_preferences_changed))
        self._look_up()

    def _look_up(self) -> None:
        self._tasks.restart(_KNOWN, self._studio.updates.standing(), done=self._show)

    def _show(self, standing: Standing) -> None:
        if standing.url_is_given:
            self.address.setText(standing.url)
        elif not self.address.text():
            self.address.setPlaceholderText(standing.url or "none is set")
        self.address.setEnabled(not standing.url_is_given)
        signed = "Announcements have to be signed. " if standing.is_signed else ""
        where = "PRODUCER_STUDIO_UPDATES names the address." if standing.url_is_given else ""
        self._given.setText(signed + where)
        self._given.setVisible(bool(self._given.text()))
        self.check.setEnabled(bool(standing.url) and not self._tasks.is_running(CHECK))
        self._say(_said(standing), "secondary")
        self._show_found(standing)

    def _show_found(self, standing: Standing) -> None:
        if standing.newer == self._shown:
            return
        self._shown = standing.newer
        while (item := self._found.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        release = standing.newer
        if release is None:
            return
        card = Card(self)
        card.setAccessibleName(f"Producer Studio {release.version}")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(14, 12, 14, 14)
        inside.setSpacing(4)
        inside.addWidget(label(f"Producer Studio {release.version} is out", "strong", card))
        inside.addWidget(ReleaseWords(standing, release, card))
        self._found.addWidget(card)

    def _on_address(self) -> None:
        try:
            self._studio.updates.set_address(self.address.text())
        except Refused as fault:
            self._say(fault.message, "bad")

    def _on_check(self) -> None:
        # What went wrong is said last: asking also tells everybody what is known now.
        self._tasks.start(
            CHECK, self._studio.updates.check(), done=self._show, failed=self._on_fault
        )

    def _on_fault(self, fault: Fault) -> None:
        self._tasks.cancel(_KNOWN)
        self._say(fault.message, "bad")

    def _on_running_changed(self, name: str, running: bool) -> None:
        if name == CHECK:
            self.check.setEnabled(not running)
            if running:
                self._say("Asking…", "secondary")

    def _on_preferences_changed(self, event: PreferencesChanged) -> None:
        if event.names & {"updates", "updates_url"}:
            self.wanted.setChecked(event.value.updates)
            self._look_up()

    def _say(self, text: str, role: str) -> None:
        self.status.setText(text)
        set_role(self._look, self.status, role)

    def _lay_out(self) -> None:
        page = QWidget()
        card = Card(page)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(14, 12, 14, 14)
        inside.setSpacing(12)
        inside.addWidget(self.wanted)
        once = (
            "One request a day at most, while the window is open and nobody is busy with it. All "
            f"that it says is “producer-studio/{self._studio.updates.running}”."
        )
        inside.addWidget(label(once, "secondary", card, wrap=True))
        inside.addLayout(labelled("Address", self.address, card))
        inside.addWidget(self._given)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.check)
        line.addWidget(self.status, 1)
        inside.addLayout(line)
        self._given.hide()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(12)
        column.addWidget(label(_WHY, "secondary", page, wrap=True))
        column.addWidget(card)
        self._found = QVBoxLayout()
        column.addLayout(self._found)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolling(page, self))


def _said(standing: Standing) -> str:
    if not standing.url:
        return "No address is set, so nobody is asked."
    if standing.asked_at is None:
        return "Not asked yet."
    asked = f"Asked {_moment(standing.asked_at)}"
    if standing.release is None:
        return f"{asked}, without an answer."
    if standing.newer is not None:
        return f"{asked}."
    if standing.release.version < standing.running:
        return f"This is {standing.running}; {standing.release.version} is announced. {asked}."
    return f"{standing.running} is the newest release. {asked}."


def _moment(moment: datetime) -> str:
    here = moment.astimezone()
    today = here.date() == datetime.now(here.tzinfo).date()
    return f"{'today' if today else 'on ' + day_text(here.date())} at {here:%H:%M}"

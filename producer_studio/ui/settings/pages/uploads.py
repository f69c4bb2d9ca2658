"""Settings: from where a file of this computer is lent to a service."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from producer_studio.domain.bucket import BucketPlace
from producer_studio.domain.errors import Fault
from producer_studio.ui.settings.form_fields import SecretEntry, entry, labelled
from producer_studio.ui.style.style import Look
from producer_studio.ui.widgets.button_keys import set_guarded
from producer_studio.ui.widgets.card import Card
from producer_studio.ui.widgets.dialog import scrolling
from producer_studio.ui.widgets.label import label, set_role
from producer_studio.ui.widgets.switch import Switch

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks

WORK = "bucket"
_WHY = (
    "A service fetches what you upload from a public address. A file of this computer can go to "
    "online storage of your own for that (a bucket at Amazon S3, Cloudflare R2, Backblaze and "
    "others): the service gets a link that nobody can guess, and the file is deleted afterwards. "
    "Services look at a link before they download it; most storage answers that only at a public "
    "address of its own."
)
_KEPT = {
    "keychain": "The secret is in this computer's keychain.",
    "memory": "The secret is kept for this run only.",
    "environment": "The secret comes from the environment.",
}


class UploadsPage(QWidget):
    """The S3-compatible bucket: where it is, its key, and whether it works."""

    def __init__(
        self, studio: "Studio", look: Look, tasks: "Tasks", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._look = look
        self._tasks = tasks
        self.endpoint = entry("Endpoint", "empty for Amazon S3", self)
        self.region = entry("Region", "such as eu-central-1", self)
        self.bucket = entry("Bucket", "its name", self)
        self.prefix = entry("Folder in the bucket", "none", self)
        self.key_id = entry("Access key", "its id", self)
        self.secret = SecretEntry(look, "Secret key", "Paste the secret here", self)
        self.public_url = entry("Public address", "needed where services cannot look first", self)
        self.public_url.setToolTip(
            "Where everybody can read the bucket, such as a CDN before it. Services look at a file "
            "before they download it, and signed addresses of most buckets do not answer that."
        )
        self.path_style = Switch(look, "Name of the bucket in the path")
        self.path_style.setToolTip("Most services but Amazon S3 want it so")
        self.save = QPushButton("Save and test", self)
        self.remove = QPushButton("Remove", self)
        self.status = label("", "secondary", self, wrap=True)
        self.status.setAccessibleName("Bucket")
        self._kept = label("", "caption", self, wrap=True)
        self._lay_out()
        self.save.clicked.connect(self._on_save)
        self.remove.clicked.connect(self._on_remove)
        tasks.running_changed.connect(self._on_running_changed)
        self._show_place()

    def place(self) -> BucketPlace:
        """What is typed."""
        return BucketPlace(
            bucket=self.bucket.text().strip(),
            access_key_id=self.key_id.text().strip(),
            endpoint=self.endpoint.text().strip(),
            region=self.region.text().strip(),
            prefix=self.prefix.text().strip(),
            path_style=self.path_style.isChecked(),
            public_url=self.public_url.text().strip(),
        )

    def _show_place(self) -> None:
        place = self._studio.bucket.place
        known = place or BucketPlace(bucket="", access_key_id="")
        self.endpoint.setText(known.endpoint)
        self.region.setText(known.region)
        self.bucket.setText(known.bucket)
        self.prefix.setText(known.prefix)
        self.key_id.setText(known.access_key_id)
        self.path_style.setChecked(known.path_style)
        self.public_url.setText(known.public_url)
        self.remove.setEnabled(place is not None)
        self._tasks.restart(
            "where the bucket's secret is", self._studio.bucket.kept_in(), done=self._on_kept
        )

    def _on_save(self) -> None:
        self._say("Putting a short file there and deleting it again…", "secondary")
        work = self._set_and_test(self.place(), self.secret.text())
        self._tasks.start(WORK, work, done=self._on_works, failed=self._on_fault)

    async def _set_and_test(self, place: BucketPlace, secret: str) -> None:
        await self._studio.bucket.set(place, secret)
        self.secret.clear()
        await self._studio.bucket.test()

    def _on_works(self, _nothing: None) -> None:
        self._show_place()
        self._say("It works: a file was put there, read by its link, and deleted.", "ok")

    def _on_fault(self, fault: Fault) -> None:
        self._show_kept()
        self._say(fault.message, "bad")
        self.status.setToolTip(fault.service_words)
        refused = {
            "bucket": self.bucket,
            "access_key_id": self.key_id,
            "endpoint": self.endpoint,
            "region": self.region,
            "public_url": self.public_url,
        }.get(fault.field)
        if refused is not None:
            refused.setFocus()

    def _on_remove(self) -> None:
        self._tasks.start(WORK, self._studio.bucket.remove(), done=self._on_removed)

    def _on_removed(self, _removed: bool) -> None:
        self._show_place()
        self._say("The bucket and its secret are forgotten here. Nothing in it was touched.", "")

    def _show_kept(self) -> None:
        self.remove.setEnabled(self._studio.bucket.place is not None)

    def _on_kept(self, kept: str | None) -> None:
        usual = (
            "The secret goes into this computer's keychain, or stays in memory where it has none; "
            "never into a file or a log."
        )
        self._kept.setText(_KEPT.get(kept, usual) if kept is not None else usual)
        self.secret.edit.setPlaceholderText(
            "Paste the secret here" if kept is None else "leave empty to keep what is stored"
        )

    def _on_running_changed(self, name: str, running: bool) -> None:
        if name == WORK:
            self.save.setEnabled(not running)
            self.remove.setEnabled(not running and self._studio.bucket.place is not None)

    def _say(self, text: str, role: str) -> None:
        self.status.setText(text)
        self.status.setVisible(bool(text))
        set_role(self._look, self.status, role or "secondary")

    def _lay_out(self) -> None:
        self.save.setAutoDefault(False)
        set_guarded(self.remove)
        card = Card(self)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(14, 12, 14, 14)
        inside.setSpacing(10)
        inside.addWidget(label("Online storage (S3)", "strong", card))
        for left, right in (
            (("Endpoint", self.endpoint), ("Region", self.region)),
            (("Bucket", self.bucket), ("Folder in the bucket", self.prefix)),
            (("Access key", self.key_id), ("Secret key", self.secret)),
        ):
            row = QHBoxLayout()
            row.setSpacing(10)
            for name, control in (left, right):
                row.addLayout(labelled(name, control, card), 1)
            inside.addLayout(row)
        inside.addLayout(labelled("Public address", self.public_url, card))
        inside.addWidget(self.path_style)
        inside.addWidget(self._kept)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.save)
        foot.addWidget(self.remove)
        foot.addStretch(1)
        self.status.hide()
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(12)
        column.addWidget(label(_WHY, "secondary", page, wrap=True))
        column.addWidget(card)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(10)
        whole.addWidget(scrolling(page, self), 1)
        # Always in sight: the answer must not be below the fold.
        whole.addWidget(self.status)
        whole.addLayout(foot)

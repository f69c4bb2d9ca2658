"""Settings page for the bucket of temporary uploads."""

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from producer_studio.domain.account import BucketLocation
from producer_studio.domain.errors import ServiceError
from producer_studio.translation import mark, tr
from producer_studio.ui.context import UiContext
from producer_studio.ui.settings.form_fields import (
    SecretField,
    create_labelled_control,
    create_line_edit,
)
from producer_studio.ui.settings.page import SettingsPage
from producer_studio.ui.widgets.card import Card
from producer_studio.ui.widgets.dialog import create_scroll_area
from producer_studio.ui.widgets.keyboard import set_guarded
from producer_studio.ui.widgets.label import label, set_role
from producer_studio.ui.widgets.line_edit import show_text
from producer_studio.ui.widgets.switch import Switch

BUCKET_TASK = "bucket"
_HELP = mark(
    "A service downloads your uploads from a public address. For that, a file on this computer "
    "can be uploaded to your own online storage (a bucket at Amazon S3, Cloudflare R2, Backblaze "
    "and others): the service gets a link that nobody can guess, and the file is deleted "
    "afterwards. Services check a link before they download it; most storage supports that only "
    "at its public address."
)
_SECRET_STORAGE = mark(
    "The secret is stored in this computer's keychain, or in memory if there is none; never in a "
    "file or a log."
)
_SECRET_LOCATION_TEXTS = {
    "keychain": mark("The secret is in this computer's keychain."),
    "memory": mark("The secret is kept until you quit."),
    "environment": mark("The secret comes from the environment."),
}


class UploadsPage(QWidget):
    """The S3-compatible bucket: location, key, and a test of both."""

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = context.studio
        self._style = context.style
        self._tasks = context.tasks
        self.endpoint = create_line_edit(tr("Endpoint"), tr("empty for Amazon S3"), self)
        self.region = create_line_edit(
            tr("Region"), tr("such as {example}", example="eu-central-1"), self
        )
        self.bucket = create_line_edit(tr("Bucket"), tr("its name"), self)
        self.prefix = create_line_edit(tr("Folder in the bucket"), tr("none"), self)
        self.key_id = create_line_edit(tr("Access key"), tr("its id"), self)
        self.secret = SecretField(
            self._style, mark("Secret key"), tr("Paste the secret here"), self
        )
        self.public_url = create_line_edit(
            tr("Public address"), tr("needed if services cannot check links"), self
        )
        self.public_url.setToolTip(
            tr(
                "Public address of the bucket, such as a CDN in front of it. Services check a file "
                "before they download it, and signed addresses of most buckets do not support that."
            )
        )
        self.path_style = Switch(self._style, tr("Bucket name in the path"))
        self.path_style.setToolTip(tr("Required by most services except Amazon S3"))
        self.save_button = QPushButton(tr("Save and test"), self)
        self.remove_button = QPushButton(tr("Remove"), self)
        self.status = label("", "secondary", self, wrap=True)
        self.status.setAccessibleName(tr("Bucket"))
        self._secret_location = label("", "caption", self, wrap=True)
        self._build()
        self.save_button.clicked.connect(self._on_save_clicked)
        self.remove_button.clicked.connect(self._on_remove_clicked)
        self._tasks.running_changed.connect(self._on_running_changed)
        self._show_location()

    def entered_location(self) -> BucketLocation:
        """Returns the location as entered in the form."""
        return BucketLocation(
            bucket=self.bucket.text().strip(),
            access_key_id=self.key_id.text().strip(),
            endpoint=self.endpoint.text().strip(),
            region=self.region.text().strip(),
            prefix=self.prefix.text().strip(),
            path_style=self.path_style.isChecked(),
            public_url=self.public_url.text().strip(),
        )

    def _show_location(self) -> None:
        location = self._studio.bucket.location
        known = location or BucketLocation(bucket="", access_key_id="")
        show_text(self.endpoint, known.endpoint)
        self.region.setText(known.region)
        self.bucket.setText(known.bucket)
        self.prefix.setText(known.prefix)
        self.key_id.setText(known.access_key_id)
        self.path_style.setChecked(known.path_style)
        show_text(self.public_url, known.public_url)
        self._update_remove_button()
        self._read_secret_location()

    def _read_secret_location(self) -> None:
        self._tasks.restart(
            "where the bucket's secret is",
            self._studio.bucket.secret_location(),
            on_result=self._on_secret_location_read,
        )

    def _on_save_clicked(self) -> None:
        self._show_status(tr("Uploading a short file and deleting it again…"), "secondary")
        work = self._set_and_test(self.entered_location(), self.secret.text())
        self._tasks.start(
            BUCKET_TASK, work, on_result=self._on_test_succeeded, on_error=self._on_error
        )

    async def _set_and_test(self, location: BucketLocation, secret: str) -> None:
        await self._studio.bucket.save(location, secret)
        # The dialog may have been closed, and another secret been typed.
        if isValid(self) and self.secret.text() == secret:
            self.secret.clear()
        await self._studio.bucket.test()

    def _on_test_succeeded(self, _nothing: None) -> None:
        # The fields may have been changed since.
        self._update_remove_button()
        self._read_secret_location()
        self._show_status(tr("It works: a file was uploaded, read by its link, and deleted."), "ok")

    def _on_error(self, error: ServiceError) -> None:
        self._update_remove_button()
        self._show_status(tr(error.message), "bad")
        self.status.setToolTip(error.service_words)
        refused = {
            "bucket": self.bucket,
            "access_key_id": self.key_id,
            "endpoint": self.endpoint,
            "region": self.region,
            "public_url": self.public_url,
        }.get(error.field)
        if refused is not None:
            refused.setFocus()

    def _on_remove_clicked(self) -> None:
        self._tasks.start(
            BUCKET_TASK, self._studio.bucket.remove(), on_result=self._on_bucket_removed
        )

    def _on_bucket_removed(self, _removed: bool) -> None:
        self._show_location()
        self._show_status(
            tr("The bucket and its secret were removed here. Nothing in the bucket was changed."),
            "",
        )

    def _update_remove_button(self) -> None:
        self.remove_button.setEnabled(self._studio.bucket.location is not None)

    def _on_secret_location_read(self, location: str | None) -> None:
        self._secret_location.setText(
            tr(_SECRET_LOCATION_TEXTS.get(location or "", _SECRET_STORAGE))
        )
        self.secret.edit.setPlaceholderText(
            tr("Paste the secret here")
            if location is None
            else tr("leave empty to keep the stored one")
        )

    def _on_running_changed(self, name: str, running: bool) -> None:
        if name == BUCKET_TASK:
            self.save_button.setEnabled(not running)
            self.remove_button.setEnabled(not running and self._studio.bucket.location is not None)

    def _show_status(self, text: str, role: str) -> None:
        self.status.setText(text)
        self.status.setVisible(bool(text))
        set_role(self._style, self.status, role or "secondary")

    def _build(self) -> None:
        self.save_button.setAutoDefault(False)
        set_guarded(self.remove_button)
        card = Card(self)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(14, 12, 14, 14)
        inside.setSpacing(10)
        inside.addWidget(label(tr("Online storage (S3)"), "strong", card))
        for left, right in (
            ((tr("Endpoint"), self.endpoint), (tr("Region"), self.region)),
            ((tr("Bucket"), self.bucket), (tr("Folder in the bucket"), self.prefix)),
            ((tr("Access key"), self.key_id), (tr("Secret key"), self.secret)),
        ):
            row = QHBoxLayout()
            row.setSpacing(10)
            for name, control in (left, right):
                row.addLayout(create_labelled_control(name, control, card), 1)
            inside.addLayout(row)
        inside.addLayout(create_labelled_control(tr("Public address"), self.public_url, card))
        inside.addWidget(self.path_style)
        inside.addWidget(self._secret_location)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.save_button)
        foot.addWidget(self.remove_button)
        foot.addStretch(1)
        self.status.hide()
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(12)
        column.addWidget(label(tr(_HELP), "secondary", page, wrap=True))
        column.addWidget(card)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(10)
        whole.addWidget(create_scroll_area(page, self), 1)
        # Always visible: the result must not be below the fold.
        whole.addWidget(self.status)
        whole.addLayout(foot)


PAGE = SettingsPage(
    mark("Uploads"),
    "upload",
    30,
    UploadsPage,
    lambda context, parent: UploadsPage(context.ui, parent),
)

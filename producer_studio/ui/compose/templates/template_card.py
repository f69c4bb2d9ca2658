"""Card of one template: title, what it shows, who can take it, and its preview."""

import time

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from producer_studio.domain.template import Template
from producer_studio.studio.templates import TemplateFit
from producer_studio.translation import tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.card import CardButton
from producer_studio.ui.widgets.label import label, set_role

_TICK_MS = 1000


class TemplateCard(CardButton):
    """One template of the list; a click shows its form.

    Signals:
        preview_requested: Play or stop its preview.
    """

    preview_requested = Signal()

    def __init__(self, style: Style, template: Template, parent: QWidget | None = None) -> None:
        super().__init__(tr("Template {title}", title=template.title), tr(template.shows), parent)
        self._style = style
        self.template = template
        self.setProperty("listed", True)
        self.setToolTip(tr("Shows the form; sends nothing (Enter)"))
        self.preview_button = IconButton(
            style, "play", tr("Preview {title}", title=template.title), self
        )
        self.preview_button.clicked.connect(self.preview_requested)
        self.preview_button.setVisible(template.has_preview)
        self._details = label("", "caption", self, wrap=True)
        self._lacking = label("", "warn", self, wrap=True)
        self._status = label("", "caption", self, wrap=True)
        self._status.hide()
        self._began = 0.0
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._show_elapsed)
        self._build()

    def show_fit(self, fit: TemplateFit) -> None:
        """Shows which accounts can take it."""
        details = template_details(self.template)
        takers = tr(fit.text) if fit.is_complete else ""
        self._details.setText(" · ".join(part for part in (details, takers) if part))
        self._lacking.setText("" if fit.is_complete else tr(fit.text))
        self._lacking.setHidden(fit.is_complete)
        facts = tr("{title}. {text}", title=details, text=fit.text)
        self.setAccessibleDescription(tr("{title}. {text}", title=self.template.shows, text=facts))

    def show_state(self, *, is_rendering: bool, is_playing: bool) -> None:
        """Shows whether its preview is rendered or played."""
        title = self.template.title
        if is_rendering:
            self.preview_button.set_icon("x")
            self.preview_button.set_name(tr("Stop rendering {title}", title=title))
        else:
            self.preview_button.set_icon("pause" if is_playing else "play")
            self.preview_button.set_name(
                tr("Stop {title}", title=title)
                if is_playing
                else tr("Preview {title}", title=title)
            )
        if is_rendering and not self._timer.isActive():
            self._began = time.monotonic()
            self._timer.start()
            self._show_elapsed()
        elif not is_rendering and self._timer.isActive():
            self._timer.stop()
            self._status.hide()

    def show_failure(self, message: str) -> None:
        """Shows why there is no preview, until it is requested again."""
        self._status.setText(message)
        set_role(self._style, self._status, "bad")
        self._status.show()

    def _show_elapsed(self) -> None:
        seconds = round(time.monotonic() - self._began)
        set_role(self._style, self._status, "caption")
        self._status.setText(
            tr("Rendering a sketch on this computer… {seconds} s", seconds=seconds)
        )
        self._status.show()

    def _build(self) -> None:
        title = label(tr(self.template.title), "strong", self)
        shows = label(tr(self.template.shows), "value", self, wrap=True)
        words = QVBoxLayout()
        words.setContentsMargins(0, 4, 0, 4)
        words.setSpacing(3)
        for part in (title, shows, self._details, self._lacking, self._status):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            words.addWidget(part)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(6)
        row.addLayout(words, 1)
        row.addWidget(self.preview_button, 0, Qt.AlignmentFlag.AlignTop)


def template_details(template: Template) -> str:
    """Returns operation, model and what it needs, such as "Cover · FUZZ-2.0 · needs a clip"."""
    parts = [tr(template.operation.label)]
    if "model" in template.fields:
        parts.append(template.form.model)
    if template.operation.needs_source:
        parts.append(tr("needs a clip"))
    if template.form.cover_url or template.form.audio_url or template.form.webhook_url:
        parts.append(tr("needs your own address"))
    if template.is_signed:
        parts.append(tr("signed with the account’s webhook secret"))
    return " · ".join(parts)

"""Section of the inspector with a clip's recipe, service and measurements."""

from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from producer_studio.domain.account import Service
from producer_studio.domain.clip import Clip
from producer_studio.domain.credits import format_credits
from producer_studio.domain.decibels import loudness_text, true_peak_text
from producer_studio.domain.job import Job
from producer_studio.domain.link_expiry import expiry_text
from producer_studio.domain.operation import Operation
from producer_studio.domain.strength import COVER_STRENGTH, STRENGTHS
from producer_studio.domain.timestamps import to_local_time
from producer_studio.studio.clips import FACT_ROWS, FieldSpec, ValueKind
from producer_studio.studio.utc_dates import is_known_time
from producer_studio.translation import mark, pmark, tr
from producer_studio.translation.dates import format_date_time
from producer_studio.translation.numbers import format_decimal
from producer_studio.ui.clips.row import length_text
from producer_studio.ui.inspector.section import InspectorSection
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import label, shorten
from producer_studio.ui.widgets.text_format import format_time

_NAMES_WIDTH = 96
_MAX_NAMES_WIDTH = 112
_VALUE_CHARS = 300

_STRENGTH_NAMES = {
    "lyrics_strength": mark("lyrics"),
    "sound_strength": mark("sound"),
    "weirdness": mark("weirdness"),
    "cover_strength": pmark("strength", "cover"),
}


def collect_facts(clip: Clip, job: Job | None) -> list[tuple[str, str]]:
    """Returns the known facts about a clip's origin as (name, text) pairs."""
    facts: list[tuple[str, str]] = []
    for spec, row in FACT_ROWS:
        label = tr(row.label or spec.label)
        if spec.kind is ValueKind.STRENGTHS:
            lines = _strength_lines(clip)
            facts += zip([label, *[""] * len(lines)], lines, strict=False)
        elif text := _fact_text(spec, clip, job):
            facts.append((label, text))
    return facts


def _fact_text(spec: FieldSpec, clip: Clip, job: Job | None) -> str:
    value = spec.value(clip)
    match spec.kind:
        case ValueKind.SEED:
            return value or clip.recipe.seed
        case ValueKind.FLAG:
            return tr("yes") if value else ""
        case ValueKind.SERVICE:
            return _service_text(clip, job)
        case ValueKind.OPERATION:
            return _operation_text(clip)
        case ValueKind.LENGTH:
            return length_text(value)
        case ValueKind.LOUDNESS:
            return tr(loudness_text(value))
        case ValueKind.TRUE_PEAK:
            return tr(true_peak_text(value))
        case ValueKind.TIME | ValueKind.AGE:
            return _time_text(value) if is_known_time(value) else ""
        case ValueKind.EXPIRY:
            return tr(expiry_text(value, datetime.now(UTC)))
        case _:
            return str(value or "")


def _strength_lines(clip: Clip) -> list[str]:
    """Returns the strengths of the recipe, two in a line, in as many lines as needed."""
    strengths = [
        f"{tr(_STRENGTH_NAMES[item.name])} {format_decimal(value, 2)}"
        for item in (*STRENGTHS, COVER_STRENGTH)
        if (value := getattr(clip.recipe, item.name)) is not None
    ]
    return [" · ".join(strengths[at : at + 2]) for at in range(0, len(strengths), 2)]


def _time_text(moment: datetime) -> str:
    return format_date_time(to_local_time(moment))


def _operation_text(clip: Clip) -> str:
    recipe = clip.recipe
    if clip.operation is Operation.CREATE:
        return ""
    start, end = recipe.starts_at_s, recipe.ends_at_s
    if start is None or clip.operation.is_local:
        return tr(clip.operation.label)
    if clip.operation is Operation.REPLACE:
        if end is None:
            return tr("Replace {start} to the end", start=format_time(start))
        return tr("Replace {start} to {end}", start=format_time(start), end=format_time(end))
    return tr("{operation} at {time}", operation=clip.operation.label, time=format_time(start))


def _service_text(clip: Clip, job: Job | None) -> str:
    known = {str(service): service.label for service in Service}
    name = known.get(clip.service, clip.service)
    if job is None or not name:
        return name
    if job.credits_charged is not None:
        return f"{name} · {tr(format_credits(job.credits_charged))}"
    if job.credits_expected is not None:
        return tr(
            "{service} · {price} expected", service=name, price=format_credits(job.credits_expected)
        )
    return name


class MadeWith(InspectorSection):
    """Section with the recipe and a button to use it again.

    Signals:
        use_requested: Load this recipe into the form.
    """

    use_requested = Signal()

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(style, tr("Made with"), parent)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(0)
        self._grid.setVerticalSpacing(7)
        self._grid.setColumnStretch(1, 1)
        style.changed.connect(self._update_width)
        self._update_width()
        self._labels: list[QLabel] = []
        self.use_button = QPushButton(tr("Use these settings"), self)
        style.set_icon(self.use_button, "square-pen", "text1", 14)
        self.use_button.setToolTip(
            tr("Loads this recipe into the form; Undo restores the previous one")
        )
        self.use_button.clicked.connect(self.use_requested)
        self.body.addLayout(self._grid)
        self.body.addWidget(self.use_button, 0, Qt.AlignmentFlag.AlignLeft)

    def _update_width(self) -> None:
        # At large text a narrow inspector has no room for more than the longest name.
        width = min(self._style.px(_NAMES_WIDTH), _MAX_NAMES_WIDTH)
        self._grid.setColumnMinimumWidth(0, width)

    def show_clip(self, clip: Clip, job: Job | None) -> None:
        self.show_facts(collect_facts(clip, job))

    def show_facts(self, lines: list[tuple[str, str]]) -> None:
        """Shows (name, text) pairs, one a line."""
        # One line each as a rule, but texts of a library from elsewhere may have any length.
        lines = [(name, shorten(words, _VALUE_CHARS)) for name, words in lines]
        wanted = [word for line in lines for word in line]
        if [shown.text() for shown in self._labels] == wanted:
            return
        for shown in self._labels:
            self._grid.removeWidget(shown)
            shown.hide()
            shown.deleteLater()
        self._labels = []
        group = ""
        for row, (name, words) in enumerate(lines):
            group = name or group
            head = label(name, "secondary", self)
            value = label(words, "value", self, wrap=True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setAccessibleName(f"{group}: {words}")
            self._grid.addWidget(head, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(value, row, 1)
            self._labels += [head, value]

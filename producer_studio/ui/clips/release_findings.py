"""Findings of a release check, one below the other: verdict, number, and what to do."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from producer_studio.domain.local_edit import LocalEdit
from producer_studio.domain.release_report import ReleaseFinding, ReleaseReport, Verdict
from producer_studio.translation import tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.lower_label import lower_label
from producer_studio.ui.widgets.text_format import literal_text

_ICONS = {
    Verdict.PASSED: ("circle-check", "ok"),
    Verdict.PROBLEM: ("triangle-alert", "warn"),
    Verdict.UNKNOWN: ("circle-help", "text3"),
    Verdict.INFORMATION: ("info", "text3"),
}
_ICON_PX = 14
_NAME_WIDTH = 132
"""Width of the column of names at text size 100 %, in pixels."""


class FindingRow(QWidget):
    """One finding; a problem that an edit solves has a button for it.

    Signals:
        edit_requested: Make the edited version.
    """

    edit_requested = Signal()

    def __init__(
        self, style: Style, finding: ReleaseFinding, parent: QWidget, *, is_narrow: bool
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._icon, self._role = _ICONS[finding.verdict]
        self._mark = mark = QLabel(self)
        mark.setAccessibleName(tr(finding.verdict))
        check_name = tr(finding.check.label)
        name = label(check_name, "name", self)
        value = label(tr(finding.text), "value", self, wrap=True)
        value.setAccessibleName(f"{check_name}: {tr(finding.text)}, {tr(finding.verdict)}")
        value.setToolTip(tr(finding.check.rule))
        self.setAccessibleName(check_name)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1 if is_narrow else 2, 1)
        grid.setColumnMinimumWidth(1, style.px(0 if is_narrow else _NAME_WIDTH))
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(mark, 0, 0, top)
        grid.addWidget(name, 0, 1, top)
        if is_narrow:
            grid.addWidget(value, 1, 1, 1, 2, top)
        else:
            grid.addWidget(value, 0, 2, top)
        self.edit_button: QPushButton | None = None
        if finding.edit is not None:
            self.edit_button = QPushButton(literal_text(tr(finding.edit.operation.label)), self)
            self.edit_button.setProperty("role", "chip")
            self.edit_button.setProperty("ringRadius", 6)
            self.edit_button.setAutoDefault(False)
            self.edit_button.setToolTip(tr("Makes a new clip on this computer, free"))
            self.edit_button.setAccessibleName(
                tr(
                    "{operation}, solves {problem}",
                    operation=finding.edit.operation.label,
                    problem=lower_label(finding.check.label),
                )
            )
            self.edit_button.clicked.connect(self.edit_requested)
            grid.addWidget(self.edit_button, 0, 3, 3, 1, top)
        if finding.advice:
            grid.addWidget(label(tr(finding.advice), "secondary", self, wrap=True), 2, 1, 1, 2)
        style.changed.connect(self._update_icon)
        self._update_icon()

    def _update_icon(self) -> None:
        self._mark.setPixmap(self._style.pixmap(self._icon, self._role, _ICON_PX))


class ReleaseFindings(QWidget):
    """All findings of a report, problems first.

    Signals:
        edit_chosen: Id of the clip, and the `LocalEdit` that solves a finding.
    """

    edit_chosen = Signal(str, object)

    def __init__(self, style: Style, parent: QWidget, *, is_narrow: bool = False) -> None:
        super().__init__(parent)
        self._style = style
        self._is_narrow = is_narrow
        self.rows: list[FindingRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)

    def show_report(self, report: ReleaseReport) -> None:
        """Shows the findings of a clip in place of those before."""
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        open_findings = report.open_findings
        rest = [one for one in report.findings if one not in open_findings]
        self.rows = [self._create_row(report, one) for one in (*open_findings, *rest)]
        for row in self.rows:
            self._column.addWidget(row)
            row.show()

    def _create_row(self, report: ReleaseReport, finding: ReleaseFinding) -> FindingRow:
        row = FindingRow(self._style, finding, self, is_narrow=self._is_narrow)
        if finding.edit is not None:
            row.edit_requested.connect(partial(self._on_edit, report.clip.id, finding.edit))
        return row

    def _on_edit(self, clip: str, edit: LocalEdit) -> None:
        self.edit_chosen.emit(clip, edit)

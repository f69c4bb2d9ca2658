"""Section of the inspector with the release check of the clip."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from producer_studio.domain.release_report import ReleaseReport
from producer_studio.translation import tr
from producer_studio.ui.clips.release_findings import ReleaseFindings
from producer_studio.ui.inspector.section import InspectorSection
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.collapsible import Collapsible


class ReleaseSection(InspectorSection):
    """Summary of the check; its findings are folded, as most clips are never released.

    Signals:
        check_requested: Measure the clip if need be, and show the check.
        edit_chosen: Id of the clip, and the `LocalEdit` that solves a finding.
    """

    check_requested = Signal()
    edit_chosen = Signal(str, object)

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(style, tr("Release check"), parent)
        self.findings = ReleaseFindings(style, self, is_narrow=True)
        self.findings.edit_chosen.connect(self.edit_chosen)
        self.summary = Collapsible(style, "", self)
        self.summary.body.addWidget(self.findings)
        self.check_button = IconButton(style, "external-link", tr("Open the release check"), self)
        self.check_button.clicked.connect(self.check_requested)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.summary, 1)
        line.addWidget(self.check_button, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(line)
        self.hide()

    def show_report(self, report: ReleaseReport | None) -> None:
        """Shows the report of a clip; hides the section for None."""
        self.setVisible(report is not None)
        if report is None:
            return
        self.summary.set_title(tr(report.summary))
        self.findings.show_report(report)

"""Sweep as a view of the window: shown for a press that varies settings, on request."""

from PySide6.QtWidgets import QWidget

from producer_studio.translation import mark
from producer_studio.ui.window.view import View, ViewContext


def _create(context: ViewContext, parent: QWidget) -> QWidget:
    from producer_studio.ui.sweep.panel import SweepPanel  # start-up cost

    return SweepPanel(context.ui, parent)


VIEW = View(
    name="sweep",
    label=mark("Sweep"),
    icon="grid-2x2",
    order=40,
    create=_create,
    shows_inspector=True,
    is_listed=False,
    manual_page="comparing",
)

"""Videos as a view of the window: shown for a clip that has one, on request."""

from PySide6.QtWidgets import QWidget

from producer_studio.translation import mark
from producer_studio.ui.window.view import View, ViewContext


def _create(context: ViewContext, parent: QWidget) -> QWidget:
    from producer_studio.ui.video.panel import VideoPanel  # start-up cost

    return VideoPanel(context.ui, parent)


VIEW = View(
    name="video",
    label=mark("Video"),
    icon="video",
    order=40,
    create=_create,
    is_listed=False,
    manual_page="stems-and-video",
)

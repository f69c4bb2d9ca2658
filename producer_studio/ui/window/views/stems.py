"""Stems as a view of the window: shown for a song that was split, on request."""

from PySide6.QtWidgets import QWidget

from producer_studio.translation import mark
from producer_studio.ui.window.view import View, ViewContext, ViewPlayback


def _create(context: ViewContext, parent: QWidget) -> QWidget:
    from producer_studio.ui.stems.panel import StemsPanel  # start-up cost

    return StemsPanel(context.ui, parent)


def _playback(widget: QWidget) -> ViewPlayback:
    from producer_studio.ui.stems.panel import StemsPanel  # start-up cost

    assert isinstance(widget, StemsPanel)  # noqa: S101 - created above
    return widget.mixer


VIEW = View(
    name="stems",
    label=mark("Stems"),
    icon="layers",
    order=30,
    create=_create,
    is_listed=False,
    playback=_playback,
    manual_page="stems-and-video",
)

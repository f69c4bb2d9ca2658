"""Compare as a view of the window: shown for clips of the library, on request."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from producer_studio.domain.ids import ClipId
from producer_studio.translation import mark
from producer_studio.ui.window.view import View, ViewContext, ViewPlayback


def _create(context: ViewContext, parent: QWidget) -> QWidget:
    from producer_studio.ui.compare.panel import ComparePanel  # start-up cost

    return ComparePanel(context.ui, parent)


def _show_clips(widget: QWidget, clips: Sequence[ClipId]) -> None:
    from producer_studio.ui.compare.panel import ComparePanel  # start-up cost

    assert isinstance(widget, ComparePanel)  # noqa: S101 - created above
    widget.show_clips(clips)


def _playback(widget: QWidget) -> ViewPlayback:
    from producer_studio.ui.compare.panel import ComparePanel  # start-up cost

    assert isinstance(widget, ComparePanel)  # noqa: S101 - created above
    return widget.comparison


VIEW = View(
    name="compare",
    label=mark("Compare"),
    icon="columns-2",
    order=20,
    create=_create,
    is_listed=False,
    show_clips=_show_clips,
    playback=_playback,
    manual_page="comparing",
)

"""The library as a view of the window."""

from producer_studio.translation import mark
from producer_studio.ui.library.panel import LibraryPanel
from producer_studio.ui.window.view import View

VIEW = View(
    name="library",
    label=mark("Library"),
    icon="music",
    order=10,
    create=lambda context, parent: LibraryPanel(context.ui, parent),
    shows_inspector=True,
    manual_page="library",
)

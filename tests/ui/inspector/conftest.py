"""The inspector in front of a real studio."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from producer_studio.domain.clip import Clip
from producer_studio.ui.context import UiContext
from producer_studio.ui.inspector.clip_details import ClipDetails
from producer_studio.ui.inspector.panel import InspectorPanel
from tests.ui.library.conftest import LibraryBench, bench

__all__ = ["bench"]


@dataclass
class InspectorBench(LibraryBench):
    """With the panel on the screen, as wide as the design has it."""

    panel: InspectorPanel

    @property
    def sheet(self) -> ClipDetails:
        return self.panel.details

    def show(self, clip: Clip) -> None:
        """Shows a clip and waits until it is read."""
        self.panel.show_clip(clip.id)
        self.until(lambda: self.sheet.clip is not None and self.sheet.clip.id == clip.id)


@pytest.fixture
def inspector_bench(bench: LibraryBench) -> Iterator[InspectorBench]:
    panel = InspectorPanel(UiContext(bench.studio, bench.style, bench.tasks))
    bench.qtbot.addWidget(panel)
    panel.resize(312, 760)
    panel.show()
    bench.qtbot.waitExposed(panel)
    panel.activateWindow()
    parts = {name: getattr(bench, name) for name in LibraryBench.__dataclass_fields__}
    yield InspectorBench(**parts, panel=panel)
    panel.close_cover_cache()

"""Presets of the library, kept up to date, with their keys."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from producer_studio.domain.form_preset import FormPreset
from producer_studio.studio.events import PresetsChanged

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks

_READ_TASK = "read presets"


class PresetKeys(QObject):
    """The presets, read at the start and after each change; a key of one shows it in the form.

    Args:
        use: Shows a preset in the form.
        panel: Widget in whose window the keys work.

    Signals:
        changed: The presets have changed.
    """

    changed = Signal()

    def __init__(
        self,
        studio: "Studio",
        tasks: "Tasks",
        use: Callable[[FormPreset], object],
        panel: QWidget,
    ) -> None:
        super().__init__(panel)
        self._studio = studio
        self._tasks = tasks
        self._use = use
        self._panel = panel
        self._shortcuts: list[QShortcut] = []
        self.presets: Sequence[FormPreset] = ()
        self._unsubscribe = studio.events.subscribe(PresetsChanged, lambda _event: self.read())
        self.read()

    def read(self) -> None:
        """Reads the presets; another program may have changed them."""
        self._tasks.restart(_READ_TASK, self._studio.presets.list_all(), on_result=self._on_read)

    def close(self) -> None:
        """Unsubscribes from the studio's events."""
        self._unsubscribe()

    def _on_read(self, presets: list[FormPreset]) -> None:
        if presets == self.presets:
            return
        self.presets = presets
        for shortcut in self._shortcuts:
            # A shortcut that still exists would make the new one of the same keys ambiguous.
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        # They belong to the window: they work while the panel is hidden, too.
        window = self._panel.window()
        self._shortcuts = []
        for preset in presets:
            if preset.shortcut:
                shortcut = QShortcut(QKeySequence(preset.shortcut), window)
                shortcut.setAutoRepeat(False)
                shortcut.activated.connect(partial(self._use, preset))
                self._shortcuts.append(shortcut)
        self.changed.emit()

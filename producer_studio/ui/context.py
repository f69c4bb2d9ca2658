"""Collaborators of everything in the window."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from producer_studio.ui.playback.output import AudioOutput
from producer_studio.ui.style.style import Style

if TYPE_CHECKING:
    from producer_studio.studio.studio import Studio
    from producer_studio.ui.tasks import Tasks


@dataclass(frozen=True, slots=True)
class UiContext:
    """Studio, style, tasks and sound output, passed on to panels, pages and dialogs.

    Objects that draw nothing take studio and tasks alone; widgets that only draw take the style.
    """

    studio: "Studio"
    style: Style
    tasks: "Tasks"
    audio: AudioOutput = field(default_factory=AudioOutput)

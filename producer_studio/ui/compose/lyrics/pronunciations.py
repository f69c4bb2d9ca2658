"""Loads the pronouncing dictionary when English lyrics are shown."""

from producer_studio.studio.pronunciations import load_pronunciations
from producer_studio.ui.compose.lyrics.gutter import LyricsGutter
from producer_studio.ui.tasks import Tasks


def connect_pronunciations(gutter: LyricsGutter, tasks: Tasks) -> None:
    """Has the dictionary read, on a thread, when the gutter first needs it."""

    def load() -> None:
        tasks.start(
            "load pronunciations", load_pronunciations(), on_result=gutter.set_pronunciations
        )

    gutter.english_shown.connect(load)

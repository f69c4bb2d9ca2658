"""Labels of fields within a text."""

from producer_studio.translation import tr
from producer_studio.translation.active import language
from producer_studio.translation.languages import ENGLISH


def lower_label(label: str) -> str:
    """Translates a label that stands within a text.

    It is written small in English alone: German nouns keep their capital.
    """
    shown = tr(label)
    return shown.lower() if language() is ENGLISH else shown

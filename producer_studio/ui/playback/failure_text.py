"""Message about a file that cannot be played."""

from producer_studio.translation import tr, tr_message
from producer_studio.translation.active import language
from producer_studio.translation.languages import ENGLISH


def failure_text(name: str, reason: str) -> str:
    """Returns a sentence, such as "Could not play “Low tide”: the file contains no audio.".

    Args:
        name: Title of a clip, or its number where titles are hidden.
        reason: Sentence of the sound engine.
    """
    reason = tr(reason)
    # In English the sentence goes on; an abbreviation such as WAV stays as it is.
    if language() is ENGLISH and (reason[1:2].islower() or reason[1:2] == " "):
        reason = reason[0].lower() + reason[1:]
    return tr("Could not play {name}: {reason}", name=name, reason=reason)


def quoted_title(title: str) -> str:
    """Returns a title on one line, in quotation marks."""
    return tr("“{title}”", title=" ".join(tr_message(title).split()) or tr("Untitled"))

"""Message about a file that cannot be played."""


def failure_text(name: str, reason: str) -> str:
    """Returns a sentence, such as "Could not play “Low tide”: the file contains no audio.".

    Args:
        name: Title of a clip, or its number where titles are hidden.
        reason: Sentence of the sound engine.
    """
    # An abbreviation such as WAV stays as it is.
    if reason[1:2].islower() or reason[1:2] == " ":
        reason = reason[0].lower() + reason[1:]
    return f"Could not play {name}: {reason}"


def quoted_title(title: str) -> str:
    """Returns a title on one line, in quotation marks."""
    return f"“{' '.join(title.split()) or 'Untitled'}”"

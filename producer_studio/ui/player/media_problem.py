"""Messages about why nothing can be heard."""

from producer_studio.domain.clip import MediaState

NO_DEVICE = "No sound output. Connect headphones or speakers."
UNPLAYABLE = "This sound file cannot be played."

_PROBLEMS = {
    MediaState.PENDING: "The sound is still being downloaded.",
    MediaState.REJECTED: "The service sent no sound for this clip. Download it again.",
    MediaState.MISSING: "The sound file is not in the library folder.",
    MediaState.NONE: "This clip has lyrics only.",
}


def media_problem(media: MediaState) -> str:
    """Returns a sentence for the player's bar."""
    return _PROBLEMS.get(media, UNPLAYABLE)

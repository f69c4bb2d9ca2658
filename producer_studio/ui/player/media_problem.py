"""Messages about why nothing can be heard."""

from producer_studio.domain.clip import MediaState
from producer_studio.translation import mark

NO_DEVICE = mark("No sound output. Connect headphones or speakers.")
UNPLAYABLE = mark("This sound file cannot be played.")

_PROBLEMS = {
    MediaState.PENDING: mark("The sound is still being downloaded."),
    MediaState.REJECTED: mark("The service sent no sound for this clip. Download it again."),
    MediaState.MISSING: mark("The sound file is not in the library folder."),
    MediaState.NONE: mark("This clip has lyrics only."),
}


def media_problem(media: MediaState) -> str:
    """Returns a sentence for the player's bar."""
    return _PROBLEMS.get(media, UNPLAYABLE)

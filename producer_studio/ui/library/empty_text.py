"""Texts of a list without clips: why it is empty, and what to do."""

from dataclasses import dataclass

from producer_studio.studio.clips import SmartList
from producer_studio.ui.library.clip_list_loader import ListQuery
from producer_studio.ui.widgets.text_format import clips_text


@dataclass(frozen=True, slots=True)
class EmptyText:
    """Content of the empty state; `action` is the text of its button, empty for none."""

    icon: str
    title: str
    text: str
    action: str = ""


def empty_text(list_query: ListQuery, trash_count: int) -> EmptyText:
    """Returns the texts for a list without clips.

    Args:
        trash_count: Number of clips in the trash.
    """
    if list_query.query:
        text = f"No clip matches “{list_query.query[:60]}”."
        return EmptyText("search", "Nothing found", text, "Clear search")
    if list_query.playlist is not None:
        return _EMPTY_PLAYLIST
    if list_query.smart_list is SmartList.ALL and trash_count:
        waits = "waits" if trash_count == 1 else "wait"
        text = f"{clips_text(trash_count)} {waits} there until you restore or delete them."
        return EmptyText("trash-2", "Every clip is in the trash", text, "Show the trash")
    return _TEXTS[list_query.smart_list]


_EMPTY_PLAYLIST = EmptyText(
    "list-music",
    "No clips in this playlist",
    "Drag clips onto its tab, or press Ctrl+P where they are selected.",
)
_TEXTS = {
    SmartList.ALL: EmptyText(
        "music",
        "No clips yet",
        "Write a sound on the left and press Generate. The results are stored here, on your disk. "
        "Songs made elsewhere can be dropped here.",
    ),
    SmartList.FAVOURITES: EmptyText(
        "heart", "No favourites yet", "Click the heart of a clip you like."
    ),
    SmartList.UNHEARD: EmptyText("ear", "All heard", "New clips appear here until you play them."),
    SmartList.UPLOADS: EmptyText(
        "upload", "No uploads", "Your own recordings appear here once uploaded."
    ),
    SmartList.LYRICS: EmptyText(
        "file-text", "No lyrics yet", "Lyrics written by a service appear here."
    ),
    SmartList.VIDEOS: EmptyText("video", "No videos yet", "Clips with a music video appear here."),
    SmartList.TRASH: EmptyText("trash-2", "The trash is empty", "Clips in the trash appear here."),
}

"""Texts of a list without clips: why it is empty, and what to do."""

from dataclasses import dataclass

from producer_studio.studio.clips import SmartList
from producer_studio.translation import mark, nmark
from producer_studio.ui.library.clip_list_loader import ListQuery


@dataclass(frozen=True, slots=True)
class EmptyText:
    """Content of the empty state; `action` is the text of its button, empty for none.

    All of it is translated when it is shown.
    """

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
        text = mark("No clip matches “{query}”.", query=list_query.query[:60])
        return EmptyText("search", mark("Nothing found"), text, mark("Clear search"))
    if list_query.playlist is not None:
        return _EMPTY_PLAYLIST
    if list_query.smart_list is SmartList.ALL and trash_count:
        text = nmark(
            "{count} clip waits there until you restore or delete it.",
            "{count} clips wait there until you restore or delete them.",
            trash_count,
        )
        title = mark("Every clip is in the trash")
        return EmptyText("trash-2", title, text, mark("Show the trash"))
    return _TEXTS[list_query.smart_list]


_EMPTY_PLAYLIST = EmptyText(
    "list-music",
    mark("No clips in this playlist"),
    mark("Drag clips onto its tab, or press Ctrl+P where they are selected."),
)
_TEXTS = {
    SmartList.ALL: EmptyText(
        "music",
        mark("No clips yet"),
        mark(
            "Write a sound on the left and press Generate. The results are stored here, on your "
            "disk. Songs made elsewhere can be dropped here."
        ),
    ),
    SmartList.FAVOURITES: EmptyText(
        "heart", mark("No favourites yet"), mark("Click the heart of a clip you like.")
    ),
    SmartList.UNHEARD: EmptyText(
        "ear", mark("All heard"), mark("New clips appear here until you play them.")
    ),
    SmartList.UPLOADS: EmptyText(
        "upload", mark("No uploads"), mark("Your own recordings appear here once uploaded.")
    ),
    SmartList.LYRICS: EmptyText(
        "file-text", mark("No lyrics yet"), mark("Lyrics written by a service appear here.")
    ),
    SmartList.VIDEOS: EmptyText(
        "video", mark("No videos yet"), mark("Clips with a music video appear here.")
    ),
    SmartList.TRASH: EmptyText(
        "trash-2", mark("The trash is empty"), mark("Clips in the trash appear here.")
    ),
}

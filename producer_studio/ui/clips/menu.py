"""Context menu of one or several clips."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from producer_studio.domain.best_takes import TakeChoice
from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.likeness import SIMILAR_PARTS
from producer_studio.domain.operation import Operation
from producer_studio.ui.clips.actions import ClipActions
from producer_studio.ui.clips.local_edits import add_edit_items
from producer_studio.ui.operations import OPERATION_ICONS
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import shorten
from producer_studio.ui.widgets.menu import Menu
from producer_studio.ui.widgets.text_format import literal_text

MIN_COMPARED = 2
MAX_COMPARED = 8
"""Numbers of clips that can be compared."""

_OPERATIONS = (
    Operation.EXTEND,
    Operation.COVER,
    Operation.REPLACE,
    Operation.VARIATION,
    Operation.SWAP_VOCALS,
    Operation.SWAP_SOUND,
    Operation.STEMS,
    Operation.VIDEO,
)

_MAX_EDITED = 2
"""Number of clips that can be joined."""

_MAX_LIST_NAME = 30

_NO_STEMS = "This clip has no stems yet. Split it first."


@dataclass(frozen=True, slots=True)
class MenuCallbacks:
    """Callbacks of the menu items that the panel handles.

    Attributes:
        can_compare: Whether there is a view that compares clips.
    """

    play: Callable[[ClipId], object]
    play_next: Callable[[list[ClipId]], object]
    add_to_queue: Callable[[list[ClipId]], object]
    add_to_playlist: Callable[[list[ClipId]], object]
    rename: Callable[[], object]
    use_settings: Callable[[Clip], object]
    request_operation: Callable[[Operation, ClipId], object]
    export: Callable[[list[ClipId]], object]
    find_similar: Callable[[ClipId], object]
    compare: Callable[[list[ClipId]], object]
    can_compare: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class PlaylistRemoval:
    """Item that removes the selection from the playlist that is shown.

    Attributes:
        name: Name of the playlist.
    """

    name: str
    remove: Callable[[], object]


@dataclass(frozen=True, slots=True)
class GroupMenu:
    """Items of a group of takes.

    Attributes:
        choice: Takes that "Keep best" keeps; None if it cannot decide.
        toggle: Opens or closes the group.
    """

    is_open: bool
    choice: TakeChoice | None
    toggle: Callable[[], object]


def build_clip_menu(
    style: Style,
    actions: ClipActions,
    callbacks: MenuCallbacks,
    ids: list[ClipId],
    clip: Clip,
    parent: QWidget,
    *,
    in_trash: bool,
    group: GroupMenu | None = None,
    is_sweep: bool = False,
    removal: PlaylistRemoval | None = None,
) -> Menu:
    """Builds the menu for the selected `ids`, of which `clip` is the current one.

    For several clips it has only the items that apply to several.

    Args:
        in_trash: Whether the list shown is the trash.
        group: Set if the clips are the takes of a group, the first of which is `clip`.
        is_sweep: Whether the press of `clip` is a sweep.
        removal: Set if a playlist is shown.
    """
    one = len(ids) == 1
    # Where it is not obvious that an item means all of them, it says so.
    all_takes = "" if group is None else f" {len(ids)} takes"
    of_takes = f" of{all_takes}" if all_takes else ""
    menu = Menu(style, parent, name="Actions")
    if group is not None:
        name = "Close the group" if group.is_open else "Open the group"
        menu.add_item(name, group.toggle, icon="layers", shortcut="Enter")
    if one or group is not None:
        menu.add_item(
            f"Play {clip.take_label or 'the first take'}" if group is not None else "Play",
            lambda: callbacks.play(clip.id),
            icon="play",
            shortcut="Enter" if group is None else "",
            enabled=clip.playable,
            reason="" if clip.playable else "The sound of this clip is not on this computer.",
        )
    menu.add_item("Play next", lambda: callbacks.play_next(ids), icon="list-music")
    menu.add_item("Add to queue", lambda: callbacks.add_to_queue(ids), icon="plus")
    if not in_trash:
        add = partial(callbacks.add_to_playlist, ids)
        menu.add_item(f"Add{all_takes} to a playlist…", add, icon="list-music", shortcut="Ctrl+P")
    if removal is not None:
        name = f"Remove from “{shorten(removal.name, _MAX_LIST_NAME)}”"
        menu.add_item(name, removal.remove, icon="x", shortcut="Del")
    if one or group is not None:
        menu.add_item(f"Rename{all_takes}", callbacks.rename, icon="pencil", shortcut="F2")
    tags, details = partial(actions.request_tags, ids), partial(actions.request_details, ids)
    menu.add_item(f"Tags{of_takes}…", tags, icon="tag", shortcut="Ctrl+T")
    menu.add_item(f"Details{of_takes}…", details, icon="square-pen", shortcut="Ctrl+I")
    if len(ids) <= MAX_COMPARED and callbacks.can_compare() and not in_trash:
        name = "Compare with…" if one else "Compare"
        compare = partial(callbacks.compare, ids)
        menu.add_item(name, compare, icon="columns-2", shortcut="Ctrl+Enter")
    if one and not in_trash:
        menu.add_item(
            "Find similar",
            lambda: callbacks.find_similar(clip.id),
            icon="ear",
            enabled=clip.playable,
            reason=f"Compares {SIMILAR_PARTS}.",
        )
    press = clip.press
    if is_sweep and press is not None and not in_trash and (one or group is not None):
        menu.add_item(
            "Grid of the sweep", lambda: actions.sweep_requested.emit(press), icon="grid-2x2"
        )
    if group is not None and not in_trash:
        choice = group.choice
        menu.add_item(
            "Keep best" if choice is None else choice.label,
            lambda: None if choice is None else actions.keep_takes(choice),
            icon="check",
            enabled=choice is not None,
            reason="" if choice is not None else "Rate a take, or make it a favourite.",
        )
    menu.add_item(
        f"Favourite{all_takes}",
        lambda: actions.set_favourite(ids, favourite=not clip.favourite),
        icon="heart",
        shortcut="Ctrl+D",
        checked=clip.favourite,
    )
    rate = Menu(style, menu)
    rate.setTitle(literal_text(f"Rate{all_takes}"))
    for stars in (5, 4, 3, 2, 1, 0):
        text = {0: "No rating", 1: "1 star"}.get(stars, f"{stars} stars")
        rate.add_item(
            text,
            partial(actions.rate, ids, stars),
            shortcut=f"Shift+{stars}",
            checked=clip.stars == stars,
        )
    style.set_icon(menu.addMenu(rate), "star")
    style.set_icon(menu.addMenu(_build_tempo_menu(style, actions, ids, clip, menu)), "drum")
    menu.addSeparator()
    if one:
        if clip.operation is Operation.LYRICS:
            use = partial(callbacks.request_operation, Operation.LYRICS, clip.id)
            menu.add_item("Use these lyrics", use, icon="file-text")
        menu.add_item("Use these settings", lambda: callbacks.use_settings(clip), icon="square-pen")
        for operation in _OPERATIONS:
            obstacle = actions.operation_problem(operation, clip)
            menu.add_item(
                f"{operation.label}…",
                partial(callbacks.request_operation, operation, clip.id),
                icon=OPERATION_ICONS[operation],
                enabled=not obstacle,
                reason=obstacle,
            )
        add_stems_item(menu, actions, clip)
    if len(ids) <= _MAX_EDITED and group is None and not in_trash:
        style.set_icon(menu.addMenu(_build_edit_menu(style, actions, ids, clip, menu)), "scissors")
    if one:
        menu.addSeparator()
    menu.add_item(
        f"Export{all_takes}…", lambda: callbacks.export(ids), icon="download", shortcut="Ctrl+E"
    )
    style.set_icon(
        menu.addMenu(_build_export_menu(style, actions, ids, all_takes, menu)), "download"
    )
    if not in_trash:
        edit_tags = partial(actions.export_tags_requested.emit, ids)
        menu.add_item("Tags of exported files…", edit_tags, icon="tag")
        check = partial(actions.request_release_check, ids)
        menu.add_item(f"Release check{'' if one else f' of {len(ids)}'}…", check, icon="check")
    if one:
        menu.add_item(
            "Show in folder",
            lambda: actions.show_in_folder(clip),
            icon="folder-open",
            enabled=clip.path is not None,
            reason="" if clip.path is not None else "This clip has no file on this computer.",
        )
        if clip.video is not None:
            menu.add_item("Watch the video", lambda: actions.watch_video(clip), icon="video")
        menu.add_item(
            "Copy lyrics",
            lambda: actions.copy_lyrics(clip),
            icon="copy",
            enabled=bool(clip.lyrics),
            reason="" if clip.lyrics else "This clip has no lyrics.",
        )
    menu.addSeparator()
    if in_trash:
        menu.add_item(f"Restore{all_takes}", lambda: actions.restore(ids), icon="undo-2")
        menu.add_item(
            f"Delete{all_takes} for good…",
            lambda: actions.request_deletion(ids),
            icon="trash-2",
            shortcut="Del",
        )
    else:
        menu.add_item(
            f"Move{all_takes} to trash",
            lambda: actions.trash(ids),
            icon="trash-2",
            shortcut="Del" if removal is None else "",
        )
    return menu


def add_stems_item(menu: Menu, actions: ClipActions, clip: Clip) -> None:
    """Adds the item that opens the mixer; it is enabled when stems of the clip were found."""
    item = menu.add_item(
        "Open stems",
        lambda: actions.open_stems(clip.id),
        icon="audio-lines",
        enabled=False,
        reason=_NO_STEMS,
    )

    def show_found(is_found: bool) -> None:
        if isValid(item):
            item.setEnabled(is_found)
            item.setToolTip("" if is_found else _NO_STEMS)

    actions.find_stems(clip.id, show_found)


def _build_tempo_menu(
    style: Style, actions: ClipActions, ids: list[ClipId], clip: Clip, parent: Menu
) -> Menu:
    one = len(ids) == 1
    menu = Menu(style, parent)
    tempo = f"Tempo: {clip.bpm_text}" if one and clip.bpm_text else "Tempo"
    menu.setTitle(literal_text(tempo))
    for word, factor in (("Halve", 0.5), ("Double", 2.0)):
        # Each of several clips has its own value, and those without one are not changed.
        possible = not one or clip.scaled_bpm(factor) is not None
        menu.add_item(word, partial(actions.scale_tempo, ids, factor), enabled=possible)
    is_set = not one or clip.bpm_override is not None
    menu.add_item("As measured", partial(actions.reset_tempo, ids), enabled=is_set)
    return menu


def _build_edit_menu(
    style: Style, actions: ClipActions, ids: list[ClipId], clip: Clip, parent: Menu
) -> Menu:
    menu = Menu(style, parent)
    menu.setTitle("Edit on this computer")
    add_edit_items(menu, actions, ids, clip)
    return menu


def _build_export_menu(
    style: Style, actions: ClipActions, ids: list[ClipId], all_takes: str, parent: Menu
) -> Menu:
    """Builds the menu of the export profiles, each of which opens the dialog."""
    menu = Menu(style, parent)
    menu.setTitle(literal_text(f"Export{all_takes} as"))
    for profile in actions.export_profiles:
        export = partial(actions.export_requested.emit, ids, profile.id)
        name = shorten(profile.name, _MAX_LIST_NAME)
        menu.add_item(f"{name}…", export, reason=profile.summary)
    return menu

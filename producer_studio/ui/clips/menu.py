"""Context menu of one or several clips."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from producer_studio.domain.best_takes import TakeChoice
from producer_studio.domain.clip import Clip
from producer_studio.domain.ids import ClipId
from producer_studio.domain.likeness import SIMILAR_PARTS
from producer_studio.domain.operation import Operation
from producer_studio.translation import mark, ntr, tr
from producer_studio.ui.clips.actions import ClipActions
from producer_studio.ui.clips.compare_limits import MAX_COMPARED
from producer_studio.ui.clips.local_edits import add_edit_items
from producer_studio.ui.operations import OPERATION_ICONS
from producer_studio.ui.shortcuts.chosen_keys import shown_keys
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.keyboard import native_keys
from producer_studio.ui.widgets.label import shorten
from producer_studio.ui.widgets.menu import Menu
from producer_studio.ui.widgets.text_format import literal_text

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

_NO_STEMS = mark("This clip has no stems yet. Split it first.")


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
    takes = 0 if group is None else len(ids)
    menu = Menu(style, parent, name=tr("Actions"))
    if group is not None:
        name = tr("Close the group") if group.is_open else tr("Open the group")
        menu.add_item(name, group.toggle, icon="layers", shortcut=native_keys("Enter"))
    if one or group is not None:
        menu.add_item(
            tr("Play {take}", take=clip.take_label)
            if group is not None and clip.take_label
            else tr("Play the first take")
            if group is not None
            else tr("Play"),
            lambda: callbacks.play(clip.id),
            icon="play",
            shortcut=native_keys("Enter") if group is None else "",
            enabled=clip.playable,
            reason="" if clip.playable else tr("The sound of this clip is not on this computer."),
        )
    menu.add_item(tr("Play next"), lambda: callbacks.play_next(ids), icon="list-music")
    menu.add_item(tr("Add to queue"), lambda: callbacks.add_to_queue(ids), icon="plus")
    if not in_trash:
        add = partial(callbacks.add_to_playlist, ids)
        menu.add_item(
            _label(takes, mark("Add to a playlist…"), mark("Add {takes} takes to a playlist…")),
            add,
            icon="list-music",
            shortcut=shown_keys("playlist"),
        )
    if removal is not None:
        name = tr("Remove from “{name}”", name=shorten(removal.name, _MAX_LIST_NAME))
        menu.add_item(name, removal.remove, icon="x", shortcut=native_keys("Del"))
    if one or group is not None:
        menu.add_item(
            _label(takes, mark("Rename"), mark("Rename {takes} takes")),
            callbacks.rename,
            icon="pencil",
            shortcut=shown_keys("rename"),
        )
    tags, details = partial(actions.request_tags, ids), partial(actions.request_details, ids)
    menu.add_item(
        _label(takes, mark("Tags…"), mark("Tags of {takes} takes…")),
        tags,
        icon="tag",
        shortcut=shown_keys("tags"),
    )
    menu.add_item(
        _label(takes, mark("Details…"), mark("Details of {takes} takes…")),
        details,
        icon="square-pen",
        shortcut=shown_keys("details"),
    )
    if len(ids) <= MAX_COMPARED and callbacks.can_compare() and not in_trash:
        name = tr("Compare with…") if one else tr("Compare")
        compare = partial(callbacks.compare, ids)
        menu.add_item(name, compare, icon="columns-2", shortcut=native_keys("Ctrl+Enter"))
    if one and not in_trash:
        menu.add_item(
            tr("Find similar"),
            lambda: callbacks.find_similar(clip.id),
            icon="ear",
            enabled=clip.playable,
            reason=tr("Compares {parts}.", parts=SIMILAR_PARTS),
        )
    press = clip.press
    if is_sweep and press is not None and not in_trash and (one or group is not None):
        menu.add_item(
            tr("Grid of the sweep"), lambda: actions.sweep_requested.emit(press), icon="grid-2x2"
        )
    if group is not None and not in_trash:
        choice = group.choice
        menu.add_item(
            tr("Keep best") if choice is None else tr(choice.label),
            lambda: None if choice is None else actions.keep_takes(choice),
            icon="check",
            enabled=choice is not None,
            reason="" if choice is not None else tr("Rate a take, or make it a favourite."),
        )
    menu.add_item(
        _label(takes, mark("Favourite"), mark("Favourite {takes} takes")),
        lambda: actions.set_favourite(ids, favourite=not clip.favourite),
        icon="heart",
        shortcut=shown_keys("favourite"),
        checked=clip.favourite,
    )
    rate = Menu(style, menu)
    rate.setTitle(literal_text(_label(takes, mark("Rate"), mark("Rate {takes} takes"))))
    for stars in (5, 4, 3, 2, 1, 0):
        text = ntr("{count} star", "{count} stars", stars) if stars else tr("No rating")
        rate.add_item(
            text,
            partial(actions.rate, ids, stars),
            shortcut=native_keys(f"Shift+{stars}"),
            checked=clip.stars == stars,
        )
    style.set_icon(menu.addMenu(rate), "star")
    style.set_icon(menu.addMenu(_build_tempo_menu(style, actions, ids, clip, menu)), "drum")
    menu.addSeparator()
    operations: list[QAction] = []
    if one:
        if clip.operation is Operation.LYRICS:
            use = partial(callbacks.request_operation, Operation.LYRICS, clip.id)
            menu.add_item(tr("Use these lyrics"), use, icon="file-text")
        menu.add_item(
            tr("Use these settings"), lambda: callbacks.use_settings(clip), icon="square-pen"
        )
        for operation in _OPERATIONS:
            obstacle = actions.operation_problem(operation, clip)
            item = menu.add_item(
                tr("{operation}…", operation=operation.label),
                partial(callbacks.request_operation, operation, clip.id),
                icon=OPERATION_ICONS[operation],
                enabled=not obstacle,
                reason=tr(obstacle),
            )
            operations.append(item)
        add_stems_item(menu, actions, clip)
    if len(ids) <= _MAX_EDITED and group is None and not in_trash:
        style.set_icon(menu.addMenu(_build_edit_menu(style, actions, ids, clip, menu)), "scissors")
    if one:
        menu.addSeparator()
    before_exports = len(menu.actions())
    menu.add_item(
        _label(takes, mark("Export…"), mark("Export {takes} takes…")),
        lambda: callbacks.export(ids),
        icon="download",
        shortcut=shown_keys("export"),
    )
    style.set_icon(menu.addMenu(_build_export_menu(style, actions, ids, takes, menu)), "download")
    if not in_trash:
        edit_tags = partial(actions.export_tags_requested.emit, ids)
        menu.add_item(tr("Tags of exported files…"), edit_tags, icon="tag")
        check = partial(actions.request_release_check, ids)
        menu.add_item(
            tr("Release check…") if one else tr("Release check of {count}…", count=len(ids)),
            check,
            icon="check",
        )
    exports = menu.actions()[before_exports:]
    if one:
        menu.add_item(
            tr("Show in folder"),
            lambda: actions.show_in_folder(clip),
            icon="folder-open",
            enabled=clip.path is not None,
            reason="" if clip.path is not None else tr("This clip has no file on this computer."),
        )
        if clip.video is not None:
            menu.add_item(tr("Watch the video"), lambda: actions.watch_video(clip), icon="video")
        menu.add_item(
            tr("Copy lyrics"),
            lambda: actions.copy_lyrics(clip),
            icon="copy",
            enabled=bool(clip.lyrics),
            reason="" if clip.lyrics else tr("This clip has no lyrics."),
        )
    menu.addSeparator()
    if in_trash:
        menu.add_item(
            _label(takes, mark("Restore"), mark("Restore {takes} takes")),
            lambda: actions.restore(ids),
            icon="undo-2",
        )
        menu.add_item(
            _label(takes, mark("Delete for good…"), mark("Delete {takes} takes for good…")),
            lambda: actions.request_deletion(ids),
            icon="trash-2",
            shortcut=native_keys("Del"),
        )
    else:
        menu.add_item(
            _label(takes, mark("Move to trash"), mark("Move {takes} takes to trash")),
            lambda: actions.trash(ids),
            icon="trash-2",
            shortcut=native_keys("Del") if removal is None else "",
        )
    for folded, title, icon in (
        (operations, mark("Generate from this clip"), "sparkles"),
        (exports, mark("Export"), "download"),
    ):
        if folded and menu.has_columns:
            menu.fold(folded, tr(title), icon)
    return menu


def _label(takes: int, alone: str, of_takes: str) -> str:
    """Returns the label of an item that means all takes of a group, or else the selection."""
    return tr(of_takes, takes=takes) if takes else tr(alone)


def add_stems_item(menu: Menu, actions: ClipActions, clip: Clip) -> None:
    """Adds the item that opens the mixer; it is enabled when stems of the clip were found."""
    item = menu.add_item(
        tr("Open stems"),
        lambda: actions.open_stems(clip.id),
        icon="audio-lines",
        enabled=False,
        reason=tr(_NO_STEMS),
    )

    def show_found(is_found: bool) -> None:
        if isValid(item):
            item.setEnabled(is_found)
            item.setToolTip("" if is_found else tr(_NO_STEMS))

    actions.find_stems(clip.id, show_found)


def _build_tempo_menu(
    style: Style, actions: ClipActions, ids: list[ClipId], clip: Clip, parent: Menu
) -> Menu:
    one = len(ids) == 1
    menu = Menu(style, parent)
    tempo = tr("Tempo: {tempo}", tempo=clip.bpm_text) if one and clip.bpm_text else tr("Tempo")
    menu.setTitle(literal_text(tempo))
    for word, factor in ((tr("Halve"), 0.5), (tr("Double"), 2.0)):
        # Each of several clips has its own value, and those without one are not changed.
        possible = not one or clip.scaled_bpm(factor) is not None
        menu.add_item(word, partial(actions.scale_tempo, ids, factor), enabled=possible)
    is_set = not one or clip.bpm_override is not None
    menu.add_item(tr("As measured"), partial(actions.reset_tempo, ids), enabled=is_set)
    return menu


def _build_edit_menu(
    style: Style, actions: ClipActions, ids: list[ClipId], clip: Clip, parent: Menu
) -> Menu:
    menu = Menu(style, parent)
    menu.setTitle(tr("Edit on this computer"))
    add_edit_items(menu, actions, ids, clip)
    return menu


def _build_export_menu(
    style: Style, actions: ClipActions, ids: list[ClipId], takes: int, parent: Menu
) -> Menu:
    """Builds the menu of the export profiles, each of which opens the dialog."""
    menu = Menu(style, parent)
    menu.setTitle(literal_text(_label(takes, mark("Export as"), mark("Export {takes} takes as"))))
    for profile in actions.export_profiles:
        export = partial(actions.export_requested.emit, ids, profile.id)
        name = shorten(profile.name, _MAX_LIST_NAME)
        menu.add_item(f"{name}…", export, reason=tr(profile.summary))
    return menu

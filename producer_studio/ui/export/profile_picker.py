"""Choice of an export profile, and its changes: saved, renamed, deleted."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from producer_studio.domain.export_profile import MAX_PROFILE_NAME_LENGTH, ExportProfile
from producer_studio.studio.clips import UndoStep, change_message
from producer_studio.studio.export.drag_exports import MAX_RENDERED
from producer_studio.translation import mark, tr, tr_message
from producer_studio.ui.context import UiContext
from producer_studio.ui.widgets.buttons import IconButton
from producer_studio.ui.widgets.combo_box import ComboBox
from producer_studio.ui.widgets.keyboard import ENTER_KEYS
from producer_studio.ui.widgets.label import label
from producer_studio.ui.widgets.line_edit import LineEdit
from producer_studio.ui.widgets.menu import Menu

_NO_PROFILE = mark("No profile")
_DRAGS = mark(
    "Up to {count} clips; more are dragged out as their originals.",
    count=MAX_RENDERED,
)
_OWN_ONLY = mark("It comes with the program and stays as it is. Save a copy under another name.")


class ProfilePicker(QWidget):
    """Chooses a profile by its name; a menu saves, renames and deletes the user's own.

    Args:
        options: Returns what is chosen in the form, as a profile.

    Signals:
        profile_chosen: An `ExportProfile`, or None for no profile.
        undo_available: Message about a change, and its `UndoStep`.
    """

    profile_chosen = Signal(object)
    undo_available = Signal(str, object)

    def __init__(
        self, context: UiContext, options: Callable[[], ExportProfile], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._style = context.style
        self._tasks = context.tasks
        self._studio = context.studio
        self._profiles = context.studio.export_profiles
        self._options = options
        self._known: Sequence[ExportProfile] = ()
        self._name_use: Callable[[str], object] = lambda _name: None
        self._serial = 0
        self.combo = ComboBox(tr("Profile"), self)
        self.menu_button = IconButton(self._style, "ellipsis", tr("Change profiles"), self, box=34)
        self.name = LineEdit(self)
        self.name.setAccessibleName(tr("Name of the profile"))
        self.name.setPlaceholderText(tr("Name of the profile"))
        self.name.setMaxLength(MAX_PROFILE_NAME_LENGTH)
        self.name_button = QPushButton(tr("Save"), self)
        self.name_cancel_button = QPushButton(tr("Cancel"), self)
        self.summary = label("", "caption", self, wrap=True)
        self._build()
        self._show_known(self._profiles.known, self._studio.preferences.value.export_profile)
        self.combo.activated.connect(self._on_activated)
        self.menu_button.clicked.connect(self._open_menu)
        self.name.installEventFilter(self)
        self.name_button.clicked.connect(self._on_name_given)
        self.name_cancel_button.clicked.connect(lambda: self._show_choice())
        self.name.textChanged.connect(lambda text: self.name_button.setEnabled(bool(text.strip())))
        self.reload()

    @property
    def profile(self) -> ExportProfile | None:
        """The chosen profile, as it is stored."""
        place = self.combo.currentIndex() - 1
        return self._known[place] if 0 <= place < len(self._known) else None

    @property
    def is_naming(self) -> bool:
        """Whether a name is being typed."""
        return self._pages.currentIndex() == 1

    def choose(self, profile_id: str) -> None:
        """Chooses a profile by its id; no profile for another one."""
        self._show_known(self._known, profile_id)
        self.profile_chosen.emit(self.profile)

    def reload(self, chosen: str | None = None) -> None:
        """Reads the profiles again, which another process may have changed.

        Args:
            chosen: Id of the profile to choose; None leaves the choice.
        """
        self._tasks.restart(
            "export profiles",
            self._profiles.list_all(),
            on_result=lambda known: self._on_read(known, chosen),
        )

    def show_options(self) -> None:
        """Says what the chosen profile is, and whether the form differs from it."""
        profile, options = self.profile, self._options()
        if profile is None:
            self.summary.setText(tr("Save what is chosen below under a name to use it again."))
        elif _is_same(profile, options):
            self.summary.setText(tr(profile.summary))
        else:
            self.summary.setText(tr("Changed: {summary}", summary=options.summary))

    def _show_known(self, known: Sequence[ExportProfile], chosen: str) -> None:
        self._known = list(known)
        names = [tr(_NO_PROFILE), *(tr_message(one.name) for one in self._known)]
        if [self.combo.itemText(at) for at in range(self.combo.count())] != names:
            self.combo.clear()
            self.combo.addItems(names)
        ids = [one.id for one in self._known]
        self.combo.setCurrentIndex(ids.index(chosen) + 1 if chosen in ids else 0)

    def _on_read(self, known: list[ExportProfile], chosen: str | None) -> None:
        before = self.profile
        wanted = chosen if chosen is not None else before.id if before is not None else ""
        self._show_known(known, wanted)
        if self.profile != before:
            self.profile_chosen.emit(self.profile)
        self.show_options()

    def _on_activated(self, _place: int) -> None:
        self.profile_chosen.emit(self.profile)

    def _open_menu(self) -> None:
        menu = self.build_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.menu_button.mapToGlobal(QPoint(0, self.menu_button.height() + 4)))

    def build_menu(self) -> Menu:
        """Builds the menu of the chosen profile."""
        menu = Menu(self._style, self, name=tr("Export profile"))
        profile = self.profile
        own = profile is not None and not profile.is_built_in
        reason = (
            "" if own else tr(_OWN_ONLY) if profile is not None else tr("No profile is chosen.")
        )
        menu.add_item(tr("Save as a new profile…"), self._ask_new_name, icon="plus")
        if profile is not None and own:
            is_same = _is_same(profile, self._options())
            menu.add_item(
                tr("Save changes in “{name}”", name=profile.name),
                lambda: self._change(self._profiles.change(profile, self._options()), profile.id),
                icon="check",
                enabled=not is_same,
                reason=tr("Nothing was changed.") if is_same else "",
            )
        menu.add_item(
            tr("Use for dragging out of the window"),
            self._toggle_drags,
            checked=profile is not None and self._drag_profile() == profile.id,
            enabled=profile is not None,
            reason=tr(_DRAGS) if profile is not None else reason,
        )
        menu.addSeparator()
        menu.add_item(
            tr("Rename…"), self._ask_other_name, icon="pencil", enabled=own, reason=reason
        )
        menu.add_item(tr("Delete"), self._delete, icon="trash-2", enabled=own, reason=reason)
        return menu

    def _drag_profile(self) -> str:
        return self._studio.preferences.value.drag_profile

    def _toggle_drags(self) -> None:
        profile = self.profile
        if profile is not None:
            chosen = "" if self._drag_profile() == profile.id else profile.id
            self._studio.preferences.change(drag_profile=chosen)

    def _ask_new_name(self) -> None:
        self._ask_name("", lambda name: self._add(name))

    def _ask_other_name(self) -> None:
        profile = self.profile
        if profile is not None:
            self._ask_name(
                profile.name,
                lambda name: self._change(self._profiles.rename(profile, name), profile.id),
            )

    def _ask_name(self, name: str, use: Callable[[str], object]) -> None:
        self._name_use = use
        self.name.setText(name)
        self.name.selectAll()
        self.name_button.setEnabled(bool(name))
        self._pages.setCurrentIndex(1)
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.name and isinstance(event, QKeyEvent):
            is_press = event.type() is QEvent.Type.KeyPress
            # Enter and Escape belong to the name here, and not to the dialog.
            if event.key() in ENTER_KEYS:
                if is_press:
                    self._on_name_given()
                return True
            if event.key() == Qt.Key.Key_Escape:
                if is_press:
                    self._show_choice()
                return True
        return super().eventFilter(watched, event)

    def _on_name_given(self) -> None:
        name = self.name.text().strip()
        if name and self.is_naming:
            self._show_choice()
            self._name_use(name)

    def _show_choice(self) -> None:
        was_naming = self.is_naming
        self._pages.setCurrentIndex(0)
        if was_naming:
            self.combo.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add(self, name: str) -> None:
        known = {one.id for one in self._known}
        profile = self._options().with_changes(name=name)

        async def add() -> tuple[UndoStep | None, str]:
            step = await self._profiles.add(profile)
            new = [one.id for one in self._profiles.known if one.id not in known]
            return step, new[-1] if new else ""

        self._start(add())

    def _delete(self) -> None:
        profile = self.profile
        if profile is not None:
            self._change(self._profiles.delete(profile), "")

    def _change(self, work: Coroutine[Any, Any, UndoStep | None], chosen: str) -> None:
        async def change() -> tuple[UndoStep | None, str]:
            return await work, chosen

        self._start(change())

    def _start(self, work: Coroutine[Any, Any, tuple[UndoStep | None, str]]) -> None:
        self._serial += 1
        self._tasks.start(
            f"change export profiles {self._serial}",
            work,
            on_result=self._on_changed,
            is_change=True,
        )

    def _on_changed(self, result: tuple[UndoStep | None, str]) -> None:
        step, chosen = result
        self.reload(chosen)
        if step is not None:
            self.undo_available.emit(change_message(step), step)

    def _build(self) -> None:
        choice, naming = QWidget(self), QWidget(self)
        for page, parts in (
            (choice, (self.combo, self.menu_button)),
            (naming, (self.name, self.name_button, self.name_cancel_button)),
        ):
            row = QHBoxLayout(page)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(8)
            for part in parts:
                row.addWidget(part, 1 if isinstance(part, ComboBox | QLineEdit) else 0)
        self.name_button.setAccessibleName(tr("Save the name of the profile"))
        self.name_cancel_button.setAccessibleName(tr("Cancel naming the profile"))
        for button in (self.name_button, self.name_cancel_button):
            button.setAutoDefault(False)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(choice)
        self._pages.addWidget(naming)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._pages)
        column.addWidget(self.summary)


def _is_same(profile: ExportProfile, options: ExportProfile) -> bool:
    """Whether both make the same files."""
    return profile == options.with_changes(
        id=profile.id, name=profile.name, is_built_in=profile.is_built_in
    )

"""List model of things to choose from, filtered by what is typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
CHOICE_ROLE = int(Qt.ItemDataRole.UserRole)


@dataclass(frozen=True, slots=True)
class PopupChoice:
    """One thing to choose.

    Attributes:
        key: What is chosen, for whoever asks.
        icon: Lucide name.
        note: Short text at the right, such as a number.
    """

    key: object
    text: str
    icon: str = ""
    note: str = ""


class ChoiceModel(QAbstractListModel):
    """Shows the choices that contain every word that is typed, those that begin with it first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choices: Sequence[PopupChoice] = ()
        self._filter = ""
        self._creation = ""
        self._shown: list[PopupChoice] = []

    def set_choices(self, choices: Sequence[PopupChoice]) -> None:
        """Shows other choices with the same filter."""
        self._choices = choices
        self._update()

    def set_creation(self, text: str) -> None:
        """Sets the text, with `{}` for what is typed, of a row that stands for something new.

        Its key is None. It is shown at the end while nothing has just that name.
        """
        self._creation = text

    def set_filter(self, text: str) -> None:
        """Shows the choices with these words."""
        self._filter = " ".join(text.split())
        self._update()

    def choice(self, row: int) -> PopupChoice | None:
        return self._shown[row] if 0 <= row < len(self._shown) else None

    @property
    def typed(self) -> str:
        """The filter, as typed."""
        return self._filter

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's default
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        choice = self.choice(index.row()) if index.isValid() else None
        if choice is None:
            return None
        if role == CHOICE_ROLE:
            return choice
        if role == Qt.ItemDataRole.DisplayRole:
            return choice.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (choice.text, choice.note) if part)
        return None

    def _update(self) -> None:
        words = self._filter.casefold().split()
        found = [one for one in self._choices if _contains(one.text, words)]
        begins = self._filter.casefold()
        found.sort(key=lambda one: bool(begins) and not one.text.casefold().startswith(begins))
        is_new = self._creation and all(one.text.casefold() != begins for one in self._choices)
        if is_new and self._filter:
            found.append(PopupChoice(None, self._creation.format(self._filter), "plus"))
        self.beginResetModel()
        self._shown = found
        self.endResetModel()


def _contains(text: str, words: Sequence[str]) -> bool:
    folded = text.casefold()
    return all(word in folded for word in words)

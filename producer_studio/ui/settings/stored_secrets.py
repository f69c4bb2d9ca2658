"""Texts about the stored secrets of an account: where they are, and what a change removes."""

from collections.abc import Mapping

from PySide6.QtWidgets import QLabel, QLineEdit

from producer_studio.domain.ids import AccountName
from producer_studio.studio.accounts.accounts import Accounts
from producer_studio.translation import mark, tr
from producer_studio.ui.style.style import Style
from producer_studio.ui.widgets.label import set_role

_KEY_LOCATION_TEXTS = {
    "keychain": mark("The key is in this computer's keychain."),
    "memory": mark("The key is kept until you quit."),
    "environment": mark("The key comes from the environment."),
}
_NO_KEY = mark("No key yet.")
_KEY_STORAGE = mark(
    "The key is stored in this computer's keychain, or in memory if there is none; never in a file "
    "or a log."
)
_KEEP_HINT = mark("leave empty to keep the stored one")
_REMOVE_HINT = mark("will be removed: enter it for the new address")
_ENDPOINT_CHANGED_WARNING = mark(
    "The stored secrets belong to another address and are not sent to this one. Saving removes "
    "them, and you need to enter the key again."
)


class StoredSecretHints:
    """Says in the fields of an account's secrets which are stored, and which saving removes.

    Args:
        edits: Field of each secret, by the secret's name.
        key_location: Label below the field of the key.
    """

    def __init__(
        self, style: Style, accounts: Accounts, edits: Mapping[str, QLineEdit], key_location: QLabel
    ) -> None:
        self._style = style
        self._accounts = accounts
        self._edits = edits
        self._key_location = key_location
        self._default_placeholders = {
            which: edit.placeholderText() for which, edit in edits.items()
        }
        self._stored = frozenset[str]()
        key_location.setText(self._key_storage_text())

    async def find_stored(self, name: AccountName) -> frozenset[str]:
        """Returns the names of the stored secrets, wherever they are stored."""
        location = self._accounts.secret_location
        return frozenset(
            [which for which in self._edits if await location(name, which) is not None]
        )

    def set_stored(self, stored: frozenset[str]) -> None:
        """Sets which secrets are stored; shown by the next `show`."""
        self._stored = stored

    def show(self, removed: tuple[str, ...]) -> None:
        """Shows the hints, given the secrets that saving would remove."""
        for which, edit in self._edits.items():
            if which in removed:
                edit.setPlaceholderText(tr(_REMOVE_HINT))
            elif which in self._stored:
                edit.setPlaceholderText(tr(_KEEP_HINT))
            else:
                edit.setPlaceholderText(self._default_placeholders[which])
        self._key_location.setText(
            tr(_ENDPOINT_CHANGED_WARNING) if removed else self._key_storage_text()
        )
        set_role(self._style, self._key_location, "warn" if removed else "caption")

    def _key_storage_text(self) -> str:
        return tr(self._accounts.key_notice or _KEY_STORAGE)


def key_location_text(location: str | None) -> str:
    """Describes where a key is stored; for None, that it is missing."""
    return tr(_KEY_LOCATION_TEXTS.get(location or "", _NO_KEY))

"""Secrets in the keychain of the operating system, and nowhere else on disk."""

import logging
import re
import threading
from collections.abc import Callable, Mapping, MutableMapping
from concurrent.futures import Future
from contextlib import closing
from enum import StrEnum
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from producer_studio.domain.ids import AccountName
from producer_studio.domain.pasted_secret import clean_key, clean_secret
from producer_studio.translation import mark

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_log = logging.getLogger(__name__)

_Answer = TypeVar("_Answer")

KEY = "key"
WEBHOOK_SECRET = "webhook secret"  # noqa: S105 - the name of a secret, not one
PLATFORM_TOKEN = "platform token"  # noqa: S105 - the name of a secret, not one
BUCKET_SECRET = "bucket secret"  # noqa: S105 - the name of a secret, not one
_VARIABLES = tuple(
    f"PRODUCER_STUDIO_{name.upper().replace(' ', '_')}"
    for name in (KEY, WEBHOOK_SECRET, PLATFORM_TOKEN, BUCKET_SECRET)
)
BUCKET_ACCOUNT = AccountName("bucket")
"""Account name for the keychain entry of the bucket, which belongs to no account."""

_SERVICE = "Producer Studio"
# Back ends that store nothing, or store it where anyone can read it.
_UNUSABLE_MODULES = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")

_RETRY_AFTER_S = 600.0
"""Seconds after which a keychain that could not be unlocked is asked again without the user."""

_known_secrets: set[str] = set()

NO_KEYCHAIN_MESSAGE = mark(
    "This computer has no usable keychain, so keys are kept in memory only and you need to enter "
    "them again after a restart."
)
KEYCHAIN_UNAVAILABLE_MESSAGE = mark(
    "The keychain could not be unlocked, so keys are kept in memory only and you need to enter "
    "them again after a restart."
)


class SecretLocation(StrEnum):
    KEYCHAIN = "keychain"
    MEMORY = "memory"
    ENVIRONMENT = "environment"


class Secrets:
    """Secrets of every account.

    An environment variable has precedence; then comes the memory of this run (for secrets that the
    keychain rejected), then the keychain. Every call blocks (a keychain may prompt its user for a
    password) and is safe on any thread.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        backend: "KeyringBackend | None" = None,
        timeout_s: float = 90.0,
    ) -> None:
        """Creates it for an environment, and optionally another back end than the system's.

        `timeout_s` bounds each keychain call: while its prompt is unattended, a keychain may block
        forever.
        """
        self._environ = environ
        self._given_backend = backend
        self._timeout_s = timeout_s
        self._backend: KeyringBackend | None = None
        self._is_backend_resolved = False
        self._disabled_at_s = 0.0
        self._memory: dict[tuple[AccountName, str], str] = {}
        self._notice = ""
        self._lock = threading.RLock()

    @property
    def notice(self) -> str:
        """Message if no keychain is usable; empty before the first access and if one is."""
        return self._notice

    @property
    def is_keychain_unavailable(self) -> bool:
        """Whether the keychain could not be unlocked, so that it may have secrets nevertheless."""
        return self._notice == KEYCHAIN_UNAVAILABLE_MESSAGE

    def retry_keychain(self) -> None:
        """Lets the next access ask a keychain again that could not be unlocked.

        For requests of the user, who may be asked for a password. Does not block.
        """
        if self.is_keychain_unavailable:
            self._is_backend_resolved = False

    def get_key(self, account: AccountName) -> str | None:
        return self.get_secret(account, KEY)

    def store_key(self, account: AccountName, key: str) -> SecretLocation:
        return self.store_secret(account, KEY, key)

    def delete_all(self, account: AccountName) -> None:
        """Removes every secret of an account from the keychain and from memory."""
        for name in (KEY, WEBHOOK_SECRET, PLATFORM_TOKEN):
            self.delete_secret(account, name)

    def locate(self, account: AccountName, name: str = KEY) -> SecretLocation | None:
        """Returns the current location of a secret; None when there is none."""
        return self._find(account, name)[1]

    def get_secret(self, account: AccountName, name: str) -> str | None:
        found = self._find(account, name)[0]
        if found:
            _known_secrets.add(found)
        return found

    def store_secret(self, account: AccountName, name: str, value: str) -> SecretLocation:
        """Stores a secret in the keychain, or in memory until the program ends if that fails."""
        value = clean_value(name, value)
        _known_secrets.add(value)
        with self._lock:
            # The user has just entered a secret: retry the keychain, even if it failed before.
            self._is_backend_resolved = False
            if self._write(account, name, value):
                self._memory.pop((account, name), None)
                return SecretLocation.KEYCHAIN
            self._memory[account, name] = value
            return SecretLocation.MEMORY

    def delete_secret(self, account: AccountName, name: str) -> None:
        with self._lock:
            self._memory.pop((account, name), None)
            if self._read(account, name) is None:
                return
            backend = self._usable_backend()
            if backend is None:
                return
            try:
                self._call_keychain(
                    lambda: backend.delete_password(_keychain_service(name), account)
                )
            except Exception as error:  # noqa: BLE001 - back ends may raise any exception
                self._disable_keychain(error)

    def _find(self, account: AccountName, name: str) -> tuple[str | None, SecretLocation | None]:
        from_environment = clean_value(
            name, self._environ.get(environment_variable(account, name), "")
        )
        if from_environment:
            return from_environment, SecretLocation.ENVIRONMENT
        with self._lock:
            remembered = self._memory.get((account, name))
            if remembered:
                return remembered, SecretLocation.MEMORY
            # Other programs write to keychains, too, and earlier versions stored values uncleaned.
            from_keychain = clean_value(name, self._read(account, name) or "")
        return (from_keychain, SecretLocation.KEYCHAIN) if from_keychain else (None, None)

    def _read(self, account: AccountName, name: str) -> str | None:
        backend = self._usable_backend()
        if backend is None:
            return None
        try:
            return self._call_keychain(
                lambda: _get_password(backend, _keychain_service(name), account)
            )
        except Exception as error:  # noqa: BLE001 - back ends may raise any exception
            self._disable_keychain(error)
            return None

    def _write(self, account: AccountName, name: str, value: str) -> bool:
        backend = self._usable_backend()
        if backend is None:
            return False
        try:
            self._call_keychain(
                lambda: backend.set_password(_keychain_service(name), account, value)
            )
        except Exception as error:  # noqa: BLE001 - back ends may raise any exception
            self._disable_keychain(error)
            return False
        # Some back ends accept everything and store nothing.
        return self._read(account, name) == value

    def _call_keychain(self, call: Callable[[], _Answer]) -> _Answer:
        """Calls the keychain on a daemon thread, which does not delay exit; raises TimeoutError."""
        result: Future[_Answer] = Future()

        def work() -> None:
            try:
                result.set_result(call())
            except Exception as error:  # noqa: BLE001 - passed on to the caller
                result.set_exception(error)

        threading.Thread(target=work, name="keychain", daemon=True).start()
        return result.result(self._timeout_s)

    def _usable_backend(self) -> "KeyringBackend | None":
        if monotonic() - self._disabled_at_s > _RETRY_AFTER_S:
            self.retry_keychain()
        if not self._is_backend_resolved:
            self._is_backend_resolved = True
            try:
                found = self._given_backend or self._call_keychain(_system_backend)
            except TimeoutError as error:
                self._disable_keychain(error)
                return None
            self._backend = found if found is not None and not _is_unusable(found) else None
            self._notice = "" if self._backend else NO_KEYCHAIN_MESSAGE
        return None if self._notice else self._backend

    def _disable_keychain(self, error: Exception) -> None:
        """Disables the keychain for a while, to avoid repeated prompts."""
        # The type alone: messages of back ends may contain their arguments.
        _log.warning("Cannot use keychain: %s", type(error).__name__)
        self._notice = KEYCHAIN_UNAVAILABLE_MESSAGE
        self._disabled_at_s = monotonic()


def clean_value(name: str, text: str) -> str:
    """Cleans a secret of a kind (KEY and the like) that was pasted, piped or stored."""
    return clean_key(text) if name in {KEY, PLATFORM_TOKEN} else clean_secret(text)


def environment_variable(account: AccountName, name: str = KEY) -> str:
    """Returns the environment variable of a secret, such as PRODUCER_STUDIO_KEY_MY_ACCOUNT."""
    if name == BUCKET_SECRET:
        return f"PRODUCER_STUDIO_{_variable_part(name)}"
    return f"PRODUCER_STUDIO_{_variable_part(name)}_{_variable_part(account)}"


def copy_without_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """Returns a copy of the environment without secrets, for child processes."""
    return {name: value for name, value in environ.items() if not name.startswith(_VARIABLES)}


def remove_secrets(environ: MutableMapping[str, str]) -> dict[str, str]:
    """Removes the secrets from an environment, and returns a copy of the original.

    Programs that the desktop opens (a browser, a file manager) inherit the environment of this
    process.
    """
    whole = dict(environ)
    for name in whole:
        if name.startswith(_VARIABLES):
            del environ[name]
    return whole


def collect_secrets(environ: Mapping[str, str]) -> set[str]:
    """Returns every secret that this process has handled, for redaction."""
    from_environment = {value for name, value in environ.items() if name.startswith(_VARIABLES)}
    return {*_known_secrets, *from_environment} - {""}


def _variable_part(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "_", text.upper())


def _keychain_service(name: str) -> str:
    return _SERVICE if name == KEY else f"{_SERVICE} {name}"


def _system_backend() -> "KeyringBackend | None":
    """Returns the back end that keyring finds on this computer, or None.

    The back ends are listed here because a frozen program cannot discover them.
    """
    # Slow to import, and not needed before the first key is read.
    import keyring.backends.chainer
    import keyring.backends.fail
    import keyring.backends.kwallet
    import keyring.backends.libsecret
    import keyring.backends.macOS
    import keyring.backends.SecretService
    import keyring.backends.Windows

    try:
        found = keyring.get_keyring()
    except Exception as error:  # noqa: BLE001 - a configured back end may fail in any way
        _log.warning("Cannot set up keychain: %s", type(error).__name__)
        return None
    if isinstance(found, keyring.backends.chainer.ChainerBackend):
        return next((one for one in found.backends if not _is_unusable(one)), None)
    return found


def _get_password(backend: "KeyringBackend", service: str, account: str) -> str | None:
    return backend.get_password(service, account) if _has_collection(backend) else None


def _has_collection(backend: "KeyringBackend") -> bool:
    """Whether a keychain can have any secret.

    For the Secret Service of Linux desktops keyring creates the default collection if there is
    none, even to read from it: the user would be asked for the password of a new keychain although
    there is nothing to store.
    """
    from keyring.backends import SecretService  # exists everywhere, and is loaded already

    if not isinstance(backend, SecretService.Keyring) or hasattr(backend, "preferred_collection"):
        return True
    import secretstorage  # exists on Linux alone

    with closing(secretstorage.dbus_init()) as bus:
        try:
            secretstorage.get_collection_by_alias(bus, "default")
        except secretstorage.ItemNotFoundException:
            return False
    return True


def _is_unusable(backend: "KeyringBackend") -> bool:
    return any(
        f"{kind.__module__}.".startswith(f"{name}.")
        for kind in type(backend).__mro__
        for name in _UNUSABLE_MODULES
    )

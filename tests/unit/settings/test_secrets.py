import threading
from queue import Queue
from time import monotonic

import keyring.core
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as FailKeyring
from keyring.backends.null import Keyring as NullKeyring
from keyring.errors import InitError, KeyringLocked, PasswordDeleteError

from producer_studio.domain.ids import AccountName
from producer_studio.settings.secrets import (
    BUCKET_SECRET,
    KEY,
    KEYCHAIN_UNAVAILABLE_MESSAGE,
    NO_KEYCHAIN_MESSAGE,
    PLATFORM_TOKEN,
    WEBHOOK_SECRET,
    SecretLocation,
    Secrets,
    copy_without_secrets,
    environment_variable,
    remove_secrets,
)

MINE = AccountName("my account")
LIMIT_S = 60.0


class DictKeychain(KeyringBackend):
    """Keeps passwords in a dictionary, and can be locked."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def _open(self) -> None:
        if self.locked:
            raise KeyringLocked("the user closed the prompt")

    def get_password(self, service: str, username: str) -> str | None:
        self._open()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._open()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._open()
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("not there")


class SilentKeychain(DictKeychain):
    """Waits for a prompt that nobody sees."""

    def __init__(self, released: threading.Event) -> None:
        super().__init__()
        self.released = released

    def get_password(self, service: str, username: str) -> str | None:
        self.released.wait(30)
        return None


class ReadableKeychain(DictKeychain):
    """Stands where the plaintext file back end of keyrings.alt stands."""


ReadableKeychain.__module__ = "keyrings.alt.file"


def test_a_key_goes_to_the_keychain_and_comes_back_in_the_next_run() -> None:
    keychain = DictKeychain()
    first = Secrets({}, keychain)

    assert first.store_key(MINE, " sk-ünïcode\n") is SecretLocation.KEYCHAIN
    assert first.notice == ""

    second = Secrets({}, keychain)
    assert second.get_key(MINE) == "sk-ünïcode"
    assert second.locate(MINE) is SecretLocation.KEYCHAIN


def test_the_environment_wins() -> None:
    keychain = DictKeychain()
    Secrets({}, keychain).store_key(MINE, "kept")

    secrets = Secrets({"PRODUCER_STUDIO_KEY_MY_ACCOUNT": "given"}, keychain)

    assert secrets.get_key(MINE) == "given"
    assert secrets.locate(MINE) is SecretLocation.ENVIRONMENT
    assert Secrets({"PRODUCER_STUDIO_KEY_MY_ACCOUNT": " "}, keychain).get_key(MINE) == "kept"


def test_the_variable_has_plain_letters_only() -> None:
    assert environment_variable(AccountName("demo-2 é")) == "PRODUCER_STUDIO_KEY_DEMO_2__"
    assert environment_variable(MINE, PLATFORM_TOKEN) == "PRODUCER_STUDIO_PLATFORM_TOKEN_MY_ACCOUNT"


@pytest.mark.parametrize("kind", [FailKeyring, NullKeyring, ReadableKeychain])
def test_a_back_end_that_is_no_keychain_is_refused(kind: type[KeyringBackend]) -> None:
    backend = kind()
    secrets = Secrets({}, backend)

    assert secrets.store_key(MINE, "k") is SecretLocation.MEMORY

    assert secrets.get_key(MINE) == "k"
    assert secrets.locate(MINE) is SecretLocation.MEMORY
    assert secrets.notice == NO_KEYCHAIN_MESSAGE
    assert getattr(backend, "kept", {}) == {}
    assert Secrets({}, backend).get_key(MINE) is None


def test_a_locked_keychain_leaves_the_key_in_memory_and_is_tried_again_at_the_next_store() -> None:
    keychain = DictKeychain()
    keychain.locked = True
    secrets = Secrets({}, keychain)

    assert secrets.get_key(MINE) is None
    assert secrets.notice == KEYCHAIN_UNAVAILABLE_MESSAGE
    assert secrets.store_key(MINE, "k") is SecretLocation.MEMORY
    assert secrets.get_key(MINE) == "k"

    keychain.locked = False
    assert secrets.store_key(MINE, "k2") is SecretLocation.KEYCHAIN
    assert secrets.notice == ""
    assert secrets.locate(MINE) is SecretLocation.KEYCHAIN


def test_a_locked_keychain_is_tried_again_when_the_user_wants_it_or_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keychain = DictKeychain()
    Secrets({}, keychain).store_key(MINE, "k")
    keychain.locked = True
    secrets = Secrets({}, keychain)
    assert secrets.get_key(MINE) is None
    assert secrets.is_keychain_unavailable
    keychain.locked = False
    assert secrets.get_key(MINE) is None  # no other prompt by itself
    secrets.retry_keychain()
    assert secrets.get_key(MINE) == "k"
    assert not secrets.is_keychain_unavailable

    keychain.locked = True
    assert secrets.get_key(MINE) is None
    keychain.locked = False
    later = monotonic() + 601
    monkeypatch.setattr("producer_studio.settings.secrets.monotonic", lambda: later)
    assert secrets.get_key(MINE) == "k"


def test_a_keychain_that_never_answers_is_given_up() -> None:
    released = threading.Event()
    secrets = Secrets({}, SilentKeychain(released), timeout_s=0.05)

    assert secrets.get_key(MINE) is None

    assert secrets.notice == KEYCHAIN_UNAVAILABLE_MESSAGE
    released.set()


class UnfinishedKeychain(DictKeychain):
    """Its set-up waits for a bus that never responds."""

    released = threading.Event()

    def __init__(self) -> None:
        super().__init__()
        self.released.wait()
        # Otherwise it would become the keychain of the tests that follow.
        raise InitError


def test_a_keychain_whose_set_up_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", f"{__name__}.UnfinishedKeychain")
    secrets = Secrets({}, timeout_s=0.05)
    found: Queue[str | None] = Queue()
    threading.Thread(target=lambda: found.put(secrets.get_key(MINE)), daemon=True).start()

    try:
        assert found.get(timeout=LIMIT_S) is None
        assert secrets.notice == KEYCHAIN_UNAVAILABLE_MESSAGE
        assert secrets.store_key(MINE, "k") is SecretLocation.MEMORY
        assert secrets.get_key(MINE) == "k"
    finally:
        UnfinishedKeychain.released.set()


def test_forgetting_removes_every_secret_of_the_account() -> None:
    keychain = DictKeychain()
    secrets = Secrets({}, keychain)
    secrets.store_key(MINE, "k")
    secrets.store_secret(MINE, PLATFORM_TOKEN, "p")
    secrets.store_key(AccountName("other"), "stays")

    secrets.delete_all(MINE)

    assert secrets.get_key(MINE) is None
    assert secrets.get_secret(MINE, PLATFORM_TOKEN) is None
    assert list(keychain.kept.values()) == ["stays"]


def test_forgetting_reaches_the_memory() -> None:
    secrets = Secrets({}, FailKeyring())
    secrets.store_key(MINE, "k")

    secrets.delete_all(MINE)

    assert secrets.locate(MINE) is None


def test_programs_that_are_started_get_no_secret() -> None:
    every = (KEY, WEBHOOK_SECRET, PLATFORM_TOKEN, BUCKET_SECRET)
    environ = {environment_variable(MINE, name): "s" for name in every}
    assert len(environ) == len(every)
    assert copy_without_secrets(environ | {"PATH": "/bin", "PRODUCER_STUDIO_HOME": "/h"}) == {
        "PATH": "/bin",
        "PRODUCER_STUDIO_HOME": "/h",
    }


@pytest.mark.parametrize("text", ["Bearer mk-good\n", "\ufeffmk-good", '"mk-good"', "mk-\ngood"])
def test_a_key_is_bare_wherever_it_comes_from(text: str) -> None:
    keychain = DictKeychain()
    secrets = Secrets({}, keychain)
    assert secrets.store_key(MINE, text) is SecretLocation.KEYCHAIN
    assert list(keychain.kept.values()) == ["mk-good"]
    keychain.kept = dict.fromkeys(keychain.kept, text)
    assert secrets.get_key(MINE) == "mk-good"
    assert Secrets({}, FailKeyring()).store_key(MINE, text) is SecretLocation.MEMORY
    given = Secrets(
        {environment_variable(MINE): text, environment_variable(MINE, PLATFORM_TOKEN): text},
        keychain,
    )
    assert given.get_key(MINE) == given.get_secret(MINE, PLATFORM_TOKEN) == "mk-good"
    assert given.locate(MINE) is SecretLocation.ENVIRONMENT


def test_the_users_own_words_stay_in_secrets_that_the_user_chose() -> None:
    keychain = DictKeychain()
    secrets = Secrets({}, keychain)
    for name in (WEBHOOK_SECRET, BUCKET_SECRET):
        secrets.store_secret(MINE, name, "\ufeff Bearer of news \n")
        assert secrets.get_secret(MINE, name) == "Bearer of news"


def test_secrets_leave_the_environment_that_other_programs_inherit() -> None:
    environ = {"PATH": "/bin", "PRODUCER_STUDIO_HOME": "/h"}
    given = {
        environment_variable(MINE, name): f"a {name}"
        for name in (KEY, WEBHOOK_SECRET, BUCKET_SECRET, PLATFORM_TOKEN)
    }
    live = environ | given
    assert remove_secrets(live) == environ | given
    assert live == environ

"""A desktop session of its own with an open keychain."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

# The bus and the keychain live for as long as standard input is open.
_SESSION = '{daemon} > /dev/null; echo "$DBUS_SESSION_BUS_ADDRESS"; cat > /dev/null'
_OPEN = "printf secret | gnome-keyring-daemon --unlock --components=secrets"
_WITHOUT_COLLECTION = "gnome-keyring-daemon --start --components=secrets"


def need_keychain() -> None:
    for tool in ("dbus-run-session", "gnome-keyring-daemon"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed, so there is no keychain to try.")


@contextmanager
def open_keychain(
    folder: Path, environ: dict[str, str], *, has_collection: bool = True
) -> Iterator[dict[str, str]]:
    """The environment of programs that may use the keychain.

    Args:
        folder: Where the keychain is kept.
        environ: What they are given besides.
        has_collection: Whether there is a collection; otherwise nothing was stored ever.
    """
    folder.mkdir(parents=True, exist_ok=True)
    inside = {**environ, "XDG_DATA_HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}
    inside.pop("DBUS_SESSION_BUS_ADDRESS", None)
    inside.pop("PYTHON_KEYRING_BACKEND", None)
    session_script = _SESSION.format(daemon=_OPEN if has_collection else _WITHOUT_COLLECTION)
    session = subprocess.Popen(
        ["dbus-run-session", "--", "sh", "-c", session_script],
        env=inside,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert session.stdout is not None
        address = session.stdout.readline().strip()
        assert address, "the session did not start"
        yield {**inside, "DBUS_SESSION_BUS_ADDRESS": address}
    finally:
        session.communicate(timeout=120)

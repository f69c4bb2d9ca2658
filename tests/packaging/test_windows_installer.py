"""The setup for Windows, as far as any system can judge it: it compiles, and holds what it should.

What it does on a disk is tried by packaging/windows_proof.py, under Wine.
"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import signing
import windows_installer

needs_nsis = pytest.mark.skipif(
    shutil.which("makensis") is None, reason="NSIS, which compiles the setup, is not installed"
)


@pytest.fixture
def payload(tmp_path: Path) -> Path:
    return windows_installer.stand_in(tmp_path / "payload")


@needs_nsis
def test_the_script_compiles_without_a_warning_and_packs_every_file(
    payload: Path, tmp_path: Path
) -> None:
    setup = windows_installer.compiled(payload, "1.2.3", tmp_path / "work")
    raw = setup.read_bytes()
    assert raw[:2] == b"MZ"
    assert setup.name == "ProducerStudio-1.2.3-setup.exe"
    # The resources of Windows are not compressed: version, rights and pixels stand there.
    assert "Producer Studio".encode("utf-16-le") in raw
    assert "1.2.3".encode("utf-16-le") in raw
    assert b'requestedExecutionLevel level="asInvoker"' in raw
    assert re.search(rb"<dpiAware[^>]*>true</dpiAware>", raw)


@needs_nsis
def test_a_warning_stops_the_build(payload: Path, tmp_path: Path) -> None:
    """With an include that leaves a variable unused, NSIS warns and nothing is made."""
    original = windows_installer.facts
    script = tmp_path / "work" / "facts.nsh"

    def with_mistake(*arguments: object) -> str:
        return original(*arguments) + "Var NobodyNeedsIt\n"  # type: ignore[arg-type]

    patch = pytest.MonkeyPatch()
    patch.setattr(windows_installer, "facts", with_mistake)
    try:
        with pytest.raises(subprocess.CalledProcessError):
            windows_installer.compiled(payload, "1.2.3", script.parent)
    finally:
        patch.undo()
    assert not list(script.parent.glob("*-setup.exe"))


def test_what_is_put_on_the_disk_is_taken_away_one_by_one(payload: Path, tmp_path: Path) -> None:
    told = windows_installer.facts(
        payload, "1.2.3", tmp_path / "s.exe", tmp_path / "i.ico", tmp_path / "s.bmp"
    )
    taken = re.search(r"!macro TakeFiles\n(.*?)\n!macroend", told, re.DOTALL)
    assert taken is not None
    assert taken[1].splitlines() == [
        'Delete "$INSTDIR\\_internal\\Größe\\$$Recipe.txt"',
        'Delete "$INSTDIR\\_internal\\base_library.zip"',
        'Delete "$INSTDIR\\producer-studio-cli.exe"',
        'Delete "$INSTDIR\\producer-studio.exe"',
    ]
    assert told.count('\nFile "') == 4
    folders = re.findall(r'^RMDir "(.*)"$', told, re.MULTILINE)
    assert folders == ["$INSTDIR\\_internal\\Größe", "$INSTDIR\\_internal"]


def test_nothing_removes_a_whole_folder() -> None:
    """The user may have chosen one in which other things lie."""
    script = windows_installer.SCRIPT.read_text("utf-8")
    assert "RMDir /r" not in script
    assert not re.search(r"^\s*Delete\s+\S*\*", script, re.MULTILINE)
    assert not re.search(r"taskkill|TerminateProcess|KillProc", script, re.IGNORECASE)


def test_every_sentence_is_in_every_language() -> None:
    script = windows_installer.SCRIPT.read_text("utf-8")
    asked = set(re.findall(r"\$\((\w+)\)", script))
    for language in (windows_installer.SCRIPT.parent / "languages").glob("*.nsh"):
        said = re.findall(r"^LangString (\w+) ", language.read_text("utf-8"), re.MULTILINE)
        assert set(said) == asked, language.name


def test_a_name_that_nsis_reads_otherwise_is_refused(payload: Path, tmp_path: Path) -> None:
    if (payload / "every*.txt").drive:
        pytest.skip("Windows has no such file names")
    (payload / "every*.txt").write_text("", "utf-8")
    with pytest.raises(windows_installer.InstallerProblem, match="in its name"):
        windows_installer.facts(
            payload, "1.2.3", tmp_path / "s.exe", tmp_path / "i.ico", tmp_path / "s.bmp"
        )


@pytest.mark.parametrize(
    ("version", "four"),
    [("1.2.3", "1.2.3.0"), ("0.1", "0.1.0.0"), ("2.0.0rc1", "2.0.0.0"), ("1.2.3.dev4", "1.2.3.0")],
)
def test_windows_gets_four_numbers(version: str, four: str) -> None:
    assert windows_installer.version_of_four(version) == four


def test_without_a_certificate_nothing_is_signed() -> None:
    assert signing.windows_command({}, system="win32") is None
    assert signing.windows_command({}, system="linux") is None


def test_no_password_stands_in_a_command_line() -> None:
    environ = {
        "WINDOWS_CERTIFICATE": "c.pfx",
        "WINDOWS_CERTIFICATE_PASSWORD_FILE": "password.txt",
        "WINDOWS_CERTIFICATE_THUMBPRINT": "ABCDEF",
        "WINDOWS_TIMESTAMP_URL": "http://stamp.invalid",
    }
    there = signing.windows_command(environ, system="win32")
    here = signing.windows_command(environ, system="linux")
    assert there is not None
    assert there[:2] == ["signtool", "sign"]
    assert {"/sha1", "ABCDEF", "/tr", "http://stamp.invalid"} <= set(there)
    assert here is not None
    assert here[2:] == [
        "--pkcs12", "c.pfx", "--password-file", "password.txt", "--timestamp", "http://stamp.invalid",
    ]  # fmt: skip


@needs_nsis
@pytest.mark.skipif(
    shutil.which("osslsigncode") is None or shutil.which("openssl") is None,
    reason="osslsigncode, which signs away from Windows, is not installed",
)
def test_setup_and_uninstaller_are_signed_with_a_certificate(
    payload: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = _self_made_certificate(tmp_path)
    monkeypatch.setenv("WINDOWS_CERTIFICATE", str(bundle))
    monkeypatch.setenv("WINDOWS_CERTIFICATE_PASSWORD_FILE", str(tmp_path / "password"))
    setup = windows_installer.compiled(payload, "1.2.3", tmp_path / "work")
    # It vouches for itself, so only the digest can hold; a changed byte breaks it.
    asked = ["osslsigncode", "verify", "-CAfile", str(tmp_path / "c.pem"), "-in"]
    told = subprocess.run([*asked, str(setup)], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    changed = tmp_path / "changed.exe"
    raw = bytearray(setup.read_bytes())
    raw[0x1000] ^= 1
    changed.write_bytes(raw)
    assert subprocess.run([*asked, str(changed)], capture_output=True, check=False).returncode != 0


def _self_made_certificate(folder: Path) -> Path:
    (folder / "password").write_text("secret", "utf-8")
    password = f"file:{folder / 'password'}"
    key, certificate, bundle = folder / "k.pem", folder / "c.pem", folder / "c.pfx"
    for command in (
        ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Nobody",
         "-addext", "extendedKeyUsage=codeSigning", "-keyout", key, "-out", certificate],
        ["pkcs12", "-export", "-inkey", key, "-in", certificate, "-out", bundle,
         "-passout", password],
    ):  # fmt: skip
        subprocess.run(["openssl", *map(str, command)], check=True, capture_output=True, cwd=folder)
    return bundle

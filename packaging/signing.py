"""Signatures of what is built; without a certificate each is skipped, with a notice.

Everything comes from the environment, and no password stands in a command line:

    WINDOWS_CERTIFICATE                a file (.pfx), for osslsigncode on Linux and macOS
    WINDOWS_CERTIFICATE_PASSWORD_FILE  a file with its password
    WINDOWS_CERTIFICATE_THUMBPRINT     a certificate in the user's store, for signtool on Windows
    WINDOWS_TIMESTAMP_URL              a server of RFC 3161, so that signatures outlive certificates
    MACOS_IDENTITY                     “Developer ID Application: …” in the keychain, for codesign
    MACOS_NOTARY_PROFILE               a profile that `notarytool store-credentials` put there
"""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ENTITLEMENTS = Path(__file__).resolve().parent / "macos" / "entitlements.plist"


def windows_command(environ: Mapping[str, str], *, system: str = sys.platform) -> list[str] | None:
    """The command that signs a file for Windows in place, but for the file; None without one."""
    stamp = environ.get("WINDOWS_TIMESTAMP_URL", "")
    if system == "win32":
        thumbprint = environ.get("WINDOWS_CERTIFICATE_THUMBPRINT", "")
        if not thumbprint:
            return None
        timing = ["/tr", stamp, "/td", "sha256"] if stamp else []
        return ["signtool", "sign", "/sha1", thumbprint, "/fd", "sha256", *timing]
    certificate = environ.get("WINDOWS_CERTIFICATE", "")
    if not certificate:
        return None
    command = [sys.executable, str(Path(__file__).resolve()), "--pkcs12", certificate]
    password = environ.get("WINDOWS_CERTIFICATE_PASSWORD_FILE", "")
    command += ["--password-file", password] if password else []
    return command + (["--timestamp", stamp] if stamp else [])


def sign_for_windows(path: Path, environ: Mapping[str, str]) -> bool:
    """Signs a program in place; whether there was a certificate.

    Raises:
        CalledProcessError: The signing program did not succeed; it has said why.
    """
    command = windows_command(environ)
    if command is not None:
        subprocess.run([*command, str(path)], check=True, stdout=sys.stderr)
    return command is not None


def sign_bundle(bundle: Path, environ: Mapping[str, str]) -> bool:
    """Signs an application of macOS from the inside out, for the hardened runtime.

    Raises:
        CalledProcessError: codesign did not succeed; it has said why.
    """
    identity = environ.get("MACOS_IDENTITY", "")
    if not identity:
        return False
    timing = ["--force", "--timestamp", "--options", "runtime", "--sign", identity]
    for path in inside_out(bundle):
        subprocess.run(["codesign", *timing, str(path)], check=True)
    whole = ["codesign", *timing, "--entitlements", str(ENTITLEMENTS), str(bundle)]
    subprocess.run(whole, check=True)
    subprocess.run(["codesign", "--verify", "--deep", "--strict", str(bundle)], check=True)
    return True


def sign_image(image: Path, environ: Mapping[str, str]) -> bool:
    """Signs an image, so that what Apple says of it can be fastened to it."""
    identity = environ.get("MACOS_IDENTITY", "")
    if identity:
        subprocess.run(["codesign", "--timestamp", "--sign", identity, str(image)], check=True)
    return bool(identity)


def inside_out(bundle: Path) -> list[Path]:
    """What in a bundle carries a signature of its own, the innermost first.

    Libraries and other programs, then the frameworks that hold some of them. The bundle's main
    program is signed with the bundle.
    """
    frameworks = [path for path in bundle.rglob("*.framework") if not path.is_symlink()]
    code = [path for path in bundle.rglob("*") if is_code(path)]
    main = bundle / "Contents" / "MacOS" / "producer-studio"
    return sorted(
        (path for path in [*frameworks, *code] if path != main),
        key=lambda path: (-len(path.parts), str(path)),
    )


# How programs and libraries of macOS begin: 64-bit, and several architectures in one file.
_MACH_O = (b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")


def is_code(path: Path) -> bool:
    """Whether this is a program or a library of macOS."""
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) in _MACH_O


def notarize(image: Path, environ: Mapping[str, str]) -> bool:
    """Has Apple look at a signed image, and fastens the answer to it.

    Raises:
        CalledProcessError: It was refused, or could not be sent.
    """
    profile = environ.get("MACOS_NOTARY_PROFILE", "")
    if not profile:
        return False
    asked = ["xcrun", "notarytool", "submit", str(image), "--keychain-profile", profile, "--wait"]
    subprocess.run(asked, check=True)
    subprocess.run(["xcrun", "stapler", "staple", str(image)], check=True)
    return True


def notice(what: str, variable: str) -> None:
    """Says that something was left unsigned, and what would sign it."""
    sys.stderr.write(f"{what} is not signed: {variable} is not set.\n")


def _sign_with_osslsigncode(arguments: list[str]) -> int:
    """Signs in place, as NSIS wants it; osslsigncode itself writes beside what it reads."""
    path = Path(arguments[-1])
    given = dict(zip(arguments[:-1:2], arguments[1:-1:2], strict=True))
    signed = path.with_name(path.name + ".signed")
    command = ["osslsigncode", "sign", "-h", "sha256", "-pkcs12", given["--pkcs12"]]
    if "--password-file" in given:
        command += ["-readpass", given["--password-file"]]
    if "--timestamp" in given:
        command += ["-ts", given["--timestamp"]]
    subprocess.run([*command, "-in", str(path), "-out", str(signed)], check=True)
    signed.replace(path)
    return 0


if __name__ == "__main__":
    sys.exit(_sign_with_osslsigncode(sys.argv[1:]))

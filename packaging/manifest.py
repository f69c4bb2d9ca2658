"""Checksums of what was built, and the announcement that copies of the program ask for.

    .venv/bin/python packaging/manifest.py DIR           writes both for the files of a folder
    .venv/bin/python packaging/manifest.py --check DIR   holds a folder against both
    .venv/bin/python packaging/manifest.py --new-key     prints a new pair of keys

`SHA256SUMS` is what `sha256sum --check` reads. The format of `latest.json` is described where it is
read, in producer_studio/providers/releases/announcement.py. The same files give the same bytes.
Three things come from the environment:

    SOURCE_DATE_EPOCH             the day of the release, unless the changelog says it behind the
                                  version: “## 0.2.0 (2026-11-21)”
    PRODUCER_STUDIO_RELEASE_PAGE  where the release is told about, https; {version} is filled in
    PRODUCER_STUDIO_SIGNING_KEY   the private key of `--new-key`; its public key belongs into
                                  resources/updates.json, and from then on an announcement that is
                                  not signed is believed by no copy

A signed announcement that is older than one seen before is not believed either: a release that was
withdrawn is followed by a newer one.
"""

import argparse
import base64
import hashlib
import json
import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import changelog

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "resources" / "updates.json"

SUMS = "SHA256SUMS"
ANNOUNCEMENT = "latest.json"
PAGE_VARIABLE = "PRODUCER_STUDIO_RELEASE_PAGE"
KEY_VARIABLE = "PRODUCER_STUDIO_SIGNING_KEY"

# What is installed, with its system and the architecture that its name need not say.
_INSTALLED = (
    (".deb", "linux", "x86_64"),
    (".rpm", "linux", "x86_64"),
    (".tar.gz", "linux", "x86_64"),
    (".AppImage", "linux", "x86_64"),
    (".flatpak", "linux", "x86_64"),
    ("-setup.exe", "windows", "x86_64"),
    (".dmg", "macos", "universal"),
)
_ARCHITECTURES = {
    "amd64": "x86_64",
    "x86_64": "x86_64",
    "arm64": "arm64",
    "aarch64": "arm64",
    "universal": "universal",
}


class ManifestProblem(Exception):
    """Something of the release is missing or contradicts something else; says what."""


def build(
    artefacts: list[Path],
    version: str,
    to: Path,
    *,
    changes: Path = changelog.FILE,
    source: Path = SOURCE,
) -> list[Path]:
    """Writes `SHA256SUMS` and `latest.json` into `to`.

    Args:
        changes: The changelog; says what changed, and the day of the release.
        source: Holds the public key that copies of the program check with.

    Raises:
        ManifestProblem: The changelog lacks the version, there is no day, the page is no https
            address, or the key does not fit.
    """
    files = sorted(set(artefacts), key=lambda path: path.name)
    announcement = to / ANNOUNCEMENT
    document = described_release(files, version, changes)
    announcement.write_bytes(signed(document, os.environ.get(KEY_VARIABLE, ""), public_key(source)))
    sums = to / SUMS
    lines = [f"{digest(path)}  {path.name}\n" for path in [*files, announcement]]
    sums.write_text("".join(sorted(lines, key=lambda line: line.split()[1])), "utf-8", newline="\n")
    return [sums, announcement]


def check(folder: Path, source: Path = SOURCE) -> list[str]:
    """What is wrong with a folder of built files, one sentence each."""
    # The program is found once `main` has set the path.
    from producer_studio.domain.errors import InvalidResponse
    from producer_studio.providers.releases.announcement import parse_announcement

    for name in (SUMS, ANNOUNCEMENT):
        if not (folder / name).is_file():
            return [f"{name} is missing."]
    listed = [line.split(maxsplit=1) for line in (folder / SUMS).read_text("utf-8").splitlines()]
    sums = {name: its_digest for its_digest, name in listed}
    there = {path.name for path in folder.iterdir() if path.is_file()} - {SUMS}
    problems = [f"{name} is in {SUMS}, and missing." for name in sorted(sums.keys() - there)]
    problems += [f"{name} is not in {SUMS}." for name in sorted(there - sums.keys())]
    found = {name: digest(folder / name) for name in sorted(sums.keys() & there)}
    problems += [f"{name} has another SHA-256." for name in found if found[name] != sums[name]]
    try:
        release = parse_announcement((folder / ANNOUNCEMENT).read_bytes(), public_key(source))
    except InvalidResponse as fault:
        return [*problems, f"{ANNOUNCEMENT}: {fault.message} {fault.service_words}".strip()]
    for one in release.artefacts:
        if one.name in found and (one.sha256, one.size_bytes) != (
            found[one.name],
            (folder / one.name).stat().st_size,
        ):
            problems.append(f"{one.name} is not the one that {ANNOUNCEMENT} describes.")
        if one.name not in there:
            problems.append(f"{one.name} is announced, and missing.")
    named = {one.name for one in release.artefacts}
    silent = sorted(name for name in there - named if kind(name) is not None)
    return problems + [f"{name} is not announced." for name in silent]


def described_release(files: list[Path], version: str, changes: Path) -> dict[str, Any]:
    """What `latest.json` says, without a signature."""
    from producer_studio.providers.releases.announcement import ANNOUNCEMENT_FORMAT

    page = os.environ.get(PAGE_VARIABLE, "").replace("{version}", version)
    if not page:
        say(f"{PAGE_VARIABLE} is not set: {ANNOUNCEMENT} names no page.")
    return {
        "format": ANNOUNCEMENT_FORMAT,
        "version": version,
        "date": day(version, changes).isoformat(),
        "page": page,
        "notes": notes(version, changes),
        "artefacts": [entry for path in files if (entry := described(path)) is not None],
        "signature": "",
    }


def signed(document: dict[str, Any], key: str, built_in: str) -> bytes:
    """The bytes of `latest.json`, signed where there is a key; the program itself has read them.

    Raises:
        ManifestProblem: No copy of the program would believe it.
    """
    from producer_studio.domain.errors import InvalidResponse
    from producer_studio.providers.releases.announcement import parse_announcement

    if key:
        document = {**document, "signature": signature(encoded(document), key)}
    else:
        nobody = ", so installed copies will reject it" if built_in else ""
        say(f"{KEY_VARIABLE} is not set: {ANNOUNCEMENT} is not signed{nobody}.")
    body = encoded(document)
    try:
        parse_announcement(body, (built_in or public_of(key)) if key else "")
    except InvalidResponse as fault:
        raise ManifestProblem(
            f"Installed copies would reject this {ANNOUNCEMENT}: "
            f"{fault.service_words or fault.message}"
        ) from fault
    return body


def encoded(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def described(path: Path) -> dict[str, Any] | None:
    """What `latest.json` says of a file; None of what is not installed, such as a list of parts."""
    found = kind(path.name)
    if found is None:
        return None
    system, architecture = found
    return {
        "name": path.name,
        "system": system,
        "architecture": architecture,
        "size": path.stat().st_size,
        "sha256": digest(path),
    }


def kind(name: str) -> tuple[str, str] | None:
    """The system and the architecture that a file is for; None if it is for none."""
    for ending, system, usual in _INSTALLED:
        if name.endswith(ending):
            said = [arch for word, arch in _ARCHITECTURES.items() if word in name]
            return system, said[0] if said else usual
    return None


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def notes(version: str, changes: Path = changelog.FILE) -> list[str]:
    """What changed, one line each: the version's part of the changelog.

    Raises:
        ManifestProblem: It has none.
    """
    return list(_release(version, changes).changes)


def day(version: str, changes: Path = changelog.FILE) -> date:
    """The day of the release: the changelog's, else that of SOURCE_DATE_EPOCH by UTC.

    Raises:
        ManifestProblem: Neither says it.
    """
    written = _release(version, changes).day
    if written is not None:
        return written
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not given:
        raise ManifestProblem(
            f"The date of {version} is unknown. Add it to {changes.name}, as “## {version} "
            "(2026-11-21)”, or set SOURCE_DATE_EPOCH."
        )
    return datetime.fromtimestamp(int(given), UTC).date()


def _release(version: str, changes: Path) -> changelog.Release:
    for release in changelog.releases(changes.read_text("utf-8")):
        if release.version == version and release.changes:
            return release
    raise ManifestProblem(f"{changes.name} says nothing under “## {version}”.")


def signature(body: bytes, key: str) -> str:
    """An Ed25519 signature in base64.

    Raises:
        ManifestProblem: The key is none.
    """
    return base64.b64encode(_private(key).sign(body)).decode()


def public_of(key: str) -> str:
    """The public key that belongs to a private one."""
    return base64.b64encode(_private(key).public_key().public_bytes_raw()).decode()


def public_key(source: Path = SOURCE) -> str:
    """The one that is built into the program; empty for none."""
    return str(json.loads(source.read_text("utf-8"))["public_key"])


def new_key() -> str:
    """A new pair, as lines that say where each of them belongs."""
    # Only who signs needs it.
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    made = base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()
    return (
        f"{KEY_VARIABLE}={made}   (a secret of the release; keep a copy in a safe place)\n"
        f'"public_key": "{public_of(made)}"   (resources/updates.json)\n'
    )


def _private(key: str) -> Any:  # noqa: ANN401 - its type is loaded only where something is signed
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(key.strip(), validate=True))
    except ValueError as error:
        raise ManifestProblem(f"{KEY_VARIABLE} holds no key; “--new-key” makes one.") from error


def say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")


def main(arguments: list[str]) -> int:
    # As a program it may be run from anywhere.
    sys.path.insert(0, str(ROOT))
    from producer_studio import __version__  # found by this path

    options = argparse.ArgumentParser(description="Checksums and the announcement of a release.")
    options.add_argument("folder", type=Path, nargs="?", metavar="DIR")
    options.add_argument("--check", action="store_true", help="write nothing, and compare")
    options.add_argument("--new-key", action="store_true", help="print a new pair of keys")
    asked = options.parse_args(arguments)
    if asked.new_key:
        sys.stdout.write(new_key())
        return 0
    if asked.folder is None:
        options.error("name a folder")
    folder: Path = asked.folder
    if asked.check:
        problems = check(folder)
        for problem in problems:
            say(problem)
        if not problems:
            sys.stdout.write(f"{folder}: all as announced.\n")
        return 1 if problems else 0
    own = {SUMS, ANNOUNCEMENT}
    files = [path for path in folder.iterdir() if path.is_file() and path.name not in own]
    try:
        made = build(files, __version__, folder)
    except ManifestProblem as problem:
        say(str(problem))
        return 1
    sys.stdout.write("".join(f"{path}\n" for path in made))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

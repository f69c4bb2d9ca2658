"""The application for macOS and the image it comes in.

An application for both kinds of Mac at once (universal2) needs every library in both: Qt has that,
others have a wheel for each kind, so there is an image for each. `single_architecture` reads from
the lock file which libraries stand in the way; when there are none, `architecture` says so.
"""

import os
import platform
import plistlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from packaging.markers import Marker

import signing
from producer_studio import DESKTOP_ID
from producer_studio.ui.external_programs import AUDIO_SUFFIXES

ROOT = Path(__file__).resolve().parent.parent
BUNDLE = "Producer Studio.app"
IDENTIFIER = DESKTOP_ID.replace("_", "-")
"""The desktop's name for the program; macOS allows no underscore in it."""

UNSIGNED = ROOT / "packaging" / "macos" / "entitlements-unsigned.plist"

_BOTH = "universal2"
_FILMS = {".mp4", ".webm"}
_TAG = re.compile(r"macosx_\d+_\d+_\w+")

_FIRST = (11, 0)
"""The first macOS that runs on both kinds of Mac."""

# Of the form Mach-O: several processors in one file, the length of a header, and the two commands
# that tell a version, with the place in them.
_FAT = b"\xca\xfe\xba\xbe"
_HEADER = 32
_VERSION_AT = {0x24: 8, 0x32: 12}


class BundleProblem(Exception):
    """There is no application to pack; says why."""


def build(payload: Path, version: str, to: Path) -> list[Path]:
    """Signs the application beside the payload, and writes its image into `to`.

    Raises:
        BundleProblem: This is not macOS, or nothing was frozen.
        CalledProcessError: A tool of the system did not succeed; it has said why.
    """
    if sys.platform != "darwin":
        raise BundleProblem("An image for macOS can be made on macOS only.")
    bundle = payload.parent / BUNDLE
    if not bundle.is_dir():
        raise BundleProblem(f"There is no {BUNDLE} beside {payload}.")
    add_licences(payload, bundle)
    sys.stdout.write(f"{BUNDLE} runs on macOS {say_oldest_system(bundle)} and later.\n")
    if not signing.sign_bundle(bundle, os.environ):
        signing.notice("The application", "MACOS_IDENTITY")
        # Apple's own processors run nothing without a signature, be it nobody's.
        command = ["codesign", "--force", "--deep", "--options", "runtime", "--sign", "-"]
        subprocess.run([*command, "--entitlements", str(UNSIGNED), str(bundle)], check=True)
    image = to / f"ProducerStudio-{version}-{architecture()}.dmg"
    to.mkdir(parents=True, exist_ok=True)
    write_image(bundle, image)
    if not signing.sign_image(image, os.environ):
        signing.notice("The image", "MACOS_IDENTITY")
    if not signing.notarize(image, os.environ):
        sys.stderr.write("The image is not notarised: MACOS_NOTARY_PROFILE is not set.\n")
    return [image]


def info(version: str) -> dict[str, Any]:
    """What Info.plist says beyond PyInstaller's own lines."""
    return {
        "CFBundleDisplayName": "Producer Studio",
        "CFBundleShortVersionString": version,
        "CFBundleVersion": version,
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": "Audio",
                "CFBundleTypeRole": "Viewer",
                # Offered under “Open With”, never the default.
                "LSHandlerRank": "Alternate",
                "CFBundleTypeExtensions": sorted(
                    suffix.removeprefix(".") for suffix in AUDIO_SUFFIXES - _FILMS
                ),
            }
        ],
        # A program that is a command line too is taken for one without a window otherwise.
        "LSBackgroundOnly": False,
        "LSApplicationCategoryType": "public.app-category.music",
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": "Free software: GNU General Public License, version 3 or later",
        "NSSupportsAutomaticGraphicsSwitching": True,
    }


def architecture() -> str:
    """What the application runs on: both kinds of Mac, or the kind it is built on."""
    lock = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
    return platform.machine() if single_architecture(lock) else _BOTH


def single_architecture(lock: dict[str, Any]) -> list[str]:
    """Libraries of the program that no wheel has for both kinds of Mac at once."""
    return sorted(
        name
        for name, kinds in mac_wheels(lock).items()
        if kinds and not any(kind.endswith(_BOTH) for kind in kinds)
    )


def without_wheel(lock: dict[str, Any], machine: str) -> list[str]:
    """Libraries of the program that have to be compiled on this kind of Mac, arm64 or x86_64."""
    return sorted(
        name
        for name, kinds in mac_wheels(lock).items()
        if kinds and not any(kind.endswith((machine, _BOTH)) for kind in kinds)
    )


def mac_wheels(lock: dict[str, Any]) -> dict[str, set[str]]:
    """What each library of the program has for macOS (`macosx_11_0_arm64`), by its name.

    Empty for a library that is the same on every system.
    """
    packages: dict[str, list[dict[str, Any]]] = {}
    for package in lock["package"]:
        packages.setdefault(package["name"], []).append(package)
    found: dict[str, set[str]] = {}
    waiting = ["producer-studio"]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found[name] = set()
        for package in packages[name]:
            urls = [wheel["url"] for wheel in package.get("wheels", [])]
            found[name] |= {tag[0] for url in urls if (tag := _TAG.search(url))}
            waiting += [
                needed["name"]
                for needed in package.get("dependencies", [])
                if _on_a_mac(needed.get("marker", ""))
            ]
    return found


def _on_a_mac(marker: str) -> bool:
    facts = {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"}
    return not marker or Marker(marker).evaluate(facts)


def say_oldest_system(bundle: Path) -> str:
    """Writes into Info.plist, and returns, the oldest macOS that all code of the bundle runs on."""
    asked = [oldest_system(path) for path in bundle.rglob("*") if signing.is_code(path)]
    oldest = "{}.{}".format(*max([_FIRST, *asked]))
    path = bundle / "Contents" / "Info.plist"
    told = plistlib.loads(path.read_bytes())
    path.write_bytes(plistlib.dumps({**told, "LSMinimumSystemVersion": oldest}))
    return oldest


def oldest_system(path: Path) -> tuple[int, int]:
    """The oldest macOS that a program or library says it is made for, by its load commands."""
    raw = path.read_bytes()
    found = [_FIRST]
    for start in _images(raw):
        count, place = struct.unpack_from("<16xI", raw, start)[0], start + _HEADER
        for _ in range(count):
            kind, size = struct.unpack_from("<II", raw, place)
            if kind in _VERSION_AT:
                (packed,) = struct.unpack_from("<I", raw, place + _VERSION_AT[kind])
                found.append((packed >> 16, packed >> 8 & 0xFF))
            place += size
    return max(found)


def _images(raw: bytes) -> list[int]:
    """Where the code for each kind of processor begins."""
    if raw[:4] != _FAT:
        return [0]
    (count,) = struct.unpack_from(">4xI", raw)
    return [struct.unpack_from(">8xI", raw, 8 + 20 * number)[0] for number in range(count)]


def add_licences(payload: Path, bundle: Path) -> None:
    """Copies the licences, which are collected after PyInstaller has made the bundle."""
    source = payload / "_internal" / "licences"
    if not source.is_dir():
        raise BundleProblem(f"The licences are missing in {payload}.")
    shutil.copytree(source, bundle / "Contents" / "Resources" / "licences", dirs_exist_ok=True)


def write_image(bundle: Path, image: Path) -> None:
    """Writes an image with the application and a way to the folder of applications.

    Raises:
        CalledProcessError: hdiutil did not succeed.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # ditto keeps links and signatures as they are.
        subprocess.run(["ditto", str(bundle), str(folder / bundle.name)], check=True)
        (folder / "Applications").symlink_to("/Applications")
        command = ["hdiutil", "create", "-volname", "Producer Studio", "-srcfolder", name]
        command += ["-fs", "HFS+", "-format", "ULMO", "-ov", str(image)]
        subprocess.run(command, check=True)

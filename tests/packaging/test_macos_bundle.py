"""What the application for macOS says of itself, and which Macs its libraries allow."""

import plistlib
import struct
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import macos_bundle
import signing
from producer_studio import DESKTOP_ID


@pytest.fixture(scope="module")
def lock() -> dict[str, Any]:
    return tomllib.loads((macos_bundle.ROOT / "uv.lock").read_text("utf-8"))


def test_qt_is_for_both_kinds_of_mac_and_others_are_not(lock: dict[str, Any]) -> None:
    """As long as this list is not empty there is an image for each kind."""
    in_the_way = macos_bundle.single_architecture(lock)
    assert {"av", "msgspec", "numpy", "obstore"} <= set(in_the_way)
    assert not {"pyside6-essentials", "pyside6-addons", "shiboken6"} & set(in_the_way)


def test_a_lock_of_wheels_for_both_gives_one_application(lock: dict[str, Any]) -> None:
    both = [
        {**package, "wheels": [{"url": f"{package['name']}-1-macosx_11_0_universal2.whl"}]}
        for package in lock["package"]
    ]
    assert macos_bundle.single_architecture({"package": both}) == []
    assert macos_bundle.without_wheel({"package": both}, "x86_64") == []


def test_every_library_has_a_wheel_for_the_macs_of_today(lock: dict[str, Any]) -> None:
    assert macos_bundle.without_wheel(lock, "arm64") == []


def test_what_other_systems_need_is_not_looked_for(lock: dict[str, Any]) -> None:
    wheels = macos_bundle.mac_wheels(lock)
    assert "keyring" in wheels
    assert not {"secretstorage", "jeepney", "pywin32-ctypes"} & set(wheels)


def mach_o(*commands: bytes) -> bytes:
    body = b"".join(commands)
    head = b"\xcf\xfa\xed\xfe" + struct.pack("<7I", 0, 0, 6, len(commands), len(body), 0, 0)
    return head + body


def version(major: int, minor: int, *, old_way: bool = False) -> bytes:
    packed = major << 16 | minor << 8
    if old_way:
        return struct.pack("<4I", 0x24, 16, packed, 0)
    return struct.pack("<6I", 0x32, 24, 1, packed, 26 << 16, 0)


def test_the_oldest_system_is_the_one_that_all_code_runs_on(tmp_path: Path) -> None:
    bundle = tmp_path / "Producer Studio.app"
    (bundle / "Contents" / "Frameworks").mkdir(parents=True)
    (bundle / "Contents" / "Info.plist").write_bytes(plistlib.dumps({"CFBundleName": "A name"}))
    other = struct.pack("<4I", 0x1B, 16, 0, 0)
    thin, old, fat = (bundle / "Contents" / "Frameworks" / name for name in ("a", "b", "c"))
    thin.write_bytes(mach_o(other, version(13, 0)))
    old.write_bytes(mach_o(version(10, 12, old_way=True)))
    assert macos_bundle.oldest_system(old) == (11, 0)
    assert macos_bundle.say_oldest_system(bundle) == "13.0"
    slices = [mach_o(version(12, 0)), mach_o(other, version(14, 2))]
    starts = (64, 64 + len(slices[0]))
    rows = [
        struct.pack(">5I", 0, 0, start, len(image), 0)
        for start, image in zip(starts, slices, strict=True)
    ]
    head = b"\xca\xfe\xba\xbe" + struct.pack(">I", 2) + b"".join(rows)
    fat.write_bytes(head.ljust(64, b"\0") + b"".join(slices))
    assert macos_bundle.say_oldest_system(bundle) == "14.2"
    told = plistlib.loads((bundle / "Contents" / "Info.plist").read_bytes())
    assert told == {"CFBundleName": "A name", "LSMinimumSystemVersion": "14.2"}


def test_info_says_what_the_program_is_and_opens() -> None:
    told = plistlib.loads(plistlib.dumps(macos_bundle.info("1.2.3")))
    assert told["CFBundleShortVersionString"] == told["CFBundleVersion"] == "1.2.3"
    assert told["NSHighResolutionCapable"] is True
    assert told["LSBackgroundOnly"] is False
    opens = told["CFBundleDocumentTypes"]
    assert [kind["LSHandlerRank"] for kind in opens] == ["Alternate"]
    assert {"mp3", "wav", "flac"} <= set(opens[0]["CFBundleTypeExtensions"])


def test_the_identifier_is_the_desktops_as_macos_can_write_it() -> None:
    assert macos_bundle.IDENTIFIER.replace("-", "_") == DESKTOP_ID
    assert set(macos_bundle.IDENTIFIER) <= set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-."
    )


def test_a_signed_build_asks_for_no_exception_of_the_hardened_runtime() -> None:
    assert plistlib.loads(signing.ENTITLEMENTS.read_bytes()) == {}
    unsigned = plistlib.loads(macos_bundle.UNSIGNED.read_bytes())
    assert unsigned == {"com.apple.security.cs.disable-library-validation": True}


def test_what_is_inside_is_signed_first(tmp_path: Path) -> None:
    contents = tmp_path / "Producer Studio.app" / "Contents"
    framework = contents / "Frameworks" / "QtCore.framework"
    for path in (
        contents / "MacOS" / "producer-studio",
        contents / "Frameworks" / "libz.dylib",
        framework / "Versions" / "A" / "QtCore",
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\xcf\xfa\xed\xfe and so on")
    (contents / "Info.plist").write_text("no code", "utf-8")
    told = [path.name for path in signing.inside_out(tmp_path / "Producer Studio.app")]
    assert told == ["QtCore", "QtCore.framework", "libz.dylib"]


def test_without_a_certificate_nothing_is_signed_or_sent(tmp_path: Path) -> None:
    """None of these would find its program here: they must not be called at all."""
    assert not signing.sign_bundle(tmp_path, {"PATH": ""})
    assert not signing.sign_image(tmp_path, {"PATH": ""})
    assert not signing.notarize(tmp_path, {"PATH": ""})


@pytest.mark.skipif(sys.platform == "darwin", reason="only macOS can make an image")
def test_elsewhere_it_says_that_only_macos_can(tmp_path: Path) -> None:
    with pytest.raises(macos_bundle.BundleProblem, match="on macOS only"):
        macos_bundle.build(tmp_path / "payload", "1.2.3", tmp_path / "dist")

"""What the frozen program asks of a system is read from its files."""

import re
import shutil
import sys
import sysconfig
from pathlib import Path

import msgspec._core as msgspec_core
import pytest

import contents
import linux_needs
import producer_studio
from system_libraries import DEBIAN, WHEELS

DPKG = Path("/var/lib/dpkg/info")
PLACES = {"x86_64-linux-gnu", "aarch64-linux-gnu"}

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("objdump") is None, reason="reads files of Linux"
)


def extension() -> Path:
    """A real library: the codecs' bridge of the program itself."""
    return Path(msgspec_core.__file__)


def test_what_is_inside_is_not_asked_for(tmp_path: Path) -> None:
    shutil.copy(extension(), tmp_path / "_core.so")
    needs = linux_needs.needs_of(tmp_path)
    assert "libc.so.6" in needs.must
    assert all(re.fullmatch(r"GLIBC_[\d.]+", one) for one in needs.must["libc.so.6"])
    shutil.copy(extension(), tmp_path / "libc.so.6")
    assert "libc.so.6" not in linux_needs.needs_of(tmp_path).must


def test_what_only_a_dispensable_part_needs_is_dispensable(tmp_path: Path) -> None:
    part = tmp_path / "_internal" / contents.OPTIONAL[0]
    part.parent.mkdir(parents=True)
    shutil.copy(extension(), part)
    needs = linux_needs.needs_of(tmp_path)
    assert needs.must == {}
    assert "libc.so.6" in needs.may


def test_debian_is_asked_for_packages_of_both_releases() -> None:
    libraries = {
        "libc.so.6": {"GLIBC_2.4", "GLIBC_2.34", "GLIBC_PRIVATE"},
        "libm.so.6": {"GLIBC_2.35"},
        "libglib-2.0.so.0": set[str](),
        "libgthread-2.0.so.0": set[str](),
        "libstdc++.so.6": {"GLIBCXX_3.4", "GLIBCXX_3.4.30", "CXXABI_1.3.13"},
    }
    assert linux_needs.debian_depends(libraries) == [
        "libc6 (>= 2.35)",
        "libglib2.0-0t64 | libglib2.0-0",
        "libstdc++6 (>= 12)",
    ]


def test_rpm_is_asked_for_sonames_and_symbols() -> None:
    libraries = {"libc.so.6": {"GLIBC_2.34"}, "ld-linux-x86-64.so.2": {"GLIBC_2.3"}}
    assert linux_needs.rpm_requires(libraries) == [
        "ld-linux-x86-64.so.2()(64bit)",
        "libc.so.6()(64bit)",
        "libc.so.6(GLIBC_2.34)(64bit)",
    ]


def test_an_unknown_library_stops_the_build() -> None:
    with pytest.raises(linux_needs.UnknownLibrary, match=r"libnew\.so\.1"):
        linux_needs.debian_depends({"libnew.so.1": set()})


@pytest.mark.skipif(not DPKG.is_dir(), reason="reads Debian's own lists of files")
def test_the_packages_named_are_those_that_have_the_library_here() -> None:
    found = {
        (path.name.removesuffix(".list").partition(":")[0], Path(line).name)
        for path in DPKG.glob("lib*.list")
        for line in path.read_text("utf-8").splitlines()
        # Copies that other programs keep for themselves are in folders of their own.
        if Path(line).name in DEBIAN and Path(line).parent.name in PLACES
    }
    for package, library in found:
        assert package in DEBIAN[library].split(" | "), library
    assert found


def test_what_the_wheels_need_is_what_is_installed_for_them() -> None:
    package = Path(producer_studio.__file__).parent
    modules = {
        module
        for path in package.rglob("*.py")
        for module in re.findall(r"from PySide6\.(Qt\w+) import", path.read_text("utf-8"))
    }
    assert "QtMultimedia" in modules
    needed = linux_needs.needs_of_wheels(Path(sysconfig.get_path("platlib")), modules)
    # Qt's media back end is not used: it would need this library.
    assert "libXrandr.so.2" not in needed
    assert needed == WHEELS


def test_each_library_of_the_wheels_has_its_package() -> None:
    assert DEBIAN.keys() >= WHEELS

"""Whose everything is that is bundled, and that nothing is shipped without its licence."""

import json
import shutil
import sys
import sysconfig
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import licences
from licences import debian, expression, libraries, ours
from licences.distributions import Distribution

SITE = Path(sysconfig.get_path("purelib"))
ROOT = Path(__file__).parents[2]


class Frozen:
    """A folder as PyInstaller leaves it, with files and modules of one's choosing."""

    def __init__(self, folder: Path) -> None:
        self.payload = folder / "producer-studio"
        self._contents = folder / "contents.json"
        self._files: list[list[str]] = []
        self._modules: list[list[str]] = []
        self.payload.mkdir()

    def put(self, place: str, source: Path) -> None:
        target = self.payload / "_internal" / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes()[:100])
        self._files.append([place, str(source)])

    def add_module(self, name: str, source: str) -> None:
        self._modules.append([name, source])

    def collect(self, site: Path = SITE) -> list[licences.Part]:
        told = {"files": self._files, "modules": self._modules}
        self._contents.write_text(json.dumps(told), "utf-8")
        return licences.collect(self.payload, self._contents, site)

    @property
    def folder(self) -> Path:
        return self.payload / "_internal" / "licences"

    def texts(self) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}

    def index(self) -> dict[str, dict[str, Any]]:
        told = json.loads((self.folder / "index.json").read_text("utf-8"))
        assert told["format"] == 1
        return {row["name"]: row for row in told["parts"]}


@pytest.fixture
def frozen(tmp_path: Path) -> Frozen:
    return Frozen(tmp_path)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    return folder


def install(site: Path, metadata: str, files: dict[str, str]) -> None:
    """A distribution called “drum 1.0” in an environment, as an installer leaves it."""
    files = {"drum-1.0.dist-info/METADATA": f"Name: drum\nVersion: 1.0\n{metadata}\n", **files}
    for place, content in files.items():
        (site / place).parent.mkdir(parents=True, exist_ok=True)
        (site / place).write_text(content, "utf-8")
    record = "".join(f"{place},,\n" for place in [*files, "drum-1.0.dist-info/RECORD"])
    (site / "drum-1.0.dist-info" / "RECORD").write_text(record, "utf-8")


# What is really installed


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Frozen:
    """Some of what the program is frozen from; looked through once."""
    frozen = Frozen(tmp_path_factory.mktemp("real"))
    for module in ("click", "mutagen", "obstore", "cryptography", "shiboken6"):
        frozen.add_module(module, str(SITE / module / "__init__.py"))
    frozen.add_module("json", json.__file__)
    frozen.add_module("sys", "-")
    frozen.add_module("producer_studio", str(ROOT / "producer_studio" / "__init__.py"))
    for place in ("fonts/Inter-Bold.ttf", "icons/check.svg"):
        frozen.put(f"producer_studio/resources/{place}", ROOT / "resources" / place)
    vendored = SITE / ("av/.dylibs" if sys.platform == "darwin" else "av.libs")
    plugins = SITE / "PySide6" / ("plugins" if sys.platform == "win32" else "Qt/plugins")
    for folder, pattern in (
        (vendored, "*x264*"),
        (vendored, "*avutil*"),
        (vendored, "*opus*"),
        (plugins / "platforms", "*qoffscreen.*"),
    ):
        source = min(folder.glob(pattern))
        frozen.put(source.relative_to(SITE).as_posix(), source)
    frozen.collect()
    return frozen


def test_everything_bundled_has_a_licence_and_its_texts(real: Frozen) -> None:
    index = real.index()
    said = {name: index[name]["licence"] for name in index if not index[name]["within"]}
    assert said["mutagen"] == "GPL-2.0-or-later"
    assert said["Producer Studio"] == "GPL-3.0-or-later"
    assert said["Inter"] == "OFL-1.1"
    kinds = [index[name]["kind"] for name in ("Producer Studio", "click", "Python", "Inter")]
    assert kinds == ["program", "python package", "runtime", "font"]
    assert index["Python"]["modules"] == 1
    assert index["OpenSSL"]["within"] == "cryptography"
    for row in index.values():
        assert row["texts"], row["name"]
        for text in row["texts"]:
            assert (real.folder / text).stat().st_size > 0, text


def _needed(name: str, extras: Iterable[str], seen: set[str]) -> set[str]:
    """Adds the distributions that one needs on this system, with those that they need."""
    for line in metadata.requires(name) or ():
        wanted = Requirement(line)
        marker = wanted.marker
        if marker is None or any(marker.evaluate({"extra": one}) for one in ("", *extras)):
            key = canonicalize_name(wanted.name)
            if key not in seen or wanted.extras:
                seen.add(key)
                _needed(key, wanted.extras, seen)
    return seen


def test_every_package_that_the_program_needs_states_its_licence() -> None:
    names: set[str] = _needed("producer-studio", (), set())
    assert {"httpx", "socksio", "truststore", "anyio"} <= names
    silent = [
        name
        for name in names
        if Distribution(metadata.distribution(name)).licence in {"", "UNKNOWN"}
    ]
    assert silent == []


def test_the_list_can_be_read_by_people(real: Frozen) -> None:
    lines = (real.folder / "README.txt").read_text("utf-8").splitlines()
    place = next(row for row, line in enumerate(lines) if line.startswith("Opus"))
    assert lines[place].endswith("(with av)")
    assert lines[place + 1] == "    BSD-3-Clause"


def test_a_choice_of_licences_brings_each_text(real: Frozen) -> None:
    texts = set(real.index()["shiboken6"]["texts"])
    assert {"common/LGPL-3.0.txt", "common/GPL-3.0.txt"} <= texts


def test_crates_inside_a_wheel_are_parts_with_their_notices(real: Frozen) -> None:
    tokio = real.index()["tokio"]
    assert (tokio["within"], tokio["licence"]) == ("obstore", "MIT")
    crates = next(text for text in tokio["texts"] if text.endswith("crates.txt"))
    notices = (real.folder / crates).read_text("utf-8")
    assert f"tokio {tokio['version']}\nMIT\n\nCopyright (c) 2016-2025 Tokio" in notices
    assert "aws-lc-sys" in real.index()
    assert "cc" not in real.index(), "what only built it is not in it"


def test_a_library_inside_a_wheel_is_not_the_wheels_own(real: Frozen) -> None:
    index = real.index()
    assert index["x264"]["licence"] == "GPL-2.0-or-later"
    assert index["FFmpeg"]["licence"] == "GPL-3.0-or-later"
    assert index["FFmpeg"]["version"]
    assert index["Opus"]["size"] == 100
    assert index["Opus"]["within"] == "av"
    assert "av" not in index, "nothing of its own is in the folder"


def test_qt_is_one_part_of_its_own(real: Frozen) -> None:
    qt = real.index()["Qt"]
    assert qt["purl"] == f"pkg:generic/qt@{qt['version']}"
    assert len(qt["files"]) == 1


def test_the_same_folder_gives_the_same_bytes(frozen: Frozen, site: Path) -> None:
    install(site, "License-Expression: MIT", {"drum.py": ""})
    frozen.add_module("drum", str(site / "drum.py"))
    frozen.collect(site)
    before = frozen.texts()
    (frozen.folder / "left over.txt").write_text("from before", "utf-8")
    frozen.collect(site)
    assert frozen.texts() == before


# What stops a build


def test_a_file_that_nobody_put_there_stops_the_build(frozen: Frozen, site: Path) -> None:
    stray = frozen.payload / "_internal" / "stray.bin"
    stray.parent.mkdir()
    stray.write_bytes(b"?")
    with pytest.raises(
        licences.LicenceMissing, match=r"stray\.bin is in the folder, but its origin is unknown"
    ):
        frozen.collect(site)


def test_a_file_of_an_unknown_owner_stops_the_build(frozen: Frozen, site: Path) -> None:
    source = site / "found.dat"
    source.write_bytes(b"?")
    frozen.put("found.dat", source)
    with pytest.raises(licences.LicenceMissing, match=r"whose licence is unknown"):
        frozen.collect(site)


def test_a_library_that_the_table_does_not_know_stops_the_build(frozen: Frozen, site: Path) -> None:
    name = "drum.libs/libcymbal-1234.so.3"
    text = {name: "", "drum-1.0.dist-info/licenses/LICENSE": "Do as you like."}
    install(site, "License-Expression: MIT", text)
    frozen.put(name, site / name)
    with pytest.raises(licences.LicenceMissing, match=r"libcymbal.* no row in .*libraries\.toml"):
        frozen.collect(site)


def test_a_package_that_states_no_licence_stops_the_build(frozen: Frozen, site: Path) -> None:
    install(site, "License: see the file", {"drum.py": ""})
    frozen.add_module("drum", str(site / "drum.py"))
    with pytest.raises(licences.LicenceMissing, match=r"drum 1\.0 .* do not name its licence"):
        frozen.collect(site)


def test_a_licence_without_a_text_stops_the_build(frozen: Frozen, site: Path) -> None:
    install(site, "License-Expression: Beerware", {"drum.py": ""})
    frozen.add_module("drum", str(site / "drum.py"))
    with pytest.raises(licences.LicenceMissing, match=r"without the text .*Beerware"):
        frozen.collect(site)


def test_a_crate_without_its_copyright_line_stops_the_build(frozen: Frozen, site: Path) -> None:
    row = {"name": "snare", "version": "2", "purl": "pkg:cargo/snare@2", "scope": "required"}
    licence = {"licenses": [{"expression": "MIT"}]}
    bill = {"bomFormat": "CycloneDX", "metadata": {}, "components": [row | licence]}
    install(
        site,
        "License-Expression: MIT",
        {"drum.py": "", "drum-1.0.dist-info/sboms/bill.json": json.dumps(bill)},
    )
    frozen.add_module("drum", str(site / "drum.py"))
    with pytest.raises(licences.LicenceMissing, match=r"snare 2 .* copyright line"):
        frozen.collect(site)


# The tables


def test_each_row_of_the_table_has_texts() -> None:
    for row in libraries.table():
        own = row.own_texts()
        assert all(isinstance(path, Path) and path.is_file() for path in own.values()), row.name
        common = all(map(expression.common_text, expression.identifiers(row.licence)))
        assert own or common or row.told_by, row.name


@pytest.mark.parametrize(
    ("place", "bringer", "name"),
    [
        # Linux
        ("av.libs/libavcodec-5e6b81c2.so.62.28.102", "av", "FFmpeg"),
        ("av.libs/libxcb-shape-7716c890.so.0.0.0", "av", "libxcb"),
        ("numpy.libs/libquadmath-96973f99.so.0.0.0", "numpy", "GNU Fortran and quad-precision"),
        ("PySide6/Qt/lib/libQt6Gui.so.6", "pyside6-essentials", "Qt"),
        ("PySide6/Qt/lib/libicudata.so.73", "pyside6-essentials", "ICU"),
        ("libxcb-cursor.so.0", "", "xcb-util-cursor"),
        # Windows
        ("av.libs/avcodec-62-984de33114b7fa38.dll", "av", "FFmpeg"),
        ("av.libs/libwinpthread-1-02332fab016bf884.dll", "av", "winpthreads"),
        ("numpy.libs/msvcp140-a4c2229bdc2a2a63.dll", "numpy", "Microsoft Visual C++"),
        ("PySide6/Qt6Core.dll", "pyside6-essentials", "Qt"),
        ("PySide6/plugins/platforms/qwindows.dll", "pyside6-essentials", "Qt"),
        ("PySide6/opengl32sw.dll", "pyside6-essentials", "Mesa"),
        ("VCRUNTIME140.dll", "", "Microsoft Visual C++"),
        ("libcrypto-3.dll", "", "OpenSSL"),
        # macOS
        ("av/.dylibs/libSvtAv1Enc.4.1.0.dylib", "av", "SVT-AV1"),
        ("PySide6/Qt/lib/QtCore.framework/Versions/A/QtCore", "pyside6-essentials", "Qt"),
    ],
)
def test_libraries_are_known_on_all_systems(place: str, bringer: str, name: str) -> None:
    row = libraries.library_of(libraries.table(), place, bringer)
    assert row is not None
    assert row.name.startswith(name)


@pytest.mark.parametrize(
    ("place", "bringer"),
    [
        ("PySide6/QtCore.abi3.so", "pyside6-essentials"),
        ("PySide6/libpyside6.abi3.so.6.11", "pyside6-essentials"),
        ("PySide6/pyside6.abi3.dll", "pyside6-essentials"),
        ("numpy/linalg/lapack_lite.cp311-win_amd64.pyd", "numpy"),
        ("_cffi_backend.cpython-311-x86_64-linux-gnu.so", "cffi"),
        ("libpython3.11.so.1.0", ""),
        ("python311.dll", ""),
    ],
)
def test_extension_modules_belong_to_who_brings_them(place: str, bringer: str) -> None:
    assert libraries.library_of(libraries.table(), place, bringer) is None


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("MIT", ["MIT"]),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", ["MIT", "Apache-2.0", "Unicode-3.0"]),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", ["GPL-3.0-or-later", "GCC-exception-3.1"]),
    ],
)
def test_expressions_name_their_licences(written: str, named: list[str]) -> None:
    assert expression.identifiers(written) == named


# The build system


@pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="only Debian lists its packages")
def test_a_library_of_the_system_is_its_packages() -> None:
    package = debian.package_of(Path("/bin/dpkg"))
    assert package is not None
    assert package.name == "dpkg"
    assert package.copyright.is_file()
    assert package.purl.startswith("pkg:deb/debian/dpkg@")


def test_a_file_of_nobody_has_no_package(tmp_path: Path) -> None:
    (tmp_path / "libdrum.so").touch()
    assert debian.package_of(tmp_path / "libdrum.so") is None


def test_a_systems_own_python_does_not_own_its_other_libraries(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "base_prefix", "/usr")
    monkeypatch.setattr(sys, "base_exec_prefix", "/usr")
    folder = Path("/usr").resolve() / "lib"
    assert ours.is_of_python(folder / "libpython3.13.so.1.0")
    assert not ours.is_of_python(folder / "libcymbal.so.3")

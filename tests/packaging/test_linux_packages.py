"""The packages of Linux, packed from a small folder that stands where the frozen program will."""

import gzip
import hashlib
import io
import json
import os
import shutil
import stat
import subprocess
import sys
import tarfile
from pathlib import Path

import msgspec._core as msgspec_core
import pytest

import linux_checks
import linux_packages
from archives import unpack

NOON = 1_763_726_400
NEEDED = ("dpkg-deb", "objdump", linux_packages._nfpm())

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or any(shutil.which(tool) is None for tool in NEEDED),
    reason="packs for Linux, with dpkg-deb, objdump, and nfpm of the group packaging",
)


def payload_in(folder: Path) -> Path:
    """A program of two files, a link and a licence."""
    payload = folder / "producer-studio"
    inside = payload / "_internal"
    (inside / "licences").mkdir(parents=True)
    shutil.copy(Path(msgspec_core.__file__), payload / "producer-studio")
    (payload / "producer-studio").chmod(0o755)
    (inside / "a file.txt").write_text("with a blank in its name")
    (inside / "a link").symlink_to("a file.txt")
    part = {
        "name": "thing", "kind": "library", "licence": "MIT OR Apache-2.0 WITH LLVM-exception",
        "texts": ["thing/LICENSE"], "files": ["_internal/a file.txt"],
    }  # fmt: skip
    crate = part | {"name": "crate", "files": []}
    index = {"format": 1, "parts": [part, crate]}
    (inside / "licences" / "index.json").write_text(json.dumps(index))
    return payload


def built(folder: Path) -> list[Path]:
    to = folder / "dist"
    to.mkdir(parents=True)
    return linux_packages.build(payload_in(folder), "1.2.3", to)


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", str(NOON))
        made = built(tmp_path_factory.mktemp("packages"))
    return {path.name.rpartition(".")[2]: path for path in made}


@pytest.fixture(scope="module")
def unpacked(packages: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("root")
    subprocess.run(["dpkg-deb", "--extract", packages["deb"], folder], check=True)
    return folder


def field(package: Path, name: str) -> str:
    asked = ["dpkg-deb", "--field", str(package), name]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def test_each_is_called_as_its_kind_is(packages: dict[str, Path]) -> None:
    assert {path.name for path in packages.values()} == {
        "producer-studio_1.2.3_amd64.deb",
        "producer-studio-1.2.3.x86_64.rpm",
        "producer-studio-1.2.3-linux-x86_64.tar.gz",
    }


def test_the_same_folder_and_time_give_the_same_bytes(
    packages: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(NOON))
    again = {path.name: path for path in built(tmp_path / "elsewhere")}
    for path in packages.values():
        digests = [hashlib.sha256(one.read_bytes()) for one in (path, again[path.name])]
        assert digests[0].digest() == digests[1].digest(), path.name


def test_debian_is_told_what_it_needs(packages: dict[str, Path]) -> None:
    deb = packages["deb"]
    assert field(deb, "Version") == "1.2.3"
    assert field(deb, "Section") == "sound"
    assert field(deb, "Depends").startswith("libc6 (>= 2.")
    assert "gnome-keyring | kwalletmanager | keepassxc" in field(deb, "Recommends")
    assert "fonts-noto-cjk | fonts-wqy-microhei" in field(deb, "Recommends")
    for script in ("preinst", "postinst", "prerm", "postrm", "conffiles"):
        with pytest.raises(subprocess.CalledProcessError):
            subprocess.run(
                ["dpkg-deb", "--info", deb, script], check=True, stderr=subprocess.DEVNULL
            )


def test_the_program_is_where_a_shell_and_a_desktop_look(unpacked: Path) -> None:
    program = unpacked / "usr/bin/producer-studio"
    assert program.readlink() == Path("../lib/producer-studio/producer-studio")
    assert stat.S_IMODE(program.stat().st_mode) == 0o755
    inside = unpacked / "usr/lib/producer-studio/_internal"
    assert (inside / "a link").read_text() == "with a blank in its name"
    assert stat.S_IMODE((inside / "a file.txt").stat().st_mode) == 0o644
    share = unpacked / "usr/share"
    name = "io.github.producer_studio.ProducerStudio"
    for place in (
        f"applications/{name}.desktop",
        f"metainfo/{name}.metainfo.xml",
        f"icons/hicolor/16x16/apps/{name}.png",
        f"icons/hicolor/512x512/apps/{name}.png",
        f"icons/hicolor/scalable/apps/{name}.svg",
        "man/man1/producer-studio.1.gz",
        "bash-completion/completions/producer-studio",
        "zsh/vendor-completions/_producer-studio",
        "fish/vendor_completions.d/producer-studio.fish",
        "lintian/overrides/producer-studio",
    ):
        assert (share / place).is_file(), place
    assert not list(unpacked.glob("etc")), "nothing to be configured"


def test_every_bundled_part_is_in_the_copyright(unpacked: Path) -> None:
    documents = unpacked / "usr/share/doc/producer-studio"
    told = (documents / "copyright").read_text("utf-8")
    assert "\nFiles: *\nCopyright: 2026 Producer Studio developers\nLicense: GPL-3+\n" in told
    assert (
        "\n usr/lib/producer-studio/_internal/a?file.txt\nCopyright: the authors of thing" in told
    )
    assert "License: MIT or Apache-2.0 with LLVM-exception\n In full:\n" in told
    assert "crate" not in told, "a part without files has no paragraph"
    assert (documents / "licences").resolve() == (
        unpacked / "usr/lib/producer-studio/_internal/licences"
    )
    changes = gzip.decompress((documents / "changelog.gz").read_bytes()).decode()
    assert changes.startswith("producer-studio (")
    assert max(len(line) for line in changes.splitlines() if not line.startswith(" -- ")) <= 80


@pytest.mark.skipif(shutil.which("rpm") is None, reason="asks rpm")
def test_rpm_reads_what_it_needs_and_where_all_is(packages: dict[str, Path]) -> None:
    def asked(*options: str) -> list[str]:
        command = ["rpm", "-qp", *options, str(packages["rpm"])]
        told = subprocess.run(command, capture_output=True, text=True, check=True)
        return told.stdout.splitlines()

    assert "libc.so.6()(64bit)" in asked("--requires")
    places = asked("-l")
    assert "/usr/bin/producer-studio" in places
    assert "/usr/share/zsh/site-functions/_producer-studio" in places
    assert not any("vendor-completions" in place for place in places)
    assert asked("--licensefiles") == ["/usr/share/licenses/producer-studio/LICENSE"]
    assert asked("--scripts") == []
    assert asked("--qf", "%{NAME} %{VERSION} %{RELEASE} %{ARCH}\n") == [
        "producer-studio 1.2.3 1 x86_64"
    ]


def test_the_files_of_the_deb_are_compressed_and_whole(packages: dict[str, Path]) -> None:
    data = packages["deb"].read_bytes()
    assert b"data.tar.xz     " in data
    assert b"data.tar        " not in data
    listed = subprocess.run(
        ["dpkg-deb", "--contents", str(packages["deb"])], capture_output=True, text=True, check=True
    )
    assert "./usr/bin/producer-studio -> " in listed.stdout
    before = packages["deb"].read_bytes()
    with pytest.raises(ValueError, match="deb"):
        linux_packages.compress_data(packages["deb"])
    assert packages["deb"].read_bytes() == before


def test_the_portable_one_is_one_folder_that_can_run_anywhere(packages: dict[str, Path]) -> None:
    data = gzip.decompress(packages["gz"].read_bytes())
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        rows = {row.name: row for row in archive}
        readme = archive.extractfile("producer-studio-1.2.3/README.txt")
        assert readme is not None
        words = readme.read().decode()
    assert {name.split("/")[0] for name in rows} == {"producer-studio-1.2.3"}
    assert {(row.uid, row.uname, row.mtime) for row in rows.values()} == {(0, "root", NOON)}
    assert rows["producer-studio-1.2.3/producer-studio"].mode == 0o755
    assert rows["producer-studio-1.2.3/menu.sh"].mode == 0o755
    assert "libc.so.6" in words
    assert "$" not in words
    assert list(rows) == sorted(rows)


def test_the_entry_of_the_portable_one_comes_and_goes(
    packages: dict[str, Path], tmp_path: Path
) -> None:
    place = tmp_path / "my songs & 100% $more"
    with tarfile.open(packages["gz"]) as archive:
        unpack(archive, place)
    menu = place / "producer-studio-1.2.3" / "menu.sh"
    environ = {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    subprocess.run([menu, "add"], check=True, env=environ, stdout=subprocess.DEVNULL)
    (entry,) = (tmp_path / "data/applications").glob("*.desktop")
    (line,) = [one for one in entry.read_text().splitlines() if one.startswith("Exec=")]
    quoted = str(menu.with_name("producer-studio")).replace("%", "%%").replace("$", "\\\\$")
    assert line == f'Exec="{quoted}" window %F'
    assert len(list((tmp_path / "data/icons").rglob("*.*"))) == 11
    subprocess.run([menu, "remove"], check=True, env=environ, stdout=subprocess.DEVNULL)
    left = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert [path for path in left if path.name != "mimeinfo.cache"] == []


def test_only_what_has_no_reason_is_held_against_a_package() -> None:
    told = """\
N: The C library is reached by way of libpython, which has loaded it already.
O: producer-studio: library-not-linked-against-libc [usr/lib/x.so]
E: producer-studio: bad-thing
I: producer-studio: small-thing
W: producer-studio: odd-thing
"""
    assert linux_checks.unexcused(told) == [
        "E: producer-studio: bad-thing",
        "W: producer-studio: odd-thing",
    ]


def test_every_exception_has_its_reason_above_it() -> None:
    text = (linux_packages.linux_share.DATA / "lintian-overrides").read_text("utf-8")
    reason = False
    for line in text.splitlines():
        assert reason or not line.startswith("producer-studio:"), line
        reason = line.startswith("#")

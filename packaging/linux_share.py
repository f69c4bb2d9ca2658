"""What the program leaves below `share/` on Linux, so that a desktop and a shell know it."""

import datetime as dt
import gzip
import json
import os
from pathlib import Path, PurePosixPath
from typing import Any
from xml.sax.saxutils import escape

from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

import changelog
import icons
import manual
from producer_studio import DESKTOP_ID
from producer_studio.cli.root_command import root

DATA = Path(__file__).with_name("linux")
NAME = "producer-studio"
LICENCES = PurePosixPath("_internal/licences")
"""In the folder of the program."""

_COMPLETION_VARIABLE = "_PRODUCER_STUDIO_COMPLETE"
_SHELLS: dict[str, tuple[type[ShellComplete], str]] = {
    "bash": (BashComplete, f"bash-completion/completions/{NAME}"),
    "zsh": (ZshComplete, f"zsh/vendor-completions/_{NAME}"),
    "fish": (FishComplete, f"fish/vendor_completions.d/{NAME}.fish"),
}


def write(share: Path, version: str, epoch: int) -> None:
    """Writes everything but the documents that each kind of package wants for itself.

    Args:
        share: Becomes /usr/share.
        epoch: The time of the build, in seconds since 1970.
    """
    icons.write_pngs(share / "icons" / "hicolor", DESKTOP_ID)
    _put(share / "applications" / f"{DESKTOP_ID}.desktop", desktop_entry())
    _put(share / "metainfo" / f"{DESKTOP_ID}.metainfo.xml", metainfo(epoch))
    _put_compressed(share / "man" / "man1" / f"{NAME}.1.gz", manual.page(version, epoch))
    for shell, (_, place) in _SHELLS.items():
        _put(share / place, completion(shell))


def write_debian_documents(
    share: Path, licences: Path, home: PurePosixPath, epoch: int, maintainer: str
) -> None:
    """Writes what Debian wants beside a program: copyright, changes, and lintian's exceptions.

    Args:
        licences: The folder of the licences of what is bundled, with its index.
        home: Where the program is installed.
    """
    documents = share / "doc" / NAME
    _put(documents / "copyright", copyright_file(licences, home))
    changes = changelog.as_debian(_releases(), moment(epoch), maintainer)
    _put_compressed(documents / "changelog.gz", changes)
    below_usr = home.relative_to("/usr") / LICENCES
    (documents / "licences").symlink_to(PurePosixPath("../../..") / below_usr)
    _put(
        share / "lintian" / "overrides" / NAME,
        (DATA / "lintian-overrides").read_text("utf-8"),
    )


def copyright_file(licences: Path, home: PurePosixPath) -> str:
    """Debian's copyright file: ours, then every part that is bundled, with its files."""
    index = json.loads((licences / "index.json").read_text("utf-8"))
    inside = str(home).lstrip("/")
    parts = [_bundled(part, inside) for part in index["parts"] if part["kind"] != "program"]
    ours, terms = (DATA / "copyright").read_text("utf-8").split("\nLicense: GPL-3+\n This ", 1)
    return "\n".join([ours, *filter(None, parts), f"License: GPL-3+\n This {terms}"])


def _bundled(part: dict[str, Any], inside: str) -> str:
    """One paragraph; none for what has no files of its own, such as a crate inside a library."""
    if not part["files"]:
        return ""
    # A blank stands between two names there.
    files = "".join(f"\n {inside}/{name.replace(' ', '?')}" for name in part["files"])
    texts = "".join(f"\n  /{inside}/{LICENCES}/{text}" for text in part["texts"])
    short = part["licence"].replace(" OR ", " or ").replace(" AND ", " and ")
    return (
        f"Files:{files}\nCopyright: the authors of {part['name']}, as named in the texts below\n"
        f"License: {short.replace(' WITH ', ' with ')}\n In full:{texts}\n"
    )


def desktop_entry() -> str:
    return (DATA / f"{DESKTOP_ID}.desktop").read_text("utf-8")


def metainfo(epoch: int) -> str:
    """The description for software centres, with every release and, if it is known, the address.

    PRODUCER_STUDIO_URL is the project's page; PRODUCER_STUDIO_SCREENSHOTS an address below which
    studio-dark.png and studio-light.png are. Without them the description has none.
    """
    text = (DATA / f"{DESKTOP_ID}.metainfo.xml").read_text("utf-8")
    added = changelog.as_metainfo(_releases(), moment(epoch))
    page = os.environ.get("PRODUCER_STUDIO_URL", "")
    if page:
        added += f'  <url type="homepage">{escape(page)}</url>\n'
    pictures = os.environ.get("PRODUCER_STUDIO_SCREENSHOTS", "").rstrip("/")
    if pictures:
        added += _screenshots(escape(pictures))
    return text.replace("</component>", f"{added}</component>")


def completion(shell: str) -> str:
    """The script that lets a shell complete our commands."""
    made = _SHELLS[shell][0](root, {}, NAME, _COMPLETION_VARIABLE)
    # Not `source`: that asks the shell of this system for its version first.
    return made.source_template % made.source_vars() + "\n"


def _screenshots(below: str) -> str:
    rows = (("studio-dark", ' type="default"', "dark"), ("studio-light", "", "light"))
    shots = "".join(
        f"    <screenshot{kind}>\n      <caption>The studio in its {look} colours</caption>\n"
        f"      <image>{below}/{name}.png</image>\n    </screenshot>\n"
        for name, kind, look in rows
    )
    return f"  <screenshots>\n{shots}  </screenshots>\n"


def _releases() -> list[changelog.Release]:
    return changelog.releases(changelog.FILE.read_text("utf-8"))


def moment(epoch: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(epoch, dt.UTC)


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _put_compressed(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))

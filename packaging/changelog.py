"""What changed, for people and for package tools: the releases of CHANGELOG.md."""

import datetime as dt
import email.utils
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

FILE = Path(__file__).with_name("CHANGELOG.md")

_HEADING = re.compile(r"^## (?P<version>\d[^\s(]*)(?:\s+[(–-]?\s*(?P<day>\d{4}-\d\d-\d\d)\)?)?\s*$")


@dataclass(frozen=True, slots=True)
class Release:
    """One version and what a user notices of it.

    Attributes:
        day: None where the heading has no date.
    """

    version: str
    day: dt.date | None
    changes: tuple[str, ...]


def releases(text: str) -> list[Release]:
    """The releases of a change log, newest first: `## 1.2.0 (2026-11-21)`, then a list."""
    found: list[Release] = []
    for block in re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]:
        heading, _, rest = block.partition("\n")
        match = _HEADING.match(heading)
        if match is None:
            continue
        items = re.findall(r"^- (.+(?:\n  .+)*)", rest, re.MULTILINE)
        day = dt.date.fromisoformat(match["day"]) if match["day"] else None
        changes = tuple(" ".join(item.split()) for item in items)
        found.append(Release(match["version"], day, changes))
    return found


def as_metainfo(found: list[Release], built: dt.datetime) -> str:
    """The releases as AppStream's XML; one without a date is as old as the build."""
    parts = []
    for release in found:
        day = release.day or built.date()
        items = "".join(f"          <li>{escape(one)}</li>\n" for one in release.changes)
        parts.append(
            f'    <release version="{escape(release.version)}" date="{day}">\n'
            f"      <description>\n        <ul>\n{items}        </ul>\n      </description>\n"
            "    </release>\n"
        )
    return "  <releases>\n" + "".join(parts) + "  </releases>\n"


def as_debian(found: list[Release], built: dt.datetime, maintainer: str) -> str:
    """The releases as Debian's changelog."""
    parts = []
    for release in found:
        when = built
        if release.day is not None:
            when = dt.datetime.combine(release.day, dt.time(12), dt.UTC)
        items = "".join(_debian_item(one) for one in release.changes)
        parts.append(
            f"producer-studio ({release.version}) stable; urgency=medium\n\n{items}\n"
            f" -- {maintainer}  {email.utils.format_datetime(when)}\n"
        )
    return "\n".join(parts)


def _debian_item(change: str) -> str:
    return textwrap.fill(change, 78, initial_indent="  * ", subsequent_indent="    ") + "\n"

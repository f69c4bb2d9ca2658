"""The Python distributions of the build environment, and what their metadata tell."""

import json
import re
import tomllib
from dataclasses import dataclass
from email.message import Message
from functools import cache, cached_property
from importlib import metadata
from pathlib import Path
from typing import Any, cast

from licences.expression import stated

_HERE = Path(__file__).parent
_TEXT = re.compile(r"(?i)^(?:licenses/.|(?:licen[cs]e|copying|notice|authors)[^/]*$)")
_HOMES = ("homepage", "home", "source", "source code", "repository", "documentation")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@dataclass(frozen=True, slots=True)
class Component:
    """A row of a wheel's own bill of materials."""

    name: str
    version: str
    licence: str
    authors: str
    purl: str
    home: str

    @property
    def is_crate(self) -> bool:
        return self.purl.startswith("pkg:cargo/")


class Distribution:
    """One installed distribution."""

    def __init__(self, installed: metadata.Distribution) -> None:
        self._installed = installed
        # Typeshed's protocol for it leaves out what every message can do.
        self._metadata = cast("Message", installed.metadata)
        self.name = str(self._metadata["Name"])
        self.key = normal(self.name)
        self.version = installed.version

    @cached_property
    def files(self) -> list[Path]:
        return [Path(str(self._installed.locate_file(one))) for one in self._installed.files or ()]

    @property
    def licence(self) -> str:
        """SPDX; empty where nobody states it."""
        return str(self._told.get("licence", "")) or stated(self._metadata)

    @property
    def home(self) -> str:
        said = self._metadata
        urls = {}
        for entry in said.get_all("Project-URL", []):
            label, _, url = str(entry).partition(",")
            urls[label.strip().lower()] = url.strip()
        found = next((urls[label] for label in _HOMES if label in urls), "")
        return found or str(said.get("Home-page") or "")

    @cached_property
    def texts(self) -> dict[str, Path | str]:
        """Its licence files by name, or what stands for them where the wheel has none."""
        told = self._told
        found: dict[str, Path | str] = {
            name: _HERE / "texts" / name for name in told.get("texts", [])
        }
        if told.get("own", True):
            for path in self.files:
                place = path.as_posix()
                inside = place.rpartition(".dist-info/")[2]
                if inside != place and _TEXT.search(inside) and path.suffix != ".py":
                    found[inside.removeprefix("licenses/").replace("/", "-")] = path
        if not found and told.get("licence"):
            said = self._metadata
            author = said.get("Author") or said.get("Author-email") or self._maker
            found["notice.txt"] = f"{self.name} {self.version}\n{self.licence}\nby {author}\n"
        return found

    @cached_property
    def components(self) -> list[Component]:
        """What its bills of materials say is inside it, without what only built it."""
        return [
            _component(row)
            for bill in self._bills
            for row in bill.get("components", [])
            if row.get("scope") != "excluded" and normal(row["name"]) != self.key
        ]

    @property
    def _maker(self) -> str:
        authors = (bill["metadata"].get("component", {}).get("author", "") for bill in self._bills)
        return next((author for author in authors if author), self.name)

    @property
    def _told(self) -> dict[str, Any]:
        return dict(_wheels().get(self.key, {}))

    @cached_property
    def _bills(self) -> list[dict[str, Any]]:
        found = [path for path in self.files if path.parent.name == "sboms"]
        bills = [json.loads(path.read_text("utf-8")) for path in sorted(found)]
        return [bill for bill in bills if bill.get("bomFormat") == "CycloneDX"]


def installed(site: Path) -> list[Distribution]:
    """All distributions of an environment."""
    found = [Distribution(one) for one in metadata.distributions(path=[str(site)])]
    return sorted(found, key=lambda one: one.key)


@cache
def _wheels() -> dict[str, Any]:
    return tomllib.loads((_HERE / "wheels.toml").read_text("utf-8"))


def _component(row: dict[str, Any]) -> Component:
    pages = {one["type"]: one["url"] for one in row.get("externalReferences", [])}
    said = []
    for one in row.get("licenses", []):
        licence = one.get("license", {})
        said.append(one.get("expression") or licence.get("id") or licence.get("name", ""))
    return Component(
        row["name"],
        row.get("version", ""),
        re.sub(r" +", " ", " AND ".join(said)),
        row.get("author", ""),
        row.get("purl", "").partition("?")[0],
        pages.get("website") or pages.get("vcs", ""),
    )

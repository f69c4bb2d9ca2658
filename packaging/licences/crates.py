"""Rust crates and other libraries that a wheel's extension module holds."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from licences.distributions import Component, Distribution
from licences.expression import identifiers
from licences.libraries import Library
from licences.part import LIBRARY, LicenceMissing, Part

_HERE = Path(__file__).parent


def parts_within(owner: Distribution, rows: list[Library]) -> list[Part]:
    """The parts that a distribution's bills of materials name, and that are no files of their own.

    Raises:
        LicenceMissing: One of them has neither a licence nor a row in the table.
    """
    parts = []
    for component in owner.components:
        if component.is_crate:
            parts.append(_crate(owner, component))
        elif component.purl.startswith("pkg:generic/"):
            parts.append(_library(owner, component, rows))
    return parts


def _crate(owner: Distribution, crate: Component) -> Part:
    if not crate.licence:
        raise LicenceMissing(
            f"The crate {crate.name} {crate.version} in {owner.name} states no licence. Find it, "
            "and add it to packaging/licences/crates.toml."
        )
    told = _table()
    texts: dict[str, Path | str] = {
        name: _HERE / "texts" / name for name in told["texts"].get(crate.name, [])
    }
    return Part(
        crate.name,
        crate.version,
        LIBRARY,
        crate.licence,
        crate.home,
        owner.name,
        crate.purl,
        texts,
        notice(crate),
    )


def notice(crate: Component) -> str:
    """Who holds the rights, as the crate or its wheel tells it."""
    lines = _table()["notices"].get(crate.name, [])
    if not lines and crate.authors:
        lines = [crate.authors]
    if not lines:
        # Only where a licence can be chosen that asks for no such line.
        if "Apache-2.0" not in identifiers(crate.licence):
            raise LicenceMissing(
                f"{crate.name} {crate.version} is under {crate.licence}, which asks for its "
                "copyright line. Add it to packaging/licences/crates.toml."
            )
        lines = [f"the {crate.name} developers"]
    said = "".join(f"Copyright (c) {line}\n" for line in lines)
    return f"{crate.name} {crate.version}\n{crate.licence}\n\n{said}"


def _library(owner: Distribution, component: Component, rows: list[Library]) -> Part:
    row = next((row for row in rows if row.component == component.name), None)
    if row is None:
        raise LicenceMissing(
            f"{component.name} {component.version} is inside {owner.name}, and has no row in "
            "packaging/licences/libraries.toml. Add whose it is and under which licence."
        )
    return Part(
        row.name,
        component.version,
        LIBRARY,
        row.licence,
        row.home,
        owner.name,
        component.purl,
        row.own_texts(),
    )


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((_HERE / "crates.toml").read_text("utf-8"))

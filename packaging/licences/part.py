"""One thing that is bundled, and what is known of it."""

import re
from dataclasses import dataclass, field
from pathlib import Path

PROGRAM = "program"
PACKAGE = "python package"
LIBRARY = "library"
RUNTIME = "runtime"
FONT = "font"
ICONS = "icons"
SAMPLES = "samples"


class LicenceMissing(Exception):
    """Something would be shipped whose owner or licence nobody knows; says what to do."""


@dataclass(slots=True)
class Part:
    """What somebody else (or this project) made, under one licence.

    Attributes:
        version: As its maker writes it; empty where nothing in the folder tells it.
        kind: One of the words above.
        licence: SPDX expression.
        within: The part that brings it, for libraries inside wheels; empty for others.
        purl: Package URL.
        own_texts: Names, and files or contents, of its own licence texts.
        notice: Whose it is, for the file that lists all crates of the part that brings it.
        told_by: A part whose own texts cover this one.
        files: Places in the folder, with slashes.
        modules: How many Python modules of it are inside the executable.
        size: Bytes of its files.
    """

    name: str
    version: str
    kind: str
    licence: str
    home: str = ""
    within: str = ""
    purl: str = ""
    own_texts: dict[str, Path | str] = field(default_factory=dict)
    notice: str = ""
    told_by: str = ""
    files: list[str] = field(default_factory=list)
    modules: int = 0
    size: int = 0

    @property
    def folder(self) -> str:
        """Its folder of texts: the name, and the version that tells two of a name apart."""
        words = f"{self.name}-{self.version}" if self.version else self.name
        return re.sub(r"[^a-z0-9.+]+", "-", words.lower()).strip("-")

    @property
    def sorting(self) -> tuple[str, str, str]:
        return self.name.lower(), self.version, self.within

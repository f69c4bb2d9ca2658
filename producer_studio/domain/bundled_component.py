"""Third-party components bundled with the program."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BundledComponent:
    """Third-party component under one licence.

    Attributes:
        version: Version; empty where it is unknown.
        kind: Kind such as "library" or "font".
        licence: SPDX expression.
        home: URL of the home page, or empty.
        within: Component that contains it, or empty.
        texts: File names of its licence texts, relative to the licence folder.
        is_apart: Whether it has files or modules of its own, instead of being compiled into those
            of another component.
    """

    name: str
    version: str
    kind: str
    licence: str
    home: str = ""
    within: str = ""
    texts: tuple[str, ...] = ()
    is_apart: bool = True

    @property
    def title(self) -> str:
        return f"{self.name} {self.version}".strip()

"""What others made and this copy of the program brings along."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BundledComponent:
    """One part, under one licence.

    Attributes:
        version: Empty where nothing tells it.
        kind: Such as "library" or "font".
        licence: SPDX expression.
        home: A page, or empty.
        within: The part that brings it, or empty.
        texts: Its licence texts: names below the folder of licences.
        is_apart: Whether it has files or modules of its own, and is not compiled into those of
            another part.
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

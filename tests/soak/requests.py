"""What a soak asks for: any operation of any profile, each press with a mark of its own."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.matrix.cells import DIALECTS, METAL, SOUND, THEME, WORDS, Dialect, cells_of

Sources = dict[str, dict[str, Any]]
"""By profile, a clip that was made there."""


@dataclass(frozen=True)
class Deed:
    """One press of a button.

    Attributes:
        mark: Stands in the request; a video, an export or stems carry none, and are known by their
            source instead.
        arguments: Of the command line.
    """

    dialect: Dialect
    operation: str
    mark: str
    arguments: tuple[str, ...]


class Deeds:
    """Draws deeds; the same generator draws the same ones.

    Args:
        sources: What operations work on.
        publish: Gives the public address of a sound file whose name is a mark; what stands in the
            query of an address is not told in a job.
        folder: For exported files.
    """

    def __init__(
        self, rng: random.Random, sources: Sources, publish: Callable[[str], str], folder: str
    ) -> None:
        self._rng = rng
        self._sources = sources
        self._publish = publish
        self._folder = folder
        self._number = 0

    def next(self) -> Deed:
        self._number += 1
        dialect = self._rng.choice(DIALECTS)
        operation = self._rng.choice(sorted({cell.operation for cell in cells_of(dialect.profile)}))
        mark = f"tide{self._number:05d}x"
        source = self._sources[dialect.profile]["id"]
        if operation == "export":
            wanted = "wav" if dialect.profile == "acedata" else self._rng.choice(("mp3", "wav"))
            arguments = (
                "export", source, "--by-service", "--again",
                "--format", wanted, "--to", self._folder,
            )  # fmt: skip
        else:
            arguments = (
                # Stems and videos of the same clip are asked for again and again here.
                "generate", "--again", "--account", dialect.profile, "--op", operation,
                *self._options(dialect, operation, mark, source),
            )  # fmt: skip
        return Deed(dialect, operation, mark, arguments)

    def _options(self, dialect: Dialect, operation: str, mark: str, source: str) -> tuple[str, ...]:
        rng = self._rng
        # Lyria sings whatever is asked, so the switch is not offered there.
        quiet = () if dialect.profile == "musicapi-2026-05" else ("--instrumental",)
        song = ("--title", f"Low {mark}", "--seed", str(rng.randrange(10**6)))
        on_source = ("--source", source, *song)
        options: dict[str, Callable[[], tuple[str, ...]]] = {
            "create": lambda: (
                *song, "--sound", SOUND, *quiet, "--takes", str(rng.choice((1, 1, 1, 2))),
            ),
            "extend": lambda: (*on_source, "--sound", METAL, "--from", "3"),
            "cover": lambda: (*on_source, "--sound", METAL),
            "replace": lambda: (
                *on_source, "--sound", METAL, "--from", "1", "--to", "4", "--lyrics", WORDS,
            ),
            "swap-vocals": lambda: (*on_source, "--lyrics", WORDS),
            "swap-sound": lambda: (*on_source, "--sound", METAL),
            "variation": lambda: on_source,
            "stems": lambda: ("--source", source),
            "video": lambda: ("--source", source),
            "lyrics": lambda: ("--sound", f"{THEME}, {mark}"),
            "upload": lambda: ("--source", self._publish(mark)),
        }  # fmt: skip
        return options[operation]()

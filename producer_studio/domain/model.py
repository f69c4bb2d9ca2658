"""Catalogue of music models."""

from dataclasses import dataclass
from enum import StrEnum


class Stability(StrEnum):
    VERY_STABLE = "very stable"
    STABLE = "stable"
    OCCASIONAL_FAILURES = "occasional failures"
    LOW_SUCCESS = "low success rate"


@dataclass(frozen=True, slots=True)
class Model:
    """Music model as documented in "MusicAPI, Producer API".

    Attributes:
        name: Name that is sent to the service and displayed.
        typical_s: Shortest and longest typical generation time, in seconds.
        stability: Reliability as stated by the document.
        note: One-line description for the picker.
    """

    name: str
    typical_s: tuple[int, int]
    stability: Stability
    note: str = ""

    @property
    def expected_s(self) -> float:
        """Middle of the documented range, in seconds."""
        return sum(self.typical_s) / 2


DEFAULT_MODEL = "FUZZ-2.0"

# "MusicAPI, Producer API", tested there on 2026-02-23. "<30s" is read as 20 to 30.
MODELS: tuple[Model, ...] = (
    Model("FUZZ-2.0 Pro", (20, 30), Stability.STABLE, "High quality, recommended"),
    Model("FUZZ-2.0", (20, 30), Stability.VERY_STABLE, "Default, best balance"),
    Model("FUZZ-2.0 Raw", (20, 30), Stability.VERY_STABLE, "Raw, unprocessed output"),
    Model("FUZZ-1.1 Pro", (30, 50), Stability.STABLE, "Enhanced version of 1.1"),
    Model("FUZZ-1.0 Pro", (20, 30), Stability.VERY_STABLE, "Enhanced version of 1.0"),
    Model("FUZZ-1.0", (30, 50), Stability.STABLE, "Previous stable release"),
    Model("FUZZ-1.1", (30, 50), Stability.OCCASIONAL_FAILURES, "Retry recommended"),
    Model("FUZZ-0.8", (30, 50), Stability.OCCASIONAL_FAILURES, "Legacy, retry recommended"),
    Model("Lyria 3 preview", (30, 50), Stability.OCCASIONAL_FAILURES, "Preview, retry recommended"),
    Model("FUZZ-3-Demo", (50, 80), Stability.LOW_SUCCESS, "Newest, demo stage"),
)

LYRIA_3_PRO = Model("Lyria 3 Pro", (30, 30), Stability.STABLE, "Vocals, instrumentals, whole songs")
"""From docs.musicapi.ai, "Producer instructions", May 2026: 30 s on average, production-ready."""

_BY_NAME = {model.name: model for model in (*MODELS, LYRIA_3_PRO)}


def find_model(name: str) -> Model:
    """Returns the catalogue entry, or one with the widest documented time for an unknown name."""
    return _BY_NAME.get(name) or Model(name, (20, 80), Stability.STABLE, "Not in the model list")

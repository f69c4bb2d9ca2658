"""Events of the engine, for its client."""

from dataclasses import dataclass

from producer_studio.audio.engine.source import Source
from producer_studio.audio.engine.track import Item


@dataclass(frozen=True, slots=True)
class SourceOpened:
    """A source can be played; `declared_frames` is its length by the header, if it has one."""

    source: Source
    declared_frames: int | None


@dataclass(frozen=True, slots=True)
class SourceFailed:
    """A source cannot be played, or no further; why, as a sentence."""

    source: Source
    message: str


@dataclass(frozen=True, slots=True)
class SourceDamaged:
    """A source can be played, but something is wrong with it; what, as a sentence."""

    source: Source
    message: str


@dataclass(frozen=True, slots=True)
class ItemStarted:
    """The item before was rendered to its end, and this one follows without a gap."""

    item: Item


@dataclass(frozen=True, slots=True)
class ItemEnded:
    """An item was rendered to its end, and nothing follows."""

    item: Item


@dataclass(frozen=True, slots=True)
class Underrun:
    """A source was not decoded in time: silence is rendered and the position waits."""

    position: int


EngineEvent = SourceOpened | SourceFailed | SourceDamaged | ItemStarted | ItemEnded | Underrun

"""Position, loop, speed and changes of what is heard."""

from collections import deque

import numpy as np

from producer_studio.audio.engine.cursor import Cursor, Loop
from producer_studio.audio.engine.events import EngineEvent, ItemEnded, ItemStarted, Underrun
from producer_studio.audio.engine.levels import crossfade
from producer_studio.audio.engine.position_log import Place, PositionLog
from producer_studio.audio.engine.prefetch import Prefetch
from producer_studio.audio.engine.track import Item
from producer_studio.audio.engine.voice import Voice
from producer_studio.audio.frame_samples import Block, empty_block, silent_block

_CROSSFADE_S = 0.008
_DECLICK_S = 0.005
_BLOCK_FRAMES = 1_024
_LOG_S = 10.0
_CUSHION_S = 0.1
"""Seconds that must be decoded before sound goes on after an underrun."""


class Transport:
    """Renders what is to be heard now. Not thread-safe; the engine locks it.

    Each change (play, pause, seek, another track, another speed) replaces the voice and fades from
    the old one to the new one, as soon as the new one is decoded. Until then the old one goes on.

    Attributes:
        is_playing: Whether it plays, or will as soon as the source is decoded.
        item: What is played; None if nothing is loaded.
        following: What is played after it.
        loop: Region of the item that is repeated.
        speed: 0.5 to 2.
        rendered: Number of frames rendered so far.
        silent_frames: Number of frames of silence because a source was late.
    """

    def __init__(self, rate: int, *, waits: bool) -> None:
        self.is_playing = False
        self.item: Item | None = None
        self.following: Item | None = None
        self.loop: Loop | None = None
        self.speed = 1.0
        self.rendered = 0
        self.silent_frames = 0
        self.log = PositionLog(round(_LOG_S * rate))
        self.events: deque[EngineEvent] = deque()
        self._rate = rate
        self._waits = waits
        self._crossfade = round(_CROSSFADE_S * rate)
        self._declick = round(_DECLICK_S * rate)
        self._prefetch = Prefetch(rate, holds=not waits)
        self._voice: Voice | None = None
        self._goal: int | None = None
        self._goes_on = False
        self._jumped_at = 0
        self._is_stale = False
        self._is_late = False
        self._fading = empty_block(0)

    @property
    def position(self) -> int:
        """Frame of the item that is rendered next, or that a seek goes to."""
        if self._goal is not None:
            return self._goal
        place = self._place()
        return place.position if place is not None else 0

    @property
    def items(self) -> tuple[Item | None, ...]:
        """Items that are heard, or can still be."""
        voice = self._voice
        heard = () if voice is None else (voice.cursor.item, voice.cursor.following)
        return (self.item, self.following, *heard)

    def heard(self, latency: int) -> Place | None:
        """Returns what was rendered `latency` frames ago; after a seek, where that goes to."""
        if self.item is None:
            return None
        if self._goal is not None or self._goes_on:
            return Place(self.item, self.position)
        return self.log.at(max(self.rendered - latency, self._jumped_at))

    def load(self, item: Item | None, position: int | None = 0) -> None:
        """Replaces what is played.

        Args:
            item: What is played from now on; None for nothing.
            position: Where to begin; None for the frame that the voice before has reached when it
                is replaced.
        """
        goes_on = position is None and item is not None and self._voice is not None
        start = self.position if position is None else position
        self.item, self.following, self.loop = item, None, None
        self.seek(start)
        if goes_on:
            # The position is that of the voice, which goes on until the item is decoded.
            self._goal, self._goes_on = None, True

    def seek(self, position: int) -> None:
        """Goes to a frame."""
        self._goal = None if self.item is None else max(0, position)
        self._goes_on = False
        self._jumped_at = self.rendered
        self._refresh()

    def set_following(self, item: Item | None) -> None:
        """Sets the item after this one."""
        self.following = item
        voice = self._voice
        if voice is not None and voice.cursor.item is self.item and voice.may_change_following:
            voice.cursor.following = item
            self._prefetch.reset()
        else:
            self._refresh()

    def set_loop(self, loop: Loop | None) -> None:
        """Sets the region that is repeated."""
        self.loop = loop
        voice = self._voice
        # At another speed the input is ahead of the output, and may have passed the loop.
        if voice is not None and voice.cursor.item is self.item and voice.speed == 1.0:
            voice.cursor.loop = loop
            self._prefetch.reset()
        else:
            self._refresh()

    def set_speed(self, speed: float) -> None:
        """Sets the speed, 0.5 to 2."""
        self.speed = speed
        self._refresh()

    def refresh_mix(self) -> None:
        """Takes over changed levels and selections of the item."""
        if self._voice is not None and not (
            self._voice.cursor.item is self.item and self._voice.set_gains()
        ):
            self._is_stale = True
        self._prefetch.reset()

    def prepare(self) -> None:
        """Lets the sources decode what comes next; also while nothing is rendered."""
        if self.item is None:
            return
        if self._goal is not None and self._voice is None:
            # Nothing is heard: the position changes at once.
            self.log.add(self.rendered, self.item, self._goal, 0.0)
            self._goal, self._jumped_at = None, self.rendered
        if self._voice is not None:
            # At another speed the voice has read beyond what is heard, perhaps into a loop.
            is_changing = self._is_stale and self._voice.speed != 1.0
            waits = self._goal is not None or self._goes_on or is_changing
            goal = self._cursor(self.position) if waits else None
            # A change of speed goes back to the frame that is heard.
            speed = self.speed if self._voice.speed == 1.0 else self._voice.speed
            self._prefetch.update(self._voice.cursor, self.following, goal, speed=speed)
        else:
            cursor = self._cursor(self.position)
            self._prefetch.update(cursor, self.following, speed=self.speed)

    def render(self, target: Block) -> None:
        """Adds the next frames to zeros of shape (n, 2)."""
        done = 0
        while done < len(target):
            rest = target[done : done + _BLOCK_FRAMES]
            if not len(self._fading):
                self._change(len(rest))
            if len(self._fading):
                made, self._fading = self._fading[: len(rest)], self._fading[len(rest) :]
            elif self._voice is not None:
                made = self._voice.read(len(rest))
            else:
                made = np.zeros_like(rest)
                self.silent_frames += len(rest) if self._is_late else 0
            rest[: len(made)] += made
            done += len(made)
            self.rendered += len(made)
            if self._voice is not None and not len(made):
                self._end()
            self._promote()
            self.prepare()

    def _change(self, frames: int) -> None:
        """Replaces the voice where something else is to be heard, or a source is late."""
        if self.item is None or not self.is_playing:
            if self._voice is not None:
                self._leave()
            self._is_late = False
            return
        if self._voice is None or self._is_stale or self._goal is not None:
            self.prepare()
            position = self.position
            new = Voice(self._cursor(position), self.speed, self._rate, self.log)
            cushion = round(_CUSHION_S * self._rate) if self._is_late else 0
            if self._is_ready(new, self._crossfade + frames + cushion):
                self._enter(new)
                return
        if self._voice is not None and not self._is_ready(self._voice, frames + self._declick):
            self._leave()
            self._is_late = True
            self.events.append(Underrun(self.position))

    def _read_rest(self, voice: Voice, frames: int) -> Block:
        """Reads the last frames of a voice, which no device waits for."""
        if self._waits:
            self._is_ready(voice, frames)
        return voice.read(frames)

    def _is_ready(self, voice: Voice, frames: int) -> bool:
        while self._waits and not voice.is_ready(frames):
            voice.wait(frames)
        return voice.is_ready(frames)

    def _enter(self, new: Voice) -> None:
        old, self._voice = self._voice, new
        length = self._declick if old is None else self._crossfade
        before = silent_block(length)
        if old is not None:
            made = self._read_rest(old, length)
            before[: len(made)] = made
        if self._goal is not None or self._goes_on:
            # What is heard until now was another position, or another item.
            self._jumped_at = self.rendered
        self._goal, self._goes_on = None, False
        self._is_stale = self._is_late = False
        self._prefetch.reset()
        position = new.cursor.position
        new.begin(self.rendered)
        self.log.add(self.rendered, new.cursor.item, position, self.speed)
        if old is None and position == 0:
            return  # the first note is not faded in
        after = new.read(length)
        self._fading = crossfade(before[: len(after)], after)

    def _leave(self) -> None:
        """Fades out, and stays at the frame where that begins."""
        assert self._voice is not None  # noqa: S101 - only called with one
        place = self._place()
        made = self._read_rest(self._voice, self._declick)
        self._voice = None
        self._fading = crossfade(made, np.zeros_like(made))
        if place is not None:
            self.log.add(self.rendered, place.item, place.position, 0.0)
            if self._goes_on:
                self._goal, self._goes_on = place.position, False

    def _end(self) -> None:
        assert self._voice is not None  # noqa: S101 - only called with one
        item = self._voice.cursor.item
        if self._goal is not None or self._goes_on:
            # What is waited for is played as soon as it is decoded.
            self._goal, self._goes_on = self.position, False
            self._voice = None
            return
        self._voice, self.is_playing = None, False
        self.log.add(self.rendered, item, item.end or 0, 0.0)
        self.events.append(ItemEnded(item))

    def _promote(self) -> None:
        """Notices that the following item is rendered now."""
        if self.following is None:
            return
        place = self._place()
        if place is not None and place.item is self.following:
            self.item, self.following, self.loop = self.following, None, None
            self.events.append(ItemStarted(self.item))

    def _place(self) -> Place | None:
        return None if self.item is None else self.log.at(self.rendered)

    def _cursor(self, position: int) -> Cursor:
        assert self.item is not None  # noqa: S101 - only called with one
        return Cursor(self.item, position, self.loop, self.following)

    def _refresh(self) -> None:
        self._is_stale = self._voice is not None
        self._prefetch.reset()

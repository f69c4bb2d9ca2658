"""Change of speed that keeps the pitch, by FFmpeg's filter "atempo"."""

from fractions import Fraction

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.filter import Graph

from producer_studio.audio.frame_samples import Block

SLOWEST, FASTEST = 0.5, 2.0


class Stretcher:
    """Takes frames at their own speed and gives them at another.

    Attributes:
        fed: Number of frames taken, without the lead.
        available: Number of frames that can be read.
    """

    def __init__(self, speed: float, rate: int) -> None:
        """Creates a stretcher; speed is 0.5 to 2, rate in Hz."""
        self._speed = speed
        self._rate = rate
        self._ready: list[Block] = []
        self._made = 0
        self._to_drop = 0
        self.fed = 0
        self.available = 0
        graph = Graph()
        # FFmpeg would start threads with each graph and end them, and have no use for them.
        graph.threads = 1
        source = graph.add_abuffer(
            format="flt", sample_rate=rate, layout="stereo", time_base=Fraction(1, rate)
        )
        tempo = graph.add("atempo", f"{speed:.6f}")
        sink = graph.add("abuffersink")
        source.link_to(tempo)
        tempo.link_to(sink)
        graph.configure()
        self._graph = graph

    @staticmethod
    def needed_frames(rate: int) -> int:
        """Returns how many frames the filter may hold back."""
        # Three windows, each a power of two of about 1/24 s.
        return 4 << (rate // 24).bit_length()

    @staticmethod
    def lead_frames(rate: int) -> int:
        """Returns how many frames `lead_in` takes."""
        return Stretcher.needed_frames(rate) // 2

    def lead_in(self, block: Block) -> None:
        """Takes the frames before the first one, which are not given out.

        Without them the filter's first windows reach before the start, and click.
        """
        self._to_drop = round(len(block) / self._speed)
        self.feed(block)
        self.fed = 0

    def feed(self, block: Block) -> None:
        """Takes the next frames, shape (n, 2)."""
        frame = AudioFrame.from_ndarray(
            np.ascontiguousarray(block).reshape(1, -1), format="flt", layout="stereo"
        )
        frame.sample_rate = self._rate
        self.fed += len(block)
        self._graph.push(frame)
        self._pull()

    def finish(self) -> None:
        """Ends the input; the output gets the length that the speed implies."""
        self._graph.push(None)
        self._pull()
        missing = round(self.fed / self._speed) - self._made
        if missing > 0:
            self._append(np.zeros((missing, 2), np.float32))
        elif missing < 0:
            surplus = min(self.available, -missing)
            kept = self.read(self.available)[: self.available - surplus or None]
            self._ready, self.available = [kept], len(kept)

    def read(self, count: int) -> Block:
        """Returns up to `count` frames."""
        parts: list[Block] = []
        while count > 0 and self._ready:
            part = self._ready[0]
            parts.append(part[:count])
            if len(part) > count:
                self._ready[0] = part[count:]
            else:
                del self._ready[0]
            count -= len(parts[-1])
            self.available -= len(parts[-1])
        return np.concatenate(parts) if parts else np.empty((0, 2), np.float32)

    def _pull(self) -> None:
        while True:
            try:
                frame = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            assert isinstance(frame, AudioFrame)  # noqa: S101 - the graph has no video in it
            self._append(frame.to_ndarray().reshape(-1, 2).astype(np.float32, copy=False))

    def _append(self, block: Block) -> None:
        dropped = min(self._to_drop, len(block))
        self._to_drop -= dropped
        block = block[dropped:]
        self._ready.append(block)
        self._made += len(block)
        self.available += len(block)

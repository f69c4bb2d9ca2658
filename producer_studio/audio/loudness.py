"""Integrated loudness and true peak by EBU R 128, measured by FFmpeg's filter "ebur128"."""

import math
from fractions import Fraction

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.filter import Graph
from numpy.typing import NDArray

_LUFS = "lavfi.r128.I"
_TRUE_PEAK = "lavfi.r128.true_peak"
"""Magnitude, where 1.0 is full scale; the largest so far."""

_ABSOLUTE_GATE = -70.0
# The weighting is not stable where 1.7 kHz is above half the rate.
_LOWEST_RATE = 4_000


class LoudnessMeter:
    """Loudness meter that is fed block by block."""

    def __init__(self, rate: int, channels: int) -> None:
        """Creates a meter for a sample rate in Hz; 1 channel means that both columns are equal."""
        # The filter reports nothing at rates that are no multiple of 10, such as 11,025 Hz.
        self._rate = round(max(rate, _LOWEST_RATE), -1)
        self._layout = "mono" if channels == 1 else "stereo"
        self._graph = _build_graph(self._rate, self._layout)
        self._lufs = -math.inf
        self._true_peak = 0.0

    def feed(self, block: NDArray[np.float32]) -> None:
        """Adds the next frames, shape (n, 2)."""
        planes = block.T[:1] if self._layout == "mono" else block.T
        frame = AudioFrame.from_ndarray(
            np.ascontiguousarray(planes), format="fltp", layout=self._layout
        )
        frame.sample_rate = self._rate
        self._graph.push(frame)
        self._read_results()

    def integrated_lufs(self) -> float | None:
        """Returns the LUFS of all blocks; None if silent or shorter than 400 ms. Ends measuring."""
        self._graph.push(None)
        self._read_results()
        return self._lufs if self._lufs > _ABSOLUTE_GATE else None

    def true_peak_dbtp(self) -> float | None:
        """Returns the true peak of all blocks, after `integrated_lufs`; None if silent."""
        return 20 * math.log10(self._true_peak) if self._true_peak > 0 else None

    def _read_results(self) -> None:
        """Reads the results so far from the filtered frames, which come every 100 ms."""
        while True:
            try:
                frame = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            # Frames within the first 400 ms have none, nor has the last, which is shorter.
            self._lufs = float(frame.metadata.get(_LUFS, self._lufs))
            self._true_peak = float(frame.metadata.get(_TRUE_PEAK, self._true_peak))


def _build_graph(rate: int, layout: str) -> Graph:
    graph = Graph()
    graph.threads = 1
    graph.link_nodes(
        graph.add_abuffer(
            format="fltp", sample_rate=rate, layout=layout, time_base=Fraction(1, rate)
        ),
        # Without this, silence after sound takes ten times the CPU time: the filter's memory fades
        # to denormal numbers, which processors handle slowly.
        graph.add("adenorm"),
        graph.add("ebur128", "metadata=1:peak=true"),
        graph.add("abuffersink"),
    ).configure()
    return graph

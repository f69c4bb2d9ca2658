"""Conversion of sample rate and channel layout, without audible aliases or clipping."""

from fractions import Fraction

import av
from av.audio.frame import AudioFrame
from av.audio.layout import AudioLayout
from av.filter import Graph

# By default FFmpeg's resampler passes tones above half the new rate at −19.5 dB (measured from 96
# to 48 kHz); with a longer filter they are below −95 dB.
_FILTER = "filter_size={taps}:cutoff=0.97"
_TAPS = 128
# A downmix to stereo preserves full scale: without this, 5.1 clips by up to 7.6 dB in floating
# point.
_MIX = "rematrix_maxval=1"


class StereoResampler:
    """Converts frames of one format to planar float stereo at another sample rate.

    The length stays exact: n frames at rate a become round(n × b / a) frames at rate b.
    """

    def __init__(self, sample_rate: int, taps: int = _TAPS) -> None:
        """Creates a resampler to a rate in Hz; the source format is that of the first frame.

        Args:
            sample_rate: The rate.
            taps: Length of the filter. With 64 the conversion from 44.1 to 48 kHz is exact to
                -90 dB up to 20 kHz, with the usual number up to 21 kHz.
        """
        self._sample_rate = sample_rate
        self._filter = _FILTER.format(taps=taps)
        self._graph: Graph | None = None

    def resample(self, frame: AudioFrame | None) -> list[AudioFrame]:
        """Returns the frames that are ready after this one; None flushes the rest.

        Raises:
            FFmpegError: The frame's format differs from that of the first.
        """
        if self._graph is None:
            if frame is None:
                return []
            self._graph = self._graph_for(frame)
        self._graph.push(frame)
        ready: list[AudioFrame] = []
        while True:
            try:
                pulled = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return ready
            assert isinstance(pulled, AudioFrame)  # noqa: S101 - the graph has no video in it
            ready.append(pulled)

    def _graph_for(self, frame: AudioFrame) -> Graph:
        try:
            return self._connect(frame, None)
        except av.error.ArgumentError:
            # FFmpeg mixes only channels whose loudspeaker positions it knows.
            return self._connect(frame, _downmix(frame.layout))

    def _connect(self, frame: AudioFrame, downmix: str | None) -> Graph:
        graph = Graph()
        # FFmpeg would start threads with each graph and end them, and have no use for them.
        graph.threads = 1
        source = graph.add_abuffer(
            format=frame.format.name,
            sample_rate=frame.sample_rate,
            layout=frame.layout.name,
            time_base=Fraction(1, frame.sample_rate),
        )
        mixed = source
        if downmix is not None:
            mixed = graph.add("pan", downmix)
            source.link_to(mixed)
        convert = graph.add("aresample", f"{self._sample_rate}:{self._filter}:{_MIX}")
        layout = graph.add("aformat", "sample_fmts=fltp:channel_layouts=stereo")
        sink = graph.add("abuffersink")
        mixed.link_to(convert)
        convert.link_to(layout)
        layout.link_to(sink)
        graph.configure()
        return graph


def _downmix(layout: AudioLayout) -> str:
    """Returns a stereo downmix for FFmpeg's filter "pan", for channels of unknown layout."""
    if layout.name.startswith("ambisonic"):
        # The first channel is the mono sum, the second the difference of left and right.
        return "stereo|c0=0.5*c0+0.5*c1|c1=0.5*c0-0.5*c1"
    channels = range(len(layout.channels))
    sides = (channels[::2], channels[1::2] or channels)
    left, right = ("+".join(f"{1 / len(side):.6f}*c{at}" for at in side) for side in sides)
    return f"stereo|c0={left}|c1={right}"

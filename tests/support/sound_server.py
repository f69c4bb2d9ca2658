"""A PulseAudio server of our own without any hardware, and what was played on it."""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt

RATE = 44_100
PATIENCE_S = 90.0
_NEAR_S = 1.0
MISSING = next(
    (f"{tool} is not installed" for tool in ("pulseaudio", "parec") if not shutil.which(tool)), ""
)
"""Why there can be no listening here; empty when there can."""

Samples = npt.NDArray[np.float64]


class Listener:
    """Records all that is played on the server.

    Attributes:
        environ: For the program that should play on it.
    """

    def __init__(self, folder: Path, rate: int, sink: str = "null") -> None:
        self.rate = rate
        self._folder = folder
        self._sink = sink
        socket = f"unix:{folder / 'pulse.sock'}"
        self.environ = {"PULSE_SERVER": socket, "PULSE_RUNTIME_PATH": str(folder)}
        self._recorder: subprocess.Popen[bytes] | None = None
        self._raw = bytearray()
        self._arrivals: list[tuple[float, int]] = []
        self._hears = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)

    def beside(self, sink: str) -> "Listener":
        """Another listener on the same server, for what is played on another sink."""
        return Listener(self._folder, self.rate, sink)

    def record(self, latency_ms: int = 20) -> None:
        """Starts to listen; returns once the silence of the sink comes in."""
        self._recorder = subprocess.Popen(
            [
                "parec", f"--device={self._sink}.monitor", "--format=s16le", f"--rate={self.rate}",
                "--channels=2", f"--latency-msec={latency_ms}",
            ],
            stdout=subprocess.PIPE,
            env={**os.environ, **self.environ},
        )  # fmt: skip
        self._reader.start()
        assert self._hears.wait(PATIENCE_S), "the recorder hears nothing"

    def heard(self) -> Samples:
        """Ends the recording and answers it as mono samples at its rate."""
        self.stop()
        whole = bytes(self._raw[: len(self._raw) // 4 * 4])
        stereo = np.frombuffer(whole, "<i2").reshape(-1, 2)
        mono: Samples = stereo.astype(np.float64).mean(axis=1) / 32768
        return mono

    def frame_at(self, time_s: float) -> int:
        """The frame of the recording that the device was given at a time of `time.monotonic`.

        By the blocks of a second before and after, of which one came through soonest: it is late by
        a few milliseconds at most.
        """
        return max(
            total - round((at - time_s) * self.rate)
            for at, total in self._arrivals
            if abs(at - time_s) < _NEAR_S
        )

    def control(self, *arguments: str) -> str:
        """Runs `pactl`, and answers what it prints."""
        command = ["pactl", *arguments]
        return subprocess.run(
            command,
            env={**os.environ, **self.environ},
            check=True,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        ).stdout.strip()

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Stops the server for as long as the block lasts; it accepts and never answers."""
        pid = int((self._folder / "pid").read_text())
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def stop(self) -> None:
        if self._recorder is not None:
            self._recorder.terminate()
            self._recorder.wait(PATIENCE_S)
            self._reader.join(PATIENCE_S)
            assert self._recorder.stdout is not None
            self._recorder.stdout.close()
            self._recorder = None

    def _read(self) -> None:
        assert self._recorder is not None
        assert self._recorder.stdout is not None
        while block := self._recorder.stdout.read1(4096):
            self._raw += block
            self._arrivals.append((time.monotonic(), len(self._raw) // 4))
            self._hears.set()


@contextmanager
def listening(rate: int = RATE) -> Iterator[Listener]:
    """Runs the server, with a device of that rate, for as long as the block lasts."""
    # A socket's path has to be short, which a test's own folder is not.
    folder = Path(tempfile.mkdtemp(prefix="hear"))
    listener = Listener(folder, rate)
    environ = {**os.environ, **listener.environ, "HOME": str(folder)}
    # As a daemon it returns when it is ready to serve.
    subprocess.run(
        [
            "pulseaudio", "-n", "--daemonize=yes", "--exit-idle-time=-1", "--log-target=null",
            f"--load=module-null-sink sink_name=null rate={rate}",
            f"--load=module-native-protocol-unix socket={folder / 'pulse.sock'} auth-anonymous=1",
        ],
        env=environ,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=PATIENCE_S,
    )  # fmt: skip
    try:
        yield listener
    finally:
        listener.stop()
        subprocess.run(["pulseaudio", "--kill"], env=environ, check=False, timeout=PATIENCE_S)
        shutil.rmtree(folder, ignore_errors=True)


def place_of(part: Samples, heard: Samples) -> tuple[int, float]:
    """Where `part` sounds in `heard`, in samples, and how like it that is (1 is the same)."""
    size = len(heard) + len(part)
    spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(part, size))
    products = np.fft.irfft(spectrum, size)[: len(heard) - len(part) + 1]
    energy = np.concatenate(([0.0], np.cumsum(heard**2)))
    windows = np.sqrt(np.maximum(energy[len(part) :] - energy[: -len(part)], 1e-9))
    likeness = products / (windows * np.linalg.norm(part))
    at = int(np.argmax(likeness))
    return at, float(likeness[at])

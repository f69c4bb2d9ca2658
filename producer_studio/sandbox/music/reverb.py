"""Reverb, applied by block convolution at half the sample rate.

It has no energy above about 7 kHz, so half the rate loses nothing and costs half.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from producer_studio.sandbox.music.seeded_random import create_rng
from producer_studio.sandbox.music.wavetable import SAMPLE_RATE, Samples

_RATE = SAMPLE_RATE // 2
_BLOCK = 1 << 17


@lru_cache(maxsize=16)
def _impulse_response(seconds: float, brightness: float) -> tuple[npt.NDArray[np.complex64], int]:
    """Returns the spectra of a stereo impulse response, each of energy one, and its length."""
    length = min(int(seconds * _RATE * 1.1), _BLOCK // 2)
    time = np.arange(length, dtype=np.float32) / _RATE
    response = np.zeros((2, _BLOCK), np.float32)
    for channel in range(2):
        noise = create_rng("room", channel).standard_normal(length).astype(np.float32)
        spectrum = np.fft.rfft(noise)
        hertz = np.fft.rfftfreq(length, 1 / _RATE)
        dark = np.fft.irfft(spectrum / np.sqrt(1 + (hertz / 1500) ** 4), length)
        bright = np.fft.irfft(spectrum / np.sqrt(1 + (hertz / 6500) ** 4), length) - dark
        tail = dark * np.exp(-6.9 * time / seconds)
        tail += bright * brightness * np.exp(-6.9 * time / (0.45 * seconds))
        tail -= np.convolve(tail, np.full(64, 1 / 64), "same") * 0.7  # high-pass at 200 Hz
        gap = int((0.018 + 0.004 * channel) * _RATE)
        response[channel, gap:length] = tail[: length - gap]
        for number, delay_ms in enumerate((11, 19, 31, 43)):
            reflection = int((delay_ms + 3 * channel) * 0.001 * _RATE)
            if reflection < length:
                response[channel, reflection] += 1.6 * 0.7**number * (-1) ** number
        response[channel] /= np.sqrt(np.sum(response[channel] ** 2))
    return np.asarray(np.fft.rfft(response, axis=1), np.complex64), length


def render_reverb(send: Samples, seconds: float, brightness: float = 0.6) -> Samples:
    """Renders the wet signal.

    Args:
        send: (n,) input.
        seconds: Time to fall by 60 dB, up to about 1.4.

    Returns:
        (2, n), as loud as the input when that is steady.
    """
    room, reach = _impulse_response(round(seconds, 2), round(brightness, 2))
    length = len(send)
    half = np.zeros((length + 1) // 2 + 1, np.float32)
    half[: length // 2] = (
        send[0 : length // 2 * 2 : 2] + send[1 : length // 2 * 2 : 2]
    ) * np.float32(0.5)
    step = _BLOCK - reach
    wet = np.zeros((2, len(half) + _BLOCK), np.float32)
    for start in range(0, len(half), step):
        piece = half[start : start + step]
        if not piece.any():
            continue
        spectrum = np.fft.rfft(piece, _BLOCK)
        wet[:, start : start + _BLOCK] += np.fft.irfft(room * spectrum, _BLOCK)
    out = np.empty((2, length), np.float32)
    evens, odds = (length + 1) // 2, length // 2
    out[:, 0::2] = wet[:, :evens]
    np.add(wet[:, :odds], wet[:, 1 : odds + 1], out=out[:, 1::2])
    out[:, 1::2] *= np.float32(0.5)
    return out

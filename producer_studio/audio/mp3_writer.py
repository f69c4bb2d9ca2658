"""MP3 encoding with LAME, and the info frame that makes it gapless.

PyAV's bundled libmp3lame costs about three times as much CPU as this one. `lameenc` returns bare
MPEG frames, so the info frame in front of them is written here. Its layout is that of the Xing
header with LAME's extension (LAME 3.100, `VbrTag.c`; "Mp3 Info Tag revision 1" specification).
"""

import struct
from typing import BinaryIO, Literal

import lameenc
import numpy as np
from numpy.typing import NDArray

Mp3Mode = Literal["320", "V0"]

SAMPLE_RATES = (44_100, 48_000)
"""Supported sample rates in Hz; both belong to MPEG-1 Layer III."""

ENCODER_DELAY = 576
"""Samples that LAME inserts before the audio (`lame_get_encoder_delay`)."""

_SAMPLES_PER_FRAME = 1_152
_SIDE_INFO_BYTES = 32
_TOC_ENTRIES = 100
_CONSTANT_BIT_RATE = 320
# LAME's default, and that of the ffmpeg command; lower numbers take more time.
_QUALITY = 5
_VARIABLE_MTRH = 4
_BIT_RATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_INFO_BIT_RATE = {"320": 320, "V0": 128}
_SIGNATURE = b"LAME3.100"


class Mp3Writer:
    """Encodes 16-bit stereo samples into an MP3 file.

    Call `write` for each block and `finish` once. The info frame is signed "LAME", because players
    only apply the delay and padding of a file that LAME has signed; they then play exactly the
    samples that were written.
    """

    def __init__(self, file: BinaryIO, sample_rate: int, mode: Mp3Mode) -> None:
        """Prepares the encoder and reserves the info frame.

        Args:
            file: Binary, seekable, positioned at 0.
            sample_rate: One of `SAMPLE_RATES`, in Hz.
            mode: "320" is constant 320 kbit/s, "V0" is LAME's best variable bit rate.
        """
        if sample_rate not in SAMPLE_RATES:
            raise ValueError(f"MP3 is not encoded at {sample_rate} Hz")
        self._file = file
        self._mode = mode
        self._samples = 0
        self._frame_offsets: list[int] = []
        self._first_header = b""
        self._last_bytes = b""
        self._next_frame = 0
        self._sample_rate = sample_rate
        self._audio_bytes = 0
        self._encoder = lameenc.Encoder()
        self._encoder.silence()
        self._encoder.set_channels(2)
        self._encoder.set_in_sample_rate(sample_rate)
        self._encoder.set_out_sample_rate(sample_rate)
        self._encoder.set_quality(_QUALITY)
        if mode == "320":
            self._encoder.set_bit_rate(_CONSTANT_BIT_RATE)
        else:
            self._encoder.set_vbr(_VARIABLE_MTRH)
            self._encoder.set_vbr_quality(0)
        self._info_bytes = _frame_bytes(_INFO_BIT_RATE[mode], sample_rate, padded=False)
        file.write(bytes(self._info_bytes))

    def write(self, samples: NDArray[np.int16]) -> None:
        """Encodes a block of shape (n, 2)."""
        self._samples += len(samples)
        self._append(bytes(self._encoder.encode(samples.astype("<i2", copy=False).tobytes())))

    def finish(self) -> None:
        """Encodes the samples that LAME still buffers and fills in the info frame."""
        if self._samples:
            self._append(bytes(self._encoder.flush()))
        if not self._first_header:
            raise ValueError("no samples were written")
        self._file.seek(0)
        self._file.write(self._info_frame())
        self._file.seek(self._info_bytes + self._audio_bytes)

    def _append(self, data: bytes) -> None:
        self._file.write(data)
        self._audio_bytes += len(data)
        self._index_frames(data)

    def _index_frames(self, data: bytes) -> None:
        """Records the position of each MPEG frame, for the seek table."""
        recent = self._last_bytes + data
        start = self._audio_bytes - len(recent)
        while self._next_frame + 4 <= self._audio_bytes:
            header = recent[self._next_frame - start : self._next_frame - start + 4]
            bit_rate = _BIT_RATES[header[2] >> 4]
            self._first_header = self._first_header or header
            self._frame_offsets.append(self._next_frame)
            self._next_frame += _frame_bytes(
                bit_rate, self._sample_rate, padded=bool(header[2] & 2)
            )
        # The next header may begin in these bytes and end in the next block.
        self._last_bytes = recent[-3:]

    def _info_frame(self) -> bytes:
        frames = len(self._frame_offsets)
        total_bytes = self._info_bytes + self._audio_bytes
        padding = frames * _SAMPLES_PER_FRAME - ENCODER_DELAY - self._samples
        is_constant = self._mode == "320"
        frame = bytearray(self._info_bytes)
        frame[0:4] = self._info_header()
        at = 4 + _SIDE_INFO_BYTES
        struct.pack_into(
            ">4sIII",
            frame,
            at,
            b"Info" if is_constant else b"Xing",
            0x0F,  # frames, bytes, seek table and quality follow
            frames,
            total_bytes,
        )
        frame[at + 16 : at + 116] = self._seek_table(total_bytes)
        # LAME's own value: 100 − 10 × VBR quality − algorithm quality; VBR quality is 4 for CBR.
        struct.pack_into(">I", frame, at + 116, (60 if is_constant else 100) - _QUALITY)
        extension = at + 120
        frame[extension : extension + 9] = _SIGNATURE
        frame[extension + 9] = 1 if is_constant else _VARIABLE_MTRH
        # Bytes 10 to 19 (low-pass, peak, replay gain, flags) are 0: not stated.
        frame[extension + 20] = 255 if is_constant else 32  # 255 means 255 kbit/s or more
        delays = (ENCODER_DELAY << 12) | min(padding, 0xFFF)
        frame[extension + 21 : extension + 24] = delays.to_bytes(3, "big")
        source_rate = 1 if self._sample_rate == 44_100 else 2
        stereo_mode = 1 if is_constant else 3  # plain or joint
        frame[extension + 24] = source_rate << 6 | stereo_mode << 2 | 1
        struct.pack_into(">H", frame, extension + 26, 0 if is_constant else 500)  # 500 is V0
        struct.pack_into(">I", frame, extension + 28, total_bytes)
        # The checksum of the audio stays 0 (not stated); that of this frame covers 190 bytes.
        struct.pack_into(">H", frame, extension + 34, _crc16(frame[: extension + 34]))
        return bytes(frame)

    def _info_header(self) -> bytes:
        """Returns the header of the first audio frame, unpadded, with the info frame's bit rate."""
        header = bytearray(self._first_header)
        index = _BIT_RATES.index(_INFO_BIT_RATE[self._mode])
        header[2] = index << 4 | header[2] & 0x0D
        return bytes(header)

    def _seek_table(self, total_bytes: int) -> bytes:
        """Returns the file position for each percent of the duration, in 256ths of the file."""
        frames = len(self._frame_offsets)
        positions = (
            self._info_bytes + self._frame_offsets[percent * frames // _TOC_ENTRIES]
            for percent in range(_TOC_ENTRIES)
        )
        return bytes(min(255, position * 256 // total_bytes) for position in positions)


def _frame_bytes(bit_rate: int, sample_rate: int, *, padded: bool) -> int:
    """Returns the size in bytes of an MPEG-1 Layer III frame; `bit_rate` in kbit/s."""
    return 144_000 * bit_rate // sample_rate + padded


def _crc16(data: bytes | bytearray) -> int:
    """Computes CRC-16/ARC, as LAME does over its info frame."""
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value

"""Worker process for audio files: reads a request per line, writes a response per line.

A request is a path to be measured, or an object with a file whose damage is accepted, or with a
song to be read.

It ends with its standard input, so it cannot outlive the studio, even if the studio is killed.
"""

import base64
import json
import logging
import os
import signal
import sys
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import Any

from producer_studio.audio.measure import measure
from producer_studio.audio.song_reader import read_song
from producer_studio.domain.errors import MediaRejected, ServiceError, StorageError
from producer_studio.files.checksum import compute_sha256
from producer_studio.files.file_types import MAX_COVER_BYTES
from producer_studio.translation import Message, mark

log = logging.getLogger(__name__)

NICENESS = 5
"""Lower priority than the window and the player, higher than Demo Studio's rendering."""


def run() -> int:
    """Serves requests until standard input ends."""
    # Ctrl+C in a terminal is sent to the whole process group; the studio ends this process itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    for line in sys.stdin.buffer:
        response = _response(json.loads(line))
        sys.stdout.write(json.dumps(response) + "\n")
        sys.stdout.flush()
    return 0


def _response(request: str | dict[str, str]) -> dict[str, Any]:
    """Returns the result of a request, or the message of an error under its name."""
    try:
        if isinstance(request, str):
            return _measure(Path(request))
        if "damaged" in request:
            return _measure(Path(request["damaged"]), accepts_damage=True)
        return _read_song(Path(request["song"]), Path(request["cover"]))
    except MediaRejected as fault:
        return {"refused": fault.message, **_details(fault)}
    except StorageError as fault:
        return {"storage": fault.message, **_details(fault)}
    except Exception:
        # The process continues with other files; the window reports the traceback.
        log.exception("Measurement failed")
        return {"broken": traceback.format_exc()}


def _details(fault: ServiceError) -> dict[str, Any]:
    """Returns the cause of an error, and how its message is translated."""
    message = fault.message
    text = message.to_json() if isinstance(message, Message) else None
    return {"words": fault.service_words, "text": text}


def _measure(path: Path, *, accepts_damage: bool = False) -> dict[str, Any]:
    measured = measure(path, accepts_damage=accepts_damage)
    sha256, size_bytes = _checksum(path)
    return {
        "sound": asdict(measured.sound),
        "peaks": base64.b64encode(measured.peaks.to_bytes()).decode("ascii"),
        "features": base64.b64encode(measured.features).decode("ascii"),
        "suffix": measured.suffix,
        "problem": measured.problem,
        "sha256": sha256,
        "size_bytes": size_bytes,
    }


def _read_song(path: Path, cover: Path) -> dict[str, Any]:
    """Reads a song; writes its embedded picture to the path `cover`, since it may be large."""
    song = read_song(path)
    return {
        "suffix": song.suffix,
        "duration_s": song.duration_s,
        "texts": song.texts,
        "has_cover": song.cover is not None and _write_cover(song.cover, cover),
    }


def _write_cover(content: bytes, path: Path) -> bool:
    """Writes a picture of a usual size; returns whether it could be written."""
    if not 0 < len(content) <= MAX_COVER_BYTES:
        return False
    try:
        path.write_bytes(content)
    except OSError as error:
        # On a full disk, or in a library that cannot be written: the sound is told of next.
        log.info("Cannot write a cover: %s", error)
        path.unlink(missing_ok=True)
        return False
    return True


def _checksum(path: Path) -> tuple[str, int]:
    """Returns the checksum of a file and its size in bytes.

    Raises:
        StorageError: It cannot be read any more.
    """
    try:
        return compute_sha256(path)
    except OSError as error:
        raise StorageError(mark("The sound cannot be read."), service_words=str(error)) from error

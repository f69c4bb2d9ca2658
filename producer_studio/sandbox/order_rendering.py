"""Orders of the worker process: dictionaries of plain values and absolute paths.

Finished files appear under their names all at once; unfinished ones are named `part-…`.
"""

import json
import os
import shutil
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from producer_studio.sandbox.music.audio_files import (
    read_audio,
    write_cover,
    write_m4a,
    write_mp3,
    write_video,
    write_wav,
)
from producer_studio.sandbox.music.lyrics_writer import write_lyrics
from producer_studio.sandbox.music.performance_store import (
    load_performance,
    performance_from_audio,
    save_performance,
)
from producer_studio.sandbox.music.piece_rendering import Performance, Piece, perform
from producer_studio.sandbox.music.stems import write_stems

MAX_ENTRIES = 64

#: Output folders; all other values of an order determine the audio.
_FOLDERS = ("media", "performance")


class RenderedPieceCache:
    """Cache of this process's last pieces by their orders.

    Rendered files never change, so equal orders share them.
    """

    def __init__(self) -> None:
        self._entries: OrderedDict[str, tuple[dict[str, Any], dict[str, Any]]] = OrderedDict()

    def add(self, order: dict[str, Any], done: dict[str, Any]) -> None:
        self._entries[_cache_key(order)] = (order, done)
        if len(self._entries) > MAX_ENTRIES:
            self._entries.popitem(last=False)

    def get(self, order: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Path]] | None:
        """Returns the result of an equal order and its output folders; None when they are gone."""
        found = self._entries.get(_cache_key(order))
        if found is None:
            return None
        folders = {name: Path(found[0][name]) for name in _FOLDERS}
        return (found[1], folders) if all(path.is_dir() for path in folders.values()) else None


def link_files(source: Path, folder: Path) -> None:
    """Links the finished files of one folder into another, or copies them."""
    for file in source.iterdir():
        if file.name.startswith("part-"):
            continue
        try:
            os.link(file, folder / file.name)
        except OSError:
            shutil.copyfile(file, folder / file.name)


def _cache_key(order: dict[str, Any]) -> str:
    return json.dumps({name: order[name] for name in order if name not in _FOLDERS}, sort_keys=True)


_PIECE_CACHE = RenderedPieceCache()


class InvalidRenderOrder(Exception):
    """The order is invalid; the message contains the reason."""


def execute_order(order: dict[str, Any]) -> dict[str, Any]:
    """Executes one order, selected by its `job`.

    Raises:
        InvalidRenderOrder: For example an upload without audio.
    """
    return _ORDER_HANDLERS[order["job"]](order)


def _render_piece(order: dict[str, Any]) -> dict[str, Any]:
    """Renders a new clip.

    The order has `piece` (fields of Piece), `source` (performance folder or None), `title`, `media`
    and `performance` (folders to create). With a `theme`, lyrics are written first. Returns
    `duration_s`, the sung `lyrics` and the `unknown_words` of the prompt.
    """
    played = _PIECE_CACHE.get(order)
    if played is not None:
        done, folders = played
        for name, path in folders.items():
            with _AtomicFolder(order[name]) as folder:
                link_files(path, folder)
        return done
    source = load_performance(Path(order["source"])) if order["source"] else None
    piece = Piece(**order["piece"])
    if order.get("theme"):
        piece = replace(piece, lyrics=write_lyrics(order["theme"], order["seed"])["lyrics"])
    performance = perform(piece, source)
    done = {
        **_write_clip_files(order, performance, piece.sound),
        "lyrics": piece.lyrics,
        "unknown_words": performance.plan.get("unknown_words", []),
    }
    _PIECE_CACHE.add(order, done)
    return done


def _import_upload(order: dict[str, Any]) -> dict[str, Any]:
    """Imports an uploaded file as a clip.

    The order has `file`, else the values of `_render_piece`. Returns `duration_s`.
    """
    try:
        performance = performance_from_audio(read_audio(Path(order["file"])), order["seed"])
    except (OSError, ValueError) as error:
        raise InvalidRenderOrder("The uploaded file is not audio that can be read.") from error
    finally:
        Path(order["file"]).unlink(missing_ok=True)
    return _write_clip_files(order, performance, "")


def _write_clip_files(
    order: dict[str, Any], performance: Performance, style: str
) -> dict[str, Any]:
    with _AtomicFolder(order["performance"]) as folder:
        save_performance(performance, folder)
    with _AtomicFolder(order["media"]) as folder:
        write_m4a(performance.mix, folder / "audio.m4a")
        write_cover(order["seed"], order["title"], style, folder / "cover.png")
    return {"duration_s": round(performance.duration_s, 3)}


def _export_audio(order: dict[str, Any]) -> dict[str, Any]:
    """Exports an existing clip.

    The order has `format` (mp3 or wav), `performance` (folder), `file` (path to create).
    """
    mix = load_performance(Path(order["performance"])).mix
    write = write_mp3 if order["format"] == "mp3" else write_wav
    return _write_file_once(Path(order["file"]), lambda part: write(mix, part))


def _render_video(order: dict[str, Any]) -> dict[str, Any]:
    """Renders a video of an existing clip.

    The order has `performance`, `cover`, `preset`, `file` (path to create).
    """
    mix = load_performance(Path(order["performance"])).mix
    cover = Path(order["cover"])
    return _write_file_once(
        Path(order["file"]), lambda part: write_video(mix, cover, part, order["preset"])
    )


def _write_stem_archive(order: dict[str, Any]) -> dict[str, Any]:
    """Writes the stems of an existing clip: `performance` (folder), `file` (path to create)."""
    performance = load_performance(Path(order["performance"]))
    return _write_file_once(Path(order["file"]), lambda part: write_stems(performance, part))


def _compose_lyrics(order: dict[str, Any]) -> dict[str, Any]:
    """Writes lyrics for a `prompt` and a `seed`. Returns `title`, `lyrics`, `sound`."""
    return dict(write_lyrics(order["prompt"], order["seed"]))


def _write_file_once(path: Path, write: Callable[[Path], object]) -> dict[str, Any]:
    # A second order for the same file must not change it during a download.
    if path.exists():
        return {}
    part = path.with_name(f"part-{path.name}")
    write(part)
    part.replace(path)
    return {}


class _AtomicFolder:
    """Folder that gets its name only when everything in it is written."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._part = self._path.with_name(f"part-{self._path.name}")

    def __enter__(self) -> Path:
        shutil.rmtree(self._part, ignore_errors=True)
        self._part.mkdir(parents=True)
        return self._part

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if kind is None:
            # Left by a run that died after writing the files and before storing the result.
            shutil.rmtree(self._path, ignore_errors=True)
            self._part.rename(self._path)
        else:
            shutil.rmtree(self._part)


_ORDER_HANDLERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "piece": _render_piece,
    "decode": _import_upload,
    "export": _export_audio,
    "video": _render_video,
    "stems": _write_stem_archive,
    "lyrics": _compose_lyrics,
}
